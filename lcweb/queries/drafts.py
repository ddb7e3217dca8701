"""Half-written messages: the own ones with their text, of colleagues' only that they were begun."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, case, select

from lcweb.db import reading
from lcweb.domain.drafts import Content, unpacked
from lcweb.domain.errors import NotFound
from lcweb.domain.permissions import short_name
from lcweb.domain.recipients import read_choice
from lcweb.models import Draft, Unit, User


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
    own: OwnDraft | None
    begun: tuple[Begun, ...]


class LetterRow(NamedTuple):
    """All that a list may show of a compose page's draft (P2): no patient, no subject."""

    id: int
    saved_at: datetime
    recipient: str | None


def in_thread(*, thread_id: int, user_id: int, unit_id: int) -> InThread:
    """As the acted-from unit may know: a colleague's text is not even read."""
    own_fields = case((Draft.user_id == user_id, Draft.fields))
    rows = reading().execute(
        select(Draft.id, Draft.begun_at, Draft.saved_at, own_fields, User.name)
        .join(User, User.id == Draft.user_id)
        .where(Draft.thread_id == thread_id, Draft.unit_id == unit_id)
        .order_by(Draft.begun_at, Draft.id)
    )
    own, begun = None, []
    for draft_id, begun_at, saved_at, fields, name in rows:
        if fields is None:
            begun.append(Begun(short_name(name), begun_at))
        else:
            own = _own(draft_id, None, saved_at, fields)
    return InThread(own, tuple(begun))


def get_letter(draft_id: int, *, user_id: int, unit_id: int) -> OwnDraft:
    """The caller has logged that it is handed out (L1). Raises NotFound."""
    own = (Draft.id == draft_id, Draft.user_id == user_id, Draft.unit_id == unit_id, Draft.thread_id.is_(None))
    row = reading().execute(_own_columns().where(*own)).first()
    if row is None:
        raise NotFound("draft")
    return _own(*row)


def find_letter(page_id: str, *, user_id: int, unit_id: int) -> OwnDraft | None:
    """The person's own of one compose page."""
    own = (Draft.page_id == page_id, Draft.user_id == user_id, Draft.unit_id == unit_id)
    row = reading().execute(_own_columns().where(*own)).first()
    return _own(*row) if row else None


def letters(*, user_id: int, unit_id: int) -> list[LetterRow]:
    """The person's own compose drafts, the latest first."""
    own = (Draft.user_id == user_id, Draft.unit_id == unit_id, Draft.thread_id.is_(None))
    found = [_own(*row) for row in reading().execute(_own_columns().where(*own).order_by(Draft.saved_at.desc()))]
    chosen = {draft.id: _unit(draft.content.fields.get("recipient_unit", "")) for draft in found}
    units = dict(
        tuple(row) for row in reading().execute(select(Unit.id, Unit.name).where(Unit.id.in_(chosen.values())))
    )
    return [LetterRow(draft.id, draft.saved_at, units.get(chosen[draft.id])) for draft in found]


def _own_columns() -> Select:
    return select(Draft.id, Draft.page_id, Draft.saved_at, Draft.fields)


def _own(draft_id: int, page_id: str | None, saved_at: datetime, fields: str) -> OwnDraft:
    return OwnDraft(draft_id, page_id, saved_at, unpacked(fields))


def _unit(raw: str) -> int:
    """0, which no unit has, for anything that names no unit."""
    choice = read_choice(raw)
    return choice.unit_id if choice else 0
