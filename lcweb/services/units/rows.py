"""Organizations' and units' rows: put and changed within a verb's transaction, with who did it kept."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.domain import guards, hsa_ids, units
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Actor
from lcweb.domain.units import NewOrganization, NewUnit
from lcweb.models import InboxVersion, Organization, Unit
from lcweb.services import changes

#: `hours` stands as two columns; whether receptionists write is a dated setting once the unit exists.
_UNIT = (*(field.name for field in fields(NewUnit) if field.name not in ("hours", "receptionists_may_write")),
         "opens", "closes")  # fmt: skip


def put_organization(
    session: Session, new: NewOrganization, *, actor: Actor, now: datetime, import_id: int | None = None
) -> Organization:
    """Within a verb's transaction. Raises Refused."""
    values = _organization_values(session, new, own_id=None)
    row = Organization(**values)
    session.add(row)
    session.flush()
    changes.note(session, Noun.ORGANIZATION, row.id, What.ADDED, before=None, after=values, actor=actor, now=now,
                 import_id=import_id)  # fmt: skip
    return row


def change_organization_row(
    session: Session, row: Organization, new: NewOrganization, *, actor: Actor, now: datetime,
    import_id: int | None = None,
) -> bool:  # fmt: skip
    """Within a verb's transaction. False when nothing differs. Raises Refused."""
    values = _organization_values(session, new, own_id=row.id)
    return _change(session, Noun.ORGANIZATION, row, values, actor=actor, now=now, import_id=import_id)


def put_unit(session: Session, new: NewUnit, *, actor: Actor, now: datetime, import_id: int | None = None) -> Unit:
    """Within a verb's transaction, with its inbox. Raises Refused."""
    values = _unit_values(session, new, own_id=None)
    row = Unit(**values, receptionists_may_write=new.receptionists_may_write, created_at=now)
    session.add(row)
    session.flush()
    session.add(InboxVersion(unit_id=row.id, version=1))
    changes.note(session, Noun.UNIT, row.id, What.ADDED, before=None, after=values, actor=actor, now=now,
                 import_id=import_id)  # fmt: skip
    return row


def change_unit_row(
    session: Session, row: Unit, new: NewUnit, *, actor: Actor, now: datetime, import_id: int | None = None
) -> bool:
    """Within a verb's transaction; open duties keep their time (T5). False when nothing differs. Raises Refused."""
    values = _unit_values(session, new, own_id=row.id)
    return _change(session, Noun.UNIT, row, values, actor=actor, now=now, import_id=import_id)


def _change(
    session: Session, noun: Noun, row: Organization | Unit, values: dict[str, object], *, actor: Actor, now: datetime,
    import_id: int | None,
) -> bool:  # fmt: skip
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    return changes.note(session, noun, row.id, What.CHANGED, before=before, after=values, actor=actor, now=now,
                        import_id=import_id)  # fmt: skip


def _organization_values(session: Session, new: NewOrganization, *, own_id: int | None) -> dict[str, object]:
    problems = units.organization_problems(new)
    name = guards.normalized(new.name)
    problems |= _taken(session, Organization, own_id, problems, name=name, hsa_id=_hsa_id(new.hsa_id))
    if problems:
        raise Refused(problems)
    return {
        "name": name,
        "hsa_id": _hsa_id(new.hsa_id),
        "municipality": new.municipality or None,
        "notify_email": _or_none(new.notify_email),
        "contact": guards.normalized(new.contact),
        "names_in_extract": new.names_in_extract,
    }


def _unit_values(session: Session, new: NewUnit, *, own_id: int | None) -> dict[str, object]:
    problems = units.unit_problems(new)
    name = guards.normalized(new.name)
    problems |= _taken(session, Unit, own_id, problems, name=name, hsa_id=_hsa_id(new.hsa_id))
    # Shared with others who add, and with nobody who closes it.
    organization = session.get(Organization, new.organization_id, with_for_update={"read": True})
    if organization is None or organization.closed_at is not None:
        problems["organization"] = "Välj huvudman."
    if problems:
        raise Refused(problems)
    values = {name: getattr(new, name) for name in _UNIT if name not in ("opens", "closes")}
    return values | {
        "name": name,
        "kind": new.kind.value,
        "phone": new.phone.strip(),
        "acute_phone": new.acute_phone.strip(),
        "hsa_id": _hsa_id(new.hsa_id),
        "notify_email": _or_none(new.notify_email),
        "manager_email": _or_none(new.manager_email),
        "note": guards.normalized(new.note),
        "street": guards.normalized(new.street),
        "opens": new.hours.opens,
        "closes": new.hours.closes,
    }


def _taken(
    session: Session, table: type[Organization] | type[Unit], own_id: int | None, problems: dict[str, str], *,
    name: str, hsa_id: str | None,
) -> dict[str, str]:  # fmt: skip
    """A closed one keeps its name and number too: the history must stay unambiguous.

    What has a problem already is not asked for: PostgreSQL takes no NUL, not even to compare.
    """
    others = select(table.id).where(table.id != (own_id or 0))
    found = {}
    if "name" not in problems and session.scalar(others.where(table.name == name)):
        found["name"] = f"{name} finns redan. Välj ett annat namn."
    if hsa_id and "hsa_id" not in problems and session.scalar(others.where(table.hsa_id == hsa_id)):
        found["hsa_id"] = f"HSA-id {hsa_id} är upptaget."
    return found


def _hsa_id(raw: str | None) -> str | None:
    return hsa_ids.normalized(raw or "") or None


def _or_none(raw: str | None) -> str | None:
    return (raw or "").strip() or None
