"""What a unit reads in a thread: its messages."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, ColumnElement, Integer, and_, bindparam, case, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from lcweb.db import UtcDateTime
from lcweb.domain.access_log import LogAction
from lcweb.domain.threads import Move
from lcweb.facts import lineage
from lcweb.models import AccessLogRow, Message, Opening
from lcweb.prepared import ask
from lcweb.queries.threads.head import ThreadHead

_OTHER, _OLD = aliased(Message), aliased(Message)


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


class Transferred(NamedTuple):
    """`up_to_date`: nothing has been sent since."""

    at: datetime
    by: str
    up_to_date: bool


_THREAD, _UNIT = bindparam("thread_id"), bindparam("unit_id", type_=Integer)
_LAST = bindparam("last_message_id", type_=Integer)
_LEFT_AT = bindparam("left_at", type_=UtcDateTime)


def _before_leaving(moment: ColumnElement[datetime | None]) -> ColumnElement[datetime | None]:
    return case((moment <= func.coalesce(_LEFT_AT, moment), moment))


_OPENED = (
    select(_before_leaving(func.min(Opening.opened_at)))
    .where(Opening.message_id == Message.id, Opening.unit_id != Message.unit_id)
    .scalar_subquery()
)
_ACKNOWLEDGED = _before_leaving(Message.acknowledged_at)
_OWN = Message.unit_id == _UNIT
_BY_US = exists().where(Opening.message_id == Message.id, Opening.unit_id == _UNIT)
_CORRECTED = exists().where(  # by its thread, as there is no other way to find it but through all messages
    _OTHER.thread_id == _THREAD,
    _OTHER.corrects_id == Message.id,
    _OTHER.withdrawn_at.is_(None),
    _OTHER.id <= func.coalesce(_LAST, _OTHER.id),
)
_ANSWERED = exists().where(
    _OTHER.thread_id == _THREAD, _OTHER.id > Message.id, _OTHER.unit_id != Message.unit_id
)  # fmt: skip
_SHOWN = exists().where(
    AccessLogRow.thread_id == _THREAD, AccessLogRow.unit_id.not_in(lineage(_UNIT)),
    AccessLogRow.action == LogAction.SHOWN_BY_POLL, AccessLogRow.at >= Message.sent_at,
)  # fmt: skip
_STANDS = and_(Message.withdrawn_at.is_(None), Message.voided_at.is_(None))
_MAY_GO = and_(
    bindparam("may_withdraw", type_=Boolean), _OWN, _STANDS, Message.acknowledged_at.is_(None), ~_ANSWERED,
    _OPENED.is_(None),
)  # fmt: skip
#: A withdrawn message is the author's unit's alone; a unit that has left sees up to its last one. Each CASE keeps the
#: database from looking into what grows with the thread for messages of which the answer is known without.
_MESSAGES = (
    select(
        Message.id, _OWN, Message.author_name, Message.author_title, Message.author_unit, Message.author_phone,
        case((Message.voided_at.is_not(None), ""), else_=Message.body), Message.expects_reply, Message.sent_at,
        _OPENED, _ACKNOWLEDGED, case((_ACKNOWLEDGED.is_not(None), Message.acknowledged_by)),
        Message.withdrawn_at.is_not(None), Message.voided_at.is_not(None), _OLD.sent_at.label("corrects_sent_at"),
        _CORRECTED, case((and_(~_OWN, _STANDS), ~_BY_US), else_=false()), case((_MAY_GO, ~_SHOWN), else_=false()),
    )
    .outerjoin(_OLD, _OLD.id == Message.corrects_id)
    .where(
        Message.thread_id == _THREAD,
        or_(Message.withdrawn_at.is_(None), _OWN),
        Message.id <= func.coalesce(_LAST, Message.id),
    )
    .order_by(Message.id)
)  # fmt: skip


def messages(head: ThreadHead) -> tuple[MessageRow, ...]:
    rows = ask(
        _MESSAGES, thread_id=head.id, unit_id=head.own_unit_id, last_message_id=head.last_message_id,
        left_at=head.left_at, may_withdraw=Move.WITHDRAW in head.moves,
    )  # fmt: skip
    return tuple(MessageRow(*row) for row in rows)
