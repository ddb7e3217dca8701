"""The recipient lists' rows: added, changed and ended, never deleted, with every state kept (S2)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lcweb.db import insert_into, transaction
from lcweb.domain import guards
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor, Role
from lcweb.domain.recipients import CaseType, EditKind
from lcweb.models import RecipientEdit, RecipientEntry, RecipientList, RecipientVersion, Unit

#: What of a row can change, and so is kept of each state.
STATE = ("area", "unit_id", "note", "position", "valid_from", "valid_to", "removed")


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """`valid_to` is the last day, included; None: until further notice."""

    municipality: str
    case_type: CaseType
    area: str
    unit_id: int
    position: int
    valid_from: date
    valid_to: date | None = None
    note: str = ""


def add_entry(actor: Actor, new: NewEntry, *, now: datetime) -> int:
    """Raises NotAllowed, NotFound for another municipality's list, Refused."""
    actor.require(Act.EDIT_LIST)
    require_reach(actor, new.municipality)
    with transaction() as session:
        edit = begin_edit(session, EditKind.ADDED, new.municipality, new.case_type, actor=actor, now=now)
        return put_entry(session, edit, new).id


def end_entry(actor: Actor, entry_id: int, last_day: date, *, now: datetime) -> None:
    """Raises NotAllowed, NotFound, Refused."""
    actor.require(Act.EDIT_LIST)
    with transaction() as session:
        entry = session.get(RecipientEntry, entry_id)
        if entry is None:
            raise NotFound("entry")
        require_reach(actor, entry.municipality)
        edit = begin_edit(session, EditKind.ENDED, entry.municipality, entry.case_type, actor=actor, now=now)
        change_entry(session, edit, entry, valid_to=last_day)


def begin_edit(
    session: Session, kind: EditKind, municipality: str, case_type: str, *, actor: Actor, now: datetime,
    seen: int | None = None, undoes_id: int | None = None, import_id: int | None = None,
) -> RecipientEdit:  # fmt: skip
    """Within a verb's transaction: from here to its end the list is this edit's alone.

    `seen`: the last edit that the person knew of. Raises Conflict when there has been another since.
    """
    edit = RecipientEdit(
        municipality=municipality, case_type=case_type, kind=kind, made_by_id=actor.user_id or None,
        made_by=actor.name, made_at=now, undoes_id=undoes_id, import_id=import_id,
    )  # fmt: skip
    session.add(edit)
    session.flush()
    fresh = insert_into(session, RecipientList).values(municipality=municipality, case_type=case_type, edit_id=0)
    session.execute(fresh.on_conflict_do_nothing())
    own = update(RecipientList).where(RecipientList.municipality == municipality, RecipientList.case_type == case_type)
    if seen is not None:
        own = own.where(RecipientList.edit_id == seen)
    if session.execute(own.values(edit_id=edit.id).execution_options(synchronize_session=False)).rowcount == 0:
        raise Conflict("Någon annan har ändrat listan sedan du öppnade sidan.")
    return edit


def put_entry(session: Session, edit: RecipientEdit, new: NewEntry) -> RecipientEntry:
    """Within a verb's transaction. Raises Refused."""
    values = {name: getattr(new, name) for name in new.__dataclass_fields__}
    entry = RecipientEntry(**values | {"area": guards.normalized(new.area), "note": guards.normalized(new.note)})
    entry.removed = False
    _check(session, entry)
    session.add(entry)
    session.flush()
    _keep(session, edit, entry)
    return entry


def change_entry(session: Session, edit: RecipientEdit, entry: RecipientEntry, **fields: object) -> bool:
    """Within a verb's transaction; `fields` are some of STATE. False when nothing differs. Raises Refused."""
    changed = {name: value for name, value in fields.items() if getattr(entry, name) != value}
    for name, value in changed.items():
        setattr(entry, name, value)
    if changed:
        with session.no_autoflush:
            _check(session, entry)
        session.flush()
        _keep(session, edit, entry)
    return bool(changed)


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


def _check(session: Session, entry: RecipientEntry) -> None:
    if entry.valid_to is not None and entry.valid_to < entry.valid_from:
        raise Refused({"valid_to": "Sista dagen kan inte vara före den första."})
    if session.get(Unit, entry.unit_id) is None:
        raise Refused({"unit": "Enheten finns inte. Välj en annan."})


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
