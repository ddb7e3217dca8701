"""Recording that a person of the unit deliberately opened its inbox (A1)."""

from datetime import datetime, time
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, insert
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import readings
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.readings import Reading
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, local_day, moment_at
from lcweb.facts import READINGS_SINCE, as_readings, calendar_of
from lcweb.models import ReadingRow
from lcweb.prepared import do
from lcweb.services import inbox


class How(StrEnum):
    PAGE = "page"
    BUTTON = "button"


class Recorded(NamedTuple):
    """Whether it counts, and all readings of the unit's day by which that was decided, this one among them."""

    counts: bool
    today: tuple[Reading, ...]


_KEEP = insert(ReadingRow.__table__).values(
    {name: bindparam(name) for name in ("unit_id", "user_id", "read_at", "how")}
)


def record(actor: Actor, how: How, *, now: datetime, rules: Rules, calendar: Calendar | None = None) -> Recorded:
    """Every reading is kept, counted or not, so that the rule can be recomputed.

    `calendar`: the unit's, of a caller that has read it already.
    """
    actor.require(Act.SEE_THREADS)
    unit_id = actor.require_unit()
    with transaction() as session:
        do(session, _KEEP, unit_id=unit_id, user_id=actor.user_id, read_at=now, how=how)
        today = _since_midnight(session, unit_id, now)
        calendar = calendar or calendar_of(session, unit_id, rules)
        counts = _counts(today, now=now, calendar=calendar, rules=rules)
        if counts:
            inbox.touch(session, unit_id)  # the colleagues' pages say what remains of the day's duty
        return Recorded(counts, today)


def _since_midnight(session: Session, unit_id: int, now: datetime) -> tuple[Reading, ...]:
    return as_readings(do(session, READINGS_SINCE, unit_id=unit_id, since=moment_at(local_day(now), time.min)))


def _counts(today: tuple[Reading, ...], *, now: datetime, calendar: Calendar, rules: Rules) -> bool:
    """By what was read until now: another request's moment may lie after this one's."""
    duty = readings.duty((one for one in today if one.at <= now), now=now, calendar=calendar, rules=rules)
    return any(reading.at == now for reading in duty.counted)
