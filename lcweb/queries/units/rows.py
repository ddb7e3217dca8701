"""Organizations and units as their pages show them."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from lcweb.db import reading
from lcweb.domain.errors import NotFound
from lcweb.domain.recipients import Term, is_found
from lcweb.domain.units import Standing
from lcweb.facts import heir
from lcweb.models import Organization, Unit

PAGE_SIZE = 50


class UnitRow(NamedTuple):
    """`successor`: the name of the unit that took over when this one was closed."""

    id: int
    organization_id: int
    organization: str
    name: str
    kind: str
    municipality: str
    hsa_id: str | None
    phone: str
    acute_phone: str
    notify_email: str | None
    manager_email: str | None
    opens: time
    closes: time
    street: str
    note: str
    created_at: datetime
    closed_at: datetime | None
    successor_id: int | None
    successor: str | None


class UnitList(NamedTuple):
    """A page of what was found; `total` counts every page's."""

    rows: list[UnitRow]
    total: int
    page: int
    pages: int


class OrganizationRow(NamedTuple):
    """`units`: how many open ones it has."""

    id: int
    name: str
    hsa_id: str | None
    municipality: str | None
    notify_email: str | None
    contact: str
    names_in_extract: bool
    closed_at: datetime | None
    units: int


def find(
    asked: Sequence[Term], *, organization_id: int | None = None, municipality: str | None = None,
    is_open: bool | None = None, page: int = 1,
) -> UnitList:  # fmt: skip
    """By organization and name. None: whichever. A page too far is the last one.

    Looked through in Python, like the recipient list: some hundred rows, and å is no a in any database.
    """
    rows = [
        unit
        for unit in all_units()
        if organization_id in (None, unit.organization_id)
        and municipality in (None, unit.municipality)
        and is_open in (None, unit.closed_at is None)
        and is_found(asked, texts=(unit.name, unit.organization, unit.municipality, unit.street, unit.hsa_id or ""),
                     phones=(unit.phone, unit.acute_phone))
    ]  # fmt: skip
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    page = min(page, pages)
    return UnitList(rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], len(rows), page, pages)


def all_units() -> list[UnitRow]:
    """Open and closed."""
    return [UnitRow(*row) for row in reading().execute(_units())]


def organizations() -> list[OrganizationRow]:
    """Open and closed, by name."""
    open_units = select(func.count()).where(Unit.organization_id == Organization.id, Unit.closed_at.is_(None))
    table = Organization
    rows = select(
        table.id, table.name, table.hsa_id, table.municipality, table.notify_email, table.contact,
        table.names_in_extract, table.closed_at, open_units.scalar_subquery(),
    )  # fmt: skip
    return [OrganizationRow(*row) for row in reading().execute(rows.order_by(table.name))]


def heir_of(unit_id: int) -> Standing:
    """The unit itself while it is open; else the last of those that took over, which may be closed too."""
    return heir(reading(), unit_id)


def get_unit(unit_id: int) -> UnitRow:
    """Raises NotFound."""
    row = reading().execute(_units().where(Unit.id == unit_id)).first()
    if row is None:
        raise NotFound("unit")
    return UnitRow(*row)


def _units() -> Select:
    successor = aliased(Unit)
    return (
        select(
            Unit.id, Unit.organization_id, Organization.name, Unit.name, Unit.kind, Unit.municipality, Unit.hsa_id,
            Unit.phone, Unit.acute_phone, Unit.notify_email, Unit.manager_email, Unit.opens, Unit.closes, Unit.street,
            Unit.note, Unit.created_at, Unit.closed_at, Unit.successor_id, successor.name,
        )
        .join(Organization, Organization.id == Unit.organization_id)
        .outerjoin(successor, successor.id == Unit.successor_id)
        .order_by(Organization.name, Unit.name)
    )  # fmt: skip
