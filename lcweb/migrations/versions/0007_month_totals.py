"""month totals

Each counted month gets its sums beside its days, worked out from the days that are there: nothing is counted anew.
Old processes: must be stopped; an old worker would write a month without its sums.
Down: the sums in `follow_up_month` are dropped; nothing is lost that its days do not tell.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
old_processes_may_run = False

SUMS = ("total", "by_type", "by_row")
ROW = "#"
MONTH = sa.table(
    "follow_up_month", sa.column("unit_id"), sa.column("month"), sa.column("counted"), *map(sa.column, SUMS)
)


def upgrade() -> None:
    with op.batch_alter_table("follow_up_month", schema=None) as batch_op:
        for name in SUMS:
            batch_op.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
    connection = op.get_bind()
    for unit_id, month, counted in connection.execute(sa.select(*list(MONTH.c)[:3])).fetchall():
        same = sa.and_(MONTH.c.unit_id == unit_id, MONTH.c.month == month)
        connection.execute(sa.update(MONTH).where(same).values(_sums(counted)))
    with op.batch_alter_table("follow_up_month", schema=None) as batch_op:
        for name in SUMS:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("follow_up_month", schema=None) as batch_op:
        for name in SUMS:
            batch_op.drop_column(name)


def _sums(counted: str) -> dict[str, str]:
    by_type = defaultdict(list)
    for of_day in json.loads(counted).values():
        for of_type, tally in of_day.items():
            by_type[of_type].append(tally)
    cases = {of_type: tallies for of_type, tallies in by_type.items() if not of_type.startswith(ROW)}
    rows = {of_type.removeprefix(ROW): _sum(tallies)[0] for of_type, tallies in by_type.items() if of_type not in cases}
    return {
        "total": _json(_sum(tally for tallies in cases.values() for tally in tallies)),
        "by_type": _json({of_type: _sum(tallies) for of_type, tallies in sorted(cases.items())}),
        "by_row": _json({row: (sums.get("sent", 0), sums.get("sent_wrong", 0)) for row, sums in sorted(rows.items())}),
    }


def _sum(tallies: Iterable[list]) -> tuple[dict, dict]:
    counts, spreads = Counter(), defaultdict(Counter)
    for of_counts, of_spreads in tallies:
        counts.update(of_counts)
        for name, values in of_spreads.items():
            spreads[name].update(values)
    by_value = {name: sorted(values.items(), key=lambda pair: int(pair[0])) for name, values in sorted(spreads.items())}
    return dict(sorted(counts.items())), {name: dict(values) for name, values in by_value.items()}


def _json(found: object) -> str:
    return json.dumps(found, separators=(",", ":"))
