"""Assignments: which unit an identity provider's commissionHsaId means."""

import click
from flask.cli import AppGroup

from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.domain.permissions import operator
from lcweb.queries import commissions as found
from lcweb.services import commissions as verbs
from lcweb.services import units

commissions = AppGroup("commissions", help="Medarbetaruppdrag: which unit each means.")


@commissions.command("list")
@spoken
def show() -> None:
    """Those that hold."""
    for row in found.current():
        click.echo(f"{row.hsa_id}  {row.unit}" + (f" (closed, goes to {row.goes_to})" if row.goes_to else ""))


@commissions.command("add")
@click.argument("hsa_id")
@click.option("--unit", required=True, help="Name of the unit that it means.")
@spoken
def add(hsa_id: str, unit: str) -> None:
    """Let an assignment mean a unit. Roles are given to people, never by an assignment."""
    verbs.add(operator(), hsa_id=hsa_id, unit_id=units.unit_id_by_name(unit), now=clock.now())
    click.echo(f"{hsa_id} means {unit}")


@commissions.command("end")
@click.argument("hsa_id")
@spoken
def end(hsa_id: str) -> None:
    """Whoever has the assignment chooses among the own units again."""
    click.echo(f"{verbs.end(operator(), verbs.id_of(hsa_id), now=clock.now())} ended")
