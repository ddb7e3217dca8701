"""How Alembic runs here: one connection and one transaction, SQLite's foreign keys off while tables are rebuilt, and
checked afterwards. Each revision says whether processes of the version before may run meanwhile."""

import logging

from alembic import context
from alembic.runtime.migration import RevisionStep
from flask import current_app
from sqlalchemy import Connection, inspect, text

from lcweb import (
    at_work,
    models,  # noqa: F401  (fills the metadata)
)
from lcweb.db import Base, known_to_models

DB = current_app.extensions["migrate"].db

log = logging.getLogger("lcweb.migrations")


def run_migrations() -> None:
    with DB.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            _run_on_sqlite(connection)
        else:
            with connection.begin():
                _run(connection)


def _run_on_sqlite(connection: Connection) -> None:
    """A rebuilt table must not take its children along, so foreign keys rest, and are proved whole at the end."""
    connection.rollback()
    connection.connection.execute("PRAGMA foreign_keys=OFF")
    try:
        before = _counts(connection)
        connection.rollback()
        with connection.begin():
            _run(connection)
            _check(connection, before)
    finally:
        connection.rollback()
        connection.connection.execute("PRAGMA foreign_keys=ON")


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=known_to_models,
        transaction_per_migration=False,
    )
    steps = _steps()
    if steps:
        _mind_others(connection, steps)
        if connection.dialect.name == "postgresql":
            at_work.take_all_tables(connection)
    with context.begin_transaction():
        context.run_migrations()


def _steps() -> list[RevisionStep]:
    """What this command will do. Empty for one that only looks or marks."""
    try:
        context.get_revision_argument()
    except KeyError:
        return []
    known = context.get_context()
    return [step for step in known.opts["fn"](known.get_current_heads(), known) if isinstance(step, RevisionStep)]


def _mind_others(connection: Connection, steps: list[RevisionStep]) -> None:
    """Raises RuntimeError while others are at work on the database who cannot work with what it will become."""
    names = "; ".join(at_work.others(connection))
    if not names:
        return
    broken = [step.revision.revision for step in steps if not _leaves_old_processes_whole(step)]
    if not broken:
        log.warning("Others are at work on the database and may be, while it is upgraded: %s", names)
    elif "anyway" in context.get_x_argument(as_dictionary=True):
        log.warning("Others are at work on the database, and %s will break them: %s", ", ".join(broken), names)
    else:
        raise RuntimeError(
            f"others are at work on the database, and {', '.join(broken)} would break them: {names}. Stop them first; "
            "`prepare --anyway`, or `db upgrade -x anyway=1`, goes on all the same. Nothing was changed."
        )


def _leaves_old_processes_whole(step: RevisionStep) -> bool:
    """A revision that does not say so does not; and on the way down it is the newer processes that would break."""
    return step.is_upgrade and getattr(step.revision.module, "old_processes_may_run", False)


def _counts(connection: Connection) -> dict[str, int]:
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}


def _check(connection: Connection, before: dict[str, int]) -> None:
    """Raises RuntimeError, which undoes the migration, when a row went missing or points at nothing.

    A dropped table's rows are meant to go, and those of the tables that a revision names as "meant to go".
    """
    meant = connection.info.pop("meant to go", set())
    broken = connection.execute(text("PRAGMA foreign_key_check")).fetchall()
    after = _counts(connection)
    lost = [name for name, count in before.items() if after.get(name, count) < count and name not in meant]
    if broken or lost:
        raise RuntimeError(f"the migration left {len(broken)} broken references and lost rows in {lost}")


run_migrations()
