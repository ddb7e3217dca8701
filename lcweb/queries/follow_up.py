"""How the routine holds, for a unit, a municipality, an organization or everybody, in a period. No patient data."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select

from lcweb.db import reading
from lcweb.domain.figures import FEWEST, Figures, Share, figures, median
from lcweb.domain.follow_up import ALL_TYPES, BY_ROW, Count, Days, Tally, unpacked
from lcweb.domain.periods import Span, month, months_between, trend_months
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.phrases import alphabetical
from lcweb.domain.threads import DutyKind
from lcweb.models import FollowUpMonth, FollowUpState, Obligation, Organization, RecipientEntry, Thread, Unit

#: Views kept by one process. Each is thrown away when anything is counted anew.
KEPT = 200


@dataclass(frozen=True)
class Where:
    """A unit, a municipality's units, an organization's, or (none of them) all."""

    unit_id: int | None = None
    organization_id: int | None = None
    municipality: str | None = None


@dataclass(frozen=True)
class Wanted:
    """`case_type` None: all of them."""

    where: Where
    span: Span
    case_type: str | None = None


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


class Peers(NamedTuple):
    """The median of the units of a kind that have enough to show; None when fewer than five units have."""

    units: int
    answered_in_time: int | None
    answer_hours: int | None
    answer_days: int | None
    days_read: int | None
    received_wrong: int | None
    opening_hours: int | None
    transferred: int | None


class RowShare(NamedTuple):
    """A row of a recipient list, and how much of what was sent by it came back as sent wrong."""

    municipality: str
    case_type: str
    area: str
    unit: str
    share: Share


class View(NamedTuple):
    """`units` by name; empty for one unit. `peers` only for one unit; `rows` only for more than one.

    `counted_to` None: nothing has been counted yet.
    """

    total: Figures
    units: list[UnitFigures]
    merged: Merged | None
    trend: list[MonthFigures]
    peers: Peers | None
    rows: list[RowShare]
    counted_to: datetime | None


class _Unit(NamedTuple):
    """`ids`: the unit and all that it took over from: what they did, it has done."""

    id: int
    name: str
    kind: str
    municipality: str
    organization_id: int
    ids: tuple[int, ...]


# Where one may look ---------------------------------------------------------------------------------------------------


class Choices(NamedTuple):
    """What a person may ask about, by name."""

    units: list[tuple[int, str]]
    organizations: list[tuple[int, str]]
    municipalities: list[str]
    everything: bool


def choices(actor: Actor) -> Choices:
    """The own unit; of the own organization everything; or everything there is ("Who may")."""
    everything = Role.SYSTEM_ADMIN in actor.roles
    units = [unit for unit in _units() if everything or _in_reach(actor, unit)]
    organizations = select(Organization.id, Organization.name)
    if not everything:
        own = actor.organization_ids if Role.LIST_ADMIN in actor.roles else frozenset()
        organizations = organizations.where(Organization.id.in_(own))
    named = [(row.id, row.name) for row in reading().execute(organizations)]
    return Choices(
        units=sorted(((unit.id, unit.name) for unit in units), key=lambda unit: alphabetical(unit[1])),
        organizations=sorted(named, key=lambda organization: alphabetical(organization[1])),
        municipalities=sorted({unit.municipality for unit in units}, key=alphabetical) if everything else [],
        everything=everything,
    )


def may_see(actor: Actor, where: Where) -> bool:
    """Denied unless the place is among the person's choices."""
    known = choices(actor)
    if where.unit_id is not None:
        return where.unit_id in {unit_id for unit_id, _name in known.units}
    if where.organization_id is not None:
        return where.organization_id in {organization_id for organization_id, _name in known.organizations}
    return known.everything and (where.municipality is None or where.municipality in known.municipalities)


def _in_reach(actor: Actor, unit: _Unit) -> bool:
    of_organization = Role.LIST_ADMIN in actor.roles and unit.organization_id in actor.organization_ids
    return unit.id == actor.unit_id or of_organization


def _units() -> list[_Unit]:
    """Those that are open, and the closed ones that nobody took over from."""
    columns = select(Unit.id, Unit.name, Unit.kind, Unit.municipality, Unit.organization_id, Unit.successor_id)
    known = {row.id: row for row in reading().execute(columns.order_by(Unit.id))}
    families: defaultdict[int, list[int]] = defaultdict(list)
    for row in known.values():
        heir = row
        while heir.successor_id is not None:
            heir = known[heir.successor_id]
        families[heir.id].append(row.id)
    return [_Unit(*known[heir_id][:5], ids=tuple(ids)) for heir_id, ids in families.items()]


