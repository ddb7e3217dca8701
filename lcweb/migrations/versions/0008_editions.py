"""editions

Triggers give `edition` another value whenever something is written that the app's processes keep in mind.
Old processes: may run; what they write moves the edition, too, and they do not ask for it.
Down: `edition` is dropped with its triggers; nothing is lost.
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
old_processes_may_run = True

TABLES = ("calendar_mark", "organization", "phrase", "setting_change", "unit")
VERBS = ("INSERT", "UPDATE", "DELETE")
ON_SQLITE = "UPDATE edition SET value = lower(hex(randomblob(16)));"
ON_POSTGRESQL = "UPDATE edition SET value = gen_random_uuid()::text; RETURN NULL;"


def upgrade() -> None:
    edition = op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
    )
    op.bulk_insert(edition, [{"id": 1, "value": uuid4().hex}])  # another one each time: a value never comes back
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for verb in VERBS:
                op.execute(f"CREATE TRIGGER {_name(table, verb)} AFTER {verb} ON {table} BEGIN {ON_SQLITE} END")
        return
    op.execute(f"CREATE FUNCTION edition_moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {ON_POSTGRESQL} END $$")
    for table in TABLES:  # at the commit, so that nobody who waits for the edition holds a row that another waits for
        op.execute(
            f"CREATE CONSTRAINT TRIGGER edition_after_{table} AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION edition_moves()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for verb in VERBS:
                op.execute(f"DROP TRIGGER {_name(table, verb)}")
    else:
        for table in TABLES:
            op.execute(f"DROP TRIGGER edition_after_{table} ON {table}")
        op.execute("DROP FUNCTION edition_moves()")
    op.drop_table("edition")


def _name(table: str, verb: str) -> str:
    return f"edition_after_{table}_{verb.lower()}"
