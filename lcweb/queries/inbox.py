"""The unit's inbox: whose turn it is, oldest deadline first."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union

from lcweb.db import reading
from lcweb.domain.permissions import short_name
from lcweb.domain.threads import WaitingOn
from lcweb.models import InboxVersion, Obligation, Thread, ThreadParty, Unit, User

PAGE_SIZE = 50


class HandledBy(StrEnum):
    ANYONE = "anyone"
    ME = "me"
    NOBODY = "nobody"


class InboxRow(NamedTuple):
    """`due_at` and `duty_kind` are of the thread's open duty, whoever owes it; `patient` all a list may show (P2)."""

    thread_id: int
    subject: str
    patient: str
    other_unit: str
    other_phone: str
    duty_kind: str | None
    due_at: datetime | None
    unopened: bool
    messages: int
    handler_id: int | None
    handler: str | None
    closed: bool
    last_at: datetime


class InboxCounts(NamedTuple):
    """`unopened` is the number in the menu. `next_due_at`: when the clock alone next changes a row's words."""

    to_answer: int
    mine: int
    unclaimed: int
    waiting: int
    unopened: int
    next_due_at: datetime | None


class Inbox(NamedTuple):
    rows: list[InboxRow]
    counts: InboxCounts
    more: bool


def get_inbox(
    *, unit_id: int, user_id: int, whose: WaitingOn, handled_by: HandledBy, page: int, now: datetime
) -> Inbox:
    """`page` counts from 1. An unopened message always lies with us, or it would be lost from sight."""
    turn = {WaitingOn.US: _ours, WaitingOn.THEM: _theirs, WaitingOn.NOBODY: _nobodys}[whose](unit_id)
    wanted = _handled(handled_by, user_id)
    order = (ThreadParty.last_at.desc(), Thread.id) if whose is WaitingOn.NOBODY else _oldest_deadline_first()
    query = _rows(unit_id).where(turn, *wanted).order_by(*order).limit(PAGE_SIZE + 1).offset((page - 1) * PAGE_SIZE)
    rows = [_row(*row) for row in reading().execute(query)]
    counts = _counts(unit_id=unit_id, user_id=user_id, now=now)
    return Inbox(rows[:PAGE_SIZE], counts, len(rows) > PAGE_SIZE)


def count_unopened(unit_id: int) -> int:
    """The number in the menu: threads with a message that nobody of the unit has opened."""
    return reading().execute(_unopened(unit_id)).scalar_one()


def _rows(unit_id: int) -> Select:
    other = case((Thread.sender_unit_id == unit_id, Thread.recipient_unit_id), else_=Thread.sender_unit_id)
    return (
        select(
            Thread.id, Thread.subject, Thread.patient_label, Unit.name, Unit.acute_phone,
            Obligation.kind, Obligation.due_at, ThreadParty.unopened, Thread.message_count,
            ThreadParty.claimed_by_id, User.name, Thread.closed_at, ThreadParty.last_at,
        )
        .select_from(ThreadParty)
        .join(Thread, Thread.id == ThreadParty.thread_id)
        .join(Unit, Unit.id == other)
        .outerjoin(Obligation, and_(Obligation.thread_id == Thread.id, Obligation.ended_at.is_(None)))
        .outerjoin(User, User.id == ThreadParty.claimed_by_id)
        .where(ThreadParty.unit_id == unit_id)
    )  # fmt: skip


def _row(
    thread_id: int, subject: str, patient: str, other_unit: str, other_phone: str, duty_kind: str | None,
    due_at: datetime | None, unopened: int, messages: int, handler_id: int | None, handler: str | None,
    closed_at: datetime | None, last_at: datetime,
) -> InboxRow:  # fmt: skip
    return InboxRow(
        thread_id, subject, patient, other_unit, other_phone, duty_kind, due_at, unopened > 0, messages, handler_id,
        short_name(handler) if handler else None, closed_at is not None, last_at,
    )  # fmt: skip


def _ours(unit_id: int) -> ColumnElement[bool]:
    """Threads where we owe something, or have something unopened: two small indexes, never the whole history."""
    owed = select(Obligation.thread_id).where(Obligation.unit_id == unit_id, Obligation.ended_at.is_(None))
    unopened = select(ThreadParty.thread_id).where(ThreadParty.unit_id == unit_id, ThreadParty.unopened > 0)
    return ThreadParty.thread_id.in_(union(owed, unopened).scalar_subquery())


def _theirs(unit_id: int) -> ColumnElement[bool]:
    owed = select(Obligation.thread_id).where(Obligation.owed_to_unit_id == unit_id, Obligation.ended_at.is_(None))
    return and_(ThreadParty.thread_id.in_(owed), ThreadParty.unopened == 0)


def _nobodys(_unit_id: int) -> ColumnElement[bool]:
    """The outer join to the open duty, which every list has, found none."""
    return and_(Obligation.id.is_(None), ThreadParty.unopened == 0)


def _handled(handled_by: HandledBy, user_id: int) -> tuple[ColumnElement[bool], ...]:
    if handled_by is HandledBy.ME:
        return (ThreadParty.claimed_by_id == user_id,)
    if handled_by is HandledBy.NOBODY:
        return (ThreadParty.claimed_by_id.is_(None),)
    return ()


def _oldest_deadline_first() -> tuple[ColumnElement, ...]:
    return Obligation.due_at.is_(None), Obligation.due_at, ThreadParty.last_at, Thread.id


def _unopened(unit_id: int) -> Select:
    return select(func.count()).select_from(ThreadParty).where(ThreadParty.unit_id == unit_id, ThreadParty.unopened > 0)


def _counts(*, unit_id: int, user_id: int, now: datetime) -> InboxCounts:
    ours = select(ThreadParty.claimed_by_id).where(ThreadParty.unit_id == unit_id, _ours(unit_id)).subquery()
    waiting = select(func.count()).select_from(ThreadParty).where(ThreadParty.unit_id == unit_id, _theirs(unit_id))
    next_due = select(func.min(Obligation.due_at)).where(
        or_(Obligation.unit_id == unit_id, Obligation.owed_to_unit_id == unit_id),
        Obligation.ended_at.is_(None),
        Obligation.due_at > now,
    )
    row = reading().execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((ours.c.claimed_by_id == user_id, 1), else_=0)), 0),
            func.coalesce(func.sum(case((ours.c.claimed_by_id.is_(None), 1), else_=0)), 0),
            waiting.scalar_subquery(),
            _unopened(unit_id).scalar_subquery(),
            next_due.scalar_subquery(),
        ).select_from(ours)
    )
    return InboxCounts(*row.one())


def current_version(unit_id: int) -> int:
    return reading().execute(select(InboxVersion.version).where(InboxVersion.unit_id == unit_id)).scalar_one()
