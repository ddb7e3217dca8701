"""PostgreSQL: a snapshot as a file of pg_dump's, its proof, and the way back into a new database that takes the old
one's name. Passwords go to the tools by their environment alone.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from psycopg import pq
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from lcweb.backups import beside, folder
from lcweb.backups.folder import Tell
from lcweb.db import db, engine_options, snapshot
from lcweb.domain.backups import Contents, Kind, Manifest, Unusable, difference, stamp
from lcweb.queries import backups as queries

KIND = Kind.POSTGRESQL
#: The database that is always there, from which others are made and renamed.
MAINTENANCE = "postgres"
UNFINISHED = "_unfinished"
LONGEST_NAME = 63  # bytes
_COPY = re.compile(rb'COPY (?:\S+\.)?"?(\w+)"? \(')


def copy(connection: Connection, path: Path, tell: Tell) -> None:
    """What this connection's transaction sees, by its snapshot: the transaction stays open meanwhile."""
    no_limit = text("SELECT set_config('idle_in_transaction_session_timeout', '0', true)")
    connection.execute(no_limit).scalar_one()  # a large dump takes its time
    name = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
    dump = ["--format=custom", f"--snapshot={name}", "--no-owner", "--no-privileges", f"--file={path}"]
    _run("pg_dump", *dump, url=connection.engine.url)
    tell(1, 1)


def prove(path: Path, expected: Contents) -> None:
    """Raises Unusable unless pg_restore can read it to its end and finds the expected rows.

    Where the log ends and of which revision the tables are was asked within the dumped snapshot.
    """
    found = expected._replace(counts=_counted(path, expected))
    if said := difference(expected, found):
        raise Unusable(f"{path.name} is not what it should be: {said}")


def _counted(path: Path, expected: Contents) -> dict[str, int]:
    """The rows of each table in the file. One that is named nowhere in it has none."""
    counts: Counter[str] = Counter()
    with _reading("pg_restore", "--data-only", "--file=-", str(path)) as lines:
        table = ""
        for line in lines:
            if table and line != b"\\.\n":
                counts[table] += 1
            else:
                begun = None if table else _COPY.match(line)
                table = begun[1].decode() if begun else ""
    return {name: counts.pop(name, 0) for name in expected.counts} | dict(counts)


class Place:
    """The settings' database, while a backup is put back: a new one beside it takes its name once it is proved."""

    def __init__(self, database_url: str) -> None:
        self.url = make_url(database_url)
        self.name = self.url.database or ""
        self._new = f"{self.name}{UNFINISHED}"

    def require_idle(self) -> None:
        """Raises Unusable while anybody else is connected, and when there is no such database."""
        beside.let_go()
        with self._maintenance() as connection:
            there = text("SELECT count(*) FROM pg_database WHERE datname = :name")
            if not connection.execute(there, {"name": self.name}).scalar():
                raise Unusable(f"there is no database {self.name}: make an empty one first (createdb)")
            if _connected(connection, self.name):
                raise Unusable("the database is in use: stop the app and the worker")

    def is_empty(self) -> bool:
        """Nobody would miss it."""
        try:
            with snapshot() as connection:
                return queries.is_empty(connection)
        finally:
            beside.let_go()

    @contextmanager
    def unfinished(self, backup: Path, manifest: Manifest, tell: Tell) -> Iterator[str]:
        """The backup in a database of its own, and proved: the URL it is reached by.

        Gone at the end, unless it was put in place. Raises Unusable.
        """
        if folder.sha256(backup) != manifest.sha256:
            raise Unusable(f"{backup.name} is damaged: it is not what the manifest says")
        url = self.url.set(database=self._new)
        with self._maintenance() as connection:
            self._make_new(connection)
            try:
                options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
                _run("pg_restore", *options, url=url, last=str(backup))
                tell(1, 1)
                _prove_database(url, manifest.contents)
                yield url.render_as_string(hide_password=False)
            finally:
                connection.execute(text(f"DROP DATABASE IF EXISTS {_quoted(connection, self._new)} WITH (FORCE)"))

    def put_in_place(self, now: datetime) -> str | None:
        """Two renamings in one transaction; under which name the old one is kept."""
        aside = f"{self.name}_before_{stamp(now)}".lower()
        if len(aside.encode()) > LONGEST_NAME:
            raise Unusable(f"{aside} is too long a name for a database")
        engine = _engine(self.url.set(database=MAINTENANCE))
        try:
            with engine.begin() as connection:
                for name, new in ((self.name, aside), (self._new, self.name)):
                    was, is_now = _quoted(connection, name), _quoted(connection, new)
                    connection.execute(text(f"ALTER DATABASE {was} RENAME TO {is_now}"))
        except DBAPIError as error:
            raise Unusable(f"the new database could not take the old one's name: {_said(error)}") from None
        return aside

    def _make_new(self, connection: Connection) -> None:
        """In the old one's alphabet. One that a killed command has left goes first. Raises Unusable."""
        if not connection.execute(text("SELECT pg_try_advisory_lock(hashtext(:name))"), {"name": self._new}).scalar():
            raise Unusable(f"another restore of {self.name} is at work")
        was = text("SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = :name")
        known = connection.execute(was, {"name": self.name}).one()
        encoding, collate, ctype = (str(word).replace("'", "''") for word in known)
        name = _quoted(connection, self._new)
        try:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
            alphabet = f"ENCODING '{encoding}' LC_COLLATE '{collate}' LC_CTYPE '{ctype}'"
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 {alphabet}")
        except DBAPIError as error:
            raise Unusable(f"the new database could not be made: {_said(error)}") from None

    @contextmanager
    def _maintenance(self) -> Iterator[Connection]:
        """A connection that is in no transaction. Raises Unusable."""
        engine = _engine(self.url.set(database=MAINTENANCE))
        try:
            connection = engine.connect()
        except OperationalError as error:
            raise Unusable(f"the database {MAINTENANCE} of the same server cannot be reached: {_said(error)}") from None
        with connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")


