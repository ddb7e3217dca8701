"""The unit's inbox: whose turn it is, oldest deadline first."""

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from lcweb.db import UtcDateTime
from lcweb.domain.permissions import short_name
from lcweb.domain.threads import State, WaitingOn, state_of
from lcweb.facts import first_of, left_unit_at
from lcweb.models import Draft, Message, Obligation, Thread, ThreadParty, Unit, User
from lcweb.prepared import ask
from lcweb.queries.threads import hidden_subject

PAGE_SIZE = 50
#: The two duties that a thread may have open: the own unit's, and the other unit's.
OWN, THEIRS = aliased(Obligation), aliased(Obligation)
#: Who asks, in the statements that are made once.
_UNIT, _PERSON = bindparam("unit_id", type_=Integer), bindparam("user_id", type_=Integer)
_UNOPENED = select(func.count()).select_from(ThreadParty).where(ThreadParty.unit_id == _UNIT, ThreadParty.unopened > 0)
_LATEST = (ThreadParty.last_at.desc(), Thread.id)
_DUE_AT = func.coalesce(OWN.due_at, THEIRS.due_at)
_OLDEST_DEADLINE = (_DUE_AT.is_(None), _DUE_AT, ThreadParty.last_at, Thread.id)
#: Hidden from every unit.
_HIDDEN = (State.VOIDED, State.DISPOSED)


class HandledBy(StrEnum):
    """NOT_TRANSFERRED asks for something else: what the unit's own record does not hold yet."""

    ANYONE = "anyone"
    ME = "me"
    NOBODY = "nobody"
    NOT_TRANSFERRED = "not_transferred"


class InboxRow(NamedTuple):
    """`due_at` and `duty_kind` are of the own open duty, or else the other unit's; `patient` all a list may show (P2).

    `left_how`: the unit has forwarded or returned the thread, and sees nothing that has happened since.
    `handler_until`: from when the handler is no longer in the unit, perhaps ahead. `has_draft`: the person has begun to
    answer; colleagues' drafts are not told of.
    """

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
    state: State
    left_how: str | None
    last_at: datetime
    handler_until: datetime | None = None
    has_draft: bool = False

    @property
    def closed(self) -> bool:
        return self.state in (State.CLOSED, State.RETURNED_CLOSED)


class InboxCounts(NamedTuple):
    """`unopened` is the number in the menu. `next_due_at`: when the clock alone next changes a row's words.

    `letters`: how many compose pages the person has begun.
    """

    to_answer: int
    mine: int
    unclaimed: int
    waiting: int
    unopened: int
    next_due_at: datetime | None
    letters: int = 0


class Inbox(NamedTuple):
    rows: list[InboxRow]
    counts: InboxCounts
    more: bool


def get_inbox(
    *, unit_id: int, user_id: int, whose: WaitingOn, handled_by: HandledBy, page: int, now: datetime
) -> Inbox:
    """`page` counts from 1. An unopened message always lies with us, or it would be lost from sight."""
    rows = ask(_rows(whose, handled_by), unit_id=unit_id, user_id=user_id, skipped=(page - 1) * PAGE_SIZE)
    (counts,) = ask(_counts(), unit_id=unit_id, user_id=user_id, now=now)
    shown = [inbox_row(row, has_draft=row.has_draft) for row in rows[:PAGE_SIZE]]
    return Inbox(shown, InboxCounts(*counts), len(rows) > PAGE_SIZE)


def count_unopened(unit_id: int) -> int:
    """The number in the menu: threads with a message that nobody of the unit has opened."""
    ((count,),) = ask(_UNOPENED, unit_id=unit_id)
    return count


