"""One thread as one unit may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from lcweb.db import reading
from lcweb.domain.errors import NotFound
from lcweb.domain.identity import NumberType, PatientNumber
from lcweb.domain.permissions import short_name
from lcweb.domain.threads import EventKind, WaitingOn, may_close, waiting_on
from lcweb.models import Message, Obligation, Opening, Thread, ThreadEvent, ThreadParty, Unit, User


class Duty(NamedTuple):
    """`message_id`: the message that the duty arose from."""

    unit_id: int
    kind: str
    due_at: datetime
    message_id: int


class MessageRow(NamedTuple):
    """`opened_at` is the first opening by the other unit; `own` says whether the reader's unit wrote it."""

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


class EventRow(NamedTuple):
    at: datetime
    kind: str
    unit: str
    by: str
    due_at: datetime | None


class OpenedBy(NamedTuple):
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class ThreadHead:
    """What may be shown before a protected identity has been claimed (P3): no patient, no text."""

    id: int
    version: int
    revision: int
    protected: bool
    closed_at: datetime | None
    own_unit_id: int
    other_unit_id: int
    other_unit: str
    other_phone: str
    own_is_sender: bool
    handler_id: int | None
    handler: str | None
    duty: Duty | None

    @property
    def waiting_on(self) -> WaitingOn:
        return waiting_on(unit_id=self.own_unit_id, duty_unit_id=self.duty.unit_id if self.duty else None)

    @property
    def may_close(self) -> bool:
        own_duty = self.waiting_on is WaitingOn.US
        return self.closed_at is None and may_close(is_sender=self.own_is_sender, has_open_duty=own_duty)


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    head: ThreadHead
    subject: str
    case_type: str
    patient_name: str
    patient_number: PatientNumber
    number_type: str
    disclosure_basis: str
    disclosure_words: str
    messages: tuple[MessageRow, ...]
    events: tuple[EventRow, ...]
    opened_by: tuple[OpenedBy, ...]

    @property
    def history(self) -> list[MessageRow | EventRow]:
        """Messages and what has happened, oldest first; what a message did stands after it, its reopening before."""
        reopened = [event for event in self.events if event.kind == EventKind.REOPENED]
        others = [event for event in self.events if event.kind != EventKind.REOPENED]
        return sorted([*reopened, *self.messages, *others], key=lambda item: getattr(item, "sent_at", None) or item.at)

    @property
    def can_acknowledge(self) -> bool:
        waiting = any(not message.own and message.acknowledged_at is None for message in self.messages)
        return waiting and self.head.closed_at is None


def get_head(*, thread_id: int, unit_id: int) -> ThreadHead:
    """Raises NotFound when the unit has no side in the thread."""
    other = aliased(Unit)
    other_unit_id = case((Thread.sender_unit_id == unit_id, Thread.recipient_unit_id), else_=Thread.sender_unit_id)
    row = reading().execute(
        select(
            Thread.id, Thread.version, Thread.revision, Thread.protected, Thread.closed_at, Thread.sender_unit_id,
            other.id.label("other_id"), other.name.label("other_name"), other.acute_phone,
            ThreadParty.claimed_by_id, User.name.label("handler"),
            Obligation.unit_id.label("duty_unit_id"), Obligation.kind, Obligation.due_at,
            Obligation.message_id,
        )
        .join(ThreadParty, ThreadParty.thread_id == Thread.id)
        .join(other, other.id == other_unit_id)
        .outerjoin(User, User.id == ThreadParty.claimed_by_id)
        .outerjoin(Obligation, (Obligation.thread_id == Thread.id) & Obligation.ended_at.is_(None))
        .where(Thread.id == thread_id, ThreadParty.unit_id == unit_id)
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("thread")
    return ThreadHead(
        id=row.id,
        version=row.version,
        revision=row.revision,
        protected=row.protected,
        closed_at=row.closed_at,
        own_unit_id=unit_id,
        other_unit_id=row.other_id,
        other_unit=row.other_name,
        other_phone=row.acute_phone,
        own_is_sender=row.sender_unit_id == unit_id,
        handler_id=row.claimed_by_id,
        handler=short_name(row.handler) if row.handler else None,
        duty=Duty(row.duty_unit_id, row.kind, row.due_at, row.message_id) if row.due_at else None,
    )


def get_thread(head: ThreadHead) -> ThreadPage:
    """The caller has logged that the text is handed out (L1)."""
    row = reading().execute(select(Thread.__table__).where(Thread.id == head.id)).one()
    known = row.patient_number_type in set(NumberType)
    kind = NumberType(row.patient_number_type) if known else NumberType.RESERVE
    return ThreadPage(
        head=head,
        subject=row.subject,
        case_type=row.case_type,
        patient_name=row.patient_name,
        patient_number=PatientNumber(row.patient_number, kind),
        number_type=row.patient_number_type,
        disclosure_basis=row.disclosure_basis,
        disclosure_words=row.disclosure_words,
        messages=_messages(head),
        events=_events(head.id),
        opened_by=_opened_by(head),
    )


def _messages(head: ThreadHead) -> tuple[MessageRow, ...]:
    opened = (
        select(func.min(Opening.opened_at))
        .where(Opening.message_id == Message.id, Opening.unit_id != Message.unit_id)
        .scalar_subquery()
    )
    rows = reading().execute(
        select(
            Message.id, Message.unit_id == head.own_unit_id, Message.author_name, Message.author_title,
            Message.author_unit, Message.author_phone, Message.body, Message.expects_reply, Message.sent_at, opened,
            Message.acknowledged_at, Message.acknowledged_by,
        )
        .where(Message.thread_id == head.id)
        .order_by(Message.id)
    )  # fmt: skip
    return tuple(MessageRow(*row) for row in rows)


def _events(thread_id: int) -> tuple[EventRow, ...]:
    rows = reading().execute(
        select(ThreadEvent.at, ThreadEvent.kind, ThreadEvent.unit_name, ThreadEvent.user_name, ThreadEvent.due_at)
        .where(ThreadEvent.thread_id == thread_id)
        .order_by(ThreadEvent.id)
    )
    return tuple(EventRow(*row) for row in rows)


def _opened_by(head: ThreadHead) -> tuple[OpenedBy, ...]:
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
