"""The second factor: set up, used at sign-in, taken away by its owner or by who administers the person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import second_factor as rules
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.second_factor import SignInWay
from lcweb.domain.sessions import Why
from lcweb.facts import still_here
from lcweb.models import SecondFactor, User
from lcweb.services import account, changes, codes, invitations, sealing, sessions, sign_in_steps
from lcweb.services.sealing import Unsealable
from lcweb.services.sessions import SignedIn

ON = "på"


@dataclass(frozen=True)
class Entered:
    """`codes_left`: after a recovery code was used, how many there still are."""

    signed_in: SignedIn
    codes_left: int | None


@dataclass(frozen=True)
class Confirmed:
    """`token`: this browser's new one. `recovery_codes` are shown once and kept nowhere."""

    token: str
    recovery_codes: list[str]


# Signing in -----------------------------------------------------------------------------------------------------------


def sign_in(
    token: str, code: str, *, key: bytes, address: str, lifetime: timedelta, now: datetime, browser: str = "",
    unit_id: int | None = None,
) -> Entered:  # fmt: skip
    """The second step. Raises NotFound when the first must be done again, Throttled and Refused."""
    user_id = sign_in_steps.user_id_of(token, now=now)
    right = codes.find_right(user_id, code, key=key, address=address, now=now)
    with transaction() as session:
        sign_in_steps.spend(session, token, now=now)
        codes.spend(session, right, now=now)
        user = session.scalar(select(User).where(User.id == user_id, still_here(User, now)))
        if user is None:
            raise NotFound("person")
        signed_in = sessions.enter(session, user, how=SignInWay.PASSWORD_AND_CODE, browser=browser, unit_id=unit_id,
                                   lifetime=lifetime, now=now)  # fmt: skip
        return Entered(signed_in, codes.left(session, user_id) if right.recovery_id else None)


# Setting it up --------------------------------------------------------------------------------------------------------


def begin(actor: Actor, password: str, *, key: bytes, address: str, now: datetime) -> None:
    """A new secret, which waits for its first code. Raises Throttled, Refused, and Conflict when there is one."""
    account.require_password(actor, password, address=address, now=now)
    sealed = sealing.seal(key, pyotp.random_base32(), owner=str(actor.user_id))
    with transaction() as session:
        session.get(User, actor.user_id, with_for_update=True)  # two at once would both add a row
        row = session.get(SecondFactor, actor.user_id)
        if row is None:
            session.add(SecondFactor(user_id=actor.user_id, secret=sealed, made_at=now, last_step=0))
        elif row.confirmed_at is None:
            row.secret, row.made_at, row.last_step = sealed, now, 0
        else:
            raise Conflict("Inloggning i två steg är redan på.")


def begun(actor: Actor, *, key: bytes, now: datetime) -> str:
    """The secret that waits. Raises NotFound when none does, or not any longer."""
    with transaction() as session:
        return _waiting(session, actor.user_id, key=key, now=now)[1]


def confirm(actor: Actor, code: str, *, token: str, key: bytes, now: datetime) -> Confirmed:
    """By a first right code. Every other browser is signed out: it was let in by a password alone.

    Raises NotFound as `begun` does, Refused, and Conflict when it was confirmed or begun anew meanwhile.
    """
    with transaction() as session:
        sealed, secret = _waiting(session, actor.user_id, key=key, now=now)
    step = codes.step_of(secret, rules.typed(code), now=now, after=0) if rules.is_from_app(rules.typed(code)) else None
    if step is None:
        raise Refused({"code": "Koden stämmer inte. Skriv den som appen visar just nu."})
    fresh = codes.fresh()
    with transaction() as session:
        waiting = (SecondFactor.user_id == actor.user_id, SecondFactor.confirmed_at.is_(None),
                   SecondFactor.secret == sealed)  # fmt: skip
        taken = update(SecondFactor).where(*waiting).values(confirmed_at=now, last_step=step)
        if session.execute(taken).rowcount != 1:
            raise Conflict("Inloggning i två steg är redan på, eller påbörjad på nytt någon annanstans.")
        codes.put(session, actor.user_id, fresh, now=now)
        _note(session, actor, actor.user_id, before=None, after=ON, now=now)
        renewed = sessions.renew(session, token, how=SignInWay.PASSWORD_AND_CODE, why=Why.SECOND_FACTOR, now=now)
        return Confirmed(renewed, [code for code, _ in fresh])


