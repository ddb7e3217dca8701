"""How the mails fare: for the health address and for the administrator's page."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from lcweb.db import reading
from lcweb.domain.outbox import WAITING, WORKER_LEASE, MailStatus
from lcweb.models import Lease, OutboxMail, Unit

RECENT = timedelta(days=7)


class WorkerState(NamedTuple):
    """Ages in whole seconds; None: no worker has ever run, nothing waits. `failed` counts the last seven days."""

    lease_age: int | None
    oldest_queued_age: int | None
    failed: int


class MailRow(NamedTuple):
    """`address` and `error` as of the last try; `ended_at` None: it still waits."""

    kind: str
    unit_name: str
    day: date
    slot: str
    status: str
    attempts: int
    address: str | None
    created_at: datetime
    ended_at: datetime | None
    error: str | None


def worker_state(now: datetime) -> WorkerState:
    beat_at = select(Lease.beat_at).where(Lease.name == WORKER_LEASE)
    oldest = select(func.min(OutboxMail.created_at)).where(OutboxMail.status.in_(WAITING))
    failed = select(func.count()).where(OutboxMail.status == MailStatus.FAILED, OutboxMail.ended_at >= now - RECENT)
    return WorkerState(
        lease_age=_age(reading().scalar(beat_at), now),
        oldest_queued_age=_age(reading().scalar(oldest), now),
        failed=reading().execute(failed).scalar_one(),
    )


def mails(limit: int) -> list[MailRow]:
    """Failed ones first, then newest first."""
    rows = (
        select(
            OutboxMail.kind,
            Unit.name,
            OutboxMail.day,
            OutboxMail.slot,
            OutboxMail.status,
            OutboxMail.attempts,
            OutboxMail.address,
            OutboxMail.created_at,
            OutboxMail.ended_at,
            OutboxMail.error,
        )
        .join(Unit, Unit.id == OutboxMail.unit_id)
        .order_by((OutboxMail.status == MailStatus.FAILED).desc(), OutboxMail.created_at.desc(), OutboxMail.id.desc())
        .limit(limit)
    )
    return [MailRow(*row) for row in reading().execute(rows)]


def _age(moment: datetime | None, now: datetime) -> int | None:
    return None if moment is None else max(0, int((now - moment).total_seconds()))
