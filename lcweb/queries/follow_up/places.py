"""Which units a person may ask about ("Who may"), and which units a place has."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.phrases import alphabetical
from lcweb.models import Organization, Unit


@dataclass(frozen=True)
class Where:
    """A unit, a municipality's units, an organization's, or (none of them) all."""

    unit_id: int | None = None
    organization_id: int | None = None
    municipality: str | None = None


class FamilyUnit(NamedTuple):
    """`ids`: the unit and all that it took over from: what they did, it has done."""

    id: int
    name: str
    kind: str
    municipality: str
    organization_id: int
    ids: tuple[int, ...]


def is_in(unit: FamilyUnit, where: Where) -> bool:
    if where.unit_id is not None:
        return unit.id == where.unit_id
    if where.organization_id is not None:
        return unit.organization_id == where.organization_id
    return where.municipality is None or unit.municipality == where.municipality


class Choices(NamedTuple):
    """What a person may ask about, by name."""

    units: list[tuple[int, str]]
    organizations: list[tuple[int, str]]
    municipalities: list[str]
    everything: bool

    def holds(self, where: Where) -> bool:
        """Denied unless the place is among them."""
        if where.unit_id is not None:
            return any(where.unit_id == unit_id for unit_id, _name in self.units)
        if where.organization_id is not None:
            return any(where.organization_id == organization_id for organization_id, _name in self.organizations)
        return self.everything and (where.municipality is None or where.municipality in self.municipalities)


def choices(actor: Actor) -> Choices:
    """The own unit; of the own organization everything; or everything there is ("Who may")."""
    everything = Role.SYSTEM_ADMIN in actor.roles
    own = actor.organization_ids if Role.LIST_ADMIN in actor.roles else frozenset()
    known, organizations = _known()
    units = [unit for unit in known if everything or unit.id == actor.unit_id or unit.organization_id in own]
    named = [(number, name) for number, name in organizations.items() if everything or number in own]
    return Choices(
        units=sorted(((unit.id, unit.name) for unit in units), key=_by_name),
        organizations=sorted(named, key=_by_name),
        municipalities=sorted({unit.municipality for unit in units}, key=alphabetical) if everything else [],
        everything=everything,
    )


def _by_name(place: tuple[int, str]) -> Any:
    return alphabetical(place[1])


def all_units() -> list[FamilyUnit]:
    """Those that are open, and the closed ones that nobody took over from."""
    return _known()[0]


def _known() -> tuple[list[FamilyUnit], dict[int, str]]:
    """The units, and the organizations by number. One statement: each page of follow-up begins with it."""
    columns = select(Organization.id, Organization.name, Unit.id, Unit.name, Unit.kind, Unit.municipality,
                     Unit.successor_id)  # fmt: skip
    rows = reading().execute(columns.outerjoin(Unit, Unit.organization_id == Organization.id).order_by(Unit.id)).all()
    organizations = {number: name for number, name, *_unit in rows}
    units = {unit_id: (unit_id, name, kind, municipality, organization_id)
             for organization_id, _name, unit_id, name, kind, municipality, _successor in rows
             if unit_id is not None}  # fmt: skip
    successors = {row[2]: row[6] for row in rows if row[6] is not None}
    families: defaultdict[int, list[int]] = defaultdict(list)
    for unit_id in units:
        heir = unit_id
        while heir in successors:
            heir = successors[heir]
        families[heir].append(unit_id)
    return [FamilyUnit(*units[heir], ids=tuple(ids)) for heir, ids in families.items()], organizations
