"""Texts that administrators write: phrases, and the word lists of the hints."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class Phrase(db.Model):
    """Fras: a text to put into a message; of one unit, or (none) for all. Ended, never deleted."""

    __tablename__ = "phrase"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    title: Mapped[str]
    body: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = moment()
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = moment(nullable=True)


class HintWords(db.Model):
    """A word list of the hints (S5), whole, at each change; the newest counts."""

    __tablename__ = "hint_words"
    __table_args__ = (Index("ix_hint_words_list", "list_name", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str]
    words: Mapped[str]  # one on each line
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = moment()
