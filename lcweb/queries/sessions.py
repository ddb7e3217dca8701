"""The browsers in which a person is signed in, and why one no longer is."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, select

from lcweb.db import reading
from lcweb.domain.people import token_hash
from lcweb.domain.sessions import Why, left
from lcweb.facts import still_here
from lcweb.models import Membership, Unit, User, UserSession


class OpenSession(NamedTuple):
    """`handle` names it on pages; `is_this`: the one that asks."""

    handle: str
    unit: str | None
    browser: str
    how: str
    started_at: datetime
    active_at: datetime
    is_this: bool


def open_sessions(user_id: int, *, token: str, idle: timedelta, now: datetime) -> list[OpenSession]:
    """The browsers in which the person is signed in, latest first. `token`: that of the one that asks."""
    rows = reading().execute(
        select(
            UserSession.handle, Unit.name, UserSession.browser, UserSession.how, UserSession.started_at,
            UserSession.active_at, UserSession.token_hash == token_hash(token),
        )
        .outerjoin(Unit, Unit.id == UserSession.unit_id)
        .where(
            UserSession.user_id == user_id, UserSession.revoked_at.is_(None), UserSession.ends_at > now,
            UserSession.active_at > now - idle,
        )
        .order_by(UserSession.started_at.desc(), UserSession.handle)
    )  # fmt: skip
    return [OpenSession(*row[:-1], bool(row[-1])) for row in rows]


def why_ended(token: str, *, idle: timedelta, now: datetime) -> Why | None:
    """What ended the session of a token that is no longer taken; only its holder can ask. None: nobody knows."""
    row = reading().execute(
        select(
            UserSession.user_id, UserSession.unit_id, UserSession.active_at, UserSession.ends_at,
            UserSession.revoked_at, UserSession.revoked_why,
        ).where(UserSession.token_hash == token_hash(token))
    ).first()  # fmt: skip
    if row is None:
        return None
    if row.revoked_at is not None:
        return Why(row.revoked_why) if row.revoked_why in set(Why) else None
    rest = left(active_at=row.active_at, ends_at=row.ends_at, idle=idle, now=now)
    return rest.why if rest.time <= timedelta(0) else _lost(row, now)


def _lost(row: Row, now: datetime) -> Why | None:
    """What a date alone has ended."""
    if reading().scalar(select(User.id).where(User.id == row.user_id, still_here(User, now))) is None:
        return Why.PERSON_ENDED
    held = select(Membership.id).where(Membership.user_id == row.user_id, still_here(Membership, now))
    if row.unit_id is not None:
        held = held.where(Membership.unit_id == row.unit_id)
    return Why.ROLE_ENDED if reading().scalar(held.limit(1)) is None else None


def open_unit_name(unit_id: int) -> str | None:
    """None for a unit that has closed meanwhile."""
    return reading().scalar(select(Unit.name).where(Unit.id == unit_id, Unit.closed_at.is_(None)))
