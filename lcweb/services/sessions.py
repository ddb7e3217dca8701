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
from lcweb.domain.providers import Presented, Reason, Rejected
from lcweb.domain.second_factor import SignInWay
from lcweb.domain.sessions import Why, is_handle
from lcweb.facts import heir, still_here
from lcweb.models import Commission, Membership, SecondFactor, User, UserSession
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
    username: str, password: str, *, address: str, lifetime: timedelta, now: datetime, demo: bool, browser: str = "",
    unit_id: int | None = None,
) -> SignedIn | CodeAsked:  # fmt: skip
    """`unit_id`: acted from at once, if the person has a role there.

    Raises Throttled, and Refused: in the same words whether the name or the password was wrong; no role left. Failures
    are forgotten only by who is signed in: a password alone does not make up for wrong codes.
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
        return enter(
            session, user, how=SignInWay.PASSWORD, browser=browser, unit_id=unit_id, lifetime=lifetime, now=now
        )


def enter(
    session: Session, user: User, *, how: str, browser: str = "", unit_id: int | None = None, lifetime: timedelta,
    now: datetime,
) -> SignedIn:  # fmt: skip
    """Within a verb's transaction: the person is who they say. Raises Refused when there is no role left."""
    _require_role(session, user.id, now=now)
    attempts.forget(session, attempts.of_account(user.username))
    unit_ids = _unit_ids(session, user.id, now=now)
    if unit_id not in unit_ids:
        unit_id = unit_ids[0] if len(unit_ids) == 1 else None
    token = _new_session(session, user_id=user.id, unit_id=unit_id, browser=browser, how=how, ends_at=now + lifetime,
                         now=now)  # fmt: skip
    return SignedIn(token, unit_id, len(unit_ids))


def renew(session: Session, token: str, *, how: str | None = None, why: Why, now: datetime) -> str:
    """Within a verb's transaction: a new token for this browser, and no other browser is signed in as the person.

    `how` None: as before. Raises NotFound for a session that has ended.
    """
    row = session.get(UserSession, token_hash(token), with_for_update=True)
    if row is None or row.revoked_at is not None or row.ends_at <= now:
        raise NotFound("session")
    revoke(session, row.user_id, why=why, now=now)
    return _new_session(session, user_id=row.user_id, unit_id=row.unit_id, browser=row.browser, how=how or row.how,
                        ends_at=row.ends_at, now=now)  # fmt: skip


def sign_in_by_provider(
    person: Presented, *, how: str, lifetime: timedelta, now: datetime, browser: str = ""
) -> SignedIn:
    """Roles are those held here; an assignment only chooses among their units. Raises Rejected, and makes no account.

    `how`: the provider's. A unit that has closed stands for the one that took over from it.
    """
    with transaction() as session:
        user = session.scalar(select(User).where(User.hsa_id == person.hsa_id).with_for_update())
        if user is None:
            raise Rejected(Reason.UNKNOWN, hsa_id=person.hsa_id)
        if user.ended_at is not None and user.ended_at <= now:
            raise Rejected(Reason.ENDED, hsa_id=person.hsa_id)
        if not _has_role(session, user.id, now=now):
            raise Rejected(Reason.NO_ROLE, hsa_id=person.hsa_id)
        unit_ids = _unit_ids(session, user.id, now=now)
        unit_id = _unit_of(session, person, unit_ids)
        token = _new_session(session, user_id=user.id, unit_id=unit_id, browser=browser, how=how,
                             ends_at=now + lifetime, now=now)  # fmt: skip
        return SignedIn(token, unit_id, len(unit_ids))


def switch_unit(token: str, unit_id: int, *, now: datetime) -> SignedIn:
    """A new token for the other unit; the old one is dead. Raises NotFound for a unit that is not the person's."""
    with transaction() as session:
        row = session.get(UserSession, token_hash(token), with_for_update=True)
        if row is None or row.revoked_at is not None or row.ends_at <= now:
            raise NotFound("session")
        unit_ids = _unit_ids(session, row.user_id, now=now)
        if unit_id not in unit_ids:
            raise NotFound("unit")
        row.revoked_at, row.revoked_why = now, Why.SWITCHED
        fresh = _new_session(session, user_id=row.user_id, unit_id=unit_id, browser=row.browser, how=row.how,
                             ends_at=row.ends_at, now=now)  # fmt: skip
        return SignedIn(fresh, unit_id, len(unit_ids))


def sign_out(token: str, *, now: datetime) -> None:
    with transaction() as session:
        session.execute(
            update(UserSession)
            .where(UserSession.token_hash == token_hash(token), UserSession.revoked_at.is_(None))
            .values(revoked_at=now, revoked_why=Why.SIGNED_OUT)
        )


def touch(token: str, *, now: datetime) -> None:
    """Notes a deliberate request; polls never come here."""
    with transaction() as session:
        session.execute(update(UserSession).where(UserSession.token_hash == token_hash(token)).values(active_at=now))


