"""Where the unit stands with today's readings (A4)."""

from datetime import datetime, time

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain import readings
from lcweb.domain.permissions import short_name
from lcweb.domain.readings import Reading, ReadingDuty
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, local_day, moment_at
from lcweb.facts import calendar_of
from lcweb.models import ReadingRow, User


def todays_duty(unit_id: int, *, now: datetime, rules: Rules) -> tuple[ReadingDuty, Calendar]:
    """With the unit's calendar, which the page needs to say when the duty is next due."""
    calendar = calendar_of(reading(), unit_id, rules)
    rows = reading().execute(
        select(ReadingRow.read_at, User.name)
        .join(User, User.id == ReadingRow.user_id)
        .where(ReadingRow.unit_id == unit_id, ReadingRow.read_at >= moment_at(local_day(now), time.min))
        .order_by(ReadingRow.id)
    )
    done = [Reading(at=read_at, by=short_name(name)) for read_at, name in rows]
    return readings.duty(done, now=now, calendar=calendar, rules=rules), calendar
