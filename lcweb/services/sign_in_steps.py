"""Between the password and the code: a token in the cookie, good once and for a few minutes."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.errors import NotFound
from lcweb.domain.people import token_hash
from lcweb.domain.second_factor import SIGN_IN_WITHIN
from lcweb.models import SignInStep


def put(session: Session, user_id: int, *, now: datetime) -> str:
    """Within a verb's transaction: the token. What is over is cleared away."""
    session.execute(delete(SignInStep).where(SignInStep.user_id == user_id, SignInStep.expires_at <= now))
    token = secrets.token_urlsafe(32)
    step = SignInStep(token_hash=token_hash(token), user_id=user_id, made_at=now, expires_at=now + SIGN_IN_WITHIN)
    session.add(step)
    return token


def user_id_of(token: str, *, now: datetime) -> int:
    """Raises NotFound for a step that is used, over or unknown."""
    with transaction() as session:
        found = session.scalar(select(SignInStep.user_id).where(*_open(token, now)))
    if found is None:
        raise NotFound("sign-in step")
    return found


def spend(session: Session, token: str, *, now: datetime) -> None:
    """Within a verb's transaction; of two at once, one. Raises NotFound."""
    if session.execute(update(SignInStep).where(*_open(token, now)).values(used_at=now)).rowcount != 1:
        raise NotFound("sign-in step")


def end(session: Session, user_id: int, *, now: datetime) -> None:
    """Within a verb's transaction: whoever has typed the password begins anew."""
    waiting = (SignInStep.user_id == user_id, SignInStep.used_at.is_(None))
    session.execute(update(SignInStep).where(*waiting).values(used_at=now))


def _open(token: str, now: datetime) -> tuple:
    return SignInStep.token_hash == token_hash(token), SignInStep.used_at.is_(None), SignInStep.expires_at > now
