"""Threads and all that belongs to one: parties, messages, duties, notes, drafts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment

OPEN = text("ended_at IS NULL")
IN_THREAD = text("thread_id IS NOT NULL")
RETURNED = text("kind = 'returned'")


class Thread(db.Model):
    """Ärende: one patient, one sender unit, one current recipient unit (S1)."""

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint("sender_unit_id <> recipient_unit_id", name="two_units"),
        Index("ix_thread_patient_units", "patient_number", "sender_unit_id", "recipient_unit_id"),
        Index("ix_thread_sent", "sender_unit_id", "created_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sender_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    recipient_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    recipient_entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("recipient_entry.id"), index=True
    )  # the row of the recipient list that it was sent by; None: the unit was picked directly
    case_type: Mapped[str]
    subject: Mapped[str]
    patient_number: Mapped[str]
    patient_number_type: Mapped[str]
    patient_number_issuer: Mapped[str] = mapped_column(
        default=""
    )  # OID of who issued the number; empty when nobody knows
    patient_number_words: Mapped[str] = mapped_column(
        default=""
    )  # the sort stated by hand, of a reserve number of no known form (P1)
    patient_name: Mapped[str]
    patient_label: Mapped[str]  # P2: all that a list may show
    protected: Mapped[bool]  # P3
    disclosure_basis: Mapped[str]
    disclosure_words: Mapped[str]
    not_acute: Mapped[bool]  # S3, stored as the sender's statement
    created_at: Mapped[datetime] = moment()
    closed_at: Mapped[datetime | None] = moment(nullable=True)
    returned_at: Mapped[datetime | None] = moment(nullable=True)  # nobody receives it until the sender sends it on
    withdrawn_at: Mapped[datetime | None] = moment(nullable=True)
    voided_at: Mapped[datetime | None] = moment(nullable=True)  # wrong patient: nothing of it is shown to anybody
    disposal_id: Mapped[int | None] = mapped_column(
        ForeignKey("disposal.id"), index=True
    )  # its texts are gone, and this row is the tombstone
    disposed_at: Mapped[datetime | None] = moment(nullable=True)
    message_count: Mapped[int]
    version: Mapped[int]  # moves that another person's half-written answer must know of
    revision: Mapped[int]  # anything that either side sees: what the thread's poll compares


class ThreadParty(db.Model):
    """A unit's side of a thread: without this row the unit cannot see it.

    A unit that has forwarded or returned the thread has left it: it sees up to the last message and event of its time.
    """

    __tablename__ = "thread_party"
    __table_args__ = (
        Index("ix_thread_party_recent", "unit_id", "last_at"),
        Index("ix_thread_party_unopened", "unit_id", sqlite_where=text("unopened > 0"),
              postgresql_where=text("unopened > 0")),
    )  # fmt: skip
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_at: Mapped[datetime | None] = moment(nullable=True)
    unopened: Mapped[int]  # messages from the other unit that nobody here has opened
    last_at: Mapped[datetime] = moment()
    revision: Mapped[int] = mapped_column(default=0)  # what only this unit sees: notes, begun replies, who handles it
    acknowledged_to: Mapped[int] = mapped_column(
        default=0
    )  # the last message that this unit has acknowledged; 0 when none
    left_at: Mapped[datetime | None] = moment(nullable=True)
    left_how: Mapped[str | None]
    last_message_id: Mapped[int | None]
    last_event_id: Mapped[int | None]
    transferred_at: Mapped[datetime | None] = moment(nullable=True)
    transferred_by: Mapped[str | None]
    transferred_to: Mapped[int | None]  # the last message that the record holds


class Message(db.Model):
    """Meddelande: never edited, never deleted. The author block is as it was when sent."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    author_name: Mapped[str]
    author_title: Mapped[str]
    author_unit: Mapped[str]
    author_phone: Mapped[str]
    body: Mapped[str]
    expects_reply: Mapped[bool]
    sent_at: Mapped[datetime] = moment()
    acknowledged_at: Mapped[datetime | None] = moment(nullable=True)
    acknowledged_by: Mapped[str | None]
    submission_id: Mapped[str] = mapped_column(unique=True)  # S7
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    withdrawn_at: Mapped[datetime | None] = moment(nullable=True)  # hidden from the other unit
    voided_at: Mapped[datetime | None] = moment(nullable=True)  # hidden from everybody


class Opening(db.Model):
    """A person of the receiving unit had the message on screen for the first time."""

    __tablename__ = "opening"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    opened_at: Mapped[datetime] = moment()


class Obligation(db.Model):
    """A unit's duty to answer, or for Information to acknowledge (B1). `due_at` is fixed when it arises (T5)."""

    __tablename__ = "obligation"
    __table_args__ = (
        Index("uq_obligation_open", "thread_id", "unit_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_obligation_unit", "unit_id", "received_at"),
        Index("ix_obligation_returned_by", "owed_to_unit_id", sqlite_where=RETURNED, postgresql_where=RETURNED),
        Index("ix_obligation_owed_by", "unit_id", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_obligation_owed_to", "owed_to_unit_id", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    owed_to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]
    received_at: Mapped[datetime] = moment()
    answer_days: Mapped[int]  # the setting in force when it arose
    due_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)
    ended_by: Mapped[str | None]
    ended_by_message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))


class Escalation(db.Model):
    """A step of the ladder that an overdue duty has climbed: each once."""

    __tablename__ = "escalation"
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = moment()


class ThreadEvent(db.Model):
    """A line of the thread's history that both units read. `words` may hold patient data."""

    __tablename__ = "thread_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    at: Mapped[datetime] = moment()
    kind: Mapped[str]
    unit_name: Mapped[str]
    user_name: Mapped[str]
    due_at: Mapped[datetime | None] = moment(nullable=True)  # of a moved deadline
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"))
    to_unit_name: Mapped[str | None]  # forwarded to; of a return, the right unit as suggested
    reason: Mapped[str | None]
    words: Mapped[str | None]


class InternalNote(db.Model):
    """Intern anteckning: the own unit's, never sent and never shown to another."""

    __tablename__ = "internal_note"
    __table_args__ = (Index("ix_internal_note_thread_unit", "thread_id", "unit_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    author_name: Mapped[str]
    body: Mapped[str]
    written_at: Mapped[datetime] = moment()
    submission_id: Mapped[str] = mapped_column(unique=True)  # S7


class Draft(db.Model):
    """Utkast: what one person has typed and not sent, in a thread or (no thread) on a compose page."""

    __tablename__ = "draft"
    __table_args__ = (
        Index("uq_draft_reply", "user_id", "unit_id", "thread_id", unique=True, sqlite_where=IN_THREAD,
              postgresql_where=IN_THREAD),
        Index("ix_draft_thread", "thread_id"),
        Index("ix_draft_saved_at", "saved_at"),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    page_id: Mapped[str | None] = mapped_column(unique=True)  # of a compose page: its submission id
    fields: Mapped[str]  # what stands in the form's fields, as JSON
    begun_at: Mapped[datetime] = moment()
    saved_at: Mapped[datetime] = moment()


class InboxVersion(db.Model):
    """Rises with everything that changes a unit's inbox: what an unchanged poll compares, one row by primary key."""

    __tablename__ = "inbox_version"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    version: Mapped[int]


class SearchDocument(db.Model):
    """One text of a thread, as words to be found by (P4). `unit_id`: only that unit finds it."""

    __tablename__ = "search_document"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("thread_event.id"))
    note_id: Mapped[int | None] = mapped_column(ForeignKey("internal_note.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    tokens: Mapped[str]
