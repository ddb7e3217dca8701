"""Follow-up's facts as the tables hold them: what both the counting and the direct computation begin with."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from lcweb.domain import readings
from lcweb.domain.changes import Noun
from lcweb.domain.follow_up import CalendarOn, Closed, Duty, Facts, Received, Returned, Sent, WorkingDay
from lcweb.domain.periods import Span
from lcweb.domain.readings import Reading
from lcweb.domain.rules import RulesOfDays
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind, ReturnReason
from lcweb.domain.workdays import ONE_DAY, Calendar, OfficeHours, local_day, moment_at
from lcweb.facts import calendars
from lcweb.models import Change, Message, Obligation, Opening, ReadingRow, Thread, ThreadEvent, ThreadParty, Unit

Reader = Connection | Session


class UnitTime(NamedTuple):
    """One unit's time: its calendar on any day, and between which moments it existed. `family`: it, and all units
    that have become one with it.
    """

    unit_id: int
    calendar_on: CalendarOn
    created_at: datetime
    closed_at: datetime | None
    family: frozenset[int]


def unit_times(
    reader: Reader, rules: RulesOfDays, today: date, unit_ids: Iterable[int] | None = None
) -> list[UnitTime]:
    """Of these units or of all, closed ones too, in the order of their numbers. Three statements."""
    columns = select(Unit.id, Unit.created_at, Unit.closed_at, Unit.successor_id).order_by(Unit.id)
    every = reader.execute(columns).all()
    families = _families({row.id: row.successor_id for row in every})
    wanted = {row.id for row in every} if unit_ids is None else set(unit_ids)
    known, hours = calendars(reader, rules.on(today), wanted), _earlier_hours(reader)
    return [
        UnitTime(row.id, _calendar_on(known[row.id], hours[row.id], rules), row.created_at, row.closed_at,
                 families[row.id])
        for row in every
        if row.id in wanted
    ]  # fmt: skip


def _families(successors: dict[int, int | None]) -> dict[int, frozenset[int]]:
    """By unit: all that have the same last successor."""

    def last(unit_id: int) -> int:
        follower = successors[unit_id]
        return unit_id if follower is None else last(follower)

    heirs: defaultdict[int, set[int]] = defaultdict(set)
    for unit_id in successors:
        heirs[last(unit_id)].add(unit_id)
    return {unit_id: frozenset(heirs[last(unit_id)]) for unit_id in successors}


def _earlier_hours(reader: Reader) -> defaultdict[int, list[tuple[datetime, dict[str, str]]]]:
    """By unit, newest first: when its office hours were changed, and what they were until then."""
    found: defaultdict[int, list[tuple[datetime, dict[str, str]]]] = defaultdict(list)
    rows = (
        select(Change.row_id, Change.made_at, Change.before)
        .where(Change.noun == Noun.UNIT, or_(Change.before.contains('"opens"'), Change.before.contains('"closes"')))
        .order_by(Change.id.desc())
    )
    for unit_id, made_at, before in reader.execute(rows):
        was = {name: value for name, value in json.loads(before).items() if name in ("opens", "closes")}
        found[unit_id].append((made_at, was))
    return found


def _calendar_on(known: Calendar, earlier: list[tuple[datetime, dict[str, str]]], rules: RulesOfDays) -> CalendarOn:
    """Days as they are marked now (T1, T2); the hours of the day's end, and the half day's closing time, as then."""

    @cache
    def calendar_on(day: date) -> Calendar:
        hours, over = known.hours, moment_at(day + ONE_DAY, time.min)
        for made_at, was in earlier:
            if made_at >= over:
                hours = _hours(hours, was)
        half_day_closes = rules.on(day).half_day_closes
        if hours == known.hours and half_day_closes == known.half_day_closes:
            return known
        return replace(known, hours=hours, half_day_closes=half_day_closes)

    return calendar_on


def _hours(hours: OfficeHours, was: dict[str, str]) -> OfficeHours:
    changed = {name: time.fromisoformat(value) for name, value in was.items()}
    return OfficeHours(**({"opens": hours.opens, "closes": hours.closes} | changed))


# One unit's facts -----------------------------------------------------------------------------------------------------


def facts_of(reader: Reader, unit: UnitTime, span: Span, *, now: datetime, rules: RulesOfDays) -> Facts:
    """All facts of which anything falls within the span. Seven statements, however much there is."""
    during = _during(span)
    return Facts(
        duties=_duties(reader, unit, during),
        sent=_sent(reader, unit, during),
        received=_received(reader, unit, during),
        returned=_returned(reader, unit, during),
        closed=_closed(reader, unit, during),
        days=list(_days(reader, unit, span, now=now, rules=rules)),
    )


During = Callable[[ColumnElement[datetime]], ColumnElement[bool]]


def _during(span: Span) -> During:
    first, over = moment_at(span.first, time.min), moment_at(span.last + ONE_DAY, time.min)
    return lambda column: and_(column >= first, column < over)


def _counts() -> tuple[ColumnElement[bool], ...]:
    """A voided thread was about another patient; a withdrawn one was never opened."""
    return Thread.voided_at.is_(None), Thread.withdrawn_at.is_(None)


def _duties(reader: Reader, unit: UnitTime, during: During) -> list[Duty]:
    rows = (
        select(Thread.case_type, Obligation.received_at, Obligation.due_at, Obligation.ended_at, Obligation.ended_by,
               Thread.sender_unit_id)
        .join(Thread, Thread.id == Obligation.thread_id)
        .join(Message, Message.id == Obligation.message_id)
        .where(Obligation.unit_id == unit.unit_id, Obligation.kind == DutyKind.REPLY, *_counts())
        .where(Message.voided_at.is_(None), Message.withdrawn_at.is_(None))
        .where(or_(during(Obligation.due_at), during(Obligation.ended_at)))
    )  # fmt: skip
    return [
        Duty(*fact, ended_by=_own_end(ended_by, is_sender=sender_id in unit.family))
        for *fact, ended_by, sender_id in reader.execute(rows)
    ]


def _own_end(ended_by: str | None, *, is_sender: bool) -> str | None:
    """A return also ends what the sender owed who returned: the sender has answered nothing by it."""
    return DutyEnd.CLOSED if is_sender and ended_by == DutyEnd.RETURNED else ended_by


def _sent(reader: Reader, unit: UnitTime, during: During) -> list[Sent]:
    wrong = select(ThreadEvent.id).where(
        ThreadEvent.thread_id == Thread.id, ThreadEvent.kind == EventKind.RETURNED,
        ThreadEvent.reason == ReturnReason.WRONG_RECIPIENT,
    )  # fmt: skip
    rows = select(Thread.case_type, Thread.created_at, wrong.exists(), Thread.recipient_entry_id).where(
        Thread.sender_unit_id == unit.unit_id, during(Thread.created_at), *_counts()
    )
    return [Sent(*row) for row in reader.execute(rows)]


def _received(reader: Reader, unit: UnitTime, during: During) -> list[Received]:
    """A thread comes to a unit with its first duty there, whatever that asks for (B1)."""
    earlier, opening, message = aliased(Obligation), aliased(Opening), aliased(Message)
    had_it = select(earlier.id).where(
        earlier.thread_id == Obligation.thread_id, earlier.unit_id.in_(unit.family), earlier.id < Obligation.id
    )
    opened = (
        select(func.min(opening.opened_at))
        .join(message, message.id == opening.message_id)
        .where(message.thread_id == Obligation.thread_id, opening.unit_id == unit.unit_id)
        .scalar_subquery()
    )
    wrong = _returns(unit).where(
        Thread.id == Obligation.thread_id, ThreadEvent.reason == ReturnReason.WRONG_RECIPIENT
    ).correlate(Obligation)  # fmt: skip
    rows = (
        select(Thread.case_type, Obligation.received_at, opened, wrong.exists())
        .join(Thread, Thread.id == Obligation.thread_id)
        .where(Obligation.unit_id == unit.unit_id, Thread.sender_unit_id.not_in(unit.family), ~had_it.exists())
        .where(or_(during(Obligation.received_at), during(opened)), *_counts())
    )
    return [Received(*row) for row in reader.execute(rows)]


def _returned(reader: Reader, unit: UnitTime, during: During) -> list[Returned]:
    return [Returned(*row) for row in reader.execute(_returns(unit).where(during(ThreadEvent.at), *_counts()))]


def _returns(unit: UnitTime) -> Select[tuple[str, datetime, str | None]]:
    """The unit's own: the sender owes it to deal with each, from the very moment of the return."""
    back = aliased(Obligation)
    return (
        select(Thread.case_type, ThreadEvent.at, ThreadEvent.reason)
        .select_from(back)
        .join(Thread, Thread.id == back.thread_id)
        .join(ThreadEvent, and_(ThreadEvent.thread_id == back.thread_id, ThreadEvent.at == back.received_at))
        .where(back.kind == DutyKind.RETURNED, back.owed_to_unit_id == unit.unit_id)
        .where(ThreadEvent.kind == EventKind.RETURNED)
    )


