"""What a unit has before it this morning: due today, late, waited for, half-written, not in the record."""

from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from lcweb.db import reading
from lcweb.domain.permissions import short_name
from lcweb.domain.threads import DutyKind
from lcweb.domain.workdays import ONE_DAY, local_day, moment_at
from lcweb.models import Draft, Obligation, Thread, ThreadParty, User
from lcweb.queries.inbox import (
    OWN,
    THEIRS,
    HandledBy,
    InboxRow,
    count_unopened,
    handled,
    inbox_row,
    nobodys,
    thread_rows,
)

SHOWN = 10  # rows of each list; the inbox has the rest


class Rows(NamedTuple):
    """The first of `count` threads, the oldest deadline first."""

    count: int
    rows: list[InboxRow]


class Begun(NamedTuple):
    """A half-written answer: by whom and since when, never what."""

    thread_id: int
    subject: str
    patient: str
    by: str
    begun_at: datetime


class Morning(NamedTuple):
    """`late_elsewhere`: what other units should have answered by now. `not_transferred`: closed threads (L, S)."""

    overdue: Rows
    today: Rows
    late_elsewhere: Rows
    begun: list[Begun]
    unopened: int
    not_transferred: int


class Outlook(NamedTuple):
    """How many threads, and half-written answers of anybody's."""

    overdue: int
    today: int
    late_elsewhere: int
    begun: int


def get_outlook(unit_id: int, *, now: datetime) -> Outlook:
    """What stands over a manager's inbox: one statement over small indexes."""
    tomorrow = moment_at(local_day(now) + ONE_DAY, time.min)
    own = select(func.count()).where(Obligation.unit_id == unit_id, Obligation.ended_at.is_(None))
    theirs = select(func.count()).where(
        Obligation.owed_to_unit_id == unit_id, Obligation.ended_at.is_(None), Obligation.kind == DutyKind.REPLY
    )
    begun = select(func.count()).where(Draft.unit_id == unit_id, Draft.thread_id.is_not(None))
    counts = (
        own.where(Obligation.due_at <= now),
        own.where(Obligation.due_at > now, Obligation.due_at < tomorrow),
        theirs.where(Obligation.due_at <= now),
        begun,
    )
    return Outlook(*reading().execute(select(*(count.scalar_subquery() for count in counts))).one())


def get_morning(unit_id: int, *, now: datetime) -> Morning:
    tomorrow = moment_at(local_day(now) + ONE_DAY, time.min)
    return Morning(
        overdue=_rows(unit_id, OWN.due_at, OWN.due_at <= now),
        today=_rows(unit_id, OWN.due_at, OWN.due_at > now, OWN.due_at < tomorrow),
        late_elsewhere=_rows(
            unit_id, THEIRS.due_at, THEIRS.due_at <= now, THEIRS.kind == DutyKind.REPLY, OWN.id.is_(None)
        ),
        begun=_begun(unit_id),
        unopened=count_unopened(unit_id),
        not_transferred=_not_transferred(unit_id),
    )


def _rows(unit_id: int, due_at: ColumnElement[datetime], *wanted: ColumnElement[bool]) -> Rows:
    chosen = thread_rows(unit_id).where(*wanted)
    count = reading().scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = reading().execute(chosen.order_by(due_at, Thread.id).limit(SHOWN)) if count else []
    return Rows(count, [inbox_row(row) for row in rows])


def _begun(unit_id: int) -> list[Begun]:
    """Colleagues' too: an answer that somebody began and went home from is an answer that nobody gets."""
    drafts = select(Draft.thread_id, User.name, Draft.begun_at).join(User, User.id == Draft.user_id)
    drafts = drafts.where(Draft.unit_id == unit_id, Draft.thread_id.is_not(None)).order_by(Draft.begun_at).limit(SHOWN)
    found = reading().execute(drafts).all()
    threads = thread_rows(unit_id).where(Thread.id.in_([row.thread_id for row in found])) if found else None
    rows = {row.id: inbox_row(row) for row in reading().execute(threads)} if threads is not None else {}
    return [
        Begun(thread_id, rows[thread_id].subject, rows[thread_id].patient, short_name(name), begun_at)
        for thread_id, name, begun_at in found
        if thread_id in rows
    ]


def _not_transferred(unit_id: int) -> int:
    wanted = handled(HandledBy.NOT_TRANSFERRED, 0)
    closed = (Thread.closed_at.is_not(None), ThreadParty.left_at.is_(None))
    threads = select(func.count()).select_from(ThreadParty).join(Thread, Thread.id == ThreadParty.thread_id)
    return reading().scalar(threads.where(ThreadParty.unit_id == unit_id, nobodys(unit_id), *wanted, *closed)) or 0
