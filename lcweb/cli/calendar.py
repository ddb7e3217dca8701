"""Working days at the command line: for everyone, for an organization (--organization), or for one unit (--unit)."""

from datetime import date, datetime

import click
from flask.cli import AppGroup

from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.cli.settings import rules_on
from lcweb.domain.calendar import DayKind, MarkKind, Place
from lcweb.domain.permissions import operator
from lcweb.domain.workdays import local, local_day
from lcweb.queries import calendar as queries
from lcweb.services import calendar as services
from lcweb.services.units import organization_id_by_name

calendar = AppGroup("calendar", help="Days closed or halved by hand (T1, T2).")

_day = click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
_unit = click.option("--unit", "unit_id", type=int, help="Only for this unit (its number).")
_organization = click.option("--organization", help="Only for this organization (its name).")
_dry_run = click.option("--dry-run", is_flag=True, help="Only tell which open duties would move, and to when.")


@calendar.command("close")
@_day
@_unit
@_organization
@_dry_run
@spoken
def close(day: datetime, unit_id: int | None, organization: str | None, dry_run: bool) -> None:
    """Close a coming day; open duties that count it move later (T5)."""
    place = _place(unit_id, organization)
    if dry_run:
        _tell(day.date(), MarkKind.CLOSED, place)
        return
    now = clock.now()
    moved = services.close_day(operator(), day.date(), place, now=now, rules=rules_on(local_day(now)))
    click.echo(f"{day:%Y-%m-%d} closed; {moved} open duties moved later")


@calendar.command("half-day")
@_day
@_unit
@_organization
@_dry_run
@spoken
def half_day(day: datetime, unit_id: int | None, organization: str | None, dry_run: bool) -> None:
    """Make a coming day a half day: it closes at noon and asks for one reading."""
    place = _place(unit_id, organization)
    if dry_run:
        _tell(day.date(), MarkKind.HALF, place)
        return
    services.halve_day(operator(), day.date(), place, now=clock.now())
    click.echo(f"{day:%Y-%m-%d} is a half day")


@calendar.command("open")
@_day
@_unit
@_organization
@spoken
def open_again(day: datetime, unit_id: int | None, organization: str | None) -> None:
    """Take back what was closed or halved for exactly this place; duties keep their later time (T5)."""
    marks = queries.living_marks(day.date(), _place(unit_id, organization))
    if not marks:
        raise click.ClickException(f"{day:%Y-%m-%d} is not marked there")
    for mark in marks:
        services.open_again(operator(), mark.id, now=clock.now())
    click.echo(f"{day:%Y-%m-%d} is an ordinary day again; duties that had moved keep their later time")


@calendar.command("show")
@click.argument("year", type=click.IntRange(2000, 2100))
@_unit
@_organization
@spoken
def show(year: int, unit_id: int | None, organization: str | None) -> None:
    """The year's working days, and every day that is not simply one of them."""
    place = _place(unit_id, organization)
    today = local_day(clock.now())
    view = queries.get_year(place, year, today=today, rules=rules_on(today))
    click.echo(f"{year}: {view.working_days} working days for {view.where.name or 'everyone'}")
    for month in view.months:
        for day in month.special:
            click.echo(f"{day.day:%a %Y-%m-%d} {_words(day)}")


def _words(day: queries.DayView) -> str:
    if day.kind is DayKind.HOLIDAY:
        return day.holiday or ""
    kind = "bridge day" if day.is_bridge else day.kind.value
    return "; ".join(
        [kind, *(f"{mark.kind} for {mark.holds_for or 'everyone'} by {mark.made_by}" for mark in day.marks)]
    )


def _tell(day: date, kind: MarkKind, place: Place) -> None:
    now = clock.now()
    moves = services.preview(operator(), day, kind, place, now=now, rules=rules_on(local_day(now)))
    click.echo(f"{sum(move.count for move in moves)} open duties would move later")
    for move in moves:
        click.echo(
            f"{move.unit}: {move.count} from {local(move.due_at):%Y-%m-%d %H:%M} to {local(move.to):%Y-%m-%d %H:%M}"
        )


def _place(unit_id: int | None, organization: str | None) -> Place:
    if unit_id is not None and organization is not None:
        raise click.UsageError("choose a unit or an organization, not both")
    return Place(unit_id, organization_id_by_name(organization) if organization else None)
