"""Which revisions of the tables this code knows, and whether the database's are its own."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import column, inspect, select, table

from lcweb.db import reading

FOLDER = Path(__file__).resolve().parent.parent / "migrations"
TABLE = "alembic_version"
_AT_WORK = select(column("version_num")).select_from(table(TABLE))
_NAMED = re.compile(r'^(down_)?revision = "(\w+)"$', re.MULTILINE)


@cache
def newest() -> str:
    """The one that no other comes after."""
    named = _named()
    (last,) = {name for before, name in named if not before} - {name for before, name in named if before}
    return last


def known() -> set[str]:
    return {name for before, name in _named() if not before}


def is_current() -> bool:
    """False after an upgrade without `prepare`, and while old processes still run after it."""
    connection = reading()
    return inspect(connection).has_table(TABLE) and connection.scalars(_AT_WORK).all() == [newest()]


def _named() -> list[tuple[str, str]]:
    """Read off the files: `/halsa` and `/matt` ask, and would load Alembic into each app process (late.py)."""
    files = (FOLDER / "versions").glob("*.py")
    return [found for path in files for found in _NAMED.findall(path.read_text("utf-8"))]
