"""A thread's duties: who owes what until when. Each piece works within the verb's transaction."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.orm import Session

from lcweb.domain import deadlines, threads
from lcweb.domain.errors import Refused
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyEnd, DutyKind
from lcweb.domain.workdays import Calendar, local_day
from lcweb.facts import CALENDAR, as_calendar, heir, lineage
from lcweb.models import Message, Obligation, Thread
from lcweb.prepared import do

_OPEN = (
    select(Obligation)
    .where(Obligation.thread_id == bindparam("thread_id"), Obligation.ended_at.is_(None))
    .order_by(Obligation.id)
)
_DUTY = ("thread_id", "message_id", "unit_id", "owed_to_unit_id", "kind", "received_at", "answer_days", "due_at")
_PUT = insert(Obligation.__table__).values({name: bindparam(name) for name in _DUTY})


class Source(Protocol):
    """The message that a duty arises from: its row, or one just written."""

    @property
    def id(self) -> int: ...
    @property
    def thread_id(self) -> int: ...
    @property
    def unit_id(self) -> int: ...


def open_duty(session: Session, thread: Thread, unit_id: int) -> Obligation | None:
    return duty_of(open_duties(session, thread), unit_id)


def duty_of(duties: Iterable[Obligation], unit_id: int) -> Obligation | None:
    """A unit has one open duty in a thread at most."""
    return next((duty for duty in duties if duty.unit_id == unit_id), None)


def open_duties(session: Session, thread: Thread) -> list[Obligation]:
    return list(session.scalars(_OPEN, {"thread_id": thread.id}))


def end_duty(
    session: Session, thread: Thread, *, unit_id: int, how: DutyEnd, now: datetime, message: Source | None = None
) -> Obligation | None:
    """The duty that was ended. `message`: what ended it, so that the duty comes back if the message is retracted."""
    duty = open_duty(session, thread, unit_id)
    end(session, duty, how=how, now=now, message=message)
    return duty


def end(
    session: Session, duty: Obligation | None, *, how: DutyEnd, now: datetime, message: Source | None = None
) -> None:
    """As end_duty, of one that has been looked up. None: there is none."""
    if duty is not None:
        duty.ended_at, duty.ended_by = now, how
        duty.ended_by_message_id = message.id if message else None
        session.flush()


def end_all_duties(session: Session, thread: Thread, *, how: DutyEnd, now: datetime) -> None:
    for duty in open_duties(session, thread):
        end_duty(session, thread, unit_id=duty.unit_id, how=how, now=now)


def put_duty(
    session: Session,
    message: Source,
    *,
    unit_id: int,
    owed_to: int,
    kind: DutyKind,
    days: int,
    now: datetime,
    rules: Rules,
) -> datetime:
    """Received now, due `days` working days later on the owing unit's own calendar (T4, T5): when that is."""
    due_at = deadlines.due_at(now, _calendar(session, unit_id, rules), days)
    do(
        session, _PUT, thread_id=message.thread_id, message_id=message.id, unit_id=unit_id, owed_to_unit_id=owed_to,
        kind=kind, received_at=now, answer_days=days, due_at=due_at,
    )  # fmt: skip
    return due_at


def _calendar(session: Session, unit_id: int, rules: Rules) -> Calendar:
    return as_calendar(do(session, CALENDAR, unit_id=unit_id), rules)


def put_answer_duty(
    session: Session, message: Source, *, unit_id: int, kind: DutyKind, now: datetime, rules: Rules
) -> None:
    """B1: on the unit that received `message`."""
    put_duty(
        session, message, unit_id=unit_id, owed_to=message.unit_id, kind=kind, days=rules.answer_days, now=now,
        rules=rules,
    )  # fmt: skip


def ask_back(
    session: Session, message: Source, duty: Obligation | None, *, other: int, now: datetime, rules: Rules
) -> None:
    """B3: a duty on the other unit. `duty`: the one that it already has; if that is to answer, it stands, with its
    earlier date.
    """
    if duty is not None and duty.kind == DutyKind.ACKNOWLEDGE:
        end(session, duty, how=DutyEnd.ASKED, now=now, message=message)
        duty = None
    if duty is None:
        put_answer_duty(session, message, unit_id=other, kind=DutyKind.REPLY, now=now, rules=rules)


def promise(session: Session, message: Source, day: date, *, owed_to: int, now: datetime, rules: Rules) -> datetime:
    """B2: the unit that wrote `message` comes back by closing time of `day`: when that is. Raises Refused for a day
    out of reach.

    The due moment is stored as a number of working days, so that a day closed later moves it as any other (T5).
    """
    calendar = _calendar(session, message.unit_id, rules)
    days = _days_until(day, calendar, now=now, rules=rules)
    return put_duty(
        session, message, unit_id=message.unit_id, owed_to=owed_to, kind=DutyKind.REPLY, days=days, now=now,
        rules=rules,
    )  # fmt: skip


