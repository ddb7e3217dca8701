"""Statements that are made once, and asked through the driver itself: between it and a page lies next to nothing.

What most requests ask is kept as a constant with named parameters. SQLAlchemy writes it for each database, and knows
how values go in and come out; it is not asked again each time.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lcweb.db import reading

Process = Callable[[Any], Any]
Statement = Select[Any] | Insert | Update | Delete
#: Statements that a process keeps ready, on each of its engines: more than there are in the code.
MOST = 500
#: A transaction's connection, in its session's `info`.
_CONNECTION = "lcweb_connection"


@dataclass(frozen=True)
class Prepared:
    """A statement as one driver takes it. `names` None: it takes values by name."""

    text: str
    fixed: dict[str, Any]
    names: list[str] | None
    given: dict[str, Process]
    found: list[tuple[int, Process]]
    row: Callable[..., Any] | None

    def on(self, connection: Any, values: Mapping[str, Any]) -> list[Any]:
        """What a driver's connection answers, as named tuples."""
        cursor = connection.cursor()
        cursor.execute(self.text, self.bound(values))
        rows = cursor.fetchall() if self.row else []
        cursor.close()
        return [self.read(row) for row in rows]

    def bound(self, values: Mapping[str, Any]) -> Any:
        processed = {name: self.given[name](value) if name in self.given else value for name, value in values.items()}
        named = self.fixed | processed
        return named if self.names is None else [named[name] for name in self.names]

    def read(self, row: tuple[Any, ...]) -> Any:
        assert self.row
        values = list(row)
        for place, process in self.found:
            values[place] = process(values[place])
        return self.row(*values)


def ask(statement: Select[Any], **values: Any) -> list[Any]:
    """This request's answer, as named tuples; within the snapshot of `reading()`. `values` are all that it binds."""
    connection = reading()
    if not connection.in_transaction():
        connection.begin()
    return _done(connection, statement, values)


def do(session: Session, statement: Statement, **values: Any) -> list[Any]:
    """Within a verb's transaction: what the statement finds or returns, as named tuples.

    What the verb has changed in its objects is written before; the objects themselves learn nothing of it.
    """
    session.flush()
    return _done(_connection(session), statement, values)


def _connection(session: Session) -> Connection:
    """Asked for once: to find it takes the session as long as a short statement takes the database."""
    known: Connection | None = session.info.get(_CONNECTION)
    if known is None or known.closed:  # the session's last transaction had another
        known = session.info[_CONNECTION] = session.connection()
    return known


def _done(connection: Connection, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
    found = prepare(statement, connection.dialect)
    try:
        return found.on(connection.connection.driver_connection, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _told(error, connection, found.text) from error


def _told(error: Exception, connection: Connection, text: str) -> BaseException:
    """As SQLAlchemy tells it, without its values. A connection that is lost is not used again."""
    dialect: Any = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.driver_connection, None)
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=is_lost,
        dialect=dialect,
    )  # fmt: skip


@lru_cache(MOST)
def prepare(statement: Statement, dialect: Dialect) -> Prepared:
    """Raises TypeError for a list among the values, whose length would change the text, and for a column that is left
    out of an INSERT although it has a default: only SQLAlchemy fills that in.
    """
    compiled: Any = _writer(dialect, reads=isinstance(statement, Select))(dialect, statement)
    if isinstance(statement, Insert) and compiled.insert_prefetch:
        raise TypeError(f"no value for {', '.join(column.name for column in compiled.insert_prefetch)}")
    if any(bind.expanding for bind in compiled.binds.values()):
        raise TypeError("a list has no place in a prepared statement")
    processes = {name: _process(bind.type, dialect, "bind") for name, bind in compiled.binds.items()}
    given = {name: process for name, process in processes.items() if process}
    fixed = {
        name: given[name](bind.effective_value) if name in given else bind.effective_value
        for name, bind in compiled.binds.items()
        if not bind.required
    }
    columns = list(statement.exported_columns)
    found = [(place, _process(column.type, dialect, "result")) for place, column in enumerate(columns)]
    return Prepared(
        compiled.string, fixed, compiled.positiontup, given,
        [(place, process) for place, process in found if process],
        namedtuple("Row", [column.key or "" for column in columns], rename=True) if columns else None,
    )  # fmt: skip


@cache
def _writer(dialect: Dialect, *, reads: bool) -> type[Any]:
    """SQLAlchemy's own, but that the values of the statement itself are in its text.

    A database that is only told of them afterwards does not see that they are those of a partial index, or how few rows
    a limit lets through. Of the others PostgreSQL shall not hope to learn anything, or it plans anew for each, which
    takes longer than to answer: what comes out of a sub-select it cannot know beforehand.
    """
    compiler: Any = dialect.statement_compiler
    hides_values = reads and dialect.name == "postgresql"

    class Writer(compiler):  # type: ignore[misc]
        def visit_bindparam(self, bindparam: BindParameter[Any], **how: Any) -> str:
            if not bindparam.required and isinstance(bindparam.effective_value, int | str):
                return self.render_literal_bindparam(bindparam)
            written = super().visit_bindparam(bindparam, **how)
            return f"(SELECT {written})" if hides_values and "::" in written else written  # of a known type

    return Writer


def _process(kind: Any, dialect: Dialect, way: str) -> Process | None:
    own = kind.dialect_impl(dialect)
    return own.bind_processor(dialect) if way == "bind" else own.result_processor(dialect, None)
