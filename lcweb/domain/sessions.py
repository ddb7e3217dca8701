"""How long a session lasts, when its end is warned of, why it ended, and which browser it is in."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

#: How long beforehand an open page says that its session will end.
WARNING = timedelta(minutes=2)
_HANDLE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Why(StrEnum):
    """What ended a session. The last two are never stored: the clock alone ends a session so."""

    SIGNED_OUT = "signed_out"
    SWITCHED = "switched"  # to another unit, under a new token
    ELSEWHERE = "elsewhere"  # by the person, in another browser
    ROLE_ENDED = "role_ended"
    PERSON_ENDED = "person_ended"
    PASSWORD_CHANGED = "password_changed"
    SECOND_FACTOR = "second_factor"  # set up, taken away or reset
    ADMINISTRATOR = "administrator"
    UNIT_CLOSED = "unit_closed"
    RESTORED = "restored"  # the whole database, from a backup
    IDLE = "idle"
    TOO_OLD = "too_old"


class Left(NamedTuple):
    """What is left of a session, and what will end it: Why.IDLE, put off by any deliberate request, or Why.TOO_OLD."""

    time: timedelta
    why: Why


def left(*, active_at: datetime, ends_at: datetime, idle: timedelta, now: datetime) -> Left:
    """Negative when it is over."""
    idle_at = active_at + idle
    return Left(ends_at - now, Why.TOO_OLD) if ends_at <= idle_at else Left(idle_at - now, Why.IDLE)


def warned_before(idle: timedelta) -> timedelta:
    """Half of a session that is configured to be shorter than twice the warning."""
    return min(WARNING, idle / 2)


def is_handle(raw: str) -> bool:
    """What may be looked up as one."""
    return _HANDLE.fullmatch(raw) is not None


# The browser ----------------------------------------------------------------------------------------------------------

#: The first that is found: most browsers also name those that they descend from.
_BROWSERS = (
    ("Edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("Opera", ("OPR/",)),
    ("Samsung Internet", ("SamsungBrowser/",)),
    ("Firefox", ("Firefox/", "FxiOS/")),
    ("Chrome", ("Chrome/", "CriOS/")),
    ("Safari", ("Safari/",)),
)
_SYSTEMS = (
    ("iPhone", ("iPhone",)),
    ("iPad", ("iPad",)),
    ("Android", ("Android",)),
    ("Windows", ("Windows",)),
    ("ChromeOS", ("CrOS",)),
    ("Mac", ("Macintosh",)),
    ("Linux", ("Linux",)),
)
UNKNOWN_BROWSER = "Okänd webbläsare"


def browser_words(user_agent: str) -> str:
    """Chrome, Windows: enough for a person to recognise it. Of what a browser says of itself nothing else is kept."""
    browser = _named(_BROWSERS, user_agent) or UNKNOWN_BROWSER
    system = _named(_SYSTEMS, user_agent)
    return f"{browser}, {system}" if system else browser


def _named(known: tuple[tuple[str, tuple[str, ...]], ...], user_agent: str) -> str | None:
    return next((name for name, marks in known if any(mark in user_agent for mark in marks)), None)
