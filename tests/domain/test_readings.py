"""A2, A4."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from lcweb.domain.readings import Reading, ReadingDuty, counted, duty, next_turn, required
from lcweb.domain.rules import ReadingRule, Rules
from lcweb.domain.workdays import Calendar, OfficeHours, local
from tests.at import at, day

SPACED = Rules()
AM_PM = Rules(reading_rule=ReadingRule.AM_PM)

WEDNESDAY, HALF_THURSDAY = "Wed 2026-04-29", "Thu 2026-04-30"
CALENDAR = Calendar(half=frozenset({day(HALF_THURSDAY)}))


def readings_at(on: str, clocks: str) -> tuple[Reading, ...]:
    """`readings_at("Wed 2026-04-29", "08:10 10:05")`."""
    return tuple(Reading(at(f"{on} {clock}"), "Test Testsson") for clock in clocks.split())


def counted_clocks(clocks: str, *, on: str = WEDNESDAY, rules: Rules = SPACED, calendar: Calendar = CALENDAR) -> str:
    found = counted(readings_at(on, clocks), day=day(on), calendar=calendar, rules=rules)
    return " ".join(f"{local(reading.at):%H:%M}" for reading in found)


def duty_at(now: str, clocks: str = "", *, rules: Rules = SPACED, calendar: Calendar = CALENDAR) -> ReadingDuty:
    """The duty at `now` with readings made earlier the same day."""
    on = now.rsplit(maxsplit=1)[0]
    return duty(readings_at(on, clocks), now=at(now), calendar=calendar, rules=rules)


@pytest.mark.parametrize(
    ("made", "count"),
    [
        ("", ""),
        ("08:10 10:05", "08:10 10:05"),
        ("08:10 08:40", "08:10"),
        ("08:10 09:09", "08:10"),
        ("08:10 09:10", "08:10 09:10"),  # exactly an hour later
        ("08:10 08:50 09:10", "08:10 09:10"),  # an hour after the last counted one, not after the last
        ("08:10 08:50 09:30 10:20", "08:10 09:30"),
        ("08:10 10:05 13:00", "08:10 10:05 13:00"),
        ("10:05 08:10", "08:10 10:05"),
        ("06:30 08:10", "06:30 08:10"),  # early birds count
        ("08:10 16:29", "08:10 16:29"),
        ("08:10 16:30", "08:10"),
        ("16:30 20:00", ""),
    ],
)
def test_an_hour_lies_between_counted_readings(made: str, count: str) -> None:
    assert counted_clocks(made) == count


@pytest.mark.parametrize(
    ("made", "count"),
    [
        ("08:10 10:05", "08:10"),
        ("08:10 12:00", "08:10 12:00"),
        ("12:00", "12:00"),
        ("11:59 12:00", "11:59 12:00"),
        ("08:10 10:05 13:00 15:00", "08:10 13:00"),
        ("13:00 15:00", "13:00"),
        ("11:00 16:30", "11:00"),
    ],
)
def test_am_pm_counts_one_on_each_side_of_noon(made: str, count: str) -> None:
    assert counted_clocks(made, rules=AM_PM) == count


@pytest.mark.parametrize("rules", [SPACED, AM_PM])
def test_on_a_half_day_nothing_counts_from_noon(rules: Rules) -> None:
    assert counted_clocks("11:59 12:00 13:30", on=HALF_THURSDAY, rules=rules) == "11:59"


@pytest.mark.parametrize("day_off", ["Fri 2026-05-01", "Sat 2026-05-02", "Sun 2026-05-03"])
def test_nothing_counts_on_a_day_off(day_off: str) -> None:
    assert counted_clocks("08:10 10:05", on=day_off) == ""


def test_readings_of_other_days_do_not_count() -> None:
    made = readings_at("Tue 2026-04-28", "08:10 23:59") + readings_at(WEDNESDAY, "00:01")
    assert counted(made, day=day(WEDNESDAY), calendar=CALENDAR, rules=SPACED) == made[2:]


def test_the_gap_is_a_setting() -> None:
    assert counted_clocks("08:10 08:40", rules=replace(SPACED, reading_gap=timedelta(minutes=30))) == "08:10 08:40"


@pytest.mark.parametrize("rules", [SPACED, AM_PM])
@pytest.mark.parametrize(
    ("on", "asked"), [(WEDNESDAY, 2), (HALF_THURSDAY, 1), ("Fri 2026-05-01", 0), ("Sat 2026-05-02", 0)]
)
def test_how_many_a_day_asks_for(on: str, asked: int, rules: Rules) -> None:
    assert required(day(on), CALENDAR, rules) == asked


def test_how_many_is_a_setting() -> None:
    assert required(day(WEDNESDAY), CALENDAR, Rules(readings_per_day=3)) == 3


@pytest.mark.parametrize(("opens", "closes"), [("07:00", "12:00"), ("12:00", "20:00")])
def test_am_pm_asks_one_of_a_unit_that_is_open_on_one_side_of_noon(opens: str, closes: str) -> None:
    hours = OfficeHours(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
    assert required(day(WEDNESDAY), Calendar(hours=hours), AM_PM) == 1


@pytest.mark.parametrize(
    ("now", "made", "remaining", "next_counts_at"),
    [
        (f"{WEDNESDAY} 07:00", "", 2, f"{WEDNESDAY} 00:00"),
        (f"{WEDNESDAY} 08:30", "08:10", 1, f"{WEDNESDAY} 09:10"),
        (f"{WEDNESDAY} 09:00", "08:10 08:40", 1, f"{WEDNESDAY} 09:10"),
        (f"{WEDNESDAY} 13:00", "08:10", 1, f"{WEDNESDAY} 09:10"),
        (f"{WEDNESDAY} 10:05", "08:10 10:05", 0, None),
        (f"{WEDNESDAY} 13:00", "08:10 10:05 12:00", 0, None),
        (f"{WEDNESDAY} 15:29", "15:29", 1, f"{WEDNESDAY} 16:29"),
        (f"{WEDNESDAY} 15:30", "15:30", 1, None),  # the hour ends as the unit closes
        (f"{WEDNESDAY} 16:30", "08:10", 1, None),
        (f"{HALF_THURSDAY} 11:00", "", 1, f"{HALF_THURSDAY} 00:00"),
        (f"{HALF_THURSDAY} 11:00", "10:00", 0, None),
        (f"{HALF_THURSDAY} 12:00", "", 1, None),
        ("Sat 2026-05-02 10:00", "", 0, None),
    ],
)
def test_what_remains_and_from_when_it_counts(now: str, made: str, remaining: int, next_counts_at: str | None) -> None:
    found = duty_at(now, made)
    assert found.remaining == remaining
    assert found.met is (remaining == 0)
    assert found.next_counts_at == (at(next_counts_at) if next_counts_at else None)


@pytest.mark.parametrize(
    ("now", "made", "remaining", "next_counts_at"),
    [
        ("11:59", "", 2, "00:00"),
        ("11:59", "08:10", 1, "12:00"),
        ("12:00", "", 2, "12:00"),
        ("13:00", "08:10", 1, "12:00"),
        ("13:00", "12:00", 1, None),  # the morning is gone
        ("13:00", "08:10 12:30", 0, None),
    ],
)
def test_what_remains_by_am_pm(now: str, made: str, remaining: int, next_counts_at: str | None) -> None:
    found = duty_at(f"{WEDNESDAY} {now}", made, rules=AM_PM)
    assert found.remaining == remaining
    assert found.next_counts_at == (at(f"{WEDNESDAY} {next_counts_at}") if next_counts_at else None)


def test_the_duty_names_who_did_it_and_when() -> None:
    found = duty_at(f"{WEDNESDAY} 11:00", "08:10 08:40 10:05")
    assert found == ReadingDuty(
        day=day(WEDNESDAY),
        required=2,
        counted=readings_at(WEDNESDAY, "08:10 10:05"),
        remaining=0,
        next_counts_at=None,
    )


@pytest.mark.parametrize(
    ("now", "made", "turns_at"),
    [
        (f"{WEDNESDAY} 07:00", "", f"{WEDNESDAY} 16:30"),
        (f"{WEDNESDAY} 08:30", "08:10", f"{WEDNESDAY} 09:10"),
        (f"{WEDNESDAY} 09:10", "08:10", f"{WEDNESDAY} 16:30"),
        (f"{WEDNESDAY} 15:45", "15:40", f"{WEDNESDAY} 16:30"),
        (f"{WEDNESDAY} 16:30", "08:10", f"{HALF_THURSDAY} 00:00"),
        (f"{WEDNESDAY} 11:00", "08:10 10:05", f"{HALF_THURSDAY} 00:00"),
        (f"{HALF_THURSDAY} 11:00", "", f"{HALF_THURSDAY} 12:00"),
        ("Sat 2026-05-02 10:00", "", "Sun 2026-05-03 00:00"),
        ("Sat 2026-10-24 10:00", "", "Sun 2026-10-25 00:00"),
        ("Sun 2026-10-25 10:00", "", "Mon 2026-10-26 00:00"),
    ],
)
def test_when_the_clock_alone_changes_the_box(now: str, made: str, turns_at: str) -> None:
    assert next_turn(duty_at(now, made), now=at(now), calendar=CALENDAR) == at(turns_at)
