"""The access log is written here and nowhere else (L1)."""

from datetime import datetime

from sqlalchemy.orm import Session

from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Actor
from lcweb.models import AccessLogRow, Thread


def write(
    session: Session,
    action: LogAction,
    *,
    actor: Actor,
    now: datetime,
    thread: Thread | None = None,
    patient_number: str = "",
) -> None:
    """Within the act's own transaction: without the row the act did not happen.

    A search or a draft belongs to no thread; it names the patient that was typed, if any.
    """
    session.add(
        AccessLogRow(
            at=now,
            action=action,
            user_id=actor.user_id,
            unit_id=actor.require_unit(),
            thread_id=thread.id if thread else None,
            patient_number=thread.patient_number if thread else patient_number,
        )
    )
    session.flush()
