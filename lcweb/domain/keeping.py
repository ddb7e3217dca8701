"""Keeping and disposal: nothing goes by default; what goes, when, and what stays ("Keeping and disposal")."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from lcweb.domain.workdays import local, local_day, moment_at

FEWEST_DAYS, MOST_DAYS = 30, 36_500  # that a closed thread is kept
#: Stockholm hours in which the worker disposes: nobody is then about to open the thread.
NIGHT = range(1, 5)


class Policy(NamedTuple):
    """An organization's decision."""

    organization_id: int
    keep_days: int
    automatic: bool


def keep_days_problem(raw: str) -> str | None:
    if not raw.strip().isascii() or not raw.strip().isdigit() or not FEWEST_DAYS <= int(raw[:9]) <= MOST_DAYS:
        return f"Skriv antalet dagar med siffror, {FEWEST_DAYS}–{MOST_DAYS}."
    return None


def closed_before(keep_days: int, *, now: datetime) -> datetime:
    """What was closed before this moment has been kept long enough: whole days, in Stockholm."""
    return moment_at(last_day(keep_days, now=now), time.min)


def last_day(keep_days: int, *, now: datetime) -> date:
    """The first day whose closed threads still stay."""
    return local_day(now) - timedelta(days=keep_days)


def is_night(now: datetime) -> bool:
    return local(now).hour in NIGHT