def thread_rows(unit_id: int | BindParameter[int]) -> Select:
    """One row for each thread that the unit has a side in, for `inbox_row`; the caller chooses and orders."""
    other = case((Thread.sender_unit_id == unit_id, Thread.recipient_unit_id), else_=Thread.sender_unit_id)
    here = ThreadParty.left_at.is_(None)
    return (
        select(
            Thread.id, Thread.subject, Thread.patient_label, Unit.name, Unit.acute_phone,
            func.coalesce(OWN.kind, THEIRS.kind).label("duty_kind"),
            func.coalesce(OWN.due_at, THEIRS.due_at, type_=OWN.due_at.type).label("due_at"),
            ThreadParty.unopened, case((here, Thread.message_count), else_=0).label("messages"),
            ThreadParty.claimed_by_id, User.name.label("handler"), User.ended_at.label("handler_ended_at"),
            left_unit_at(User.id, unit_id).label("handler_left_at"), ThreadParty.left_how, ThreadParty.last_at,
            and_(here, Thread.closed_at.is_not(None)).label("closed"),
            and_(here, Thread.returned_at.is_not(None)).label("returned"),
            Thread.withdrawn_at.is_not(None).label("withdrawn"), Thread.voided_at.is_not(None).label("voided"),
            Thread.disposed_at.is_not(None).label("disposed"),
            (Thread.sender_unit_id == unit_id).label("own_is_sender"),
        )
        .select_from(ThreadParty)
        .join(Thread, Thread.id == ThreadParty.thread_id)
        .join(Unit, Unit.id == other)
        .outerjoin(OWN, and_(OWN.thread_id == Thread.id, OWN.unit_id == unit_id, OWN.ended_at.is_(None)))
        .outerjoin(THEIRS, and_(THEIRS.thread_id == Thread.id, THEIRS.unit_id != unit_id, THEIRS.ended_at.is_(None),
                                here))
        .outerjoin(User, User.id == ThreadParty.claimed_by_id)
        .where(ThreadParty.unit_id == unit_id)
    )  # fmt: skip


def inbox_row(row: Any, *, has_draft: bool = False) -> InboxRow:
    """Without what is hidden from the unit: of a voided thread, and of one that the other unit has withdrawn."""
    state = state_of(
        closed=row.closed, returned=row.returned, withdrawn=row.withdrawn, voided=row.voided, disposed=row.disposed
    )
    hidden = state in _HIDDEN or (state is State.WITHDRAWN and not row.own_is_sender)
    return InboxRow(
        row.id, hidden_subject(state) if hidden else row.subject, "" if hidden else row.patient_label, row.name,
        row.acute_phone, row.duty_kind, row.due_at, row.unopened > 0, row.messages, row.claimed_by_id,
        short_name(row.handler) if row.handler else None, state, row.left_how, row.last_at,
        first_of(row.handler_ended_at, row.handler_left_at), has_draft,
    )  # fmt: skip


@cache
def _rows(whose: WaitingOn, handled_by: HandledBy) -> Select:
    draft = select(Draft.id).where(Draft.user_id == _PERSON, Draft.unit_id == _UNIT, Draft.thread_id == Thread.id)
    rows = thread_rows(_UNIT).add_columns(draft.exists().label("has_draft"))
    if whose is WaitingOn.NOBODY:
        # The page's threads first, of a history that has no end; then what is told of those alone.
        threads = select(ThreadParty.thread_id).join(Thread, Thread.id == ThreadParty.thread_id)
        of_unit = threads.where(ThreadParty.unit_id == _UNIT, nobodys(_UNIT))
        page = _page(of_unit.where(*handled(handled_by, _PERSON)), _LATEST)
        return rows.where(ThreadParty.thread_id.in_(page)).order_by(*_LATEST)
    turn = _ours(_UNIT) if whose is WaitingOn.US else _theirs(_UNIT)
    return _page(rows.where(turn, *handled(handled_by, _PERSON)), _OLDEST_DEADLINE)


def _page(rows: Select, order: tuple[ColumnElement, ...]) -> Select:
    """And one more, which tells that there are more."""
    return rows.order_by(*order).limit(PAGE_SIZE + 1).offset(bindparam("skipped", type_=Integer))


