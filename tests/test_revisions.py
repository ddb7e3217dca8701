"""Every revision up and down with rows in it, a failure in the midst of each, and upgrades while others are at work."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple

import psycopg
import pytest
from alembic.script import Script, ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import event, inspect, text

from lcweb import at_work
from lcweb.config import ROOT
from lcweb.db import db, known_to_models, release_reading
from lcweb.queries import revisions
from tests.databases import make_settings, opened
from tests.test_schema import fill_every_table

Scale = Callable[[int, int], int]
Rows = dict[str, list[dict[str, Any]]]
REVISIONS: list[Script] = list(ScriptDirectory(str(ROOT / "lcweb" / "migrations")).walk_revisions())  # newest first
IDS = [revision.revision for revision in REVISIONS]
EVERYTHING = "everything is lost"
SCHEMA = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2, 3",
    "postgresql": """
        SELECT 'column', table_name::text, column_name::text, concat_ws(' ', data_type, is_nullable, column_default)
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
          FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'function', '', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'sequence', '', sequencename, coalesce(last_value, 0)::text FROM pg_sequences
        ORDER BY 1, 2, 3, 4
    """,
}


@pytest.fixture
def empty_app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    with opened(make_settings(empty_database_url, tmp_path)) as app, app.app_context():
        yield app


class State(NamedTuple):
    """All that a failed migration must leave as it was."""

    schema: list[tuple[Any, ...]]
    rows: Rows


def state() -> State:
    with db.engine.connect().execution_options(readonly=True) as connection:
        schema = [tuple(row) for row in connection.execute(text(SCHEMA[connection.dialect.name]))]
        tables = [name for name in inspect(connection).get_table_names() if known_to_models(name, "table", None)]
        rows = {
            name: [dict(row) for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings()]
            for name in tables
        }
    return State(schema, {name: sorted(found, key=repr) for name, found in rows.items()})


def shape() -> dict[str, set[str]]:
    """The tables and their columns, whichever order they came in."""
    with db.engine.connect().execution_options(readonly=True) as connection:
        looked = inspect(connection)
        return {name: {column["name"] for column in looked.get_columns(name)} for name in looked.get_table_names()}


def test_the_app_reads_the_same_revisions_off_the_files_as_alembic_does() -> None:
    assert (revisions.newest(), revisions.known()) == (IDS[0], set(IDS))


def test_tables_are_current_once_they_have_come_all_the_way(empty_app: Flask) -> None:
    found = []
    for step in ("", "+1", "head"):
        if step:
            upgrade(revision=step)
        found.append(revisions.is_current())
        release_reading()
    assert found == [False, False, True]


class Broken(Exception):
    """The power fails."""


@contextmanager
def statements(*, fail_at: int = 0) -> Iterator[list[str]]:
    """Those of a migration, the `fail_at`th of which is not reached."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)
        if len(seen) == fail_at:
            raise Broken(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def down(revision: Script) -> None:
    downgrade(revision=revision.down_revision or "base")


def up(revision: Script) -> None:
    upgrade(revision=revision.revision)


def said_of_down(revision: Script) -> str:
    return revision.module.__doc__.partition("Down: ")[2]


def cut(rows: list[dict[str, Any]], columns: set[str]) -> list[dict[str, Any]]:
    return sorted(({name: row[name] for name in sorted(columns)} for row in rows), key=repr)


def changed(before: Rows, after: Rows) -> set[str]:
    """The tables that lost rows, columns or values."""
    found = set()
    for name, rows in before.items():
        if name == "alembic_version":
            continue
        columns = set(rows[0]) if rows else set()
        kept = after.get(name)
        if kept is None or (kept and columns - set(kept[0])) or cut(rows, columns) != cut(kept, columns):
            found.add(name)
    return found


@pytest.mark.parametrize("revision", REVISIONS, ids=IDS)
def test_each_revision_says_whether_old_processes_may_run_and_what_is_lost_on_the_way_down(revision: Script) -> None:
    module = revision.module
    assert isinstance(getattr(module, "old_processes_may_run", None), bool)
    verdict = "may run" if module.old_processes_may_run else "must be stopped"
    assert f"\nOld processes: {verdict}; " in module.__doc__
    assert said_of_down(revision)


def test_every_revision_keeps_on_the_way_down_what_it_does_not_say_is_lost_and_all_of_it_on_the_way_up(
    empty_app: Flask,
) -> None:
    upgrade()
    fill_every_table()
    for revision in REVISIONS:
        newer, columns = state(), shape()
        down(revision)
        older = state()
        unsaid = {name for name in changed(newer.rows, older.rows) if f"`{name}`" not in said_of_down(revision)}
        assert EVERYTHING in said_of_down(revision) or unsaid == set(), revision.revision
        up(revision)
        again = state()
        assert changed(older.rows, again.rows) == set(), f"{revision.revision} changes on the way up"
        assert shape() == columns
        down(revision)
        assert state().rows == older.rows, f"{revision.revision} up and down is not nothing"
    assert older.rows == {"alembic_version": []}


@pytest.mark.prove
def test_a_revision_that_fails_in_the_midst_leaves_schema_and_rows_as_they_were(empty_app: Flask, scale: Scale) -> None:
    places = scale(2, 25)
    upgrade()
    fill_every_table()
    for revision in REVISIONS:
        with statements() as down_takes:
            down(revision)
        with statements() as up_takes:
            up(revision)
        _fails_at(places, len(down_takes), partial(down, revision))
        down(revision)
        _fails_at(places, len(up_takes), partial(up, revision))


def _fails_at(places: int, of: int, migrate: Callable[[], None]) -> None:
    """At so many statements, the last among them."""
    before = state()
    for place in sorted({max(1, of * number // places) for number in range(1, places + 1)}):
        with statements(fail_at=place), pytest.raises(Broken):
            migrate()
        assert state() == before, f"statement {place} of {of}"


# While others are at work ---------------------------------------------------------------------------------------------


@contextmanager
def somebody_at_work(app: Flask) -> Iterator[str]:
    """Another process, as far as the database knows; what it is called."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    if url.startswith("sqlite"):
        path = Path(f"{url.removeprefix('sqlite:///')}-at-work")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield f"an app process or a worker (it holds {path.name})"
        os.close(descriptor)
        return
    where = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(where, application_name="lcweb app 7 elsewhere", autocommit=True):
        yield "lcweb app 7 elsewhere"


def version() -> str:
    with db.engine.connect().execution_options(readonly=True) as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def test_an_upgrade_that_breaks_old_processes_is_refused_while_they_are_at_work(
    empty_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    upgrade(revision="0001")
    with somebody_at_work(empty_app) as name:
        before = state()
        with pytest.raises(SystemExit):
            upgrade()
        assert "others are at work on the database, and 0002, 0003, 0004, 0005" in caplog.text
        assert name in caplog.text and "Nothing was changed." in caplog.text
        assert state() == before
        result = empty_app.test_cli_runner().invoke(args=["prepare"])
        assert (result.exit_code, version()) == (1, "0001")
        result = empty_app.test_cli_runner().invoke(args=["prepare", "--anyway"], catch_exceptions=False)
        assert result.exit_code == 0
    assert version() == IDS[0]


def test_an_upgrade_that_leaves_them_whole_only_says_so(empty_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    upgrade(revision="0005")
    with somebody_at_work(empty_app) as name:
        upgrade(revision="0006")
        assert f"Others are at work on the database and may be, while it is upgraded: {name}" in caplog.text
    assert version() == "0006"


def test_on_the_way_down_the_newer_processes_must_be_stopped(
    empty_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    upgrade()
    with somebody_at_work(empty_app):
        with pytest.raises(SystemExit):
            downgrade(revision="-1")
        assert f"and {IDS[0]} would break them" in caplog.text
        downgrade(revision="-1", x_arg="anyway=1")
    assert version() == IDS[1]


def test_where_nothing_is_to_be_done_nobody_disturbs(empty_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    upgrade()
    with somebody_at_work(empty_app):
        upgrade()
        assert empty_app.test_cli_runner().invoke(args=["db", "current"]).exit_code == 0
    assert "at work" not in caplog.text


def test_an_end_however_it_comes_is_seen(empty_app: Flask) -> None:
    upgrade()
    with somebody_at_work(empty_app) as name, db.engine.connect() as connection:
        assert at_work.others(connection) == [name]
    assert any(nobody_is_at_work() or sleep(0.05) for _ in range(400))


def nobody_is_at_work() -> bool:
    """PostgreSQL's process for somebody ends a moment after its client."""
    with db.engine.connect() as connection:
        return at_work.others(connection) == []


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_a_table_that_somebody_holds_on_to_stops_the_upgrade_and_nobody_else(
    empty_app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup, for example: the upgrade gives up after some tries."""
    upgrade(revision="0005")
    monkeypatch.setattr(at_work, "TRIES", 3)
    where = empty_app.config["SQLALCHEMY_DATABASE_URI"].replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(where) as backup:
        backup.execute("SELECT count(*) FROM thread")
        with pytest.raises(SystemExit):
            upgrade(revision="0006")
        backup.execute("SELECT count(*) FROM message")
    assert "some table is in use all the time" in caplog.text
    assert version() == "0005"
    upgrade()
