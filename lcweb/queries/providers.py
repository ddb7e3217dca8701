"""By which identity provider a browser was signed in."""

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.people import token_hash
from lcweb.domain.providers import key_of
from lcweb.models import UserSession


def find_key(token: str) -> str | None:
    """Of a session, ended or not. None: by none, or there is no such session."""
    how = reading().scalar(select(UserSession.how).where(UserSession.token_hash == token_hash(token)))
    return key_of(how) if how else None
