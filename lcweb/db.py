"""The engine's habits, the only commit, and the connection that queries read by."""

import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pysqlite3
from flask import Flask, current_app, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from lcweb import at_work

if TYPE_CHECKING:
    import psycopg

#: The first SQLite without the WAL-reset corruption (3.7.0–3.51.2 have it).
SOUND_SQLITE = (3, 51, 3)

#: Seconds that SQLite waits for a lock, and between two tries to be the one that writes.
LOCK_PATIENCE, ASKS_AGAIN = 10, 0.0002
_WAITS = f"PRAGMA busy_timeout={LOCK_PATIENCE * 1000}"
_CACHE = "PRAGMA cache_size=-400"  # KiB of each connection; the system keeps what is read often for all of them

#: The engine of lcweb/glances.py.
GLANCES = "glances"

T = TypeVar("T")
#: What a verb does last, in its session's `info`.
_LAST = "lcweb_last"
_guard: ContextVar[Callable[[Session], None] | None] = ContextVar("lcweb_guard", default=None)
#: What a read raises when the database does not answer.
Unreachable = SQLAlchemyError
#: Connections of one process at most, unless a setting says otherwise: its 6 threads hold one each.
CONNECTIONS = 6
#: Besides, for unchanged polls, which hold one for some tenths of a millisecond.
GLANCING = 2
#: Seconds for which a request waits for one that others hold; then it raises Exhausted.
PATIENCE = 3
Exhausted = NoConnection
#: In the app's `extensions`: what refused the last write, and when. Not there: nothing did.
_REFUSED = "lcweb_refused"
REMEMBERED = 60  # seconds that a refused write is told of, if none has been tried since


