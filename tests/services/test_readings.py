"""Raw readings (A1) and when the colleagues' pages learn of them (A2, A4)."""

from datetime import timedelta

import pytest
from flask import Flask

from lcweb.domain.errors import NotAllowed
from lcweb.domain.permissions import Role, operator
from lcweb.domain.rules import ReadingRule, Rules
from lcweb.domain.workdays import Calendar
from lcweb.models import InboxVersion, ReadingRow
from lcweb.services import calendar, readings
from lcweb.services.calendar import Place
from lcweb.services.readings import How
from tests.at import at, day
from tests.factories import RULES, colleague, organization, unit, user
from tests.rows import nothing_written, row, rows


def version(unit_id: int) -> int:
    return row(InboxVersion, unit_id=unit_id).version


def test_a1_a_reading_is_kept_with_person_and_moment(app: Flask) -> None:
    nurse = user()
    readings.record(nurse, How.PAGE, now=at("Tue 2026-11-17 08:05"), rules=RULES)
    kept = row(ReadingRow)
    assert (kept.unit_id, kept.user_id, kept.how) == (nurse.unit_id, nurse.user_id, "page")
    assert kept.read_at == at("Tue 2026-11-17 08:05")


@pytest.mark.parametrize("role", [Role.NURSE, Role.RECEPTIONIST, Role.UNIT_MANAGER])
def test_a1_every_role_of_the_unit_reads(app: Flask, role: Role) -> None:
    readings.record(user(role=role), How.BUTTON, now=at("Tue 2026-11-17 08:05"), rules=RULES)
    assert row(ReadingRow).how == "button"


@pytest.mark.parametrize("role", [Role.LIST_ADMIN, Role.SYSTEM_ADMIN, Role.LOG_REVIEWER])
def test_a1_administrators_looking_in_are_no_reading(app: Flask, role: Role) -> None:
    actor = user(role=role, organization_id=None if role is Role.SYSTEM_ADMIN else organization())
    with nothing_written(), pytest.raises(NotAllowed):
        readings.record(actor, How.PAGE, now=at("Tue 2026-11-17 08:05"), rules=RULES)


def test_a1_every_reading_is_kept_but_only_a_counted_one_changes_the_inbox(app: Flask) -> None:
    """A2: within 60 minutes of the last counted one it is kept, not counted."""
    nurse = user()
    moments = ("08:05", "08:06", "09:04", "09:05", "16:29", "16:30", "17:00")
    seen = []
    for moment in moments:
        readings.record(nurse, How.PAGE, now=at(f"Tue 2026-11-17 {moment}"), rules=RULES)
        seen.append(version(nurse.unit_id))
    assert seen == [2, 2, 2, 3, 4, 4, 4]
    assert len(rows(ReadingRow)) == len(moments)


def test_a2_a_colleagues_reading_counts_for_the_unit_and_no_other(app: Flask) -> None:
    nurse, bystander = user(), unit()
    readings.record(nurse, How.PAGE, now=at("Tue 2026-11-17 08:05"), rules=RULES)
    readings.record(colleague(nurse), How.PAGE, now=at("Tue 2026-11-17 08:30"), rules=RULES)
    assert (version(nurse.unit_id), version(bystander)) == (2, 1)


def test_a2_yesterdays_readings_do_not_stand_in_the_way(app: Flask) -> None:
    nurse = user(unit_id=unit())
    rules = Rules(reading_gap=timedelta(hours=23))
    readings.record(nurse, How.PAGE, now=at("Tue 2026-11-17 16:00"), rules=rules)
    readings.record(nurse, How.PAGE, now=at("Wed 2026-11-18 08:00"), rules=rules)
    assert version(nurse.unit_id) == 3


def test_a2_nothing_counts_on_a_day_off(app: Flask) -> None:
    nurse = user()
    calendar.close_day(
        operator(), day("Tue 2026-11-17"), Place(nurse.unit_id), now=at("Mon 2026-11-16 09:00"), rules=RULES
    )
    before = version(nurse.unit_id)
    readings.record(nurse, How.PAGE, now=at("Tue 2026-11-17 09:00"), rules=RULES)
    readings.record(nurse, How.PAGE, now=at("Sat 2026-11-21 09:00"), rules=RULES)
    assert (version(nurse.unit_id), len(rows(ReadingRow))) == (before, 2)


def test_a2_the_other_rule_counts_one_on_each_side_of_noon(app: Flask) -> None:
    nurse = user()
    rules = Rules(reading_rule=ReadingRule.AM_PM)
    for moment in ("08:05", "10:00", "12:00", "15:00"):
        readings.record(nurse, How.PAGE, now=at(f"Tue 2026-11-17 {moment}"), rules=rules)
    assert version(nurse.unit_id) == 3


def test_a4_the_days_readings_are_handed_on_with_their_readers(app: Flask) -> None:
    """The unit's own of the day, counted or not, the latest among them."""
    nurse = user("Karin Berg")
    readings.record(nurse, How.PAGE, now=at("Mon 2026-11-16 15:00"), rules=RULES)
    readings.record(user(unit_id=unit()), How.PAGE, now=at("Tue 2026-11-17 08:00"), rules=RULES)
    readings.record(nurse, How.PAGE, now=at("Tue 2026-11-17 08:05"), rules=RULES)
    recorded = readings.record(colleague(nurse, "Bo Ek"), How.PAGE, now=at("Tue 2026-11-17 08:30"), rules=RULES)
    assert recorded == (False, ((at("Tue 2026-11-17 08:05"), "Karin B."), (at("Tue 2026-11-17 08:30"), "Bo E.")))


def test_a2_a_later_moment_of_another_request_takes_nothing_from_this_one(app: Flask) -> None:
    nurse = user()
    readings.record(nurse, How.PAGE, now=at("Tue 2026-11-17 08:06"), rules=RULES)
    assert readings.record(nurse, How.PAGE, now=at("Tue 2026-11-17 08:05"), rules=RULES).counts


def test_a2_by_the_calendar_that_is_handed_over(app: Flask) -> None:
    closed = Calendar(closed=frozenset({day("Tue 2026-11-17")}))
    nurse, now = user(), at("Tue 2026-11-17 09:00")
    assert not readings.record(nurse, How.PAGE, now=now, rules=RULES, calendar=closed).counts
    assert readings.record(nurse, How.PAGE, now=now, rules=RULES).counts
