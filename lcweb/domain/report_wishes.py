"""Who is told that the month's report of a place is ready, and when (M1–M4)."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple

from lcweb.domain.periods import month_of
from lcweb.domain.reminders import Kind, Reminder
from lcweb.domain.workdays import ONE_DAY, Calendar, local_day, moment_at

READY_AT = time(8, 30)


class Wish(NamedTuple):
    """A person with an address, who may see the place: a unit, or else an organization."""

    user_id: int
    unit_id: int | None
    organization_id: int | None
    made_at: datetime


def report_month(day: date) -> date:
    """The month that is over on that day: its first day."""
    return month_of(month_of(day) - ONE_DAY)


def ready_at(now: datetime, calendar: Calendar) -> datetime:
    """This month's moment: 08.30 on its first working day."""
    day = month_of(local_day(now))
    while not calendar.is_working_day(day):
        day += ONE_DAY
    return moment_at(day, READY_AT)


def due(wishes: Iterable[Wish], *, now: datetime, calendar: Calendar) -> tuple[Reminder, ...]:
    """One for each place and person, of the month's first working day; the caller leaves out known keys (M2).

    Owed until the month is over, so that a worker which stood still loses none. Who asks later is told next month.
    """
    ready = ready_at(now, calendar)
    if now < ready:
        return ()
    return tuple(
        Reminder(
            kind=Kind.FOLLOW_UP_REPORT, unit_id=wish.unit_id, organization_id=wish.organization_id,
            day=local_day(ready), slot=str(wish.user_id), count=1,
        )
        for wish in wishes
        if wish.made_at <= ready
    )  # fmt: skip


def still_due(reminder: Reminder, wishes: Iterable[Wish], *, now: datetime) -> Reminder | None:
    """None when it is superseded (M3): the wish was ended, the person left or may no longer see the place, or it is
    another month.
    """
    asked = any(
        (str(wish.user_id), wish.unit_id, wish.organization_id)
        == (reminder.slot, reminder.unit_id, reminder.organization_id)
        for wish in wishes
    )
    return reminder if asked and month_of(local_day(now)) == month_of(reminder.day) else None


def address_of(reminder: Reminder) -> str:
    """Where the report is, without its host."""
    place = f"enhet-{reminder.unit_id}" if reminder.unit_id else f"huvudman-{reminder.organization_id}"
    return f"uppfoljning/rapport?plats={place}&manad={report_month(reminder.day):%Y-%m}"
