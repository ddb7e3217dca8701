"""Organizations and units as their pages show them."""

from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from lcweb.db import reading
from lcweb.domain.errors import NotFound
from lcweb.models import Organization, Unit


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