def _closed(reader: Reader, unit: UnitTime, during: During) -> list[Closed]:
    rows = (
        select(Thread.case_type, Thread.closed_at, ThreadParty.transferred_at.is_not(None))
        .join(Thread, Thread.id == ThreadParty.thread_id)
        .where(ThreadParty.unit_id == unit.unit_id, ThreadParty.left_at.is_(None), during(Thread.closed_at), *_counts())
    )
    return [Closed(*row) for row in reader.execute(rows)]


def _days(reader: Reader, unit: UnitTime, span: Span, *, now: datetime, rules: RulesOfDays) -> Iterator[WorkingDay]:
    """Working days that are over and had not opened before the unit was there (A3)."""
    done: defaultdict[date, list[Reading]] = defaultdict(list)
    rows = select(ReadingRow.read_at).where(ReadingRow.unit_id == unit.unit_id, _during(span)(ReadingRow.read_at))
    for (read_at,) in reader.execute(rows):
        done[local_day(read_at)].append(Reading(at=read_at, by=""))
    day = max(span.first, local_day(unit.created_at))
    while day <= min(span.last, local_day(now)):
        calendar = unit.calendar_on(day)
        asked = readings.required(day, calendar, rules.on(day))
        if asked and now >= calendar.closes_at(day) and _existed(unit, calendar.opens_at(day)):
            counted = readings.counted(done[day], day=day, calendar=calendar, rules=rules.on(day))
            yield WorkingDay(day, read=len(counted) >= asked)
        day += ONE_DAY


def _existed(unit: UnitTime, opened: datetime) -> bool:
    return unit.created_at <= opened and (unit.closed_at is None or opened < unit.closed_at)


def first_day(reader: Reader) -> date | None:
    """Before which nothing has happened. None: nothing has happened at all."""
    firsts = (reader.scalar(select(func.min(column))) for column in (Unit.created_at, Thread.created_at))
    return min((local_day(moment) for moment in firsts if moment is not None), default=None)
