"""When an answer would be due, or is."""

from datetime import date, datetime

from sqlalchemy import and_, select

from lcweb.db import reading
from lcweb.domain import deadlines
from lcweb.domain.deadlines import Origin, Source
from lcweb.domain.rules import RuleBook, Rules
from lcweb.domain.threads import DutyKind, EventKind
from lcweb.domain.workdays import local_day
from lcweb.models import Obligation, Thread, Unit
from lcweb.queries import calendars
from lcweb.queries.threads.head import Duty
from lcweb.queries.threads.page import ThreadPage


def preview(unit_id: int | None, *, now: datetime, rules: Rules) -> datetime:
    """For a message sent at `now`; without a unit, to one with ordinary hours (T5)."""
    calendar = calendars.common(rules) if unit_id is None else calendars.of_unit(unit_id, rules)
    return deadlines.due_at(now, calendar, rules.answer_days)


def last_callback(unit_id: int, *, now: datetime, rules: Rules) -> date:
    """The latest day that the unit may promise to come back (B2)."""
    return calendars.of_unit(unit_id, rules).add_working_days(local_day(now), rules.callback_days)


def sent_to(thread_id: int) -> tuple[str, datetime | None]:
    """The recipient unit's name, and when its open duty to answer is due; None for Information."""
    row = reading().execute(
        select(Unit.name, Obligation.due_at)
        .select_from(Thread)
        .join(Unit, Unit.id == Thread.recipient_unit_id)
        .outerjoin(
            Obligation,
            and_(Obligation.thread_id == Thread.id, Obligation.ended_at.is_(None), Obligation.kind == "reply"),
        )
        .where(Thread.id == thread_id)
    )
    name, due_at = row.one()
    return name, due_at


def origin(thread: ThreadPage, book: RuleBook) -> Origin | None:
    """Where the open duty's deadline came from; None when nothing is owed, or the thread is hidden."""
    duty = thread.head.duty
    if duty is None or thread.head.is_hidden:
        return None
    received = local_day(duty.received_at)
    source, calendar = _source(thread, duty), calendars.of_unit(duty.unit_id, book.on(received))
    counted = deadlines.counted_from(duty.due_at, received=duty.received_at, calendar=calendar, days=duty.answer_days)
    rule = None if source is Source.PROMISE else source.value
    change = book.in_force(rule, received) if rule else None
    return Origin(
        source=source,
        days=duty.answer_days,
        counted_from=counted,
        since=change.applies_from if change else None,
        is_known=rule is None or getattr(book.on(received), rule) == duty.answer_days,
        moved=any(event.kind == EventKind.DUE_MOVED and event.due_at == duty.due_at for event in thread.events),
    )


def _source(thread: ThreadPage, duty: Duty) -> Source:
    """A unit that promised owes by its own message, from the moment it was sent (B2)."""
    if duty.kind == DutyKind.RETURNED:
        return Source.RETURN
    ours = duty.unit_id == thread.head.own_unit_id
    at_once = (m for m in thread.messages if m.id == duty.message_id and m.sent_at == duty.received_at)
    return Source.PROMISE if any(message.own == ours for message in at_once) else Source.ANSWER
