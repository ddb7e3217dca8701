"""One thread as one unit may see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.identity import NumberType, PatientNumber
from lcweb.domain.threads import DutyKind, EventKind, Move, State, WaitingOn
from lcweb.models import Thread
from lcweb.queries.threads import rows
from lcweb.queries.threads.head import ThreadHead
from lcweb.queries.threads.rows import EventRow, MessageRow, NoteRow, OpenedBy, Transferred


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


def get_thread(head: ThreadHead) -> ThreadPage:
    """The caller has logged that the text is handed out (L1). Of what is hidden from the unit, nothing is in it."""
    row = reading().execute(select(Thread.__table__).where(Thread.id == head.id)).one()
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
        messages=() if hidden else rows.messages(head),
        events=rows.events(head),
        opened_by=rows.opened_by(head),
        notes=() if hidden else rows.notes(head),
    )


def hidden_subject(state: State | str) -> str:
    """What stands where a hidden subject would."""
    return {State.VOIDED: "Makulerat ärende", State.DISPOSED: "Gallrat ärende"}.get(State(state), "Återtaget ärende")
