"""PgBouncer in front of a test's PostgreSQL, in transaction mode: each transaction gets whichever server is free."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.databases import Cluster

PATIENCE = 20  # seconds to start
SETTINGS = """
[databases]
* = host={folder} user=postgres
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = {servers}
min_pool_size = {servers}
server_round_robin = 1
max_client_conn = 200
"""


def installed() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


@contextmanager
def bouncing(binary: str, cluster: Cluster, *, servers: int = 4) -> Iterator[str]:
    """The number by which its socket in the cluster's folder is found; stopped by its own process id."""
    port = free_port()
    settings = cluster.folder / f"pgbouncer-{port}.ini"
    settings.write_text(SETTINGS.format(folder=cluster.folder, port=port, servers=servers), "utf-8")
    settings.chmod(0o644)
    owner = {"user": pwd.getpwuid(cluster.folder.stat().st_uid).pw_name} if os.geteuid() == 0 else {}
    process = subprocess.Popen(
        [binary, "--quiet", str(settings)], cwd=cluster.folder, stderr=subprocess.DEVNULL, **owner
    )
    try:
        _wait_for(cluster.folder / f".s.PGSQL.{port}", process)
        yield str(port)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def through(url: str, port: str) -> str:
    """The same database, by way of the pooler."""
    return f"{url}&port={port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE
    while not path.exists():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError("PgBouncer did not start")
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
