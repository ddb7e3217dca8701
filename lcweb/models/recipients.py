"""Recipient lists: their rows as they are now, every state that a row has had, and what readers suggest."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class RecipientEntry(db.Model):
    """Rad: who receives a case type for an area of a municipality (S2). Ended, never deleted.

    The row as it is now; its latest `RecipientVersion` says the same.
    """

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
    note: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the last day, included
    removed: Mapped[bool] = mapped_column(default=False)  # its adding was undone: it holds on no day


class RecipientList(db.Model):
    """One municipality's list for one case type. `edit_id`: its last edit, which two administrators at once compare."""

    __tablename__ = "recipient_list"
    municipality: Mapped[str] = mapped_column(primary_key=True)
    case_type: Mapped[str] = mapped_column(primary_key=True)
    edit_id: Mapped[int]


class RecipientEdit(db.Model):
    """Ändring: everything that was changed in one list at one time by one person, undone as one."""

    __tablename__ = "recipient_edit"
    __table_args__ = (Index("ix_recipient_edit_list", "municipality", "case_type", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str]
    case_type: Mapped[str]
    kind: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: at the command line
    made_by: Mapped[str]
    made_at: Mapped[datetime] = moment()
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("recipient_edit.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_job.id"), index=True)


class RecipientVersion(db.Model):
    """A row as an edit left it. What it was before is the version before this one of the same row."""

    __tablename__ = "recipient_version"
    __table_args__ = (Index("ix_recipient_version_entry", "entry_id", "edit_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    edit_id: Mapped[int] = mapped_column(ForeignKey("recipient_edit.id"), index=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("recipient_entry.id"))
    area: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    note: Mapped[str]
    position: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    removed: Mapped[bool]


class RecipientSuggestion(db.Model):
    """Förslag: what a reader says is wrong with a list, and what became of it. About no patient."""

    __tablename__ = "recipient_suggestion"
    __table_args__ = (Index("ix_recipient_suggestion_list", "municipality", "case_type"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    municipality: Mapped[str]
    case_type: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("recipient_entry.id"))
    words: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_by: Mapped[str]
    made_in: Mapped[str]  # the unit's name, or empty
    made_at: Mapped[datetime] = moment()
    decision: Mapped[str | None]
    answer: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = moment(nullable=True)
