"""follow up

Old processes: may run; all that is new is tables of its own, indexes, and columns of `thread` that may be empty.
Nothing is disposed of before a new process has been told to.
Down: the rows of `disposal`, `disposal_policy`, `escalation`, `follow_up_month`, `follow_up_state` and `report_wish`
are lost, and which threads were disposed of (in `thread`); what disposal has removed does not come back.
"""

import sqlalchemy as sa
from alembic import op

import lcweb.db

revision = "0006"
down_revision = "0005"
old_processes_may_run = True

RETURNED = sa.text("kind = 'returned'")


def upgrade() -> None:
    op.create_table(
        "follow_up_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("log_row_id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("counted_to", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_state")),
    )
    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("closed_before", sa.Date(), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_disposal_organization_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
    )
    with op.batch_alter_table("disposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_disposal_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "disposal_policy",
        sa.Column("organization_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_disposal_policy_organization_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_disposal_policy_decided_by_id")),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_disposal_policy")),
    )
    op.create_table(
        "follow_up_month",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted", sa.String(), nullable=False),
        sa.Column("counted_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_follow_up_month_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "month", name=op.f("pk_follow_up_month")),
    )
    op.create_table(
        "report_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("organization_id", sa.Integer(), nullable=True),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_report_wish_organization_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_wish_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_report_wish_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_wish")),
    )
    with op.batch_alter_table("report_wish", schema=None) as batch_op:
        batch_op.create_index("ix_report_wish_user", ["user_id"], unique=False)

    op.create_table(
        "escalation",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_escalation_obligation_id")),
        sa.PrimaryKeyConstraint("obligation_id", "step", name=op.f("pk_escalation")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.add_column(sa.Column("disposal_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("disposed_at", lcweb.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_thread_disposal_id"), ["disposal_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_thread_disposal_id"), "disposal", ["disposal_id"], ["id"])
        batch_op.create_index("ix_thread_sent", ["sender_unit_id", "created_at"], unique=False)

    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.create_index("ix_obligation_unit", ["unit_id", "received_at"], unique=False)
        batch_op.create_index(
            "ix_obligation_returned_by", ["owed_to_unit_id"], unique=False, sqlite_where=RETURNED,
            postgresql_where=RETURNED,
        )  # fmt: skip


def downgrade() -> None:
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_index("ix_obligation_returned_by")
        batch_op.drop_index("ix_obligation_unit")

    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_sent")
        batch_op.drop_constraint(batch_op.f("fk_thread_disposal_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_thread_disposal_id"))
        batch_op.drop_column("disposed_at")
        batch_op.drop_column("disposal_id")

    op.drop_table("escalation")
    with op.batch_alter_table("report_wish", schema=None) as batch_op:
        batch_op.drop_index("ix_report_wish_user")

    op.drop_table("report_wish")
    op.drop_table("follow_up_month")
    op.drop_table("disposal_policy")
    with op.batch_alter_table("disposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_disposal_organization_id"))

    op.drop_table("disposal")
    op.drop_table("follow_up_state")
