"""Everybody, as the administration shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select

from lcweb.db import reading
from lcweb.domain.changes import Noun
from lcweb.domain.errors import NotFound
from lcweb.domain.phrases import alphabetical
from lcweb.domain.recipients import Term, is_found
from lcweb.facts import still_here
from lcweb.models import (
    Change,
    Invitation,
    Membership,
    Organization,
    Unit,
    User,
    UserSession,
)
from lcweb.queries import changes
from lcweb.queries.changes import ChangeRow, fields_of


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
