"""Single reads asked through the driver itself: what every open page asks for all day must cost next to nothing.

Each is its own moment of the database, outside of any transaction, over connections that are kept for this alone and
are not asked beforehand whether they still work: whoever glances has another way when the database does not answer.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Engine, Select

from lcweb.db import Unreachable

Process = Callable[[Any], Any]


@dataclass(frozen=True)
class Prepared:
    """A statement as one driver takes it. `names` None: it takes values by name."""

    text: str
    fixed: dict[str, Any]
    names: list[str] | None
    given: dict[str, Process]
    found: list[tuple[int, Process]]
    row: Callable[..., Any]

    def bound(self, values: Mapping[str, Any]) -> Any:
        processed = {name: self.given[name](value) if name in self.given else value for name, value in values.items()}
        named = self.fixed | processed
        return named if self.names is None else [named[name] for name in self.names]

    def read(self, row: tuple[Any, ...]) -> Any:
        values = list(row)
        for place, process in self.found:
            values[place] = process(values[place])
        return self.row(*values)


class Glances:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._prepared: dict[Select[Any], Prepared] = {}

    def rows(self, statement: Select[Any], values: Mapping[str, Any]) -> list[Any]:
        """Named tuples. `statement` is made once and kept; `values` are all that it binds. Raises Unreachable."""
        try:
            return self._asked(statement, values)
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise Unreachable(type(error).__name__) from None  # its own words may hold values

    def _asked(self, statement: Select[Any], values: Mapping[str, Any]) -> list[Any]:
        connection = self._engine.raw_connection()
        try:
            prepared = self._prepared.get(statement) or self._prepare(statement)
            cursor: Any = connection.cursor()
            cursor.execute(prepared.text, prepared.bound(values))
            found = cursor.fetchall()
            cursor.close()
        except BaseException:
            connection.invalidate()
            raise
        connection.close()
        return [prepared.read(row) for row in found]

    def _prepare(self, statement: Select[Any]) -> Prepared:
        self._prepared[statement] = prepared = prepare(statement, self._engine.dialect)
        return prepared


def prepare(statement: Select[Any], dialect: Dialect) -> Prepared:
    compiled: Any = statement.compile(dialect=dialect)
    processes = {name: _process(bind.type, dialect, "bind") for name, bind in compiled.binds.items()}
    given = {name: process for name, process in processes.items() if process}
    fixed = {
        name: given[name](bind.effective_value) if name in given else bind.effective_value
        for name, bind in compiled.binds.items()
        if not bind.required
    }
    columns = list(statement.selected_columns)
    found = [(place, _process(column.type, dialect, "result")) for place, column in enumerate(columns)]
    return Prepared(
        compiled.string, fixed, compiled.positiontup, given,
        [(place, process) for place, process in found if process],
        namedtuple("Row", [column.key for column in columns]),
    )  # fmt: skip


def _process(kind: Any, dialect: Dialect, way: str) -> Process | None:
    own = kind.dialect_impl(dialect)
    return own.bind_processor(dialect) if way == "bind" else own.result_processor(dialect, None)
