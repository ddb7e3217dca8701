"""Whether a unit has looked in its inbox as often as it must (A1, A2, A4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from lcweb.domain.permissions import Actor, Role
from lcweb.domain.rules import ReadingRule, Rules
from lcweb.domain.workdays import ONE_DAY, Calendar, local_day, moment_at

NOON = time(12, 0)  # the line of `am_pm` (A2)


class Reading(NamedTuple):
    """A person, `by` name, opened the unit's inbox (A1). Whether it counts is decided here, never stored."""

    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class ReadingDuty:
    """One unit's duty on one day (A4).

    `next_counts_at` is the earliest moment from which a further reading counts; when it has passed, one counts now.
    None when no further reading helps: the duty is met, the day is over or off, or too little of it is left.
    """

    day: date
    required: int
    counted: tuple[Reading, ...]
    remaining: int
    next_counts_at: datetime | None

    @property
    def met(self) -> bool:
        """Also on a day off, which asks for nothing."""
        return self.remaining == 0


def may_see(actor: Actor, unit_id: int) -> bool:
    """How a unit has read: the system administrator any unit's, a unit manager the own one's."""
    return Role.SYSTEM_ADMIN in actor.roles or may_see_who(actor, unit_id)


def may_see_who(actor: Actor, unit_id: int) -> bool:
    """Who has read is the unit's own affair."""
    return Role.UNIT_MANAGER in actor.roles and actor.unit_id == unit_id


def fell_short(done: Sequence[Reading], *, day: date, now: datetime, calendar: Calendar, rules: Rules) -> bool | None:
    """Whether the readings that counted were too few (A2). None while the day is not over."""
    if len(done) >= required(day, calendar, rules):
        return False
    return True if now >= calendar.closes_at(day) else None


def required(day: date, calendar: Calendar, rules: Rules) -> int:
    """How many counted readings the day asks for: none on a day off, one on a half day (A2, T2).

    `am_pm` asks for one on each side of noon, so only one from a unit that is open on one side.
    """
    if not calendar.is_working_day(day):
        return 0
    if calendar.is_half_day(day):
        return 1
    if rules.reading_rule is ReadingRule.AM_PM:
        return 2 if calendar.hours.opens < NOON < calendar.closing_time(day) else 1
    return rules.readings_per_day


def counted(readings: Iterable[Reading], *, day: date, calendar: Calendar, rules: Rules) -> tuple[Reading, ...]:
    """Those of `readings`, given in any order, that count on `day`, oldest first (A2).

    None on a day off, none at or after closing time. Those made after the duty was met are among them.
    """
    if not calendar.is_working_day(day):
        return ()
    begins, closes = moment_at(day, time.min), calendar.closes_at(day)
    in_time = sorted((r for r in readings if begins <= r.at < closes), key=lambda r: r.at)
    if rules.reading_rule is ReadingRule.AM_PM:
        return _first_on_each_side(in_time, noon=moment_at(day, NOON))
    return _spaced(in_time, gap=rules.reading_gap)


def duty(readings: Iterable[Reading], *, now: datetime, calendar: Calendar, rules: Rules) -> ReadingDuty:
    """Where the unit stands at `now` on the Stockholm day that `now` falls on (A4)."""
    day = local_day(now)
    asked = required(day, calendar, rules)
    done = counted(readings, day=day, calendar=calendar, rules=rules)
    remaining = max(0, asked - len(done))
    opens = _next_counts_at(done, now=now, calendar=calendar, rules=rules) if remaining else None
    return ReadingDuty(day=day, required=asked, counted=done, remaining=remaining, next_counts_at=opens)


def next_turn(duty: ReadingDuty, *, now: datetime, calendar: Calendar) -> datetime:
    """When the clock alone next changes the words about `duty`: a reading counts again, closing time, a new day.

    `now` lies on the duty's own day. An open page needs this moment to know that it has grown stale.
    """
    turns = [moment_at(duty.day + ONE_DAY, time.min)]
    if not duty.met:
        turns.append(calendar.closes_at(duty.day))
    if duty.next_counts_at:
        turns.append(duty.next_counts_at)
    return min(turn for turn in turns if now < turn)


def _spaced(readings: Sequence[Reading], *, gap: timedelta) -> tuple[Reading, ...]:
    chosen: list[Reading] = []
    for reading in readings:
        # From the last counted one: else a unit that looks in every half hour would never have done its duty.
        if not chosen or reading.at - chosen[-1].at >= gap:
            chosen.append(reading)
    return tuple(chosen)


def _first_on_each_side(readings: Sequence[Reading], *, noon: datetime) -> tuple[Reading, ...]:
    before = [reading for reading in readings if reading.at < noon]
    after = [reading for reading in readings if reading.at >= noon]
    return (*before[:1], *after[:1])


def _next_counts_at(done: Sequence[Reading], *, now: datetime, calendar: Calendar, rules: Rules) -> datetime | None:
    closes = calendar.closes_at(local_day(now))
    if rules.reading_rule is ReadingRule.AM_PM:
        opens = _next_side_opens_at(done, now=now)
    else:
        opens = done[-1].at + rules.reading_gap if done else _midnight(now)
    return opens if opens and opens < closes and now < closes else None


def _next_side_opens_at(done: Sequence[Reading], *, now: datetime) -> datetime | None:
    noon = moment_at(local_day(now), NOON)
    if done and done[-1].at >= noon:
        return None
    return noon if done or now >= noon else _midnight(now)


def _midnight(now: datetime) -> datetime:
    return moment_at(local_day(now), time.min)
