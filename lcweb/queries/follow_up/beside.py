"""What stands beside a place's own figures: the median of a unit's kind, and the rows of the recipient lists."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.figures import FEWEST, Share, figures, median
from lcweb.domain.phrases import alphabetical
from lcweb.models import RecipientEntry, Unit
from lcweb.queries.follow_up.counted import Wanted, sums, sums_by_row
from lcweb.queries.follow_up.places import FamilyUnit, all_units


class Peers(NamedTuple):
    """The median of the units of a kind that have enough to show; None when fewer than five units have."""

    units: int
    answered_in_time: int | None
    answer_hours: int | None
    answer_days: int | None
    days_read: int | None
    received_wrong: int | None
    opening_hours: int | None
    transferred: int | None


class RowShare(NamedTuple):
    """A row of a recipient list, and how much of what was sent by it came back as sent wrong."""

    municipality: str
    case_type: str
    area: str
    unit: str
    share: Share


def peers_of(units: list[FamilyUnit], wanted: Wanted) -> Peers:
    counted = sums({unit_id for unit in units for unit_id in unit.ids}, wanted.span, wanted.case_type)
    found = [figures(counted.of(unit.ids)) for unit in units]

    def middle(values: Iterable[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return median(known) if len(known) >= FEWEST else None

    return Peers(
        units=len(units),
        answered_in_time=middle(one.answered_in_time.percent for one in found),
        answer_hours=middle(one.answer_hours.median for one in found),
        answer_days=middle(one.answer_days.median for one in found),
        days_read=middle(one.days_read.percent for one in found),
        received_wrong=middle(one.received_wrong.percent for one in found),
        opening_hours=middle(one.opening_hours.median for one in found),
        transferred=middle(one.transferred.percent for one in found),
    )


def rows_of(wanted: Wanted) -> list[RowShare]:
    """Rows that lead to units of the place, whoever sent by them; those with the greatest share first."""
    columns = (
        select(RecipientEntry.id, RecipientEntry.municipality, RecipientEntry.case_type, RecipientEntry.area, Unit.name,
               Unit.organization_id)
        .join(Unit, Unit.id == RecipientEntry.unit_id)
    )  # fmt: skip
    by_row = sums_by_row({unit_id for unit in all_units() for unit_id in unit.ids}, wanted.span)
    found = [
        RowShare(row.municipality, row.case_type, row.area, row.name, Share(by_row[row.id][1], by_row[row.id][0]))
        for row in reading().execute(columns)
        if row.id in by_row and _row_is_in(row.municipality, row.organization_id, row.case_type, wanted)
    ]
    return sorted((row for row in found if row.share.percent is not None),
                  key=lambda row: (-(row.share.percent or 0), row.municipality, alphabetical(row.area)))  # fmt: skip


def _row_is_in(municipality: str, organization_id: int, case_type: str, wanted: Wanted) -> bool:
    if wanted.case_type not in (None, case_type):
        return False
    if wanted.where.organization_id is not None:
        return organization_id == wanted.where.organization_id
    return wanted.where.municipality in (None, municipality)
