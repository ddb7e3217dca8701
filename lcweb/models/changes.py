"""What administrators change: who, when, before and after; and the files they import."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lcweb.db import db
from lcweb.models.columns import moment


class Change(db.Model):
    """Ändring of an organization, a unit, a person or a role. Recipient lists keep their own, row by row."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_row", "noun", "row_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    noun: Mapped[str]
    row_id: Mapped[int]
    what: Mapped[str]
    before: Mapped[str | None]  # JSON of the fields that changed; None when the row is new
    after: Mapped[str]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))  # None: at the command line
    made_by: Mapped[str]
    made_at: Mapped[datetime] = moment()
    import_id: Mapped[int | None] = mapped_column(ForeignKey("import_job.id"), index=True)


class ImportJob(db.Model):
    """A file that was read: looked through, confirmed as a whole, and perhaps undone as a whole."""

    __tablename__ = "import_job"
    id: Mapped[int] = mapped_column(primary_key=True)
    noun: Mapped[str]
    file_name: Mapped[str]
    options: Mapped[str]  # JSON
    state: Mapped[str]
    lines: Mapped[int]
    checked: Mapped[int]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    made_by: Mapped[str]
    made_at: Mapped[datetime] = moment()
    saved_by: Mapped[str | None]
    saved_at: Mapped[datetime | None] = moment(nullable=True)
    undone_by: Mapped[str | None]
    undone_at: Mapped[datetime | None] = moment(nullable=True)


class ImportLine(db.Model):
    """A line of the file as it was read, and what would become of it. `line` as a spreadsheet counts; 0: in no line."""

    __tablename__ = "import_line"
    __table_args__ = (
        Index("ix_import_line_job", "job_id", "line"),
        Index("ix_import_line_verdict", "job_id", "verdict", "line"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("import_job.id"))
    line: Mapped[int]
    cells: Mapped[str]  # JSON
    verdict: Mapped[str | None]
    reason: Mapped[str | None]
    row_id: Mapped[int | None]  # the row that it is about, where there is one


class SettingChange(db.Model):
    """A setting's value from a day on; `unit_id`: for that unit alone. Taken back before its day, it is ended."""

    __tablename__ = "setting_change"
    __table_args__ = (Index("ix_setting_change_name", "name", "unit_id", "applies_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    value: Mapped[str]
    applies_from: Mapped[date]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = moment()
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = moment(nullable=True)


class Edition(db.Model):
    """One row, with another value after anything that pages keep in mind was written, by whomever: triggers see to it.

    Of units, organizations, days, settings and phrases. A value never comes back.
    """

    __tablename__ = "edition"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str]
