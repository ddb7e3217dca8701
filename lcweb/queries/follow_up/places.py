"""Which units a person may ask about ("Who may"), and which units a place has."""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

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
    units = [unit for unit in all_units() if everything or _in_reach(actor, unit)]
    organizations = select(Organization.id, Organization.name)
    if not everything:
        own = actor.organization_ids if Role.LIST_ADMIN in actor.roles else frozenset()
        organizations = organizations.where(Organization.id.in_(own))
    named = [(row.id, row.name) for row in reading().execute(organizations)]
    return Choices(
        units=sorted(((unit.id, unit.name) for unit in units), key=lambda unit: alphabetical(unit[1])),
        organizations=sorted(named, key=lambda organization: alphabetical(organization[1])),
        municipalities=sorted({unit.municipality for unit in units}, key=alphabetical) if everything else [],
        everything=everything,
    )


def _in_reach(actor: Actor, unit: FamilyUnit) -> bool:
    of_organization = Role.LIST_ADMIN in actor.roles and unit.organization_id in actor.organization_ids
    return unit.id == actor.unit_id or of_organization


def all_units() -> list[FamilyUnit]:
    """Those that are open, and the closed ones that nobody took over from."""
    columns = select(Unit.id, Unit.name, Unit.kind, Unit.municipality, Unit.organization_id, Unit.successor_id)
    known = {row.id: row for row in reading().execute(columns.order_by(Unit.id))}
    families: defaultdict[int, list[int]] = defaultdict(list)
    for row in known.values():
        heir = row
        while heir.successor_id is not None:
            heir = known[heir.successor_id]
        families[heir.id].append(row.id)
    return [FamilyUnit(*known[heir_id][:5], ids=tuple(ids)) for heir_id, ids in families.items()]
