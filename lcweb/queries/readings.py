"""Where units stand with today's readings (A4)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, time

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain import readings
from lcweb.domain.permissions import short_name
from lcweb.domain.readings import Reading, ReadingDuty
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, local_day, moment_at
from lcweb.facts import calendars
from lcweb.models import ReadingRow, User


def todays_duty(unit_id: int, *, now: datetime, rules: Rules) -> tuple[ReadingDuty, Calendar]:
    """With the unit's calendar, which the page needs to say when the duty is next due."""
    return todays_duties([unit_id], now=now, rules=rules)[unit_id]


def todays_duties(unit_ids: Collection[int], *, now: datetime, rules: Rules) -> dict[int, tuple[ReadingDuty, Calendar]]:
    """By unit. As many statements for all of them as for one."""
    done = defaultdict(list)
    rows = reading().execute(
        select(ReadingRow.unit_id, ReadingRow.read_at, User.name)
        .join(User, User.id == ReadingRow.user_id)
        .where(ReadingRow.unit_id.in_(unit_ids), ReadingRow.read_at >= moment_at(local_day(now), time.min))
        .order_by(ReadingRow.id)
    )
    for unit_id, read_at, name in rows:
        done[unit_id].append(Reading(at=read_at, by=short_name(name)))
    return {
        unit_id: (readings.duty(done[unit_id], now=now, calendar=calendar, rules=rules), calendar)
        for unit_id, calendar in calendars(reading(), rules, unit_ids).items()
    }
