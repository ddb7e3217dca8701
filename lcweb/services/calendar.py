"""Days closed or halved by hand and opened again, and the deadlines that a closed day moves (T1, T2, T5)."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import calendar, deadlines
from lcweb.domain.calendar import MarkKind, Move, Moved, Place
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import EventKind
from lcweb.domain.workdays import local_day
from lcweb.facts import calendar_at, calendars
from lcweb.models import CalendarMark, Obligation, Organization, Thread, ThreadEvent, Unit
from lcweb.services import inbox
from lcweb.services.reminders import fresh_reading

#: PostgreSQL's lock under which marks are made and ended; SQLite has one writer at a time anyway.
_LOCK = 7_203_115


def close_day(
    actor: Actor, day: date, place: Place, *, now: datetime, rules: Rules, confirmed: str | None = None
) -> int:
    """Closes a coming day. Returns how many open duties moved later; none ever moves earlier (T5).

    `confirmed`: the digest of the preview that a person has agreed to, None where nobody was asked. Raises NotAllowed,
    Refused, and Conflict when other duties would move than those of the preview.
    """
    with transaction() as session:
        _check(session, actor, day, MarkKind.CLOSED, place, now=now)
        moved = _planned(session, day, place, now=now, rules=rules)
        if confirmed is not None and confirmed != calendar.digest(calendar.grouped(moved)):
            raise Conflict("Svarstiderna är inte desamma som när du tittade.")
        _mark(session, actor, day, MarkKind.CLOSED, place, now=now)
        _move(session, moved, actor=actor, now=now)
        return len(moved)


def preview(actor: Actor, day: date, kind: MarkKind, place: Place, *, now: datetime, rules: Rules) -> list[Move]:
    """What marking the day would move: nothing for a half day. Writes nothing. Raises as the marking itself does."""
    with fresh_reading() as reader:
        _check(reader, actor, day, kind, place, now=now)
        if kind is MarkKind.HALF:
            return []
        return calendar.grouped(_planned(reader, day, place, now=now, rules=rules))


def halve_day(actor: Actor, day: date, place: Place, *, now: datetime) -> None:
    """Half days bear on duties that arise afterwards; those that exist keep their time (T5). Raises as close_day."""
    with transaction() as session:
        _check(session, actor, day, MarkKind.HALF, place, now=now)
        _mark(session, actor, day, MarkKind.HALF, place, now=now)


def open_again(actor: Actor, mark_id: int, *, now: datetime) -> None:
    """Takes a mark back before its day. Duties that it moved keep their later time: none ever moves earlier (T5).

    Raises NotAllowed, NotFound, Refused, and Conflict when somebody was first.
    """
    actor.require(Act.EDIT_CALENDAR)
    with transaction() as session:
        mark = session.get(CalendarMark, mark_id)
        if mark is None:
            raise NotFound("mark")
        if mark.day <= local_day(now):
            raise Refused({"day": "Bara kommande dagar kan ändras. Dagen har redan börjat."})
        living = update(CalendarMark).where(CalendarMark.id == mark_id, CalendarMark.ended_at.is_(None))
        if session.execute(living.values(ended_by=actor.name, ended_at=now)).rowcount == 0:
            session.refresh(mark)
            raise Conflict(f"{mark.ended_by} har redan öppnat dagen igen.")


def _check(
    reader: Connection | Session, actor: Actor, day: date, kind: MarkKind, place: Place, *, now: datetime
) -> None:
    """Raises NotAllowed, Refused. Of two at once the second sees the first one's mark."""
    actor.require(Act.EDIT_CALENDAR)
    if isinstance(reader, Session) and reader.get_bind().dialect.name == "postgresql":
        reader.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    _check_place(reader, place)
    known = calendar_at(reader, place, Rules())  # only its marks are asked for, and they know no rule
    problem = calendar.mark_problem(day, kind, today=local_day(now), calendar=known)
    if problem:
        raise Refused({"day": problem})


def _check_place(reader: Connection | Session, place: Place) -> None:
    table, row_id, what = Unit, place.unit_id, "enhet"
    if place.organization_id is not None:
        table, row_id, what = Organization, place.organization_id, "huvudman"
    if row_id is None:
        return
    row = reader.execute(select(table.name, table.closed_at).where(table.id == row_id)).first()
    if row is None:
        raise Refused({"place": f"Det finns ingen {what} med nummer {row_id}."})
    if row.closed_at is not None:
        raise Refused({"place": f"{row.name} är avslutad och har inga fler dagar att ändra."})


def _mark(session: Session, actor: Actor, day: date, kind: MarkKind, place: Place, *, now: datetime) -> None:
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


def _planned(reader: Connection | Session, day: date, place: Place, *, now: datetime, rules: Rules) -> list[Moved]:
    """The open duties that closing `day` moves, in the order of their threads. Overdue ones stay overdue (T5).

    Raises Refused when no working day would be left to count to.
    """
    units = dict(tuple(row) for row in reader.execute(_units_at(place)))
    after = {
        unit_id: replace(known, closed=known.closed | {day})
        for unit_id, known in calendars(reader, rules, units).items()
    }
    if not all(calendar.leaves_a_working_day(day, known) for known in set(after.values())):
        raise Refused({"day": "Så många dagar i rad kan inte vara stängda. Öppna någon av de andra först."})
    moved = []
    for duty in reader.execute(_open_duties(place, now)):
        to = deadlines.moved_due(
            duty.due_at, received=duty.received_at, calendar=after[duty.unit_id], days=duty.answer_days
        )
        if to > duty.due_at:
            moved.append(Moved(duty.id, duty.thread_id, duty.unit_id, units[duty.unit_id], duty.due_at, to))
    return moved


def _units_at(place: Place) -> Select:
    units = select(Unit.id, Unit.name)
    if place.unit_id is not None:
        return units.where(Unit.id == place.unit_id)
    return units.where(Unit.organization_id == place.organization_id) if place.organization_id is not None else units


def _open_duties(place: Place, now: datetime) -> Select:
    columns = (
        Obligation.id, Obligation.thread_id, Obligation.unit_id, Obligation.received_at, Obligation.answer_days,
        Obligation.due_at,
    )  # fmt: skip
    within = _units_at(place).with_only_columns(Unit.id)
    return (
        select(*columns)
        .where(Obligation.ended_at.is_(None), Obligation.due_at > now, Obligation.unit_id.in_(within))
        .order_by(Obligation.thread_id, Obligation.id)
    )


def _move(session: Session, moved: list[Moved], *, actor: Actor, now: datetime) -> None:
    """And says so in each thread. The inboxes come last and once, as in every verb, so that none waits for another."""
    touched: set[int] = set()
    for duty in moved:
        session.execute(update(Obligation).where(Obligation.id == duty.duty_id).values(due_at=duty.to))
        thread = session.get_one(Thread, duty.thread_id)
        thread.revision += 1
        session.add(
            ThreadEvent(
                thread_id=thread.id,
                at=now,
                kind=EventKind.DUE_MOVED,
                unit_name=duty.unit,
                user_name=actor.name,
                due_at=duty.to,
            )
        )
        touched |= {thread.sender_unit_id, thread.recipient_unit_id}
        session.flush()
    inbox.touch(session, *touched)
