"""Ångra: an edit is taken back by a new one, which can be taken back in turn."""

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.recipients import EditKind
from lcweb.domain.workdays import local
from lcweb.models import RecipientEdit, RecipientEntry, RecipientVersion, Unit
from lcweb.services.recipients.guarded import OnPage, edit_list
from lcweb.services.recipients.rows import STATE, keep_rows, require_reach, set_row

#: What adding a row has set, and a later edit may have set otherwise. Its place is moved along with other rows.
_OF_AN_ADDED_ROW = frozenset(STATE) - {"position"}


def undo(actor: Actor, edit_id: int, *, on: OnPage, now: datetime) -> None:
    """Each row gets back what the edit changed of it. Raises NotAllowed, NotFound, Refused, Conflict, Doubted."""
    actor.require(Act.EDIT_LIST)
    with transaction() as session:
        undone = session.get(RecipientEdit, edit_id)
        if undone is None or undone.kind == EditKind.BEGUN:
            raise NotFound("edit")
        require_reach(actor, undone.municipality)
        undo_edit(session, undone, actor=actor, now=now, on=on)


def undo_edit(session: Session, undone: RecipientEdit, *, actor: Actor, now: datetime, on: OnPage | None) -> None:
    """Within a verb's transaction. `on` None: nothing was on screen. Raises Refused, Conflict, Doubted."""
    place = undone.municipality, undone.case_type
    with edit_list(session, EditKind.UNDONE, *place, actor=actor, now=now, on=on, undoes_id=undone.id) as edit:
        states, entries = _states_of(session, undone.id), _entries_of(session, undone.id)
        units = session.scalars(select(Unit)).all()  # held, so that each row finds its unit in the session
        with session.no_autoflush:
            touched = [entry for entry in entries if _restored(session, undone.id, entry, states[entry.id])]
        del units
        keep_rows(session, edit, touched)


def _restored(session: Session, undone_id: int, entry: RecipientEntry, states: list[RecipientVersion]) -> bool:
    """`states`: all that the row has had, in their order. False when nothing differs."""
    place = next(place for place, state in enumerate(states) if state.edit_id == undone_id)
    before, left = states[place - 1] if place else None, states[place]
    values = _differing(before, left) if before else {"removed": True}
    _require_untouched(session, entry, left, states[place + 1 :], names=values if before else _OF_AN_ADDED_ROW)
    try:
        return set_row(session, entry, values)
    except Refused as refused:
        why = " ".join(refused.problems.values())
        raise Refused({"form": f"Det går inte att ångra raden {left.area}. {why}"}) from None


def _require_untouched(
    session: Session, entry: RecipientEntry, left: RecipientVersion, later: list[RecipientVersion], *,
    names: Collection[str],
) -> None:  # fmt: skip
    """What a later edit has changed and another changed back is as it was left. Raises Refused."""
    moved_on = [name for name in (*names, "removed") if getattr(entry, name) != getattr(left, name)]
    if not moved_on:
        return
    changing = [
        after.edit_id
        for before, after in pairwise((left, *later))
        if any(getattr(before, name) != getattr(after, name) for name in moved_on)
    ]
    by = session.get_one(RecipientEdit, changing[-1])
    when = f"{by.made_by} {local(by.made_at):%Y-%m-%d %H.%M}"
    if by.undoes_id == left.edit_id:
        raise Refused({"form": f"Ändringen är redan ångrad av {when}."})
    why = f"Raden {left.area} ändrades igen av {when}. Ångra den ändringen först."
    raise Refused({"form": f"Det går inte att ångra. {why}"})


def _differing(before: RecipientVersion, left: RecipientVersion) -> dict[str, object]:
    """What the edit changed, as it was before."""
    return {name: getattr(before, name) for name in STATE if getattr(before, name) != getattr(left, name)}


def _states_of(session: Session, edit_id: int) -> dict[int, list[RecipientVersion]]:
    """Of each row that the edit touched, in one statement: a file may have touched thousands."""
    found: dict[int, list[RecipientVersion]] = {}
    own = select(RecipientVersion).where(RecipientVersion.entry_id.in_(_touched(edit_id)))
    for state in session.scalars(own.order_by(RecipientVersion.entry_id, RecipientVersion.edit_id)):
        found.setdefault(state.entry_id, []).append(state)
    return found


def _entries_of(session: Session, edit_id: int) -> list[RecipientEntry]:
    """As they are now that nobody else can change them."""
    own = select(RecipientEntry).where(RecipientEntry.id.in_(_touched(edit_id))).order_by(RecipientEntry.id)
    return list(session.scalars(own.execution_options(populate_existing=True)))


def _touched(edit_id: int) -> Select[tuple[int]]:
    return select(RecipientVersion.entry_id).where(RecipientVersion.edit_id == edit_id)
