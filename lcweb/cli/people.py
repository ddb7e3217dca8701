"""Adding organizations, units and people before anybody can sign in."""

from datetime import date, datetime, time

import click
from flask.cli import AppGroup

from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.cli.settings import settings
from lcweb.cli.worker import Day
from lcweb.domain.people import MUNICIPALITIES, NewPerson, UnitKind
from lcweb.domain.permissions import UNIT_ROLES, Role, operator
from lcweb.domain.units import NewOrganization, NewUnit
from lcweb.domain.workdays import OfficeHours, local
from lcweb.services import invitations, second_factor, units
from lcweb.services import people as services
from lcweb.services.invitations import Link

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
@click.option("--email")
@click.option("--hsa-id")
@click.option("--password", help="Asked for when left out.")
@click.option("--invite", is_flag=True, help="Instead of a password: a link by which the person chooses one.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@spoken
def add(
    username: str, role: str, unit: str | None, organization: str | None, licensed: bool, password: str | None,
    invite: bool, dry_run: bool, **words: str | None,
) -> None:  # fmt: skip
    """Add a person with one role."""
    chosen = Role(role)
    unit_id = units.unit_id_by_name(unit) if unit else None
    organization_id = units.organization_id_by_name(organization) if organization else None
    place = {"unit_id": unit_id, "organization_id": organization_id}
    services.check_place(chosen, **place)
    new = NewPerson(username=username, licensed=licensed or chosen is Role.NURSE, **words)
    at = f" at {unit or organization}" if chosen in UNIT_ROLES or organization else ""
    if dry_run:
        services.add_person(operator(), new, chosen, **place, now=clock.now(), dry_run=True)
        click.echo(f"would add {username} as {role}{at}")
        return
    if invite:
        link = services.add_person(operator(), new, chosen, **place, now=clock.now())
        click.echo(f"{username} added as {role}{at}\n{_told(link)}")
        return
    password = password or click.prompt("Password", hide_input=True, confirmation_prompt="Repeat for confirmation")
    user = services.NewUser(**vars(new), password=password)
    user_id = services.add_user(operator(), user, now=clock.now(), demo=settings().demo)
    services.add_membership(operator(), user_id, chosen, **place, now=clock.now())
    click.echo(f"{username} added as {role}{at}")


@people.command("invite")
@click.argument("username")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@spoken
def invite(username: str, dry_run: bool) -> None:
    """A new link by which a person chooses a password; an older one ends."""
    user_id = services.user_id_by_username(username)
    link = invitations.invite(operator(), user_id, now=clock.now(), dry_run=dry_run)
    click.echo(f"would make a link for {link.name}, valid until {_moment(link.expires_at)}" if dry_run else _told(link))


@people.command("reset-second-factor")
@click.argument("username")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@spoken
def reset_second_factor(username: str, dry_run: bool) -> None:
    """Take away a second factor whose telephone and codes are lost; the person is signed out everywhere."""
    user_id = services.user_id_by_username(username)
    was_on = second_factor.reset(operator(), user_id, now=clock.now(), dry_run=dry_run)
    if not was_on:
        click.echo(f"{username} has no second factor")
    else:
        click.echo(f"would take away the second factor of {username}" if dry_run else f"{username} has none any longer")


@people.command("end")
@click.argument("username")
@click.option("--last-day", type=Day(), help="Until the end of this day; without it the person is shut out at once.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@spoken
def end(username: str, last_day: date | None, dry_run: bool) -> None:
    """End a person's time: no sign-in from then on, and no session. What they have written stays."""
    user_id, now = services.user_id_by_username(username), clock.now()
    if last_day is None:
        services.end_person_now(operator(), user_id, now=now, dry_run=dry_run)
    else:
        services.end_person(operator(), user_id, last_day, seen=None, now=now, dry_run=dry_run)
    when = f"at the end of {last_day}" if last_day else "at once"
    click.echo(f"would end {username} {when}" if dry_run else f"{username} ended {when}")


def _told(link: Link) -> str:
    return f"{settings().base_url}/inbjudan/{link.token}\nworks once, until {_moment(link.expires_at)}"


def _moment(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"


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
