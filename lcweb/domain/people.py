"""Kinds of units, and how long a person waits after wrong passwords."""

import hashlib
from datetime import timedelta
from enum import StrEnum

#: The six municipalities of Halland, in the order of their lists.
MUNICIPALITIES = ("Halmstad", "Hylte", "Laholm", "Falkenberg", "Varberg", "Kungsbacka")

MIN_PASSWORD = 12  # characters
DEMO_PASSWORD = "demo-demo-demo"  # refused outside demo mode

FREE_FAILURES_ACCOUNT = 4
FREE_FAILURES_ADDRESS = 30  # a whole reception may sit behind one address
LONGEST_WAIT = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(hours=1)


class UnitKind(StrEnum):
    HOME_CARE = "home_care"
    PRIMARY_CARE = "primary_care"
    PSYCHIATRY = "psychiatry"
    SPECIALIST = "specialist"


def wait_after(failures: int, *, free: int) -> timedelta:
    """Grows for each failure past the free ones and never becomes a lock for good."""
    if failures <= free:
        return timedelta(0)
    return min(timedelta(seconds=5 * 2 ** min(failures - free - 1, 10)), LONGEST_WAIT)


def token_hash(token: str) -> str:
    """What is kept of a session's token: enough to recognise it, not to use it."""
    return hashlib.sha256(token.encode()).hexdigest()
