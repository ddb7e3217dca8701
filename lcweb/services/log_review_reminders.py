"""What decides whether an organization's reviewers are reminded of its log (L3), from rows in the database."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from lcweb.domain.calendar import Place
from lcweb.domain.log_review_reminders import Reviewer, ReviewFacts
from lcweb.domain.permissions import Role
from lcweb.domain.reminders import Kind
from lcweb.domain.rules import Rules
from lcweb.facts import calendar_at, still_here
from lcweb.models import AccessLogRow, LogReview, Membership, Organization, OutboxMail, Unit, User


def facts_of(
    reader: Connection | Session, *, now: datetime, rules: Rules, organization_ids: Sequence[int] | None = None
) -> dict[int, ReviewFacts]:
    """Of these organizations, or of all open ones that have a reviewer. `rules`: those of today."""
    reviewers = _reviewers(reader, now, organization_ids)
    ended, told = _ended(reader, list(reviewers)), _told(reader, list(reviewers))
    return {
        own: ReviewFacts(
            organization_id=own,
            calendar=calendar_at(reader, Place(organization_id=own), rules),
            reviewers=tuple(people),
            counted_from=ended.get(own) or _first_row(reader, own),
            told=told[own],
        )
        for own, people in reviewers.items()
    }


def _reviewers(
    reader: Connection | Session, now: datetime, organization_ids: Sequence[int] | None
) -> dict[int, list[Reviewer]]:
    """Those who have reviewed for longest first."""
    rows = (
        select(Membership.organization_id, User.id, User.email, Membership.began_at)
        .join(User, User.id == Membership.user_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.role == Role.LOG_REVIEWER, still_here(Membership, now), still_here(User, now))
        .where(Organization.closed_at.is_(None))
        .order_by(Membership.id)
    )
    if organization_ids is not None:
        rows = rows.where(Membership.organization_id.in_(organization_ids))
    found: defaultdict[int, list[Reviewer]] = defaultdict(list)
    for own, *reviewer in reader.execute(rows):
        found[own].append(Reviewer(*reviewer))
    return dict(found)


def _ended(reader: Connection | Session, organization_ids: Sequence[int]) -> dict[int, datetime]:
    latest = (
        select(LogReview.organization_id, func.max(LogReview.ended_at))
        .where(LogReview.organization_id.in_(organization_ids), LogReview.ended_at.is_not(None))
        .group_by(LogReview.organization_id)
    )
    return dict(tuple(row) for row in reader.execute(latest))


def _first_row(reader: Connection | Session, organization_id: int) -> datetime | None:
    """Asked only while no review has ended; found from the log's beginning."""
    units = select(Unit.id).where(Unit.organization_id == organization_id)
    first = select(AccessLogRow.at).where(AccessLogRow.unit_id.in_(units)).order_by(AccessLogRow.id).limit(1)
    return reader.scalar(first)


def _told(reader: Connection | Session, organization_ids: Sequence[int]) -> defaultdict[int, dict[int, date]]:
    """A row counts whatever became of it: what failed is shown to administrators, and is not told again each day."""
    latest = (
        select(OutboxMail.organization_id, OutboxMail.slot, func.max(OutboxMail.day))
        .where(OutboxMail.kind == Kind.LOG_REVIEW, OutboxMail.organization_id.in_(organization_ids))
        .group_by(OutboxMail.organization_id, OutboxMail.slot)
    )
    found: defaultdict[int, dict[int, date]] = defaultdict(dict)
    for own, slot, day in reader.execute(latest):
        found[own][int(slot)] = day
    return found
