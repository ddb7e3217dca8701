"""Whether the system itself does its work, and where nobody seems to do theirs."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from lcweb.db import reading
from lcweb.domain.periods import Span
from lcweb.domain.phrases import alphabetical
from lcweb.domain.workdays import local_day, moment_at
from lcweb.models import FollowUpState, LogHead, ReadingRow, Unit, UserSession
from lcweb.queries import outbox
from lcweb.queries.follow_up import RowShare, Wanted, Where, view
from lcweb.queries.outbox import WorkerState

SILENT_AFTER = timedelta(days=14)
LOOKED_BACK = timedelta(days=90)
MANY_RETURNS = 20  # per cent


class SilentUnit(NamedTuple):
    """`last_at` None: nobody has ever signed in there."""

    unit_id: int
    unit: str
    last_at: datetime | None


class Operation(NamedTuple):
    """`counted_to`: of follow-up. `log_rows`: of the access log. `wrong_rows`: rows of recipient lists that often lead
    to the wrong place.
    """

    worker: WorkerState
    counted_to: datetime | None
    log_rows: int
    silent: list[SilentUnit]
    wrong_rows: list[RowShare]


def get_operation(*, now: datetime) -> Operation:
    today = local_day(now)
    quarter = Span(today - LOOKED_BACK, today)
    rows = view(Wanted(Where(), quarter), now=now).rows
    return Operation(
        worker=outbox.worker_state(now),
        counted_to=reading().scalar(select(FollowUpState.counted_to)),
        log_rows=reading().scalar(select(LogHead.last_id)) or 0,
        silent=_silent(now),
        wrong_rows=[row for row in rows if (row.share.percent or 0) >= MANY_RETURNS],
    )


def _silent(now: datetime) -> list[SilentUnit]:
    """Open units, there for as long, where nobody has signed in or read the inbox for two weeks."""
    since = moment_at(local_day(now - SILENT_AFTER), time.min)
    signed_in = select(func.max(UserSession.started_at)).where(UserSession.unit_id == Unit.id).scalar_subquery()
    read = select(func.max(ReadingRow.read_at)).where(ReadingRow.unit_id == Unit.id).scalar_subquery()
    rows = select(Unit.id, Unit.name, signed_in, read).where(Unit.closed_at.is_(None), Unit.created_at < since)
    found = []
    for unit_id, name, *moments in reading().execute(rows):
        last_at = max((moment for moment in moments if moment is not None), default=None)
        if last_at is None or last_at < since:
            found.append(SilentUnit(unit_id, name, last_at))
    return sorted(found, key=lambda unit: alphabetical(unit.unit))
