"""A unit's office hours are changed, as an administrator does it."""

from datetime import datetime

from lcweb.db import release_reading
from lcweb.domain.changes import Noun
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import operator
from lcweb.domain.units import NewUnit
from lcweb.domain.workdays import OfficeHours
from lcweb.models import Unit
from lcweb.queries import changes
from lcweb.services import units
from tests.rows import row


def change_hours(unit_id: int, hours: OfficeHours, *, now: datetime) -> None:
    told = row(Unit, id=unit_id)
    known = NewUnit(
        name=told.name, organization_id=told.organization_id, kind=UnitKind(told.kind), municipality=told.municipality,
        phone=told.phone, acute_phone=told.acute_phone, hours=hours,
    )  # fmt: skip
    assert units.change_unit(operator(), unit_id, known, seen=changes.latest(Noun.UNIT, unit_id), now=now)
    release_reading()
