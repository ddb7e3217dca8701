"""Who is signed in, and which units they may choose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, bindparam, case, func, select

from lcweb.db import UtcDateTime, reading
from lcweb.domain.people import token_hash
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role
from lcweb.domain.settings import YES
from lcweb.domain.workdays import local_day
from lcweb.facts import receptionists_setting, still_here
from lcweb.models import InboxVersion, Membership, Organization, ThreadParty, Unit, User, UserSession


@dataclass(frozen=True)
class SignedIn:
    """One request's person. `inbox_version` is that of the unit acted from, read in the same statement."""

    actor: Actor
    active_at: datetime
    inbox_version: int


#: One statement for everything a request must know of its person: a poll runs it and nothing else.
_SIGNED_IN = (
    select(
        UserSession.user_id, UserSession.unit_id, UserSession.active_at,
        User.name, User.title, User.phone, User.licensed,
        Membership.role, Membership.unit_id.label("role_unit_id"), Membership.organization_id,
        Unit.name.label("unit_name"), Unit.receptionists_may_write,
        # Looked up for receptionists alone: nobody else's poll pays for it.
        case((Membership.role == Role.RECEPTIONIST, receptionists_setting(UserSession.unit_id))).label("receptionists"),
        Organization.municipality, InboxVersion.version,
    )
    .join(User, User.id == UserSession.user_id)
    .join(Membership, Membership.user_id == UserSession.user_id)
    .outerjoin(Unit, Unit.id == UserSession.unit_id)
    .outerjoin(InboxVersion, InboxVersion.unit_id == UserSession.unit_id)
    .outerjoin(Organization, Organization.id == Membership.organization_id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.revoked_at.is_(None),
        UserSession.ends_at > bindparam("now", type_=UtcDateTime),
        UserSession.active_at > bindparam("active_since", type_=UtcDateTime),
        still_here(User, bindparam("now", type_=UtcDateTime)),
        still_here(Membership, bindparam("now", type_=UtcDateTime)),
    )
)  # fmt: skip


def find_signed_in(token: str, *, idle: timedelta, now: datetime) -> SignedIn | None:
    """None when the session has ended: signed out, idle, too old, the person's time is over, or no role left."""
    values = {"token_hash": token_hash(token), "now": now, "active_since": now - idle, "today": local_day(now)}
    rows = reading().execute(_SIGNED_IN, values).all()
    return SignedIn(_actor(rows), rows[0].active_at, rows[0].version or 0) if rows else None


def _actor(rows: list[Row]) -> Actor:
    first = rows[0]
    held = [row for row in rows if row.role_unit_id is None or row.role_unit_id == first.unit_id]
    in_unit = any(row.role_unit_id is not None for row in held)
    return Actor(
        user_id=first.user_id,
        name=first.name,
        title=first.title,
        roles=frozenset(Role(row.role) for row in held),
        licensed=first.licensed,
        phone=first.phone,
        unit_id=first.unit_id if in_unit else None,
        unit_name=first.unit_name if in_unit else "",
        receptionists_may_write=in_unit and _receptionists_may_write(held),
        organization_ids=frozenset(row.organization_id for row in held if row.organization_id is not None),
        municipalities=frozenset(
            row.municipality for row in held if row.role == Role.LIST_ADMIN and row.municipality is not None
        ),
        several_units=len({row.role_unit_id for row in rows} - {None}) > 1,
    )


def _receptionists_may_write(held: list[Row]) -> bool:
    """By the latest change in force, else as the unit began; asked for those only who are receptionists there."""
    dated = next((row.receptionists for row in held if row.receptionists is not None), None)
    return bool(held[0].receptionists_may_write) if dated is None else dated == YES


class OwnUnit(NamedTuple):
    id: int
    name: str
    unopened: int


def own_units(user_id: int, *, now: datetime) -> list[OwnUnit]:
    """The units the person works in, with how many unopened threads each has."""
    unopened = select(func.count()).where(ThreadParty.unit_id == Unit.id, ThreadParty.unopened > 0).scalar_subquery()
    works_in = select(Membership.unit_id).where(
        Membership.user_id == user_id,
        Membership.role.in_([role.value for role in UNIT_ROLES]),
        still_here(Membership, now),
    )
    rows = reading().execute(select(Unit.id, Unit.name, unopened).where(Unit.id.in_(works_in)).order_by(Unit.name))
    return [OwnUnit(*row) for row in rows]


class Contact(NamedTuple):
    organization: str
    words: str


def contacts() -> list[Contact]:
    """Whom each organization's staff ask; those that have named nobody are left out."""
    named = select(Organization.name, Organization.contact).where(
        Organization.contact != "", Organization.closed_at.is_(None)
    )
    return [Contact(*row) for row in reading().execute(named.order_by(Organization.name))]


def email_of(user_id: int) -> str | None:
    return reading().scalar(select(User.email).where(User.id == user_id))
