"""Recipient lists."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db


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
