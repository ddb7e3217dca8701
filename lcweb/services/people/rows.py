"""A person's row and a role's, within the transaction of the verb that writes them."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.domain import guards, hsa_ids, people
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Refused
from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role
from lcweb.models import Membership, Organization, Unit, User
from lcweb.services import changes, invitations

_PERSON = tuple(field.name for field in fields(NewPerson))


def put_person(
    session: Session, new: NewPerson, *, password_hash: str = "", actor: Actor, now: datetime,
    import_id: int | None = None,
) -> User:  # fmt: skip
    """Within a verb's transaction. Without a hash nobody can sign in yet. Raises Refused."""
    values = _person_values(session, new, own_id=None)
    row = User(**values, password_hash=password_hash, created_at=now)
    session.add(row)
    session.flush()
    changes.note(session, Noun.PERSON, row.id, What.ADDED, before=None, after=values, actor=actor, now=now,
                 import_id=import_id)  # fmt: skip
    return row


def change_person_row(
    session: Session, row: User, new: NewPerson, *, actor: Actor, now: datetime, import_id: int | None = None
) -> bool:
    """Within a verb's transaction. What the person has written keeps the old name. False when nothing differs.

    Raises Refused.
    """
    values = _person_values(session, new, own_id=row.id)
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    return changes.note(session, Noun.PERSON, row.id, What.CHANGED, before=before, after=values, actor=actor, now=now,
                        import_id=import_id)  # fmt: skip


def put_membership(
    session: Session, user_id: int, role: Role, *, unit_id: int | None, organization_id: int | None, actor: Actor,
    now: datetime, import_id: int | None = None,
) -> Membership:  # fmt: skip
    """Within a verb's transaction. The one that the person already has, if there is one. Raises Refused."""
    _require_there(session, user_id, unit_id=unit_id, organization_id=organization_id)
    held = select(Membership).where(
        Membership.user_id == user_id, Membership.role == role, Membership.unit_id == unit_id,
        Membership.organization_id == organization_id, Membership.ended_at.is_(None),
    )  # fmt: skip
    row = session.scalar(held)
    if row is None:
        invitations.end_managers_links(session, user_id, unit_id=unit_id, now=now)
        row = Membership(user_id=user_id, role=role, unit_id=unit_id, organization_id=organization_id, began_at=now)
        session.add(row)
        session.flush()
        values = {"user_id": user_id, "role": role, "unit_id": unit_id, "organization_id": organization_id}
        changes.note(session, Noun.MEMBERSHIP, row.id, What.ADDED, before=None, after=values, actor=actor, now=now,
                     import_id=import_id)  # fmt: skip
    return row


def check_place(role: Role, *, unit_id: int | None, organization_id: int | None) -> None:
    """Raises Refused when the role and its place do not go together."""
    in_unit, in_organization = role in UNIT_ROLES, role in (Role.LIST_ADMIN, Role.LOG_REVIEWER)
    if (unit_id is not None) != in_unit or (organization_id is not None) != in_organization:
        raise Refused(
            {"role": "Rollen hör till en enhet, en huvudman eller hela systemet – välj den plats som passar."}
        )


def _require_there(session: Session, user_id: int, *, unit_id: int | None, organization_id: int | None) -> None:
    """The person's row is locked, so that one role is not added twice at the same moment. Raises Refused."""
    place: Unit | Organization | None = session.get(Unit, unit_id) if unit_id else None
    if organization_id:
        place = session.get(Organization, organization_id)
    gone = (unit_id or organization_id) and place is None
    if gone or session.get(User, user_id, with_for_update=True) is None:
        raise Refused({"role": "Personen eller enheten finns inte."})
    if place is not None and place.closed_at is not None:
        raise Refused({"role": f"{place.name} är stängd. Välj en annan plats."})


def _person_values(session: Session, new: NewPerson, *, own_id: int | None) -> dict[str, object]:
    problems = people.person_problems(new)
    username, hsa_id = new.username.strip().lower(), hsa_ids.normalized(new.hsa_id or "") or None
    others = select(User.id).where(User.id != (own_id or 0))
    if "username" not in problems and session.scalar(others.where(User.username == username)):
        problems["username"] = f"Användarnamnet {username} är upptaget."
    if hsa_id and "hsa_id" not in problems and session.scalar(others.where(User.hsa_id == hsa_id)):
        problems["hsa_id"] = f"HSA-id {hsa_id} är upptaget."
    if problems:
        raise Refused(problems)
    return {name: getattr(new, name) for name in _PERSON} | {
        "username": username,
        "name": guards.normalized(new.name),
        "title": guards.normalized(new.title),
        "phone": (new.phone or "").strip() or None,
        "email": (new.email or "").strip() or None,
        "hsa_id": hsa_id,
    }
