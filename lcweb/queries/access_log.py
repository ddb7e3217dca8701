"""The access log: read as a whole (L2), and as its reviewers see it (L3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select
from sqlalchemy.orm import aliased

from lcweb.db import reading, snapshot
from lcweb.domain.access_log import Head, LogAction, Sealed
from lcweb.domain.identity import dashed
from lcweb.domain.permissions import Role
from lcweb.domain.reviews import LogQuery, is_named
from lcweb.domain.workdays import ONE_DAY, moment_at
from lcweb.facts import reviewed_by
from lcweb.models import AccessLogRow, LogHead, Membership, Organization, Thread, Unit, User

PAGE_SIZE = 50

_HEAD = select(LogHead.last_id, LogHead.seal)
_ROWS = (
    select(*(getattr(AccessLogRow, name) for name in Sealed._fields))
    .order_by(AccessLogRow.id)
    .execution_options(yield_per=2000)
)


class Log(NamedTuple):
    """`rows` come from the database as they are asked for."""

    head: Head | None
    rows: Iterator[Sealed]


def find_head() -> Head | None:
    """None: somebody has removed it."""
    return head_of(reading())


@contextmanager
def whole() -> Iterator[Log]:
    """The head and all rows as they were at one moment."""
    with snapshot() as connection:
        yield read(connection)


def read(connection: Connection) -> Log:
    """As this connection sees it."""
    return Log(head_of(connection), map(Sealed._make, connection.execute(_ROWS)))


def head_of(connection: Connection) -> Head | None:
    """As `find_head`, by this connection."""
    found = connection.execute(_HEAD).first()
    return Head(*found) if found else None


# For reviewers ------------------------------------------------------------------------------------------------------


class LogRow(NamedTuple):
    """`unit` None: a review of the log. `patient` is a number as people write it; empty: no patient was named."""

    at: datetime
    action: str
    person: str
    title: str
    unit: str | None
    patient: str
    thread_id: int | None


class LogPage(NamedTuple):
    rows: list[LogRow]
    more: bool


class UnitChoice(NamedTuple):
    unit_id: int
    unit: str
    organization: str


def own_units(user_id: int, *, now: datetime) -> list[UnitChoice]:
    """The units whose acts the person reviews, closed ones too."""
    units = (
        select(Unit.id, Unit.name, Organization.name)
        .join(Organization, Organization.id == Unit.organization_id)
        .where(Unit.organization_id.in_(reviewed_by(user_id, now)))
        .order_by(Organization.name, Unit.name)
    )
    return [UnitChoice(*row) for row in reading().execute(units)]


def reviewed(query: LogQuery, *, user_id: int, page: int, now: datetime) -> LogPage:
    """The newest rows first, of the organizations that the person reviews: their units' acts, and their reviewers'."""
    found = _rows(query, user_id=user_id, skipped=(page - 1) * PAGE_SIZE, size=PAGE_SIZE, now=now)
    return LogPage(found[:PAGE_SIZE], len(found) > PAGE_SIZE)


def to_export(query: LogQuery, *, user_id: int, most: int, now: datetime) -> LogPage:
    """As `reviewed`, all pages at once; `more`: there are more than `most`."""
    found = _rows(query, user_id=user_id, skipped=0, size=most, now=now)
    return LogPage(found[:most], len(found) > most)


def _rows(query: LogQuery, *, user_id: int, skipped: int, size: int, now: datetime) -> list[LogRow]:
    """One more than `size`, when there is one."""
    rows = (
        select(
            AccessLogRow.at, AccessLogRow.action, User.name, User.title, Unit.name, AccessLogRow.patient_number,
            AccessLogRow.thread_id,
        )
        .join(User, User.id == AccessLogRow.user_id)
        .outerjoin(Unit, Unit.id == AccessLogRow.unit_id)
        .where(_in_reach(user_id, now), *_asked_for(query))
        .order_by(AccessLogRow.id.desc())
    )  # fmt: skip
    found = reading().execute(rows.offset(skipped).limit(size + 1))
    return [LogRow(*row)._replace(patient=written(row.patient_number)) for row in found]


def _in_reach(user_id: int, now: datetime) -> ColumnElement[bool]:
    organizations = reviewed_by(user_id, now)
    reviewers = select(Membership.user_id).where(
        Membership.role == Role.LOG_REVIEWER, Membership.organization_id.in_(organizations)
    )
    by_reviewer = and_(AccessLogRow.unit_id.is_(None), AccessLogRow.user_id.in_(reviewers))
    return or_(Unit.organization_id.in_(organizations), by_reviewer, _disposed_of(organizations))


def _disposed_of(organizations: Select[tuple[int | None]]) -> ColumnElement[bool]:
    """Whoever decides on disposal acts from no unit: the row belongs to those whose thread it was."""
    side = aliased(Unit)
    theirs = (
        select(Thread.id)
        .join(side, or_(side.id == Thread.sender_unit_id, side.id == Thread.recipient_unit_id))
        .where(Thread.id == AccessLogRow.thread_id, side.organization_id.in_(organizations))
    )
    return and_(AccessLogRow.action == LogAction.DISPOSE, theirs.exists())


def _asked_for(query: LogQuery) -> Iterator[ColumnElement[bool]]:
    if query.patient_numbers:
        yield AccessLogRow.patient_number.in_(query.patient_numbers)
    if query.person:
        yield AccessLogRow.user_id.in_(_people(query.person))
    if query.unit_id is not None:
        yield AccessLogRow.unit_id == query.unit_id
    if query.action:
        yield AccessLogRow.action == query.action
    if query.from_day:
        yield AccessLogRow.at >= moment_at(query.from_day, time.min)
    if query.to_day:
        yield AccessLogRow.at < moment_at(query.to_day + ONE_DAY, time.min)


def _people(typed: str) -> list[int]:
    """Looked through in Python: no database's collation keeps å and a apart in the same way."""
    return [row.id for row in reading().execute(select(User.id, User.name)) if is_named(row.name, typed)]


def written(number: str) -> str:
    """A patient's number as people write it."""
    return dashed(number) if len(number) == 12 and number.isdigit() else number
