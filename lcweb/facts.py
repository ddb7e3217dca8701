"""What verbs and queries both need from the tables before they can ask a rule."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BindParameter, ColumnElement, Connection, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from lcweb.domain.hint_words import HintList
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, OfficeHours
from lcweb.models import CalendarMark, HintWords, Membership, Unit, User


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


def _marks(reader: Connection | Session) -> defaultdict[tuple[str, int | None, int | None], set[date]]:
    found: defaultdict[tuple[str, int | None, int | None], set[date]] = defaultdict(set)
    for kind, organization_id, unit_id, day in reader.execute(_MARKS):
        found[kind, organization_id, unit_id].add(day)
    return found
