"""Settings are changed from a day on. A row is never changed; one whose day has not come may be taken back."""

import json
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.orm import Session

from lcweb import facts
from lcweb.db import transaction
from lcweb.domain import mail_wording, settings
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.mail_wording import Wording
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.reminders import Kind
from lcweb.domain.rules import RuleBook, RuleChange, Rules
from lcweb.domain.settings import NO, READERS, RECEPTIONISTS, YES, Clash
from lcweb.domain.workdays import local_day
from lcweb.models import SettingChange, Unit

ALREADY_SO = "Så är det redan den dagen. Välj något annat, eller en annan dag."
ONE_A_DAY = "Det finns redan en ändring från den dagen. Ta tillbaka den först."


class TakenBack(NamedTuple):
    """The setting, and of which unit it was."""

    name: str
    unit_id: int | None


class _New(NamedTuple):
    name: str
    unit_id: int | None
    value: str
    day: date


def change_rule(
    actor: Actor,
    name: str,
    typed: str,
    day: date | None,
    *,
    seen: int,
    base: Rules,
    now: datetime,
    dry_run: bool = False,
) -> str:
    """`name` of a field of Rules, `base` the configuration's. The value as it is kept.

    Two rules that must fit together are looked at on every coming day (`domain.settings.clash`). Raises NotAllowed,
    NotFound, Refused, and Conflict when somebody has changed the rule since `seen`.
    """
    actor.require(Act.EDIT_SETTINGS)
    if name not in READERS:
        raise NotFound("rule")
    problems = _day_problems(day, now=now)
    try:
        value = settings.chosen(name, typed)
    except Refused as refused:
        raise Refused(refused.problems | problems) from None
    if problems or day is None:
        raise Refused(problems)
    new = _New(name, None, value, day)
    with transaction() as session:
        if not _is_news(session, new, seen=seen, actor=actor):
            return value
        book = facts.rule_book(session, base)
        if getattr(book.on(day), name) == READERS[name](value):
            raise Refused({"value": ALREADY_SO})
        _require_free_day(session, new, now=now)
        changed = RuleBook(base, (*book.changes, RuleChange(name, READERS[name](value), day)))
        _require_fit(settings.clash(changed, name, since=day), field="value")
        if not dry_run:
            _put(session, new, actor=actor, now=now)
    return value


def change_receptionists(
    actor: Actor, unit_id: int, allowed: bool, day: date | None, *, seen: int, now: datetime, dry_run: bool = False
) -> None:
    """No may hold from today on, when something has gone wrong; yes from tomorrow.

    Raises NotAllowed, NotFound, Refused, and Conflict when somebody has changed it since `seen`.
    """
    actor.require(Act.EDIT_SETTINGS)
    problems = _day_problems(day, now=now, at_once=not allowed)
    if problems or day is None:
        raise Refused(problems)
    new = _New(RECEPTIONISTS, unit_id, YES if allowed else NO, day)
    with transaction() as session:
        unit = session.get(Unit, unit_id)
        if unit is None or unit.closed_at is not None:
            raise NotFound("unit")
        if not _is_news(session, new, seen=seen, actor=actor):
            return
        if (_in_force(session, new) or (YES if unit.receptionists_may_write else NO)) == new.value:
            raise Refused({"allowed": ALREADY_SO})
        _require_free_day(session, new, now=now)
        if not dry_run:
            _put(session, new, actor=actor, now=now)


def change_mail_wording(
    actor: Actor, kind: Kind, wording: Wording | None, day: date | None, *, seen: int, now: datetime
) -> None:
    """`wording` None: the product's own words again.

    Raises NotAllowed, Refused, and Conflict when somebody has changed it since `seen`.
    """
    actor.require(Act.EDIT_SETTINGS)
    problems = (mail_wording.problems(kind, wording) if wording else {}) | _day_problems(day, now=now)
    if problems or day is None:
        raise Refused(problems)
    value = json.dumps(mail_wording.tidy(wording)._asdict(), ensure_ascii=False) if wording else ""
    new = _New(mail_wording.setting_name(kind), None, value, day)
    with transaction() as session:
        if not _is_news(session, new, seen=seen, actor=actor):
            return
        if (_in_force(session, new) or "") == value:
            raise Refused({"body" if wording else "form": ALREADY_SO})
        _require_free_day(session, new, now=now)
        _put(session, new, actor=actor, now=now)


