"""The database is full, shut or gone for a while: people are told so, nothing is half written, and it heals alone."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
from flask import Flask

from lcweb.db import db
from tests import factories
from tests.bench.servers import start_again
from tests.conftest import TEMPLATES, own_cluster
from tests.databases import Cluster, make_settings, migrate, opened, sqlite_url
from tests.faults import ledger
from tests.faults.disks import Disk, small_disk
from tests.faults.processes import App, environ_of, running, wait_for
from tests.faults.test_app_kills import people, still_up
from tests.faults.writers import Book, Told, Writer, at_work, word
from tests.rows import count
from tests.web.visits import Visitor, letter

log = logging.getLogger(__name__)
#: What has been committed outlives the server; that it outlives the machine is not what is asked here.
KEEPS = "synchronous_commit=on"
CLOSED = "Tjänsten går inte att använda just nu"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """One that may be stopped, and that keeps what it has committed."""
    with own_cluster() as own:
        restart(own, signal.SIGINT)
        yield own


def restart(cluster: Cluster, how: signal.Signals) -> None:
    """SIGINT: fast, with everybody told. SIGQUIT: at once, and what was committed is read from its log."""
    before = cluster.process
    assert before is not None
    before.send_signal(how)
    before.wait(timeout=60)
    start_again(cluster, before.args, () if KEEPS in before.args else (KEEPS,))


@contextmanager
def served(database_url: str, instance: Path) -> Iterator[Flask]:
    """As in operation: what a view raises becomes a page."""
    with opened(make_settings(database_url, instance)) as app:
        app.testing, app.config["PROPAGATE_EXCEPTIONS"] = True, False
        app.jinja_env.bytecode_cache = TEMPLATES
        yield app


class Sender:
    """Somebody who sends one letter after the other."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.person, receiver = factories.pair()
            self.to = receiver.require_unit()
        self.book, self.visitor = Book(), Visitor(app, self.person)
        self.visitor.get("/arenden/ny")

    def fields(self) -> dict[str, Any]:
        """No two alike, so that nothing is made small."""
        body = " ".join(word() for _ in range(60))
        return letter(self.to, body=body, new_thread="ja") | {"csrf_token": self.visitor.token}

    def send(self, fields: dict[str, Any]) -> tuple[int, str]:
        self.book.sent[fields["submission_id"]] = fields["body"]
        answer = self.visitor.client.post("/arenden/ny", data={k: v for k, v in fields.items() if v is not None})
        if answer.status_code == 303:
            self.book.note(Told("send", "", fields["submission_id"], body=fields["body"]))
        return answer.status_code, answer.text

    def health(self) -> tuple[int, str]:
        answer = self.visitor.client.get("/halsa")
        return answer.status_code, answer.get_json()["database"]

    def faults(self) -> list[str]:
        with self.visitor.context():
            return ledger.faults(self.book)


def refused_and_then_taken(app: Flask, sender: Sender, what: str, mend: Callable[[], object], most: int) -> None:
    """What is in a page's way is told and given back; sent once more afterwards, it is there once."""
    for _ in range(most):
        status, page = sender.send(fields := sender.fields())
        if status != 303:
            break
    assert (status, CLOSED in page, fields["body"] in page) == (503, True, True)
    sender.send(fields | {"body": ""})  # what is refused for another reason says nothing of the disk
    assert sender.health() == (503, what)
    told = len(sender.book.told)
    mend()
    assert sender.send(fields)[0] == 303
    assert sender.send(fields)[0] == 303
    assert sender.health() == (200, "ok")
    assert sender.faults() == []
    with app.app_context():
        assert count(factories.Thread) == told + 1


# SQLite ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", 12) as mounted:
        yield mounted


