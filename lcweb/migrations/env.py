"""How Alembic runs here: one connection, SQLite's foreign keys off while tables are rebuilt, and checked afterwards."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, inspect, text

from lcweb import models  # noqa: F401  (fills the metadata)
from lcweb.db import Base, known_to_models

DB = current_app.extensions["migrate"].db


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
    with context.begin_transaction():
        context.run_migrations()


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
