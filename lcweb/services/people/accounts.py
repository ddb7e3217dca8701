"""What a system administrator does with people: adds, changes and ends them and their roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import people
from lcweb.domain.changes import Noun
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import Act, Actor, Role
from lcweb.domain.workdays import local_day
from lcweb.models import Membership, User
from lcweb.services import changes, invitations, passwords
from lcweb.services.invitations import Link
from lcweb.services.people.ending import end_membership_row, end_person_row
from lcweb.services.people.rows import change_person_row, check_place, put_membership, put_person


@dataclass(frozen=True, kw_only=True)
class NewUser(NewPerson):
    """A person who can sign in at once."""

    password: str


def add_user(actor: Actor, new: NewUser, *, now: datetime, demo: bool = False) -> int:
    """Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    about = (new.name, new.username, new.title, (new.email or "").partition("@")[0])
    problem = passwords.password_problem(new.password, demo=demo, about=about)
    if problem:
        raise Refused({"password": problem})
    hashed = passwords.hashed(new.password)
    with one_of_each(), transaction() as session:
        return put_person(session, new, password_hash=hashed, actor=actor, now=now).id


def add_person(
    actor: Actor, new: NewPerson, role: Role, *, unit_id: int | None = None, organization_id: int | None = None,
    now: datetime, dry_run: bool = False,
) -> Link:  # fmt: skip
    """With one role, and a link to choose a password by. Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    problems = people.person_problems(new)
    try:
        check_place(role, unit_id=unit_id, organization_id=organization_id)
    except Refused as refused:
        problems |= refused.problems
    if problems:
        raise Refused(problems)
    with one_of_each(), transaction() as session:
        link = put_invited(session, new, role, unit_id=unit_id, organization_id=organization_id, actor=actor,
                           now=now)  # fmt: skip
        if dry_run:
            session.rollback()
        return link


def put_invited(
    session: Session, new: NewPerson, role: Role, *, unit_id: int | None, organization_id: int | None, actor: Actor,
    now: datetime,
) -> Link:  # fmt: skip
    """Within a verb's transaction. Who has the role of licensed staff is licensed. Raises Refused."""
    row = put_person(session, replace(new, licensed=new.licensed or role is Role.NURSE), actor=actor, now=now)
    put_membership(session, row.id, role, unit_id=unit_id, organization_id=organization_id, actor=actor, now=now)
    return invitations.put_invitation(session, row, actor=actor, now=now)


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


def change_person(actor: Actor, user_id: int, new: NewPerson, *, seen: int, now: datetime) -> bool:
    """`seen`: the last change that the form knew of. False when nothing differs.

    Raises NotAllowed, NotFound, Refused, Conflict.
    """
    actor.require(Act.EDIT_PEOPLE)
    with one_of_each(), transaction() as session:
        row = locked(session, user_id)
        changes.require_seen(session, Noun.PERSON, user_id, seen)
        return change_person_row(session, row, new, actor=actor, now=now)


def end_person(
    actor: Actor, user_id: int, last_day: date | None, *, seen: int | None, now: datetime, dry_run: bool = False
) -> bool:
    """At the end of that day in Stockholm. `seen` None: no form knew of anything. False when it is so already.

    Raises NotAllowed, NotFound, Refused, Conflict.
    """
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        row = locked(session, user_id)
        problem = people.last_day_problem(last_day, added_on=local_day(row.created_at), today=local_day(now))
        if problem or last_day is None:
            raise Refused({"last_day": problem or ""})
        if seen is not None:
            changes.require_seen(session, Noun.PERSON, user_id, seen)
        differs = end_person_row(session, row, people.end_of(last_day), actor=actor, now=now)
        if dry_run:
            session.rollback()
        return differs


def end_person_now(actor: Actor, user_id: int, *, now: datetime, dry_run: bool = False) -> None:
    """Whatever others have changed meanwhile. Raises NotAllowed, NotFound, Refused, and Conflict when it has been."""
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        row = locked(session, user_id)
        if row.ended_at is not None and row.ended_at <= now:
            raise Conflict(f"{row.name} är redan avstängd.")
        end_person_row(session, row, now, actor=actor, now=now)
        if dry_run:
            session.rollback()


def take_back_end(actor: Actor, user_id: int, *, now: datetime) -> None:
    """The roles that the person still has hold again. Raises NotAllowed, NotFound, Conflict."""
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        row = locked(session, user_id)
        if not end_person_row(session, row, None, actor=actor, now=now):
            raise Conflict(f"{row.name} har inget slutdatum.")


def end_role(actor: Actor, user_id: int, membership_id: int, *, now: datetime) -> None:
    """At once. Raises NotAllowed, NotFound, Refused, and Conflict when somebody else was first."""
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        locked(session, user_id)
        row = session.get(Membership, membership_id)
        if row is None or row.user_id != user_id:
            raise NotFound("membership")
        if user_id == actor.user_id and row.role == Role.SYSTEM_ADMIN:
            raise Refused({"form": "Du kan inte avsluta din egen roll som systemadministratör. Be en annan."})
        if not end_membership_row(session, row, actor=actor, now=now):
            raise Conflict("Rollen är redan avslutad.")


def user_id_by_username(username: str) -> int:
    """Raises Refused."""
    with transaction() as session:
        found = session.scalar(select(User.id).where(User.username == username.strip().lower()))
    if found is None:
        raise Refused({"username": f"Det finns ingen med användarnamnet {username}."})
    return found


def locked(session: Session, user_id: int) -> User:
    """Raises NotFound."""
    row = session.get(User, user_id, with_for_update=True)
    if row is None:
        raise NotFound("person")
    return row


@contextmanager
def one_of_each() -> Iterator[None]:
    """Raises Refused when another transaction has taken the username or the HSA-id at the same moment."""
    try:
        yield
    except IntegrityError:
        raise Refused({"username": "Användarnamnet eller HSA-id:t blev just upptaget av någon annan."}) from None