def _prove_database(url: URL, expected: Contents) -> None:
    """Raises Unusable."""
    with beside.opened(url.render_as_string(hide_password=False)):
        with snapshot() as connection:
            if said := difference(expected, queries.contents(connection)):
                raise Unusable(f"the restored database is not what it should be: {said}")
            queries.require_chain(connection)
        analyze()


def analyze() -> None:
    """What the planner knows of new tables."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _connected(connection: Connection, name: str) -> bool:
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = :name AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    return bool(connection.execute(others, {"name": name}).scalar())


def _engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool, **engine_options(url.render_as_string(hide_password=False)))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)


def _said(error: DBAPIError) -> str:
    """The server's first line: what follows it may hold values."""
    return str(error.orig).strip().splitlines()[0]


# The tools ------------------------------------------------------------------------------------------------------------


def _run(tool: str, *words: str, url: URL, last: str | None = None) -> None:
    """To its end. Raises Unusable."""
    where, environ = _reach(url)
    command = [_found(tool), "--no-password", *words, f"--dbname={where}", *([last] if last else [])]
    ended = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE)  # fmt: skip
    if ended.returncode:
        raise Unusable(_complaint(tool, ended.returncode, ended.stderr))


@contextmanager
def _reading(tool: str, *words: str) -> Iterator[IO[bytes]]:
    """The lines it writes. Raises Unusable when it fails."""
    with tempfile.TemporaryFile() as told:
        with subprocess.Popen([_found(tool), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=told) as process:  # fmt: skip
            assert process.stdout
            yield process.stdout
        told.seek(0)
        if process.returncode:
            raise Unusable(_complaint(tool, process.returncode, told.read()))


def _found(tool: str) -> str:
    path = shutil.which(tool)
    if path is None:
        raise Unusable(f"{tool} is not installed here: it comes with PostgreSQL's client (postgresql-client in Debian)")
    return path


def _reach(url: URL) -> tuple[str, dict[str, str]]:
    """How libpq is told where the database is, and the environment that knows the password."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    said = url.get_dialect()().create_connect_args(url)[1]
    password = said.pop("password", None)
    where = make_conninfo(**{name: value for name, value in said.items() if name in known})
    return where, os.environ | ({"PGPASSWORD": str(password)} if password else {})


def _complaint(tool: str, code: int, told: bytes) -> str:
    """Its first complaint, up to where it quotes the database's: that may hold values."""
    lines = told.decode("utf-8", "replace").splitlines()
    first = next((line for line in lines if "error:" in line), lines[0] if lines else f"exit code {code}")
    with suppress(ValueError):
        first = first[: first.index(" ERROR:")]
    return f"{tool} failed: {first.removeprefix(f'{tool}: ').removeprefix('error: ')}"
