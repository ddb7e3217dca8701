"""What a review can be drawn from: the acts that were made from an organization's units, by everybody but oneself.

Read before the verb's transaction, so that nobody waits for it: rows of the log never change.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, time
from typing import NamedTuple

from sqlalchemy import Connection, Row, Select, select

from lcweb.domain.log_reviews import HANDLING, SAMPLE, Drawn, LoggedAct, Plan, joined, pointing
from lcweb.domain.rules import RulesOfDays
from lcweb.domain.workdays import ONE_DAY, local_day, moment_at
from lcweb.follow_up_facts import unit_times
from lcweb.models import AccessLogRow, Thread, Unit, User


class Candidates(NamedTuple):
    """`rows`: how many there are in the period; `found`: those that may be drawn."""

    rows: int
    found: list[Drawn]


def candidates(
    reader: Connection, plan: Plan, unit_ids: Collection[int], *, except_user: int, rules: RulesOfDays
) -> Candidates:
    """An act is judged by the office hours of its own day, whatever they are now."""
    period = select(AccessLogRow).where(
        AccessLogRow.unit_id.in_(unit_ids),
        AccessLogRow.user_id != except_user,
        AccessLogRow.at >= moment_at(plan.from_day, time.min),
        AccessLogRow.at < moment_at(plan.to_day + ONE_DAY, time.min),
    )
    if not plan.rules:
        ids = reader.scalars(period.with_only_columns(AccessLogRow.id).order_by(AccessLogRow.id)).all()
        return Candidates(len(ids), [Drawn(row_id, SAMPLE) for row_id in ids])
    acts = _acts(reader, period, unit_ids, plan.to_day, rules)
    pointed = ((act, pointing(act, plan.rules)) for act in acts)
    return Candidates(len(acts), [Drawn(act.row_id, joined(why)) for act, why in pointed if why])


def _acts(
    reader: Connection, period: Select, unit_ids: Collection[int], last: date, rules: RulesOfDays
) -> list[LoggedAct]:
    log = AccessLogRow
    rows = reader.execute(
        period.with_only_columns(
            log.id, log.at, log.action, log.unit_id, log.thread_id, log.patient_number, User.name.label("person")
        ).join(User, User.id == log.user_id)
    ).all()
    times = {unit.unit_id: unit for unit in unit_times(reader, rules, last, unit_ids)}
    patients = _Patients(reader, period)
    heirs = _heirs(reader)
    handled = _handled(reader, period, heirs)
    return [
        LoggedAct(
            row.id, row.at, row.action, row.person, times[row.unit_id].calendar_on(local_day(row.at)),
            *patients.of(row),
            is_handled=row.thread_id is None or heirs.get(row.unit_id, row.unit_id) in handled[row.thread_id],
        )
        for row in rows
    ]  # fmt: skip


class _Patient(NamedTuple):
    names: frozenset[str] = frozenset()
    is_protected: bool = False


class _Patients:
    """The patients of the period's threads; and of its rows without a thread, as any thread of that number has them."""

    def __init__(self, reader: Connection, period: Select) -> None:
        log = AccessLogRow
        columns = select(Thread.id, Thread.patient_number, Thread.patient_name, Thread.protected)
        threads = period.with_only_columns(log.thread_id).where(log.thread_id.is_not(None))
        numbers = period.with_only_columns(log.patient_number).where(log.thread_id.is_(None), log.patient_number != "")
        self._threads = {
            row.id: _Patient(frozenset({row.patient_name}), row.protected)
            for row in reader.execute(columns.where(Thread.id.in_(threads)))
        }
        self._numbers: defaultdict[str, _Patient] = defaultdict(_Patient)
        for row in reader.execute(columns.where(Thread.patient_number.in_(numbers))):
            known = self._numbers[row.patient_number]
            self._numbers[row.patient_number] = _Patient(
                known.names | {row.patient_name}, known.is_protected or row.protected
            )

    def of(self, row: Row) -> _Patient:
        if row.thread_id is not None:
            return self._threads[row.thread_id]
        return self._numbers.get(row.patient_number, _Patient())


def _heirs(reader: Connection) -> dict[int, int]:
    """Each closed unit that another took over from → the last of those that did: its threads are theirs."""
    taken = dict(
        tuple(row) for row in reader.execute(select(Unit.id, Unit.successor_id).where(Unit.successor_id.is_not(None)))
    )
    return {unit_id: _last(taken, unit_id) for unit_id in taken}


def _last(taken: dict[int, int], unit_id: int) -> int:
    while unit_id in taken:
        unit_id = taken[unit_id]
    return unit_id


def _handled(reader: Connection, period: Select, heirs: dict[int, int]) -> defaultdict[int, set[int]]:
    """Each of the period's threads → the units that have had it in hand, at any time; of a closed one its heir."""
    log = AccessLogRow
    threads = period.with_only_columns(log.thread_id).where(log.thread_id.is_not(None))
    rows = select(log.thread_id, log.unit_id).where(log.thread_id.in_(threads), log.action.in_(HANDLING)).distinct()
    found: defaultdict[int, set[int]] = defaultdict(set)
    for thread_id, unit_id in reader.execute(rows):
        found[thread_id].add(heirs.get(unit_id, unit_id))
    return found
