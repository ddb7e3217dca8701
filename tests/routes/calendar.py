"""Kalender."""

from datetime import date, timedelta
from typing import Any

from lcweb.domain.calendar import MarkKind, Place, digest, kind_of
from lcweb.domain.permissions import operator
from lcweb.domain.workdays import Calendar, local_day
from lcweb.models import CalendarMark
from lcweb.services import calendar
from tests.factories import RULES
from tests.rows import rows
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  calendar.show        in     404    404    404    404     404    404    200    404    404    404
GET  calendar.preview     in     404    404    404    404     404    404    303    404    404    404
POST calendar.mark        401    404    404    404    404     404    404    303    404    404    404
POST calendar.open_again  401    404    404    404    404     404    404    303    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(("calendar.show", "calendar.preview", "calendar.mark", "calendar.open_again"), "admin")

_MARK = ("day", "kind", "place", "seen")
NAMES = {
    ("GET", "calendar.show"): ("ar", "plats"),
    ("GET", "calendar.preview"): _MARK,
    ("POST", "calendar.mark"): _MARK,
    ("POST", "calendar.open_again"): ("mark",),
}

IDS = {
    ("GET", "calendar.show"): {"plats": Takes("place", ignored=True)},
    ("GET", "calendar.preview"): {"place": Takes("place", ignored=True)},
    ("POST", "calendar.mark"): {"place": Takes("place")},
    ("POST", "calendar.open_again"): {"mark": Takes("mark")},
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if endpoint == "calendar.open_again":
        return {"mark": str(_mark(world))}
    if endpoint != "calendar.mark":
        return None
    with world.app.app_context():
        day = _free_day(world)
        seen = digest(calendar.preview(operator(), day, MarkKind.CLOSED, Place(), now=world.clock.now, rules=RULES))
    return {"day": day.isoformat(), "kind": "closed", "place": "alla", "seen": seen}


def _mark(world: World) -> int:
    """One that can still be taken back."""
    with world.app.app_context():
        living = rows(CalendarMark, ended_at=None)
        if not living:
            calendar.halve_day(operator(), _free_day(world), Place(), now=world.clock.now)
        return rows(CalendarMark, ended_at=None)[-1].id


def _free_day(world: World) -> date:
    taken = {mark.day for mark in rows(CalendarMark, ended_at=None)}
    coming = (local_day(world.clock.now) + timedelta(days=ahead) for ahead in range(30, 400))
    return next(day for day in coming if kind_of(day, Calendar()) == "working" and day not in taken)
