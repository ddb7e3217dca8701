"""lists and administration

Old processes: must be stopped; they know nothing of the new columns that must not be empty (of `recipient_entry` and
`unit`), and would let in people and roles that have ended.
Down: the rows of `change`, `import_job`, `import_line`, `invitation`, `recipient_edit`, `recipient_list`,
`recipient_suggestion`, `recipient_version` and `setting_change` are lost, and the new columns of `calendar_mark`,
`membership`, `organization`, `recipient_entry`, `thread`, `unit` and `user_account`. What had ended stays ended:
roles, people, days and rows of lists are changed so that the older version does not bring them back.
"""

from datetime import UTC, datetime, time
from itertools import groupby

import sqlalchemy as sa
from alembic import op

import lcweb.db

revision = "0003"
down_revision = "0002"
old_processes_may_run = False

DEFAULTED = {"recipient_entry": ("note", "removed"), "unit": ("street",)}


def upgrade() -> None:
    op.create_table(
        "recipient_list",
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("case_type", sa.String(), nullable=False),
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("municipality", "case_type", name=op.f("pk_recipient_list")),
    )
    op.create_table(
        "import_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("options", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=True),
        sa.Column("saved_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("undone_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_import_job_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_job")),
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_invitation_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_user_id"), ["user_id"], unique=False)

    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_job.id"], name=op.f("fk_change_import_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_change_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_change_row", ["noun", "row_id", "id"], unique=False)

    op.create_table(
        "import_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("row_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["import_job.id"], name=op.f("fk_import_line_job_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_line")),
    )
    with op.batch_alter_table("import_line", schema=None) as batch_op:
        batch_op.create_index("ix_import_line_job", ["job_id", "line"], unique=False)
        batch_op.create_index("ix_import_line_verdict", ["job_id", "verdict", "line"], unique=False)

    op.create_table(
        "recipient_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("case_type", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["import_job.id"], name=op.f("fk_recipient_edit_import_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_recipient_edit_made_by_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["recipient_edit.id"], name=op.f("fk_recipient_edit_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_edit")),
    )
    with op.batch_alter_table("recipient_edit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recipient_edit_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_recipient_edit_list", ["municipality", "case_type", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_recipient_edit_undoes_id"), ["undoes_id"], unique=False)

    op.create_table(
        "setting_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("applies_from", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_setting_change_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_change")),
    )
    with op.batch_alter_table("setting_change", schema=None) as batch_op:
        batch_op.create_index("ix_setting_change_name", ["name", "unit_id", "applies_from"], unique=False)

    op.create_table(
        "recipient_suggestion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("municipality", sa.String(), nullable=False),
        sa.Column("case_type", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_in", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["recipient_entry.id"], name=op.f("fk_recipient_suggestion_entry_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_recipient_suggestion_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_suggestion")),
    )
    with op.batch_alter_table("recipient_suggestion", schema=None) as batch_op:
        batch_op.create_index("ix_recipient_suggestion_list", ["municipality", "case_type"], unique=False)
        batch_op.create_index(batch_op.f("ix_recipient_suggestion_made_by_id"), ["made_by_id"], unique=False)

    op.create_table(
        "recipient_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edit_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["edit_id"], ["recipient_edit.id"], name=op.f("fk_recipient_version_edit_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["recipient_entry.id"], name=op.f("fk_recipient_version_entry_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_recipient_version_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_version")),
    )
    with op.batch_alter_table("recipient_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recipient_version_edit_id"), ["edit_id"], unique=False)
        batch_op.create_index("ix_recipient_version_entry", ["entry_id", "edit_id"], unique=False)

    with op.batch_alter_table("calendar_mark", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("began_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("recipient_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recipient_entry_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_thread_recipient_entry_id"), ["recipient_entry_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_thread_recipient_entry_id"), "recipient_entry", ["recipient_entry_id"], ["id"]
        )

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("street", sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("closed_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("successor_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_unit_successor_id"), "unit", ["successor_id"], ["id"])

    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("hsa_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_user_account_hsa_id"), ["hsa_id"])

    _drop_defaults()
    _begin_history()


def _drop_defaults() -> None:
    """They only served the rows that were there."""
    for table, columns in DEFAULTED.items():
        with op.batch_alter_table(table) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def _begin_history() -> None:
    """Each list's history begins with the rows that it has, as if they had been there since the first one held."""
    bind = op.get_bind()
    entry = sa.table(
        "recipient_entry",
        *map(
            sa.column, ("id", "municipality", "case_type", "area", "unit_id", "note", "position", "valid_to", "removed")
        ),
        sa.column("valid_from", sa.Date),
    )
    rows = bind.execute(sa.select(entry).order_by(entry.c.municipality, entry.c.case_type, entry.c.id)).all()
    for (municipality, case_type), own in groupby(rows, key=lambda row: (row.municipality, row.case_type)):
        _begin_list(bind, municipality, case_type, list(own))


def _begin_list(bind: sa.Connection, municipality: str, case_type: str, rows: list[sa.Row]) -> None:
    began = datetime.combine(min(row.valid_from for row in rows), time.min, UTC)
    columns = ("municipality", "case_type", "kind", "made_by")
    edit = sa.table(
        "recipient_edit",
        *map(sa.column, columns),
        sa.column("id", sa.Integer),
        sa.column("made_at", lcweb.db.UtcDateTime(timezone=True)),
    )
    values = {"municipality": municipality, "case_type": case_type, "kind": "begun", "made_by": "", "made_at": began}
    edit_id = bind.execute(sa.insert(edit).values(values).returning(edit.c.id)).scalar_one()
    kept = ("area", "unit_id", "note", "position", "valid_from", "valid_to", "removed")
    version = sa.table("recipient_version", *map(sa.column, ("edit_id", "entry_id", *kept)))
    states = [{"edit_id": edit_id, "entry_id": row.id} | {name: row._mapping[name] for name in kept} for row in rows]
    bind.execute(sa.insert(version), states)
    known = sa.table("recipient_list", *map(sa.column, ("municipality", "case_type", "edit_id")))
    bind.execute(sa.insert(known).values(municipality=municipality, case_type=case_type, edit_id=edit_id))


def downgrade() -> None:
    """What the older version cannot say must not come to life again: ended roles, people, days and rows."""
    # A reviewer of no organization may nothing, and a day of no known kind is an ordinary one; no row is lost.
    op.execute(
        "UPDATE membership SET role = 'log_reviewer', unit_id = NULL, organization_id = NULL WHERE ended_at IS NOT NULL"
    )
    op.execute("UPDATE user_account SET password_hash = '' WHERE ended_at IS NOT NULL")
    op.execute("UPDATE calendar_mark SET kind = 'ended' WHERE ended_at IS NOT NULL")
    op.execute("UPDATE recipient_entry SET valid_from = '1900-01-01', valid_to = '1900-01-01' WHERE removed")
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_user_account_hsa_id"), type_="unique")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("hsa_id")
        batch_op.drop_column("email")

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_unit_successor_id"), type_="foreignkey")
        batch_op.drop_column("successor_id")
        batch_op.drop_column("closed_at")
        batch_op.drop_column("street")

    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_thread_recipient_entry_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_thread_recipient_entry_id"))
        batch_op.drop_column("recipient_entry_id")

    with op.batch_alter_table("recipient_entry", schema=None) as batch_op:
        batch_op.drop_column("removed")
        batch_op.drop_column("note")

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_column("closed_at")

    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
        batch_op.drop_column("began_at")

    with op.batch_alter_table("calendar_mark", schema=None) as batch_op:
        batch_op.drop_column("ended_at")
        batch_op.drop_column("ended_by")

    with op.batch_alter_table("recipient_version", schema=None) as batch_op:
        batch_op.drop_index("ix_recipient_version_entry")
        batch_op.drop_index(batch_op.f("ix_recipient_version_edit_id"))

    op.drop_table("recipient_version")
    with op.batch_alter_table("recipient_suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recipient_suggestion_made_by_id"))
        batch_op.drop_index("ix_recipient_suggestion_list")

    op.drop_table("recipient_suggestion")
    with op.batch_alter_table("setting_change", schema=None) as batch_op:
        batch_op.drop_index("ix_setting_change_name")

    op.drop_table("setting_change")
    with op.batch_alter_table("recipient_edit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recipient_edit_undoes_id"))
        batch_op.drop_index("ix_recipient_edit_list")
        batch_op.drop_index(batch_op.f("ix_recipient_edit_import_id"))

    op.drop_table("recipient_edit")
    with op.batch_alter_table("import_line", schema=None) as batch_op:
        batch_op.drop_index("ix_import_line_verdict")
        batch_op.drop_index("ix_import_line_job")

    op.drop_table("import_line")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_row")
        batch_op.drop_index(batch_op.f("ix_change_import_id"))

    op.drop_table("change")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_user_id"))

    op.drop_table("invitation")
    op.drop_table("import_job")
    op.drop_table("recipient_list")
