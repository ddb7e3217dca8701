"""When an answer would be due, or is."""

from datetime import date, datetime

from sqlalchemy import and_, select

from lcweb.db import reading
from lcweb.domain import deadlines
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import local_day
from lcweb.facts import calendar_of, common_calendar
from lcweb.models import Obligation, Thread, Unit


def preview(unit_id: int | None, *, now: datetime, rules: Rules) -> datetime:
    """For a message sent at `now`; without a unit, to one with ordinary hours (T5)."""
    calendar = common_calendar(reading(), rules) if unit_id is None else calendar_of(reading(), unit_id, rules)
    return deadlines.due_at(now, calendar, rules.answer_days)


def last_callback(unit_id: int, *, now: datetime, rules: Rules) -> date:
    """The latest day that the unit may promise to come back (B2)."""
    return calendar_of(reading(), unit_id, rules).add_working_days(local_day(now), rules.callback_days)


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
