"""The access log is written here and nowhere else (L1)."""

from datetime import datetime

from sqlalchemy.orm import Session

from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Actor
from lcweb.models import AccessLogRow, Thread


def write(session: Session, action: LogAction, *, actor: Actor, thread: Thread, now: datetime) -> None:
    """Within the act's own transaction: without the row the act did not happen."""
    session.add(
        AccessLogRow(
            at=now,
            action=action,
            user_id=actor.user_id,
            unit_id=actor.require_unit(),
            thread_id=thread.id,
            patient_number=thread.patient_number,
        )
    )
    session.flush()
