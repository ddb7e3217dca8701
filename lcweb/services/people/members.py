"""Who sees a unit's inbox: its manager adds and ends roles in the own unit, a system administrator in every one."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, hsa_ids, units
from lcweb.domain.changes import Noun
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.invitations import may_take_over
from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import UNIT_ROLES, Act, Actor, Role
from lcweb.models import Membership, Unit, User
from lcweb.services import changes, invitations
from lcweb.services.invitations import Link, only_administrators
from lcweb.services.people.accounts import locked, one_of_each, put_invited
from lcweb.services.people.ending import end_membership_row
from lcweb.services.people.rows import change_person_row, put_membership

OWN_ROLE = "Du kan inte ändra din egen roll eller dina egna uppgifter. Be systemadministratören."


def add_member(actor: Actor, unit_id: int, who: str, role: Role | None, *, now: datetime) -> str:
    """A person who is known, by username or HSA-id; the person's name. Raises NotFound, Refused."""
    _require_unit(actor, unit_id)
    with transaction() as session:
        _require_there(session, unit_id)
        row = _known(session, who)
        problems = {} if role in UNIT_ROLES else {"role": "Välj vilken roll personen ska ha här."}
        if row is None:
            problems["who"] = "Det finns ingen med det användarnamnet eller HSA-id:t. Bjud in personen i stället."
        elif row.ended_at is not None and row.ended_at <= now:
            problems["who"] = f"{row.name} har slutat. Be systemadministratören ta bort slutdatumet."
        elif row.id == actor.user_id:
            problems["who"] = OWN_ROLE
        if problems or row is None or role is None:
            raise Refused(problems)
        put_membership(session, row.id, role, unit_id=unit_id, organization_id=None, actor=actor, now=now)
        return row.name


def invite_member(actor: Actor, unit_id: int, new: NewPerson, role: Role | None, *, now: datetime) -> Link:
    """A new person, with a role here and a link to choose a password by. Raises NotFound, Refused."""
    _require_unit(actor, unit_id)
    with one_of_each(), transaction() as session:
        _require_there(session, unit_id)
        if role not in UNIT_ROLES or role is None:
            raise Refused({"role": "Välj vilken roll personen ska ha här."})
        return put_invited(session, new, role, unit_id=unit_id, organization_id=None, actor=actor, now=now)


def change_member(actor: Actor, unit_id: int, user_id: int, new: NewPerson, *, seen: int, now: datetime) -> bool:
    """A person whose every role is in the own unit. False when nothing differs. Raises NotFound, Refused, Conflict."""
    _require_unit(actor, unit_id)
    with one_of_each(), transaction() as session:
        row = locked(session, user_id)
        places = invitations.places_of(session, user_id, now=now)
        if unit_id not in places:
            raise NotFound("member")
        if not may_take_over(actor, places):
            raise Refused({"form": only_administrators(row.name)})
        _refuse_oneself(actor, user_id)
        changes.require_seen(session, Noun.PERSON, user_id, seen)
        return change_person_row(session, row, new, actor=actor, now=now)


def end_member_role(actor: Actor, unit_id: int, membership_id: int, *, now: datetime) -> None:
    """At once. Raises NotFound (also another unit's), Refused, and Conflict when somebody else was first."""
    _require_unit(actor, unit_id)
    with transaction() as session:
        row = session.get(Membership, membership_id, with_for_update=True)
        if row is None or row.unit_id != unit_id:
            raise NotFound("membership")
        _refuse_oneself(actor, row.user_id)
        if not end_membership_row(session, row, actor=actor, now=now):
            raise Conflict("Rollen är redan avslutad.")


def _require_unit(actor: Actor, unit_id: int) -> None:
    """Raises NotAllowed, NotFound: to a manager no other unit exists."""
    actor.require(Act.EDIT_UNIT)
    if not units.may_edit(actor, unit_id):
        raise NotFound("unit")


def _require_there(session: Session, unit_id: int) -> None:
    if session.get(Unit, unit_id) is None:
        raise NotFound("unit")


def _refuse_oneself(actor: Actor, user_id: int) -> None:
    """A manager's own rights are another's to give and to end. Raises Refused."""
    if user_id == actor.user_id and not units.may_edit_all(actor):
        raise Refused({"form": OWN_ROLE})


def _known(session: Session, who: str) -> User | None:
    typed = guards.normalized(who)
    if guards.text_problem(typed, what="", most=60, lines=False) or not typed:
        return None
    named = or_(User.username == typed.lower(), User.hsa_id == hsa_ids.normalized(typed))
    found = session.scalars(select(User).where(named)).all()
    return found[0] if len(found) == 1 else None  # one's username may be spelt as another's HSA-id
