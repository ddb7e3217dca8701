"""Suggestions about the recipient lists, with the rows that they are about as these are now."""

from collections.abc import Set
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, select

from lcweb.db import reading
from lcweb.domain.errors import NotFound
from lcweb.models import RecipientEntry, RecipientSuggestion, Unit


class EntryNow(NamedTuple):
    """The row that a suggestion is about, as it is now. `last`: its last day, included."""

    id: int
    municipality: str
    case_type: str
    area: str
    unit: str
    phone: str
    acute_phone: str
    note: str
    last: date | None


class Suggestion(NamedTuple):
    """`entry` None: it is about the list as a whole. `decision` None: nobody has decided on it."""

    id: int
    municipality: str
    case_type: str
    words: str
    made_by: str
    made_in: str
    made_at: datetime
    decision: str | None
    answer: str | None
    decided_by: str | None
    decided_at: datetime | None
    entry: EntryNow | None


_ENTRY = (
    RecipientEntry.id, RecipientEntry.municipality, RecipientEntry.case_type, RecipientEntry.area, Unit.name,
    Unit.phone, Unit.acute_phone, RecipientEntry.note, RecipientEntry.valid_to,
)  # fmt: skip
_OWN = (
    RecipientSuggestion.id, RecipientSuggestion.municipality, RecipientSuggestion.case_type, RecipientSuggestion.words,
    RecipientSuggestion.made_by, RecipientSuggestion.made_in, RecipientSuggestion.made_at,
    RecipientSuggestion.decision, RecipientSuggestion.answer, RecipientSuggestion.decided_by,
    RecipientSuggestion.decided_at,
)  # fmt: skip


def get_entry(entry_id: int) -> EntryNow:
    """Raises NotFound, also for a row whose adding was undone."""
    found = (
        reading()
        .execute(
            select(*_ENTRY)
            .join(Unit, Unit.id == RecipientEntry.unit_id)
            .where(RecipientEntry.id == entry_id, RecipientEntry.removed.is_(False))
        )
        .first()
    )
    if found is None:
        raise NotFound("entry")
    return EntryNow(*found)


def of_person(user_id: int, *, limit: int = 50) -> list[Suggestion]:
    """The person's own, newest first."""
    own = _suggestions().where(RecipientSuggestion.made_by_id == user_id)
    return _found(own.order_by(RecipientSuggestion.id.desc()).limit(limit))


def undecided(municipalities: Set[str] | None, *, limit: int = 100) -> list[Suggestion]:
    """Oldest first, so that what does not fit comes when those are decided on. None: of every municipality."""
    waiting = _within(municipalities).where(RecipientSuggestion.decision.is_(None))
    return _found(waiting.order_by(RecipientSuggestion.made_at, RecipientSuggestion.id).limit(limit))


def decided(municipalities: Set[str] | None, *, limit: int = 50) -> list[Suggestion]:
    """The latest decision first. None: of every municipality."""
    done = _within(municipalities).where(RecipientSuggestion.decision.is_not(None))
    return _found(done.order_by(RecipientSuggestion.decided_at.desc(), RecipientSuggestion.id.desc()).limit(limit))


def _within(municipalities: Set[str] | None) -> Select:
    every = _suggestions()
    return every if municipalities is None else every.where(RecipientSuggestion.municipality.in_(municipalities))


def _suggestions() -> Select:
    return (
        select(*_OWN, *_ENTRY)
        .outerjoin(RecipientEntry, RecipientEntry.id == RecipientSuggestion.entry_id)
        .outerjoin(Unit, Unit.id == RecipientEntry.unit_id)
    )


def _found(query: Select) -> list[Suggestion]:
    return [
        Suggestion(*row[: len(_OWN)], EntryNow(*row[len(_OWN) :]) if row[len(_OWN)] is not None else None)
        for row in map(tuple, reading().execute(query))
    ]
