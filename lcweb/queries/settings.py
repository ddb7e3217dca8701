"""Settings with a history: what holds, what is planned, who has changed what."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, select

from lcweb import facts
from lcweb.db import reading
from lcweb.domain.mail_wording import setting_name
from lcweb.domain.reminders import Kind
from lcweb.domain.rules import RuleBook, Rules
from lcweb.domain.settings import READERS, RECEPTIONISTS, YES
from lcweb.models import Organization, SettingChange, Unit
from lcweb.queries.kept import kept


class Turn(NamedTuple):
    """One change: `before` and `value` are as `setting_change`'s reader makes them, `before` as it was planned then.

    `ended_by`: it was taken back before its day.
    """

    id: int
    unit: str | None
    before: Any
    value: Any
    applies_from: date
    by: str
    at: datetime
    ended_by: str | None
    ended_at: datetime | None


class Dated(NamedTuple):
    """A setting today. `since` None: nobody has changed it. `planned`: the changes to come, the next one first.

    `turns`: what a form carries, to know of another's change.
    """

    value: Any
    since: date | None
    planned: tuple[Turn, ...]
    history: tuple[Turn, ...]
    turns: int


class UnitAnswer(NamedTuple):
    """Whether a unit's receptionists may write to other units, today and later."""

    unit_id: int
    unit: str
    setting: Dated


def rule_book(base: Rules) -> RuleBook:
    return kept(("rule book", base), lambda: facts.rule_book(reading(), base))


def rules(base: Rules, *, today: date) -> dict[str, Dated]:
    """Every one of the routine's numbers, by the name of its field in `Rules`."""
    rows = _rows(SettingChange.name.in_(READERS))
    return {
        name: _dated([row for row in rows if row.name == name], read, first=getattr(base, name), today=today)
        for name, read in READERS.items()
    }


def mail_wordings(*, today: date) -> dict[Kind, Dated]:
    """Values are a Wording, or None for the product's own words."""
    names = {setting_name(kind): kind for kind in Kind}
    rows = _rows(SettingChange.name.in_(names))
    return {
        kind: _dated([row for row in rows if row.name == name], facts.wording_of, first=None, today=today)
        for name, kind in names.items()
    }


def receptionists(*, today: date) -> list[UnitAnswer]:
    """Every open unit, in the order of organizations and names."""
    rows = _rows(SettingChange.name == RECEPTIONISTS)
    units = (
        select(Unit.id, Unit.name, Unit.receptionists_may_write)
        .join(Organization, Organization.id == Unit.organization_id)
        .where(Unit.closed_at.is_(None))
        .order_by(Organization.name, Unit.name)
    )
    by_unit: dict[int, list[Row]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    return [
        UnitAnswer(id, name, _dated(by_unit.get(id, []), _is_yes, first=begun, today=today))
        for id, name, begun in reading().execute(units)
    ]


def _is_yes(value: str) -> bool:
    return value == YES


def _rows(which: ColumnElement[bool]) -> list[Row]:
    """In the order in which they were made."""
    columns = (*SettingChange.__table__.columns, Unit.name.label("unit"))
    query = select(*columns).outerjoin(Unit, Unit.id == SettingChange.unit_id)
    return list(reading().execute(query.where(which).order_by(SettingChange.id)))


def _dated(rows: list[Row], read: Callable[[str], Any], *, first: Any, today: date) -> Dated:
    """`rows` of one setting. `first`: what it is as long as nobody has changed it."""
    history = [_turn(row, rows, read, first) for row in rows]
    living = sorted((turn for turn in history if turn.ended_at is None), key=lambda turn: turn.applies_from)
    begun = [turn for turn in living if turn.applies_from <= today]
    return Dated(
        value=begun[-1].value if begun else first,
        since=begun[-1].applies_from if begun else None,
        planned=tuple(turn for turn in living if turn.applies_from > today),
        history=tuple(reversed(history)),
        turns=len(rows) + sum(row.ended_at is not None for row in rows),
    )


def _turn(row: Row, rows: list[Row], read: Callable[[str], Any], first: Any) -> Turn:
    known = [other for other in rows if other.id < row.id and other.applies_from <= row.applies_from]
    known = [other for other in known if other.ended_at is None or other.ended_at > row.made_at]
    before = max(known, key=lambda other: (other.applies_from, other.id), default=None)
    return Turn(
        row.id, row.unit, read(before.value) if before else first, read(row.value), row.applies_from, row.made_by,
        row.made_at, row.ended_by, row.ended_at,
    )  # fmt: skip
