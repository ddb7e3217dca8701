"""Throttling of everything that can be guessed: growing waits for each account and each address, no lock for good."""

import hashlib
import math
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lcweb.db import insert_into, transaction
from lcweb.domain import people
from lcweb.domain.errors import Throttled
from lcweb.models import SignInAttempt


class Limit(NamedTuple):
    """`key` is a hash: what people type as a name may be a password. `free`: failures that cost no wait."""

    key: str
    free: int


def of_account(username: str) -> Limit:
    return Limit(_key("account", username), people.FREE_FAILURES_ACCOUNT)


def of_codes(user_id: int) -> Limit:
    """Apart from the account's: who knows the password must not win new tries by typing it again."""
    return Limit(_key("code", str(user_id)), people.FREE_FAILURES_ACCOUNT)


def of_address(address: str) -> Limit:
    return Limit(_key("address", people.network_of(address)), people.FREE_FAILURES_ADDRESS)


def of_links(address: str) -> Limit:
    """Links that do not work, opened from an address."""
    return Limit(_key("link", people.network_of(address)), people.FREE_FAILURES_ADDRESS)


def of_providers(address: str) -> Limit:
    """Untrue answers of identity providers, brought from an address. A password typed there is another matter."""
    return Limit(_key("provider", people.network_of(address)), people.FREE_FAILURES_ADDRESS)


def require_provider_heard(address: str, *, now: datetime) -> None:
    """Raises Throttled."""
    with transaction() as session:
        require_heard(session, of_providers(address), now=now)


def require_heard(session: Session, *limits: Limit, now: datetime) -> None:
    """Within a transaction. Raises Throttled."""
    keys = [limit.key for limit in limits]
    until = session.scalars(
        select(SignInAttempt.heard_from)
        .where(SignInAttempt.key.in_(keys))
        # A longer wait was begun by a clock that has been set back since.
        .where(SignInAttempt.heard_from <= now + people.LONGEST_WAIT)
    ).all()
    wait = max((moment - now for moment in until), default=timedelta(0))
    if wait > timedelta(0):
        raise Throttled(math.ceil(wait.total_seconds()))


def note_failure(*limits: Limit, now: datetime) -> None:
    """In a transaction of its own, since the verb that failed writes nothing. The address comes last, for all alike."""
    with transaction() as session:
        for key, free in limits:
            fresh = insert_into(session, SignInAttempt).values(key=key, failures=0, failed_at=now, heard_from=now)
            # Changes nothing, but locks a row that is there already: no sweep takes it away in between.
            session.execute(fresh.on_conflict_do_update(index_elements=["key"], set_={"key": key}))
            row = session.scalars(select(SignInAttempt).where(SignInAttempt.key == key).with_for_update()).one()
            row.failures = 1 if now - row.failed_at > people.FORGOTTEN_AFTER else row.failures + 1
            row.failed_at, row.heard_from = now, now + people.wait_after(row.failures, free=free)
            session.flush()


def forget(session: Session, *limits: Limit) -> None:
    """Within a verb's transaction: heard again at once."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_([limit.key for limit in limits])))


def sweep(*, now: datetime) -> int:
    """Removes what the next failure would not go on from. Returns how many.

    Not a row that a failure has just locked: it is no longer old, and two that wait for each other's rows would fail.
    """
    old = (SignInAttempt.failed_at < now - people.FORGOTTEN_AFTER, SignInAttempt.heard_from <= now)
    with transaction() as session:
        keys = select(SignInAttempt.key).where(*old).with_for_update(skip_locked=True)
        return session.execute(delete(SignInAttempt).where(SignInAttempt.key.in_(keys))).rowcount


def _key(kind: str, words: str) -> str:
    return hashlib.sha256(f"{kind}:{words}".encode()).hexdigest()
