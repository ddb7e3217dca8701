"""People with a second factor, and the app in their telephone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
from flask import Flask, current_app

from lcweb.domain.permissions import Actor
from lcweb.models import User
from lcweb.services import second_factor, sessions
from tests.factories import PASSWORD
from tests.rows import row

ADDRESS = "10.0.0.1"
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Phone:
    """What the person has. `session` is that in which it was set up."""

    secret: str
    recovery_codes: list[str]
    session: str

    def code(self, now: datetime) -> str:
        return app_code(self.secret, now)


def app_code(secret: str, now: datetime) -> str:
    """As any app computes it (RFC 6238), by the library's own reading of time."""
    return pyotp.TOTP(secret).at(now)


def key(app: Flask | None = None) -> bytes:
    return (app or current_app).extensions["lcweb"].settings.codes_key


def by_password(actor: Actor, now: datetime, password: str = PASSWORD) -> sessions.SignedIn | sessions.CodeAsked:
    username = row(User, id=actor.user_id).username
    return sessions.sign_in(username, password, address=ADDRESS, lifetime=LIFETIME, now=now, demo=False)


def turned_on(actor: Actor, now: datetime) -> Phone:
    """Set up at that moment, whose code is thereby spent."""
    session = by_password(actor, now).token
    second_factor.begin(actor, PASSWORD, key=key(), address=ADDRESS, now=now)
    secret = second_factor.begun(actor, key=key(), now=now)
    confirmed = second_factor.confirm(actor, app_code(secret, now), token=session, key=key(), now=now)
    return Phone(secret, confirmed.recovery_codes, confirmed.token)
