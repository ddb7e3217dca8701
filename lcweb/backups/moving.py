"""From SQLite to PostgreSQL: every row in one transaction, compared with where it came from before it is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from flask_migrate import upgrade
from sqlalchemy import URL, Connection, Table, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from lcweb.backups import beside, postgresql, restoring, sqlite
from lcweb.backups.folder import Tell
from lcweb.db import db, snapshot
from lcweb.domain.backups import Contents, Kind, TableDigest, Unusable
from lcweb.logs import kinds
from lcweb.models import LogHead
from lcweb.queries import backups as queries
from lcweb.queries import revisions

#: What the search of PostgreSQL goes by (P4).
SEARCH_INDEX = "ix_search_document_tokens"


class Counted(NamedTuple):
    rows: int
    digest: str


class Moved(NamedTuple):
    """`url`: where to, without its password. `source`: where it still is, too."""

    url: str
    source: str
    tables: dict[str, Counted]
    log_rows: int


def move(target_url: str, *, now: datetime, tell: Tell) -> Moved:
    """Raises Unusable, and then there is no row in the target."""
    url = _postgresql(target_url)
    source_url = db.engine.url
    if Kind(source_url.get_backend_name()) is not Kind.SQLITE:
        raise Unusable("LCWEB_DATABASE_URL does not name a SQLite database: there is nothing to move")
    beside.let_go()
    sqlite.require_idle(str(source_url))
    restoring.require_no_worker(now)
    with _source() as source:
        total = _movable(source).rows
        with beside.opened(url.render_as_string(hide_password=False)):
            _make_ready()
            tables, log_rows = _moved(source, _told_of(2 * total, tell))
            postgresql.analyze()
    beside.let_go()
    return Moved(url.render_as_string(), str(source_url.database), tables, log_rows)


def _postgresql(raw: str) -> URL:
    try:
        url = make_url(raw)
        if url.get_dialect().name == "postgresql" and url.get_driver_name() == "psycopg" and url.database:
            return url
    except (ArgumentError, ImportError, SQLAlchemyError):
        pass
    raise Unusable("the address must be postgresql+psycopg://…/name, of a database that is there and empty")


@contextmanager
def _source() -> Iterator[Connection]:
    """In a transaction that lets nobody write meanwhile."""
    with db.engine.connect() as connection, connection.begin():
        yield connection


def _movable(source: Connection) -> Contents:
    """Raises Unusable unless the code knows every table."""
    contents = queries.contents(source)
    if contents.revision != revisions.newest():
        raise Unusable(f"the tables are of revision {contents.revision}: run `prepare` first")
    sqlite.require_sound(source)
    queries.require_chain(source)
    known = {table.name for table in queries.own_tables()} | {queries.REVISIONS}
    if strange := sorted(contents.counts.keys() - known):
        raise Unusable(f"nobody knows how to move the table {strange[0]}: it is not the app's")
    return contents


def _make_ready() -> None:
    """The target has all tables and no rows. Raises Unusable."""
    try:
        with snapshot() as connection:
            empty = queries.is_empty(connection)
            strange = {*queries.tables(connection)} - {table.name for table in queries.own_tables()}
    except DBAPIError as error:
        raise Unusable(f"the new database cannot be reached ({kinds(error)})") from None
    if not empty or strange - {queries.REVISIONS}:
        raise Unusable("the new database is not empty")
    upgrade()


def _moved(source: Connection, done: Callable[[int], None]) -> tuple[dict[str, Counted], int]:
    """Committed when both sides are the same. Raises Unusable."""
    with db.engine.connect() as target, target.begin():
        _take_hold(target)
        tables = {table.name: _copied(source, target, table, done) for table in queries.own_tables()}
        _set_triggers(target, "ENABLE")
        for table in queries.own_tables():
            _require_same(table, tables[table.name], _counted(target, table, done))
            _set_sequences(target, table)
        _require_whole(target)
        return tables, target.execute(select(LogHead.last_id)).scalar_one()


def _take_hold(target: Connection) -> None:
    """Nobody else writes there from now on, and nobody has. The log's head is moved like any other row."""
    names = ", ".join(table.name for table in queries.own_tables())
    target.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    if not queries.is_empty(target):
        raise Unusable("the new database is not empty")
    _set_triggers(target, "DISABLE")
    for name in queries.NO_DATA:
        if name != queries.REVISIONS:
            target.execute(text(f"DELETE FROM {name}"))


def _set_triggers(target: Connection, verb: str) -> None:
    """They watch over the log row by row, and note what is written. A copy is proved as a whole instead."""
    for table in queries.own_tables():
        target.execute(text(f"ALTER TABLE {table.name} {verb} TRIGGER USER"))


def _copied(source: Connection, target: Connection, table: Table, done: Callable[[int], None]) -> Counted:
    """Every row by COPY; how many, and the digest of what was read. Raises Unusable."""
    digest, driver = TableDigest(), _driver(target)
    columns = ", ".join(column.name for column in table.columns)
    try:
        with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN") as copy:
            for batch in queries.batches(source, table):
                digest.take(batch)
                for row in batch:
                    copy.write_row(row)
                done(len(batch))
    except (psycopg.Error, SQLAlchemyError, ValueError) as error:  # without its words, which may be a row's
        raise Unusable(f"PostgreSQL does not take the rows of {table.name} ({kinds(error)})") from None
    return Counted(digest.rows, digest.hex())


def _counted(connection: Connection, table: Table, done: Callable[[int], None]) -> Counted:
    digest = TableDigest()
    for batch in queries.batches(connection, table):
        digest.take(batch)
        done(len(batch))
    return Counted(digest.rows, digest.hex())


def _require_same(table: Table, sent: Counted, arrived: Counted) -> None:
    if sent != arrived:
        counts = f"{arrived.rows} of {sent.rows} rows" if arrived.rows != sent.rows else "other values"
        raise Unusable(f"{table.name} arrived with {counts}; nothing was moved")


def _require_whole(target: Connection) -> None:
    """The access log's chain, and what the search goes by. Raises Unusable."""
    queries.require_chain(target)
    found = {index["name"] for index in inspect(target).get_indexes("search_document")}
    if SEARCH_INDEX not in found:
        raise Unusable(f"the new database lacks the index {SEARCH_INDEX}, which the search goes by")


def _set_sequences(target: Connection, table: Table) -> None:
    """The next row gets the number after the last one's."""
    for column in table.primary_key:
        owner = {"table": table.name, "column": column.name}
        name = target.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), owner).scalar()
        if name:
            last = f"SELECT setval('{name}', coalesce(max({column.name}), 1), count(*) > 0) FROM {table.name}"
            target.execute(text(last))


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _told_of(total: int, tell: Tell) -> Callable[[int], None]:
    told = 0

    def done(rows: int) -> None:
        nonlocal told
        told += rows
        tell(told, total)

    return done
