"""Days closed or halved by hand, and the deadlines that a closed day moves (T1, T2, T5)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import deadlines
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import EventKind
from lcweb.domain.workdays import local_day
from lcweb.facts import MarkKind, calendars
from lcweb.models import CalendarMark, Obligation, Organization, Thread, ThreadEvent, Unit
from lcweb.services import inbox


@dataclass(frozen=True)
class Place:
    """Where a mark holds: a unit, an organization, or (neither) everywhere."""

    unit_id: int | None = None
    organization_id: int | None = None


def close_day(actor: Actor, day: date, place: Place, *, now: datetime, rules: Rules) -> int:
    """Closes a coming day. Returns how many open duties moved later; none ever moves earlier (T5).

    Raises NotAllowed, Refused.
    """
    with transaction() as session:
        _mark(session, actor, day, MarkKind.CLOSED, place, now=now)
        return _move_duties(session, actor, place, now=now, rules=rules)


def halve_day(actor: Actor, day: date, place: Place, *, now: datetime) -> None:
    """Half days bear on duties that arise afterwards; those that exist keep their time (T5). Raises as close_day."""
    with transaction() as session:
        _mark(session, actor, day, MarkKind.HALF, place, now=now)


def _mark(session: Session, actor: Actor, day: date, kind: MarkKind, place: Place, *, now: datetime) -> None:
    actor.require(Act.EDIT_CALENDAR)
    if day <= local_day(now):
        raise Refused({"day": "Bara kommande dagar kan ändras. Dagens svarstider gäller redan."})
    if place.unit_id is not None and session.get(Unit, place.unit_id) is None:
        raise Refused({"unit": f"Det finns ingen enhet med nummer {place.unit_id}."})
    if place.organization_id is not None and session.get(Organization, place.organization_id) is None:
        raise Refused({"organization": f"Det finns ingen huvudman med nummer {place.organization_id}."})
    session.add(
        CalendarMark(
            day=day,
            kind=kind,
            unit_id=place.unit_id,
            organization_id=place.organization_id,
            made_by=actor.name,
            made_at=now,
        )
    )
    session.flush()


def _move_duties(session: Session, actor: Actor, place: Place, *, now: datetime, rules: Rules) -> int:
    units = select(Unit.id)
    if place.unit_id is not None:
        units = units.where(Unit.id == place.unit_id)
    if place.organization_id is not None:
        units = units.where(Unit.organization_id == place.organization_id)
    unit_ids = session.scalars(units).all()
    moved = 0
    by_unit = calendars(session, rules, unit_ids)
    still_open = select(Obligation).where(Obligation.ended_at.is_(None), Obligation.due_at > now)
    for duty in session.scalars(still_open.where(Obligation.unit_id.in_(unit_ids))).all():
        due_at = deadlines.moved_due(
            duty.due_at, received=duty.received_at, calendar=by_unit[duty.unit_id], days=duty.answer_days
        )
        if due_at > duty.due_at:
            _move(session, duty, due_at, actor=actor, now=now)
            moved += 1
    return moved


def _move(session: Session, duty: Obligation, due_at: datetime, *, actor: Actor, now: datetime) -> None:
    """And says so in the thread."""
    duty.due_at = due_at
    thread = session.get_one(Thread, duty.thread_id)
    thread.revision += 1
    unit_name = session.execute(select(Unit.name).where(Unit.id == duty.unit_id)).scalar_one()
    session.add(
        ThreadEvent(
            thread_id=thread.id,
            at=now,
            kind=EventKind.DUE_MOVED,
            unit_name=unit_name,
            user_name=actor.name,
            due_at=due_at,
        )
    )
    session.flush()
    inbox.touch(session, thread.sender_unit_id, thread.recipient_unit_id)
