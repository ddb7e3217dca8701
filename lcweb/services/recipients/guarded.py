"""What every edit that a person makes on the page has in common: what was seen, and what it would make wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lcweb.domain import recipient_lists
from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.recipient_lists import Doubted, Row
from lcweb.domain.recipients import EditKind, Period
from lcweb.domain.workdays import local_day
from lcweb.models import RecipientEdit, RecipientEntry, RecipientVersion, Unit
from lcweb.services.recipients.rows import begin_edit, require_reach

NOTHING = "Ingenting är ändrat, så det finns inget att spara."


@dataclass(frozen=True)
class OnPage:
    """What the person had on screen: the list's last edit, and what stands for the findings that were confirmed."""

    seen: int
    confirmed: int = 0


@contextmanager
def edit_of(
    session: Session, kind: EditKind, entry_id: int, *, actor: Actor, now: datetime, on: OnPage | None
) -> Iterator[tuple[RecipientEdit, RecipientEntry]]:
    """An edit of the row's list, and the row as it is now that nobody else can change it."""
    actor.require(Act.EDIT_LIST)
    entry = session.get(RecipientEntry, entry_id)
    if entry is None:
        raise NotFound("entry")
    require_reach(actor, entry.municipality)
    with edit_list(session, kind, entry.municipality, entry.case_type, actor=actor, now=now, on=on) as edit:
        session.refresh(entry)
        if entry.removed:
            raise NotFound("entry")
        yield edit, entry


@contextmanager
def edit_list(
    session: Session, kind: EditKind, municipality: str, case_type: str, *, actor: Actor, now: datetime,
    on: OnPage | None, undoes_id: int | None = None,
) -> Iterator[RecipientEdit]:  # fmt: skip
    """Whatever is wrong with the list because of it has been confirmed, and something has changed."""
    edit = begin_edit(session, kind, municipality, case_type, actor=actor, now=now, seen=on.seen if on else None,
                      undoes_id=undoes_id)  # fmt: skip
    before = _rows(session, municipality, case_type) if on else []
    yield edit
    kept = select(func.count()).select_from(RecipientVersion).where(RecipientVersion.edit_id == edit.id)
    if not session.scalar(kept):
        raise Refused({"form": NOTHING})
    if on:
        found = recipient_lists.caused(before, _rows(session, municipality, case_type), local_day(now))
        if found and recipient_lists.digest(found) != on.confirmed:
            raise Doubted(found)


def hold_open(session: Session, unit_id: int) -> None:
    """A unit that is just being closed is waited for; taken before the list, as closing does."""
    session.get(Unit, unit_id, with_for_update={"read": True})


def _rows(session: Session, municipality: str, case_type: str) -> list[Row]:
    """As the guards look at them."""
    entry = RecipientEntry
    found = session.execute(
        select(entry.id, entry.area, Unit.id, Unit.name, entry.valid_from, entry.valid_to, Unit.closed_at)
        .join(Unit, Unit.id == entry.unit_id)
        .where(entry.municipality == municipality, entry.case_type == case_type, entry.removed.is_(False))
    )
    return [
        Row(entry_id, area, unit_id, unit, Period(first, last), local_day(closed_at) if closed_at else None)
        for entry_id, area, unit_id, unit, first, last, closed_at in found
    ]
