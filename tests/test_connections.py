"""How many connections a process may have, what happens when all are in use, and a pooler in between."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select, text

from lcweb import at_work, config, worker
from lcweb import db as lcweb_db
from lcweb.config import Settings
from lcweb.db import CONNECTIONS, db, reading, release_reading
from lcweb.models import User
from tests import factories, pgbouncer
from tests.at import at
from tests.clock import Clock
from tests.conftest import absent
from tests.databases import Cluster, make_settings, opened
from tests.page import Browser
from tests.race import race

NOW = at("Mon 2026-11-16 09:00")
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
SERVERS = 4


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An app of its own, with few connections."""
    return replace(settings, database_connections=2)


def sessions_of_this_process(url: str, own_name: str) -> int:
    where = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(where, autocommit=True, application_name="the test") as connection:
        statement = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"
        return connection.execute(statement, (own_name,)).fetchone()[0]


# The budget -----------------------------------------------------------------------------------------------------------


def test_the_setting_and_what_is_built_in_agree(database_url: str, tmp_path: Path) -> None:
    assert make_settings(database_url, tmp_path).database_connections == CONNECTIONS
    values = {"LCWEB_SECRET_KEY": "k" * 40, "LCWEB_DATABASE_CONNECTIONS": "0"}
    with pytest.raises(config.BadSettings, match="DATABASE_CONNECTIONS: must be a whole number from 1 to 999"):
        config.load(values, tmp_path)
    assert config.load(values | {"LCWEB_DATABASE_CONNECTIONS": "4"}, tmp_path).database_connections == 4


@only_postgresql
def test_the_server_never_sees_more_connections_than_the_setting_says(bare_app: Flask, database_url: str) -> None:
    """Readers, writers and polls at once, four for each connection."""
    with bare_app.app_context():
        sender, recipient = factories.pair()
    seen: list[int] = []

    def work(number: int) -> None:
        for _ in range(5):
            if number % 4 == 0:
                seen.append(sessions_of_this_process(database_url, at_work.name()))
            elif number % 2:
                factories.thread(sender, recipient.unit_id, now=NOW)
            else:
                reading().execute(select(User.id)).all()
                release_reading()

    before = sessions_of_this_process(database_url, at_work.name()) - _open_here(bare_app)
    outcomes = race(bare_app, [lambda number=number: work(number) for number in range(8)])
    assert [outcome for outcome in outcomes if outcome is not None] == []
    assert max(seen) - before == 2


def _open_here(app: Flask) -> int:
    with app.app_context():
        return db.engine.pool.checkedin() + db.engine.pool.checkedout()


@pytest.mark.parametrize("path", ["/", "/inkorg", "/arenden/{thread}", "/arenden/ny", "/halsa"])
def test_a_page_needs_one_connection_at_a_time(settings: Settings, clock: Clock, path: str) -> None:
    """Two at once would wait for each other when all are in use."""
    with opened(replace(settings, database_connections=1)) as app:
        web, thread_id = signed_in(app)
        assert web.get(path.format(thread=thread_id)).status == 200


def signed_in(app: Flask) -> tuple[Browser, int]:
    """A nurse whose unit has been sent a thread, and the thread."""
    web = Browser(app)
    with web.context():
        sender, recipient = factories.user("Anna Lind"), factories.user("Karin Berg")
        thread_id = factories.thread(sender, recipient.unit_id, now=NOW)
        username = reading().execute(select(User.username).where(User.id == recipient.user_id)).scalar_one()
    web.sign_in(username)
    return web, thread_id


# All in use -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def crowded(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Browser, int]]:
    """A signed-in nurse, while somebody else holds every connection of the process."""
    assert lcweb_db.PATIENCE < 5, "seconds until the page comes"
    monkeypatch.setattr(lcweb_db, "PATIENCE", 0.1)
    with opened(settings) as app, ExitStack() as taken:
        web, thread_id = signed_in(app)
        web.get(f"/arenden/{thread_id}")
        with web.context():
            engine = db.engine
        for _ in range(2):
            taken.enter_context(engine.connect().execution_options(readonly=True))
        yield web, thread_id


def test_when_all_are_in_use_a_page_says_so(crowded: tuple[Browser, int], caplog: pytest.LogCaptureFixture) -> None:
    web, _ = crowded
    page = web.get("/inkorg")
    assert (page.status, page.heading) == (503, "Tjänsten är upptagen")
    assert "Många använder den just nu. Vänta några sekunder" in page.text
    assert page.headers["Retry-After"] == "5"
    assert "no database connection was free for endpoint inbox.show" in caplog.text


def test_what_was_typed_is_given_back(crowded: tuple[Browser, int]) -> None:
    web, thread_id = crowded
    page = web.post(f"/arenden/{thread_id}/svara", body="Hon kan komma på fredag.", version="1")
    assert page.status == 503
    assert "Hon kan komma på fredag." in page.text


def test_a_poll_and_the_watch_get_it_too(crowded: tuple[Browser, int]) -> None:
    web, _ = crowded
    assert web.poll("/poll/inkorg").status == 503
    assert web.get("/halsa").status == 503


# A pooler in between --------------------------------------------------------------------------------------------------


@pytest.fixture
def pooler(postgresql: Cluster) -> Iterator[str]:
    binary = pgbouncer.installed()
    if binary is None:
        absent("pgbouncer", "PgBouncer is not installed")
    with pgbouncer.bouncing(binary, postgresql, servers=SERVERS) as port:
        yield port


@pytest.fixture
def pooled_url(postgresql: Cluster, pooler: str) -> Iterator[str]:
    """A database without tables. The pooler's own connections would keep it from being dropped."""
    name = f"test_{next(postgresql.numbers)}"
    postgresql.execute(f"CREATE DATABASE {name}")
    yield pgbouncer.through(postgresql.url(name), pooler)
    postgresql.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_migrations_app_and_worker_work_through_a_pooler_in_transaction_mode(
    pooled_url: str, tmp_path: Path, clock: Clock
) -> None:
    """Every statement often enough to be prepared, on another server each time."""
    settings = make_settings(pooled_url, tmp_path)
    with opened(settings) as app:
        with app.app_context():
            upgrade()
        web, thread_id = signed_in(app)
        for _ in range(12):
            for path in ("/inkorg", f"/arenden/{thread_id}", "/poll/inkorg", f"/poll/arenden/{thread_id}"):
                assert web.get(path).status in (200, 204), path
        with app.app_context():
            sender, recipient = factories.pair()
        outcomes = race(app, [lambda: [factories.thread(sender, recipient.unit_id, now=NOW) for _ in range(6)]] * 6)
        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        with app.app_context():
            for minute in range(7):
                worker.one_round(settings, now=at(f"Fri 2026-11-20 11:0{minute}"), holder="one")
            assert servers_used() > 1


def servers_used() -> int:
    """How many servers answered one after the other: with one alone nothing would be proved."""
    found = set()
    for _ in range(4 * SERVERS):
        with db.engine.connect() as connection:
            found.add(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    return len(found)


def test_a_pooler_is_found_out_and_nothing_is_prepared(pooled_url: str, tmp_path: Path) -> None:
    with opened(make_settings(pooled_url, tmp_path)) as app, app.app_context(), db.engine.connect() as connection:
        assert connection.connection.dbapi_connection.prepare_threshold is None


@only_postgresql
def test_without_one_statements_are_prepared(bare_app: Flask) -> None:
    with bare_app.app_context(), db.engine.connect() as connection:
        assert connection.connection.dbapi_connection.prepare_threshold == 5
