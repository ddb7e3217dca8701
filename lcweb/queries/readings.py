"""Where units stand with today's readings (A4)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain import readings
from lcweb.domain.calendar import DayKind, kind_of
from lcweb.domain.permissions import short_name
from lcweb.domain.readings import Reading, ReadingDuty
from lcweb.domain.rules import Rules, RulesOfDays
from lcweb.domain.workdays import ONE_DAY, Calendar, local_day, moment_at, public_holiday
from lcweb.facts import READINGS_SINCE, as_readings
from lcweb.models import OutboxMail, ReadingRow, User
from lcweb.prepared import ask
from lcweb.queries import calendars
from lcweb.queries.units import UnitRow

DAYS_BACK = 30  # today among them


class Reminded(NamedTuple):
    """A reminder of the day. `at`: when it was queued."""

    kind: str
    at: datetime
    status: str


class DayReadings(NamedTuple):
    """`counted` of the `asked` readings were made (A2), oldest first. `fell_short` None: the day is not over."""

    day: date
    kind: DayKind
    holiday: str | None
    asked: int
    counted: tuple[Reading, ...]
    fell_short: bool | None
    reminders: list[Reminded]


def todays_duty(unit_id: int, *, now: datetime, rules: Rules) -> tuple[ReadingDuty, Calendar]:
    """With the unit's calendar, which the page needs to say when the duty is next due."""
    calendar = calendars.of_unit(unit_id, rules)
    return readings.duty(since_midnight(unit_id, now=now), now=now, calendar=calendar, rules=rules), calendar


def since_midnight(unit_id: int, *, now: datetime) -> tuple[Reading, ...]:
    """The unit's readings of the day, counted or not, oldest first."""
    return as_readings(ask(READINGS_SINCE, unit_id=unit_id, since=moment_at(local_day(now), time.min)))


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
        for unit_id, calendar in calendars.of_units(unit_ids, rules).items()
    }


def last_days(unit: UnitRow, *, now: datetime, rules: RulesOfDays) -> list[DayReadings]:
    """Monday to Friday of the last thirty days, newest first, as long as the unit has existed. Four statements.

    Each by the rules of its own day, and by the office hours of now: earlier hours are not kept.
    """
    today = local_day(now)
    todays_calendar = calendars.of_unit(unit.id, rules.on(today))
    days = [today - timedelta(days=back) for back in range(DAYS_BACK)]
    done = _between(unit.id, days[-1], today)
    reminded = _reminded(unit.id, days[-1])
    found = []
    for day in days:
        then = rules.on(day)
        calendar = replace(todays_calendar, half_day_closes=then.half_day_closes)
        kind = kind_of(day, calendar)
        if day.weekday() > 4 or not _existed(unit, calendar.opens_at(day)):
            continue
        counted = readings.counted(done[day], day=day, calendar=calendar, rules=then)
        found.append(
            DayReadings(
                day=day,
                kind=kind,
                holiday=public_holiday(day),
                asked=readings.required(day, calendar, then),
                counted=counted,
                fell_short=readings.fell_short(counted, day=day, now=now, calendar=calendar, rules=then),
                reminders=reminded[day],
            )
        )
    return found


def _existed(unit: UnitRow, opened: datetime) -> bool:
    """A day that had opened before the unit was there asks for no readings, as its reminders see it (A3)."""
    return unit.created_at <= opened and (unit.closed_at is None or opened < unit.closed_at)


def _between(unit_id: int, first: date, last: date) -> defaultdict[date, list[Reading]]:
    found: defaultdict[date, list[Reading]] = defaultdict(list)
    rows = (
        select(ReadingRow.read_at, User.name)
        .join(User, User.id == ReadingRow.user_id)
        .where(ReadingRow.unit_id == unit_id)
        .where(
            ReadingRow.read_at >= moment_at(first, time.min), ReadingRow.read_at < moment_at(last + ONE_DAY, time.min)
        )
        .order_by(ReadingRow.id)
    )
    for read_at, name in reading().execute(rows):
        found[local_day(read_at)].append(Reading(at=read_at, by=short_name(name)))
    return found


def _reminded(unit_id: int, first: date) -> defaultdict[date, list[Reminded]]:
    found: defaultdict[date, list[Reminded]] = defaultdict(list)
    rows = (
        select(OutboxMail.day, OutboxMail.kind, OutboxMail.created_at, OutboxMail.status)
        .where(OutboxMail.unit_id == unit_id, OutboxMail.day >= first)
        .order_by(OutboxMail.created_at, OutboxMail.id)
    )
    for day, *mail in reading().execute(rows):
        found[day].append(Reminded(*mail))
    return found
