"""Which processes are at work on a database, as the system knows it, and how a migration gets in between them.

Nobody writes it down, and nothing beats. On PostgreSQL each session carries its process's name. On SQLite, which is
for one machine, each process holds a shared lock on a file beside the database; the system lets it go when the process
ends, however it ends.
"""

import fcntl
import os
import random
import socket
import time
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.exc import OperationalError

_SESSIONS = text(
    "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> :own"
)
TRIES = 300  # of a migration to find a moment in which nobody uses any table: half a minute
LONGEST_NAME = 63  # what PostgreSQL keeps of one

_role = "command"
_locks: dict[str, int] = {}  # database file → descriptor; closed, and so let go, when the process ends


def begin(role: str, database_url: str) -> None:
    """This process is an `app` or a `worker` from now on: before its first connection, for as long as it lives."""
    global _role
    _role = role
    path = _lock_file(database_url)
    if path and str(path) not in _locks:
        _locks[str(path)] = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(_locks[str(path)], fcntl.LOCK_SH)


def name() -> str:
    """What this process's sessions are called."""
    return f"lcweb {_role} {os.getpid()} {socket.gethostname()}"[:LONGEST_NAME]


def others(connection: Connection) -> list[str]:
    """The names of other processes' sessions; of SQLite one sentence for them all. Empty: none is at work.

    A process that has not yet asked its database anything is not seen on PostgreSQL.
    """
    if connection.dialect.name == "sqlite":
        path = _lock_file(connection.engine.url.render_as_string(hide_password=False))
        return [f"an app process or a worker (it holds {path.name})"] if path and _is_locked(path) else []
    found = connection.execute(_SESSIONS, {"own": name()}).scalars()
    return sorted({session or "a session without a name" for session in found})


def is_held(database_url: str) -> bool:
    """Whether an app process or a worker on this SQLite database lives, also one that has no connection just now."""
    path = _lock_file(database_url)
    return path is not None and _is_locked(path)


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock_file(database_url: str) -> Path | None:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(f"{url.database}-at-work")


def take_all_tables(connection: Connection) -> None:
    """All at once, or none and another try: from then on requests wait, and none of them is in the middle of anything.

    It never waits for one table while it holds another, so no request can be given up for a deadlock. Raises
    RuntimeError when somebody holds on to a table all the time.
    """
    names = inspect(connection).get_table_names()
    if not names:
        return
    tables = ", ".join(f'"{name}"' for name in names)
    for _ in range(TRIES):
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE NOWAIT")
            return
        except OperationalError:
            time.sleep(random.uniform(0.02, 0.18))
    raise RuntimeError("some table is in use all the time, by a backup perhaps. Nothing was changed; try again later.")
