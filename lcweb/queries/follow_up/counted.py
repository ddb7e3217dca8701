"""The counted months, and what they add up to."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from lcweb.db import reading
from lcweb.domain.follow_up import ALL_TYPES, BY_ROW, Count, Days, Kept, Tally, unpacked
from lcweb.domain.periods import Span, month, months_between
from lcweb.models import FollowUpMonth
from lcweb.queries.follow_up.places import Where


@dataclass(frozen=True)
class Wanted:
    """`case_type` None: all of them."""

    where: Where
    span: Span
    case_type: str | None = None


@dataclass
class Sums:
    """Of one span, and of whole months beside it."""

    by_unit: defaultdict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_month: defaultdict[date, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def of(self, unit_ids: Iterable[int]) -> Tally:
        return sum_of(self.by_unit[unit_id] for unit_id in unit_ids)


def sums(unit_ids: Collection[int], span: Span, case_type: str | None, *, months: Collection[date] = ()) -> Sums:
    """By unit in the span; and of all the units together, by each of the months."""
    found = Sums()
    whole, in_part = parted(span)
    column = FollowUpMonth.total if case_type is None else FollowUpMonth.by_type
    for unit_id, first, kept in _months(column, unit_ids, {*whole, *months}):
        for tally in _asked(kept, case_type):
            if first in whole:
                found.by_unit[unit_id].add_kept(tally)
            if first in months:
                found.by_month[first].add_kept(tally)
    for unit_id, _first, counted in _months(FollowUpMonth.counted, unit_ids, in_part):
        for (_day, of_type), day_tally in unpacked(counted, span).items():
            if _is_asked(of_type, case_type):
                found.by_unit[unit_id].add(day_tally)
    return found


def _is_asked(of_type: str, case_type: str | None) -> bool:
    """Readings are of no case type, and stand by every one of them."""
    if of_type.startswith(BY_ROW):
        return False
    return case_type is None or of_type in (case_type, ALL_TYPES)


def _asked(kept: str, case_type: str | None) -> list[Kept]:
    if case_type is None:
        return [json.loads(kept)]
    return [tally for of_type, tally in json.loads(kept).items() if _is_asked(of_type, case_type)]


def sums_by_row(unit_ids: Collection[int], span: Span) -> dict[int, tuple[int, int]]:
    """By row of a recipient list: what these units sent by it, and how much of that came back as sent wrong."""
    sent, wrong = defaultdict[int, int](int), defaultdict[int, int](int)
    whole, in_part = parted(span)
    for _unit_id, _first, kept in _months(FollowUpMonth.by_row, unit_ids, whole):
        for row, (of_row, back) in json.loads(kept).items():
            sent[int(row)] += of_row
            wrong[int(row)] += back
    for _unit_id, _first, counted in _months(FollowUpMonth.counted, unit_ids, in_part):
        for (_day, of_type), tally in unpacked(counted, span).items():
            if of_type.startswith(BY_ROW):
                row_id = int(of_type.removeprefix(BY_ROW))
                sent[row_id] += tally.counts[Count.SENT]
                wrong[row_id] += tally.counts[Count.SENT_WRONG]
    return {row_id: (number, wrong[row_id]) for row_id, number in sent.items()}


def days_of(unit_id: int, span: Span) -> Days:
    """One unit's days as they were counted."""
    found: Days = defaultdict(Tally)
    for _unit_id, _first, counted in _months(FollowUpMonth.counted, [unit_id], months_between(*span)):
        found.update(unpacked(counted, span))
    return found


def parted(span: Span) -> tuple[set[date], set[date]]:
    """The months that lie within the span, and those of which it has some days alone."""
    of_span = set(months_between(*span))
    whole = {first for first in of_span if span.covers(first) and span.covers(month(first).last)}
    return whole, of_span - whole


def _months(
    column: InstrumentedAttribute[str], unit_ids: Collection[int], months: Collection[date]
) -> Iterable[tuple[int, date, str]]:
    if not months:
        return []
    rows = select(FollowUpMonth.unit_id, FollowUpMonth.month, column).where(
        FollowUpMonth.unit_id.in_(unit_ids), FollowUpMonth.month.in_(months)
    )
    return [tuple(row) for row in reading().execute(rows)]


def sum_of(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total
