"""L3, M3: when reviewers are reminded of the next review."""

from datetime import datetime
from typing import Any

import pytest

from lcweb.domain.log_review_reminders import Reviewer, ReviewFacts, due, still_due
from lcweb.domain.reminders import Kind, Reminder
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar
from tests.at import at, day

RULES = Rules()
TUESDAY = "Tue 2026-11-17"
BIRGITTA = Reviewer(3, "birgitta@region.test", at("Tue 2025-01-07 08:00"))
ANDERS = Reviewer(4, "anders@region.test", None)


def facts(since: str | None = "Sun 2026-10-18 23:00", **fields: Any) -> ReviewFacts:
    values = {"organization_id": 7, "calendar": Calendar(), "reviewers": (BIRGITTA, ANDERS)}
    return ReviewFacts(**(values | {"counted_from": at(since) if since else None} | fields))


def owed(about: ReviewFacts, now: str = f"{TUESDAY} 08:00", rules: Rules = RULES) -> list[tuple[str, int]]:
    return [(reminder.slot, reminder.count) for reminder in due(about, now=at(now), rules=rules)]


BOTH = [("3", 30), ("4", 30)]


@pytest.mark.parametrize(
    ("since", "now", "expected"),
    [
        ("Sun 2026-10-18 23:00", f"{TUESDAY} 08:00", BOTH),
        ("Sun 2026-10-18 00:00", f"{TUESDAY} 16:29", BOTH),
        ("Sun 2026-10-18 23:00", f"{TUESDAY} 07:59", []),
        ("Sun 2026-10-18 23:00", f"{TUESDAY} 16:30", []),
        ("Mon 2026-10-19 00:00", f"{TUESDAY} 10:00", []),
        ("Thu 2026-10-15 10:00", "Sat 2026-11-14 10:00", []),
        ("Thu 2026-10-15 10:00", "Mon 2026-11-16 10:00", [("3", 32), ("4", 32)]),
        (None, f"{TUESDAY} 10:00", []),
    ],
)
def test_in_office_hours_once_that_many_days_have_passed(
    since: str | None, now: str, expected: list[tuple[str, int]]
) -> None:
    assert owed(facts(since), now) == expected


def test_another_number_of_days() -> None:
    assert owed(facts("Tue 2026-11-10 10:00"), rules=Rules(review_days=7)) == [("3", 7), ("4", 7)]


def test_who_began_later_is_counted_from_that_day() -> None:
    late = ANDERS._replace(began_at=at("Mon 2026-10-19 08:00"))
    assert owed(facts(reviewers=(BIRGITTA, late))) == [("3", 30)]


@pytest.mark.parametrize(
    ("told", "expected"), [("Wed 2026-11-11", ["4"]), ("Tue 2026-11-10", ["3", "4"]), (TUESDAY, ["3", "4"])]
)
def test_at_most_once_a_week_each(told: str, expected: list[str]) -> None:
    """Today's own row is known by its key (M2)."""
    assert [slot for slot, _count in owed(facts(told={3: day(told)}))] == expected


def test_where_nobody_has_an_address_the_first_stands_for_all() -> None:
    """M4: it goes to the organization."""
    without = tuple(reviewer._replace(email=email) for reviewer, email in ((BIRGITTA, None), (ANDERS, " ")))
    assert owed(facts(reviewers=without)) == [("3", 30)]
    assert owed(facts(reviewers=(without[0], ANDERS))) == [("4", 30)]
    assert owed(facts(reviewers=())) == []


def reminder(slot: str = "3") -> Reminder:
    return Reminder(kind=Kind.LOG_REVIEW, organization_id=7, day=day(TUESDAY), slot=slot, count=0)


def count(about: ReviewFacts, now: datetime, slot: str = "3") -> int | None:
    again = still_due(reminder(slot), about, now=now, rules=RULES)
    return again.count if again else None


def test_m3_it_stands_until_a_review_has_ended_or_the_reviewer_has_left() -> None:
    told = {3: day(TUESDAY)}
    assert count(facts(told=told), at(f"{TUESDAY} 08:01")) == 30
    assert count(facts(told=told), at("Wed 2026-11-18 07:00")) == 31
    assert count(facts(f"{TUESDAY} 08:00", told=told), at(f"{TUESDAY} 08:01")) is None
    assert count(facts(told=told), at(f"{TUESDAY} 08:01"), slot="5") is None
