"""Readings, mails, and which worker is at work."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class ReadingRow(db.Model):
    """Avläsning, raw: every one is kept, so that the rule can be recomputed (A1)."""

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_unit_read_at", "unit_id", "read_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    read_at: Mapped[datetime] = moment()
    how: Mapped[str]


class OutboxMail(db.Model):
    """Utskick: one row per kind, unit or organization, day and slot (M2). The words are made when it is sent."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        UniqueConstraint("kind", "unit_id", "day", "slot"),
        UniqueConstraint("kind", "organization_id", "day", "slot"),
        CheckConstraint("(unit_id IS NULL) <> (organization_id IS NULL)", name="one_receiver"),
        Index("ix_outbox_mail_waiting", "status", "next_try_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))  # what its reviewers are told
    day: Mapped[date]
    slot: Mapped[str]
    status: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)  # the same on a repeat (M5)
    address: Mapped[str | None]
    attempts: Mapped[int]
    created_at: Mapped[datetime] = moment()
    next_try_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)
    error: Mapped[str | None]


class Lease(db.Model):
    """Which worker process is at work, and when it last was."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    beat_at: Mapped[datetime] = moment()
    expires_at: Mapped[datetime] = moment()
