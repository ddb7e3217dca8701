"""By when a unit must have answered, and when that is too late (T4, T5)."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from lcweb.domain.workdays import Calendar, local_day, moment_at


class Source(StrEnum):
    """What a deadline follows from."""

    ANSWER = "answer_days"  # T5, B1
    RETURN = "return_days"  # of a thread that came back to its sender
    PROMISE = "promise"  # B2: the unit chose the day


class Origin(NamedTuple):
    """Where a deadline came from: so many working days from a day on.

    `counted_from` None: the unit's hours are others now, so that the day can no longer be said with certainty.
    `since`: from when the setting held that was in force then. None: it is the one that lcweb began with;
    `is_known` False: not even that can be said, because the configuration has another number now.
    """

    source: Source
    days: int
    counted_from: date | None
    since: date | None
    is_known: bool
    moved: bool


def receipt_day(received: datetime, calendar: Calendar) -> date:
    """The recipient unit's working day on which a message counts as received (T4).

    Before opening is still the same day; from closing time on it is the next working day.
    """
    day = local_day(received)
    in_time = calendar.is_working_day(day) and received < calendar.closes_at(day)
    return day if in_time else calendar.next_working_day(day)


def due_at(received: datetime, calendar: Calendar, days: int) -> datetime:
    """Closing time of the recipient unit, in UTC, `days` working days after the receipt day (T5)."""
    return calendar.closes_at(calendar.add_working_days(receipt_day(received, calendar), days))


def counted_from(due: datetime, *, received: datetime, calendar: Calendar, days: int) -> date | None:
    """The receipt day from which `days` lead to `due`, as far as today's calendar still tells it."""
    day = receipt_day(received, calendar)
    return day if calendar.add_working_days(day, days) == local_day(due) else None


def moved_due(due: datetime, *, received: datetime, calendar: Calendar, days: int) -> datetime:
    """`due` after days were closed in `calendar`: a later day, or `due` untouched; never earlier (T5).

    `days` is the number in force when the duty arose. Other hours or half days on the same day move nothing.
    """
    again = due_at(received, calendar, days)
    return again if local_day(again) > local_day(due) else due


def is_overdue(due: datetime, *, now: datetime) -> bool:
    """From the due moment itself: at closing time the day is over (T4)."""
    return now >= due


def is_due_today(due: datetime, *, now: datetime) -> bool:
    """Later on this Stockholm day. Never together with `is_overdue`."""
    return now < due and local_day(now) == local_day(due)


def next_turn(due: datetime, *, now: datetime) -> datetime | None:
    """When the clock alone next changes the words about a duty: as its day begins ("i dag"), then as it falls due.

    None once it is overdue. An open page needs this moment to know that it has grown stale.
    """
    turns = (moment_at(local_day(due), time.min), due)
    return next((turn for turn in turns if now < turn), None)
