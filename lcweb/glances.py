"""Single reads of what every open page asks for all day: they must cost next to nothing.

Each is its own moment of the database, outside of any transaction, over connections that are kept for this alone and
are not asked beforehand whether they still work: whoever glances has another way when the database does not answer.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, Select

from lcweb.db import Unreachable
from lcweb.prepared import prepare


class Glances:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rows(self, statement: Select[Any], values: Mapping[str, Any]) -> list[Any]:
        """Named tuples. `statement` is made once and kept; `values` are all that it binds. Raises Unreachable."""
        try:
            return self._asked(statement, values)
        except self._engine.dialect.loaded_dbapi.Error as error:
            raise Unreachable(type(error).__name__) from None  # its own words may hold values

    def _asked(self, statement: Select[Any], values: Mapping[str, Any]) -> list[Any]:
        connection = self._engine.raw_connection()
        try:
            rows = prepare(statement, self._engine.dialect).on(connection, values)
        except BaseException:
            connection.invalidate()
            raise
        connection.close()
        return rows
