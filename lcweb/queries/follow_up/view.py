"""One place's figures in one period, as they were last counted, with what is overdue at this moment."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Select, func, outerjoin, select, true

from lcweb.db import reading
from lcweb.domain.calendar import DayKind, kind_of
from lcweb.domain.figures import FEWEST, Figures, figures
from lcweb.domain.follow_up import Count, Tally
from lcweb.domain.periods import Span, trend_months
from lcweb.domain.phrases import alphabetical
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyKind
from lcweb.domain.workdays import local_day
from lcweb.facts import calendars
from lcweb.models import FollowUpState, Obligation, Thread, Unit
from lcweb.queries.follow_up.beside import Peers, RowShare, peers_of, rows_of
from lcweb.queries.follow_up.counted import Wanted, days_of, sum_of, sums
from lcweb.queries.follow_up.places import FamilyUnit, all_units, is_in

#: Views kept by one process, with and without what is overdue.
KEPT = 200


class UnitFigures(NamedTuple):
    unit_id: int
    unit: str
    figures: Figures


class Merged(NamedTuple):
    """Units that have too few threads to be shown apart, together. At least two: one alone could be worked out."""

    units: int
    figures: Figures


class MonthFigures(NamedTuple):
    month: date
    figures: Figures


class DayMark(NamedTuple):
    """`read`: with as many readings as the day asked for (A2). None: the day asks for none, or is not over."""

    day: date
    kind: DayKind
    read: bool | None


class View(NamedTuple):
    """`units` by name; empty for one unit. `peers` and `days` only for one unit; `rows` only for more than one.

    `counted_to` None: nothing has been counted yet. Views of the same `edition` are the same, whatever `counted_to` is.
    """

    total: Figures
    units: list[UnitFigures]
    merged: Merged | None
    trend: list[MonthFigures]
    peers: Peers | None
    days: list[DayMark]
    rows: list[RowShare]
    counted_to: datetime | None
    edition: Hashable = None


def view(wanted: Wanted, *, now: datetime) -> View:
    """As it was last counted, with what is overdue at this moment."""
    state, late = _state_and_overdue(wanted, now=now)
    today = local_day(now)
    if state is None:
        return _with_overdue(_counted(wanted, today), late)
    edition = (wanted, state.stamp, today, tuple(sorted(late.items())))
    kept: _Kept = _once((wanted, state.stamp, today), lambda: _counted(wanted, today))
    shown: View = _once(edition, lambda: _with_overdue(kept, late))
    return shown._replace(counted_to=state.counted_to, edition=edition)


class _Kept(NamedTuple):
    view: View
    ids: dict[int, tuple[int, ...]]


def _once(key: tuple[Any, ...], find: Callable[[], Any]) -> Any:
    """The second of a key is the stamp of the counting: all is thrown away when anything is counted anew."""
    kept: dict[tuple[Any, ...], Any] = current_app.extensions.setdefault("lcweb_follow_up", {})
    found = kept.get(key)
    if found is None:
        if len(kept) >= KEPT or any(known[1] != key[1] for known in list(kept)[:1]):
            kept.clear()
        found = kept[key] = find()
    return found


def _with_overdue(kept: _Kept, late: Mapping[int, int]) -> View:
    units = [unit._replace(figures=unit.figures._replace(overdue=_of(late, kept.ids[unit.unit_id])))
             for unit in kept.view.units]  # fmt: skip
    total = kept.view.total._replace(overdue=sum(late.values()))
    merged = kept.view.merged
    if merged:
        apart = sum(unit.figures.overdue for unit in units)
        merged = merged._replace(figures=merged.figures._replace(overdue=total.overdue - apart))
    return kept.view._replace(total=total, units=units, merged=merged)


def _counted(wanted: Wanted, today: date) -> _Kept:
    """The trend ends with the period, or with this month if the period goes on: of what is to come nothing is known."""
    every = all_units()
    units = [unit for unit in every if is_in(unit, wanted.where)]
    is_one = wanted.where.unit_id is not None
    kinds = {unit.kind for unit in units}
    peers = [unit for unit in every if unit.kind in kinds] if is_one else []
    trend = trend_months(min(wanted.span.last, today))
    unit_ids = {unit_id for unit in units for unit_id in unit.ids}
    counted = sums(unit_ids, wanted.span, wanted.case_type, months=trend)
    tallies = {unit.id: counted.of(unit.ids) for unit in units}
    apart, merged = ([], None) if is_one else _apart(units, tallies)
    return _Kept(
        View(
            total=figures(sum_of(tallies.values())),
            units=apart,
            merged=merged,
            trend=[MonthFigures(first, figures(counted.by_month[first])) for first in trend],
            peers=peers_of(peers, wanted) if is_one else None,
            days=_days(units[0], wanted.span) if is_one and units else [],
            rows=[] if is_one else rows_of(wanted),
            counted_to=None,
        ),
        {unit.id: unit.ids for unit in units},
    )


def _apart(units: list[FamilyUnit], tallies: Mapping[int, Tally]) -> tuple[list[UnitFigures], Merged | None]:
    """Units with too few threads go together; if there is but one, the next least joins it."""
    by_size = sorted(units, key=lambda unit: (_size(tallies[unit.id]), alphabetical(unit.name)))
    few = [unit for unit in by_size if _size(tallies[unit.id]) < FEWEST]
    if len(few) == 1:
        few = by_size[:2]
    hidden = {unit.id for unit in few}
    shown = [UnitFigures(unit.id, unit.name, figures(tallies[unit.id])) for unit in units if unit.id not in hidden]
    merged = Merged(len(few), figures(sum_of(tallies[unit.id] for unit in few))) if few else None
    return sorted(shown, key=lambda unit: alphabetical(unit.unit)), merged


def _size(tally: Tally) -> int:
    return tally.counts[Count.SENT] + tally.counts[Count.RECEIVED]


def _days(unit: FamilyUnit, span: Span) -> list[DayMark]:
    """As far as they have been counted; days are marked as they are now."""
    calendar = calendars(reading(), Rules(), [unit.id])[unit.id]
    judged = {
        day: tally.counts[Count.DAYS_READ] == tally.counts[Count.DAYS]
        for (day, _case_type), tally in days_of(unit.id, span).items()
        if tally.counts[Count.DAYS]
    }
    return [DayMark(day, kind_of(day, calendar), judged.get(day)) for day in span.days()]


class _State(NamedTuple):
    stamp: str
    counted_to: datetime


def _state_and_overdue(wanted: Wanted, *, now: datetime) -> tuple[_State | None, dict[int, int]]:
    """How far the counting has come, and by unit the replies that should have been given by now.

    One statement, as soon as anything has been counted.
    """
    overdue = _overdue(wanted, now)
    late, state = overdue.subquery(), FollowUpState
    both = select(state.stamp, state.counted_to, late).select_from(outerjoin(state, late, true()))
    found = reading().execute(both).all()
    if not found:
        return None, dict(tuple(row) for row in reading().execute(overdue))
    by_unit = {unit_id: number for _stamp, _counted_to, unit_id, number in found if unit_id is not None}
    return _State(*found[0][:2]), by_unit


def _overdue(wanted: Wanted, now: datetime) -> Select[tuple[int, int]]:
    units = select(Unit.id)
    if wanted.where.unit_id is not None:
        units = units.where(Unit.id == wanted.where.unit_id)
    elif wanted.where.organization_id is not None:
        units = units.where(Unit.organization_id == wanted.where.organization_id)
    elif wanted.where.municipality is not None:
        units = units.where(Unit.municipality == wanted.where.municipality)
    rows = (
        select(Obligation.unit_id, func.count().label("number"))
        .where(Obligation.ended_at.is_(None), Obligation.due_at <= now, Obligation.kind == DutyKind.REPLY)
        .where(Obligation.unit_id.in_(units))
        .group_by(Obligation.unit_id)
    )
    if wanted.case_type is not None:
        rows = rows.join(Thread, Thread.id == Obligation.thread_id).where(Thread.case_type == wanted.case_type)
    return rows


def _of(late: Mapping[int, int], unit_ids: Iterable[int]) -> int:
    return sum(late.get(unit_id, 0) for unit_id in unit_ids)