# Keeping it -----------------------------------------------------------------------------------------------------------


def renew_codes(actor: Actor, password: str, code: str, *, key: bytes, address: str, now: datetime) -> list[str]:
    """Older recovery codes end; the new ones are shown once. Raises Throttled, Refused, Conflict."""
    right = _shown(actor, password, code, key=key, address=address, now=now)
    fresh = codes.fresh()
    with transaction() as session:
        codes.spend(session, right, now=now)
        codes.put(session, actor.user_id, fresh, now=now)
        changes.note(session, Noun.PERSON, actor.user_id, What.CHANGED, before={}, after={"recovery_codes": "nya"},
                     actor=actor, now=now)  # fmt: skip
        return [code for code, _ in fresh]


def remove(actor: Actor, password: str, code: str, *, token: str, key: bytes, address: str, now: datetime) -> str:
    """By its owner; this browser's new token. Raises Throttled, Refused, Conflict."""
    right = _shown(actor, password, code, key=key, address=address, now=now)
    with transaction() as session:
        codes.spend(session, right, now=now)
        _end(session, actor, actor.user_id, now=now)
        return sessions.renew(session, token, how=SignInWay.PASSWORD, why=Why.SECOND_FACTOR, now=now)


def reset(actor: Actor, user_id: int, *, now: datetime, dry_run: bool = False) -> bool:
    """By who may make the person a link for a new password; the person is signed out everywhere. False: there was none.

    Raises NotAllowed, NotFound and Refused as that does, and Refused for one's own, which asks for password and code.
    """
    actor.require(Act.EDIT_UNIT)
    with transaction() as session:
        invitations.administered(session, actor, user_id, now=now)
        if user_id == actor.user_id:
            raise Refused({"form": "Du tar bort din egen inloggning i två steg på Mitt konto."})
        found = session.get(SecondFactor, user_id)
        was_on = found is not None and found.confirmed_at is not None
        if was_on and not dry_run:
            _end(session, actor, user_id, now=now)
            sessions.revoke(session, user_id, why=Why.SECOND_FACTOR, now=now)
        return was_on


def _shown(actor: Actor, password: str, code: str, *, key: bytes, address: str, now: datetime) -> codes.Right:
    """Password and code of who changes it. Raises Throttled, Refused, Conflict."""
    with transaction() as session:
        factor = session.get(SecondFactor, actor.user_id)
        if factor is None or factor.confirmed_at is None:
            raise Conflict("Inloggning i två steg är inte på.")
    account.require_password(actor, password, address=address, now=now)
    return codes.find_right(actor.user_id, code, key=key, address=address, now=now)


def _waiting(session: Session, user_id: int, *, key: bytes, now: datetime) -> tuple[str, str]:
    """Sealed and unsealed. Raises NotFound."""
    row = session.get(SecondFactor, user_id)
    if row is None or row.confirmed_at is not None or row.made_at + rules.SET_UP_WITHIN <= now:
        raise NotFound("second factor")
    try:
        return row.secret, sealing.unseal(key, row.secret, owner=str(user_id))
    except Unsealable:
        raise NotFound("second factor") from None


def _end(session: Session, actor: Actor, user_id: int, *, now: datetime) -> None:
    session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id))
    codes.end(session, user_id)
    _note(session, actor, user_id, before=ON, after=None, now=now)


def _note(
    session: Session, actor: Actor, user_id: int, *, before: str | None, after: str | None, now: datetime
) -> None:
    changes.note(session, Noun.PERSON, user_id, What.CHANGED, before={"second_factor": before},
                 after={"second_factor": after}, actor=actor, now=now)  # fmt: skip
