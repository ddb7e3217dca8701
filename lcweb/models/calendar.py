"""Days closed or halved by hand."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class CalendarMark(db.Model):
    """A day closed or halved by hand: for a unit, for its organization, or (neither) for everyone (T1, T2).

    A mark that was taken back before its day is ended, never deleted.
    """

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
    made_at: Mapped[datetime] = moment()
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = moment(nullable=True)
