"""Units: listed, and closed."""

import click
from flask.cli import AppGroup

from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.domain.permissions import operator
from lcweb.queries import units as found
from lcweb.queries.units import Consequences
from lcweb.services import units as services

units = AppGroup("units", help="Units: listed, closed, merged.")


@units.command("list")
@click.option("--closed", is_flag=True, help="The closed ones too.")
@spoken
def show(closed: bool) -> None:
    """Units by organization, with who took over from those that are closed."""
    for unit in found.all_units():
        if closed or unit.closed_at is None:
            gone = f"  closed {unit.closed_at:%Y-%m-%d}" if unit.closed_at else ""
            heir = f", successor {unit.successor}" if unit.successor else ""
            click.echo(f"{unit.id:>5}  {unit.organization}: {unit.name} ({unit.municipality}){gone}{heir}")


@units.command("close")
@click.argument("name")
@click.option("--successor", help="Name of the unit that takes over; without one nothing may be open.")
@click.option("--with-people", is_flag=True, help="A merge: the members get the same roles at the successor.")
@click.option("--dry-run", is_flag=True, help="Only tell what is there.")
@spoken
def close(name: str, successor: str | None, with_people: bool, dry_run: bool) -> None:
    """Close a unit for good; everything in it passes to its successor."""
    unit_id = services.unit_id_by_name(name)
    successor_id = services.unit_id_by_name(successor) if successor else None
    now = clock.now()
    for line in _told(found.consequences(unit_id, now=now)):
        click.echo(line)
    if dry_run:
        return
    done = services.close(operator(), unit_id, successor_id=successor_id, with_people=with_people, seen=None, now=now)
    click.echo(f"{name} closed; {done.threads} threads went to {done.successor or 'nobody'}")


def _told(there: Consequences) -> list[str]:
    rows = [
        f"list row: {row.municipality}, {row.case_type}, {row.area}" + (" (no other receiver)" if row.alone else "")
        for row in there.lists
    ]
    return [
        f"open threads: {there.open_as_sender} as sender, {there.open_as_recipient} as recipient",
        f"unread elsewhere: {there.unread}",
        f"closed threads: {there.closed}; sent on: {there.left}",
        f"open duties: {there.duties}",
        f"people: {len(there.staff)}; phrases: {there.phrases}; drafts: {there.drafts}",
        *rows,
    ]
