"""What follow-up keeps: counted months, and who asks for a report."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class FollowUpMonth(db.Model):
    """One unit's month, counted day by day and by case type, and its sums, as JSON (domain/follow_up.py).

    Made from the facts and always makeable again.
    """

    __tablename__ = "follow_up_month"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    counted: Mapped[str]
    total: Mapped[str]
    by_type: Mapped[str]
    by_row: Mapped[str]
    counted_at: Mapped[datetime] = moment()


class FollowUpState(db.Model):
    """How far the counting has come: the one row."""

    __tablename__ = "follow_up_state"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    log_row_id: Mapped[int]  # the last rows whose doings are counted
    reading_id: Mapped[int]
    change_id: Mapped[int]
    counted_to: Mapped[datetime] = moment()
    stamp: Mapped[str]  # another one whenever a month is counted anew: what a kept view compares


class ReportWish(db.Model):
    """A person asks for the month's report of a unit or an organization. Ended, never deleted."""

    __tablename__ = "report_wish"
    __table_args__ = (Index("ix_report_wish_user", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    made_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)
