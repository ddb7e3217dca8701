"""Two app servers behind a proxy that sends each request to the next one, and an upgrade while the old ones work."""

import logging
import re
import subprocess
import tarfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from alembic.script import Script, ScriptDirectory
from flask import Flask
from sqlalchemy import select

from lcweb.config import ROOT
from lcweb.db import db
from lcweb.models import InternalNote
from tests import factories
from tests.bench.client import WrongAnswer
from tests.conftest import absent
from tests.databases import make_settings, opened
from tests.factories import LONG_AGO
from tests.fleet import Server, Visitor, nginx, proxy, serving, username_of, visitors

Scale = Callable[[int, int], int]
log = logging.getLogger(__name__)
REVISIONS: list[Script] = list(ScriptDirectory(str(ROOT / "lcweb" / "migrations")).walk_revisions())  # newest first
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Work:
    """Reads and writes, one after the other, until told to stop; what came of it."""

    def __init__(self, thread_id: int) -> None:
        self.thread_id = thread_id
        self.over = Event()
        self.statuses: Counter[int] = Counter()
        self.said: set[str] = set()

    def go_on(self, who: Visitor) -> None:
        try:
            while not self.over.is_set():
                self._turn(who)
        finally:
            self.over.set()  # one that fails ends it for all

    def _turn(self, who: Visitor) -> None:
        for path in ("/poll/inkorg", f"/arenden/{self.thread_id}"):
            self.statuses[who.visit(path).status] += 1
        text = f"text{uuid4().hex}"
        fields = {"note": text, "submission_id": uuid4().hex}
        status = who.send(f"/arenden/{self.thread_id}/anteckning", **fields).status
        self.statuses[status] += 1
        if status == 303:
            self.said.add(text)

    def check(self) -> None:
        """Every answer is an ordinary one, and everything that was said to be saved is."""
        log.info("%s", dict(self.statuses))
        assert set(self.statuses) <= {200, 204, 303}
        with db.engine.connect() as connection:
            kept = set(connection.execute(select(InternalNote.body)).scalars())
        assert self.said and self.said <= kept


def wait_for(work: Work, more: int) -> None:
    """Until so many answers have come."""
    aim = sum(work.statuses.values()) + more
    while sum(work.statuses.values()) < aim and not work.over.wait(0.05):
        pass


def at_work(port: int, work: Work, usernames: list[str], meanwhile: Callable[[], None]) -> None:
    with visitors(port, *usernames) as signed_in, ThreadPoolExecutor(len(signed_in)) as together:
        tasks = [together.submit(work.go_on, who) for who in signed_in]
        try:
            meanwhile()
        finally:
            work.over.set()
        for task in tasks:
            task.result()


@pytest.mark.prove
@only_postgresql
def test_a_rolling_restart_loses_no_request(app: Flask, database_url: str, tmp_path: Path, scale: Scale) -> None:
    """SIGTERM to one server, its end, its start, then the other: readers and writers never notice."""
    binary = nginx()
    if binary is None:
        absent("nginx", "nginx is not installed")
    sender, recipient = factories.pair()
    work = Work(factories.thread(sender, recipient.unit_id, now=LONG_AGO))
    people = [recipient, *(factories.colleague(recipient) for _ in range(3))]
    servers = [Server(database_url, tmp_path) for _ in range(2)]
    with serving(*servers), proxy(binary, tmp_path, *(server.port for server in servers)) as port:

        def restart() -> None:
            for number in range(scale(2, 20)):
                server = servers[number % 2]
                wait_for(work, 10)
                assert server.stop() == 0
                wait_for(work, 10)
                server.start()

        at_work(port, work, [username_of(person) for person in people], restart)
    work.check()


@pytest.mark.prove
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_several_processes_on_one_machine_answer_what_they_have_begun_before_they_end(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    """Without a proxy whoever asks next finds nobody; but no answer that was begun is cut off."""
    sender, recipient = factories.pair()
    work = Work(factories.thread(sender, recipient.unit_id, now=LONG_AGO))
    server = Server(database_url, tmp_path)
    server.start()
    with visitors(server.port, username_of(recipient)) as (who,), ThreadPoolExecutor(1) as beside:
        task = beside.submit(work.go_on, who)
        wait_for(work, 10)
        assert server.stop() == 0
        error = task.exception()
    assert isinstance(error, WrongAnswer | OSError), "the connection was closed between two requests"
    work.check()


# While it is upgraded -------------------------------------------------------------------------------------------------


#: What the version of before makes of its own tables, by its own tests' means.
FILL = """
from flask_migrate import upgrade
from lcweb import config, create_app
from lcweb.db import db
from lcweb.models import User
from tests import factories
with create_app(config.load()).app_context():
    upgrade()
    sender, recipient = factories.pair()
    thread_id = factories.thread(sender, recipient.unit_id, now=factories.LONG_AGO)
    with db.engine.connect() as connection:
        name = connection.execute(db.select(User.username).where(User.id == recipient.user_id)).scalar_one()
    print(f"filled: {thread_id} {name}")
"""


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def code_before(revision: Script, folder: Path) -> Path:
    """The version that knew of no such revision, as it stood in the commit before."""
    path = Path(revision.path).relative_to(ROOT)
    try:
        added = git("log", "--diff-filter=A", "--format=%H", "--", str(path)).split()[-1].decode()
        archive = git("archive", f"{added}~1")
    except (OSError, subprocess.CalledProcessError, IndexError):
        absent("history", "there is no history of the code here")
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


@pytest.mark.prove
def test_old_processes_serve_while_it_is_upgraded_where_the_revision_says_so(
    empty_database_url: str, tmp_path: Path, scale: Scale
) -> None:
    """The code of before, at work with readers and writers, and `prepare` by the code of now."""
    revision = next(known for known in REVISIONS if known.module.old_processes_may_run and known.down_revision)
    old = Server(empty_database_url, tmp_path, code=code_before(revision, tmp_path / "before"))
    old.command = (
        "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(old.port), "--workers", "2",
        "--blocking-threads", "8", "--no-ws", "app:app",
    )  # fmt: skip
    thread_id, username = re.findall(r"^filled: (\S+) (\S+)$", old.python("-c", FILL), re.MULTILINE)[0]
    new, work = Server(empty_database_url, tmp_path), Work(int(thread_id))
    with serving(old):

        def upgrade() -> None:
            wait_for(work, scale(10, 200))
            said = new.flask("db", "upgrade", revision.revision)
            assert empty_database_url.startswith("sqlite") or "Others are at work on the database and may be" in said
            wait_for(work, scale(20, 400))

        at_work(old.port, work, [username] * 3, upgrade)
    with opened(make_settings(empty_database_url, tmp_path)) as app, app.app_context():
        work.check()
    new.flask("prepare")
    with serving(new), visitors(new.port, username) as (who,):
        assert who.visit(f"/arenden/{work.thread_id}").status == 200
