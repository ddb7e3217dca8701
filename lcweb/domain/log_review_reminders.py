"""When an organization's reviewers are reminded that its log is to be reviewed (L3, M1–M4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from lcweb.domain.reminders import Kind, Reminder
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, local_day

AGAIN_AFTER = timedelta(days=7)


class Reviewer(NamedTuple):
    """`began_at` None: before that was kept. `email` None: there is none."""

    user_id: int
    email: str | None
    began_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class ReviewFacts:
    """All that decides one organization's reminders.

    `counted_from` is the end of its latest ended review, or its first row of the log; None while that is empty.
    `told`: the latest day on which a reviewer's mail was made.
    """

    organization_id: int
    calendar: Calendar
    reviewers: tuple[Reviewer, ...]
    counted_from: datetime | None
    told: Mapping[int, date] = field(default_factory=dict)


def due(facts: ReviewFacts, *, now: datetime, rules: Rules) -> tuple[Reminder, ...]:
    """The reminders owed at `now`: in office hours, at most one a week for each reviewer with an address.

    When none of them has one, the first stands for all, and the mail goes where M4 says.
    """
    if not facts.calendar.is_open(now):
        return ()
    named = [reviewer for reviewer in facts.reviewers if (reviewer.email or "").strip()] or facts.reviewers[:1]
    made = (_reminder(facts, reviewer, now) for reviewer in named if not _was_told(facts, reviewer, now))
    return tuple(reminder for reminder in made if reminder.count >= rules.review_days)


def still_due(reminder: Reminder, facts: ReviewFacts, *, now: datetime, rules: Rules) -> Reminder | None:
    """With the count of this moment, or None when it is superseded (M3): a review was ended, or the reviewer has left.

    It outlives its day, since it is not repeated the next.
    """
    reviewer = reviewer_of(reminder, facts)
    again = _reminder(facts, reviewer, now) if reviewer else None
    return replace(reminder, count=again.count) if again and again.count >= rules.review_days else None


def reviewer_of(reminder: Reminder, facts: ReviewFacts) -> Reviewer | None:
    """Whom it was made for; None: no reviewer any more."""
    return next((reviewer for reviewer in facts.reviewers if str(reviewer.user_id) == reminder.slot), None)


def _reminder(facts: ReviewFacts, reviewer: Reviewer, now: datetime) -> Reminder:
    """`count`: days without an ended review, from the reviewer's own first day on."""
    moments = [moment for moment in (facts.counted_from, reviewer.began_at) if moment is not None]
    since = local_day(max(moments)) if facts.counted_from else local_day(now)
    return Reminder(
        kind=Kind.LOG_REVIEW, organization_id=facts.organization_id, day=local_day(now), slot=str(reviewer.user_id),
        count=(local_day(now) - since).days,
    )  # fmt: skip


def _was_told(facts: ReviewFacts, reviewer: Reviewer, now: datetime) -> bool:
    """Before today: today's own row is known by its key, as every other is."""
    told = facts.told.get(reviewer.user_id)
    return told is not None and told < local_day(now) < told + AGAIN_AFTER
