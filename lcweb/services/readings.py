"""Recording that a person of the unit deliberately opened its inbox (A1)."""

from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import readings
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import local_day, moment_at
from lcweb.facts import calendar_of
from lcweb.models import ReadingRow
from lcweb.services import inbox


class How(StrEnum):
    PAGE = "page"
    BUTTON = "button"


# Made once: building it takes longer than running it.
_BETWEEN = select(ReadingRow.read_at).where(
    ReadingRow.unit_id == bindparam("of_unit"),
    ReadingRow.read_at >= bindparam("since"),
    ReadingRow.read_at <= bindparam("now"),
)


def record(actor: Actor, how: How, *, now: datetime, rules: Rules) -> bool:
    """Every reading is kept, counted or not, so that the rule can be recomputed. True: it counts."""
    actor.require(Act.SEE_THREADS)
    unit_id = actor.require_unit()
    with transaction() as session:
        session.add(ReadingRow(unit_id=unit_id, user_id=actor.user_id, read_at=now, how=how))
        session.flush()
        counts = _counts(session, unit_id, now, rules)
        if counts:
            inbox.touch(session, unit_id)  # the colleagues' pages say what remains of the day's duty
        return counts


def _counts(session: Session, unit_id: int, now: datetime, rules: Rules) -> bool:
    since = moment_at(local_day(now), time.min)
    rows = session.scalars(_BETWEEN, {"of_unit": unit_id, "since": since, "now": now})
    today = [readings.Reading(at=read_at, by="") for read_at in rows]
    duty = readings.duty(today, now=now, calendar=calendar_of(session, unit_id, rules), rules=rules)
    return any(reading.at == now for reading in duty.counted)
