"""The access log, read as a whole (L2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, select

from lcweb.db import reading, snapshot
from lcweb.domain.access_log import Head, Sealed
from lcweb.models import AccessLogRow, LogHead

_HEAD = select(LogHead.last_id, LogHead.seal)
_ROWS = select(*(getattr(AccessLogRow, name) for name in Sealed._fields)).order_by(AccessLogRow.id)


class Log(NamedTuple):
    """`rows` come from the database as they are asked for."""

    head: Head | None
    rows: Iterator[Sealed]


def find_head() -> Head | None:
    """None: somebody has removed it."""
    return _head(reading())


@contextmanager
def whole() -> Iterator[Log]:
    """The head and all rows as they were at one moment."""
    with snapshot() as connection:
        yield read(connection)


def read(connection: Connection) -> Log:
    """As this connection sees it."""
    return Log(_head(connection), map(Sealed._make, connection.execute(_ROWS)))


def _head(connection: Connection) -> Head | None:
    found = connection.execute(_HEAD).first()
    return Head(*found) if found else None
