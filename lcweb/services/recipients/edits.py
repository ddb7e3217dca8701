"""One edit of a list at a time: a row is added, changed, ended or moved."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, recipient_lists
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.recipients import EditKind, Period
from lcweb.domain.workdays import local_day
from lcweb.models import RecipientEntry, Unit
from lcweb.services.recipients.guarded import OnPage, edit_list, edit_of, hold_open
from lcweb.services.recipients.rows import NewEntry, change_entry, put_entry, require_reach

_STEP = 10


@dataclass(frozen=True, kw_only=True)
class RowFields:
    """What a person may change of a row."""

    area: str
    unit_id: int
    note: str
    valid_from: date
    valid_to: date | None


def add_entry(actor: Actor, new: NewEntry, *, now: datetime, on: OnPage | None = None) -> int:
    """Raises NotAllowed, NotFound for another municipality's list, Refused; with `on` also Conflict and Doubted."""
    actor.require(Act.EDIT_LIST)
    require_reach(actor, new.municipality)
    with transaction() as session:
        hold_open(session, new.unit_id)
        with edit_list(session, EditKind.ADDED, new.municipality, new.case_type, actor=actor, now=now, on=on) as edit:
            return put_entry(session, edit, new).id


def change_row(actor: Actor, entry_id: int, fields: RowFields, *, on: OnPage, now: datetime) -> None:
    """Raises NotAllowed, NotFound, Refused, Conflict, Doubted."""
    with transaction() as session:
        hold_open(session, fields.unit_id)
        with edit_of(session, EditKind.CHANGED, entry_id, actor=actor, now=now, on=on) as (edit, entry):
            values = asdict(fields)
            values |= {"area": guards.normalized(fields.area), "note": guards.normalized(fields.note)}
            _require_open(session, fields)
            change_entry(session, edit, entry, **values)


def end_entry(actor: Actor, entry_id: int, last_day: date, *, now: datetime, on: OnPage | None = None) -> None:
    """The last day may have been, or may come. Raises NotAllowed, NotFound, Refused; with `on` Conflict, Doubted."""
    with (
        transaction() as session,
        edit_of(session, EditKind.ENDED, entry_id, actor=actor, now=now, on=on) as (edit, entry),
    ):
        change_entry(session, edit, entry, valid_to=last_day)


def move_entry(actor: Actor, entry_id: int, *, up: bool, on: OnPage, now: datetime) -> None:
    """Past the row that stands next to it on the page. Raises NotAllowed, NotFound, Refused, Conflict."""
    with (
        transaction() as session,
        edit_of(session, EditKind.MOVED, entry_id, actor=actor, now=now, on=on) as (edit, entry),
    ):
        rows = _entries(session, entry.municipality, entry.case_type)
        neighbour = _neighbour(rows, entry, up=up, today=local_day(now))
        if neighbour is None:
            raise Refused({"form": f"{entry.area} står redan {'först' if up else 'sist'}."})
        for row, position in _exchanged(rows, entry, neighbour):
            change_entry(session, edit, row, position=position)


def _require_open(session: Session, fields: RowFields) -> None:
    """Also of a row whose unit has been closed since: whoever changes it mends it. Raises Refused."""
    unit = session.get(Unit, fields.unit_id)
    if unit is None or unit.closed_at is None:
        return
    period = Period(fields.valid_from, fields.valid_to)
    problem = recipient_lists.closed_problem(unit.name, period, local_day(unit.closed_at))
    if problem:
        raise Refused({"unit": problem})


def _entries(session: Session, municipality: str, case_type: str) -> list[RecipientEntry]:
    """In the list's order, as they are now that nobody else can change them."""
    wanted = select(RecipientEntry).where(
        RecipientEntry.municipality == municipality,
        RecipientEntry.case_type == case_type,
        RecipientEntry.removed.is_(False),
    )
    rows = session.scalars(wanted.execution_options(populate_existing=True))
    return sorted(rows, key=lambda row: (row.position, row.id))


def _neighbour(
    rows: Sequence[RecipientEntry], entry: RecipientEntry, *, up: bool, today: date
) -> RecipientEntry | None:
    """A row that holds today moves among those that do; one to come among all that have not ended."""
    living = [row for row in rows if row.valid_to is None or row.valid_to >= today]
    if entry.valid_from <= today:
        living = [row for row in living if row.valid_from <= today]
    if entry not in living:
        return None
    place = living.index(entry) + (-1 if up else 1)
    return living[place] if 0 <= place < len(living) else None


def _exchanged(
    rows: Sequence[RecipientEntry], entry: RecipientEntry, neighbour: RecipientEntry
) -> list[tuple[RecipientEntry, int]]:
    """New positions: of the two alone, unless others stand on the same one; then of all."""
    taken = [row.position for row in rows]
    if taken.count(entry.position) == 1 and taken.count(neighbour.position) == 1:
        return [(entry, neighbour.position), (neighbour, entry.position)]
    exchanged = {entry.id: neighbour, neighbour.id: entry}
    order = [exchanged.get(row.id, row) for row in rows]
    return [(row, place * _STEP) for place, row in enumerate(order, start=1)]
