"""the log is a chain

Old processes: must be stopped; they do not seal what they log, so every row of theirs would be refused.
Down: the seals of `access_log` and the row of `log_head` are lost; the rows keep their places and are sealed anew on
the way up.
"""

import hmac
from datetime import UTC

import sqlalchemy as sa
from alembic import op

import lcweb.db

revision = "0004"
down_revision = "0003"
old_processes_may_run = False

AT_A_TIME = 5000  # rows

#: Each refuses or follows on its own database (L2). SQLite's REPLACE deletes without asking a delete trigger, so the
#: insert asks for the right place; TRUNCATE exists on PostgreSQL alone.
ON_SQLITE = {
    "access_log_not_changed": (
        "BEFORE UPDATE ON access_log BEGIN SELECT RAISE(ABORT, 'the access log is never changed'); END"
    ),
    "access_log_not_deleted": (
        "BEFORE DELETE ON access_log BEGIN SELECT RAISE(ABORT, 'the access log is never deleted'); END"
    ),
    "access_log_in_order": (
        "BEFORE INSERT ON access_log WHEN new.id IS NOT (SELECT last_id + 1 FROM log_head) "
        "BEGIN SELECT RAISE(ABORT, 'the row does not follow the head of the access log'); END"
    ),
    "access_log_moves_head": (
        "AFTER INSERT ON access_log BEGIN UPDATE log_head SET last_id = new.id, seal = new.seal; END"
    ),
    "log_head_not_deleted": (
        "BEFORE DELETE ON log_head BEGIN SELECT RAISE(ABORT, 'the head of the access log is never deleted'); END"
    ),
}
ON_POSTGRESQL = {
    "access_log_not_changed": (
        "access_log",
        "BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log FOR EACH STATEMENT",
        "RAISE EXCEPTION 'the access log is never changed' USING ERRCODE = 'integrity_constraint_violation'; ",
    ),
    "access_log_moves_head": (
        "access_log",
        "AFTER INSERT ON access_log FOR EACH ROW",
        "UPDATE log_head SET last_id = NEW.id, seal = NEW.seal WHERE last_id = NEW.id - 1; "
        "IF NOT FOUND THEN RAISE EXCEPTION 'the row does not follow the head of the access log' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NULL; ",
    ),
    "log_head_not_deleted": (
        "log_head",
        "BEFORE DELETE OR TRUNCATE ON log_head FOR EACH STATEMENT",
        "RAISE EXCEPTION 'the head of the access log is never deleted' "
        "USING ERRCODE = 'integrity_constraint_violation'; ",
    ),
}


def upgrade() -> None:
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seal", sa.String(), nullable=False, server_default=sa.text("''")))
    last_id, seal = _seal_all()
    head = sa.table("log_head", *map(sa.column, ("id", "last_id", "seal")))
    op.get_bind().execute(sa.insert(head).values(id=1, last_id=last_id, seal=seal))
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.alter_column("seal", server_default=None)
        batch_op.alter_column("unit_id", existing_type=sa.Integer(), nullable=True)
    if _is_postgresql():
        op.execute("ALTER TABLE access_log ALTER COLUMN id DROP DEFAULT")
        op.execute("DROP SEQUENCE access_log_id_seq")
    _create_triggers()


def downgrade() -> None:
    """The rows keep their places. One without a unit must not be lost, so there may still be such."""
    _drop_triggers()
    if _is_postgresql():
        op.execute("CREATE SEQUENCE access_log_id_seq AS integer OWNED BY access_log.id")
        op.execute("SELECT setval('access_log_id_seq', max(id)) FROM access_log HAVING max(id) > 0")
        op.execute("ALTER TABLE access_log ALTER COLUMN id SET DEFAULT nextval('access_log_id_seq')")
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.drop_column("seal")
    op.drop_table("log_head")


def _seal_all() -> tuple[int, str]:
    """The rows that are there become the chain's first, in their order and without gaps; the last place and seal."""
    bind, key = op.get_bind(), lcweb.db.log_key()
    columns = ("id", "action", "user_id", "unit_id", "thread_id", "patient_number", "seal")
    moment = sa.column("at", lcweb.db.UtcDateTime(timezone=True))
    log = sa.table("access_log", *map(sa.column, columns), moment)
    change = sa.update(log).where(log.c.id == sa.bindparam("was"))
    change = change.values(id=sa.bindparam("place"), seal=sa.bindparam("mark"))
    last_id, place, seal = -1, 0, ""
    following = sa.select(log).where(log.c.id > sa.bindparam("after")).order_by(log.c.id).limit(AT_A_TIME)
    while rows := bind.execute(following, {"after": last_id}).all():
        changes = []
        for row in rows:
            place += 1
            seal = _seal(key, seal, place, row)
            changes.append({"was": row.id, "place": place, "mark": seal})
        bind.execute(change, changes)
        last_id = rows[-1].id
    return place, seal


def _seal(key: bytes, previous: str, place: int, row: sa.Row) -> str:
    """As the app seals a row at this revision."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    numbers = [None if number is None else str(number) for number in (row.user_id, row.unit_id, row.thread_id)]
    fields = ("lcweb access log 1", previous, str(place), at, row.action, *numbers, row.patient_number)
    text = b"".join(b"-" if field is None else b"%d:%b" % (len(field.encode()), field.encode()) for field in fields)
    return hmac.digest(key, text, "sha256").hex()


def _create_triggers() -> None:
    if not _is_postgresql():
        for name, rule in ON_SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {rule}")
        return
    for name, (_table, when, rule) in ON_POSTGRESQL.items():
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {rule}END $$")
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")


def _drop_triggers() -> None:
    if not _is_postgresql():
        for name in ON_SQLITE:
            op.execute(f"DROP TRIGGER {name}")
        return
    for name, (table, _when, _rule) in ON_POSTGRESQL.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


def _is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