class UnsoundDatabase(Exception):
    """The database library has a known fault that loses data."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def known_to_models(name: str | None, _kind: str, _parents: object) -> bool:
    """Not the search index, which each database has in its own way beside the table `search_document`."""
    return not (name or "").startswith(("search_fts", "ix_search_document_tokens"))


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False, "autoflush": True})


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment in and out; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def init_app(app: Flask, database_url: str, *, log_key: bytes, connections: int = CONNECTIONS) -> None:
    """`log_key` seals the access log; `connections` are what this process may have at most.

    Raises UnsoundDatabase when SQLite's library is an affected one.
    """
    if make_url(database_url).get_backend_name() == "sqlite" and not is_sound():
        raise UnsoundDatabase(f"SQLite {pysqlite3.sqlite_version} can corrupt its write-ahead log")
    app.config["LOG_KEY"] = log_key
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    # The connection used last is used next: each has a cache of its own, and only as many as are needed fill theirs.
    pool = {"pool_size": connections, "max_overflow": 0, "pool_timeout": PATIENCE, "pool_use_lifo": True}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(database_url) | pool
    app.config["SQLALCHEMY_BINDS"] = {GLANCES: {"url": database_url, **glance_options(database_url)}}
    db.init_app(app)
    app.teardown_appcontext(lambda _error: release_reading())


def is_sound() -> bool:
    return pysqlite3.sqlite_version_info >= SOUND_SQLITE


def engine_options(database_url: str) -> dict[str, Any]:
    """Errors are logged, patients are not."""
    if make_url(database_url).get_backend_name() == "sqlite":
        return {"module": pysqlite3.dbapi2, "hide_parameters": True}
    return {"hide_parameters": True}


def glance_options(database_url: str) -> dict[str, Any]:
    """Of connections that only ever read, one statement at a time: nothing is begun, checked or taken back.

    Who finds none free has another way at once.
    """
    pool = {"pool_size": GLANCING, "max_overflow": 0, "pool_timeout": 0, "pool_use_lifo": True}
    options = engine_options(database_url) | pool | {"pool_reset_on_return": None}
    if make_url(database_url).get_backend_name() == "postgresql":
        options["isolation_level"] = "AUTOCOMMIT"
    return options


class FinishedFile(pysqlite3.dbapi2.Connection):
    """Of a SQLite file that nobody writes: it is read as it lies there, and nothing comes to lie beside it."""


def _is_sqlite(dbapi_connection: Any) -> bool:
    return isinstance(dbapi_connection, pysqlite3.dbapi2.Connection)


@event.listens_for(Engine, "connect")
def _sqlite_connection(dbapi_connection: Any, _record: object) -> None:
    if not _is_sqlite(dbapi_connection) or isinstance(dbapi_connection, FinishedFile):
        return
    # The driver's own transactions lose updates silently; ours begin in _sqlite_begin.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", _WAITS, "PRAGMA foreign_keys=ON", _CACHE):
        cursor.execute(pragma)
    cursor.close()


@event.listens_for(Engine, "do_connect")
def _named(dialect: Dialect, _record: object, _arguments: object, parameters: dict[str, Any]) -> None:
    if dialect.name == "postgresql":
        parameters.setdefault("application_name", at_work.name())


@event.listens_for(Engine, "connect")
def _postgresql_connection(dbapi_connection: Any, _record: object) -> None:
    """A pooler gives each transaction another server, which does not know what was prepared at the one before.

    It is found out by its number: what answers is not what was connected to.
    """
    if _is_sqlite(dbapi_connection):
        return
    before, dbapi_connection.autocommit = dbapi_connection.autocommit, True
    (answers,) = dbapi_connection.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    dbapi_connection.autocommit = before
    if answers != dbapi_connection.info.backend_pid:
        dbapi_connection.prepare_threshold = None


@event.listens_for(Engine, "checkout")
def _is_alive(dbapi_connection: Any, _record: object, _fairy: object) -> None:
    """A server that has stopped has said so, or closed the line: on an idle connection there is then something to read.

    Looked at in this process, since a ping is one more question to the server for each poll. A whole pool goes with it.
    """
    if _is_sqlite(dbapi_connection) or not _has_something_to_read(dbapi_connection):
        return
    from psycopg import Error  # loaded with the engine, where the database is PostgreSQL: late.py

    with suppress(Error):
        dbapi_connection.execute("SELECT 1")  # it may have been a notice
        dbapi_connection.rollback()
        return
    raise InvalidatePoolError()


def _has_something_to_read(connection: "psycopg.Connection") -> bool:
    if connection.closed:
        return True
    asked = select.poll()
    asked.register(connection.fileno(), select.POLLIN)
    return bool(asked.poll(0))


@event.listens_for(Engine, "begin")
def _sqlite_begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if connection.get_execution_options().get("readonly", False):
        connection.exec_driver_sql("BEGIN")
    else:
        _begin_to_write(connection)


def _begin_to_write(connection: Connection) -> None:
    """SQLite's own pauses between its tries grow to a tenth of a second: who has waited longest would come last."""
    driver: Any = connection.connection.driver_connection
    give_up = time.monotonic() + LOCK_PATIENCE
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not (begun := _has_begun(driver)) and time.monotonic() < give_up:
            time.sleep(ASKS_AGAIN)
        if not begun:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says what is wrong
    finally:
        driver.execute(_WAITS)


def _has_begun(driver: Any) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except pysqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != pysqlite3.SQLITE_BUSY:
            raise
        return False
    return True


@contextmanager
def transaction() -> Iterator[Session]:
    """One verb's transaction: committed at the end, rolled back on any exception. Does not nest."""
    release_reading()  # what is read afterwards must see what is written here
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("a verb within a verb")
    try:
        yield session
        _do_last(session)
        if guard := _guard.get():
            guard(session)
        has_logged = _LAST in session.info
        session.commit()
        if has_logged:  # what only reads commits on a full disk, too
            current_app.extensions.pop(_REFUSED, None)
    except BaseException as error:
        _note_refused(trouble_of(error))
        session.rollback()
        raise
    finally:
        session.info.pop(_LAST, None)
        session.close()


@contextmanager
def guarded(check: Callable[[Session], None]) -> Iterator[None]:
    """Each verb within commits only if `check(session)`, asked just before, raises nothing."""
    before = _guard.set(check)
    try:
        yield
    finally:
        _guard.reset(before)


def at_the_end(session: Session, step: Callable[[Session, list[T]], None], item: T) -> None:
    """`step(session, items)` runs once, just before the verb's commit.

    What all verbs wait for is locked last, so that it is held for the shortest time and no two wait for each other.
    """
    session.info.setdefault(_LAST, {}).setdefault(step, []).append(item)


