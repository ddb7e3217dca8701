"""Who did what with whose data."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class AccessLogRow(db.Model):
    """An act on patient data (L1), written in the act's own transaction.

    Without a thread: a search, a draft. Without a unit: a review of the log itself.

    `id` is the row's place in the chain, without gaps, and `seal` what binds it to the row before (L2). The database
    refuses to change or delete a row, and to add one that does not follow the head.
    """

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_patient", "patient_number", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = moment()
    action: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    patient_number: Mapped[str]
    seal: Mapped[str]


class LogHead(db.Model):
    """The one row that says where the access log ends; the database moves it on with each row that is added."""

    __tablename__ = "log_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int]
    seal: Mapped[str]
