"""Codes of the second factor: which is right, and that none is taken twice."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import second_factor as rules
from lcweb.domain.errors import Refused
from lcweb.models import RecoveryCode, SecondFactor
from lcweb.services import attempts, passwords, sealing
from lcweb.services.sealing import Unsealable

WRONG = "Koden stämmer inte, eller har redan använts. Vänta på nästa kod i appen och försök igen."


@dataclass(frozen=True)
class Right:
    """A right code, not yet spent: the app's time step, or a recovery code's row."""

    user_id: int
    step: int | None = None
    recovery_id: int | None = None


def find_right(user_id: int, raw: str, *, key: bytes, address: str, now: datetime) -> Right:
    """Raises Throttled, and Refused for a wrong one, which is counted."""
    limits = (attempts.of_codes(user_id), attempts.of_address(address))
    with transaction() as session:
        attempts.require_heard(session, *limits, now=now)
    code = rules.typed(raw)
    if not code:
        raise Refused({"code": "Skriv koden."})
    found = _from_app(user_id, code, key=key, now=now) if rules.is_from_app(code) else _recovery(user_id, code)
    if found is None:
        attempts.note_failure(*limits, now=now)
        raise Refused({"code": WRONG})
    return found


def spend(session: Session, right: Right, *, now: datetime) -> None:
    """Within a verb's transaction; of two at once, one. Raises Refused."""
    if right.recovery_id is None:
        newer = (SecondFactor.confirmed_at.is_not(None), SecondFactor.last_step < right.step)
        spent = update(SecondFactor).where(SecondFactor.user_id == right.user_id, *newer).values(last_step=right.step)
    else:
        unused = (RecoveryCode.id == right.recovery_id, RecoveryCode.used_at.is_(None))
        spent = update(RecoveryCode).where(*unused).values(used_at=now)
    if session.execute(spent).rowcount != 1:
        raise Refused({"code": WRONG})
    attempts.forget(session, attempts.of_codes(right.user_id))


def step_of(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The step that it is the code of, if that is still heard."""
    generator = pyotp.HOTP(secret, digits=rules.DIGITS)
    steps = rules.steps_heard(now, after=after)
    return next((step for step in steps if hmac.compare_digest(generator.at(step), code)), None)


def fresh() -> list[tuple[str, str]]:
    """A new set of recovery codes, each with its hash. Slow on purpose: outside any transaction."""
    codes = [
        "".join(secrets.choice(rules.CODE_CHARACTERS) for _ in range(rules.CODE_LENGTH)) for _ in range(rules.CODES)
    ]
    return [(code, passwords.HASHER.hash(code)) for code in codes]


def put(session: Session, user_id: int, codes: list[tuple[str, str]], *, now: datetime) -> None:
    """Within a verb's transaction: these hold, and no older ones."""
    end(session, user_id)
    session.add_all(RecoveryCode(user_id=user_id, code_hash=hashed, made_at=now) for _, hashed in codes)


def end(session: Session, user_id: int) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def left(session: Session, user_id: int) -> int:
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def _from_app(user_id: int, code: str, *, key: bytes, now: datetime) -> Right | None:
    with transaction() as session:
        factor = session.get(SecondFactor, user_id)
    if factor is None or factor.confirmed_at is None:
        return None
    try:
        secret = sealing.unseal(key, factor.secret, owner=str(user_id))
    except Unsealable:  # the key was changed: recovery codes still work, and an administrator can reset it
        return None
    step = step_of(secret, code, now=now, after=factor.last_step)
    return None if step is None else Right(user_id, step=step)


def _recovery(user_id: int, code: str) -> Right | None:
    if not rules.is_recovery_code(code):
        return None
    with transaction() as session:
        unused = select(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
        rows = session.scalars(unused).all()
    found = next((row for row in rows if passwords.verified(row.code_hash, code)), None)
    return None if found is None else Right(user_id, recovery_id=found.id)