def take_back(actor: Actor, change_id: int, *, base: Rules, now: datetime) -> TakenBack:
    """Raises NotAllowed, NotFound, Refused when what is left would not fit together, and
    Conflict when the change's day has come or somebody has already taken it back.
    """
    actor.require(Act.EDIT_SETTINGS)
    with transaction() as session:
        _lock(session)
        change = session.get(SettingChange, change_id)
        if change is None:
            raise NotFound("change")
        _end(session, change, actor=actor, now=now)
        if change.name in READERS:
            left = facts.rule_book(session, base)
            _require_fit(settings.clash(left, change.name, since=change.applies_from), field="form")
        return TakenBack(change.name, change.unit_id)


def _end(session: Session, change: SettingChange, *, actor: Actor, now: datetime) -> None:
    if change.ended_at is not None:
        raise Conflict(f"{change.ended_by} har redan tagit tillbaka ändringen.")
    if change.applies_from <= local_day(now):
        raise Conflict("Ändringen gäller redan. Gör en ny ändring i stället.")
    ended = update(SettingChange).where(SettingChange.id == change.id)
    session.execute(ended.values(ended_by=actor.name, ended_at=now))


def _lock(session: Session) -> None:
    """One change at a time, of whichever setting: two that do not fit together must not both pass."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE setting_change IN SHARE ROW EXCLUSIVE MODE"))


def _day_problems(day: date | None, *, now: datetime, at_once: bool = False) -> dict[str, str]:
    problem = settings.day_problem(day, today=local_day(now), at_once=at_once)
    return {"applies_from": problem} if problem else {}


def _is_news(session: Session, new: _New, *, seen: int, actor: Actor) -> bool:
    """False for what this very person has already planned: a double click, or a retry. Raises Conflict."""
    _lock(session)
    twin = _living(new).where(SettingChange.value == new.value, SettingChange.made_by == actor.name)
    if session.scalar(twin.where(SettingChange.applies_from == new.day).limit(1)) is not None:
        return False
    if facts.setting_turns(session, new.name, new.unit_id) != seen:
        raise Conflict(f"{_last_hand(session, new)} har ändrat inställningen sedan du öppnade sidan.")
    return True


def _living(new: _New) -> Select[tuple[str]]:
    return select(SettingChange.value).where(
        SettingChange.name == new.name, SettingChange.unit_id == new.unit_id, SettingChange.ended_at.is_(None)
    )


def _last_hand(session: Session, new: _New) -> str:
    who = select(SettingChange.ended_by, SettingChange.made_by).where(
        SettingChange.name == new.name, SettingChange.unit_id == new.unit_id
    )
    moment = func.coalesce(SettingChange.ended_at, SettingChange.made_at)
    row = session.execute(who.order_by(moment.desc(), SettingChange.id.desc()).limit(1)).first()
    return (row.ended_by or row.made_by) if row else "Någon"


def _in_force(session: Session, new: _New) -> str | None:
    """What holds on the day without the new change."""
    begun = _living(new).where(SettingChange.applies_from <= new.day)
    return session.scalar(begun.order_by(SettingChange.applies_from.desc(), SettingChange.id.desc()).limit(1))


def _require_free_day(session: Session, new: _New, *, now: datetime) -> None:
    """Two plans for one day could not be told apart. What holds from today is stopped by a later one from today."""
    same = _living(new).where(SettingChange.applies_from == new.day)
    if new.day > local_day(now) and session.scalar(same.limit(1)) is not None:
        raise Refused({"applies_from": ONE_A_DAY})


def _require_fit(found: Clash | None, *, field: str) -> None:
    if found:
        raise Refused({field: f"Från {found.day:%Y-%m-%d} går det inte ihop. {found.sentence}"})


def _put(session: Session, new: _New, *, actor: Actor, now: datetime) -> None:
    row = {"name": new.name, "unit_id": new.unit_id, "value": new.value, "applies_from": new.day}
    session.add(SettingChange(**row, made_by=actor.name, made_at=now))
