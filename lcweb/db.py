"""The engine's habits, the only commit, and the connection that queries read by."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import pysqlite3
from flask import Flask, current_app, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

#: The first SQLite without the WAL-reset corruption (3.7.0–3.51.2 have it).
SOUND_SQLITE = (3, 51, 3)

T = TypeVar("T")
#: What a verb does last, in its session's `info`.
_LAST = "lcweb_last"
#: What a read raises when the database does not answer.
Unreachable = SQLAlchemyError


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


def init_app(app: Flask, database_url: str, *, log_key: bytes) -> None:
    """`log_key` seals the access log. Raises UnsoundDatabase when SQLite's library is an affected one."""
    if make_url(database_url).get_backend_name() == "sqlite" and not is_sound():
        raise UnsoundDatabase(f"SQLite {pysqlite3.sqlite_version} can corrupt its write-ahead log")
    app.config["LOG_KEY"] = log_key
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(database_url)
    db.init_app(app)
    app.teardown_appcontext(lambda _error: release_reading())


def is_sound() -> bool:
    return pysqlite3.sqlite_version_info >= SOUND_SQLITE


def engine_options(database_url: str) -> dict[str, Any]:
    """Errors are logged, patients are not."""
    if make_url(database_url).get_backend_name() == "sqlite":
        return {"module": pysqlite3.dbapi2, "hide_parameters": True}
    return {"pool_pre_ping": True, "hide_parameters": True}


class FinishedFile(pysqlite3.dbapi2.Connection):
    """Of a SQLite file that nobody writes: it is read as it lies there, and nothing comes to lie beside it."""


@event.listens_for(Engine, "connect")
def _sqlite_connection(dbapi_connection: Any, _record: object) -> None:
    if not isinstance(dbapi_connection, pysqlite3.dbapi2.Connection) or isinstance(dbapi_connection, FinishedFile):
        return
    # The driver's own transactions lose updates silently; ours begin in _sqlite_begin.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _sqlite_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        readonly = connection.get_execution_options().get("readonly", False)
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


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
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_LAST, None)
        session.close()


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
