"""Organizations, units, users and their memberships: added by whoever may."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lcweb.db import transaction
from lcweb.domain import guards
from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.people import DEMO_PASSWORD, MIN_PASSWORD, MUNICIPALITIES, UnitKind
from lcweb.domain.permissions import UNIT_ROLES, Act, Actor, Role
from lcweb.domain.workdays import OfficeHours
from lcweb.models import InboxVersion, Membership, Organization, Unit, User

HASHER = PasswordHasher()
MAX_CONTACT = 500  # characters


@dataclass(frozen=True, kw_only=True)
class NewUnit:
    """`acute_phone` is what a sender is told to ring (S3), `manager_email` where the manager's mails go (A3, B4)."""

    organization_id: int
    name: str
    kind: UnitKind
    municipality: str
    phone: str
    acute_phone: str
    hsa_id: str | None = None
    notify_email: str | None = None
    manager_email: str | None = None
    hours: OfficeHours = field(default_factory=OfficeHours)
    receptionists_may_write: bool = False
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NewUser:
    username: str
    name: str
    title: str
    password: str
    licensed: bool = False
    phone: str | None = None


def add_organization(
    actor: Actor,
    *,
    name: str,
    hsa_id: str | None = None,
    municipality: str | None = None,
    notify_email: str | None = None,
    contact: str = "",
) -> int:
    """`contact`: whom to ask about the routine, as the help page shows it. Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    row = Organization(
        name=name, hsa_id=hsa_id, municipality=municipality, notify_email=notify_email, contact=_contact(contact)
    )
    return _add(row, taken={"name": f"Huvudmannen {name} finns redan."})


def change_contact(actor: Actor, organization_id: int, contact: str) -> None:
    """An empty one takes the organization off the help page. Raises NotAllowed, NotFound, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    words = _contact(contact)
    with transaction() as session:
        organization = session.get(Organization, organization_id)
        if organization is None:
            raise NotFound("organization")
        organization.contact = words


def _contact(raw: str) -> str:
    """Raises Refused."""
    words = guards.normalized(raw)
    problem = guards.text_problem(words, what="Kontaktfältet", most=MAX_CONTACT)
    if problem:
        raise Refused({"contact": problem})
    return words


def add_unit(actor: Actor, new: NewUnit, *, now: datetime) -> int:
    """Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    if new.municipality not in MUNICIPALITIES:
        raise Refused({"municipality": f"{new.municipality} är ingen kommun i Halland."})
    unit = Unit(
        organization_id=new.organization_id,
        name=new.name,
        kind=new.kind,
        municipality=new.municipality,
        hsa_id=new.hsa_id,
        phone=new.phone,
        acute_phone=new.acute_phone,
        notify_email=new.notify_email,
        manager_email=new.manager_email,
        opens=new.hours.opens,
        closes=new.hours.closes,
        receptionists_may_write=new.receptionists_may_write,
        note=new.note,
        created_at=now,
    )
    try:
        with transaction() as session:
            session.add(unit)
            session.flush()
            session.add(InboxVersion(unit_id=unit.id, version=1))
            return unit.id
    except IntegrityError:
        raise Refused({"name": f"Enheten {new.name} finns redan, eller så är HSA-id:t upptaget."}) from None


def add_user(actor: Actor, new: NewUser, *, now: datetime, demo: bool = False) -> int:
    """Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_PEOPLE)
    if new.password == DEMO_PASSWORD and not demo:
        raise Refused({"password": "Demolösenordet går bara att använda i demoläge."})
    if len(new.password) < MIN_PASSWORD:
        raise Refused({"password": f"Lösenordet måste ha minst {MIN_PASSWORD} tecken."})
    user = User(
        username=new.username.strip().lower(),
        name=new.name.strip(),
        title=new.title,
        licensed=new.licensed,
        phone=new.phone,
        password_hash=_demo_hash() if new.password == DEMO_PASSWORD else HASHER.hash(new.password),
        created_at=now,
    )
    return _add(user, taken={"username": f"Användarnamnet {new.username} är upptaget."})


@cache
def _demo_hash() -> str:
    """One for all: argon2 is slow on purpose, and a salt hides nothing of a password that the sign-in page shows."""
    return HASHER.hash(DEMO_PASSWORD)


def add_membership(
    actor: Actor, user_id: int, role: Role, *, unit_id: int | None = None, organization_id: int | None = None
) -> int:
    """A role has one place: nurses, receptionists and managers a unit; list administrators and reviewers an
    organization; system administrators none. Raises NotAllowed, Refused.
    """
    actor.require(Act.EDIT_PEOPLE)
    check_place(role, unit_id=unit_id, organization_id=organization_id)
    return _add(
        Membership(user_id=user_id, role=role, unit_id=unit_id, organization_id=organization_id),
        taken={"role": "Personen eller enheten finns inte."},
    )


def check_place(role: Role, *, unit_id: int | None, organization_id: int | None) -> None:
    """Raises Refused when the role and its place do not go together."""
    in_unit, in_organization = role in UNIT_ROLES, role in (Role.LIST_ADMIN, Role.LOG_REVIEWER)
    if (unit_id is not None) != in_unit or (organization_id is not None) != in_organization:
        raise Refused(
            {"role": "Rollen hör till en enhet, en huvudman eller hela systemet – välj den plats som passar."}
        )


def unit_id_by_name(name: str) -> int:
    """Raises Refused."""
    with transaction() as session:
        found = session.scalar(select(Unit.id).where(Unit.name == name))
    if found is None:
        raise Refused({"unit": f"Det finns ingen enhet som heter {name}."})
    return found


def organization_id_by_name(name: str) -> int:
    """Raises Refused."""
    with transaction() as session:
        found = session.scalar(select(Organization.id).where(Organization.name == name))
    if found is None:
        raise Refused({"organization": f"Det finns ingen huvudman som heter {name}."})
    return found


def _add(row: Organization | User | Membership, *, taken: dict[str, str]) -> int:
    try:
        with transaction() as session:
            session.add(row)
            session.flush()
            return row.id
    except IntegrityError:
        raise Refused(taken) from None