def set_back(*, lifetime: timedelta, now: datetime) -> None:
    """After the clock has been set back: what seems to have been active at a moment still to come was so now at latest.

    Else an idle session would live on for as long as the clock had been ahead. One that began ahead lasts as one that
    begins now.
    """
    ahead, alive = now + TOUCH_EVERY, (UserSession.revoked_at.is_(None), UserSession.ends_at > now)
    with transaction() as session:
        session.execute(
            update(UserSession)
            .where(*alive, UserSession.started_at > ahead)
            .values(started_at=now, active_at=now, ends_at=now + lifetime)
        )
        session.execute(update(UserSession).where(*alive, UserSession.active_at > ahead).values(active_at=now))


def end_all(actor: Actor, user_id: int, *, but: str, now: datetime) -> int:
    """Signs the person out of every browser but that of the token `but`; how many that were. Raises NotAllowed."""
    actor.require(Act.EDIT_PEOPLE)
    why = Why.ELSEWHERE if user_id == actor.user_id else Why.ADMINISTRATOR
    with transaction() as session:
        ended = revoke(session, user_id, UserSession.token_hash != token_hash(but), why=why, now=now)
        if ended:
            changes.note(session, Noun.PERSON, user_id, What.ENDED, before={"sessions": ended}, after={"sessions": 0},
                         actor=actor, now=now)  # fmt: skip
        return ended


def end_own(actor: Actor, handle: str, *, but: str, now: datetime) -> None:
    """One of the person's other browsers is signed out. Raises NotFound, also for somebody else's and for `but`'s."""
    if not is_handle(handle):
        raise NotFound("session")
    named = (UserSession.handle == handle, UserSession.token_hash != token_hash(but))
    with transaction() as session:
        if not revoke(session, actor.user_id, *named, why=Why.ELSEWHERE, now=now):
            raise NotFound("session")


def end_own_others(actor: Actor, *, but: str, now: datetime) -> int:
    """Every browser of the person's but that of the token `but` is signed out; how many that were."""
    with transaction() as session:
        return revoke(session, actor.user_id, UserSession.token_hash != token_hash(but), why=Why.ELSEWHERE, now=now)


def revoke(session: Session, user_id: int, *narrower: ColumnElement[bool], why: Why, now: datetime) -> int:
    """Within a verb's transaction: the person's sessions are over, in every browser; how many were not before.

    So is a sign-in that waits for its code.
    """
    sign_in_steps.end(session, user_id, now=now)
    return end_sessions(session, UserSession.user_id == user_id, *narrower, why=why, now=now)


def end_sessions(session: Session, *which: ColumnElement[bool], why: Why, now: datetime) -> int:
    """Within a verb's transaction. What had ended keeps the reason that it ended for."""
    alive = (UserSession.revoked_at.is_(None), UserSession.ends_at > now, *which)
    return session.execute(update(UserSession).where(*alive).values(revoked_at=now, revoked_why=why)).rowcount


def _require_role(session: Session, user_id: int, *, now: datetime) -> None:
    """Who has none left, such as after a unit was closed, would only be led round in a circle. Raises Refused."""
    if not _has_role(session, user_id, now=now):
        raise Refused({"username": "Du har ingen roll här längre. Be enhetsansvarig på din enhet om en."})


def _has_role(session: Session, user_id: int, *, now: datetime) -> bool:
    held = select(Membership.id).where(Membership.user_id == user_id, still_here(Membership, now))
    return session.scalar(held.limit(1)) is not None


def _unit_of(session: Session, person: Presented, unit_ids: list[int]) -> int | None:
    """That of the assignment; without a known one the only one, or None. Raises Rejected where there is no role."""
    known = select(Commission.unit_id).where(Commission.hsa_id == person.commission, Commission.ended_at.is_(None))
    mapped = session.scalar(known)
    if mapped is None:
        return unit_ids[0] if len(unit_ids) == 1 else None
    unit = heir(session, mapped)
    if unit.id not in unit_ids:
        raise Rejected(Reason.NO_ROLE_IN_UNIT, hsa_id=person.hsa_id, unit=unit.name)
    return unit.id


def _unit_ids(session: Session, user_id: int, *, now: datetime) -> list[int]:
    roles = [role.value for role in UNIT_ROLES]
    held = select(Membership.unit_id).where(
        Membership.user_id == user_id, Membership.role.in_(roles), still_here(Membership, now)
    )
    return [unit_id for unit_id in session.scalars(held.distinct()) if unit_id is not None]


def _new_session(
    session: Session, *, user_id: int, unit_id: int | None, browser: str = "", how: str, ends_at: datetime,
    now: datetime,
) -> str:  # fmt: skip
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=token_hash(token),
            handle=secrets.token_urlsafe(12),
            how=how,
            browser=browser,
            user_id=user_id,
            unit_id=unit_id,
            started_at=now,
            active_at=now,
            ends_at=ends_at,
        )
    )
    return token
