"""Signing in and out: server-side sessions, so that a copied cookie dies with the sign-out."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import people
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.people import token_hash
from lcweb.domain.permissions import UNIT_ROLES, Act, Actor
from lcweb.domain.second_factor import SignInWay
from lcweb.facts import still_here
from lcweb.models import Membership, SecondFactor, User, UserSession
from lcweb.services import attempts, changes, passwords, sign_in_steps

TOUCH_EVERY = timedelta(seconds=60)  # how exactly the last deliberate request is kept


@dataclass(frozen=True)
class SignedIn:
    """`token` goes into the cookie and is kept nowhere else. `unit_id` None: no unit, or several to choose from."""

    token: str
    unit_id: int | None
    units: int


@dataclass(frozen=True)
class CodeAsked:
    """The password was right, and a code is still to come. `token` goes into the cookie."""

    token: str


def sign_in(
    username: str, password: str, *, address: str, lifetime: timedelta, now: datetime, demo: bool
) -> SignedIn | CodeAsked:
    """Raises Throttled, and Refused: in the same words whether the name or the password was wrong; no role left.

    Failures are forgotten only by who is signed in: a password alone does not make up for wrong codes.
    """
    username = username.replace("\0", "").strip().lower()  # PostgreSQL takes no NUL, not even to compare
    limits = (attempts.of_account(username), attempts.of_address(address))
    with transaction() as session:
        attempts.require_heard(session, *limits, now=now)
        user = session.scalar(select(User).where(User.username == username, still_here(User, now)))
    if password == people.DEMO_PASSWORD and not demo:
        user = None
    if not passwords.verified(user.password_hash if user else passwords.NOBODY, password) or user is None:
        attempts.note_failure(*limits, now=now)
        raise Refused({"username": "Användarnamnet eller lösenordet stämmer inte. Försök igen."})
    with transaction() as session:
        _require_role(session, user.id, now=now)
        factor = session.get(SecondFactor, user.id)
        if factor is not None and factor.confirmed_at is not None:
            return CodeAsked(sign_in_steps.put(session, user.id, now=now))
        return enter(session, user, how=SignInWay.PASSWORD, lifetime=lifetime, now=now)


def enter(session: Session, user: User, *, how: str, lifetime: timedelta, now: datetime) -> SignedIn:
    """Within a verb's transaction: the person is who they say. Raises Refused when there is no role left."""
    _require_role(session, user.id, now=now)
    attempts.forget(session, attempts.of_account(user.username))
    unit_ids = _unit_ids(session, user.id, now=now)
    unit_id = unit_ids[0] if len(unit_ids) == 1 else None
    token = _new_session(session, user_id=user.id, unit_id=unit_id, ends_at=now + lifetime, how=how, now=now)
    return SignedIn(token, unit_id, len(unit_ids))


def renew(session: Session, token: str, *, how: str | None = None, now: datetime) -> str:
    """Within a verb's transaction: a new token for this browser, and no other browser is signed in as the person.

    `how` None: as before. Raises NotFound for a session that has ended.
    """
    row = session.get(UserSession, token_hash(token), with_for_update=True)
    if row is None or row.revoked_at is not None or row.ends_at <= now:
        raise NotFound("session")
    revoke(session, row.user_id, now=now)
    return _new_session(session, user_id=row.user_id, unit_id=row.unit_id, ends_at=row.ends_at, how=how or row.how,
                        now=now)  # fmt: skip


def switch_unit(token: str, unit_id: int, *, now: datetime) -> SignedIn:
    """A new token for the other unit; the old one is dead. Raises NotFound for a unit that is not the person's."""
    with transaction() as session:
        row = session.get(UserSession, token_hash(token), with_for_update=True)
        if row is None or row.revoked_at is not None or row.ends_at <= now:
            raise NotFound("session")
        unit_ids = _unit_ids(session, row.user_id, now=now)
        if unit_id not in unit_ids:
            raise NotFound("unit")
        row.revoked_at = now
        fresh = _new_session(session, user_id=row.user_id, unit_id=unit_id, ends_at=row.ends_at, how=row.how, now=now)
        return SignedIn(fresh, unit_id, len(unit_ids))


def sign_out(token: str, *, now: datetime) -> None:
    with transaction() as session:
        session.execute(
            update(UserSession)
            .where(UserSession.token_hash == token_hash(token), UserSession.revoked_at.is_(None))
            .values(revoked_at=now)
        )


def touch(token: str, *, now: datetime) -> None:
    """Notes a deliberate request; polls never come here."""
    with transaction() as session:
        session.execute(update(UserSession).where(UserSession.token_hash == token_hash(token)).values(active_at=now))


def end_all(actor: Actor, user_id: int, *, but: str, now: datetime) -> int:
    """Signs the person out of every browser but that of the token `but`; how many that were. Raises NotAllowed."""
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        ended = revoke(session, user_id, UserSession.token_hash != token_hash(but), now=now)
        if ended:
            changes.note(session, Noun.PERSON, user_id, What.ENDED, before={"sessions": ended}, after={"sessions": 0},
                         actor=actor, now=now)  # fmt: skip
        return ended


def revoke(session: Session, user_id: int, *narrower: ColumnElement[bool], now: datetime) -> int:
    """Within a verb's transaction: the person's sessions are over, in every browser; how many were not before.

    So is a sign-in that waits for its code.
    """
    sign_in_steps.end(session, user_id, now=now)
    alive = (UserSession.user_id == user_id, UserSession.revoked_at.is_(None), UserSession.ends_at > now, *narrower)
    return session.execute(update(UserSession).where(*alive).values(revoked_at=now)).rowcount


def _require_role(session: Session, user_id: int, *, now: datetime) -> None:
    """Who has none left, such as after a unit was closed, would only be led round in a circle. Raises Refused."""
    if not session.scalar(select(Membership.id).where(Membership.user_id == user_id, still_here(Membership, now))):
        raise Refused({"username": "Du har ingen roll här längre. Be enhetsansvarig på din enhet om en."})


def _unit_ids(session: Session, user_id: int, *, now: datetime) -> list[int]:
    roles = [role.value for role in UNIT_ROLES]
    held = select(Membership.unit_id).where(
        Membership.user_id == user_id, Membership.role.in_(roles), still_here(Membership, now)
    )
    return [unit_id for unit_id in session.scalars(held.distinct()) if unit_id is not None]


def _new_session(
    session: Session, *, user_id: int, unit_id: int | None, ends_at: datetime, how: str = SignInWay.PASSWORD,
    now: datetime,
) -> str:  # fmt: skip
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=token_hash(token),
            handle=secrets.token_urlsafe(12),
            how=how,
            browser="",
            user_id=user_id,
            unit_id=unit_id,
            started_at=now,
            active_at=now,
            ends_at=ends_at,
        )
    )
    return token
