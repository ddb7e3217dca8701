"""Ångra: an edit is taken back by a new one, which can be taken back in turn."""

from collections.abc import Collection
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.recipients import EditKind
from lcweb.domain.workdays import local
from lcweb.models import RecipientEdit, RecipientEntry, RecipientVersion
from lcweb.services.recipients.guarded import OnPage, edit_list
from lcweb.services.recipients.rows import STATE, change_entry, require_reach

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
        for version in _versions_of(session, undone.id):
            _restore(session, edit, version)


def _restore(session: Session, edit: RecipientEdit, left: RecipientVersion) -> None:
    """`left`: the row as the undone edit left it."""
    before, later = _around(session, left)
    values = _differing(before, left) if before else {"removed": True}
    entry = session.get_one(RecipientEntry, left.entry_id, populate_existing=True)
    _require_untouched(session, entry, left, later, names=values if before else _OF_AN_ADDED_ROW)
    try:
        change_entry(session, edit, entry, **values)
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


def _versions_of(session: Session, edit_id: int) -> list[RecipientVersion]:
    return list(session.scalars(select(RecipientVersion).where(RecipientVersion.edit_id == edit_id)))


def _around(session: Session, left: RecipientVersion) -> tuple[RecipientVersion | None, list[RecipientVersion]]:
    """The row's state before the edit, None when the edit added it, and its states after it."""
    own = select(RecipientVersion).where(RecipientVersion.entry_id == left.entry_id).order_by(RecipientVersion.edit_id)
    states = list(session.scalars(own))
    place = states.index(left)
    return states[place - 1] if place else None, states[place + 1 :]
