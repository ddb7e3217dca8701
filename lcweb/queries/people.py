"""Who is signed in, and which units they may choose; and everybody, as the administration shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, case, false, func, or_, select

from lcweb.db import UtcDateTime, reading
from lcweb.domain.changes import Noun
from lcweb.domain.errors import NotFound
from lcweb.domain.people import token_hash
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role
from lcweb.domain.phrases import alphabetical
from lcweb.domain.recipients import Term, is_found
from lcweb.domain.settings import YES
from lcweb.domain.workdays import local_day
from lcweb.facts import receptionists_setting, still_here
from lcweb.glances import Glances
from lcweb.models import (
    Change,
    Edition,
    InboxVersion,
    Invitation,
    Membership,
    Organization,
    ThreadParty,
    Unit,
    User,
    UserSession,
)
from lcweb.prepared import ask
from lcweb.queries import changes
from lcweb.queries.changes import ChangeRow, fields_of
from lcweb.queries.threads.head import revision_for


@dataclass(frozen=True)
class SignedIn:
    """One request's person. `inbox_version` is that of the unit acted from, read in the same statement.

    `edition`: of all that `queries/kept.py` keeps; empty for a glance. `thread_revision`: of the thread glanced at, as
    that unit sees it; None: it does not.
    """

    actor: Actor
    active_at: datetime
    ends_at: datetime
    inbox_version: int
    how: str
    edition: str = ""
    thread_revision: int | None = None


#: One statement for everything a request must know of its person: a poll runs it and nothing else.
_SIGNED_IN = (
    select(
        UserSession.user_id, UserSession.unit_id, UserSession.active_at, UserSession.ends_at, UserSession.how,
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
_WITH_EDITION = _SIGNED_IN.add_columns(select(Edition.value).scalar_subquery().label("edition"))
#: For a thread's poll: with what has become of the thread.
_WITH_THREAD = _SIGNED_IN.add_columns(revision_for(UserSession.unit_id).label("thread_revision"))


def find_signed_in(token: str, *, idle: timedelta, now: datetime) -> SignedIn | None:
    """None when the session has ended: signed out, idle, too old, the person's time is over, or no role left where the
    session acts from; one without a unit needs a role anywhere.
    """
    rows = ask(_WITH_EDITION, **_values(token, idle, now))
    return _signed_in(rows, edition=rows[0].edition) if rows else None


def glance(
    glances: Glances, token: str, *, idle: timedelta, now: datetime, thread_id: int | None = None
) -> SignedIn | None:
    """As `find_signed_in`, for a poll that may have nothing new to be told."""
    values = _values(token, idle, now)
    if thread_id is None:
        return _signed_in(glances.rows(_SIGNED_IN, values))
    rows = glances.rows(_WITH_THREAD, values | {"thread_id": thread_id})
    return _signed_in(rows, thread_revision=rows[0].thread_revision) if rows else None


def _values(token: str, idle: timedelta, now: datetime) -> dict[str, Any]:
    return {"token_hash": token_hash(token), "now": now, "active_since": now - idle, "today": local_day(now)}


def _signed_in(rows: list[Any], **more: Any) -> SignedIn | None:
    if not rows or (rows[0].unit_id is not None and all(row.role_unit_id != row.unit_id for row in rows)):
        return None
    first = rows[0]
    return SignedIn(_actor(rows), first.active_at, first.ends_at, first.version or 0, first.how, **more)


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


# The administration ---------------------------------------------------------------------------------------------------

PAGE_SIZE = 50


class Whether(StrEnum):
    """Which people a list shows by their time here."""

    HERE = "aktuella"
    ENDED = "avslutade"
    INVITED = "inbjudna"  # have chosen no password yet
    ALL = "alla"


#: Instead of a role: people who have none.
NO_ROLE = "ingen"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """`role`: a role's value, NO_ROLE, or any."""

    terms: tuple[Term, ...] = ()
    unit_id: int | None = None
    role: str | None = None
    whether: Whether = Whether.HERE


class PersonRole(NamedTuple):
    """`place`: a unit's or an organization's name; None for a role in none. `ended_at` None: it holds."""

    id: int
    user_id: int
    role: str
    unit_id: int | None
    place: str | None
    began_at: datetime | None
    ended_at: datetime | None


class Person(NamedTuple):
    """`invited_until`: of a link that still works. `ended_at` may lie ahead."""

    id: int
    username: str
    name: str
    title: str
    licensed: bool
    phone: str | None
    email: str | None
    hsa_id: str | None
    created_at: datetime
    ended_at: datetime | None
    has_password: bool
    signed_in_at: datetime | None
    invited_until: datetime | None


class ListedPerson(NamedTuple):
    person: Person
    roles: list[PersonRole]


class PeoplePage(NamedTuple):
    rows: list[ListedPerson]
    total: int
    page: int
    pages: int


