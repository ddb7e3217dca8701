"""When a unit works: its days, half days and office hours (T1–T3). Decided in Stockholm time, answered in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from holidays.constants import DE_FACTO, PUBLIC
from holidays.countries import Sweden  # by its code, all countries would be loaded by the first who asks for a day

from lcweb.domain.rules import Rules

STOCKHOLM = ZoneInfo("Europe/Stockholm")
LONGEST_CLOSURE = 731  # days in a row; a calendar closed for longer is a mistake, not a holiday
SATURDAY = 5
ONE_DAY = timedelta(days=1)


def local(moment: datetime) -> datetime:
    """`moment` in Stockholm time. ValueError when it is naive: a guessed zone makes a wrong deadline."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone.")
    return moment.astimezone(STOCKHOLM)


def local_day(moment: datetime) -> date:
    return local(moment).date()


def moment_at(day: date, clock: time) -> datetime:
    """The UTC moment when Stockholm's wall clocks show `clock` on `day`; the first of two when they do so twice."""
    return datetime.combine(day, clock, STOCKHOLM).astimezone(UTC)


def public_holiday(day: date) -> str | None:
    """The Swedish name of a public holiday or one of the three eves (T1). Plain Saturdays and Sundays have none."""
    return _public_holidays(day.year).get(day)


@cache
def _public_holidays(year: int) -> Mapping[date, str]:
    # The package's default takes the three eves for working days: they are in DE_FACTO, which has to be asked for.
    found = Sweden(years=year, categories=(PUBLIC, DE_FACTO), language="sv")
    return MappingProxyType(dict(found))


@dataclass(frozen=True, kw_only=True)
class OfficeHours:
    """Stockholm times of an ordinary working day; `closes` is the first minute after it (T3).

    ValueError unless the unit closes after it opens.
    """

    opens: time = time(8, 0)
    closes: time = time(16, 30)

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise ValueError(f"Office hours must close after they open, not {self.opens:%H:%M}–{self.closes:%H:%M}.")


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """One unit's working time: the Swedish calendar, what administrators have marked by hand (T1, T2), its hours (T3).

    `closed` and `half` hold the days marked for the unit, its organization or everyone. `half_day_closes` is Stockholm
    time. The methods that look for a working day raise ValueError when more than two years in a row are closed.
    """

    closed: frozenset[date] = frozenset()
    half: frozenset[date] = frozenset()
    hours: OfficeHours = field(default_factory=OfficeHours)
    half_day_closes: time = Rules.half_day_closes

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday, no public holiday or eve, and not closed by hand (T1)."""
        return day.weekday() < SATURDAY and day not in self.closed and public_holiday(day) is None

    def is_half_day(self, day: date) -> bool:
        """A working day marked as half (T2); it stays an ordinary one for a unit that opens when others have closed."""
        return day in self.half and self.hours.opens < self.half_day_closes and self.is_working_day(day)

    def closing_time(self, day: date) -> time:
        """Stockholm time; on a half day the earlier of the two closing times (T2)."""
        return min(self.half_day_closes, self.hours.closes) if self.is_half_day(day) else self.hours.closes

    def opens_at(self, day: date) -> datetime:
        """Opening as a UTC moment. Asks only the clock: whether the unit works that day is `is_working_day`."""
        return moment_at(day, self.hours.opens)

    def closes_at(self, day: date) -> datetime:
        """Closing as a UTC moment. Asks only the clock: whether the unit works that day is `is_working_day`."""
        return moment_at(day, self.closing_time(day))

    def is_open(self, moment: datetime) -> bool:
        """Within office hours (T3): at opening yes, at closing time no longer."""
        day = local_day(moment)
        return self.is_working_day(day) and self.opens_at(day) <= moment < self.closes_at(day)

    def next_working_day(self, day: date) -> date:
        """The first one strictly after `day`."""
        return self._nearest_working_day(day, step=ONE_DAY)

    def previous_working_day(self, day: date) -> date:
        """The last one strictly before `day`."""
        return self._nearest_working_day(day, step=-ONE_DAY)

    def add_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself, working or not, when `count` is 0.

        ValueError when `count` is negative.
        """
        if count < 0:
            raise ValueError(f"Working days are counted forwards, not {count}.")
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def _nearest_working_day(self, start: date, *, step: timedelta) -> date:
        day = start
        for _ in range(LONGEST_CLOSURE):
            day += step
            if self.is_working_day(day):
                return day
        raise ValueError(f"The calendar has no working day between {start} and {day}: reopen some of its closed days.")
