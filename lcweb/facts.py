"""What verbs and queries both need from the tables before they can ask a rule."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from lcweb.domain.calendar import MarkKind, Place
from lcweb.domain.hint_words import HintList
from lcweb.domain.imports.people import Held, PersonRow
from lcweb.domain.imports.places import KnownOrganization, KnownUnit, Organizations, Units
from lcweb.domain.imports.units import UnitRow
from lcweb.domain.mail_wording import Wording, setting_name
from lcweb.domain.permissions import Role, short_name
from lcweb.domain.readings import Reading
from lcweb.domain.reminders import Kind
from lcweb.domain.rules import RuleBook, RuleChange, Rules
from lcweb.domain.settings import READERS, RECEPTIONISTS, YES
from lcweb.domain.units import Standing
from lcweb.domain.workdays import Calendar, OfficeHours
from lcweb.models import (
    CalendarMark,
    HintWords,
    Membership,
    Organization,
    ReadingRow,
    SettingChange,
    Unit,
    User,
)

# Made once: they are asked for in most requests, and building a statement takes longer than running such a one.
_UNITS = select(Unit.id, Unit.organization_id, Unit.opens, Unit.closes)
_OPEN_UNITS = _UNITS.where(Unit.closed_at.is_(None))
_SOME_UNITS = _UNITS.where(Unit.id.in_(bindparam("unit_ids", expanding=True)))
_MARKS = select(CalendarMark.kind, CalendarMark.organization_id, CalendarMark.unit_id, CalendarMark.day).where(
    CalendarMark.ended_at.is_(None)
)
#: One unit's hours, and what is marked for it: a row without a mark, too. As `calendars` puts it together for many.
CALENDAR = (
    select(Unit.opens, Unit.closes, CalendarMark.kind, CalendarMark.day)
    .outerjoin(
        CalendarMark,
        and_(
            CalendarMark.ended_at.is_(None),
            or_(CalendarMark.unit_id.is_(None), CalendarMark.unit_id == Unit.id),
            or_(CalendarMark.organization_id.is_(None), CalendarMark.organization_id == Unit.organization_id),
        ),
    )
    .where(Unit.id == bindparam("unit_id"))
)
_RULE_CHANGES = (
    select(SettingChange.name, SettingChange.value, SettingChange.applies_from)
    .where(SettingChange.name.in_(READERS), SettingChange.ended_at.is_(None))
    .order_by(SettingChange.id)
)
_EARLIER = aliased(Unit)
#: The lists that an administrator has changed, as they are now.
HINT_WORDS = select(HintWords.list_name, HintWords.words).where(
    HintWords.id.in_(select(func.max(HintWords.id)).group_by(HintWords.list_name))
)
#: One unit's, with the readers' names, in the order they were made.
READINGS_SINCE = (
    select(ReadingRow.read_at, User.name)
    .join(User, User.id == ReadingRow.user_id)
    .where(
        ReadingRow.unit_id == bindparam("unit_id"),
        ReadingRow.read_at >= bindparam("since", type_=ReadingRow.read_at.type),
    )
    .order_by(ReadingRow.read_at, ReadingRow.id)
)


def calendar_of(reader: Connection | Session, unit_id: int, rules: Rules) -> Calendar:
    """The unit must exist. One statement."""
    return as_calendar(reader.execute(CALENDAR, {"unit_id": unit_id}).all(), rules)


def as_calendar(rows: Sequence[Any], rules: Rules) -> Calendar:
    """What CALENDAR finds."""
    return Calendar(
        closed=frozenset(row.day for row in rows if row.kind == MarkKind.CLOSED),
        half=frozenset(row.day for row in rows if row.kind == MarkKind.HALF),
        hours=OfficeHours(opens=rows[0].opens, closes=rows[0].closes),
        half_day_closes=rules.half_day_closes,
    )


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
    return calendar_at(reader, Place(), rules)


def calendar_at(reader: Connection | Session, place: Place, rules: Rules) -> Calendar:
    """What is marked for all of the place: an organization's has ordinary hours. A unit must exist."""
    if place.unit_id is not None:
        return calendar_of(reader, place.unit_id, rules)
    marks = _marks(reader)
    own = place.organization_id
    return Calendar(
        closed=frozenset(marks[MarkKind.CLOSED, None, None] | marks[MarkKind.CLOSED, own, None]),
        half=frozenset(marks[MarkKind.HALF, None, None] | marks[MarkKind.HALF, own, None]),
        hours=OfficeHours(),
        half_day_closes=rules.half_day_closes,
    )