def list_people(wanted: Wanted, *, page: int, now: datetime) -> PeoplePage:
    """By name, as Swedish sorts. Looked through in Python: no database keeps å and a apart as the other does."""
    columns = select(User.id, User.name, User.username, User.title, User.email, User.hsa_id, User.phone)
    found = [row for row in reading().execute(columns.where(*_conditions(wanted, now))) if _matches(wanted.terms, row)]
    found.sort(key=lambda row: (alphabetical(row.name), row.username))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(1, page), pages)
    shown = [row.id for row in found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
    people = {row.id: Person(*row) for row in reading().execute(_people(now).where(User.id.in_(shown)))}
    roles = roles_of(shown)
    held = [[role for role in roles if role.user_id == id and _holds(role, now)] for id in shown]
    return PeoplePage([ListedPerson(people[id], own) for id, own in zip(shown, held, strict=True)], len(found), page,
                      pages)  # fmt: skip


def get_person(user_id: int, *, now: datetime) -> Person:
    """Raises NotFound."""
    row = reading().execute(_people(now).where(User.id == user_id)).first()
    if row is None:
        raise NotFound("person")
    return Person(*row)


def roles_of(user_ids: Iterable[int]) -> list[PersonRole]:
    """Those that hold first, then the ended ones; each in the order they began."""
    rows = reading().execute(_roles().where(Membership.user_id.in_(list(user_ids))))
    return [PersonRole(*row) for row in rows]


class OrganizationChoice(NamedTuple):
    id: int
    name: str


def organization_choices() -> list[OrganizationChoice]:
    """Where a role can be held that belongs to no unit."""
    living = select(Organization.id, Organization.name).where(Organization.closed_at.is_(None))
    return sorted((OrganizationChoice(*row) for row in reading().execute(living)),
                  key=lambda choice: alphabetical(choice.name))  # fmt: skip


class PersonChange(NamedTuple):
    """`number`: what a form carries, so that it is refused when somebody else was first."""

    number: int
    row: ChangeRow


def person_history(user_id: int, *, limit: int = 50) -> list[PersonChange]:
    """What was done with the person and with their roles, newest first; a role as one field, (role, place)."""
    roles = {role.id: role for role in roles_of([user_id])}
    about_person = and_(Change.noun == Noun.PERSON, Change.row_id == user_id)
    about_roles = and_(Change.noun == Noun.MEMBERSHIP, Change.row_id.in_(roles))
    rows = reading().execute(
        select(Change.id, Change.noun, Change.row_id, Change.what, Change.made_by, Change.made_at, Change.before,
               Change.after)
        .where(or_(about_person, about_roles))
        .order_by(Change.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [_change(row, roles) for row in rows]


def latest_change(user_id: int) -> int:
    """What the person's form carries."""
    return changes.latest(Noun.PERSON, user_id)


def _change(row: Row, roles: dict[int, PersonRole]) -> PersonChange:
    fields = fields_of(row.before, row.after)
    if row.noun == Noun.MEMBERSHIP:
        words = (roles[row.row_id].role, roles[row.row_id].place)
        ended = any(name == "ended_at" and after is not None for name, _, after in fields)
        fields = [("membership", words if ended else None, None if ended else words)]
    return PersonChange(row.id, ChangeRow(row.what, row.made_by, row.made_at, fields))


def _people(now: datetime) -> Select:
    signed_in = select(func.max(UserSession.started_at)).where(UserSession.user_id == User.id).scalar_subquery()
    invited = select(func.max(Invitation.expires_at)).where(
        Invitation.user_id == User.id, Invitation.used_at.is_(None), Invitation.ended_at.is_(None),
        Invitation.expires_at > now,
    )  # fmt: skip
    return select(
        User.id, User.username, User.name, User.title, User.licensed, User.phone, User.email, User.hsa_id,
        User.created_at, User.ended_at, User.password_hash != "", signed_in, invited.scalar_subquery(),
    )  # fmt: skip


def _roles() -> Select:
    place = func.coalesce(Unit.name, Organization.name)
    return (
        select(
            Membership.id, Membership.user_id, Membership.role, Membership.unit_id, place, Membership.began_at,
            Membership.ended_at,
        )
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .order_by(Membership.ended_at.is_not(None), Membership.id)
    )  # fmt: skip


def _holds(role: PersonRole, now: datetime) -> bool:
    return role.ended_at is None or role.ended_at > now


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    held = select(Membership.id).where(Membership.user_id == User.id, still_here(Membership, now))
    found: list[ColumnElement[bool]] = {
        Whether.HERE: [still_here(User, now)],
        Whether.ENDED: [User.ended_at <= now],
        Whether.INVITED: [still_here(User, now), User.password_hash == ""],
        Whether.ALL: [],
    }[wanted.whether]
    if wanted.role == NO_ROLE:  # in a unit nobody is without a role
        return [*found, false() if wanted.unit_id else ~held.exists()]
    if wanted.unit_id is not None:
        held = held.where(Membership.unit_id == wanted.unit_id)
    if wanted.role is not None:
        held = held.where(Membership.role == wanted.role)
    return [*found, held.exists()] if wanted.role or wanted.unit_id else found


def _matches(terms: tuple[Term, ...], row: Row) -> bool:
    texts = (row.name, row.username, row.title, row.email or "", row.hsa_id or "")
    return is_found(terms, texts=texts, phones=[row.phone or ""])
