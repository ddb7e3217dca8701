"""Kinds of units, what may be said of a person, and how long one waits after wrong passwords."""

import hashlib
import ipaddress
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from lcweb.domain import guards, hsa_ids
from lcweb.domain.workdays import local_day, moment_at

#: The six municipalities of Halland, in the order of their lists.
MUNICIPALITIES = ("Halmstad", "Hylte", "Laholm", "Falkenberg", "Varberg", "Kungsbacka")

DEMO_PASSWORD = "demo-demo-demo"  # refused outside demo mode

MAX_NAME = 120  # characters
MAX_PHONE = 30

_USERNAME = re.compile(r"[a-zåäö0-9][a-zåäö0-9._-]{1,39}")
_PHONE = re.compile(r"[-+() /0-9]+(?: (?:ankn|anknytning)\.? ?[0-9]+)?")

FREE_FAILURES_ACCOUNT = 4
FREE_FAILURES_ADDRESS = 30  # a whole reception may sit behind one address
LONGEST_WAIT = timedelta(minutes=10)
LONGEST_NOTICE = timedelta(days=3653)  # how far ahead a last day may lie
FORGOTTEN_AFTER = timedelta(hours=1)


class UnitKind(StrEnum):
    HOME_CARE = "home_care"
    PRIMARY_CARE = "primary_care"
    PSYCHIATRY = "psychiatry"
    SPECIALIST = "specialist"


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """What is known of a person apart from roles and password. `username` and `hsa_id` are each one person's alone."""

    username: str
    name: str
    title: str
    licensed: bool = False
    phone: str | None = None
    email: str | None = None
    hsa_id: str | None = None


def person_problems(new: NewPerson) -> dict[str, str]:
    """Everything that stops it: form-field name → sentence."""
    found = {
        "username": _username_problem(new.username),
        "name": _words_problem(new.name, "Namnet", "Skriv för- och efternamn."),
        "title": _words_problem(new.title, "Titeln", "Skriv titeln, till exempel sjuksköterska."),
        "phone": phone_problem(new.phone or ""),
        "email": email_problem(new.email or ""),
        "hsa_id": hsa_ids.problem(new.hsa_id or ""),
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def phone_problem(raw: str, *, empty: str | None = None) -> str | None:
    """`empty`: the sentence for a number that has to be there."""
    number = raw.strip()
    if not number:
        return empty
    sound = len(number) <= MAX_PHONE and _PHONE.fullmatch(number) and sum(c.isdigit() for c in number) >= 3
    return None if sound else "Skriv telefonnumret med siffror, till exempel 035-13 00 00."


def email_problem(raw: str) -> str | None:
    """One plain address, or nothing: a mail that cannot leave is worse than none."""
    address = raw.strip()
    name, _, domain = address.rpartition("@")
    sound = name and "." in domain.strip(".") and len(address) <= 254 and re.fullmatch(r"[!-~]+", address)
    if not address or (sound and not set(address) & set('"<>(),:;[]\\') and address.count("@") == 1):
        return None
    return "Skriv en e-postadress, till exempel inkorg@vard.example."


def _username_problem(raw: str) -> str | None:
    if _USERNAME.fullmatch(raw.strip().lower()):
        return None
    return "Användarnamnet ska ha 2–40 tecken: bokstäver, siffror, punkt, bindestreck eller understreck."


def _words_problem(raw: str, what: str, empty: str) -> str | None:
    words = guards.normalized(raw)
    return guards.text_problem(words, what=what, most=MAX_NAME, lines=False) if words else empty


def end_of(last_day: date) -> datetime:
    """The first moment without a person whose last day it is: midnight in Stockholm."""
    return moment_at(last_day + timedelta(days=1), time(0))


def last_day_of(ended_at: datetime) -> date:
    """The last day of which the person had any part."""
    return local_day(ended_at - timedelta(microseconds=1))


def last_day_problem(last_day: date | None, *, added_on: date, today: date) -> str | None:
    """A day that has been is taken: it ends the person at once, and the history says what was meant."""
    if last_day is None:
        return "Skriv sista dagen, till exempel 2026-11-30."
    if last_day < added_on:
        return f"Personen lades till {added_on.isoformat()}. Sista dagen kan inte ligga före det."
    return "Sista dagen ligger mer än tio år bort." if last_day > today + LONGEST_NOTICE else None


def wait_after(failures: int, *, free: int) -> timedelta:
    """Grows for each failure past the free ones and never becomes a lock for good."""
    if failures <= free:
        return timedelta(0)
    return min(timedelta(seconds=5 * 2 ** min(failures - free - 1, 10)), LONGEST_WAIT)


def network_of(address: str) -> str:
    """Of an IPv6 address its /64, all of which one computer may use; any other as it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else address


def token_hash(token: str) -> str:
    """What is kept of a session's token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()
