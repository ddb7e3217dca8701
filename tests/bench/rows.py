"""The rows of a send, written without care: no rule, no session, no form.

A send inserts eight rows (thread, two parties, message, duty, two search documents, access log) and changes three (the
two units' inbox versions, the log's head).
"""

from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import Connection, func, select, text

from lcweb.db import Base, db
from tests.web.visits import statements

PREFIX = "bench_bare_"


class BareRows:
    """In tables with nothing but columns, each by a statement of its own."""

    def __init__(self, rows: list[tuple[str, dict[str, Any]]]) -> None:
        changes = _changes(dict(rows))
        self._statements = [*(_insert(PREFIX + name, list(values)) for name, values in rows), *changes]
        self._values = [*(values for _, values in rows), *({} for _ in changes)]

    def write(self) -> None:
        connection, cursor = _begun()
        for statement, values in zip(self._statements, self._values, strict=True):
            cursor.execute(statement, values)
        connection.commit()
        connection.close()


class PlacedRows:
    """In the tables they belong to, with indexes, foreign keys, search index and the log's triggers."""

    def __init__(self, rows: list[tuple[str, dict[str, Any]]]) -> None:
        own = [(name, {key: value for key, value in values.items() if key != "id"}) for name, values in rows]
        keys = {"thread": " RETURNING id", "message": " RETURNING id"}
        self._rows = [
            (name, _insert(name, [*values, *(["id"] if name == "access_log" else [])]) + keys.get(name, ""), values)
            for name, values in own
        ]
        self._raised = _raised(dict(rows), "")
        self._numbers = count()

    def write(self) -> None:
        connection, cursor = _begun()
        known: dict[str, Any] = {"submission_id": f"placed-{next(self._numbers)}"}
        for name, statement, values in self._rows:
            if name == "access_log":
                known["id"] = cursor.execute("SELECT last_id + 1 FROM log_head").fetchone()[0]
            fresh = {key: known[key] for key in values if key in known and values[key] is not None}
            cursor.execute(statement, {"id": known.get("id")} | values | fresh)
            if "RETURNING" in statement:
                known[f"{name}_id"] = cursor.fetchone()[0]
        for statement in self._raised:
            cursor.execute(statement)
        connection.commit()
        connection.close()


def _begun() -> tuple[Any, Any]:
    """A driver's connection in a transaction, and its cursor."""
    connection: Any = db.engine.raw_connection()
    cursor = connection.cursor()
    if db.engine.dialect.name == "sqlite":
        cursor.execute("BEGIN IMMEDIATE")
    return connection, cursor


def _insert(table: str, columns: list[str]) -> str:
    spelled = ":{}" if db.engine.dialect.name == "sqlite" else "%({})s"
    values = ", ".join(spelled.format(column) for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})"


def _changes(rows: dict[str, dict[str, Any]]) -> list[str]:
    head = f"UPDATE {PREFIX}log_head SET last_id = last_id + 1, seal = '{rows['access_log']['seal']}'"
    return [*_raised(rows, PREFIX), head]


def _raised(rows: dict[str, dict[str, Any]], prefix: str) -> list[str]:
    """In one order, so that two never wait for each other."""
    units = sorted((rows["thread"]["sender_unit_id"], rows["thread"]["recipient_unit_id"]))
    return [f"UPDATE {prefix}inbox_version SET version = version + 1 WHERE unit_id = {unit_id}" for unit_id in units]


def rows_of_a_send(send: Callable[[], None]) -> list[tuple[str, dict[str, Any]]]:
    """Table and values, as the driver takes them."""
    with db.engine.connect().execution_options(readonly=True) as connection:
        before = _highest(connection)
    with statements() as seen:
        send()
    names = dict.fromkeys(statement.split()[2] for statement in seen if statement.startswith("INSERT INTO "))
    with db.engine.connect().execution_options(readonly=True) as connection:
        return [row for name in names for row in _newer(connection, name, before)]


def _key(name: str) -> Any:
    table = Base.metadata.tables[name]
    return table.c.id if "id" in table.c else table.c.thread_id


def _highest(connection: Connection) -> dict[str, int]:
    names = [name for name, table in Base.metadata.tables.items() if "id" in table.c or "thread_id" in table.c]
    return {name: connection.scalar(select(func.max(_key(name)))) or 0 for name in names}


def _newer(connection: Connection, name: str, before: dict[str, int]) -> list[tuple[str, dict[str, Any]]]:
    raw = text(f"SELECT * FROM {name} WHERE {_key(name).name} > :last")  # values as the driver gives and takes them
    return [(name, dict(row._mapping)) for row in connection.execute(raw, {"last": before[name]})]


def make_bare(rows: list[tuple[str, dict[str, Any]]]) -> None:
    with db.engine.begin() as connection:
        for name in dict.fromkeys(name for name, _ in rows):
            connection.execute(text(f"CREATE TABLE {PREFIX}{name} AS SELECT * FROM {name} WHERE 1 = 0"))
        for name in ("inbox_version", "log_head"):
            connection.execute(text(f"CREATE TABLE {PREFIX}{name} AS SELECT * FROM {name}"))
        connection.execute(text(f"CREATE UNIQUE INDEX {PREFIX}unit ON {PREFIX}inbox_version (unit_id)"))
