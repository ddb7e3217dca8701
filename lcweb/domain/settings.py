"""Settings with a history: what an administrator may choose, and from which day it holds."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any, NamedTuple

from lcweb.domain.errors import Refused
from lcweb.domain.rules import ReadingRule, RuleBook, Rules
from lcweb.domain.workdays import ONE_DAY, OfficeHours

#: Whether a unit's receptionists may write to other units: a value of its own for each unit, YES or NO.
RECEPTIONISTS = "receptionists_may_write"
YES, NO = "1", "0"

LONGEST_PAUSE = 366  # days between two log reviews
MOST_STEPS = 60  # working days until a late answer takes a step
FURTHEST = timedelta(days=731)  # a planned change that nobody remembers is a trap

TOO_EARLY = "En ändring gäller tidigast från i morgon. Det som redan har hänt räknas som det räknades då."
TOO_LATE = "Välj en dag inom två år."
NO_DAY = "Skriv dagen som ÅÅÅÅ-MM-DD, till exempel 2026-11-27."


# Values, as the configuration and administrators write them -----------------------------------------------------------


def positive(raw: str) -> float:
    """Raises ValueError, as all of these do."""
    number = float(raw)
    if not 0 < number < 1_000_000:
        raise ValueError("must be a number above 0")
    return number


def count(raw: str) -> int:
    if not 1 <= int(raw) <= 60:
        raise ValueError("must be a whole number from 1 to 60")
    return int(raw)


def from_zero(raw: str) -> int:
    if not 0 <= int(raw) <= MOST_STEPS:
        raise ValueError(f"must be a whole number from 0 to {MOST_STEPS}")
    return int(raw)


def days(raw: str) -> int:
    if not 1 <= int(raw) <= LONGEST_PAUSE:
        raise ValueError(f"must be a whole number from 1 to {LONGEST_PAUSE}")
    return int(raw)


def minutes(raw: str) -> timedelta:
    return timedelta(minutes=positive(raw))


def clock(raw: str) -> time:
    try:
        found = time.fromisoformat(raw.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise ValueError("must be a time of day in Stockholm, such as 11:00")
    return found


#: How each of the routine's numbers is read, by the name of its field in `Rules`.
READERS: dict[str, Callable[[str], Any]] = {
    "answer_days": count,
    "callback_days": count,
    "return_days": count,
    "readings_per_day": count,
    "reading_gap": minutes,
    "reading_rule": ReadingRule,
    "first_reminder": clock,
    "second_reminder": clock,
    "half_day_reminder": clock,
    "shortfall_at": clock,
    "half_day_closes": clock,
    "draft_days": count,
    "review_days": days,
    "escalate_manager_days": from_zero,
    "escalate_organization_days": from_zero,
}

_MOST = {"readings_per_day": 8, "reading_gap": 480, "review_days": LONGEST_PAUSE}
_LEAST_CLOCK, _CLOSES = time(6, 0), OfficeHours().closes
_PLAIN_NUMBER = re.compile(r"[0-9]{1,4}")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])(:00)?")


def chosen(name: str, raw: str) -> str:
    """What is kept of an administrator's `raw`, for READERS to read. Raises Refused."""
    kept = _CHOOSERS[READERS[name]](name, raw.strip())
    if kept is None:
        raise Refused({"value": _sentence(name)})
    return kept


def as_typed(value: object) -> str:
    """A rule's value as a form's field has it."""
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 60:g}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def limits(name: str) -> tuple[str, str]:
    """The least and the most that may be chosen, as a form's field has them; empty for a choice."""
    if READERS[name] is clock:
        return f"{_LEAST_CLOCK:%H:%M}", f"{_CLOSES:%H:%M}"
    if READERS[name] is ReadingRule:
        return "", ""
    return str(_least(name)), str(_MOST.get(name, 60))


def _least(name: str) -> int:
    return 0 if READERS[name] is from_zero else 1


def _number(name: str, typed: str) -> str | None:
    fits = _PLAIN_NUMBER.fullmatch(typed) and _least(name) <= int(typed) <= _MOST.get(name, 60)
    return str(int(typed)) if fits else None


def _clock_of_day(_name: str, typed: str) -> str | None:
    found = _CLOCK.fullmatch(typed)
    at = time(int(found[1]), int(found[2])) if found else None
    return f"{at:%H:%M}" if at and _LEAST_CLOCK <= at < _CLOSES else None


def _rule(_name: str, typed: str) -> str | None:
    return typed if typed in set(ReadingRule) else None


_CHOOSERS: dict[object, Callable[[str, str], str | None]] = {
    count: _number,
    days: _number,
    from_zero: _number,
    minutes: _number,
    clock: _clock_of_day,
    ReadingRule: _rule,
}


def _sentence(name: str) -> str:
    least, most = (limit.replace(":", ".") for limit in limits(name))
    if READERS[name] is clock:
        return f"Skriv ett klockslag från {least} och före {most}, till exempel {least}."
    if READERS[name] is ReadingRule:
        return "Välj hur läsningarna räknas."
    return f"Skriv ett helt tal från {least} till {most}."


# Days -----------------------------------------------------------------------------------------------------------------


def day_problem(day: date | None, *, today: date, at_once: bool = False) -> str | None:
    """A change never acts backwards, so that the past stays decidable; `at_once`: it may hold from today."""
    if day is None:
        return NO_DAY
    if day < (today if at_once else today + ONE_DAY):
        return "Dagen har redan varit." if at_once else TOO_EARLY
    return TOO_LATE if day > today + FURTHEST else None


# Rules that must fit together -----------------------------------------------------------------------------------------


class _Clash(NamedTuple):
    names: tuple[str, ...]
    strikes: Callable[[Rules], bool]
    sentence: str


def _do_not_fit(rules: Rules) -> bool:
    hours = OfficeHours()
    open_for = timedelta(hours=hours.closes.hour, minutes=hours.closes.minute) - timedelta(hours=hours.opens.hour)
    spaced = rules.reading_rule is ReadingRule.SPACED
    return spaced and rules.reading_gap * (rules.readings_per_day - 1) >= open_for


def _skips_the_manager(rules: Rules) -> bool:
    return 0 < rules.escalate_organization_days < rules.escalate_manager_days


_CLASHES = (
    _Clash(
        ("first_reminder", "second_reminder"),
        lambda rules: rules.first_reminder >= rules.second_reminder,
        "Första läspåminnelsen måste gå före den andra.",
    ),
    _Clash(
        ("half_day_reminder", "half_day_closes"),
        lambda rules: rules.half_day_reminder >= rules.half_day_closes,
        "Halvdagens påminnelse måste gå innan halvdagen stänger.",
    ),
    _Clash(
        ("readings_per_day", "reading_gap", "reading_rule"),
        _do_not_fit,
        "Så många läsningar med så lång tid emellan får inte plats mellan 8.00 och 16.30.",
    ),
    _Clash(
        ("escalate_manager_days", "escalate_organization_days"),
        _skips_the_manager,
        "Huvudmannen får inte veta om ett försenat svar före enhetsansvarig.",
    ),
)


class Clash(NamedTuple):
    day: date
    sentence: str


def clash(book: RuleBook, name: str, *, since: date) -> Clash | None:
    """The first day from `since` on, on which the rule `name` does not go together with another."""
    days = {since, *(change.applies_from for change in book.changes if change.applies_from > since)}
    found = (
        Clash(day, each.sentence)
        for day in sorted(days)
        for each in _CLASHES
        if name in each.names and each.strikes(book.on(day))
    )
    return next(found, None)
