"""Whether a link to choose a password works. Reading it uses nothing up."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.errors import NotFound
from lcweb.domain.people import token_hash
from lcweb.facts import still_here
from lcweb.models import Invitation, User


class Invited(NamedTuple):
    name: str
    username: str
    expires_at: datetime


def get_invited(token: str, *, now: datetime) -> Invited:
    """Raises NotFound for a link that is unknown, used, too old or taken back, and for a person who has ended."""
    row = reading().execute(
        select(User.name, User.username, Invitation.expires_at)
        .join(Invitation, Invitation.user_id == User.id)
        .where(
            Invitation.token_hash == token_hash(token), Invitation.used_at.is_(None), Invitation.ended_at.is_(None),
            Invitation.expires_at > now, still_here(User, now),
        )
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("invitation")
    return Invited(*row)
