"""Queues the mails that are owed (A3, B4, L3, reports): one row per kind, unit or organization, day and slot (M2)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, and_, false, func, not_, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from lcweb.db import insert_into, reading, release_reading, transaction
from lcweb.domain import log_review_reminders, reminders
from lcweb.domain.deadlines import is_overdue
from lcweb.domain.escalation import Late, Step
from lcweb.domain.outbox import WAITING, MailStatus
from lcweb.domain.readings import Reading
from lcweb.domain.reminders import Kind, Reminder, UnitFacts
from lcweb.domain.rules import RulesOfDays
from lcweb.domain.threads import DutyKind
from lcweb.domain.workdays import ONE_DAY, Calendar, local_day, moment_at
from lcweb.facts import calendars
from lcweb.models import Escalation, Obligation, OutboxMail, ReadingRow, Unit
from lcweb.services import escalation, report_wishes
from lcweb.services import log_review_reminders as log_reviews

Receiver = InstrumentedAttribute[int | None]

#: As `Reminder.key`.
Key = tuple[str, int, int, date, str]
_KEY = (
    OutboxMail.kind, func.coalesce(OutboxMail.unit_id, 0), func.coalesce(OutboxMail.organization_id, 0), OutboxMail.day,
    OutboxMail.slot,
)  # fmt: skip

#: Two machines' clocks may differ by so much.
AHEAD = timedelta(minutes=1)

#: What a mail is about.
RECEIVERS = (OutboxMail.unit_id, OutboxMail.organization_id)


def tick(*, now: datetime, rules: RulesOfDays) -> list[Reminder]:
    """Returns what was newly queued. May be asked at any time, as often as one likes, and by several at once (M2)."""
    owed = preview(now=now, rules=rules)
    return _queue(owed, now) if owed else []


def preview(*, now: datetime, rules: RulesOfDays) -> list[Reminder]:
    """What `tick` would queue. Writes nothing."""
    with fresh_reading() as reader:
        facts = facts_of(reader, now=now, rules=rules).values()
        todays = rules.on(local_day(now))
        owed = [reminder for about in facts for reminder in reminders.due(about, now=now, rules=todays)]
        reviewed = log_reviews.facts_of(reader, now=now, rules=todays).values()
        owed += [reminder for about in reviewed for reminder in log_review_reminders.due(about, now=now, rules=todays)]
        owed += report_wishes.owed(reader, now=now, rules=rules)
        known = _known_keys(reader, owed, now)
    return [reminder for reminder in owed if reminder.key not in known]


@contextmanager
def fresh_reading() -> Iterator[Connection]:
    """What stands in the database at this moment, and no snapshot held on to: a round of the worker may last."""
    release_reading()
    try:
        yield reading()
    finally:
        release_reading()


def facts_of(
    reader: Connection | Session, *, now: datetime, rules: RulesOfDays, unit_ids: Sequence[int] | None = None
) -> dict[int, UnitFacts]:
    """What `domain.reminders` decides by, for these units or for all; the same few statements however many."""
    today = local_day(now)
    by_unit = calendars(reader, rules.on(today), unit_ids)
    started = select(Unit.id, Unit.organization_id, Unit.created_at).where(Unit.id.in_(by_unit)).order_by(Unit.id)
    read = _readings(reader, by_unit, today=today)
    dues = _open_dues(reader, by_unit, before=moment_at(today + ONE_DAY, time.min))
    overdue = [unit_id for unit_id in dues if _has_overdue(dues[unit_id], now)]
    told, late = _managers_told(reader, overdue), _late(reader, overdue, now=now)
    return {
        row.id: UnitFacts(
            unit_id=row.id,
            calendar=by_unit[row.id],
            readings=tuple(read[row.id]),
            open_dues=tuple(dues[row.id]),
            late=tuple(late[row.id]),
            organization_id=row.organization_id,
            manager_told_at=told.get(row.id),
            started_at=row.created_at,
            rules_before=rules.on(by_unit[row.id].previous_working_day(today)),
        )
        for row in reader.execute(started).all()
    }


def _readings(
    reader: Connection | Session, by_unit: Mapping[int, Calendar], *, today: date
) -> defaultdict[int, list[Reading]]:
    """Of each unit from its own previous working day on: one that has been closed for weeks costs only its own rows."""
    since: defaultdict[date, list[int]] = defaultdict(list)
    for unit_id, calendar in by_unit.items():
        since[calendar.previous_working_day(today)].append(unit_id)
    wanted = (
        and_(ReadingRow.unit_id.in_(unit_ids), ReadingRow.read_at >= moment_at(day, time.min))
        for day, unit_ids in since.items()
    )
    found: defaultdict[int, list[Reading]] = defaultdict(list)
    for unit_id, read_at in reader.execute(select(ReadingRow.unit_id, ReadingRow.read_at).where(or_(false(), *wanted))):
        found[unit_id].append(Reading(at=read_at, by=""))
    return found


def _open_dues(
    reader: Connection | Session, unit_ids: Iterable[int], *, before: datetime
) -> defaultdict[int, list[datetime]]:
    """Of the many open duties the few that a mail may be about today."""
    wanted = select(Obligation.unit_id, Obligation.due_at).where(
        Obligation.ended_at.is_(None), Obligation.unit_id.in_(unit_ids), Obligation.due_at < before
    )
    found: defaultdict[int, list[datetime]] = defaultdict(list)
    for unit_id, due_at in reader.execute(wanted):
        found[unit_id].append(due_at)
    return found


def _has_overdue(dues: Iterable[datetime], now: datetime) -> bool:
    return any(is_overdue(due, now=now) for due in dues)


def _late(reader: Connection | Session, unit_ids: Sequence[int], *, now: datetime) -> defaultdict[int, list[Late]]:
    found: defaultdict[int, list[Late]] = defaultdict(list)
    if not unit_ids:
        return found
    wanted = (
        select(Obligation.unit_id, Obligation.id, Obligation.thread_id, Obligation.due_at, Escalation.step)
        .outerjoin(Escalation, Escalation.obligation_id == Obligation.id)
        .where(Obligation.ended_at.is_(None), Obligation.unit_id.in_(unit_ids), Obligation.due_at <= now)
        .where(Obligation.kind == DutyKind.REPLY)
    )
    steps: defaultdict[tuple[int, int, int, datetime], set[Step]] = defaultdict(set)
    for *duty, step in reader.execute(wanted):
        steps[tuple(duty)] |= {Step(step)} if step else set()
    for (unit_id, *duty), taken in steps.items():
        found[unit_id].append(Late(*duty, frozenset(taken)))
    return found


def _managers_told(reader: Connection | Session, unit_ids: Iterable[int]) -> dict[int, datetime]:
    """A row counts whatever became of it: what failed is shown to administrators, and is not told again each minute."""
    told = (
        select(OutboxMail.unit_id, func.max(OutboxMail.created_at))
        .where(OutboxMail.kind == Kind.OVERDUE_MANAGER, OutboxMail.unit_id.in_(unit_ids))
        .group_by(OutboxMail.unit_id)
    )
    return dict(tuple(row) for row in reader.execute(told))


def _known_keys(reader: Connection, owed: Sequence[Reminder], now: datetime) -> set[Key]:
    """More than those of `owed`, but found by the unique indexes."""
    return {key for column in RECEIVERS for key in _keys_near(reader, _about(column, owed), column, now)}


def _keys_near(reader: Connection, owed: Sequence[Reminder], column: Receiver, now: datetime) -> Iterator[Key]:
    if owed:
        found = select(*_KEY).where(*_near(owed, column), not_(_lies_ahead(now)))
        yield from (tuple(row) for row in reader.execute(found))


def _near(owed: Sequence[Reminder], column: Receiver) -> tuple[ColumnElement[bool], ...]:
    kinds, receivers, days = zip(*((one.kind, one.receiver_id, one.day) for one in owed), strict=True)
    return OutboxMail.kind.in_({*kinds}), column.in_({*receivers}), OutboxMail.day.in_({*days})


def _lies_ahead(now: datetime) -> ColumnElement[bool]:
    """Queued, or given up as no longer owed, at a moment still to come: by a clock that has been set back since.

    What is owed now takes its row over: else it would wait for that moment, or never be sent. What was sent was sent.
    """
    ahead, waits = now + AHEAD, or_(*(OutboxMail.status == status for status in WAITING))
    given_up = OutboxMail.status == MailStatus.SUPERSEDED
    return or_(
        and_(waits, OutboxMail.created_at > ahead), and_(given_up, func.coalesce(OutboxMail.ended_at, now) > ahead)
    )


def _queue(owed: Sequence[Reminder], now: datetime) -> list[Reminder]:
    # In one order everywhere, so that two workers' rows never wait for each other.
    ordered = sorted(owed, key=lambda reminder: reminder.key)
    with transaction() as session:
        queued = _taken_over(session, ordered, now)
        for column in RECEIVERS:
            rows = [_row(reminder, now) for reminder in _about(column, ordered)]
            unique = OutboxMail.kind, column, OutboxMail.day, OutboxMail.slot
            statement = insert_into(session, OutboxMail).on_conflict_do_nothing(index_elements=unique).returning(*_KEY)
            queued |= {tuple(made) for made in session.execute(statement, rows)} if rows else set()
        made = [reminder for reminder in ordered if reminder.key in queued]
        escalation.take_steps(session, made, now=now)
    return [reminder for reminder in owed if reminder.key in queued]


def _taken_over(session: Session, owed: Sequence[Reminder], now: datetime) -> set[Key]:
    """The keys of those whose rows lie ahead, and begin anew with this moment. They keep their Message-IDs (M5)."""
    keys, found = {reminder.key for reminder in owed}, {}
    for column in RECEIVERS:
        if about := _about(column, owed):
            ahead = select(OutboxMail.id, *_KEY).where(*_near(about, column), _lies_ahead(now))
            found |= {row[0]: tuple(row[1:]) for row in session.execute(ahead) if tuple(row[1:]) in keys}
    if found:
        anew = {"status": MailStatus.QUEUED, "attempts": 0, "created_at": now, "next_try_at": now}
        rows = update(OutboxMail).where(OutboxMail.id.in_([*found])).values(**anew, ended_at=None, error=None)
        session.execute(rows.execution_options(synchronize_session=False))
    return {*found.values()}


def _about(column: Receiver, owed: Sequence[Reminder]) -> list[Reminder]:
    """Those of `owed` that have such a receiver."""
    return [reminder for reminder in owed if getattr(reminder, column.key) is not None]


def _row(reminder: Reminder, now: datetime) -> dict[str, object]:
    return {
        "kind": reminder.kind,
        "unit_id": reminder.unit_id,
        "organization_id": reminder.organization_id,
        "day": reminder.day,
        "slot": reminder.slot,
        "status": MailStatus.QUEUED,
        "message_id": uuid4().hex,
        "attempts": 0,
        "created_at": now,
        "next_try_at": now,
    }
