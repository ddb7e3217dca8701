"""Coming days that the demo's administrator has halved or closed, far enough ahead to move no deadline."""

from datetime import datetime, timedelta

from lcweb.domain.calendar import MarkKind, Place, suggestions
from lcweb.domain.permissions import operator
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import local_day
from lcweb.services import calendar
from lcweb.services.units import organization_id_by_name

AHEAD = timedelta(days=60)


def load(*, now: datetime, rules: Rules) -> None:
    """Everyone's next half day, and the region's next bridge day, marked the day before `now`."""
    made = now - timedelta(days=1)
    first = local_day(now) + AHEAD
    coming = [found for year in (first.year, first.year + 1) for found in suggestions(year) if found.day > first]
    half = next(found.day for found in coming if found.kind is MarkKind.HALF)
    bridge = next(found.day for found in coming if found.kind is MarkKind.CLOSED and found.day != half)
    calendar.halve_day(operator(), half, Place(), now=made)
    region = Place(organization_id=organization_id_by_name("Region Halland"))
    calendar.close_day(operator(), bridge, region, now=made, rules=rules)
