"""Who is signed in, and which units they may choose."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, case, func, select

from lcweb.db import UtcDateTime, reading
from lcweb.domain.people import token_hash
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role
from lcweb.domain.settings import YES
from lcweb.domain.workdays import local_day
from lcweb.facts import receptionists_setting, still_here
from lcweb.glances import Glances
from lcweb.models import Edition, InboxVersion, Membership, Organization, ThreadParty, Unit, User, UserSession
from lcweb.prepared import ask
from lcweb.queries.threads.head import revision_for


@dataclass(frozen=True)
class SignedIn:
    """One request's person. `inbox_version` is that of the unit acted from, read in the same statement.

    `edition`: of all that `queries/kept.py` keeps.
    """

    actor: Actor
    active_at: datetime
    ends_at: datetime
    inbox_version: int
    how: str
    edition: str


class Glanced(NamedTuple):
    """As much of it as a poll needs that may have nothing new to be told. `roles`: held where the session acts from.

    `version`: of the unit's inbox, or of the thread that is looked at as the unit sees it; None: it does not.
    """

    roles: frozenset[Role]
    unit_id: int | None
    how: str
    version: int | None


_SIGNED_IN_STILL = (
    UserSession.token_hash == bindparam("token_hash"),
    UserSession.revoked_at.is_(None),
    UserSession.ends_at > bindparam("now", type_=UtcDateTime),
    UserSession.active_at > bindparam("active_since", type_=UtcDateTime),
    still_here(User, bindparam("now", type_=UtcDateTime)),
    still_here(Membership, bindparam("now", type_=UtcDateTime)),
)
#: One statement for everything a request must know of its person.
_SIGNED_IN = (
    select(
        UserSession.user_id, UserSession.unit_id, UserSession.active_at, UserSession.ends_at, UserSession.how,
        User.name, User.title, User.phone, User.licensed,
        Membership.role, Membership.unit_id.label("role_unit_id"), Membership.organization_id,
        Unit.name.label("unit_name"), Unit.receptionists_may_write,
        # Looked up for receptionists alone: nobody else pays for it.
        case((Membership.role == Role.RECEPTIONIST, receptionists_setting(UserSession.unit_id))).label("receptionists"),
        Organization.municipality, InboxVersion.version, select(Edition.value).scalar_subquery().label("edition"),
    )
    .join(User, User.id == UserSession.user_id)
    .join(Membership, Membership.user_id == UserSession.user_id)
    .outerjoin(Unit, Unit.id == UserSession.unit_id)
    .outerjoin(InboxVersion, InboxVersion.unit_id == UserSession.unit_id)
    .outerjoin(Organization, Organization.id == Membership.organization_id)
    .where(*_SIGNED_IN_STILL)
)  # fmt: skip
_GLANCE = (
    select(UserSession.unit_id, UserSession.how, Membership.role, Membership.unit_id.label("role_unit_id"))
    .join(User, User.id == UserSession.user_id)
    .join(Membership, Membership.user_id == UserSession.user_id)
    .where(*_SIGNED_IN_STILL)
)
_OF_THE_INBOX = _GLANCE.outerjoin(InboxVersion, InboxVersion.unit_id == UserSession.unit_id).add_columns(
    InboxVersion.version
)
_OF_A_THREAD = _GLANCE.add_columns(revision_for(UserSession.unit_id).label("version"))


def find_signed_in(token: str, *, idle: timedelta, now: datetime) -> SignedIn | None:
    """None when the session has ended: signed out, idle, too old, the person's time is over, or no role left where the
    session acts from; one without a unit needs a role anywhere.
    """
    rows = ask(_SIGNED_IN, **_values(token, idle, now), today=local_day(now))
    if not _has_a_role_there(rows):
        return None
    first = rows[0]
    return SignedIn(_actor(rows), first.active_at, first.ends_at, first.version or 0, first.how, first.edition)


def glance(
    glances: Glances, token: str, *, idle: timedelta, now: datetime, thread_id: int | None = None
) -> Glanced | None:
    """Who `find_signed_in` would find: of the thread that is named, else of the inbox."""
    values = _values(token, idle, now)
    if thread_id is None:
        rows = glances.rows(_OF_THE_INBOX, values)
    else:
        rows = glances.rows(_OF_A_THREAD, values | {"thread_id": thread_id})
    if not _has_a_role_there(rows):
        return None
    first = rows[0]
    version = (first.version or 0) if thread_id is None else first.version
    return Glanced(frozenset(Role(row.role) for row in _held(rows)), first.unit_id, first.how, version)


def _values(token: str, idle: timedelta, now: datetime) -> dict[str, Any]:
    return {"token_hash": token_hash(token), "now": now, "active_since": now - idle}


def _has_a_role_there(rows: list[Any]) -> bool:
    """Where the session acts from; anywhere, when it acts from no unit."""
    return bool(rows) and (rows[0].unit_id is None or any(row.role_unit_id == row.unit_id for row in rows))


def _held(rows: list[Any]) -> list[Any]:
    """The roles of the unit acted from, and those of no unit."""
    return [row for row in rows if row.role_unit_id is None or row.role_unit_id == rows[0].unit_id]


def _actor(rows: list[Row]) -> Actor:
    first, held = rows[0], _held(rows)
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
