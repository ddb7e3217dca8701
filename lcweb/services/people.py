"""People and their memberships: added by whoever may, with who did it kept."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, hsa_ids, people
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Refused
from lcweb.domain.people import DEMO_PASSWORD, MIN_PASSWORD, NewPerson
from lcweb.domain.permissions import UNIT_ROLES, Act, Actor, Role
from lcweb.models import Membership, Organization, Unit, User
from lcweb.services import changes

HASHER = PasswordHasher()

_PERSON = tuple(field.name for field in fields(NewPerson))


@dataclass(frozen=True, kw_only=True)
class NewUser(NewPerson):
    """A person who can sign in at once."""

    password: str


def add_user(actor: Actor, new: NewUser, *, now: datetime, demo: bool = False) -> int:
    """Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    problem = password_problem(new.password, demo=demo)
    if problem:
        raise Refused({"password": problem})
    hashed = _demo_hash() if new.password == DEMO_PASSWORD else HASHER.hash(new.password)
    try:
        with transaction() as session:
            return put_person(session, new, password_hash=hashed, actor=actor, now=now).id
    except IntegrityError:  # somebody else's, at the same moment
        raise Refused({"username": f"Användarnamnet {new.username} eller HSA-id:t är upptaget."}) from None


def password_problem(password: str, *, demo: bool) -> str | None:
    if password == DEMO_PASSWORD and not demo:
        return "Demolösenordet går bara att använda i demoläge."
    if len(password) < MIN_PASSWORD:
        return f"Lösenordet måste ha minst {MIN_PASSWORD} tecken."
    return None


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


def add_membership(
    actor: Actor, user_id: int, role: Role, *, unit_id: int | None = None, organization_id: int | None = None,
    now: datetime,
) -> int:  # fmt: skip
    """A role has one place: nurses, receptionists and managers a unit; list administrators and reviewers an
    organization; system administrators none. Raises NotAllowed, Refused.
    """
    actor.require(Act.EDIT_PEOPLE)
    check_place(role, unit_id=unit_id, organization_id=organization_id)
    with transaction() as session:
        return put_membership(session, user_id, role, unit_id=unit_id, organization_id=organization_id, actor=actor,
                              now=now).id  # fmt: skip


def put_membership(
    session: Session, user_id: int, role: Role, *, unit_id: int | None, organization_id: int | None, actor: Actor,
    now: datetime, import_id: int | None = None,
) -> Membership:  # fmt: skip
    """Within a verb's transaction. The one that the person already has, if there is one. Raises Refused."""
    there = session.get(User, user_id) and (
        session.get(Unit, unit_id) if unit_id else session.get(Organization, organization_id) if organization_id else 1
    )
    if not there or (isinstance(there, Unit) and there.closed_at is not None):
        raise Refused({"role": "Personen eller enheten finns inte, eller så är enheten stängd."})
    held = select(Membership).where(
        Membership.user_id == user_id, Membership.role == role, Membership.unit_id == unit_id,
        Membership.organization_id == organization_id, Membership.ended_at.is_(None),
    )  # fmt: skip
    row = session.scalar(held)
    if row is None:
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


@cache
def _demo_hash() -> str:
    """One for all: argon2 is slow on purpose, and a salt hides nothing of a password that the sign-in page shows."""
    return HASHER.hash(DEMO_PASSWORD)


def _person_values(session: Session, new: NewPerson, *, own_id: int | None) -> dict[str, object]:
    problems = people.person_problems(new)
    username, hsa_id = new.username.strip().lower(), hsa_ids.normalized(new.hsa_id or "") or None
    others = select(User.id).where(User.id != (own_id or 0))
    if session.scalar(others.where(User.username == username)):
        problems["username"] = f"Användarnamnet {username} är upptaget."
    if hsa_id and session.scalar(others.where(User.hsa_id == hsa_id)):
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
