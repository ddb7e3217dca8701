"""What closing a unit would touch, in numbers."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from lcweb.db import reading
from lcweb.domain.workdays import local_day
from lcweb.facts import still_here
from lcweb.models import Draft, Membership, Obligation, Phrase, RecipientEntry, Thread, ThreadParty, Unit, User


class ListRow(NamedTuple):
    """A row that names the unit. `alone`: without it nobody receives for the area today, or on the day it begins."""

    municipality: str
    case_type: str
    area: str
    first: date
    last: date | None
    alone: bool


class Consequences(NamedTuple):
    """`unread` are closed or sent on, with something that nobody of the unit has opened.

    `staff` are the names of those who have a role in the unit.
    """

    open_as_sender: int
    open_as_recipient: int
    unread: int
    closed: int
    left: int
    duties: int
    drafts: int
    phrases: int
    lists: list[ListRow]
    staff: list[str]

    @property
    def waiting(self) -> int:
        """What a successor must take over."""
        return self.open_as_sender + self.open_as_recipient + self.unread


def consequences(unit_id: int, *, now: datetime) -> Consequences:
    here, is_open = ThreadParty.left_at.is_(None), Thread.closed_at.is_(None)
    sends = Thread.sender_unit_id == unit_id
    return Consequences(
        open_as_sender=_threads(unit_id, here, is_open, sends),
        open_as_recipient=_threads(unit_id, here, is_open, ~sends),
        unread=_threads(unit_id, ThreadParty.unopened > 0, ~and_(here, is_open)),
        closed=_threads(unit_id, here, ~is_open),
        left=_threads(unit_id, ~here),
        duties=_count(Obligation.unit_id == unit_id, Obligation.ended_at.is_(None)),
        drafts=_count(Draft.unit_id == unit_id),
        phrases=_count(Phrase.unit_id == unit_id, Phrase.ended_at.is_(None)),
        lists=_lists(unit_id, local_day(now)),
        staff=_staff(unit_id, now),
    )


def _threads(unit_id: int, *wanted: ColumnElement[bool]) -> int:
    of_unit = select(func.count()).select_from(ThreadParty).join(Thread, Thread.id == ThreadParty.thread_id)
    return reading().execute(of_unit.where(ThreadParty.unit_id == unit_id, *wanted)).scalar_one()


def _count(*wanted: ColumnElement[bool]) -> int:
    return reading().execute(select(func.count()).where(*wanted)).scalar_one()


def _lists(unit_id: int, today: date) -> list[ListRow]:
    row, other, unit = aliased(RecipientEntry), aliased(RecipientEntry), aliased(Unit)
    others = (
        select(other.id)
        .join(unit, and_(unit.id == other.unit_id, unit.closed_at.is_(None)))
        .where(
            other.municipality == row.municipality, other.case_type == row.case_type, other.area == row.area,
            other.unit_id != unit_id, other.removed.is_(False),
            or_(other.valid_from <= today, other.valid_from <= row.valid_from),
            or_(other.valid_to.is_(None), and_(other.valid_to >= today, other.valid_to >= row.valid_from)),
        )
    )  # fmt: skip
    rows = (
        select(row.municipality, row.case_type, row.area, row.valid_from, row.valid_to, ~others.exists())
        .where(row.unit_id == unit_id, row.removed.is_(False))
        .where(or_(row.valid_to.is_(None), row.valid_to >= today))
        .order_by(row.municipality, row.case_type, row.position, row.id)
    )
    return [ListRow(*found) for found in reading().execute(rows)]


def _staff(unit_id: int, now: datetime) -> list[str]:
    held = (
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.unit_id == unit_id, still_here(Membership, now), still_here(User, now))
    )
    return list(reading().scalars(held.distinct().order_by(User.name)))
