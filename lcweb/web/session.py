"""Who is asking: our session table, not the cookie, decides."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Request, current_app, g, session
from flask_login import LoginManager, UserMixin, current_user

from lcweb import clock
from lcweb.config import Settings
from lcweb.domain.permissions import Actor
from lcweb.domain.rules import RuleBook, Rules
from lcweb.domain.second_factor import must_set_up
from lcweb.domain.sessions import Left, Why, left
from lcweb.domain.workdays import local_day
from lcweb.queries import kept, signed_in
from lcweb.queries import sessions as ended_sessions
from lcweb.queries import settings as queries
from lcweb.services import sessions

TOKEN = "token"
UNIT = "unit"  # that the next person at a shared screen signs in for
STEP = "step"


@dataclass(frozen=True)
class Me(UserMixin):
    """`inbox_version` came with the same statement, so that an unchanged poll needs no other."""

    actor: Actor
    active_at: datetime
    ends_at: datetime
    inbox_version: int
    how: str

    def get_id(self) -> str:
        return str(self.actor.user_id)


def register(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # the session table protects better: see services/sessions.py
    manager.init_app(app)
    manager.request_loader(_load)
    app.before_request(_read_clock)


def settings() -> Settings:
    return current_app.extensions["lcweb"].settings


def rule_book() -> RuleBook:
    """The routine's numbers on any day; asked for once in a request, and only where they are needed."""
    if "rule_book" not in g:
        g.rule_book = queries.rule_book(settings().rules)
    return g.rule_book


def rules() -> Rules:
    """Those of today."""
    return rule_book().on(local_day(now()))


def now() -> datetime:
    """The request's one moment: what is checked, written and shown agrees."""
    return g.now


def me() -> Me | None:
    """The person themselves: each look at Flask-Login's stand-in would ask again who it is."""
    person = current_user._get_current_object()
    return person if isinstance(person, Me) else None


def known_user_id() -> int | None:
    """Of whoever this request has been found to come from; asks the database nothing."""
    known = g.get("_login_user")  # where Flask-Login keeps it
    return known.actor.user_id if isinstance(known, Me) else None


def actor() -> Actor:
    """Behind access.py's gate there always is one."""
    return current_user.actor


def inbox_version() -> int:
    """Of the unit acted from, as it was when the request began."""
    person = me()
    return person.inbox_version if person else 0


def start(token: str) -> None:
    """A fresh cookie: nothing of the time before the sign-in or the unit switch goes along, and nobody stays signed in
    in the background."""
    end()
    g.pop("csrf_token", None)  # or a page of this same answer would hold the old cookie's
    session[TOKEN] = token


def ask_code(token: str) -> None:
    """The password was right: nobody is signed in here until the code is, too. A shared screen's unit stays."""
    unit_id = unit_here()
    end()
    session[STEP] = token
    if unit_id is not None:
        session[UNIT] = unit_id


def lacks_code() -> bool:
    """Whether the person must set up a second factor before anything else."""
    person = me()
    return person is not None and must_set_up(settings().second_factor, person.how)


def end() -> None:
    if TOKEN in session:
        sessions.sign_out(session[TOKEN], now=now())
    session.clear()


def hand_over() -> None:
    """As `end`, but for the unit: whoever signs in next at this screen acts from the same. Nothing of the person."""
    person = me()
    end()
    if person is not None and person.actor.unit_id is not None:
        session[UNIT] = person.actor.unit_id


def unit_here() -> int | None:
    """The unit of a shared screen that was handed over."""
    return session.get(UNIT)


def forget_unit() -> None:
    session.pop(UNIT, None)


def was_signed_in() -> bool:
    """This browser was, and no longer is."""
    return TOKEN in session and me() is None


def why_ended() -> Why | None:
    """Of a browser that was signed in: only the cookie's holder is told. None: nobody knows."""
    return ended_sessions.why_ended(session[TOKEN], idle=settings().idle, now=now())


def time_left(person: Me) -> Left:
    """As it is after this request."""
    active_at = now() if g.get("touched") else person.active_at
    return left(active_at=active_at, ends_at=person.ends_at, idle=settings().idle, now=now())


def note_activity(*, exactly: bool = False) -> None:
    """Kept to the minute; a poll never comes here, so that an idle session ends although its tab polls."""
    since = now() - current_user.active_at
    if exactly or since >= sessions.TOUCH_EVERY or since < -sessions.TOUCH_EVERY:  # the clock has been set back
        sessions.touch(session[TOKEN], now=now())
        g.touched = True


def _read_clock() -> None:
    g.now = clock.now()


def _load(request: Request) -> Me | None:
    token = session.get(TOKEN)
    if token is None:
        return None
    found = signed_in.find_signed_in(token, idle=settings().idle, now=now())
    if found is None:
        return None
    if request.method == "GET":  # whatever else may write what is kept, and must see it
        kept.is_of(found.edition)
    return Me(found.actor, found.active_at, found.ends_at, found.inbox_version, found.how)
