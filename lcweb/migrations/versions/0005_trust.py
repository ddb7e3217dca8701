"""trust

Old processes: must be stopped; they know nothing of `user_session`'s new columns that must not be empty, so nobody
could sign in by them.
Down: the rows of `commission`, `log_finding`, `log_review`, `log_review_row`, `recovery_code`, `second_factor` and
`sign_in_step` are lost, so a password alone opens every account again; mails to organizations go from `outbox_mail`;
and the new columns of `organization`, `outbox_mail` and `user_session`.
"""

import sqlalchemy as sa
from alembic import op

import lcweb.db

revision = "0005"
down_revision = "0004"
old_processes_may_run = False

#: New columns that the rows already there get a value for; the app gives it from then on.
DEFAULTED = {"organization": ("names_in_extract",), "user_session": ("browser", "how")}


def upgrade() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_code_user_id"), ["user_id"], unique=False)

    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "sign_in_step",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sign_in_step_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_step")),
    )
    with op.batch_alter_table("sign_in_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_step_user_id"), ["user_id"], unique=False)

    op.create_table(
        "commission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hsa_id", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_commission_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission")),
        sa.UniqueConstraint("hsa_id", name=op.f("uq_commission_hsa_id")),
    )
    with op.batch_alter_table("commission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commission_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "log_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("among", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", lcweb.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["user_account.id"], name=op.f("fk_log_review_made_by_id")),
        sa.ForeignKeyConstraint(["organization_id"], ["organization.id"], name=op.f("fk_log_review_organization_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_log_review_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_review")),
    )
    with op.batch_alter_table("log_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_review_organization_id"), ["organization_id"], unique=False)

    op.create_table(
        "log_review_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("log_row_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["log_row_id"], ["access_log.id"], name=op.f("fk_log_review_row_log_row_id")),
        sa.ForeignKeyConstraint(["review_id"], ["log_review.id"], name=op.f("fk_log_review_row_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_review_row")),
        sa.UniqueConstraint("review_id", "log_row_id", name=op.f("uq_log_review_row_review_id_log_row_id")),
    )
    with op.batch_alter_table("log_review_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_review_row_log_row_id"), ["log_row_id"], unique=False)

    op.create_table(
        "log_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_row_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("found_by_id", sa.Integer(), nullable=False),
        sa.Column("found_at", lcweb.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["found_by_id"], ["user_account.id"], name=op.f("fk_log_finding_found_by_id")),
        sa.ForeignKeyConstraint(["review_row_id"], ["log_review_row.id"], name=op.f("fk_log_finding_review_row_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_finding")),
    )
    with op.batch_alter_table("log_finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_finding_review_row_id"), ["review_row_id"], unique=False)

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.add_column(sa.Column("names_in_extract", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organization_id", sa.Integer(), nullable=True))
        batch_op.alter_column("unit_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_unique_constraint(
            batch_op.f("uq_outbox_mail_kind_organization_id_day_slot"), ["kind", "organization_id", "day", "slot"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_mail_organization_id"), "organization", ["organization_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_outbox_mail_one_receiver"), "(unit_id IS NULL) <> (organization_id IS NULL)"
        )

    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handle", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("how", sa.String(), nullable=False, server_default=sa.text("'password'")))
        batch_op.add_column(sa.Column("browser", sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("revoked_why", sa.String(), nullable=True))
    op.execute("UPDATE user_session SET handle = substr(token_hash, 1, 16)")  # in use for a day at most
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.alter_column("handle", existing_type=sa.String(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_user_session_handle"), ["handle"])

    for table, columns in DEFAULTED.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_user_session_handle"), type_="unique")
        batch_op.drop_column("revoked_why")
        batch_op.drop_column("browser")
        batch_op.drop_column("how")
        batch_op.drop_column("handle")

    # The revision before knows no mail to an organization's reviewers.
    op.get_bind().info["meant to go"] = {"outbox_mail"}
    op.execute("DELETE FROM outbox_mail WHERE unit_id IS NULL")
    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_outbox_mail_one_receiver"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_outbox_mail_organization_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_outbox_mail_kind_organization_id_day_slot"), type_="unique")
        batch_op.alter_column("unit_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("organization_id")

    with op.batch_alter_table("organization", schema=None) as batch_op:
        batch_op.drop_column("names_in_extract")

    with op.batch_alter_table("log_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_finding_review_row_id"))

    op.drop_table("log_finding")
    with op.batch_alter_table("log_review_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_review_row_log_row_id"))

    op.drop_table("log_review_row")
    with op.batch_alter_table("log_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_review_organization_id"))

    op.drop_table("log_review")
    with op.batch_alter_table("commission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commission_unit_id"))

    op.drop_table("commission")
    with op.batch_alter_table("sign_in_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_step_user_id"))

    op.drop_table("sign_in_step")
    op.drop_table("second_factor")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_code_user_id"))

    op.drop_table("recovery_code")
