"""What stands in the tables, and proof that a refused verb left them alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row, func, select

from lcweb.db import Base, db


def rows(model: Any, **where: Any) -> list[Row[Any]]:
    """In the order of their primary keys."""
    table = model.__table__
    with db.engine.connect().execution_options(readonly=True) as connection:
        return list(connection.execute(select(table).filter_by(**where).order_by(*table.primary_key)))


def row(model: Any, **where: Any) -> Row[Any]:
    """AssertionError unless there is exactly one."""
    found = rows(model, **where)
    assert len(found) == 1, f"{len(found)} rows of {model.__tablename__} with {where}"
    return found[0]


def count(model: Any) -> int:
    with db.engine.connect().execution_options(readonly=True) as connection:
        return connection.execute(select(func.count()).select_from(model.__table__)).scalar_one()


def everything() -> dict[str, list[tuple[Any, ...]]]:
    with db.engine.connect().execution_options(readonly=True) as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in ("edition", "log_head")  # they follow other tables by themselves
        }


@contextmanager
def nothing_written() -> Iterator[None]:
    """Every row of every table is the same afterwards."""
    before = everything()
    yield
    changed = [name for name, after in everything().items() if after != before[name]]
    assert not changed, f"written to {changed}"
