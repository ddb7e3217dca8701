"""Invitations: a one-time link by which a person chooses a password. Only the link itself holds the token."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.invitations import expires_at, may_take_over
from lcweb.domain.people import token_hash
from lcweb.domain.permissions import Act, Actor, Role
from lcweb.domain.sessions import Why
from lcweb.facts import still_here
from lcweb.models import Change, Invitation, Membership, User
from lcweb.services import attempts, changes, passwords, sessions

OWN_LINK = "Du kan inte göra en länk till dig själv. Be systemadministratören."


@dataclass(frozen=True)
class Link:
    """`token` is shown once and kept nowhere. `anew`: the person has a password already, until another is chosen."""

    token: str
    user_id: int
    name: str
    username: str
    expires_at: datetime
    anew: bool


def invite(actor: Actor, user_id: int, *, now: datetime, dry_run: bool = False) -> Link:
    """An older link ends. Raises NotFound for whom the actor does not administer, and Refused."""
    actor.require(Act.EDIT_UNIT)
    with transaction() as session:
        row = administered(session, actor, user_id, now=now)
        link = put_invitation(session, row, actor=actor, now=now)
        if dry_run:
            session.rollback()
        return link


def take_back(actor: Actor, user_id: int, *, now: datetime) -> None:
    """Raises NotFound, Refused, and Conflict when there is no link to take back."""
    actor.require(Act.EDIT_UNIT)
    with transaction() as session:
        row = administered(session, actor, user_id, now=now)
        if not end_links(session, row.id, now=now):
            raise Conflict("Det finns ingen länk att ta tillbaka: den är använd, för gammal eller redan tillbakatagen.")
        changes.note(session, Noun.PERSON, row.id, What.ENDED, before={"invitation": "öppen"},
                     after={"invitation": None}, actor=actor, now=now)  # fmt: skip


def put_invitation(session: Session, row: User, *, actor: Actor, now: datetime) -> Link:
    """Within a verb's transaction; the row is locked. Raises Refused for a person who has ended."""
    if row.ended_at is not None and row.ended_at <= now:
        raise Refused({"form": f"{row.name} har slutat. Ta bort slutdatumet först."})
    end_links(session, row.id, now=now)
    token, until = secrets.token_urlsafe(32), expires_at(now)
    session.add(
        Invitation(token_hash=token_hash(token), user_id=row.id, made_by=actor.name, made_at=now, expires_at=until)
    )
    changes.note(session, Noun.PERSON, row.id, What.INVITED, before={}, after={"expires_at": until}, actor=actor,
                 now=now)  # fmt: skip
    return Link(token, row.id, row.name, row.username, until, anew=bool(row.password_hash))


def require_link(token: str, *, address: str, now: datetime) -> None:
    """Whoever opens a link is heard. Raises Throttled, and NotFound for one that does not work, which is counted."""
    limit = attempts.of_links(address)
    try:
        with transaction() as session:
            attempts.require_heard(session, limit, now=now)
            _invited(session, token, now=now)
    except NotFound:
        attempts.note_failure(limit, now=now)
        raise


def use(token: str, password: str, *, now: datetime) -> None:
    """The password holds, the link is used up, and whoever was signed in as the person no longer is.

    A second factor stays: a link alone must not open an account that has one. Of two at once, one wins. Raises
    NotFound for a link that does not work, and Refused.
    """
    with transaction() as session:
        about = passwords.known_about(session, _invited(session, token, now=now))  # before argon2, slow on purpose
    problem = passwords.password_problem(password, demo=False, about=about)
    if problem:
        raise Refused({"password": problem})
    hashed = passwords.hashed(password)
    with transaction() as session:
        row = _invited(session, token, now=now)
        taken = update(Invitation).where(Invitation.token_hash == token_hash(token), Invitation.used_at.is_(None),
                                         Invitation.ended_at.is_(None))  # fmt: skip
        if session.execute(taken.values(used_at=now)).rowcount != 1:
            raise NotFound("invitation")
        row.password_hash = hashed
        sessions.revoke(session, row.id, why=Why.PASSWORD_CHANGED, now=now)
        attempts.forget(session, attempts.of_account(row.username))
        person = Actor(user_id=row.id, name=row.name, title=row.title, roles=frozenset())
        changes.note(session, Noun.PERSON, row.id, What.CHANGED, before={}, after={"password": "valt"}, actor=person,
                     now=now)  # fmt: skip


def end_links(session: Session, user_id: int, *, now: datetime) -> bool:
    """Within a verb's transaction. False when none was left."""
    unused = (Invitation.user_id == user_id, Invitation.used_at.is_(None), Invitation.ended_at.is_(None))
    alive = session.scalar(select(Invitation.token_hash).where(*unused, Invitation.expires_at > now)) is not None
    session.execute(update(Invitation).where(*unused).values(ended_at=now))
    return alive


def end_managers_links(session: Session, user_id: int, *, unit_id: int | None, now: datetime) -> None:
    """Before a role in `unit_id` is added: a link that another unit's manager holds must not open it."""
    newest = (
        select(Change.made_by_id)
        .where(Change.noun == Noun.PERSON, Change.row_id == user_id, Change.what == What.INVITED)
        .order_by(Change.id.desc())
    )
    made_by_id = session.scalar(newest.limit(1))
    if made_by_id is None:  # nobody, or at the command line
        return
    makers = select(Membership.id).where(Membership.user_id == made_by_id, still_here(Membership, now))
    trusted = Membership.role == Role.SYSTEM_ADMIN
    if unit_id is not None:
        trusted |= (Membership.role == Role.UNIT_MANAGER) & (Membership.unit_id == unit_id)
    if session.scalar(makers.where(trusted).limit(1)) is None:
        end_links(session, user_id, now=now)


def places_of(session: Session, user_id: int, *, now: datetime) -> list[int | None]:
    """The unit of each role that the person has; None for a role in none."""
    return list(
        session.scalars(
            select(Membership.unit_id).where(Membership.user_id == user_id, still_here(Membership, now))
        )
    )  # fmt: skip


def administered(session: Session, actor: Actor, user_id: int, *, now: datetime) -> User:
    """Within a verb's transaction; the row is locked.

    Raises NotFound for whom the actor does not see, Refused for whom only others may take over.

    A manager's own account is not reset by a link: whoever sits at a session left open would keep the account.
    """
    row = session.get(User, user_id, with_for_update=True)
    places = places_of(session, user_id, now=now)
    if row is None or not (Role.SYSTEM_ADMIN in actor.roles or actor.unit_id in places):
        raise NotFound("person")
    if not may_take_over(actor, places):
        raise Refused({"form": only_administrators(row.name)})
    if user_id == actor.user_id and Role.SYSTEM_ADMIN not in actor.roles:
        raise Refused({"form": OWN_LINK})
    return row


def only_administrators(name: str) -> str:
    return f"{name} har roller även på andra ställen. Be systemadministratören."


def _invited(session: Session, token: str, *, now: datetime) -> User:
    """Raises NotFound for a link that is unknown, used, too old or taken back, and for a person who has ended."""
    found = session.scalar(
        select(User)
        .join(Invitation, Invitation.user_id == User.id)
        .where(
            Invitation.token_hash == token_hash(token), Invitation.used_at.is_(None), Invitation.ended_at.is_(None),
            Invitation.expires_at > now, still_here(User, now),
        )
    )  # fmt: skip
    if found is None:
        raise NotFound("invitation")
    return found
