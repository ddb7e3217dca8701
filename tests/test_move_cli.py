"""`move`: from SQLite to PostgreSQL, every row, proved on both sides, or none."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from lcweb.backups import moving
from lcweb.config import Settings
from lcweb.db import Base, db, transaction
from lcweb.domain.access_log import Verdict
from lcweb.domain.search import SearchQuery, terms
from lcweb.models import Thread
from lcweb.queries import search
from lcweb.queries.backups import NO_DATA
from lcweb.services import lease
from tests import rows
from tests.at import at
from tests.backups import another, done, opened_by_another, refused
from tests.bench.fill import fill
from tests.bench.places import Size
from tests.clock import Clock
from tests.factories import pair, thread
from tests.test_migrations import proved
from tests.test_revisions import somebody_at_work
from tests.test_schema import fill_every_table, rows_of, tables

NOW = at("Tue 2026-11-17 10:00")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Iterator[str]:
    with request.getfixturevalue("postgresql").empty() as url:
        yield url


def test_every_row_of_every_table_is_there_and_the_next_ones_follow(
    app: Flask, settings: Settings, target: str, clock: Clock
) -> None:
    fill_every_table()
    before = rows.everything()
    said = done(app, "move", target)
    assert "thread 1 rows, the same on both sides" in said
    assert "Now set LCWEB_DATABASE_URL to postgresql+psycopg://" in said
    assert rows.everything() == before
    with another(target, settings.instance):
        assert [table for table in tables() if not rows_of(table)] == []
        assert rows.everything() == before
        assert proved() == Verdict(len(before["access_log"]))
        fill_again()
        assert proved().fault is None


def fill_again() -> None:
    """Each table's next row: a number that was taken already would be refused."""
    known = {found.id for found in rows.rows(Thread)}
    sender, recipient = pair()
    new = thread(sender, recipient.unit_id, now=NOW)
    assert new not in known


def test_what_could_be_found_is_found(app: Flask, settings: Settings, target: str, clock: Clock) -> None:
    sender, recipient = pair()
    ids = [thread(sender, recipient.unit_id, now=NOW, subject=subject) for subject in ("Får på håret", "Far är här")]
    done(app, "move", target)
    with another(target, settings.instance):
        assert found("får", recipient.unit_id) == [ids[0]]
        assert found("FAR", recipient.unit_id) == [ids[1]]


def found(words: str, unit_id: int) -> list[int]:
    asked = {"unit_id": unit_id, "user_id": 0, "may_open_protected": False, "page": 1, "now": NOW}
    return [row.thread_id for row in search.find_threads(query=SearchQuery(terms=terms(words)), **asked).rows]


def test_a_target_that_is_migrated_and_empty_is_taken(
    app: Flask, settings: Settings, target: str, clock: Clock
) -> None:
    fill_every_table()
    with another(target, settings.instance):
        upgrade(revision="0005")
    done(app, "move", target)


# Refused ------------------------------------------------------------------------------------------------------------


def test_what_is_no_empty_postgresql_is_refused(app: Flask, settings: Settings, target: str, clock: Clock) -> None:
    for address in ("sqlite:///x.db", "hej", "postgresql+psycopg://a@localhost"):
        assert "must be postgresql+psycopg://…/name" in refused(app, "move", address)
    assert "cannot be reached" in refused(app, "move", "postgresql+psycopg://a:hemlig@127.0.0.1:1/b")
    fill_every_table()
    done(app, "move", target)
    assert refused(app, "move", target) == "Error: the new database is not empty"
    with another(target, settings.instance) as there:
        assert "does not name a SQLite database" in refused(there, "move", target)


def test_another_s_tables_in_the_target_are_left_alone(
    app: Flask, settings: Settings, target: str, clock: Clock
) -> None:
    with another(target, settings.instance), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id integer)"))
    assert refused(app, "move", target) == "Error: the new database is not empty"


def test_a_table_that_nobody_knows_is_named(app: Flask, target: str, clock: Clock) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE own_notes (id integer)"))
    assert "nobody knows how to move the table own_notes" in refused(app, "move", target)


def test_nobody_may_be_at_work(app: Flask, settings: Settings, target: str, clock: Clock) -> None:
    with opened_by_another(Path(settings.database_url.removeprefix("sqlite:///"))):
        assert "in use: stop the app and the worker" in refused(app, "move", target)
    with somebody_at_work(app):
        assert "in use: stop the app and the worker" in refused(app, "move", target)
    lease.acquire("worker", holder="one", now=NOW, ttl=timedelta(seconds=150))
    assert "a worker is at work: stop it" in refused(app, "move", target)
    clock.forward(minutes=3)
    done(app, "move", target)


# Nothing half -------------------------------------------------------------------------------------------------------


def nothing_there(target: str, settings: Settings) -> bool:
    with another(target, settings.instance):
        return not any(count for name, count in counts().items() if name not in NO_DATA)


def counts() -> dict[str, int]:
    return {table: rows_of(table) for table in tables()}


def test_what_postgresql_does_not_take_moves_nothing_and_is_not_repeated(
    app: Flask, settings: Settings, target: str, clock: Clock
) -> None:
    fill_every_table()
    with transaction() as session:
        session.execute(text("UPDATE thread_event SET words = 'Tove' || char(0)"))
    said = refused(app, "move", target)
    assert "PostgreSQL does not take the rows of thread_event" in said and "Tove" not in said
    assert nothing_there(target, settings)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE message SET body = body || ' '", "message arrived with other values"),
        ("UPDATE opening SET opened_at = opened_at + interval '1 microsecond'", "opening arrived with other values"),
        ("DELETE FROM reading", "reading arrived with 0 of 1 rows"),
        ("UPDATE log_head SET seal = 'x'", "log_head arrived with other values"),
    ],
)
def test_one_value_that_arrived_as_another_moves_nothing(
    app: Flask, settings: Settings, target: str, clock: Clock, monkeypatch: pytest.MonkeyPatch,
    statement: str, told: str,
) -> None:  # fmt: skip
    fill_every_table()
    copy, asked = moving._copied, []

    def tamper(source: object, there: moving.Connection, table: moving.Table, done: object) -> moving.Counted:
        copied = copy(source, there, table, done)
        asked.append(table.name)
        if len(asked) == len(Base.metadata.sorted_tables):
            there.execute(text(statement))
        return copied

    monkeypatch.setattr(moving, "_copied", tamper)
    assert refused(app, "move", target) == f"Error: {told}; nothing was moved"
    assert nothing_there(target, settings)


def test_a_broken_log_is_not_moved(app: Flask, settings: Settings, target: str, clock: Clock) -> None:
    fill_every_table()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER access_log_not_changed"))
        connection.execute(text("UPDATE access_log SET patient_number = '1' WHERE id = 1"))
    assert "its access log is broken: row 1 is not as it was written" in refused(app, "move", target)


# Many ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(app: Flask, scale: Callable[[int, int], int]) -> int:
    """Filled before the test's own time begins, which `--durations` tells."""
    threads = scale(200, 200_000)
    fill(app, Size(threads, min(20, threads // 100)))
    return threads


@pytest.mark.prove
def test_many_threads_are_moved(app: Flask, settings: Settings, target: str, clock: Clock, many: int) -> None:
    said = done(app, "move", target)
    assert f"thread {many} rows, the same on both sides" in said
    click.echo(said)
    with another(target, settings.instance):
        assert rows_of("thread") == many
        assert proved() == Verdict(rows_of("access_log"))
