"""The rows' primitives, within a verb's transaction: an edit is begun, and its rows are put and changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lcweb.db import insert_into
from lcweb.domain import guards, recipient_lists
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.recipients import CaseType, EditKind, Period
from lcweb.domain.workdays import local_day
from lcweb.models import RecipientEdit, RecipientEntry, RecipientList, RecipientVersion, Unit

#: What of a row can change, and so is kept of each state.
STATE = ("area", "unit_id", "note", "position", "valid_from", "valid_to", "removed")
_TEXTS = ("area", "note")
_WHERE_TO = ("unit_id", "valid_from", "valid_to", "removed")


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """`valid_to` is the last day, included; None: until further notice. `position` None: after the list's last row."""

    municipality: str
    case_type: CaseType
    area: str
    unit_id: int
    position: int | None = None
    valid_from: date
    valid_to: date | None = None
    note: str = ""


def begin_edit(
    session: Session, kind: EditKind, municipality: str, case_type: str, *, actor: Actor, now: datetime,
    seen: int | None = None, undoes_id: int | None = None, import_id: int | None = None,
) -> RecipientEdit:  # fmt: skip
    """Within a verb's transaction: from here to its end the list is this edit's alone.

    `seen`: the last edit that the person knew of. Raises Conflict when there has been another since.
    """
    _lock(session, municipality, case_type, seen=seen)  # first: so a list's edits are numbered in their order
    edit = RecipientEdit(
        municipality=municipality, case_type=case_type, kind=kind, made_by_id=actor.user_id or None,
        made_by=actor.name, made_at=now, undoes_id=undoes_id, import_id=import_id,
    )  # fmt: skip
    session.add(edit)
    session.flush()
    own = update(RecipientList).where(RecipientList.municipality == municipality, RecipientList.case_type == case_type)
    session.execute(own.values(edit_id=edit.id).execution_options(synchronize_session=False))
    return edit


def put_entry(session: Session, edit: RecipientEdit, new: NewEntry) -> RecipientEntry:
    """Within a verb's transaction. Raises Refused."""
    if new.position is None:
        new = replace(new, position=next_position(session, new.municipality, new.case_type))
    entry = _made(session, new)
    session.add(entry)
    session.flush()
    _keep(session, edit, entry)
    return entry


def change_entry(session: Session, edit: RecipientEdit, entry: RecipientEntry, **fields: object) -> bool:
    """Within a verb's transaction; `fields` are some of STATE. False when nothing differs. Raises Refused."""
    with session.no_autoflush:
        changed = set_row(session, entry, fields)
    if changed:
        session.flush()
        _keep(session, edit, entry)
    return changed


def write_rows(
    session: Session, edit: RecipientEdit, *, new: Sequence[NewEntry],
    changed: Sequence[tuple[RecipientEntry, Mapping[str, object]]],
) -> list[RecipientEntry]:  # fmt: skip
    """The new rows, in their order. As put_entry and change_entry, for thousands of rows in a few statements.

    Within a verb's transaction; each row stands once, and the edit has none of them yet. A new one has its position.
    Raises Refused.
    """
    with session.no_autoflush:
        added = [_made(session, one) for one in new]
        touched = [entry for entry, fields in changed if set_row(session, entry, fields)]
    session.add_all(added)
    keep_rows(session, edit, (*added, *touched))
    return added


def keep_rows(session: Session, edit: RecipientEdit, entries: Sequence[RecipientEntry]) -> None:
    """Each row's state after the edit, of rows that the edit has none of yet."""
    session.flush()
    session.add_all(
        RecipientVersion(edit_id=edit.id, entry_id=entry.id, **{name: getattr(entry, name) for name in STATE})
        for entry in entries
    )
    session.flush()


def next_position(session: Session, municipality: str, case_type: str) -> int:
    """After the list's last row, with room in between."""
    last = session.scalar(
        select(func.max(RecipientEntry.position)).where(
            RecipientEntry.municipality == municipality, RecipientEntry.case_type == case_type
        )
    )
    return (last or 0) + 10


def require_reach(actor: Actor, municipality: str) -> None:
    """A list administrator edits the own municipality's lists. Raises NotFound."""
    if Role.SYSTEM_ADMIN not in actor.roles and municipality not in actor.municipalities:
        raise NotFound("list")


def _lock(session: Session, municipality: str, case_type: str, *, seen: int | None) -> None:
    """Whoever comes second waits here, and then finds another last edit than the one that was seen."""
    fresh = insert_into(session, RecipientList).values(municipality=municipality, case_type=case_type, edit_id=0)
    session.execute(fresh.on_conflict_do_nothing())
    own = update(RecipientList).where(RecipientList.municipality == municipality, RecipientList.case_type == case_type)
    if seen is not None:
        own = own.where(RecipientList.edit_id == seen)
    held = own.values(edit_id=RecipientList.edit_id).execution_options(synchronize_session=False)
    if session.execute(held).rowcount == 0:
        raise Conflict("Någon annan har ändrat listan sedan du öppnade sidan.")


def _made(session: Session, new: NewEntry) -> RecipientEntry:
    values = {name: getattr(new, name) for name in new.__dataclass_fields__}
    entry = RecipientEntry(**values | {"area": guards.normalized(new.area), "note": guards.normalized(new.note)})
    entry.removed = False
    _check(session, entry, STATE)
    return entry


def set_row(session: Session, entry: RecipientEntry, fields: Mapping[str, object]) -> bool:
    """Not yet kept. False when nothing differs. Raises Refused."""
    changed = {name: value for name, value in fields.items() if getattr(entry, name) != value}
    lay_wrong = _closed_problem(session, entry) is not None
    for name, value in changed.items():
        setattr(entry, name, value)
    if changed:
        _check(session, entry, changed, may_lie_wrong=lay_wrong and "unit_id" not in changed)
    return bool(changed)


def _check(session: Session, entry: RecipientEntry, changed: Collection[str], *, may_lie_wrong: bool = False) -> None:
    """What has not been changed is left in peace: a unit may have closed since, and that is told of elsewhere."""
    problems = recipient_lists.period_problems(entry.valid_from, entry.valid_to)
    if any(name in changed for name in _TEXTS):
        texts = recipient_lists.text_problems(area=entry.area, note=entry.note)
        problems |= {name: sentence for name, sentence in texts.items() if name in changed}
    if session.get(Unit, entry.unit_id) is None:
        problems["unit"] = "Enheten finns inte. Välj en annan."
    elif any(name in changed for name in _WHERE_TO) and not may_lie_wrong:
        problem = _closed_problem(session, entry)
        problems |= {"unit": problem} if problem else {}
    if problems:
        raise Refused(problems)


def _closed_problem(session: Session, entry: RecipientEntry) -> str | None:
    unit = session.get(Unit, entry.unit_id)
    if unit is None or unit.closed_at is None or entry.removed:
        return None
    period = Period(entry.valid_from, entry.valid_to)
    return recipient_lists.closed_problem(unit.name, period, local_day(unit.closed_at))


def _keep(session: Session, edit: RecipientEdit, entry: RecipientEntry) -> None:
    """One state of a row for each edit: the last one."""
    values = {name: getattr(entry, name) for name in STATE}
    known = session.scalar(
        select(RecipientVersion).where(RecipientVersion.edit_id == edit.id, RecipientVersion.entry_id == entry.id)
    )
    if known is None:
        session.add(RecipientVersion(edit_id=edit.id, entry_id=entry.id, **values))
    else:
        for name, value in values.items():
            setattr(known, name, value)
    session.flush()