@pytest.fixture
def on_disk(disk: Disk, sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    path = disk.folder / "lcweb.db"
    path.write_bytes(sqlite_template.read_bytes())
    with served(sqlite_url(path), tmp_path) as app:
        yield app


def test_sqlite_on_a_full_disk(on_disk: Flask, disk: Disk) -> None:
    sender = Sender(on_disk)
    assert sender.send(sender.fields())[0] == 303
    disk.fill()
    refused_and_then_taken(on_disk, sender, "full", disk.clear, most=400)


def test_sqlite_on_a_disk_that_takes_no_writes(on_disk: Flask, disk: Disk) -> None:
    """As a disk that the system has shut after errors."""

    def let_go() -> None:
        with on_disk.app_context():
            db.engine.dispose()

    def reopen() -> None:
        let_go()
        disk.reopen()

    sender = Sender(on_disk)
    assert sender.send(sender.fields())[0] == 303
    let_go()
    disk.shut()
    assert sender.health() == (503, "read-only")
    refused_and_then_taken(on_disk, sender, "read-only", reopen, most=1)


# PostgreSQL -----------------------------------------------------------------------------------------------------------


def test_postgresql_on_a_full_disk(cluster: Cluster, tmp_path: Path) -> None:
    """Its own log lies on another: where that is full, the server stops, and the database is gone."""
    with small_disk(cluster.folder / "disk", 48) as disk:
        owner = cluster.folder.stat()
        os.chown(disk.folder, owner.st_uid, owner.st_gid)
        cluster.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
        with cluster.empty("TABLESPACE small", ends_all=True) as url:
            migrate(url, tmp_path)
            with served(url, tmp_path) as app:
                sender = Sender(app)
                assert sender.send(sender.fields())[0] == 303
                disk.fill()
                refused_and_then_taken(app, sender, "full", disk.clear, most=400)
        cluster.execute("DROP TABLESPACE small")


def test_postgresql_that_takes_no_writes(cluster: Cluster, tmp_path: Path) -> None:
    """As a standby does, or a server that its operator has shut."""

    def set_shut(words: str) -> None:
        cluster.execute(f"ALTER SYSTEM SET default_transaction_read_only = {words}")
        cluster.execute("SELECT pg_reload_conf()")
        wait_for(f"the server is not {words}", lambda: _shown(cluster) == words)

    with cluster.empty(ends_all=True) as url:
        migrate(url, tmp_path)
        with served(url, tmp_path) as app:
            sender = Sender(app)
            assert sender.send(sender.fields())[0] == 303
            try:
                set_shut("on")
                assert sender.health() == (503, "read-only")
                refused_and_then_taken(app, sender, "read-only", lambda: set_shut("off"), most=1)
            finally:
                set_shut("off")


def _shown(cluster: Cluster) -> str:
    with psycopg.connect(f"host={cluster.folder} user=postgres dbname=postgres") as connection:
        return connection.execute("SHOW transaction_read_only").fetchone()[0]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_an_idle_app_does_not_notice_that_postgresql_was_restarted(
    cluster: Cluster, tmp_path: Path, how: signal.Signals
) -> None:
    """Not one page fails for a connection that has died meanwhile."""
    with cluster.empty(ends_all=True) as url:
        migrate(url, tmp_path)
        with served(url, tmp_path) as app:
            sender = Sender(app)
            restart(cluster, how)
            assert sender.send(sender.fields())[0] == 303
            restart(cluster, how)
            assert sender.visitor.client.get("/poll/inkorg").status_code == 200
            assert sender.health() == (200, "ok")
            assert sender.faults() == []


def test_while_postgresql_is_away_health_says_so(cluster: Cluster, tmp_path: Path) -> None:
    with cluster.empty(ends_all=True) as url:
        migrate(url, tmp_path)
        with served(url, tmp_path) as app:
            sender = Sender(app)
            away = cluster.process
            assert away
            away.send_signal(signal.SIGINT)
            away.wait(timeout=60)
            refused_and_then_taken(app, sender, "unreachable", lambda: start_again(cluster, away.args), most=1)


def test_an_unchanged_poll_asks_the_server_one_thing(cluster: Cluster, tmp_path: Path, monkeypatch: Any) -> None:
    """Also with a connection that has been idle: whether it lives is seen without asking."""
    with cluster.empty(ends_all=True) as url:
        migrate(url, tmp_path)
        with served(url, tmp_path) as app:
            visitor = Sender(app).visitor
            poll = visitor.get("/inkorg").root.get_one(id="inbox")["hx-get"]
            assert visitor.client.get(poll).status_code == 204  # connects, and finds out to what
            asked: list[tuple[Any, ...]] = []
            execute = psycopg.Cursor.execute
            monkeypatch.setattr(psycopg.Cursor, "execute", lambda *a, **kw: asked.append(a) or execute(*a, **kw))
            assert visitor.client.get(poll).status_code == 204
            assert len(asked) == 1


@pytest.mark.prove
def test_no_message_is_lost_when_postgresql_is_restarted_while_people_write(
    cluster: Cluster, tmp_path: Path, scale: Callable[[int, int], int]
) -> None:
    """Fast and at once in turn. People see 503 and send again."""
    restarts, writes_between, book, random = scale(2, 30), scale(10, 60), Book(), Random(20261126)
    with cluster.empty(ends_all=True) as url:
        migrate(url, tmp_path)
        with served(url, tmp_path) as app, running(App(tmp_path, environ_of(url, tmp_path))) as processes:
            with app.app_context():
                names = people()
            writers = [
                Writer(processes.port, name, others, book, seed=n) for n, (name, others) in enumerate(names.items())
            ]

            def restart_again_and_again() -> None:
                for number in range(restarts + 1):
                    goal = len(book.told) + random.randrange(writes_between // 2, writes_between * 3 // 2)
                    wait_for("nobody writes", lambda goal=goal: still_up(processes) and len(book.told) >= goal)
                    if number < restarts:
                        restart(cluster, (signal.SIGINT, signal.SIGQUIT)[number % 2])

            at_work(writers, restart_again_and_again)
            log.info("%s restarts, %s told, troubles %s", restarts, len(book.told), dict(book.troubles))
            expected = ("status 503", "somebody else was first")
            assert [words for words in book.troubles if not words.endswith(expected)] == []
            with app.app_context():
                assert ledger.faults(book) == []
        assert processes.starts == 1