def as_readings(rows: Sequence[Any]) -> tuple[Reading, ...]:
    """What READINGS_SINCE finds; few people read often."""
    short = {name: short_name(name) for name in {row.name for row in rows}}
    return tuple(Reading(at=read_at, by=short[name]) for read_at, name in rows)


def heir(reader: Connection | Session, unit_id: int) -> Standing:
    """The unit itself while it is open; else the last of those that took over, which may be closed too."""
    columns = select(Unit.id, Unit.name, Unit.closed_at, Unit.successor_id)
    row = reader.execute(columns.where(Unit.id == unit_id)).one()
    while row.closed_at is not None and row.successor_id is not None:
        row = reader.execute(columns.where(Unit.id == row.successor_id)).one()
    return Standing(row.id, row.name, is_open=row.closed_at is None)


def lineage(unit_id: int) -> Select[tuple[int]]:
    """The unit and every one that it took over from, by others in between too: what they did, it has done."""
    line = select(Unit.id).where(Unit.id == unit_id).cte(recursive=True)
    line = line.union(select(_EARLIER.id).join(line, _EARLIER.successor_id == line.c.id))
    return select(line.c.id)


def rule_book(reader: Connection | Session, base: Rules) -> RuleBook:
    """The routine's numbers on any day: the configuration's (`base`), and what administrators have changed since."""
    changes = (RuleChange(name, READERS[name](value), day) for name, value, day in reader.execute(_RULE_CHANGES))
    return RuleBook(base, tuple(changes))


def receptionists_setting(unit_id: ColumnElement[int | None]) -> ScalarSelect[str]:
    """Within a statement that binds `today`: a unit's latest change in force. NULL: none, it is as the unit began."""
    return (
        select(SettingChange.value)
        .where(
            SettingChange.name == RECEPTIONISTS,
            SettingChange.unit_id == unit_id,
            SettingChange.applies_from <= bindparam("today", type_=Date),
            SettingChange.ended_at.is_(None),
        )
        .order_by(SettingChange.applies_from.desc(), SettingChange.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def receptionists_may_write(reader: Connection | Session, unit_id: int, today: date) -> bool:
    """By the latest change in force, else as the unit began. The unit must exist."""
    columns = select(Unit.receptionists_may_write, receptionists_setting(Unit.id)).where(Unit.id == unit_id)
    begun, dated = reader.execute(columns, {"today": today}).one()
    return begun if dated is None else dated == YES


def mail_wording(reader: Connection | Session, kind: Kind, day: date) -> Wording | None:
    """What the mails that are sent on `day` say. None: the product's own words."""
    in_force = (
        select(SettingChange.value)
        .where(SettingChange.name == setting_name(kind), SettingChange.applies_from <= day)
        .where(SettingChange.ended_at.is_(None))
        .order_by(SettingChange.applies_from.desc(), SettingChange.id.desc())
        .limit(1)
    )
    return wording_of(reader.scalar(in_force) or "")


def wording_of(value: str) -> Wording | None:
    """As `setting_change` holds it: empty when the product's own words are to hold again."""
    return Wording(**json.loads(value)) if value else None


def setting_turns(reader: Connection | Session, name: str, unit_id: int | None = None) -> int:
    """How often a setting was changed or a change taken back: what a form carries, to know of another's."""
    turns = select(func.count(SettingChange.id) + func.count(SettingChange.ended_at)).where(SettingChange.name == name)
    return reader.scalar(turns.where(SettingChange.unit_id == unit_id)) or 0


def still_here(table: type[User] | type[Membership], now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """A person, or a role, whose time is not over at `now`."""
    return or_(table.ended_at.is_(None), table.ended_at > now)


def reviewed_by(user_id: int, now: datetime) -> Select[tuple[int | None]]:
    """The organizations whose log the person reviews (L3)."""
    return select(Membership.organization_id).where(
        Membership.user_id == user_id, Membership.role == Role.LOG_REVIEWER, still_here(Membership, now)
    )


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
    """The lists that an administrator has changed; the others are the default ones (S5)."""
    return hint_lists(reader.execute(HINT_WORDS))


def hint_lists(rows: Iterable[Any]) -> dict[HintList, str]:
    """As HINT_WORDS finds them."""
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
