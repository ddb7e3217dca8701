"""Who did what with whose data."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
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


# Reviews ------------------------------------------------------------------------------------------------------------


class LogReview(db.Model):
    """Loggkontroll (L3): the rows that one reviewer was to look at, drawn by chance or by rules."""

    __tablename__ = "log_review"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    kind: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # None: all of the organization's
    from_day: Mapped[date]  # both inclusive, in Stockholm
    to_day: Mapped[date]
    wanted: Mapped[int]  # rows asked for
    among: Mapped[int]  # rows there were to draw from
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)  # every row has its finding


class LogReviewRow(db.Model):
    """One row of the log to be judged. `why`: the rules that pointed at it, or that it was drawn by chance."""

    __tablename__ = "log_review_row"
    __table_args__ = (UniqueConstraint("review_id", "log_row_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("log_review.id"))
    log_row_id: Mapped[int] = mapped_column(ForeignKey("access_log.id"), index=True)
    why: Mapped[str]


class LogFinding(db.Model):
    """What a reviewer found of a row. Never changed: a later one follows, and holds."""

    __tablename__ = "log_finding"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_row_id: Mapped[int] = mapped_column(ForeignKey("log_review_row.id"), index=True)
    verdict: Mapped[str]
    words: Mapped[str]
    found_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    found_at: Mapped[datetime] = moment()
