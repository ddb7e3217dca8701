"""People and their memberships: added by whoever may, with who did it kept."""

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, hsa_ids, people
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Refused
from lcweb.domain.people import DEMO_PASSWORD, MIN_PASSWORD, NewPerson
from lcweb.domain.permissions import UNIT_ROLES, Act, Actor, Role
from lcweb.facts import still_here
from lcweb.models import Invitation, Membership, Organization, Unit, User, UserSession
from lcweb.services import changes

HASHER = PasswordHasher()
_ADMINISTRATORS = 0x6C637765_61646D6E  # pg_advisory_xact_lock's number: whether one is left is asked one at a time

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
    if not there:
        raise Refused({"role": "Personen eller enheten finns inte."})
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


def end_membership_row(
    session: Session, row: Membership, *, actor: Actor, now: datetime, import_id: int | None = None
) -> bool:
    """Within a verb's transaction, from `now` on. The person's sessions in the unit end with the last role there.

    False when it had ended. Raises Refused for the last system administrator's.
    """
    if row.ended_at is not None and row.ended_at <= now:
        return False
    if row.role == Role.SYSTEM_ADMIN:
        _require_other_administrator(session, row.user_id, now=now)
    before = {"ended_at": row.ended_at}
    row.ended_at = now
    session.flush()
    if row.unit_id is not None and not _has_role_in(session, row.user_id, row.unit_id, now=now):
        _revoke_sessions(session, row.user_id, UserSession.unit_id == row.unit_id, now=now)
    return changes.note(session, Noun.MEMBERSHIP, row.id, What.ENDED, before=before, after={"ended_at": now},
                        actor=actor, now=now, import_id=import_id)  # fmt: skip


def end_person_row(
    session: Session, row: User, ended_at: datetime | None, *, actor: Actor, now: datetime,
    import_id: int | None = None,
) -> bool:  # fmt: skip
    """Within a verb's transaction. `ended_at`: the first moment without the person, perhaps ahead; None takes it back.

    Once it is there, sessions and invitations are over at once. False when nothing differs. Raises Refused for the last
    system administrator and for oneself.
    """
    before = {"ended_at": row.ended_at}
    if ended_at is not None:
        _require_endable(session, row, actor=actor, now=now)
    row.ended_at = ended_at
    session.flush()
    if ended_at is not None and ended_at <= now:
        _revoke_sessions(session, row.id, now=now)
        _end_invitations(session, row.id, now=now)
    what = What.REOPENED if ended_at is None else What.ENDED
    return changes.note(session, Noun.PERSON, row.id, what, before=before, after={"ended_at": ended_at}, actor=actor,
                        now=now, import_id=import_id)  # fmt: skip


def check_place(role: Role, *, unit_id: int | None, organization_id: int | None) -> None:
    """Raises Refused when the role and its place do not go together."""
    in_unit, in_organization = role in UNIT_ROLES, role in (Role.LIST_ADMIN, Role.LOG_REVIEWER)
    if (unit_id is not None) != in_unit or (organization_id is not None) != in_organization:
        raise Refused(
            {"role": "Rollen hör till en enhet, en huvudman eller hela systemet – välj den plats som passar."}
        )


def _require_endable(session: Session, row: User, *, actor: Actor, now: datetime) -> None:
    """Raises Refused."""
    if row.id == actor.user_id:
        raise Refused({"last_day": "Du kan inte avsluta dig själv. Be en annan systemadministratör."})
    if _is_administrator(session, row.id, now=now):
        _require_other_administrator(session, row.id, now=now)


def _is_administrator(session: Session, user_id: int, *, now: datetime) -> bool:
    held = select(Membership.id).where(
        Membership.user_id == user_id, Membership.role == Role.SYSTEM_ADMIN, still_here(Membership, now)
    )
    return session.scalars(held).first() is not None


def _require_other_administrator(session: Session, user_id: int, *, now: datetime) -> None:
    """Somebody who can sign in and has no end ahead. Raises Refused.

    Serialised, so that two administrators who end each other do not both succeed.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ADMINISTRATORS)))
    others = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.id != user_id, User.ended_at.is_(None), User.password_hash != "",
            Membership.role == Role.SYSTEM_ADMIN, Membership.ended_at.is_(None),
        )
    )  # fmt: skip
    if session.scalars(others).first() is None:
        raise Refused({"form": "Det måste finnas en annan systemadministratör som kan logga in. Lägg till en först."})


def _has_role_in(session: Session, user_id: int, unit_id: int, *, now: datetime) -> bool:
    held = select(Membership.id).where(
        Membership.user_id == user_id, Membership.unit_id == unit_id, still_here(Membership, now)
    )
    return session.scalars(held).first() is not None


def _revoke_sessions(session: Session, user_id: int, *narrower: ColumnElement[bool], now: datetime) -> None:
    alive = (UserSession.user_id == user_id, UserSession.revoked_at.is_(None), *narrower)
    session.execute(update(UserSession).where(*alive).values(revoked_at=now))


def _end_invitations(session: Session, user_id: int, *, now: datetime) -> None:
    unused = (Invitation.user_id == user_id, Invitation.used_at.is_(None), Invitation.ended_at.is_(None))
    session.execute(update(Invitation).where(*unused).values(ended_at=now))


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
