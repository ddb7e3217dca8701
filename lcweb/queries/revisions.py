"""Which revisions of the tables this code knows, and whether the database's are its own."""

from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lcweb.db import reading

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


@cache
def newest() -> str | None:
    return ScriptDirectory(str(FOLDER)).get_current_head()


def known() -> set[str]:
    return {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}


def is_current() -> bool:
    """False after an upgrade without `prepare`, and while old processes still run after it."""
    return MigrationContext.configure(reading()).get_current_heads() == (newest(),)
