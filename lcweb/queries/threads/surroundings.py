"""What stands around a thread's messages: its events, the unit's notes and openings, half-written answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, bindparam, case, func, literal_column, null, select, union_all

from lcweb.domain.drafts import unpacked
from lcweb.domain.permissions import short_name
from lcweb.models import Draft, InternalNote, Message, Opening, ThreadEvent, User
from lcweb.prepared import ask
from lcweb.queries.drafts import Begun, InThread, OwnDraft


class EventRow(NamedTuple):
    at: datetime
    kind: str
    unit: str
    by: str
    due_at: datetime | None
    to_unit: str | None
    reason: str | None
    words: str | None


class NoteRow(NamedTuple):
    written_at: datetime
    by: str
    note: str


class OpenedBy(NamedTuple):
    at: datetime
    by: str


class Surroundings(NamedTuple):
    """`notes`: the own unit's alone. `opened_by`: each colleague's first look at each round of messages."""

    events: tuple[EventRow, ...]
    notes: tuple[NoteRow, ...]
    opened_by: tuple[OpenedBy, ...]
    drafts: InThread


_EVENT, _NOTE, _OPENING, _DRAFT = "event", "note", "opening", "draft"
_THREAD, _UNIT, _PERSON = bindparam("thread_id"), bindparam("unit_id"), bindparam("user_id", type_=Integer)


def _is(what: str) -> Any:
    return literal_column(f"'{what}'", String).label("what")


_EVENTS = select(
    _is(_EVENT), ThreadEvent.id, ThreadEvent.at, ThreadEvent.due_at, ThreadEvent.user_name, ThreadEvent.words,
    ThreadEvent.kind, ThreadEvent.unit_name, ThreadEvent.to_unit_name, ThreadEvent.reason,
).where(
    ThreadEvent.thread_id == _THREAD,
    ThreadEvent.id <= func.coalesce(bindparam("last_event_id", type_=Integer), ThreadEvent.id),
)  # fmt: skip
_NOTES = select(
    _is(_NOTE), InternalNote.id, InternalNote.written_at, null(), InternalNote.author_name, InternalNote.body,
    *[null()] * 4,
).where(InternalNote.thread_id == _THREAD, InternalNote.unit_id == _UNIT)  # fmt: skip
# Grouped and not distinct, for which PostgreSQL would have to take each NULL for a text.
_OPENINGS = (
    select(_is(_OPENING), null(), Opening.opened_at, null(), User.name, *[null()] * 5)
    .select_from(Opening)
    .join(Message, Message.id == Opening.message_id)
    .join(User, User.id == Opening.user_id)
    .where(Message.thread_id == _THREAD, Opening.unit_id == _UNIT)
    .group_by(Opening.opened_at, User.name)
)
_DRAFTS = (
    select(
        _is(_DRAFT), Draft.id, Draft.begun_at, Draft.saved_at, User.name,
        case((Draft.user_id == _PERSON, Draft.fields)),  # a colleague's text is not even read
        *[null()] * 4,
    )
    .select_from(Draft)
    .join(User, User.id == Draft.user_id)
    .where(Draft.thread_id == _THREAD, Draft.unit_id == _UNIT)
)  # fmt: skip
#: The first names the columns, and gives them their types.
_AROUND = select(union_all(_EVENTS, _NOTES, _OPENINGS, _DRAFTS).subquery())


def around(*, thread_id: int, unit_id: int, user_id: int | None, last_event_id: int | None) -> Surroundings:
    """As the unit may know it. `user_id`: whose own half-written answer; None: nobody's. `last_event_id`: of a unit
    that has left.
    """
    found: dict[str, list[Any]] = {_EVENT: [], _NOTE: [], _OPENING: [], _DRAFT: []}
    for row in ask(_AROUND, thread_id=thread_id, unit_id=unit_id, user_id=user_id, last_event_id=last_event_id):
        found[row.what].append(row)
    return Surroundings(
        tuple(_event(row) for row in sorted(found[_EVENT], key=lambda row: row.id)),
        tuple(
            NoteRow(row.at, short_name(row.user_name), row.words)
            for row in sorted(found[_NOTE], key=lambda row: row.id)
        ),
        tuple(OpenedBy(row.at, short_name(row.user_name)) for row in sorted(found[_OPENING], key=lambda row: row.at)),
        _in_thread(sorted(found[_DRAFT], key=lambda row: (row.at, row.id))),
    )


def _event(row: Any) -> EventRow:
    return EventRow(row.at, row.kind, row.unit_name, row.user_name, row.due_at, row.to_unit_name, row.reason, row.words)


def _in_thread(rows: Iterable[Any]) -> InThread:
    """In the order in which they were begun; `words` are the fields, of the own one alone."""
    own, begun = None, []
    for row in rows:
        if row.words is None:
            begun.append(Begun(short_name(row.user_name), row.at))
        else:
            own = OwnDraft(row.id, None, row.due_at, unpacked(row.words))
    return InThread(own, tuple(begun))
