"""What the operator's watch counts: how many and how old, never who."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, text

from lcweb.db import reading
from lcweb.domain.outbox import WAITING, WORKER_LEASE
from lcweb.models import FollowUpState, Lease, LogHead, OutboxMail, SignInAttempt, UserSession
from lcweb.queries import outbox, revisions


class Figures(NamedTuple):
    """Ages in whole seconds. None: no worker has ever run, nothing waits, somebody has removed the log's head, nothing
    has been counted, or the database has no clock of its own.
    """

    beat_age: int | None
    lease_left: float | None  # seconds; below zero when it has run out
    mails_waiting: int
    oldest_mail_age: int | None
    mails_failed: int  # in the last seven days
    sessions: int
    log_rows: int | None
    sign_ins_held: int  # accounts and addresses that are not heard just now
    follow_up_age: float | None  # since the last round of the worker that came to its end
    schema_current: int  # 1: the database's tables are those of this code
    clock_ahead: float | None  # seconds by which the database's clock is ahead of ours


def figures(now: datetime, *, idle: timedelta) -> Figures:
    worker = outbox.worker_state(now)
    expires_at = reading().scalar(select(Lease.expires_at).where(Lease.name == WORKER_LEASE))
    waiting = select(func.count()).select_from(OutboxMail).where(OutboxMail.status.in_(WAITING))
    alive = select(func.count()).where(
        UserSession.revoked_at.is_(None), UserSession.ends_at > now, UserSession.active_at > now - idle
    )
    held = select(func.count()).where(SignInAttempt.heard_from > now)
    counted_to = reading().scalar(select(FollowUpState.counted_to))
    return Figures(
        beat_age=worker.lease_age,
        lease_left=(expires_at - now).total_seconds() if expires_at else None,
        mails_waiting=reading().scalar(waiting) or 0,
        oldest_mail_age=worker.oldest_queued_age,
        mails_failed=worker.failed,
        sessions=reading().scalar(alive) or 0,
        log_rows=reading().scalar(select(LogHead.last_id)),
        sign_ins_held=reading().scalar(held) or 0,
        follow_up_age=(now - counted_to).total_seconds() if counted_to else None,
        schema_current=int(revisions.is_current()),
        clock_ahead=_clock_ahead(now),
    )


def _clock_ahead(now: datetime) -> float | None:
    """SQLite has this machine's clock."""
    if reading().dialect.name == "sqlite":
        return None
    return (reading().execute(text("SELECT clock_timestamp()")).scalar_one() - now).total_seconds()
