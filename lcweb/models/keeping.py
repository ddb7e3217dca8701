"""Gallring: what an organization has decided to keep and for how long, and what was disposed of."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class DisposalPolicy(db.Model):
    """An organization's decision. Without one nothing of its units' is ever disposed of."""

    __tablename__ = "disposal_policy"
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True, autoincrement=False)
    keep_days: Mapped[int]  # after the thread was closed
    automatic: Mapped[bool]  # the worker disposes at night; else only a person who has seen the preview
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))  # for whom the worker acts
    decided_by: Mapped[str]
    decided_at: Mapped[datetime] = moment()
    ended_at: Mapped[datetime | None] = moment(nullable=True)


class Disposal(db.Model):
    """One disposal: how many threads went, by whom, and by which day's policy."""

    __tablename__ = "disposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    closed_before: Mapped[date]
    threads: Mapped[int]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = moment()
