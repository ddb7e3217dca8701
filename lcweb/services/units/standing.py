"""Whether a unit is open, so that it can still be written to, and who took over from one that is not."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.units import closed_sentence
from lcweb.facts import heir
from lcweb.models import Thread, Unit
from lcweb.prepared import do

_TWO = (
    select(Unit.id, Unit.name, Unit.phone, Unit.closed_at)
    .where(Unit.id.in_((bindparam("one"), bindparam("other"))))
    .order_by(Unit.id)
)
_HELD = _TWO.with_for_update(read=True)


class Held(NamedTuple):
    """A unit as it is until the transaction ends."""

    id: int
    name: str
    phone: str
    closed_at: datetime | None


def hold_open(session: Session, unit_id: int | None, other_id: int | None = None) -> dict[int, Held]:
    """Nobody closes these units before the transaction ends. Called before any thread is locked, so that a verb and a
    closing never wait for each other. By their ids; those that do not exist are passed over.
    """
    rows = do(session, _HELD, one=unit_id, other=other_id)
    return {row.id: Held(*row) for row in rows}


def require_open(session: Session, unit: Unit | Held, field: str, *, own_id: int) -> None:
    """Raises Refused, at `field`, with what to do instead."""
    if unit.closed_at is not None:
        raise Refused({field: closed_sentence(unit.name, heir(session, unit.id), own_id=own_id)})


def require_receiver(session: Session, thread: Thread, own_id: int) -> None:
    """Of a thread that is locked: what is written now must reach somebody.

    Raises Refused when the other unit is closed, and NotFound when it is the own one, since the person looked.
    """
    other_id = thread.recipient_unit_id if own_id == thread.sender_unit_id else thread.sender_unit_id
    found = {row.id: row for row in do(session, _TWO, one=own_id, other=other_id)}
    if found[own_id].closed_at is not None:
        raise NotFound("the unit is closed")
    if found[other_id].closed_at is not None:
        raise Refused({"form": closed_sentence(found[other_id].name, heir(session, other_id), own_id=own_id)})