def _do_last(session: Session) -> None:
    session.flush()
    for step, items in session.info.get(_LAST, {}).items():
        step(session, items)


def log_key() -> bytes:
    """What the access log is sealed with (L2). The database does not know it."""
    return current_app.config["LOG_KEY"]


def insert_into(session: Session, table: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT, which each database spells by itself."""
    own = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return own[session.get_bind().dialect.name](table)


def reading() -> Connection:
    """This request's connection for queries: one snapshot on SQLite, no transaction round trips on PostgreSQL."""
    connection: Connection | None = g.get("reading")
    if connection is None:
        options: dict[str, Any] = {"readonly": True}
        if db.engine.dialect.name == "postgresql":
            options["isolation_level"] = "AUTOCOMMIT"
        connection = g.reading = db.engine.connect().execution_options(**options)
    return connection


@contextmanager
def snapshot() -> Iterator[Connection]:
    """One moment of the database for a long read, whose rows come in batches."""
    options: dict[str, Any] = {"readonly": True, "yield_per": 2000}
    if db.engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with db.engine.connect().execution_options(**options) as connection:
        yield connection


def release_reading() -> None:
    connection: Connection | None = g.pop("reading", None)
    if connection is not None:
        connection.close()


# When it cannot be used ---------------------------------------------------------------------------------------------


class Trouble(StrEnum):
    """Why the database cannot be used just now. None of it is a fault of what was asked."""

    UNREACHABLE = "unreachable"
    READ_ONLY = "read-only"
    FULL = "full"
    BUSY = "busy"


#: SQLite's primary result codes.
_OF_SQLITE = {
    3: Trouble.READ_ONLY, 5: Trouble.BUSY, 6: Trouble.BUSY, 8: Trouble.READ_ONLY, 10: Trouble.UNREACHABLE,
    13: Trouble.FULL, 14: Trouble.UNREACHABLE, 15: Trouble.BUSY,
}  # fmt: skip
#: PostgreSQL's, by the whole code or by its class.
_OF_POSTGRESQL = {
    "08": Trouble.UNREACHABLE, "25006": Trouble.READ_ONLY, "40001": Trouble.BUSY, "40P01": Trouble.BUSY,
    "53": Trouble.BUSY, "53100": Trouble.FULL, "55P03": Trouble.BUSY, "57": Trouble.UNREACHABLE,
    "58": Trouble.UNREACHABLE,
}  # fmt: skip


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Of an exception or what it was raised from. None: it has another cause."""
    while error is not None:
        if isinstance(error, Exhausted):
            return Trouble.BUSY
        if isinstance(error, DBAPIError):
            return _trouble_of_driver(error)
        error = error.__cause__
    return None


def _trouble_of_driver(error: DBAPIError) -> Trouble | None:
    sqlite_code, state = getattr(error.orig, "sqlite_errorcode", None), getattr(error.orig, "sqlstate", None)
    if sqlite_code is not None:
        return _OF_SQLITE.get(sqlite_code & 0xFF)
    if state:
        return _OF_POSTGRESQL.get(state) or _OF_POSTGRESQL.get(state[:2])
    lost = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return Trouble.UNREACHABLE if lost else None


def _note_refused(met: Trouble | None) -> None:
    """By this process alone: what it has met itself. What is only busy is not out of order."""
    if met not in (None, Trouble.BUSY):
        current_app.extensions[_REFUSED] = (met, time.monotonic())


def trouble_with_writing() -> Trouble | None:
    """Read-only, or what refused this process's last write less than a minute ago. Writes nothing."""
    met, at = current_app.extensions.get(_REFUSED, (None, 0.0))
    if met and time.monotonic() - at < REMEMBERED:
        return met
    if db.engine.dialect.name == "postgresql":
        is_read_only = reading().exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
        return Trouble.READ_ONLY if is_read_only else None
    return Trouble.READ_ONLY if _is_shut_file() else None


def trouble_with_reading() -> Trouble:
    """Once a read has failed. SQLite cannot even read where it may not write."""
    return Trouble.READ_ONLY if _is_shut_file() else Trouble.UNREACHABLE


def _is_shut_file() -> bool:
    path = Path(db.engine.url.database or "")
    is_file = db.engine.dialect.name == "sqlite" and path.exists()
    return is_file and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
