"""One thread as one unit may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, bindparam, func, literal_column, select
from sqlalchemy.orm import aliased

from lcweb.domain.identity import NumberType, PatientNumber
from lcweb.domain.threads import DutyKind, EventKind, Move, State, WaitingOn
from lcweb.models import Thread, ThreadParty
from lcweb.prepared import ask
from lcweb.queries.drafts import InThread
from lcweb.queries.threads.head import HEAD, ThreadHead, head_of, the_row
from lcweb.queries.threads.rows import MessageRow, Transferred, messages
from lcweb.queries.threads.surroundings import EventRow, NoteRow, OpenedBy, Surroundings, around


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    head: ThreadHead
    subject: str
    case_type: str
    patient_name: str
    patient_number: PatientNumber
    number_type: str
    number_words: str
    disclosure_basis: str
    disclosure_words: str
    messages: tuple[MessageRow, ...]
    events: tuple[EventRow, ...]
    opened_by: tuple[OpenedBy, ...]
    notes: tuple[NoteRow, ...]

    @property
    def history(self) -> list[MessageRow | EventRow | NoteRow]:
        """Oldest first; what a message did stands after it, its reopening before."""
        reopened = [event for event in self.events if event.kind == EventKind.REOPENED]
        others = [event for event in self.events if event.kind != EventKind.REOPENED]
        return sorted([*reopened, *self.messages, *self.notes, *others], key=_moment)

    @property
    def can_acknowledge(self) -> bool:
        if Move.ACKNOWLEDGE not in self.head.moves:
            return False
        own_duty = self.head.waiting_on is WaitingOn.US and self.head.duty
        theirs = any(not message.own and message.id > self.head.acknowledged_to for message in self.messages)
        return theirs or bool(own_duty and own_duty.kind == DutyKind.ACKNOWLEDGE)

    @property
    def correctable(self) -> tuple[MessageRow, ...]:
        return tuple(m for m in self.messages if m.own and not m.withdrawn and not m.voided)

    @property
    def voidable(self) -> tuple[MessageRow, ...]:
        return tuple(message for message in self.messages if message.own and not message.voided)

    @property
    def withdrawable(self) -> tuple[MessageRow, ...]:
        return tuple(message for message in self.messages if message.can_withdraw)

    @property
    def transferred(self) -> Transferred | None:
        head = self.head
        if head.transferred_at is None or head.transferred_by is None:
            return None
        last = max((message.id for message in self.messages), default=0)
        return Transferred(head.transferred_at, head.transferred_by, (head.transferred_to or 0) >= last)


def _moment(item: MessageRow | EventRow | NoteRow) -> datetime:
    if isinstance(item, MessageRow):
        return item.sent_at
    return item.at if isinstance(item, EventRow) else item.written_at


class Shown(NamedTuple):
    """`unopened`: the number in the menu, of all the unit's threads."""

    thread: ThreadPage
    drafts: InThread
    unopened: int


_TEXT = (
    Thread.subject, Thread.case_type, Thread.patient_name, Thread.patient_number, Thread.patient_number_type,
    Thread.patient_number_words, Thread.disclosure_basis, Thread.disclosure_words,
)  # fmt: skip
_THREAD = select(*_TEXT).where(Thread.id == bindparam("thread_id"))
_SIDE = aliased(ThreadParty)
_WITH_HEAD = HEAD.add_columns(
    *_TEXT,
    select(func.count())
    .select_from(_SIDE)
    .where(_SIDE.unit_id == bindparam("unit_id"), _SIDE.unopened > literal_column("0"))  # as the index has it
    .scalar_subquery()
    .label("unopened"),
)


def show(*, thread_id: int, unit_id: int, user_id: int) -> Shown:
    """All that its page asks for: three statements. As get_thread; raises NotFound when the unit has no side in it."""
    row = the_row(_WITH_HEAD, thread_id=thread_id, unit_id=unit_id)
    head = head_of(row, unit_id)
    beside = around(thread_id=thread_id, unit_id=unit_id, user_id=user_id, last_event_id=head.last_event_id)
    return Shown(_page(head, row, beside), beside.drafts, row.unopened)


def get_thread(head: ThreadHead) -> ThreadPage:
    """The caller has logged that the text is handed out (L1). Of what is hidden from the unit, nothing is in it."""
    (row,) = ask(_THREAD, thread_id=head.id)
    beside = around(thread_id=head.id, unit_id=head.own_unit_id, user_id=None, last_event_id=head.last_event_id)
    return _page(head, row, beside)


def _page(head: ThreadHead, row: Row, beside: Surroundings) -> ThreadPage:
    hidden = head.is_hidden
    known = row.patient_number_type in set(NumberType)
    kind = NumberType(row.patient_number_type) if known else NumberType.OTHER_RESERVE
    return ThreadPage(
        head=head,
        subject=hidden_subject(head.state) if hidden else row.subject,
        case_type=row.case_type,
        patient_name="" if hidden else row.patient_name,
        patient_number=PatientNumber("" if hidden else row.patient_number, kind),
        number_type=row.patient_number_type,
        number_words="" if hidden else row.patient_number_words,
        disclosure_basis=row.disclosure_basis,
        disclosure_words="" if hidden else row.disclosure_words,
        messages=() if hidden else messages(head),
        events=tuple(event._replace(words=None) for event in beside.events) if hidden else beside.events,
        opened_by=beside.opened_by,
        notes=() if hidden else beside.notes,
    )


def hidden_subject(state: State | str) -> str:
    """What stands where a hidden subject would."""
    return {State.VOIDED: "Makulerat ärende", State.DISPOSED: "Gallrat ärende"}.get(State(state), "Återtaget ärende")
