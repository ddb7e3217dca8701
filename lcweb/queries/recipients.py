"""The recipient lists as they are on a day (S2)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, and_, or_, select

from lcweb.db import reading
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.readings import ReadingDuty
from lcweb.domain.recipients import CaseType, Choice, Term, is_found
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, local_day
from lcweb.models import Organization, RecipientEntry, Unit
from lcweb.prepared import ask
from lcweb.queries.kept import kept
from lcweb.queries.readings import todays_duties


class Entry(NamedTuple):
    """A row in force, with what a sender must see: where to ring (S3). `choice`: what chooses it as the recipient."""

    case_type: str
    area: str
    unit_id: int
    unit: str
    phone: str
    acute_phone: str
    opens: time
    closes: time
    municipality: str
    entry_id: int
    note: str
    street: str
    choice: Choice


class UnitChoice(NamedTuple):
    unit_id: int
    unit: str
    organization: str
    acute_phone: str


_ALL_UNITS = (
    select(Unit.id, Unit.name, Organization.name, Unit.acute_phone)
    .join(Organization, Organization.id == Unit.organization_id)
    .where(Unit.closed_at.is_(None))
    .order_by(Organization.name, Unit.name)
)


class OtherUnit(NamedTuple):
    """A unit that no list names."""

    unit_id: int
    unit: str
    phone: str
    acute_phone: str
    opens: time
    closes: time
    municipality: str
    street: str


class Today(NamedTuple):
    """What a unit does today. `closes`: None on a day off. `read` of the `asked` readings are done (A2)."""

    closes: time | None
    half_day: bool
    read: int
    asked: int


class FoundList(NamedTuple):
    """What was found of a municipality's list for a case type, in the list's own order."""

    municipality: str
    case_type: str
    rows: list[Entry]


class Found(NamedTuple):
    """`today` has every unit of the rows, by its id."""

    lists: list[FoundList]
    others: list[OtherUnit]
    today: dict[int, Today]

    @property
    def total(self) -> int:
        return sum(len(found.rows) for found in self.lists) + len(self.others)


def entries(municipality: str | None, case_type: CaseType | None, day: date) -> list[Entry]:
    """In each list's own order. None: every municipality, every case type."""
    wanted = [_in_force(day)]
    if municipality is not None:
        wanted.append(RecipientEntry.municipality == municipality)
    if case_type is not None:
        wanted.append(RecipientEntry.case_type == case_type)
    query = (
        select(
            RecipientEntry.case_type, RecipientEntry.area, RecipientEntry.unit_id, Unit.name, Unit.phone,
            Unit.acute_phone, Unit.opens, Unit.closes, RecipientEntry.municipality,
            RecipientEntry.id.label("entry_id"), RecipientEntry.note, Unit.street,
        )
        .join(Unit, Unit.id == RecipientEntry.unit_id)
        .where(*wanted, Unit.closed_at.is_(None))
        .order_by(RecipientEntry.case_type, RecipientEntry.position, RecipientEntry.id)
    )  # fmt: skip
    rows = reading().execute(query).all()
    places = Counter((row.municipality, row.case_type, row.unit_id) for row in rows)
    return [Entry(*row, _choice(row, places[row.municipality, row.case_type, row.unit_id])) for row in rows]


def find(
    asked: Sequence[Term], *, municipality: str | None, case_type: CaseType | None, now: datetime, rules: Rules
) -> Found:
    """What `asked` finds in the lists of today, and among the units that stand in none; nothing asked finds each row.

    None: every municipality, every case type. A unit that no list names takes no case type, and is named only when
    something is asked.
    """
    day = local_day(now)
    rows = [
        row
        for row in entries(municipality, case_type, day)
        if is_found(
            asked,
            texts=(row.municipality, row.area, row.unit, row.street, row.note),
            phones=(row.phone, row.acute_phone),
        )
    ]
    others = _others(asked, municipality, day) if asked and case_type is None else []
    duties = todays_duties({row.unit_id for row in (*rows, *others)}, now=now, rules=rules)
    return Found(_by_list(rows), others, {unit_id: _today(*known) for unit_id, known in duties.items()})


def all_units(*, except_id: int | None) -> list[UnitChoice]:
    """Any unit can be picked directly; one's own is no choice."""
    units = kept("units", lambda: [UnitChoice(*row) for row in ask(_ALL_UNITS)])
    return [unit for unit in units if unit.unit_id != except_id]


def _choice(row: Row, places: int) -> Choice:
    """`places`: in how many rows of the list the unit stands; the unit alone would not say which of them."""
    return Choice(row.unit_id, row.entry_id if places > 1 else None)


def _others(asked: Sequence[Term], municipality: str | None, day: date) -> list[OtherUnit]:
    query = (
        select(
            Unit.id, Unit.name, Unit.phone, Unit.acute_phone, Unit.opens, Unit.closes, Unit.municipality, Unit.street
        )
        .where(Unit.id.not_in(select(RecipientEntry.unit_id).where(_in_force(day))), Unit.closed_at.is_(None))
        .order_by(Unit.name)
    )  # fmt: skip
    if municipality is not None:
        query = query.where(Unit.municipality == municipality)
    units = (OtherUnit(*row) for row in reading().execute(query))
    return [
        unit
        for unit in units
        if is_found(asked, texts=(unit.municipality, unit.unit, unit.street), phones=(unit.phone, unit.acute_phone))
    ]


def _by_list(rows: Iterable[Entry]) -> list[FoundList]:
    """Municipalities and case types in the order that people know them in."""
    ordered = sorted(rows, key=_list_order)  # stable: within a list the rows keep its order
    return [
        FoundList(*key, list(own)) for key, own in groupby(ordered, key=lambda row: (row.municipality, row.case_type))
    ]


def _list_order(row: Entry) -> tuple[int, str, int]:
    known = row.municipality in MUNICIPALITIES
    place = MUNICIPALITIES.index(row.municipality) if known else len(MUNICIPALITIES)
    return place, row.municipality, list(CaseType).index(CaseType(row.case_type))


def _today(duty: ReadingDuty, calendar: Calendar) -> Today:
    return Today(
        closes=calendar.closing_time(duty.day) if calendar.is_working_day(duty.day) else None,
        half_day=calendar.is_half_day(duty.day),
        read=min(len(duty.counted), duty.required),
        asked=duty.required,
    )


def _in_force(day: date) -> ColumnElement[bool]:
    goes_on = or_(RecipientEntry.valid_to.is_(None), RecipientEntry.valid_to >= day)
    return and_(RecipientEntry.valid_from <= day, goes_on, RecipientEntry.removed.is_(False))
