"""Throw-away databases: a SQLite file or a PostgreSQL cluster of our own, migrated once and emptied for each test."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade

from lcweb import create_app
from lcweb.config import Settings
from lcweb.db import db

PREFIX = "lcweb-postgresql-"
#: 1 ms over a connection that stays (12 over a new one), where TRUNCATE takes 7 and a copied database 15 to 100. No
#: trigger stops it in this mode.
CLEAN = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  SET LOCAL lock_timeout = '5s';
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
      AND tablename NOT IN ('alembic_version', 'edition', 'log_head') LOOP
    EXECUTE format('DELETE FROM %I', name);
  END LOOP;
  UPDATE log_head SET last_id = 0, seal = '';
  UPDATE edition SET value = gen_random_uuid()::text;
  FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
    PERFORM setval(name::regclass, 1, false);
  END LOOP;
END $$
"""


def make_settings(database_url: str, instance: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "instance": instance,
        "database_url": database_url,
        "secret_key": "k" * 40,
        "secure_cookie": False,
        "base_url": "http://lcweb.test",
        "security_contact": "mailto:sakerhet@lcweb.test",
    }
    return Settings(**(values | changes))


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    """The app over a database; its connections are closed at the end."""
    app = create_app(settings)
    try:
        yield app
    finally:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def migrate(database_url: str, instance: Path) -> None:
    with opened(make_settings(database_url, instance)) as app, app.app_context():
        upgrade()


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


@dataclass
class Cluster:
    """One PostgreSQL server, reached by a Unix socket in its own folder."""

    folder: Path
    bin: Path
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=count)
    cleaner: psycopg.Connection | None = None

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        where = f"host={self.folder} user=postgres dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement)

    def fresh(self) -> str:
        """The URL of the migrated database, without rows. A test that changes its tables asks for an `empty` one."""
        if self.cleaner is None:
            where = f"host={self.folder} user=postgres dbname=lcweb"
            self.cleaner = psycopg.connect(where, autocommit=True)
        self.cleaner.execute(CLEAN)
        return self.url("lcweb")

    @contextmanager
    def empty(self, more: str = "", *, ends_all: bool = False) -> Iterator[str]:
        """The URL of a database without tables. `ends_all`: whoever is still connected; else dropping it fails when a
        test has left a connection open.
        """
        name = f"test_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} {more}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name}{' WITH (FORCE)' if ends_all else ''}")

    def start(self) -> None:
        data = self.folder / "data"
        initdb = [self.bin / "initdb", "-D", data, "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        subprocess.run(
            [*initdb, "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **_unprivileged()
        )
        options = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off",
                   "log_min_messages=log", "max_connections=60")  # fmt: skip
        words = [word for option in options for word in ("-c", option)]
        self.run([*_dies_with_us(), self.bin / "postgres", "-D", data, "-k", self.folder, *words])

    def run(self, command: Any) -> None:
        """The server by these words. Its log is a file: a pipe that nobody reads fills, and holds it up in a write."""
        path, never = self.folder / "server.log", Event()
        path.touch()
        already = path.stat().st_size
        with path.open("ab") as log:
            self.process = subprocess.Popen(command, stderr=log, cwd=self.folder, **_unprivileged())
        while b"ready to accept connections" not in path.read_bytes()[already:]:
            if self.process.poll() is not None:
                raise RuntimeError("PostgreSQL did not start")
            never.wait(0.02)

    def stop(self) -> None:
        if self.cleaner:
            self.cleaner.close()
        if self.process:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)


@contextmanager
def running_cluster(binaries: Path) -> Iterator[Cluster]:
    """A started cluster with a migrated database in it; stopped and removed whatever happens."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    if os.geteuid() == 0:
        owner = pwd.getpwnam(_unprivileged()["user"])
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    cluster = Cluster(folder, binaries)
    try:
        cluster.start()
        cluster.execute("CREATE DATABASE lcweb")
        migrate(cluster.url("lcweb"), folder)
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


def postgresql_binaries() -> Path | None:
    """The folder of initdb and postgres, where there is one."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def _sweep() -> None:
    """Folders of runs that were killed: no server runs there, and none has been starting there for an hour."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        if time.time() - folder.stat().st_mtime > 3600 and not (folder / "data" / "postmaster.pid").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in known)
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _dies_with_us() -> list[str]:
    """A killed pytest leaves no server behind, where the system can promise that."""
    return ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
