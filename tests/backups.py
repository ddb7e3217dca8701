"""What the tests of `backup`, `restore` and `move` share: an app over another database, and how commands are run."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from pysqlite3 import dbapi2

from tests import databases
from tests.databases import make_settings


def run(app: Flask, *words: str) -> tuple[int, str]:
    """Its exit code and all that it said."""
    result = app.test_cli_runner().invoke(args=[*words], catch_exceptions=False)
    return result.exit_code, result.output.strip()


def done(app: Flask, *words: str) -> str:
    """All that a command said that went well."""
    code, said = run(app, *words)
    assert code == 0, said
    return said


def refused(app: Flask, *words: str) -> str:
    """Its one line, after what else it may have said."""
    code, said = run(app, *words)
    assert code == 1, said
    return said.splitlines()[-1]


@contextmanager
def another(url: str, instance: Path, **changes: Any) -> Iterator[Flask]:
    """An app with the same keys over another database; its context is pushed."""
    instance.mkdir(exist_ok=True)
    with databases.opened(make_settings(url, instance, **changes)) as app, app.app_context():
        yield app


@contextmanager
def opened_by_another(database: Path) -> Iterator[None]:
    """As an app process has its SQLite file open between two requests."""
    connection = dbapi2.connect(database)
    connection.execute("SELECT count(*) FROM thread").fetchall()
    try:
        yield
    finally:
        connection.close()


def only_backup(folder: Path) -> Path:
    [found] = [path for path in folder.iterdir() if path.suffix in (".db", ".dump")]
    return found


def backup(app: Flask, instance: Path) -> Path:
    """Takes one into the instance's folder."""
    done(app, "backup")
    return only_backup(instance / "backups")


def damage(path: Path, chance: random.Random) -> None:
    """One bit somewhere is another."""
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
