"""Units' own calendars, as pages and their deadlines go by them."""

from collections.abc import Collection
from dataclasses import replace

from lcweb import facts
from lcweb.db import reading
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar
from lcweb.queries.kept import kept


def of_unit(unit_id: int, rules: Rules) -> Calendar:
    """The unit must exist."""
    return of_units([unit_id], rules)[unit_id]


def of_units(unit_ids: Collection[int], rules: Rules) -> dict[int, Calendar]:
    """The units must exist; closed ones too."""
    found = kept(("calendars", *sorted(unit_ids)), lambda: facts.calendars(reading(), rules, unit_ids))
    return {unit_id: replace(found[unit_id], half_day_closes=rules.half_day_closes) for unit_id in unit_ids}


def common(rules: Rules) -> Calendar:
    """Of a unit with ordinary hours, and only what is marked for everyone."""
    calendar = kept("common calendar", lambda: facts.common_calendar(reading(), rules))
    return replace(calendar, half_day_closes=rules.half_day_closes)
