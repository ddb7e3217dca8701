"""The recipient lists as administrators know them: every row, as it was known at a moment (S2)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from lcweb.db import reading
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.recipients import CaseType, Period
from lcweb.models import RecipientEdit, RecipientEntry, RecipientVersion, Unit


class ListRow(NamedTuple):
    """`unit` is its name today. `valid_to` is the last day, included; None: until further notice."""

    entry_id: int
    municipality: str
    case_type: CaseType
    position: int
    area: str
    unit_id: int
    unit: str
    note: str
    valid_from: date
    valid_to: date | None

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_to)


def rows(municipality: str | None, case_type: CaseType | None, *, known_at: datetime) -> list[ListRow]:
    """Every row that was not removed, ended ones and those to come too, in the lists' order and each list's own.

    As the last edit until `known_at`, that moment included, had left it. None: every municipality, every case type.
    """
    newest = (
        select(RecipientVersion.entry_id, func.max(RecipientVersion.edit_id).label("edit_id"))
        .join(RecipientEdit, RecipientEdit.id == RecipientVersion.edit_id)
        .where(RecipientEdit.made_at <= known_at)
        .group_by(RecipientVersion.entry_id)
    )
    if municipality is not None:
        newest = newest.where(RecipientEdit.municipality == municipality)
    if case_type is not None:
        newest = newest.where(RecipientEdit.case_type == case_type)
    known = newest.subquery()
    found = reading().execute(
        select(
            RecipientEntry.id, RecipientEntry.municipality, RecipientEntry.case_type, RecipientVersion.position,
            RecipientVersion.area, Unit.id, Unit.name, RecipientVersion.note, RecipientVersion.valid_from,
            RecipientVersion.valid_to,
        )
        .join(RecipientVersion, RecipientVersion.entry_id == RecipientEntry.id)
        .join(known, (known.c.entry_id == RecipientVersion.entry_id) & (known.c.edit_id == RecipientVersion.edit_id))
        .join(Unit, Unit.id == RecipientVersion.unit_id)
        .where(RecipientVersion.removed.is_(False))
    )  # fmt: skip
    made = (ListRow(entry, place, CaseType(kind), *rest) for entry, place, kind, *rest in found)
    return sorted(made, key=_order)


def in_force(rows: Iterable[ListRow], day: date) -> list[ListRow]:
    """Those that hold on the day, in the order they came."""
    return [row for row in rows if row.period.covers(day)]


def _order(row: ListRow) -> tuple[int, str, int, int, int]:
    """Municipalities and case types in the order that people know them in; then the list's own."""
    known = row.municipality in MUNICIPALITIES
    place = MUNICIPALITIES.index(row.municipality) if known else len(MUNICIPALITIES)
    return place, row.municipality, list(CaseType).index(row.case_type), row.position, row.entry_id
