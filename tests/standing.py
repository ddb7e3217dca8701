"""One app for each database, which stays for the whole run: what it has compiled of statements, templates and addresses
serves every test. The rows do not stay, and neither does what a test does to the app."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from lcweb.config import Settings
from lcweb.db import db
from tests.databases import make_settings, opened, sqlite_url


@dataclass
class Standing:
    """`folder` is this process's own. Leaving `kept` closes the apps."""

    folder: Path
    kept: ExitStack
    apps: dict[str, Flask] = field(default_factory=dict)

    def instance(self) -> Path:
        """The instance folder of every test in turn, empty."""
        folder = self.folder / "instance"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def sqlite(self, template: Path) -> str:
        """The URL of a copy of the template. One place is enough: no test leaves a connection open."""
        for old in self.folder.glob("lcweb.db*"):
            old.unlink()
        return sqlite_url(shutil.copy(template, self.folder / "lcweb.db"))

    @contextmanager
    def app(self, settings: Settings) -> Iterator[Flask]:
        """The app that stays, or one of its own for a test with other settings than the usual."""
        if settings != make_settings(settings.database_url, settings.instance):
            with opened(settings) as app:
                yield app
            return
        if settings.database_url not in self.apps:
            self.apps[settings.database_url] = self.kept.enter_context(opened(settings))
            wait_for_no_disk(self.apps[settings.database_url])
        with _lent(self.apps[settings.database_url]) as app:
            yield app


def wait_for_no_disk(app: Flask) -> None:
    """SQLite commits without waiting: a test is killed at most, and nobody pulls the plug."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


@contextmanager
def _lent(app: Flask) -> Iterator[Flask]:
    config, extensions = dict(app.config), dict(app.extensions)
    try:
        yield app
    finally:
        for now, before in ((app.config, config), (app.extensions, extensions)):
            now.clear()
            now.update(before)
        _let_go(app)


def _let_go(app: Flask) -> None:
    """SQLite's file is another for the next test. PostgreSQL's connections stay, unless a test has kept one."""
    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        if engine.dialect.name == "sqlite" or engine.pool.checkedout():
            engine.dispose()
