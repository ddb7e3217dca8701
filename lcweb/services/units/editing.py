"""Organizations and units: added, changed, and (an organization) closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import units
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.units import NewOrganization, NewUnit
from lcweb.domain.workdays import OfficeHours
from lcweb.models import Organization, Unit
from lcweb.services import changes
from lcweb.services.units.rows import change_organization_row, change_unit_row, put_organization, put_unit

_ORGANIZATION = tuple(field.name for field in fields(NewOrganization))
_UNIT = tuple(field.name for field in fields(NewUnit) if field.name not in ("hours", "kind"))


def add_organization(actor: Actor, new: NewOrganization, *, now: datetime) -> int:
    """Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    with _alone(new.name), transaction() as session:
        return put_organization(session, new, actor=actor, now=now).id


def change_organization(actor: Actor, organization_id: int, new: NewOrganization, *, seen: int, now: datetime) -> bool:
    """False when nothing differs. Raises NotAllowed, NotFound, Refused, and Conflict: changed since, or closed."""
    actor.require(Act.EDIT_PEOPLE)
    with _alone(new.name), transaction() as session:
        row = _organization(session, organization_id, seen=seen)
        return change_organization_row(session, row, new, actor=actor, now=now)


def close_organization(actor: Actor, organization_id: int, *, seen: int, now: datetime) -> None:
    """Its people's roles stay: a closed organization's log is still to be reviewed (L3).

    Raises NotAllowed, NotFound, Refused while it has an open unit, and Conflict: changed since, or closed already.
    """
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        row = _organization(session, organization_id, seen=seen)
        still_open = select(func.count()).where(Unit.organization_id == row.id, Unit.closed_at.is_(None))
        count = session.scalar(still_open)
        if count:
            raise Refused({"form": units.has_open_units(row.name, count)})
        row.closed_at = now
        session.flush()
        changes.note(session, Noun.ORGANIZATION, row.id, What.CLOSED, before={"closed_at": None},
                     after={"closed_at": now}, actor=actor, now=now)  # fmt: skip


def change_contact(actor: Actor, organization_id: int, contact: str, *, now: datetime) -> None:
    """An empty one takes the organization off the help page. Raises NotAllowed, NotFound, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        organization = session.get(Organization, organization_id, with_for_update=True)
        if organization is None:
            raise NotFound("organization")
        new = NewOrganization(**{name: getattr(organization, name) for name in _ORGANIZATION})
        change_organization_row(session, organization, replace(new, contact=contact), actor=actor, now=now)


def add_unit(actor: Actor, new: NewUnit, *, now: datetime) -> int:
    """Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    with _alone(new.name), transaction() as session:
        return put_unit(session, new, actor=actor, now=now).id


def change_unit(actor: Actor, unit_id: int, new: NewUnit, *, seen: int, now: datetime) -> bool:
    """A unit manager changes the own unit's MANAGED fields; whatever else stands in `new` is left as it is.

    Changed hours bear on duties that arise afterwards (T5). False when nothing differs. Raises NotAllowed, NotFound
    (also another unit's), Refused, and Conflict: changed since, or closed.
    """
    actor.require(Act.EDIT_UNIT)
    if not units.may_edit(actor, unit_id):
        raise NotFound("unit")
    with _alone(new.name), transaction() as session:
        row = session.get(Unit, unit_id, with_for_update=True)
        if row is None:
            raise NotFound("unit")
        if row.closed_at is not None:
            raise Conflict(f"{row.name} är stängd.")
        changes.require_seen(session, Noun.UNIT, unit_id, seen)
        if not units.may_edit_all(actor):
            new = replace(_as_new(row), **{name: getattr(new, name) for name in units.MANAGED})
        return change_unit_row(session, row, new, actor=actor, now=now)


def unit_id_by_name(name: str) -> int:
    """Raises Refused."""
    with transaction() as session:
        found = session.scalar(select(Unit.id).where(Unit.name == name))
    if found is None:
        raise Refused({"unit": f"Det finns ingen enhet som heter {name}."})
    return found


def organization_id_by_name(name: str) -> int:
    """Raises Refused."""
    with transaction() as session:
        found = session.scalar(select(Organization.id).where(Organization.name == name))
    if found is None:
        raise Refused({"organization": f"Det finns ingen huvudman som heter {name}."})
    return found


def _organization(session: Session, organization_id: int, *, seen: int) -> Organization:
    """Locked, and as the person has seen it."""
    row = session.get(Organization, organization_id, with_for_update=True)
    if row is None:
        raise NotFound("organization")
    if row.closed_at is not None:
        raise Conflict(f"{row.name} är stängd.")
    changes.require_seen(session, Noun.ORGANIZATION, organization_id, seen)
    return row


def _as_new(row: Unit) -> NewUnit:
    known = {name: getattr(row, name) for name in _UNIT}
    return NewUnit(**known, kind=UnitKind(row.kind), hours=OfficeHours(opens=row.opens, closes=row.closes))


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """A name or HSA-id that somebody else has taken at the same moment."""
    try:
        yield
    except IntegrityError:
        raise Refused({"name": f"{name} eller HSA-id:t finns redan."}) from None
