"""What a unit reads in a thread: messages, events, notes, and who has opened them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from lcweb.db import reading
from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import short_name
from lcweb.domain.threads import Move
from lcweb.facts import lineage
from lcweb.models import AccessLogRow, InternalNote, Message, Opening, ThreadEvent, User
from lcweb.queries.threads.head import ThreadHead

_OTHER, _OLD = aliased(Message), aliased(Message)  # made once: an alias costs most of a statement's making


class MessageRow(NamedTuple):
    """`own`: the reader's unit wrote it. `opened_at`: first opened by another unit. A hidden text is empty here.

    `corrects_sent_at`: when the message was sent that this one corrects. `can_withdraw`: nobody has seen it yet.
    """

    id: int
    own: bool
    author_name: str
    author_title: str
    author_unit: str
    author_phone: str
    body: str
    expects_reply: bool
    sent_at: datetime
    opened_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    withdrawn: bool
    voided: bool
    corrects_sent_at: datetime | None
    corrected: bool
    unopened: bool
    can_withdraw: bool


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


class Transferred(NamedTuple):
    """`up_to_date`: nothing has been sent since."""

    at: datetime
    by: str
    up_to_date: bool


def _visible(head: ThreadHead) -> ColumnElement[bool]:
    """A withdrawn message is the author's unit's alone; a unit that has left sees up to its last one."""
    seen = [
        Message.thread_id == head.id,
        or_(Message.withdrawn_at.is_(None), Message.unit_id == head.own_unit_id),
    ]
    if head.last_message_id is not None:
        seen.append(Message.id <= head.last_message_id)
    return and_(*seen)


def _before_leaving(head: ThreadHead, moment: ColumnElement[datetime | None]) -> ColumnElement[datetime | None]:
    return moment if head.left_at is None else case((moment <= head.left_at, moment))


def messages(head: ThreadHead) -> tuple[MessageRow, ...]:
    opened = (
        select(_before_leaving(head, func.min(Opening.opened_at)))
        .where(Opening.message_id == Message.id, Opening.unit_id != Message.unit_id)
        .scalar_subquery()
    )
    own = Message.unit_id == head.own_unit_id
    by_us = select(Opening.message_id).where(Opening.message_id == Message.id, Opening.unit_id == head.own_unit_id)
    corrected = select(_OTHER.id).where(_OTHER.corrects_id == Message.id, _OTHER.withdrawn_at.is_(None))
    if head.last_message_id is not None:
        corrected = corrected.where(_OTHER.id <= head.last_message_id)
    answered = select(_OTHER.id).where(
        _OTHER.thread_id == head.id, _OTHER.id > Message.id, _OTHER.unit_id != Message.unit_id
    )
    shown = select(AccessLogRow.id).where(
        AccessLogRow.thread_id == head.id, AccessLogRow.unit_id.not_in(lineage(head.own_unit_id)),
        AccessLogRow.action == LogAction.SHOWN_BY_POLL, AccessLogRow.at >= Message.sent_at,
    )  # fmt: skip
    retracted = or_(Message.withdrawn_at.is_not(None), Message.voided_at.is_not(None))
    acknowledged = _before_leaving(head, Message.acknowledged_at)
    may_withdraw = Move.WITHDRAW in head.moves
    rows = reading().execute(
        select(
            Message.id, own, Message.author_name, Message.author_title, Message.author_unit, Message.author_phone,
            case((Message.voided_at.is_not(None), ""), else_=Message.body), Message.expects_reply, Message.sent_at,
            opened, acknowledged, case((acknowledged.is_not(None), Message.acknowledged_by)),
            Message.withdrawn_at.is_not(None), Message.voided_at.is_not(None), _OLD.sent_at, corrected.exists(),
            and_(~own, ~by_us.exists(), ~retracted),
            and_(own, ~retracted, opened.is_(None), Message.acknowledged_at.is_(None), ~answered.exists(),
                 ~shown.exists(), may_withdraw),
        )
        .outerjoin(_OLD, _OLD.id == Message.corrects_id)
        .where(_visible(head))
        .order_by(Message.id)
    )  # fmt: skip
    return tuple(MessageRow(*row) for row in rows)


def events(head: ThreadHead) -> tuple[EventRow, ...]:
    query = select(
        ThreadEvent.at, ThreadEvent.kind, ThreadEvent.unit_name, ThreadEvent.user_name, ThreadEvent.due_at,
        ThreadEvent.to_unit_name, ThreadEvent.reason, ThreadEvent.words,
    ).where(ThreadEvent.thread_id == head.id)  # fmt: skip
    if head.last_event_id is not None:
        query = query.where(ThreadEvent.id <= head.last_event_id)
    rows = [EventRow(*row) for row in reading().execute(query.order_by(ThreadEvent.id))]
    return tuple(row._replace(words=None) if head.is_hidden else row for row in rows)


def opened_by(head: ThreadHead) -> tuple[OpenedBy, ...]:
    """Each colleague's first look at each round of messages: by whom and when."""
    rows = reading().execute(
        select(Opening.opened_at, User.name)
        .join(Message, Message.id == Opening.message_id)
        .join(User, User.id == Opening.user_id)
        .where(Message.thread_id == head.id, Opening.unit_id == head.own_unit_id)
        .distinct()
        .order_by(Opening.opened_at)
    )
    return tuple(OpenedBy(at, short_name(name)) for at, name in rows)


def notes(head: ThreadHead) -> tuple[NoteRow, ...]:
    """The own unit's alone."""
    rows = reading().execute(
        select(InternalNote.written_at, InternalNote.author_name, InternalNote.body)
        .where(InternalNote.thread_id == head.id, InternalNote.unit_id == head.own_unit_id)
        .order_by(InternalNote.id)
    )
    return tuple(NoteRow(at, short_name(name), body) for at, name, body in rows)
