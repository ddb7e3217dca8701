"""One's own account: the password is shown again before anything about signing in is changed, and can be changed."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Actor
from lcweb.domain.sessions import Why
from lcweb.models import User
from lcweb.services import attempts, changes, invitations, passwords, sessions


def require_password(actor: Actor, password: str, *, address: str, now: datetime) -> str:
    """The hash that it fits. Counted as a sign-in is: an open session is no place to guess at it.

    Raises Throttled, Refused, and NotFound for who has no password.
    """
    with transaction() as session:
        row = _own(session, actor)
        limits = (attempts.of_account(row.username), attempts.of_address(address))
        attempts.require_heard(session, *limits, now=now)
    if not password:
        raise Refused({"password": "Skriv ditt lösenord."})
    if not passwords.verified(row.password_hash, password):
        attempts.note_failure(*limits, now=now)
        raise Refused({"password": "Lösenordet stämmer inte."})
    return row.password_hash


def change_password(
    actor: Actor, password: str, new: str, *, token: str, address: str, now: datetime, demo: bool
) -> str:
    """This browser's new token; every other is signed out, and a link to choose a password by no longer works.

    Raises Throttled, Refused, NotFound for who has no password, and Conflict when it was changed meanwhile.
    """
    old_hash = require_password(actor, password, address=address, now=now)
    with transaction() as session:
        about = passwords.known_about(session, _own(session, actor))
    problem = passwords.password_problem(new, demo=demo, about=about)
    if passwords.verified(old_hash, new):
        problem = "Det är samma lösenord som du har nu. Välj ett annat."
    if problem:
        raise Refused({"new": problem})
    hashed = passwords.hashed(new)
    with transaction() as session:
        unchanged = update(User).where(User.id == actor.user_id, User.password_hash == old_hash)
        if session.execute(unchanged.values(password_hash=hashed)).rowcount != 1:
            raise Conflict("Lösenordet ändrades just någon annanstans. Logga in med det nya.")
        row = _own(session, actor)
        invitations.end_links(session, row.id, now=now)
        attempts.forget(session, attempts.of_account(row.username))
        changes.note(session, Noun.PERSON, row.id, What.CHANGED, before={}, after={"password": "bytt"}, actor=actor,
                     now=now)  # fmt: skip
        return sessions.renew(session, token, why=Why.PASSWORD_CHANGED, now=now)


def _own(session: Session, actor: Actor) -> User:
    """Raises NotFound."""
    row = session.get(User, actor.user_id)
    if row is None or not row.password_hash:
        raise NotFound("password")
    return row