def _ours(unit_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """Threads where we owe something, or have something unopened: two small indexes, never the whole history."""
    owed = select(Obligation.thread_id).where(Obligation.unit_id == unit_id, Obligation.ended_at.is_(None))
    unopened = select(ThreadParty.thread_id).where(ThreadParty.unit_id == unit_id, ThreadParty.unopened > 0)
    return ThreadParty.thread_id.in_(union(owed, unopened).scalar_subquery())


def _theirs(unit_id: int | BindParameter[int]) -> ColumnElement[bool]:
    owed = select(Obligation.thread_id).where(Obligation.owed_to_unit_id == unit_id, Obligation.ended_at.is_(None))
    ours = select(Obligation.thread_id).where(Obligation.unit_id == unit_id, Obligation.ended_at.is_(None))
    return and_(
        ThreadParty.thread_id.in_(owed), ThreadParty.thread_id.not_in(ours), ThreadParty.unopened == 0,
        ThreadParty.left_at.is_(None),
    )  # fmt: skip


def nobodys(unit_id: int | BindParameter[int]) -> ColumnElement[bool]:
    """No open duty that the unit knows of: its own, and the other unit's for as long as it has not left the thread."""
    duty = select(Obligation.id).where(
        Obligation.thread_id == ThreadParty.thread_id, Obligation.ended_at.is_(None),
        or_(Obligation.unit_id == unit_id, ThreadParty.left_at.is_(None)),
    )  # fmt: skip
    return and_(~duty.exists(), ThreadParty.unopened == 0)


def handled(handled_by: HandledBy, user_id: int | BindParameter[int]) -> tuple[ColumnElement[bool], ...]:
    if handled_by is HandledBy.ME:
        return (ThreadParty.claimed_by_id == user_id,)
    if handled_by is HandledBy.NOBODY:
        return (ThreadParty.claimed_by_id.is_(None),)
    if handled_by is HandledBy.NOT_TRANSFERRED:
        return (_not_transferred(),)
    return ()


def _not_transferred() -> ColumnElement[bool]:
    """Something that the unit can see has been sent since it last transferred the thread to its record, or ever."""
    last = select(func.max(Message.id)).where(
        Message.thread_id == Thread.id,
        or_(ThreadParty.last_message_id.is_(None), Message.id <= ThreadParty.last_message_id),
        or_(Message.withdrawn_at.is_(None), Message.unit_id == ThreadParty.unit_id),
    )  # fmt: skip
    behind = func.coalesce(ThreadParty.transferred_to, 0) < last.scalar_subquery()
    return and_(behind, Thread.voided_at.is_(None), Thread.withdrawn_at.is_(None), Thread.disposed_at.is_(None))


@cache
def _counts() -> Select:
    """For `InboxCounts`, in its order."""
    ours = select(ThreadParty.claimed_by_id).where(ThreadParty.unit_id == _UNIT, _ours(_UNIT)).subquery()
    waiting = select(func.count()).select_from(ThreadParty).where(ThreadParty.unit_id == _UNIT, _theirs(_UNIT))
    # Each side by its own index: asked for with OR, the open duties of all units would be looked through.
    still_to_come = [
        select(Obligation.due_at).where(
            side == _UNIT, Obligation.ended_at.is_(None), Obligation.due_at > bindparam("now", type_=UtcDateTime)
        )
        for side in (Obligation.unit_id, Obligation.owed_to_unit_id)
    ]
    next_due = select(func.min(union_all(*still_to_come).subquery().c.due_at))
    letters = select(func.count()).where(Draft.user_id == _PERSON, Draft.unit_id == _UNIT, Draft.thread_id.is_(None))
    return select(
        func.count(),
        func.coalesce(func.sum(case((ours.c.claimed_by_id == _PERSON, 1), else_=0)), 0),
        func.coalesce(func.sum(case((ours.c.claimed_by_id.is_(None), 1), else_=0)), 0),
        waiting.scalar_subquery(),
        _UNOPENED.scalar_subquery(),
        next_due.scalar_subquery(),
        letters.scalar_subquery(),
    ).select_from(ours)
