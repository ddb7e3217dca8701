"""The year as a place has it, and every mark that was made by hand (T1, T2)."""

from collections import defaultdict
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from lcweb.db import reading
from lcweb.domain import calendar
from lcweb.domain.calendar import DayKind, MarkKind, Place, Suggestion
from lcweb.domain.errors import NotFound
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, public_holiday
from lcweb.facts import calendar_at
from lcweb.models import CalendarMark, Organization, Unit


class Where(NamedTuple):
    """`name` None: everywhere. `organization_id`: the place's own, or that of its unit."""

    place: Place
    name: str | None
    organization_id: int | None
    is_closed: bool


class MarkRow(NamedTuple):
    """`holds_for`: the unit's or the organization's name, None for everyone. `ended_at` None: it still holds."""

    id: int
    day: date
    kind: MarkKind
    place: Place
    organization_id: int | None
    holds_for: str | None
    made_by: str
    made_at: datetime
    ended_by: str | None
    ended_at: datetime | None


class DayView(NamedTuple):
    """`partly`: it is marked only for some part of the place. `marks` are those behind the kind, or behind `partly`."""

    day: date
    kind: DayKind
    holiday: str | None
    is_bridge: bool
    partly: bool
    marks: tuple[MarkRow, ...]

    @property
    def is_special(self) -> bool:
        return self.is_bridge or self.partly or self.kind not in (DayKind.WORKING, DayKind.WEEKEND)


class MonthView(NamedTuple):
    """`special`: its days that are more than an ordinary working day or weekend."""

    month: int
    weeks: list[tuple[int, list[DayView | None]]]
    special: list[DayView]


class YearView(NamedTuple):
    """`marks` are all that concern the place, by day, ended ones too; `suggested` those that can still be chosen."""

    year: int
    where: Where
    months: list[MonthView]
    working_days: int
    marks: list[MarkRow]
    suggested: list[Suggestion]


def get_where(place: Place) -> Where:
    """Raises NotFound."""
    if place == Place():
        return Where(place, None, None, is_closed=False)
    columns = (
        select(Organization.name, Organization.id, Organization.closed_at).where(
            Organization.id == place.organization_id
        )
        if place.unit_id is None
        else select(Unit.name, Unit.organization_id, Unit.closed_at).where(Unit.id == place.unit_id)
    )
    row = reading().execute(columns).first()
    if row is None:
        raise NotFound("place")
    name, organization_id, closed_at = row
    return Where(place, name, organization_id, is_closed=closed_at is not None)


def organizations() -> list[tuple[int, str]]:
    """Those that have not been closed, by name."""
    living = select(Organization.id, Organization.name).where(Organization.closed_at.is_(None))
    return [(row.id, row.name) for row in reading().execute(living.order_by(Organization.name))]


def get_year(place: Place, year: int, *, today: date, rules: Rules) -> YearView:
    """The same statements whatever is marked. Raises NotFound for a place that does not exist."""
    where = get_where(place)
    known = calendar_at(reading(), place, rules)
    concerning = [mark for mark in _marks(date(year, 1, 1), date(year, 12, 31)) if _concerns(mark, where)]
    living = defaultdict(list)
    for mark in concerning:
        if mark.ended_at is None:
            living[mark.day].append(mark)
    days = {day: _day_view(day, known, where, living[day]) for day in calendar.days_of(year)}
    return YearView(
        year=year,
        where=where,
        months=[_month(days, year, month) for month in calendar.MONTHS],
        working_days=calendar.working_days(year, known),
        marks=concerning,
        suggested=[] if where.is_closed else _suggested(year, known, today=today),
    )


def get_mark(mark_id: int) -> MarkRow:
    """Raises NotFound."""
    found = _rows(CalendarMark.id == mark_id)
    if not found:
        raise NotFound("mark")
    return found[0]


def living_marks(day: date, place: Place) -> list[MarkRow]:
    """Those that were made for exactly this place."""
    return [mark for mark in _marks(day, day) if mark.place == place and mark.ended_at is None]


def _marks(first: date, last: date) -> list[MarkRow]:
    return _rows(CalendarMark.day.between(first, last))


def _rows(condition: ColumnElement[bool]) -> list[MarkRow]:
    rows = (
        select(
            CalendarMark.id, CalendarMark.day, CalendarMark.kind, CalendarMark.unit_id, CalendarMark.organization_id,
            CalendarMark.made_by, CalendarMark.made_at, CalendarMark.ended_by, CalendarMark.ended_at,
            Unit.name.label("unit"), Organization.name.label("organization"),
            func.coalesce(Unit.organization_id, CalendarMark.organization_id).label("within"),
        )
        .outerjoin(Unit, Unit.id == CalendarMark.unit_id)
        .outerjoin(Organization, Organization.id == CalendarMark.organization_id)
        .where(condition)
        .order_by(CalendarMark.day, CalendarMark.id)
    )  # fmt: skip
    return [
        MarkRow(
            row.id, row.day, MarkKind(row.kind), Place(row.unit_id, row.organization_id), row.within,
            row.unit or row.organization, row.made_by, row.made_at, row.ended_by, row.ended_at,
        )
        for row in reading().execute(rows)
    ]  # fmt: skip


def _concerns(mark: MarkRow, where: Where) -> bool:
    """It holds for the place, or for a part of it."""
    return _holds(mark, where) or _is_part(mark, where)


def _holds(mark: MarkRow, where: Where) -> bool:
    """For all of the place."""
    own_organization = mark.place.organization_id is not None and mark.place.organization_id == where.organization_id
    return mark.place in (Place(), where.place) or own_organization


def _is_part(mark: MarkRow, where: Where) -> bool:
    if where.place == Place():
        return mark.place != Place()
    return where.place.unit_id is None and mark.organization_id == where.organization_id


def _day_view(day: date, known: Calendar, where: Where, marks: list[MarkRow]) -> DayView:
    holding = tuple(mark for mark in marks if _holds(mark, where))
    parts = tuple(mark for mark in marks if not _holds(mark, where))
    kind = calendar.kind_of(day, known)
    partly = bool(parts) and kind in (DayKind.WORKING, DayKind.HALF)
    is_bridge = kind is DayKind.WORKING and calendar.is_bridge_day(day)
    return DayView(day, kind, public_holiday(day), is_bridge, partly, (*holding, *parts) if partly else holding)


def _month(days: dict[date, DayView], year: int, month: int) -> MonthView:
    weeks = [(number, [day and days[day] for day in week_days]) for number, week_days in calendar.weeks_of(year, month)]
    special = [view for day, view in days.items() if day.month == month and view.is_special]
    return MonthView(month, weeks, special)


def _suggested(year: int, known: Calendar, *, today: date) -> list[Suggestion]:
    return [
        suggestion
        for suggestion in calendar.suggestions(year)
        if calendar.mark_problem(suggestion.day, suggestion.kind, today=today, calendar=known) is None
    ]
