"""A database as a whole: what it holds, whether its access log is whole, and whether anybody is at work in it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, Table, func, inspect, select, table, text

from lcweb.db import Base, known_to_models, log_key
from lcweb.domain.access_log import Anchor, Verdict, verify
from lcweb.domain.backups import Contents, Unusable
from lcweb.domain.outbox import WAITING, WORKER_LEASE
from lcweb.models import Edition, Lease, LogHead, OutboxMail
from lcweb.queries import access_log, revisions

REVISIONS = revisions.TABLE
AT_A_TIME = 2000  # rows
#: Their rows are no data: how the schema is, where the log ends, which process was last at work, and a mark of change.
NO_DATA = (REVISIONS, LogHead.__tablename__, Lease.__tablename__, Edition.__tablename__)


def contents(connection: Connection) -> Contents:
    """Raises Unusable for a database without tables."""
    names = tables(connection)
    if REVISIONS not in names:
        raise Unusable("the database has no tables yet: run `prepare`")
    revision = connection.execute(text(f"SELECT version_num FROM {REVISIONS}")).scalar_one()
    counts = {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}
    return Contents(revision, counts, access_log.head_of(connection) if LogHead.__tablename__ in names else None)


def tables(connection: Connection) -> list[str]:
    """Without the search index, which is made from a table."""
    return [name for name in inspect(connection).get_table_names() if known_to_models(name, "table", None)]


def is_empty(connection: Connection) -> bool:
    """Whether nobody would miss anything."""
    names = (name for name in tables(connection) if name not in NO_DATA)
    return not any(connection.execute(select(1).select_from(table(name)).limit(1)).first() for name in names)


def chain(connection: Connection, anchors: Sequence[Anchor] = ()) -> Verdict:
    """L2. A schema from before the chain has none that could be broken."""
    names = tables(connection)
    if LogHead.__tablename__ not in names:
        return Verdict(0)
    log = access_log.read(connection)
    return verify(log_key(), log.rows, head=log.head, anchors=anchors)


def require_chain(connection: Connection) -> None:
    """L2. Raises Unusable when it is broken."""
    verdict = chain(connection)
    if verdict.fault:
        raise Unusable(f"its access log is broken: row {verdict.broken} {verdict.fault}")


def worker_until(connection: Connection, now: datetime) -> datetime | None:
    """When the lease of the worker that is at work runs out. None: none is."""
    if Lease.__tablename__ not in tables(connection):
        return None
    held = select(Lease.expires_at).where(Lease.name == WORKER_LEASE, Lease.expires_at > now)
    return connection.execute(held).scalar()


def mails_waiting(connection: Connection) -> int:
    waiting = select(func.count()).select_from(OutboxMail).where(OutboxMail.status.in_(WAITING))
    return connection.execute(waiting).scalar_one()


# Row by row -----------------------------------------------------------------------------------------------------------


def own_tables() -> list[Table]:
    """Each after those that its rows point at."""
    return list(Base.metadata.sorted_tables)


def batches(connection: Connection, source: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """All rows, in the same order on both databases, some thousand at a time."""
    # Text by its bytes, as SQLite does: PostgreSQL would ask the language.
    bytewise = {"sqlite": "BINARY", "postgresql": "C"}[connection.dialect.name]
    order = [column.collate(bytewise) if isinstance(column.type, String) else column for column in source.primary_key]
    rows = select(source).order_by(*order).execution_options(yield_per=AT_A_TIME)
    yield from connection.execute(rows).partitions()
