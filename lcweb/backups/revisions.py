"""Which revisions of the tables this code knows."""

from alembic.script import ScriptDirectory
from flask import current_app


def newest() -> str | None:
    return _scripts().get_current_head()


def known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
