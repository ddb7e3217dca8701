"""Writes down the steps that overdue duties climb, and says so in their threads (B4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.db import insert_into
from lcweb.domain.escalation import Step
from lcweb.domain.reminders import Kind, Reminder
from lcweb.domain.threads import DutyKind, EventKind
from lcweb.models import Escalation, Obligation, Organization, Thread, ThreadEvent, Unit
from lcweb.services import inbox

STEPS = {Kind.OVERDUE_MANAGER: Step.MANAGER, Kind.OVERDUE_ORGANIZATION: Step.ORGANIZATION}
_AT_ONCE = 500  # rows in one statement

Climb = tuple[int, int, Step]


def take_steps(session: Session, queued: Iterable[Reminder], *, now: datetime) -> None:
    """Within the transaction that queues the mails. The inboxes come last and once, as in every verb."""
    climbs: list[Climb] = sorted(
        (late.thread_id, late.duty_id, STEPS[reminder.kind]) for reminder in queued for late in reminder.climbing
    )
    touched: set[int] = set()
    for first in range(0, len(climbs), _AT_ONCE):
        touched |= _take(session, climbs[first : first + _AT_ONCE], now=now)
    inbox.touch(session, *touched)


def _take(session: Session, climbs: Sequence[Climb], *, now: datetime) -> set[int]:
    """The units whose inboxes have changed. With the threads locked: what was answered meanwhile climbs no more."""
    wanted = select(Thread).where(Thread.id.in_({thread_id for thread_id, _duty_id, _step in climbs}))
    threads = {thread.id: thread for thread in session.scalars(wanted.order_by(Thread.id).with_for_update())}
    names = _still_late(session, [duty_id for _thread_id, duty_id, _step in climbs], now=now)
    new = _insert(session, [climb for climb in climbs if climb[1] in names], now=now)
    touched: set[int] = set()
    for thread_id, duty_id, step in new:
        thread, (unit, organization) = threads[thread_id], names[duty_id]
        thread.revision += 1
        session.add(
            ThreadEvent(
                thread_id=thread_id,
                at=now,
                kind=EventKind.ESCALATED,
                unit_name=unit,
                user_name="",
                to_unit_name=organization if step is Step.ORGANIZATION else None,
                reason=step,
            )
        )
        touched |= {thread.sender_unit_id, thread.recipient_unit_id}
    session.flush()
    return touched


def _still_late(session: Session, duty_ids: Sequence[int], *, now: datetime) -> dict[int, tuple[str, str]]:
    """By the duty: the owing unit's name and its organization's."""
    late = (
        select(Obligation.id, Unit.name, Organization.name)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Organization, Organization.id == Unit.organization_id)
        .where(Obligation.id.in_(duty_ids), Obligation.kind == DutyKind.REPLY)
        .where(Obligation.ended_at.is_(None), Obligation.due_at <= now)
    )
    return {duty_id: (unit, organization) for duty_id, unit, organization in session.execute(late)}


def _insert(session: Session, climbs: Sequence[Climb], *, now: datetime) -> list[Climb]:
    """Those that nobody had written down before: each step of each duty once."""
    if not climbs:
        return []
    key = (Escalation.obligation_id, Escalation.step)
    rows = [{"obligation_id": duty_id, "step": step, "at": now} for _thread_id, duty_id, step in climbs]
    statement = insert_into(session, Escalation).on_conflict_do_nothing(index_elements=key).returning(*key)
    made = {tuple(row) for row in session.execute(statement, rows)}
    return [climb for climb in climbs if climb[1:] in made]
