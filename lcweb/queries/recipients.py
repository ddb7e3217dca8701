"""The recipient lists as they are on a day (S2)."""

from datetime import date, time
from typing import NamedTuple

from sqlalchemy import Select, or_, select

from lcweb.db import reading
from lcweb.domain.recipients import CaseType
from lcweb.models import Organization, RecipientEntry, Unit


class Entry(NamedTuple):
    """A row in force, with what a sender must see: where to ring (S3)."""

    case_type: str
    area: str
    unit_id: int
    unit: str
    phone: str
    acute_phone: str
    opens: time
    closes: time


class UnitChoice(NamedTuple):
    unit_id: int
    unit: str
    organization: str
    acute_phone: str


def entries(municipality: str, case_type: CaseType | None, day: date) -> list[Entry]:
    """In the list's own order. None: every case type."""
    query = _in_force(day).where(RecipientEntry.municipality == municipality)
    if case_type is not None:
        query = query.where(RecipientEntry.case_type == case_type)
    return [Entry(*row) for row in reading().execute(query)]


def all_units(*, except_id: int | None) -> list[UnitChoice]:
    """Any unit can be picked directly; one's own is no choice."""
    query = (
        select(Unit.id, Unit.name, Organization.name, Unit.acute_phone)
        .join(Organization, Organization.id == Unit.organization_id)
        .order_by(Organization.name, Unit.name)
    )
    if except_id is not None:
        query = query.where(Unit.id != except_id)
    return [UnitChoice(*row) for row in reading().execute(query)]


def _in_force(day: date) -> Select:
    return (
        select(
            RecipientEntry.case_type, RecipientEntry.area, Unit.id, Unit.name, Unit.phone, Unit.acute_phone,
            Unit.opens, Unit.closes,
        )
        .join(Unit, Unit.id == RecipientEntry.unit_id)
        .where(RecipientEntry.valid_from <= day, or_(RecipientEntry.valid_to.is_(None), RecipientEntry.valid_to >= day))
        .order_by(RecipientEntry.case_type, RecipientEntry.position, RecipientEntry.id)
    )  # fmt: skip