# The view -------------------------------------------------------------------------------------------------------------


def view(wanted: Wanted, *, now: datetime) -> View:
    """As it was last counted, with what is overdue at this moment."""
    state = reading().execute(select(FollowUpState.stamp, FollowUpState.counted_to)).first()
    kept = _kept(wanted, state.stamp if state else "")
    late = _overdue(wanted, now=now)
    units = [unit._replace(figures=unit.figures._replace(overdue=_of(late, kept.ids[unit.unit_id])))
             for unit in kept.view.units]  # fmt: skip
    total = kept.view.total._replace(overdue=sum(late.values()))
    merged = kept.view.merged
    if merged:
        apart = sum(unit.figures.overdue for unit in units)
        merged = merged._replace(figures=merged.figures._replace(overdue=total.overdue - apart))
    counted_to = state.counted_to if state else None
    return kept.view._replace(total=total, units=units, merged=merged, counted_to=counted_to)


class _Kept(NamedTuple):
    view: View
    ids: dict[int, tuple[int, ...]]


def _kept(wanted: Wanted, stamp: str) -> _Kept:
    if not stamp:
        return _counted(wanted)
    views: dict[tuple[Wanted, str], _Kept] = current_app.extensions.setdefault("lcweb_follow_up", {})
    found = views.get((wanted, stamp))
    if found is None:
        found = _counted(wanted)
        if len(views) >= KEPT or not all(known == stamp for _wanted, known in views):
            views.clear()
        views[wanted, stamp] = found
    return found


def _counted(wanted: Wanted) -> _Kept:
    every = _units()
    units = [unit for unit in every if _is_in(unit, wanted.where)]
    is_one = wanted.where.unit_id is not None
    kinds = {unit.kind for unit in units}
    peers = [unit for unit in every if unit.kind in kinds] if is_one else []
    trend = trend_months(wanted.span.last)
    months = {*months_between(*wanted.span), *trend}
    counted = _load({unit_id for unit in units for unit_id in unit.ids}, months)
    tallies = {unit.id: _tally(counted, unit.ids, wanted.span, wanted.case_type) for unit in units}
    apart, merged = ([], None) if is_one else _apart(units, tallies)
    return _Kept(
        View(
            total=figures(_sum(tallies.values())),
            units=apart,
            merged=merged,
            trend=[_month(counted, units, first, wanted.case_type) for first in trend],
            peers=_peers(peers, wanted) if is_one else None,
            rows=[] if is_one else _rows(wanted),
            counted_to=None,
        ),
        {unit.id: unit.ids for unit in units},
    )


def _is_in(unit: _Unit, where: Where) -> bool:
    if where.unit_id is not None:
        return unit.id == where.unit_id
    if where.organization_id is not None:
        return unit.organization_id == where.organization_id
    return where.municipality is None or unit.municipality == where.municipality


Counted = dict[int, dict[date, Days]]


def _load(unit_ids: Collection[int], months: Collection[date]) -> Counted:
    rows = select(FollowUpMonth.unit_id, FollowUpMonth.month, FollowUpMonth.counted).where(
        FollowUpMonth.unit_id.in_(unit_ids), FollowUpMonth.month.in_(months)
    )
    found: defaultdict[int, dict[date, Days]] = defaultdict(dict)
    for unit_id, first, counted in reading().execute(rows):
        found[unit_id][first] = unpacked(counted)
    return dict(found)


def _tally(counted: Counted, unit_ids: Iterable[int], span: Span, case_type: str | None) -> Tally:
    total = Tally()
    for unit_id in unit_ids:
        for days in counted.get(unit_id, {}).values():
            for (day, of_type), tally in days.items():
                if span.covers(day) and _is_asked(of_type, case_type):
                    total.add(tally)
    return total


def _is_asked(of_type: str, case_type: str | None) -> bool:
    """Readings are of no case type, and stand by every one of them."""
    if of_type.startswith(BY_ROW):
        return False
    return case_type is None or of_type in (case_type, ALL_TYPES)


def _sum(tallies: Iterable[Tally]) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    return total


def _month(counted: Counted, units: list[_Unit], first: date, case_type: str | None) -> MonthFigures:
    ids = [unit_id for unit in units for unit_id in unit.ids]
    return MonthFigures(first, figures(_tally(counted, ids, month(first), case_type)))


