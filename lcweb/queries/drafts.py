"""Half-written messages: the own ones with their text, of colleagues' only that they were begun."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from lcweb.db import reading
from lcweb.domain.drafts import Content, unpacked
from lcweb.domain.errors import NotFound
from lcweb.domain.recipients import read_choice
from lcweb.models import Draft, Unit
from lcweb.prepared import ask


class OwnDraft(NamedTuple):
    """`page_id`: of a compose page, its submission id."""

    id: int
    page_id: str | None
    saved_at: datetime
    content: Content


class Begun(NamedTuple):
    """That a colleague has begun to answer; never what."""

    by: str
    at: datetime


class InThread(NamedTuple):
    """As the acted-from unit may know."""

    own: OwnDraft | None
    begun: tuple[Begun, ...]


class LetterRow(NamedTuple):
    """All that a list may show of a compose page's draft (P2): no patient, no subject."""

    id: int
    saved_at: datetime
    recipient: str | None


_COMPOSED = select(Draft.id, Draft.page_id, Draft.saved_at, Draft.fields).where(
    Draft.user_id == bindparam("user_id"), Draft.unit_id == bindparam("unit_id")
)
_LETTER = _COMPOSED.where(Draft.id == bindparam("draft_id"), Draft.thread_id.is_(None))
_LETTER_OF_PAGE = _COMPOSED.where(Draft.page_id == bindparam("page_id"))
_LETTERS = _COMPOSED.where(Draft.thread_id.is_(None)).order_by(Draft.saved_at.desc())


def get_letter(draft_id: int, *, user_id: int, unit_id: int) -> OwnDraft:
    """The caller has logged that it is handed out (L1). Raises NotFound."""
    rows = ask(_LETTER, draft_id=draft_id, user_id=user_id, unit_id=unit_id)
    if not rows:
        raise NotFound("draft")
    return _own(*rows[0])


def find_letter(page_id: str, *, user_id: int, unit_id: int) -> OwnDraft | None:
    """The person's own of one compose page."""
    rows = ask(_LETTER_OF_PAGE, page_id=page_id, user_id=user_id, unit_id=unit_id)
    return _own(*rows[0]) if rows else None


def letters(*, user_id: int, unit_id: int) -> list[LetterRow]:
    """The person's own compose drafts, the latest first."""
    found = [_own(*row) for row in ask(_LETTERS, user_id=user_id, unit_id=unit_id)]
    chosen = {draft.id: _unit(draft.content.fields.get("recipient_unit", "")) for draft in found}
    names = _unit_names(chosen.values()) if found else {}
    return [LetterRow(draft.id, draft.saved_at, names.get(chosen[draft.id])) for draft in found]


def _unit_names(unit_ids: Iterable[int]) -> dict[int, str]:
    named = select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids))
    return {row.id: row.name for row in reading().execute(named)}


def _own(draft_id: int, page_id: str | None, saved_at: datetime, fields: str) -> OwnDraft:
    return OwnDraft(draft_id, page_id, saved_at, unpacked(fields))


def _unit(raw: str) -> int:
    """0, which no unit has, for anything that names no unit."""
    choice = read_choice(raw)
    return choice.unit_id if choice else 0
