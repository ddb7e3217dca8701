"""What verbs and queries both need from the tables before they can ask a rule."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from lcweb.domain.hint_words import HintList
from lcweb.domain.imports.people import Held, PersonRow
from lcweb.domain.imports.places import KnownOrganization, KnownUnit, Organizations, Units
from lcweb.domain.imports.units import UnitRow
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, OfficeHours
from lcweb.models import CalendarMark, HintWords, Membership, Organization, Unit, User


class MarkKind(StrEnum):
    CLOSED = "closed"
    HALF = "half"


# Made once: they are asked for in most requests, and building a statement takes longer than running such a one.
_UNITS = select(Unit.id, Unit.organization_id, Unit.opens, Unit.closes)
_OPEN_UNITS = _UNITS.where(Unit.closed_at.is_(None))
_SOME_UNITS = _UNITS.where(Unit.id.in_(bindparam("unit_ids", expanding=True)))
_MARKS = select(CalendarMark.kind, CalendarMark.organization_id, CalendarMark.unit_id, CalendarMark.day).where(
    CalendarMark.ended_at.is_(None)
)


def calendar_of(reader: Connection | Session, unit_id: int, rules: Rules) -> Calendar:
    """The unit must exist."""
    return calendars(reader, rules, unit_ids=[unit_id])[unit_id]


def calendars(reader: Connection | Session, rules: Rules, unit_ids: Iterable[int] | None = None) -> dict[int, Calendar]:
    """Each unit's own calendar: its office hours, the days closed or halved for it (T1–T3). None: all open units."""
    units = (
        reader.execute(_OPEN_UNITS) if unit_ids is None else reader.execute(_SOME_UNITS, {"unit_ids": list(unit_ids)})
    )
    marks = _marks(reader)
    return {
        row.id: Calendar(
            closed=frozenset(marks[MarkKind.CLOSED, None, None])
            | marks[MarkKind.CLOSED, row.organization_id, None]
            | marks[MarkKind.CLOSED, None, row.id],
            half=frozenset(marks[MarkKind.HALF, None, None])
            | marks[MarkKind.HALF, row.organization_id, None]
            | marks[MarkKind.HALF, None, row.id],
            hours=OfficeHours(opens=row.opens, closes=row.closes),
            half_day_closes=rules.half_day_closes,
        )
        for row in units
    }


def common_calendar(reader: Connection | Session, rules: Rules) -> Calendar:
    """The calendar of a unit with ordinary hours and only what is marked for everyone."""
    marks = _marks(reader)
    return Calendar(
        closed=frozenset(marks[MarkKind.CLOSED, None, None]),
        half=frozenset(marks[MarkKind.HALF, None, None]),
        hours=OfficeHours(),
        half_day_closes=rules.half_day_closes,
    )


def still_here(table: type[User] | type[Membership], now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """A person, or a role, whose time is not over at `now`."""
    return or_(table.ended_at.is_(None), table.ended_at > now)


def left_unit_at(user_id: ColumnElement[int | None], unit_id: int | ColumnElement[int]) -> ColumnElement[datetime]:
    """When the person's last role in the unit ended; NULL while one holds."""
    held = select(
        case((func.count() == func.count(Membership.ended_at), func.max(Membership.ended_at)))
    ).where(Membership.user_id == user_id, Membership.unit_id == unit_id)  # fmt: skip
    return held.scalar_subquery()


def first_of(*moments: datetime | None) -> datetime | None:
    """The earliest, of those that there are."""
    return min((moment for moment in moments if moment is not None), default=None)


def hint_words(reader: Connection | Session) -> dict[HintList, str]:
    """The lists that an administrator has changed, as they are now; the others are the default ones (S5)."""
    newest = select(func.max(HintWords.id)).group_by(HintWords.list_name)
    rows = reader.execute(select(HintWords.list_name, HintWords.words).where(HintWords.id.in_(newest)))
    return {HintList(name): words for name, words in rows if name in set(HintList)}


def known_units(reader: Connection | Session) -> Units:
    """Closed ones too, since rows may name them still."""
    rows = reader.execute(select(Unit.id, Unit.name, Unit.hsa_id, Unit.closed_at).order_by(Unit.id))
    return Units(tuple(KnownUnit(id, name, hsa_id, closed is not None) for id, name, hsa_id, closed in rows))


def known_organizations(reader: Connection | Session) -> Organizations:
    columns = (Organization.id, Organization.name, Organization.closed_at)
    rows = reader.execute(select(*columns).order_by(Organization.id))
    return Organizations(tuple(KnownOrganization(id, name, closed is not None) for id, name, closed in rows))


def open_unit_rows(reader: Connection | Session, *wanted: ColumnElement[bool]) -> list[UnitRow]:
    """As files of units have them."""
    columns = [getattr(Unit, name) for name in UnitRow.__dataclass_fields__]
    rows = reader.execute(select(*columns).where(Unit.closed_at.is_(None), *wanted))
    return [UnitRow(**row._mapping) for row in rows]


def person_rows(reader: Connection | Session, *wanted: ColumnElement[bool], now: datetime) -> list[PersonRow]:
    """As files of people have them: who is still here, with the roles held now."""
    held: defaultdict[int, list[Held]] = defaultdict(list)
    roles = (Membership.user_id, Membership.role, Membership.unit_id, Membership.organization_id)
    chosen = select(User.id).where(still_here(User, now), *wanted)
    query = select(*roles).where(Membership.user_id.in_(chosen), still_here(Membership, now))
    for user_id, role, unit_id, organization_id in reader.execute(query):
        held[user_id].append((role, unit_id, organization_id))
    columns: list[Any] = [getattr(User, name) for name in PersonRow.__dataclass_fields__ if name != "held"]
    rows = reader.execute(select(*columns).where(still_here(User, now), *wanted))
    return [PersonRow(**row._mapping, held=frozenset(held[row.id])) for row in rows]


def _marks(reader: Connection | Session) -> defaultdict[tuple[str, int | None, int | None], set[date]]:
    found: defaultdict[tuple[str, int | None, int | None], set[date]] = defaultdict(set)
    for kind, organization_id, unit_id, day in reader.execute(_MARKS):
        found[kind, organization_id, unit_id].add(day)
    return found
