"""The tables, in reading order. Constraints here are the last line; the rules themselves are in `domain/`."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import UtcDateTime, db

OPEN = text("ended_at IS NULL")


def _moment(*, nullable: bool = False) -> Mapped[datetime]:
    return mapped_column(UtcDateTime, nullable=nullable)


# Units and people ---------------------------------------------------------------------------------------------------


class Organization(db.Model):
    """Huvudman: the region, a municipality, or a private clinic's own."""

    __tablename__ = "organization"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    hsa_id: Mapped[str | None] = mapped_column(unique=True)
    municipality: Mapped[str | None]  # of a municipality's organization; a list administrator's reach
    notify_email: Mapped[str | None]


class Unit(db.Model):
    """Enhet: one shared inbox."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    municipality: Mapped[str]
    hsa_id: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str]
    acute_phone: Mapped[str]  # S3: on screen before anything is sent
    notify_email: Mapped[str | None]
    manager_email: Mapped[str | None]
    opens: Mapped[time]  # T3, Stockholm time
    closes: Mapped[time]
    receptionists_may_write: Mapped[bool]
    note: Mapped[str]
    created_at: Mapped[datetime] = _moment()


class User(db.Model):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    title: Mapped[str]
    licensed: Mapped[bool]
    phone: Mapped[str | None]
    password_hash: Mapped[str]
    created_at: Mapped[datetime] = _moment()


class Membership(db.Model):
    """A role in a unit, in an organization, or (system administrator) everywhere."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("unit_id IS NULL OR organization_id IS NULL", name="one_place"),
        Index("ix_membership_user", "user_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))


class UserSession(db.Model):
    """A signed-in browser. The cookie holds the token, the table only its SHA-256."""

    __tablename__ = "user_session"
    token_hash: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    started_at: Mapped[datetime] = _moment()
    active_at: Mapped[datetime] = _moment()  # the last deliberate request; polls leave it alone
    ends_at: Mapped[datetime] = _moment()
    revoked_at: Mapped[datetime | None] = _moment(nullable=True)


class SignInAttempt(db.Model):
    """Failures per account and per address, both hashed: what people type there may be a password."""

    __tablename__ = "sign_in_attempt"
    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    failed_at: Mapped[datetime] = _moment()
    heard_from: Mapped[datetime] = _moment()  # no attempt is heard before this


# Recipient lists and calendar ---------------------------------------------------------------------------------------


class RecipientEntry(db.Model):
    """Rad: who receives a case type for an area of a municipality (S2). Ended, never deleted."""

    __tablename__ = "recipient_entry"
    __table_args__ = (
        Index("ix_recipient_entry_list", "municipality", "case_type", "position"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_period"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str]
    case_type: Mapped[str]
    area: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the last day, included


class CalendarMark(db.Model):
    """A day closed or halved by hand: for a unit, for its organization, or (neither) for everyone (T1, T2)."""

    __tablename__ = "calendar_mark"
    __table_args__ = (
        CheckConstraint("unit_id IS NULL OR organization_id IS NULL", name="one_place"),
        Index("ix_calendar_mark_day", "day"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    kind: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    made_by: Mapped[str]
    made_at: Mapped[datetime] = _moment()


# Threads ------------------------------------------------------------------------------------------------------------


class Thread(db.Model):
    """Ärende: one patient, one sender unit, one current recipient unit (S1)."""

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint("sender_unit_id <> recipient_unit_id", name="two_units"),
        Index("ix_thread_patient_units", "patient_number", "sender_unit_id", "recipient_unit_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sender_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    recipient_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    case_type: Mapped[str]
    subject: Mapped[str]
    patient_number: Mapped[str]
    patient_number_type: Mapped[str]
    patient_name: Mapped[str]
    patient_label: Mapped[str]  # P2: all that a list may show
    protected: Mapped[bool]  # P3
    disclosure_basis: Mapped[str]
    disclosure_words: Mapped[str]
    not_acute: Mapped[bool]  # S3, stored as the sender's statement
    created_at: Mapped[datetime] = _moment()
    closed_at: Mapped[datetime | None] = _moment(nullable=True)
    message_count: Mapped[int]
    version: Mapped[int]  # moves that another person's half-written answer must know of
    revision: Mapped[int]  # anything that either side sees: what the thread's poll compares


class ThreadParty(db.Model):
    """A unit's side of a thread: without this row the unit cannot see it."""

    __tablename__ = "thread_party"
    __table_args__ = (
        Index("ix_thread_party_recent", "unit_id", "last_at"),
        Index("ix_thread_party_unopened", "unit_id", sqlite_where=text("unopened > 0"),
              postgresql_where=text("unopened > 0")),
    )  # fmt: skip
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    claimed_at: Mapped[datetime | None] = _moment(nullable=True)
    unopened: Mapped[int]  # messages from the other unit that nobody here has opened
    last_at: Mapped[datetime] = _moment()


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
    sent_at: Mapped[datetime] = _moment()
    acknowledged_at: Mapped[datetime | None] = _moment(nullable=True)
    acknowledged_by: Mapped[str | None]
    submission_id: Mapped[str] = mapped_column(unique=True)  # S7


class Opening(db.Model):
    """A person of the receiving unit had the message on screen for the first time."""

    __tablename__ = "opening"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    opened_at: Mapped[datetime] = _moment()


class Obligation(db.Model):
    """A unit's duty to answer, or for Information to acknowledge (B1). `due_at` is fixed when it arises (T5)."""

    __tablename__ = "obligation"
    __table_args__ = (
        Index("uq_obligation_open", "thread_id", "unit_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_obligation_owed_by", "unit_id", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_obligation_owed_to", "owed_to_unit_id", "due_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    owed_to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]
    received_at: Mapped[datetime] = _moment()
    answer_days: Mapped[int]  # the setting in force when it arose
    due_at: Mapped[datetime] = _moment()
    ended_at: Mapped[datetime | None] = _moment(nullable=True)
    ended_by: Mapped[str | None]


class ThreadEvent(db.Model):
    """A line of the thread's history that both units read."""

    __tablename__ = "thread_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    at: Mapped[datetime] = _moment()
    kind: Mapped[str]
    unit_name: Mapped[str]
    user_name: Mapped[str]
    due_at: Mapped[datetime | None] = _moment(nullable=True)  # of a moved deadline


class InboxVersion(db.Model):
    """Rises with everything that changes a unit's inbox: what an unchanged poll compares, one row by primary key."""

    __tablename__ = "inbox_version"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    version: Mapped[int]


# Readings, mails, worker --------------------------------------------------------------------------------------------


class ReadingRow(db.Model):
    """Avläsning, raw: every one is kept, so that the rule can be recomputed (A1)."""

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_unit_read_at", "unit_id", "read_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    read_at: Mapped[datetime] = _moment()
    how: Mapped[str]


class OutboxMail(db.Model):
    """Utskick: one row per kind, unit, day and slot (M2). The words are made when it is sent."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        UniqueConstraint("kind", "unit_id", "day", "slot"),
        Index("ix_outbox_mail_waiting", "status", "next_try_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    day: Mapped[date]
    slot: Mapped[str]
    status: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)  # the same on a repeat (M5)
    address: Mapped[str | None]
    attempts: Mapped[int]
    created_at: Mapped[datetime] = _moment()
    next_try_at: Mapped[datetime] = _moment()
    ended_at: Mapped[datetime | None] = _moment(nullable=True)
    error: Mapped[str | None]


class Lease(db.Model):
    """Which worker process is at work, and when it last was."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    beat_at: Mapped[datetime] = _moment()
    expires_at: Mapped[datetime] = _moment()


# Access log ---------------------------------------------------------------------------------------------------------


class AccessLogRow(db.Model):
    """An act on patient data (L1), written in the act's own transaction."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_patient", "patient_number", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = _moment()
    action: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    patient_number: Mapped[str]
