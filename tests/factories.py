"""Units, people and threads for tests, made by the verbs themselves."""

from dataclasses import replace
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from lcweb.db import db
from lcweb.domain.compose import Confirmation, DisclosureBasis, NewThread
from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.rules import Rules
from lcweb.domain.units import NewOrganization, NewUnit
from lcweb.models import Organization, Thread, Unit
from lcweb.services import people, threads, units
from tests.at import at

PASSWORD = "ett långt lösenord"
LONG_AGO = at("Tue 2025-01-07 08:00")
RULES = Rules()
#: Published test numbers (the tax agency's): their birth serials 238, 239 and 980–989 are no living person's.
PATIENT = "20000101-2384"
OTHER_PATIENT = "18900101-9802"

_numbers = count(1)


def patient_id(born: date, serial: int = 980) -> str:
    """A test number with the right check digit, for tests that need many."""
    assert serial in {238, 239, *range(980, 990)}
    nine = f"{born:%y%m%d}{serial}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return f"{born:%Y%m%d}-{serial}{-total % 10}"


def organization(name: str | None = None, **fields: Any) -> int:
    return units.add_organization(
        operator(), NewOrganization(name=name or f"Huvudman {next(_numbers)}", **fields), now=LONG_AGO
    )


def unit(name: str | None = None, *, organization_id: int | None = None, **fields: Any) -> int:
    """A primary care unit in Halmstad unless told otherwise; its own organization when none is given."""
    values: dict[str, Any] = {
        "name": name or f"Enhet {next(_numbers)}",
        "organization_id": organization() if organization_id is None else organization_id,
        "kind": UnitKind.PRIMARY_CARE,
        "municipality": "Halmstad",
        "phone": "035-10 00 00",
        "acute_phone": "035-10 00 01",
    }
    return units.add_unit(operator(), NewUnit(**(values | fields)), now=LONG_AGO)


def user(
    name: str = "Anna Lind",
    *,
    unit_id: int | None = None,
    organization_id: int | None = None,
    role: Role = Role.NURSE,
    username: str | None = None,
    **fields: Any,
) -> Actor:
    """A person with one role, in a new unit when the role needs one and none is given; signs in with PASSWORD."""
    if role in UNIT_ROLES and unit_id is None:
        unit_id = unit()
    values: dict[str, Any] = {
        "username": username or f"anvandare{next(_numbers)}",
        "name": name,
        "title": "Sjuksköterska",
        "password": PASSWORD,
        "licensed": role is Role.NURSE,
    }
    new = people.NewUser(**(values | fields))
    user_id = people.add_user(operator(), new, now=LONG_AGO)
    people.add_membership(operator(), user_id, role, unit_id=unit_id, organization_id=organization_id, now=LONG_AGO)
    person = Actor(
        user_id=user_id,
        name=new.name,
        title=new.title,
        licensed=new.licensed,
        phone=new.phone,
        roles=frozenset({role}),
    )
    return _placed(person, unit_id, organization_id)


def _placed(person: Actor, unit_id: int | None, organization_id: int | None) -> Actor:
    with db.engine.connect() as connection:
        if unit_id is not None:
            columns = db.select(Unit.name, Unit.receptionists_may_write).where(Unit.id == unit_id)
            name, receptionists = connection.execute(columns).one()
            return replace(person, unit_id=unit_id, unit_name=name, receptionists_may_write=receptionists)
        if organization_id is not None:
            column = db.select(Organization.municipality).where(Organization.id == organization_id)
            reach = frozenset({connection.execute(column).scalar_one()} - {None})
            return replace(person, organization_ids=frozenset({organization_id}), municipalities=reach)
    return person


def colleague(of: Actor, name: str = "Bo Ek", **fields: Any) -> Actor:
    """One more person in the same unit."""
    return user(name, unit_id=of.unit_id, **fields)


def pair() -> tuple[Actor, Actor]:
    """A nurse at a sending unit and one at a receiving unit."""
    sender = user("Anna Lind", unit_id=unit(f"Vårdcentralen {next(_numbers)}"))
    receiving = unit(f"Hemsjukvård {next(_numbers)}", kind=UnitKind.HOME_CARE)
    return sender, user("Karin Berg", unit_id=receiving)


def new_thread(recipient_unit_id: int | None, **overrides: Any) -> NewThread:
    """What a person would have typed; nothing is wrong with it."""
    values: dict[str, Any] = {
        "recipient_unit_id": recipient_unit_id,
        "case_type": CaseType.GENERAL,
        "patient_id": PATIENT,
        "patient_name": "Tove Testsson",
        "subject": "Såromläggning",
        "body": "Kan ni lägga om såret på måndag?",
        "expects_reply": True,
        "disclosure_basis": DisclosureBasis.CONSENT,
        "not_acute": True,
    }
    return NewThread(**(values | overrides))


def thread(sender: Actor, recipient_unit_id: int, *, now: datetime, **overrides: Any) -> int:
    """A sent thread's id. The question whether to continue in an open one is answered beforehand (S6)."""
    new = new_thread(recipient_unit_id, **({"confirmed": frozenset({Confirmation.NEW_THREAD})} | overrides))
    return threads.start(sender, new, submission_id=submission_id(), now=now, rules=RULES).thread_id


def submission_id() -> str:
    return uuid4().hex


def version_of(thread_id: int) -> int:
    """What an answer's page carries, so that it is refused when somebody else was first."""
    with db.engine.connect() as connection:
        return connection.execute(db.select(Thread.version).where(Thread.id == thread_id)).scalar_one()
