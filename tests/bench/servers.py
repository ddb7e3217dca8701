"""Throw-away databases and servers, on this machine alone; all of them are gone when the bench ends."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple

import click

from lcweb.config import PREFIX, ROOT
from tests.databases import Cluster, migrate, postgresql_binaries, running_cluster, sqlite_url

PATIENCE = 60  # seconds for a server to start or to stop
#: The tests' cluster may lose what it has committed; what is measured may not. The last of two options holds.
DURABLE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on")


@dataclass(frozen=True)
class Room:
    """`new_database()` gives one more migrated database's URL; `settle()`, once all are filled, their pids."""

    folder: Path
    new_database: Callable[[], str]
    settle: Callable[[], tuple[int, ...]]


class Served(NamedTuple):
    port: int
    pid: int


@contextmanager
def sqlite_room() -> Iterator[Room]:
    with tempfile.TemporaryDirectory(prefix="lcweb-bench-") as name:
        folder = Path(name)

        def new_database() -> str:
            url = sqlite_url(folder / f"lcweb-{len(list(folder.glob('*.db')))}.db")
            migrate(url, folder)
            return url

        yield Room(folder, new_database, tuple)


@contextmanager
def postgresql_room(binaries: Path) -> Iterator[Room]:
    with tempfile.TemporaryDirectory(prefix="lcweb-bench-") as name, running_cluster(binaries) as cluster:

        def new_database() -> str:
            database = f"bench_{next(cluster.numbers)}"
            cluster.execute(f"CREATE DATABASE {database}")
            migrate(cluster.url(database), Path(name))
            return cluster.url(database)

        yield Room(Path(name), new_database, lambda: (_make_durable(cluster),))


@contextmanager
def served(target: str, folder: Path, environ: dict[str, str] | None = None, *, processes: int = 1) -> Iterator[Served]:
    """As `flask serve` does it; stopped by its own process id."""
    port = free_port()
    with (folder / f"server-{port}.log").open("wb") as log:
        server = start_module(serving(target, port, processes=processes), environ or {}, log)
        try:
            wait_until_it_answers(server, port, Path(log.name))
            yield Served(port, server.pid)
        finally:
            _stop(server)


def serving(target: str, port: int, *, processes: int = 1) -> list[str]:
    return ["lcweb.serving", "--port", str(port), "--processes", str(processes), target]


def start_module(
    words: list[str], environ: dict[str, str], log: IO[bytes], *, of_its_own: bool = False
) -> subprocess.Popen[bytes]:
    """`python -m words`, which ends with us. `of_its_own`: its children can be ended with it, as one group."""
    dies_with_us = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return subprocess.Popen(
        [*dies_with_us, sys.executable, "-m", *words], cwd=ROOT, env=clean | environ, stdout=log, stderr=log,
        start_new_session=of_its_own,
    )  # fmt: skip


def app_environ(url: str, folder: Path) -> dict[str, str]:
    values = {"INSTANCE": str(folder), "DATABASE_URL": url, "SECRET_KEY": "k" * 40, "DEMO": "1",
              "IDLE_MINUTES": "600"}  # fmt: skip
    return {PREFIX + name: value for name, value in values.items()}


def rooms(database: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """The name of each database asked for, and what opens its room."""
    if database in ("sqlite", "both"):
        yield "SQLite", sqlite_room
    if database in ("postgresql", "both"):
        binaries = postgresql_binaries()
        if binaries is None:
            click.echo("PostgreSQL is not installed here, so it is not measured.")
        else:
            yield "PostgreSQL", lambda: postgresql_room(binaries)


def _make_durable(cluster: Cluster) -> int:
    """Starts the cluster's server anew, as one that keeps what it has committed; its process id."""
    before = cluster.process
    assert before is not None
    cluster.stop()
    return start_again(cluster, before.args, DURABLE)


def start_again(cluster: Cluster, command: Any, options: Iterable[str] = ()) -> int:
    """A stopped server by the same command, with these options besides; its process id."""
    cluster.run([*command, *(word for option in options for word in ("-c", option))])
    assert cluster.process
    return cluster.process.pid


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise click.ClickException(f"the server did not start:\n{log.read_text('utf-8', 'replace')}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
