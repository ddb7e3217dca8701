"""The counted months, and what they add up to."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.follow_up import ALL_TYPES, BY_ROW, Days, Tally, unpacked
from lcweb.domain.periods import Span, next_month
from lcweb.models import FollowUpMonth
from lcweb.queries.follow_up.places import Where


@dataclass(frozen=True)
class Wanted:
    """`case_type` None: all of them."""

    where: Where
    span: Span
    case_type: str | None = None


Counted = dict[int, dict[date, Days]]


def load(unit_ids: Collection[int], months: Collection[date]) -> Counted:
    rows = select(FollowUpMonth.unit_id, FollowUpMonth.month, FollowUpMonth.counted).where(
        FollowUpMonth.unit_id.in_(unit_ids), FollowUpMonth.month.in_(months)
    )
    found: defaultdict[int, dict[date, Days]] = defaultdict(dict)
    for unit_id, first, counted in reading().execute(rows):
        found[unit_id][first] = unpacked(counted)
    return dict(found)


def tally_of(counted: Counted, unit_ids: Iterable[int], span: Span, case_type: str | None) -> Tally:
    total = Tally()
    for unit_id in unit_ids:
        for first, days in counted.get(unit_id, {}).items():
            if first > span.last or next_month(first) <= span.first:
                continue  # a trend asks for each of thirteen months
            for (day, of_type), tally in days.items():
                if span.covers(day) and _is_asked(of_type, case_type):
                    total.add(tally)
    return total


def _is_asked(of_type: str, case_type: str | None) -> bool:
    """Readings are of no case type, and stand by every one of them."""
    if of_type.startswith(BY_ROW):
        return False
    return case_type is None or of_type in (case_type, ALL_TYPES)


def sum_of(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total
