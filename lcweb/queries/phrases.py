"""The phrases that hold now: those a unit's people can put into a message, and those a person may edit."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select

from lcweb.db import reading
from lcweb.domain.phrases import alphabetical
from lcweb.models import Phrase, Unit
from lcweb.prepared import ask
from lcweb.queries.kept import kept


class Usable(NamedTuple):
    id: int
    title: str
    body: str
    is_common: bool


_USABLE = select(Phrase.id, Phrase.title, Phrase.body, Phrase.unit_id.is_(None)).where(
    or_(Phrase.unit_id == bindparam("of_unit"), Phrase.unit_id.is_(None)), Phrase.ended_at.is_(None)
)


class Editable(NamedTuple):
    """`unit_id` and `unit` are None for a common one. `made_at`: when it got its present words."""

    id: int
    unit_id: int | None
    unit: str | None
    title: str
    body: str
    made_by: str
    made_at: datetime


def usable(unit_id: int) -> list[Usable]:
    """The unit's own first, then the common ones, each in alphabetical order."""
    return list(kept(("phrases", unit_id), lambda: _usable(unit_id)))


def find_usable(phrase_id: int, *, unit_id: int) -> Usable | None:
    """None also for another unit's, and for one that has ended."""
    return next((phrase for phrase in usable(unit_id) if phrase.id == phrase_id), None)


def _usable(unit_id: int) -> list[Usable]:
    rows = ask(_USABLE, of_unit=unit_id)
    found = [Usable(id, title, body, bool(is_common)) for id, title, body, is_common in rows]
    return sorted(found, key=lambda phrase: (phrase.is_common, alphabetical(phrase.title)))


def editable(unit_id: int | None) -> list[Editable]:
    """Of one unit. None: all, the common ones first."""
    columns = (Phrase.id, Phrase.unit_id, Unit.name, Phrase.title, Phrase.body, Phrase.made_by, Phrase.made_at)
    living = select(*columns).outerjoin(Unit, Unit.id == Phrase.unit_id).where(Phrase.ended_at.is_(None))
    rows = reading().execute(living if unit_id is None else living.where(Phrase.unit_id == unit_id))
    return sorted(
        (Editable(*row) for row in rows),
        key=lambda phrase: (alphabetical(phrase.unit or ""), alphabetical(phrase.title)),
    )
