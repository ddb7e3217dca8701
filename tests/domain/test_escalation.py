"""B4, T1: when a late answer takes the steps of the ladder."""

from datetime import time

import pytest

from lcweb.domain.escalation import Late, Step, begins_at
from lcweb.domain.reminders import Kind, Reminder, UnitFacts, due, still_due
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, OfficeHours
from tests.at import at, day

RULES = Rules()
EARLY = Calendar(hours=OfficeHours(opens=time(7, 0), closes=time(16, 0)))
HALF = Calendar(half=frozenset({day("Thu 2026-04-30")}))
CLOSED = Calendar(closed=frozenset({day("Mon 2026-11-23")}))
THURSDAY, TUESDAY = "Thu 2026-11-19 16:30", "Tue 2026-11-24 08:00"


@pytest.mark.parametrize(
    ("calendar", "due_at", "days", "begins"),
    [
        (Calendar(), THURSDAY, 1, "Fri 2026-11-20 08:00"),
        (Calendar(), THURSDAY, 3, TUESDAY),  # over a weekend
        (Calendar(), "Fri 2026-11-20 16:30", 1, "Mon 2026-11-23 08:00"),
        (CLOSED, "Fri 2026-11-20 16:30", 1, TUESDAY),
        (CLOSED, THURSDAY, 3, "Wed 2026-11-25 08:00"),
        (Calendar(), "Thu 2026-06-18 16:30", 1, "Mon 2026-06-22 08:00"),  # midsommarafton is no working day
        (Calendar(), "Tue 2026-12-22 16:30", 3, "Tue 2026-12-29 08:00"),
        (HALF, "Wed 2026-04-29 16:30", 1, "Thu 2026-04-30 08:00"),  # a half day is a working day
        (HALF, "Thu 2026-04-30 12:00", 1, "Mon 2026-05-04 08:00"),
        (EARLY, "Thu 2026-11-19 16:00", 1, "Fri 2026-11-20 07:00"),  # by the unit's own hours
        (Calendar(), "Fri 2026-03-27 16:30", 1, "Mon 2026-03-30 08:00"),  # summer time has begun
    ],
)
@pytest.mark.parametrize("step", list(Step))
def test_t1_working_days_after_the_due_day(step: Step, calendar: Calendar, due_at: str, days: int, begins: str) -> None:
    rules = Rules(escalate_manager_days=days, escalate_organization_days=days)
    assert begins_at(step, at(due_at), calendar=calendar, rules=rules) == at(begins)


def test_0_days_is_at_once_for_the_manager_and_never_for_the_organization() -> None:
    rules = Rules(escalate_organization_days=0)
    assert begins_at(Step.MANAGER, at(THURSDAY), calendar=Calendar(), rules=rules) == at(THURSDAY)
    assert begins_at(Step.ORGANIZATION, at(THURSDAY), calendar=Calendar(), rules=rules) is None


def facts(*late: Late, told: str | None = None) -> UnitFacts:
    return UnitFacts(
        unit_id=7,
        organization_id=3,
        calendar=Calendar(),
        readings=(),
        open_dues=tuple(one.due_at for one in late),
        late=late,
        manager_told_at=at(told) if told else None,
        started_at=at("Mon 2027-01-04 08:00"),  # no readings are asked for
    )


def owed(about: UnitFacts, now: str, rules: Rules = RULES) -> list[tuple[str, int, int]]:
    return [(mail.kind.value, mail.count, len(mail.climbing)) for mail in due(about, now=at(now), rules=rules)]


NEW = Late(1, 11, at(THURSDAY))
TOLD = NEW._replace(taken=frozenset({Step.MANAGER}))
SAID = NEW._replace(taken=frozenset(Step))


@pytest.mark.parametrize(
    ("about", "now", "rules", "expected"),
    [
        (facts(NEW), "Thu 2026-11-19 16:31", RULES, []),  # after closing
        (facts(NEW), "Fri 2026-11-20 08:00", RULES, [("overdue", 1, 0), ("overdue_manager", 1, 1)]),
        (facts(NEW), "Fri 2026-11-20 08:00", Rules(escalate_manager_days=2), [("overdue", 1, 0)]),
        (
            facts(NEW),
            "Mon 2026-11-23 08:00",
            Rules(escalate_manager_days=2),
            [("overdue", 1, 0), ("overdue_manager", 1, 1)],
        ),
        (facts(TOLD, told="Fri 2026-11-20 08:00"), "Mon 2026-11-23 16:29", RULES, [("overdue", 1, 0)]),
        (
            facts(TOLD, told="Fri 2026-11-20 08:00"),
            TUESDAY,
            RULES,
            [("overdue", 1, 0), ("overdue_organization", 1, 1)],
        ),
        (facts(TOLD, told="Fri 2026-11-20 08:00"), "Tue 2026-11-24 07:59", RULES, []),
        (
            facts(TOLD, told="Fri 2026-11-20 08:00"),
            TUESDAY,
            Rules(escalate_organization_days=0),
            [("overdue", 1, 0)],
        ),
        (facts(SAID, told="Fri 2026-11-20 08:00"), "Wed 2026-11-25 08:00", RULES, [("overdue", 1, 0)]),
        # Another duty's news on Friday, by a rule of more days, does not hide that this one has not climbed.
        (
            facts(NEW, told="Fri 2026-11-20 12:00"),
            "Mon 2026-11-23 08:00",
            Rules(escalate_manager_days=1),
            [("overdue", 1, 0), ("overdue_manager", 1, 1)],
        ),
    ],
)
def test_what_is_owed(about: UnitFacts, now: str, rules: Rules, expected: list[tuple[str, int, int]]) -> None:
    assert owed(about, now, rules) == expected


@pytest.mark.parametrize(
    ("about", "count"), [(facts(SAID), 1), (facts(SAID, SAID._replace(duty_id=2), TOLD), 2), (facts(TOLD), None)]
)
def test_m3_the_organizations_mail_before_sending(about: UnitFacts, count: int | None) -> None:
    """It outlives its day, because it is made once; and it counts those that the organization has to do with."""
    made = Reminder(
        kind=Kind.OVERDUE_ORGANIZATION, organization_id=3, day=day("Tue 2026-11-24"), slot="7", count=0
    )  # fmt: skip
    again = still_due(made, about, now=at("Wed 2026-11-25 17:00"), rules=RULES)
    assert (again.count if again else None) == count
    assert (made.receiver_id, made.about_unit_id) == (3, 7)
