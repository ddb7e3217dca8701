"""A table of many threads, written behind the verbs: through them it would take hours."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import click
from flask import Flask
from sqlalchemy import Connection, delete, insert, update

from lcweb.db import db, log_key
from lcweb.domain.access_log import NOTHING, Entry, Head, sealed
from lcweb.domain.rules import Rules
from lcweb.models import AccessLogRow, LogHead, Message, Organization, ReadingRow, Thread, Unit, User
from lcweb.services import follow_up
from tests.bench import letters, places
from tests.bench.places import Rows, Size

BATCH = 2000  # threads
COUNTED_BY_US = (Organization, Unit, User, Thread, Message)  # ids that PostgreSQL's sequences have not seen


def fill(app: Flask, size: Size) -> None:
    now = datetime.now(UTC)
    with app.app_context(), db.engine.connect() as connection:
        _prepare(connection)
        for model, rows in places.rows(size):
            _write(connection, model, rows)
        head = Head(0, NOTHING)
        with click.progressbar(_batches(size), label=f"filling {size.threads} threads") as batches:
            for batch in batches:
                for model, rows in _by_table(batch, size, now).items():
                    if model is AccessLogRow:
                        rows, head = _chained(rows, head)
                    _write(connection, model, rows)
                connection.execute(update(LogHead).values(last_id=head.last_id, seal=head.seal))
                connection.commit()
        _finish(connection)


def count(app: Flask) -> None:
    """Follow-up, which the worker would have counted day by day."""
    with app.app_context(), click.progressbar(length=1, label="counting follow-up") as bar:

        def tell(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        follow_up.rebuild(now=datetime.now(UTC), rules=Rules(), progress=tell)


def forget_readings(app: Flask) -> None:
    """As on a new morning. Each page adds one, and a day's readings are all read by each page."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(delete(ReadingRow))


def _batches(size: Size) -> list[range]:
    return [range(first, min(first + BATCH, size.threads + 1)) for first in range(1, size.threads + 1, BATCH)]


def _by_table(thread_ids: range, size: Size, now: datetime) -> dict[Any, Rows]:
    found: defaultdict[Any, Rows] = defaultdict(list)
    for model, row in chain.from_iterable(_rows(thread_ids, size, now)):
        found[model].append(row)
    return found


def _rows(thread_ids: range, size: Size, now: datetime) -> Iterator[Iterator[tuple[Any, dict[str, Any]]]]:
    return (letters.rows(letters.letters(thread_id, size, now)) for thread_id in thread_ids)


def _chained(rows: Rows, head: Head) -> tuple[Rows, Head]:
    made = sealed(log_key(), head, (Entry(id=0, **row) for row in rows))
    return [row._asdict() for row in made], Head(made[-1].id, made[-1].seal)


def _write(connection: Connection, model: Any, rows: Rows) -> None:
    if connection.dialect.name == "postgresql":
        _copy(connection, model, rows)
    else:
        connection.execute(insert(model.__table__), rows)


def _copy(connection: Connection, model: Any, rows: Rows) -> None:
    defaults = {column.name: column.default.arg for column in model.__table__.columns if _is_left_out(column, rows[0])}
    columns = ", ".join(rows[0] | defaults)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {model.__tablename__} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*row.values(), *defaults.values()))


def _is_left_out(column: Any, row: dict[str, Any]) -> bool:
    """The model knows its value, and COPY does not ask the model."""
    return column.name not in row and column.default is not None and column.default.is_scalar


def _prepare(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")
    else:  # a million times one after the other would the log's head be moved on
        connection.connection.driver_connection.execute("SET session_replication_role = replica")


def _finish(connection: Connection) -> None:
    """What a database of that age has: sequences past the last row, statistics, no log left to be worked off."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        for statement in ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA synchronous=FULL"):
            driver.execute(statement)
        return
    driver.execute("RESET session_replication_role")
    for model in COUNTED_BY_US:
        name = model.__tablename__
        driver.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")
    driver.commit()
    driver.autocommit = True
    driver.execute("VACUUM ANALYZE")
    driver.autocommit = False