def _apart(units: list[_Unit], tallies: Mapping[int, Tally]) -> tuple[list[UnitFigures], Merged | None]:
    """Units with too few threads go together; if there is but one, the next least joins it."""
    by_size = sorted(units, key=lambda unit: (_size(tallies[unit.id]), alphabetical(unit.name)))
    few = [unit for unit in by_size if _size(tallies[unit.id]) < FEWEST]
    if len(few) == 1:
        few = by_size[:2]
    hidden = {unit.id for unit in few}
    shown = [UnitFigures(unit.id, unit.name, figures(tallies[unit.id])) for unit in units if unit.id not in hidden]
    merged = Merged(len(few), figures(_sum(tallies[unit.id] for unit in few))) if few else None
    return sorted(shown, key=lambda unit: alphabetical(unit.unit)), merged


def _size(tally: Tally) -> int:
    return tally.counts[Count.SENT] + tally.counts[Count.RECEIVED]


def _peers(units: list[_Unit], wanted: Wanted) -> Peers:
    counted = _load({unit_id for unit in units for unit_id in unit.ids}, months_between(*wanted.span))
    found = [figures(_tally(counted, unit.ids, wanted.span, wanted.case_type)) for unit in units]

    def middle(values: Iterable[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        return median(known) if len(known) >= FEWEST else None

    return Peers(
        units=len(units),
        answered_in_time=middle(one.answered_in_time.percent for one in found),
        answer_hours=middle(one.answer_hours.median for one in found),
        answer_days=middle(one.answer_days.median for one in found),
        days_read=middle(one.days_read.percent for one in found),
        received_wrong=middle(one.received_wrong.percent for one in found),
        opening_hours=middle(one.opening_hours.median for one in found),
        transferred=middle(one.transferred.percent for one in found),
    )


def _rows(wanted: Wanted) -> list[RowShare]:
    """Rows that lead to units of the place, whoever sent by them; those with the greatest share first."""
    columns = (
        select(RecipientEntry.id, RecipientEntry.municipality, RecipientEntry.case_type, RecipientEntry.area, Unit.name,
               Unit.organization_id)
        .join(Unit, Unit.id == RecipientEntry.unit_id)
    )  # fmt: skip
    by_row: defaultdict[int, Tally] = defaultdict(Tally)
    counted = _load({unit_id for unit in _units() for unit_id in unit.ids}, months_between(*wanted.span))
    for months in counted.values():
        for days in months.values():
            for (day, of_type), tally in days.items():
                if of_type.startswith(BY_ROW) and wanted.span.covers(day):
                    by_row[int(of_type.removeprefix(BY_ROW))].add(tally)
    found = [
        RowShare(row.municipality, row.case_type, row.area, row.name,
                 Share(by_row[row.id].counts[Count.SENT_WRONG], by_row[row.id].counts[Count.SENT]))
        for row in reading().execute(columns)
        if row.id in by_row and _row_is_in(row.municipality, row.organization_id, row.case_type, wanted)
    ]  # fmt: skip
    return sorted((row for row in found if row.share.percent is not None),
                  key=lambda row: (-(row.share.percent or 0), row.municipality, alphabetical(row.area)))  # fmt: skip


def _row_is_in(municipality: str, organization_id: int, case_type: str, wanted: Wanted) -> bool:
    if wanted.case_type not in (None, case_type):
        return False
    if wanted.where.organization_id is not None:
        return organization_id == wanted.where.organization_id
    return wanted.where.municipality in (None, municipality)


# Now ------------------------------------------------------------------------------------------------------------------


def _overdue(wanted: Wanted, *, now: datetime) -> dict[int, int]:
    """By unit: replies that should have been given by now."""
    units = select(Unit.id)
    if wanted.where.unit_id is not None:
        units = units.where(Unit.id == wanted.where.unit_id)
    elif wanted.where.organization_id is not None:
        units = units.where(Unit.organization_id == wanted.where.organization_id)
    elif wanted.where.municipality is not None:
        units = units.where(Unit.municipality == wanted.where.municipality)
    rows = (
        select(Obligation.unit_id, func.count())
        .where(Obligation.ended_at.is_(None), Obligation.due_at <= now, Obligation.kind == DutyKind.REPLY)
        .where(Obligation.unit_id.in_(units))
        .group_by(Obligation.unit_id)
    )
    if wanted.case_type is not None:
        rows = rows.join(Thread, Thread.id == Obligation.thread_id).where(Thread.case_type == wanted.case_type)
    return dict(tuple(row) for row in reading().execute(rows))


def _of(late: Mapping[int, int], unit_ids: Iterable[int]) -> int:
    return sum(late.get(unit_id, 0) for unit_id in unit_ids)
