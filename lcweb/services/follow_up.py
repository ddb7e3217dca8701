"""Keeps each unit's months counted, so that a year of everybody opens at once. The facts stay where they are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import Connection, Row, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from lcweb.db import insert_into, transaction
from lcweb.domain import follow_up
from lcweb.domain.access_log import LogAction
from lcweb.domain.changes import Noun
from lcweb.domain.follow_up import Days, Month
from lcweb.domain.periods import Span, month_of
from lcweb.domain.rules import RulesOfDays
from lcweb.domain.settings import READERS
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.facts import calendars
from lcweb.follow_up_facts import UnitTime, facts_of, first_day, unit_times
from lcweb.models import (
    AccessLogRow,
    Change,
    FollowUpMonth,
    FollowUpState,
    Obligation,
    ReadingRow,
    SettingChange,
    Thread,
    ThreadParty,
    Unit,
)
from lcweb.services.reminders import fresh_reading

#: PostgreSQL's lock under which one unit's months are counted, with the unit's number; SQLite has one writer anyway.
_LOCK = 7_203_116
_STATE = 1

#: What was committed while the last round looked is looked for again: only the access log is numbered in order.
OVERLAP = timedelta(minutes=10)
#: What leaves a row and moves nothing that is counted.
LOOKING = (
    LogAction.SHOWN_BY_POLL, LogAction.PRINT, LogAction.EXPORT, LogAction.SEARCH, LogAction.DRAFT,
    LogAction.DRAFT_SHOWN,
)  # fmt: skip

#: From which month on each unit is to be counted again.
Stale = dict[int, date]


class Rebuilt(NamedTuple):
    units: int
    months: int


@dataclass(frozen=True)
class _Seen:
    """The newest row of each kind whose doings will have been counted."""

    log_row_id: int
    reading_id: int
    change_id: int


def tick(*, now: datetime, rules: RulesOfDays) -> int:
    """Counts again what has changed since the last time; how many months that were.

    Everything is looked up anew from the facts, so that a round that was cut short, or ran twice, does no harm.
    """
    with fresh_reading() as reader:
        state = reader.execute(select(FollowUpState.__table__)).first()
        seen = _newest(reader)
    if state is None:
        return rebuild(now=now, rules=rules).months
    with fresh_reading() as reader:
        stale = _stale(reader, state, seen, now=now, rules=rules)
        units = unit_times(reader, rules, local_day(now), stale)
    written = sum(_keep(unit, stale[unit.unit_id], now=now, rules=rules) for unit in units)
    _note(seen, now=now, changed=written > 0 or seen.change_id != state.change_id)
    return written


def rebuild(
    *, now: datetime, rules: RulesOfDays, progress: Callable[[int, int], None] = lambda done, of: None
) -> Rebuilt:
    """Counts everything from the first fact on. `progress(done, of)` is told after each unit."""
    with fresh_reading() as reader:
        seen = _newest(reader)
        kept = reader.scalar(select(func.min(FollowUpMonth.month)))  # one too many is to go, too
        first = min((day for day in (first_day(reader), kept) if day), default=None)
        units = unit_times(reader, rules, local_day(now)) if first else []
    written = 0
    for done, unit in enumerate(units, start=1):
        written += _keep(unit, month_of(first or local_day(now)), now=now, rules=rules)
        progress(done, len(units))
    _note(seen, now=now, changed=True)
    return Rebuilt(len(units), written)


def _newest(reader: Connection) -> _Seen:
    newest = [reader.scalar(select(func.max(table.id))) or 0 for table in (AccessLogRow, ReadingRow, Change)]
    return _Seen(*newest)


def _note(seen: _Seen, *, now: datetime, changed: bool) -> None:
    with transaction() as session:
        row = session.get(FollowUpState, _STATE)
        if row is None:
            row = FollowUpState(id=_STATE)
            session.add(row)
        row.log_row_id, row.reading_id, row.change_id = seen.log_row_id, seen.reading_id, seen.change_id
        row.counted_to = now
        if changed or row.stamp is None:
            row.stamp = uuid4().hex


def _keep(unit: UnitTime, first: date, *, now: datetime, rules: RulesOfDays) -> int:
    """The unit's months from `first` on, as the facts have them at this moment; how many are not as they were.

    Of two who count the same unit, the later one reads what the earlier one read, and more.
    """
    span = Span(first, max(first, local_day(now)))
    with transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(_LOCK, unit.unit_id)))
        facts = facts_of(session, unit, span, now=now, rules=rules)
        found = follow_up.by_month(follow_up.count(facts, unit.calendar_on, now=now), span)
        kept = _kept(session, unit.unit_id, first)
        return sum(_write(session, unit.unit_id, month, found.get(month), kept.get(month), now=now)
                   for month in sorted(found.keys() | kept.keys()))  # fmt: skip


def _kept(session: Session, unit_id: int, first: date) -> dict[date, Month]:
    columns = [getattr(FollowUpMonth, name) for name in Month._fields]
    rows = select(FollowUpMonth.month, *columns).where(FollowUpMonth.unit_id == unit_id, FollowUpMonth.month >= first)
    return {month: Month(*kept) for month, *kept in session.execute(rows)}


def _write(
    session: Session, unit_id: int, month: date, days: Days | None, kept: Month | None, *, now: datetime
) -> bool:
    """True when something was written. A month without facts has no row."""
    found = follow_up.kept_month(days) if days else None
    if found == kept:
        return False
    if found is None:
        session.execute(delete(FollowUpMonth).where(FollowUpMonth.unit_id == unit_id, FollowUpMonth.month == month))
        return True
    values = found._asdict() | {"counted_at": now}
    fresh = insert_into(session, FollowUpMonth).values(unit_id=unit_id, month=month, **values)
    session.execute(fresh.on_conflict_do_update(index_elements=["unit_id", "month"], set_=values))
    return True


# What has changed -----------------------------------------------------------------------------------------------------


def _stale(reader: Connection, state: Row, seen: _Seen, *, now: datetime, rules: RulesOfDays) -> Stale:
    stale: Stale = {}
    for unit_id, day in _signs(reader, state, seen, now=now, rules=rules):
        month = month_of(day)
        stale[unit_id] = min(stale.get(unit_id, month), month)
    return stale


def _signs(
    reader: Connection, state: Row, seen: _Seen, *, now: datetime, rules: RulesOfDays
) -> Iterator[tuple[int, date]]:
    """A unit, and the earliest day of which something may have become different.

    Days are closed or halved before they come, so that a mark changes nothing that is counted.
    """
    since = state.counted_to
    yield from _touched(reader, _acted_on(state, seen))
    yield from _touched(reader, _fell_due(since, now))
    yield from _read(reader, state, since)
    yield from _days_over(reader, since, now=now, rules=rules)
    yield from _units_changed(reader, state, since, today=local_day(now), rules=rules)
    yield from _rules_changed(reader, since, now)


def _acted_on(state: Row, seen: _Seen) -> Select[tuple[int | None]]:
    """Every verb on a thread leaves its row in the access log (L1), whose numbers are given in the order of commits."""
    rows = AccessLogRow.id.between(state.log_row_id + 1, seen.log_row_id)
    return select(AccessLogRow.thread_id).where(rows, AccessLogRow.action.not_in(LOOKING))


def _fell_due(since: datetime, now: datetime) -> Select[tuple[int]]:
    return select(Obligation.thread_id).where(Obligation.due_at > since, Obligation.due_at <= now)


def _touched(reader: Connection, thread_ids: Select) -> Iterator[tuple[int, date]]:
    """Each unit that has or had to do with one of these threads, from the first of their days on."""
    those = Thread.id.in_(thread_ids)
    sides = (
        select(ThreadParty.unit_id, func.min(Thread.created_at)).join(Thread, Thread.id == ThreadParty.thread_id),
        select(Obligation.unit_id, func.min(Thread.created_at)).join(Thread, Thread.id == Obligation.thread_id),
    )
    for query in sides:
        for unit_id, began in reader.execute(query.where(those).group_by(query.selected_columns[0])):
            yield unit_id, local_day(began)


def _read(reader: Connection, state: Row, since: datetime) -> Iterator[tuple[int, date]]:
    rows = select(ReadingRow.unit_id, func.min(ReadingRow.read_at)).where(
        or_(ReadingRow.id > state.reading_id, ReadingRow.read_at > since - OVERLAP)
    )
    for unit_id, at in reader.execute(rows.group_by(ReadingRow.unit_id)):
        yield unit_id, local_day(at)


def _days_over(reader: Connection, since: datetime, *, now: datetime, rules: RulesOfDays) -> Iterator[tuple[int, date]]:
    """Working days that have ended since."""
    for unit_id, calendar in calendars(reader, rules.on(local_day(now))).items():
        day = local_day(since)
        while day <= local_day(now):
            if calendar.is_working_day(day) and since < calendar.closes_at(day) <= now:
                yield unit_id, day
                break
            day += ONE_DAY


def _units_changed(
    reader: Connection, state: Row, since: datetime, *, today: date, rules: RulesOfDays
) -> Iterator[tuple[int, date]]:
    """Other hours, closed or merged: the unit and all that have become one with it are counted from the beginning."""
    changed = select(Change.row_id).where(
        Change.noun == Noun.UNIT, or_(Change.id > state.change_id, Change.made_at > since - OVERLAP)
    )
    unit_ids = set(reader.execute(changed).scalars())
    if not unit_ids:
        return
    began = first_day(reader) or today
    for unit in unit_times(reader, rules, today, unit_ids):
        for unit_id in unit.family:
            yield unit_id, began


def _rules_changed(reader: Connection, since: datetime, now: datetime) -> Iterator[tuple[int, date]]:
    """A rule that holds from today is no rule of the days before; one taken back may have held for some."""
    changed = select(func.min(SettingChange.applies_from)).where(
        SettingChange.name.in_(READERS), SettingChange.applies_from <= local_day(now),
        or_(SettingChange.made_at > since - OVERLAP, SettingChange.ended_at > since - OVERLAP),
    )  # fmt: skip
    day = reader.scalar(changed)
    if day is not None:
        for unit_id in reader.execute(select(Unit.id)).scalars():
            yield unit_id, day