def _days_until(day: date, calendar: Calendar, *, now: datetime, rules: Rules) -> int:
    today = local_day(now)
    problem = threads.callback_problem(
        day,
        today=today,
        last=calendar.add_working_days(today, rules.callback_days),
        is_working_day=calendar.is_working_day(day),
    )
    if problem:
        raise Refused({"callback_day": problem})
    received = deadlines.receipt_day(now, calendar)
    return next(days for days in range(rules.callback_days + 1) if calendar.add_working_days(received, days) == day)


def revive_closed(session: Session, thread: Thread, *, closed_at: datetime, now: datetime, rules: Rules) -> None:
    """What the close had ended is owed again, with a new term: it was never done."""
    ended = select(Obligation).where(
        Obligation.thread_id == thread.id, Obligation.ended_by == DutyEnd.CLOSED, Obligation.ended_at == closed_at
    )
    for duty in session.scalars(ended).all():
        message = _unretracted(session, thread, duty)
        if message is None:
            continue
        days = rules.return_days if duty.kind == DutyKind.RETURNED else rules.answer_days
        unit, owed_to = heir(session, duty.unit_id), heir(session, duty.owed_to_unit_id)
        put_duty(
            session, message, unit_id=unit.id, owed_to=owed_to.id, kind=DutyKind(duty.kind), days=days, now=now,
            rules=rules,
        )  # fmt: skip


def take_back(session: Session, thread: Thread, message: Message, *, units: Collection[int], now: datetime) -> bool:
    """After `message` was retracted: what arose from it ends, what it had ended is owed again with its first date.

    `units` are those that the thread lies between now; what a closed unit had done, its successor owes. Nothing is
    owed again by or to a unit that is closed. True when something is owed again.
    """
    for duty in open_duties(session, thread):
        if duty.message_id == message.id:
            end_duty(session, thread, unit_id=duty.unit_id, how=DutyEnd.RETRACTED, now=now)
            _stands_for_the_next(session, thread, duty, message)
    ended = select(Obligation).where(Obligation.ended_by_message_id == message.id)
    revived = False
    for duty in session.scalars(ended.order_by(Obligation.id)).all():
        unit, owed_to = heir(session, duty.unit_id), heir(session, duty.owed_to_unit_id)
        if unit.id not in units or unit.id == owed_to.id or not (unit.is_open and owed_to.is_open):
            continue
        source = session.get_one(Message, duty.message_id)
        if _is_retracted(source) or open_duty(session, thread, unit.id):
            continue
        duty.unit_id, duty.owed_to_unit_id = unit.id, owed_to.id
        duty.ended_at = duty.ended_by = duty.ended_by_message_id = None
        session.flush()
        revived = True
    return revived


def _stands_for_the_next(session: Session, thread: Thread, duty: Obligation, message: Message) -> None:
    """A second question that was covered by the retracted one's duty is still unanswered: the duty goes on for it."""
    question = _next_question(session, thread, duty, message)
    if question is not None:
        duty.message_id, duty.ended_at, duty.ended_by = question.id, None, None
        session.flush()


def _unretracted(session: Session, thread: Thread, duty: Obligation) -> Message | None:
    """What the duty is about, or, if that was retracted after the duty had ended, the question that it stands for."""
    message = session.get_one(Message, duty.message_id)
    return _next_question(session, thread, duty, message) if _is_retracted(message) else message


def _next_question(session: Session, thread: Thread, duty: Obligation, message: Message) -> Message | None:
    """The first after `message` that its unit has asked and the duty's unit has not answered."""
    answered = select(func.coalesce(func.max(Message.id), 0)).where(
        Message.thread_id == thread.id, Message.unit_id == duty.unit_id, Message.withdrawn_at.is_(None),
        Message.voided_at.is_(None),
    )  # fmt: skip
    return session.scalar(
        select(Message)
        .where(Message.thread_id == thread.id, Message.unit_id == message.unit_id, Message.expects_reply)
        .where(Message.withdrawn_at.is_(None), Message.voided_at.is_(None))
        .where(Message.id > message.id, Message.id > answered.scalar_subquery())
        .order_by(Message.id)
        .limit(1)
    )


def _is_retracted(message: Message) -> bool:
    return message.withdrawn_at is not None or message.voided_at is not None


def last_asked(session: Session, thread: Thread) -> tuple[Message, DutyKind]:
    """The message that the sender last wanted dealt with, and how: what a new unit is to answer or acknowledge (B1)."""
    asked = session.scalar(
        select(Obligation)
        .where(
            Obligation.thread_id == thread.id,
            Obligation.unit_id.not_in(lineage(thread.sender_unit_id)),
            Obligation.owed_to_unit_id.in_(lineage(thread.sender_unit_id)),
        )
        .join(Message, Message.id == Obligation.message_id)
        .where(Message.withdrawn_at.is_(None), Message.voided_at.is_(None), Message.unit_id == thread.sender_unit_id)
        .order_by(Obligation.id.desc())
        .limit(1)
    )
    if asked is not None:
        return session.get_one(Message, asked.message_id), DutyKind(asked.kind)
    first = session.scalar(select(func.min(Message.id)).where(Message.thread_id == thread.id))
    return session.get_one(Message, first), DutyKind.ACKNOWLEDGE
