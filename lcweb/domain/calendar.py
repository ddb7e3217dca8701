"""Days marked by hand: which can be closed or halved, which are suggested, and what closing one moves (T1, T2, T5)."""

import hashlib
from calendar import Calendar as Months
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from lcweb.domain.workdays import ONE_DAY, Calendar, public_holiday

YEARS_AHEAD = 5  # a mark further away is a slip of the keyboard
MONTHS = range(1, 13)

_SWEDISH = Calendar()  # with nothing closed by hand
_MONDAY_FIRST = Months(firstweekday=0)

#: What is half by custom (T2): the day before these, under a name of its own where it has one.
_HALF_BEFORE = {
    "Trettondedag jul": "Trettondagsafton",
    "Långfredagen": "Skärtorsdagen",
    "Första maj": "Valborgsmässoafton",
    "Kristi himmelsfärdsdag": "Dagen före Kristi himmelsfärdsdag",
    "Nationaldagen": "Dagen före nationaldagen",
    "Alla helgons dag": "Dagen före alla helgons dag",
}


class MarkKind(StrEnum):
    CLOSED = "closed"
    HALF = "half"


class DayKind(StrEnum):
    """What a day is for a place. A bridge day is an ordinary working day until it is closed by hand (T1)."""

    WORKING = "working"
    HALF = "half"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"


@dataclass(frozen=True)
class Place:
    """Where a mark holds: a unit, an organization, or (neither) everywhere."""

    unit_id: int | None = None
    organization_id: int | None = None


class Suggestion(NamedTuple):
    """A day that administrators may want to close or halve. `why` is its name in Swedish."""

    day: date
    kind: MarkKind
    why: str


class Moved(NamedTuple):
    """An open duty that a closed day moves later (T5)."""

    duty_id: int
    thread_id: int
    unit_id: int
    unit: str
    due_at: datetime
    to: datetime


class Move(NamedTuple):
    """So many of a unit's open duties, from one moment to another: all that is told of them beforehand."""

    unit: str
    due_at: datetime
    to: datetime
    count: int


def kind_of(day: date, calendar: Calendar) -> DayKind:
    """A day that is off for everybody is never shown as closed by hand, even if it has been."""
    if public_holiday(day):
        return DayKind.HOLIDAY
    if not _SWEDISH.is_working_day(day):
        return DayKind.WEEKEND
    if not calendar.is_working_day(day):
        return DayKind.CLOSED
    return DayKind.HALF if calendar.is_half_day(day) else DayKind.WORKING


def is_bridge_day(day: date) -> bool:
    """Klämdag: a single working day between two days off, by the Swedish calendar alone (T1)."""
    beside = (day - ONE_DAY, day + ONE_DAY)
    return _SWEDISH.is_working_day(day) and not any(_SWEDISH.is_working_day(other) for other in beside)


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY


def working_days(year: int, calendar: Calendar) -> int:
    return sum(calendar.is_working_day(day) for day in days_of(year))


def weeks_of(year: int, month: int) -> list[tuple[int, list[date | None]]]:
    """Each week's ISO number and its days from Monday; None where a day belongs to another month."""
    return [
        (week[0].isocalendar().week, [day if day.month == month else None for day in week])
        for week in _MONDAY_FIRST.monthdatescalendar(year, month)
    ]


def suggestions(year: int) -> list[Suggestion]:
    """Bridge days to close and customary half days (T2), in order; one day may be both. Only working days."""
    found = [*_bridge_days(year), *_half_days(year)]
    return sorted(found, key=lambda suggestion: (suggestion.day, suggestion.kind))


def mark_problem(day: date, kind: MarkKind, *, today: date, calendar: Calendar) -> str | None:
    """The sentence for a day that cannot be marked; `calendar` has what is marked for the place or for all of it."""
    if day <= today:
        return "Bara kommande dagar kan ändras. Dagens svarstider gäller redan."
    if day.year > today.year + YEARS_AHEAD:
        return f"Välj en dag senast {today.year + YEARS_AHEAD}-12-31."
    holiday = public_holiday(day)
    if holiday:
        return f"{holiday} är redan en ledig dag. Välj en vardag."
    if not _SWEDISH.is_working_day(day):
        return "Dagen är en lördag eller söndag och redan ledig. Välj en vardag."
    if day in calendar.closed:
        return "Dagen är redan stängd där. Du behöver inte göra något."
    if kind is MarkKind.HALF and day in calendar.half:
        return "Dagen är redan en halvdag där. Du behöver inte göra något."
    return None


def leaves_a_working_day(day: date, calendar: Calendar) -> bool:
    """False when closing `day` makes a row of closed days so long that no deadline can be counted over it."""
    try:
        calendar.next_working_day(calendar.previous_working_day(day))
    except ValueError:
        return False
    return True


def grouped(moved: Iterable[Moved]) -> list[Move]:
    """By unit, then in the order of time."""
    counts: dict[tuple[str, datetime, datetime], int] = {}
    for duty in moved:
        key = (duty.unit, duty.due_at, duty.to)
        counts[key] = counts.get(key, 0) + 1
    return [Move(*key, count) for key, count in sorted(counts.items())]


def digest(moves: Iterable[Move]) -> str:
    """What a person has confirmed: the same only for the same numbers, units and moments."""
    lines = (f"{move.unit}|{move.due_at.isoformat()}|{move.to.isoformat()}|{move.count}" for move in moves)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _bridge_days(year: int) -> Iterator[Suggestion]:
    for day in days_of(year):
        if is_bridge_day(day):
            before, after = public_holiday(day - ONE_DAY), public_holiday(day + ONE_DAY)
            on_monday = day.weekday() == 0  # what lies before it is a weekend, which may be Whitsun
            why = f"före {_name(after)}" if on_monday else f"efter {_name(before)}"
            yield Suggestion(day, MarkKind.CLOSED, f"Klämdag {why}")


def _half_days(year: int) -> Iterator[Suggestion]:
    for day in days_of(year):
        next_day = (public_holiday(day + ONE_DAY) or "").split("; ")  # two may fall on the same day
        why = next((name for holiday, name in _HALF_BEFORE.items() if holiday in next_day), None)
        if why and _SWEDISH.is_working_day(day):
            yield Suggestion(day, MarkKind.HALF, why)


def _name(holiday: str | None) -> str:
    """Within a sentence: nyårsdagen, but Kristi himmelsfärdsdag."""
    name = holiday or "helgen"
    return name if name.startswith("Kristi") else name[:1].lower() + name[1:]
