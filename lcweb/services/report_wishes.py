"""Månadsrapport per mejl: a person asks for it, or has had enough; and whose wish holds at this moment."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import report_wishes
from lcweb.domain.calendar import Place
from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.permissions import UNIT_ROLES, Act, Actor, Role
from lcweb.domain.reminders import Reminder
from lcweb.domain.report_wishes import Wish
from lcweb.domain.rules import RulesOfDays
from lcweb.domain.workdays import local_day
from lcweb.facts import calendar_at, still_here
from lcweb.models import Membership, Organization, ReportWish, Unit, User

NO_ADDRESS = "Du har ingen e-postadress här. Be en administratör att lägga in den, och försök sedan igen."


def ask(actor: Actor, place: Place, *, now: datetime) -> None:
    """Asking twice is once. Raises NotAllowed, NotFound for a place that is not the person's to see, Refused."""
    actor.require(Act.SEE_FOLLOW_UP)
    with transaction() as session:
        if not _may_see(session, actor, place, now):
            raise NotFound("place")
        if not (session.scalar(select(User.email).where(User.id == actor.user_id)) or "").strip():
            raise Refused({"form": NO_ADDRESS})
        if session.scalar(select(ReportWish.id).where(*_own(actor, place)).limit(1)) is None:
            wish = ReportWish(
                user_id=actor.user_id, unit_id=place.unit_id, organization_id=place.organization_id, made_at=now
            )
            session.add(wish)


def stop(actor: Actor, place: Place, *, now: datetime) -> None:
    """What was not asked for is stopped already. Raises NotAllowed."""
    actor.require(Act.SEE_FOLLOW_UP)
    with transaction() as session:
        session.execute(update(ReportWish).where(*_own(actor, place)).values(ended_at=now))


def _own(actor: Actor, place: Place) -> tuple[ColumnElement[bool], ...]:
    return (
        ReportWish.user_id == actor.user_id, ReportWish.unit_id == place.unit_id,
        ReportWish.organization_id == place.organization_id, ReportWish.ended_at.is_(None),
    )  # fmt: skip


def owed(reader: Connection | Session, *, now: datetime, rules: RulesOfDays) -> tuple[Reminder, ...]:
    """All of this month's, told or not. Days are those that are closed for everybody (T1)."""
    calendar = calendar_at(reader, Place(), rules.on(local_day(now)))
    if now < report_wishes.ready_at(now, calendar):
        return ()
    return report_wishes.due(living(reader, now=now), now=now, calendar=calendar)


def living(reader: Connection | Session, *, now: datetime) -> list[Wish]:
    """Of people who are here, have an address, and may see the place, which is open."""
    rows = (
        select(ReportWish.user_id, ReportWish.unit_id, ReportWish.organization_id, ReportWish.made_at)
        .join(User, User.id == ReportWish.user_id)
        .outerjoin(Unit, Unit.id == ReportWish.unit_id)
        .join(Organization, Organization.id == func.coalesce(ReportWish.organization_id, Unit.organization_id))
        .where(ReportWish.ended_at.is_(None), func.trim(func.coalesce(User.email, "")) != "", still_here(User, now))
        .where(Unit.closed_at.is_(None), Organization.closed_at.is_(None))
        .where(_holds(ReportWish.user_id, ReportWish.unit_id, Organization.id, now))
        .order_by(ReportWish.id)
    )
    return [Wish(*row) for row in reader.execute(rows)]


def _may_see(session: Session, actor: Actor, place: Place, now: datetime) -> bool:
    """A place that is open: one unit, or one organization."""
    if place.unit_id is not None:
        own = select(Unit.organization_id).where(Unit.id == place.unit_id, Unit.closed_at.is_(None))
    else:
        own = select(Organization.id).where(Organization.id == place.organization_id, Organization.closed_at.is_(None))
    found = session.scalar(own)
    return found is not None and bool(session.scalar(select(_holds(actor.user_id, place.unit_id, found, now))))


def _holds(
    user_id: int | ColumnElement[int],
    unit_id: int | ColumnElement[int | None] | None,
    organization_id: int | ColumnElement[int],
    now: datetime,
) -> ColumnElement[bool]:
    """A role by which the person may see the place ("Who may")."""
    roles = or_(
        Membership.role == Role.SYSTEM_ADMIN,
        and_(Membership.role == Role.LIST_ADMIN, Membership.organization_id == organization_id),
        and_(Membership.role.in_(UNIT_ROLES), Membership.unit_id == unit_id),
    )
    return select(Membership.id).where(Membership.user_id == user_id, still_here(Membership, now), roles).exists()
