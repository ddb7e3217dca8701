"""Closing and halving days."""

from datetime import datetime

import click
from flask.cli import AppGroup

from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.cli.settings import rules_on
from lcweb.domain.permissions import operator
from lcweb.domain.workdays import local_day
from lcweb.services import calendar as services
from lcweb.services.units import organization_id_by_name

calendar = AppGroup("calendar", help="Days closed or halved by hand (T1, T2).")

_day = click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
_unit = click.option("--unit", "unit_id", type=int, help="Only for this unit (its number).")
_organization = click.option("--organization", help="Only for this organization (its name).")


@calendar.command("close")
@_day
@_unit
@_organization
@spoken
def close(day: datetime, unit_id: int | None, organization: str | None) -> None:
    """Close a coming day; open duties due on it move later (T5)."""
    now = clock.now()
    place = _place(unit_id, organization)
    moved = services.close_day(operator(), day.date(), place, now=now, rules=rules_on(local_day(now)))
    click.echo(f"{day:%Y-%m-%d} closed; {moved} open duties moved later")


@calendar.command("half-day")
@_day
@_unit
@_organization
@spoken
def half_day(day: datetime, unit_id: int | None, organization: str | None) -> None:
    """Make a coming day a half day: it closes at noon and asks for one reading."""
    services.halve_day(operator(), day.date(), _place(unit_id, organization), now=clock.now())
    click.echo(f"{day:%Y-%m-%d} is a half day")


def _place(unit_id: int | None, organization: str | None) -> services.Place:
    if unit_id is not None and organization is not None:
        raise click.UsageError("choose a unit or an organization, not both")
    return services.Place(unit_id, organization_id_by_name(organization) if organization else None)
