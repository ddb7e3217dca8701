"""Medarbetaruppdrag: which unit an identity provider's assignment means. Added, and ended; each is in the history."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.db import insert_into, transaction
from lcweb.domain import hsa_ids
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.models import Commission, Unit
from lcweb.services import changes

EMPTY = "Skriv uppdragets HSA-id, till exempel SE2321000115-1A2B."


def add(actor: Actor, *, hsa_id: str, unit_id: int, now: datetime) -> int:
    """One that had ended holds again, perhaps for another unit. Adding the same twice is once.

    Raises NotAllowed, NotFound for a unit that is not there or closed, and Refused.
    """
    actor.require(Act.EDIT_PEOPLE)
    problem = hsa_ids.problem(hsa_id) if hsa_id.strip() else EMPTY
    if problem:
        raise Refused({"hsa_id": problem})
    with transaction() as session:
        unit = session.get(Unit, unit_id)
        if unit is None or unit.closed_at is not None:
            raise NotFound("unit")
        return _put(session, actor, hsa_ids.normalized(hsa_id), unit, now=now)


def end(actor: Actor, commission_id: int, *, now: datetime) -> str:
    """Its HSA-id. From then on it chooses no unit. Raises NotAllowed, NotFound, and Conflict when it had ended."""
    actor.require(Act.EDIT_PEOPLE)
    with transaction() as session:
        row = session.get(Commission, commission_id, with_for_update=True)
        if row is None:
            raise NotFound("commission")
        if row.ended_at is not None:
            raise Conflict(f"Uppdraget {row.hsa_id} är redan avslutat.")
        row.ended_at = now
        changes.note(session, Noun.COMMISSION, row.id, What.ENDED, before={"ended_at": None},
                     after={"ended_at": now}, actor=actor, now=now)  # fmt: skip
        return row.hsa_id


def id_of(hsa_id: str) -> int:
    """Raises NotFound."""
    with transaction() as session:
        found = session.scalar(select(Commission.id).where(Commission.hsa_id == hsa_ids.normalized(hsa_id)))
    if found is None:
        raise NotFound(f"no assignment {hsa_ids.normalized(hsa_id)}")
    return found


def _put(session: Session, actor: Actor, hsa_id: str, unit: Unit, *, now: datetime) -> int:
    """Two who add the same at once wait for each other here, and the second finds the first's."""
    fresh = insert_into(session, Commission).values(hsa_id=hsa_id, unit_id=unit.id, made_at=now)
    is_new = session.scalar(fresh.on_conflict_do_nothing().returning(Commission.id)) is not None
    row = session.scalars(select(Commission).where(Commission.hsa_id == hsa_id).with_for_update()).one()
    if not is_new and row.ended_at is None:
        _require_same(session, row, unit)
        return row.id
    before = None if is_new else {"unit_id": row.unit_id, "ended_at": row.ended_at}
    row.unit_id, row.made_at, row.ended_at = unit.id, now, None
    after = {"hsa_id": hsa_id, "unit_id": unit.id} if is_new else {"unit_id": unit.id, "ended_at": None}
    what = What.ADDED if is_new else What.REOPENED
    changes.note(session, Noun.COMMISSION, row.id, what, before=before, after=after, actor=actor, now=now)
    return row.id


def _require_same(session: Session, row: Commission, unit: Unit) -> None:
    """An assignment means one unit: to give it another, it is ended first. Raises Refused."""
    if row.unit_id != unit.id:
        held = session.get_one(Unit, row.unit_id).name
        raise Refused({"hsa_id": f"Uppdraget hör redan till {held}. Avsluta det först om det ska byta enhet."})
