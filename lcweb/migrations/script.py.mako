"""${message}

Old processes: may they run while and after this is done, and why? (A NOT NULL column without a default breaks them.)
Down: which tables' rows or columns are lost, by name?
"""

import sqlalchemy as sa
from alembic import op

import lcweb.db
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
old_processes_may_run = False


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
