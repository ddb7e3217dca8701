"""The access log is written here and nowhere else (L1, L2)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lcweb.db import at_the_end, log_key, transaction
from lcweb.domain.access_log import Entry, Head, LogAction, Sealed, sealed
from lcweb.domain.permissions import Act, Actor
from lcweb.models import AccessLogRow, LogHead, Thread
from lcweb.prepared import do

# On PostgreSQL the locked head makes the next one wait, and shows it the new head.
_HEAD = select(LogHead.last_id, LogHead.seal).with_for_update()
_APPEND = insert(AccessLogRow.__table__).values({name: bindparam(name) for name in Sealed._fields})


class NotLogged(Exception):
    """The access log could not be written, so the act is undone and nothing is shown (L1)."""


def write(
    session: Session,
    action: LogAction,
    *,
    actor: Actor,
    now: datetime,
    thread: Thread | None = None,
    patient_number: str = "",
) -> None:
    """Within the act's own transaction, as its last step: without the row the act did not happen.

    A search or a draft belongs to no thread; it names the patient that was typed, if any.
    """
    entry = Entry(
        id=0,
        at=now,
        action=action,
        user_id=actor.user_id,
        unit_id=actor.require_unit(),
        thread_id=thread.id if thread else None,
        patient_number=thread.patient_number if thread else patient_number,
    )
    at_the_end(session, _append, entry)


def write_disposal(session: Session, thread: Thread, *, user_id: int, now: datetime) -> None:
    """Before the patient is forgotten. Whoever decides on disposal acts from no unit."""
    entry = Entry(0, now, LogAction.DISPOSE, user_id, None, thread.id, thread.patient_number)
    at_the_end(session, _append, entry)


def review(
    actor: Actor, patient_numbers: tuple[str, ...], *, now: datetime, action: LogAction = LogAction.LOG_REVIEW
) -> None:
    """Logs that the log is looked at, once for each patient that was asked for; the caller shows nothing before that.

    `patient_numbers`: all that the typed one may stand for. `action`: what is done with what is shown. A reviewer acts
    from no unit. Raises NotAllowed.
    """
    actor.require(Act.SEE_LOG)
    with transaction() as session:
        write_review(session, action, _known(session, patient_numbers), actor=actor, now=now)


def write_review(
    session: Session, action: LogAction, patient_numbers: Iterable[str], *, actor: Actor, now: datetime
) -> None:
    """Within a verb of a reviewer's: once for each patient that is shown; a row of its own when there is none."""
    for number in sorted(set(patient_numbers)) or [""]:
        at_the_end(session, _append, Entry(0, now, action, actor.user_id, None, None, number))


def _known(session: Session, numbers: tuple[str, ...]) -> list[str]:
    """Of ten digits those centuries that the log knows; the ten themselves when it knows none. Nobody: one row too."""
    if len(numbers) < 2:
        return [*numbers]
    known = select(AccessLogRow.patient_number).where(AccessLogRow.patient_number.in_(numbers)).distinct()
    return sorted(session.scalars(known)) or [numbers[0][2:]]


def _append(session: Session, entries: list[Entry]) -> None:
    """One after the other, for everybody: two rows that follow the same one would break the chain (L2)."""
    try:
        head = do(session, _HEAD)[0]
        for row in sealed(log_key(), Head(*head), entries):
            do(session, _APPEND, **row._asdict())
    except (IndexError, SQLAlchemyError) as error:
        raise NotLogged("the access log could not be written") from error
