"""One's own account: how one signs in and where one has which role."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from lcweb.db import reading
from lcweb.domain.errors import NotFound
from lcweb.domain.people import token_hash
from lcweb.models import RecoveryCode, SecondFactor, User, UserSession
from lcweb.queries import people
from lcweb.queries.people import PersonRole


class FactorState(NamedTuple):
    """`codes_left`: recovery codes that are not used."""

    since: datetime
    codes_left: int


class Account(NamedTuple):
    """`how`: a second_factor.SignInWay, or an identity provider's word. `factor` None: it is not on."""

    name: str
    title: str
    username: str
    has_password: bool
    signed_in_at: datetime
    how: str
    roles: list[PersonRole]
    factor: FactorState | None


def get_account(user_id: int, token: str, *, now: datetime) -> Account:
    """`token`: the session's. Raises NotFound."""
    row = reading().execute(
        select(User.name, User.title, User.username, User.password_hash != "", UserSession.started_at, UserSession.how)
        .join(UserSession, UserSession.user_id == User.id)
        .where(User.id == user_id, UserSession.token_hash == token_hash(token))
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("account")
    roles = [role for role in people.roles_of([user_id]) if role.ended_at is None or role.ended_at > now]
    return Account(*row, roles, find_factor(user_id))


def find_factor(user_id: int) -> FactorState | None:
    """None when the person has no second factor, or has not confirmed it."""
    unused = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    row = reading().execute(
        select(SecondFactor.confirmed_at, unused.scalar_subquery()).where(
            SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None)
        )
    ).first()  # fmt: skip
    return FactorState(*row) if row else None
