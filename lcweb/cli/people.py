"""Adding organizations, units and people before anybody can sign in."""

from datetime import time

import click
from flask.cli import AppGroup

from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.cli.settings import settings
from lcweb.domain.people import MUNICIPALITIES, UnitKind
from lcweb.domain.permissions import UNIT_ROLES, Role, operator
from lcweb.domain.units import NewOrganization, NewUnit
from lcweb.domain.workdays import OfficeHours
from lcweb.services import people as services
from lcweb.services import units

people = AppGroup("people", help="Organizations, units, users and their memberships.")


@people.command("add")
@click.argument("username")
@click.option("--name", required=True, help="First name and surname, as colleagues see it.")
@click.option("--title", required=True, help="Sjuksköterska, receptionist …")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--unit", help="Name of the unit, for nurse, receptionist and unit_manager.")
@click.option("--organization", help="Name of the organization, for list_admin and log_reviewer.")
@click.option("--licensed", is_flag=True, help="Legitimerad.")
@click.option("--phone")
@click.password_option(help="Asked for when left out.")
@spoken
def add(
    username: str,
    name: str,
    title: str,
    role: str,
    unit: str | None,
    organization: str | None,
    licensed: bool,
    phone: str | None,
    password: str,
) -> None:
    """Add a person with one role."""
    chosen = Role(role)
    unit_id = units.unit_id_by_name(unit) if unit else None
    organization_id = units.organization_id_by_name(organization) if organization else None
    services.check_place(chosen, unit_id=unit_id, organization_id=organization_id)
    new = services.NewUser(
        username=username,
        name=name,
        title=title,
        password=password,
        licensed=licensed or chosen is Role.NURSE,
        phone=phone,
    )
    demo = settings().demo
    user_id = services.add_user(operator(), new, now=clock.now(), demo=demo)
    services.add_membership(
        operator(), user_id, chosen, unit_id=unit_id, organization_id=organization_id, now=clock.now()
    )
    click.echo(
        f"{username} added as {role}" + (f" at {unit or organization}" if chosen in UNIT_ROLES or organization else "")
    )


@people.command("add-organization")
@click.argument("name")
@click.option("--municipality", type=click.Choice(MUNICIPALITIES), help="For a municipality's organization.")
@click.option("--hsa-id")
@click.option("--notify-email", help="Where mails go when a unit has no address (M4).")
@click.option("--contact", default="", help="Whom its staff ask about the routine: shown on the help page.")
@spoken
def add_organization(
    name: str, municipality: str | None, hsa_id: str | None, notify_email: str | None, contact: str
) -> None:
    """Add an organization (huvudman)."""
    new = NewOrganization(
        name=name, municipality=municipality, hsa_id=hsa_id, notify_email=notify_email, contact=contact
    )
    units.add_organization(operator(), new, now=clock.now())
    click.echo(f"{name} added")


@people.command("contact")
@click.argument("organization")
@click.argument("words")
@spoken
def contact(organization: str, words: str) -> None:
    """Change whom the staff of an organization ask about the routine; "" takes it off the help page."""
    units.change_contact(operator(), units.organization_id_by_name(organization), words, now=clock.now())
    click.echo(f"{organization}: {words or 'no contact'}")


@people.command("add-unit")
@click.argument("name")
@click.option("--organization", required=True, help="Name of its organization.")
@click.option("--kind", type=click.Choice([kind.value for kind in UnitKind]), required=True)
@click.option("--municipality", type=click.Choice(MUNICIPALITIES), required=True)
@click.option("--phone", required=True)
@click.option("--acute-phone", required=True, help="What senders are told to ring when it is urgent (S3).")
@click.option("--hsa-id")
@click.option("--notify-email", help="Where the unit's reminders go.")
@click.option("--manager-email", help="Where the unit manager's reminders go.")
@click.option("--opens", default="08:00", show_default=True, help="Stockholm time.")
@click.option("--closes", default="16:30", show_default=True, help="Stockholm time.")
@click.option("--receptionists-may-write", is_flag=True)
@spoken
def add_unit(organization: str, opens: str, closes: str, kind: str, **words: str) -> None:
    """Add a unit with its shared inbox."""
    hours = OfficeHours(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
    organization_id = units.organization_id_by_name(organization)
    new = NewUnit(organization_id=organization_id, kind=UnitKind(kind), hours=hours, **words)
    units.add_unit(operator(), new, now=clock.now())
    click.echo(f"{new.name} added")
