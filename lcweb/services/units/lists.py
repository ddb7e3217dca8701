"""A closed unit's rows of the recipient lists: they end, and its successor's begin the same day (S2)."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lcweb.domain.permissions import Actor
from lcweb.domain.recipients import CaseType, EditKind
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.models import RecipientEdit, RecipientEntry, Unit
from lcweb.services.recipients import NewEntry, begin_edit, change_entry, put_entry


def pass_rows(session: Session, old: Unit, new: Unit | None, *, actor: Actor, now: datetime) -> int:
    """One edit for each list, which its own page can show as one. Returns how many rows ended."""
    today, ended = local_day(now), 0
    lists = groupby(_living(session, old.id, today), key=lambda row: (row.municipality, row.case_type))
    for (municipality, case_type), rows in [(key, list(rows)) for key, rows in lists]:
        edit = begin_edit(session, EditKind.UNIT_CLOSED, municipality, case_type, actor=actor, now=now)
        for row in rows:
            successor = _successors(row, new.id, today) if new else None
            _end(session, edit, row, today)
            if successor and not _stands_there(session, successor):
                put_entry(session, edit, successor)
        ended += len(rows)
    return ended


def _living(session: Session, unit_id: int, today: date) -> Sequence[RecipientEntry]:
    """What holds today or later, in the one order in which lists are locked."""
    goes_on = or_(RecipientEntry.valid_to.is_(None), RecipientEntry.valid_to >= today)
    rows = select(RecipientEntry).where(RecipientEntry.unit_id == unit_id, RecipientEntry.removed.is_(False), goes_on)
    in_order = (RecipientEntry.municipality, RecipientEntry.case_type, RecipientEntry.position, RecipientEntry.id)
    return session.scalars(rows.order_by(*in_order)).all()


def _end(session: Session, edit: RecipientEdit, row: RecipientEntry, today: date) -> None:
    """What has not begun before today holds on no day."""
    if row.valid_from < today:
        change_entry(session, edit, row, valid_to=today - ONE_DAY)
    else:
        change_entry(session, edit, row, removed=True)


def _successors(row: RecipientEntry, unit_id: int, today: date) -> NewEntry:
    return NewEntry(
        municipality=row.municipality, case_type=CaseType(row.case_type), area=row.area, unit_id=unit_id,
        position=row.position, valid_from=max(row.valid_from, today), valid_to=row.valid_to, note=row.note,
    )  # fmt: skip


def _stands_there(session: Session, new: NewEntry) -> bool:
    """The successor receives the area already, for as long."""
    ends = RecipientEntry.valid_to.is_(None)
    covers = ends if new.valid_to is None else or_(ends, RecipientEntry.valid_to >= new.valid_to)
    same = select(RecipientEntry.id).where(
        RecipientEntry.municipality == new.municipality, RecipientEntry.case_type == new.case_type,
        RecipientEntry.area == new.area, RecipientEntry.unit_id == new.unit_id, RecipientEntry.removed.is_(False),
        RecipientEntry.valid_from <= new.valid_from, covers,
    )  # fmt: skip
    return session.scalar(same) is not None
