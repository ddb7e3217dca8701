"""A3, B4, M2, M3."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lcweb.domain.readings import Reading
from lcweb.domain.reminders import Kind, Recipient, Reminder, UnitFacts, due, recipient_of, still_due
from lcweb.domain.rules import ReadingRule, Rules
from lcweb.domain.workdays import Calendar
from tests.at import at, day

RULES = Rules()
UNIT = 7

# Ordinary working days and a Saturday between them. Every reading is done unless a test says otherwise.
WEDNESDAY, THURSDAY, FRIDAY = "Wed 2026-11-18", "Thu 2026-11-19", "Fri 2026-11-20"
SATURDAY, MONDAY = "Sat 2026-11-21", "Mon 2026-11-23"
HALF_THURSDAY = "Thu 2026-04-30"

Said = tuple[str, str, int]


def reads(*moments: str) -> tuple[Reading, ...]:
    return tuple(Reading(at(moment), "Test Testsson") for moment in moments)


def read_fully_on(*days: str) -> tuple[Reading, ...]:
    return reads(*(f"{on} {clock}" for on in days for clock in ("08:10", "10:05")))


READ_UNTIL_FRIDAY = read_fully_on(WEDNESDAY, THURSDAY)
ALL_READ = READ_UNTIL_FRIDAY + read_fully_on(FRIDAY, MONDAY)


def facts(
    *,
    readings: tuple[Reading, ...] = ALL_READ,
    dues: tuple[str, ...] = (),
    told: str | None = None,
    started: str | None = None,
    calendar: Calendar | None = None,
) -> UnitFacts:
    return UnitFacts(
        unit_id=UNIT,
        calendar=calendar or Calendar(),
        readings=readings,
        open_dues=tuple(at(moment) for moment in dues),
        manager_told_at=at(told) if told else None,
        started_at=at(started) if started else None,
    )


def said(about: UnitFacts, now: str, rules: Rules = RULES) -> list[Said]:
    return [(reminder.kind.value, reminder.slot, reminder.count) for reminder in due(about, now=at(now), rules=rules)]


def minutes(first: str, last: str) -> Iterator[datetime]:
    moment = at(first)
    while moment <= at(last):
        yield moment
        moment += timedelta(minutes=1)


def outbox(about: UnitFacts, *stretches: tuple[str, str]) -> list[tuple[str, str, str, int]]:
    """The rows a worker makes that runs during `stretches` and is away between them: day, kind, slot and count."""
    rows: dict[object, Reminder] = {}
    for moment in (moment for stretch in stretches for moment in minutes(*stretch)):
        for reminder in due(about, now=moment, rules=RULES):
            if reminder.key not in rows and reminder.kind is Kind.OVERDUE_MANAGER:
                about = replace(about, manager_told_at=moment)
            rows.setdefault(reminder.key, reminder)
    return [(f"{row.day:%a}", row.kind.value, row.slot, row.count) for row in rows.values()]


NONE: list[Said] = []
FIRST = [("reading_first", "11:00", 2)]
SECOND = [("reading_second", "15:00", 1)]
BOTH_MISSING = [("reading_second", "15:00", 2)]


@pytest.mark.parametrize(
    ("made", "now", "expected"),
    [
        ("", "10:59", NONE),
        ("", "11:00", FIRST),
        ("", "14:59", FIRST),
        ("", "15:00", BOTH_MISSING),
        ("", "15:30", BOTH_MISSING),
        ("", "16:29", BOTH_MISSING),
        ("", "16:30", NONE),
        ("08:10", "11:00", NONE),
        ("08:10", "15:00", SECOND),
        ("08:10 08:40", "15:00", SECOND),
        ("14:45", "15:00", SECOND),
        ("08:10 10:05", "11:00", NONE),
        ("08:10 10:05", "15:00", NONE),
        ("15:35", "15:40", NONE),  # no second one can count before closing
    ],
)
def test_reading_reminders_of_a_full_day(made: str, now: str, expected: list[Said]) -> None:
    today = reads(*(f"{FRIDAY} {clock}" for clock in made.split()))
    assert said(facts(readings=READ_UNTIL_FRIDAY + today), f"{FRIDAY} {now}") == expected


@pytest.mark.parametrize(
    ("made", "now", "expected"),
    [
        ("", "10:29", NONE),
        ("", "10:30", [("reading_first", "10:30", 1)]),
        ("", "11:59", [("reading_first", "10:30", 1)]),
        ("", "12:00", NONE),
        ("", "15:00", NONE),
        ("08:10", "10:30", NONE),
    ],
)
def test_reading_reminders_of_a_half_day(made: str, now: str, expected: list[Said]) -> None:
    today = reads(*(f"{HALF_THURSDAY} {clock}" for clock in made.split()))
    calendar = Calendar(half=frozenset({day(HALF_THURSDAY)}))
    yesterday = read_fully_on("Wed 2026-04-29")
    assert said(facts(readings=yesterday + today, calendar=calendar), f"{HALF_THURSDAY} {now}") == expected


def test_am_pm_asks_for_nothing_that_can_no_longer_be_done() -> None:
    am_pm = Rules(reading_rule=ReadingRule.AM_PM)
    yesterday = reads(f"{THURSDAY} 09:00", f"{THURSDAY} 13:00")
    assert said(facts(readings=yesterday + reads(f"{FRIDAY} 09:00")), f"{FRIDAY} 15:00", am_pm) == SECOND
    assert said(facts(readings=yesterday + reads(f"{FRIDAY} 13:00")), f"{FRIDAY} 15:00", am_pm) == NONE


@pytest.mark.parametrize("on", ["Fri 2026-06-19", SATURDAY, "Sun 2026-11-22"])
@pytest.mark.parametrize("clock", ["08:30", "11:00", "15:00"])
def test_nothing_on_a_day_off(on: str, clock: str) -> None:
    assert said(facts(readings=(), dues=("Tue 2026-06-16 16:30", f"{on} 16:30")), f"{on} {clock}") == NONE


def test_nothing_on_a_day_closed_by_hand() -> None:
    closed = Calendar(closed=frozenset({day(FRIDAY)}))
    assert said(facts(readings=(), calendar=closed), f"{FRIDAY} 11:00") == NONE


SHORT_BY_ONE = [("reading_shortfall", "08:30", 1)]
SHORT_BY_TWO = [("reading_shortfall", "08:30", 2)]


@pytest.mark.parametrize(
    ("made", "now", "expected"),
    [
        ((), f"{FRIDAY} 08:29", NONE),
        ((), f"{FRIDAY} 08:30", SHORT_BY_TWO),
        ((f"{THURSDAY} 08:10",), f"{FRIDAY} 08:30", SHORT_BY_ONE),
        ((f"{THURSDAY} 08:10", f"{THURSDAY} 17:00"), f"{FRIDAY} 08:30", SHORT_BY_ONE),
        ((f"{THURSDAY} 08:10", f"{THURSDAY} 10:05"), f"{FRIDAY} 08:30", NONE),
        ((f"{THURSDAY} 08:10", f"{THURSDAY} 10:05", f"{THURSDAY} 12:00"), f"{FRIDAY} 08:30", NONE),
        ((f"{FRIDAY} 08:10",), f"{MONDAY} 08:30", SHORT_BY_ONE),
        ((f"{FRIDAY} 08:10", f"{SATURDAY} 10:05"), f"{MONDAY} 08:30", SHORT_BY_ONE),
    ],
)
def test_the_manager_hears_the_next_working_morning_of_a_day_that_fell_short(
    made: tuple[str, ...], now: str, expected: list[Said]
) -> None:
    assert said(facts(readings=reads(*made)), now) == expected


def test_after_a_closed_day_the_shortfall_is_that_of_the_working_day_before() -> None:
    closed = Calendar(closed=frozenset({day(FRIDAY)}))
    assert said(facts(readings=(), calendar=closed), f"{FRIDAY} 08:30") == NONE
    assert said(facts(readings=reads(f"{THURSDAY} 08:10"), calendar=closed), f"{MONDAY} 08:30") == SHORT_BY_ONE


def test_a_half_day_falls_short_by_one() -> None:
    calendar = Calendar(half=frozenset({day(HALF_THURSDAY)}))
    assert said(facts(readings=(), calendar=calendar), "Mon 2026-05-04 08:30") == SHORT_BY_ONE


def test_a_new_unit_is_measured_from_the_first_day_it_existed_at_opening() -> None:
    new = facts(readings=(), started=f"{THURSDAY} 14:00")
    assert said(new, f"{THURSDAY} 15:00") == NONE
    assert said(new, f"{FRIDAY} 08:30") == NONE
    assert said(new, f"{FRIDAY} 11:00") == FIRST
    assert said(new, f"{MONDAY} 08:30") == SHORT_BY_TWO
    assert said(replace(new, started_at=at(f"{THURSDAY} 08:00")), f"{FRIDAY} 08:30") == SHORT_BY_TWO


TODAY_TWICE = (f"{FRIDAY} 16:30", f"{FRIDAY} 16:30", f"{MONDAY} 16:30")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (f"{THURSDAY} 12:00", NONE),
        (f"{FRIDAY} 07:59", NONE),
        (f"{FRIDAY} 08:00", [("due_today", "opening", 2)]),
        (f"{FRIDAY} 16:29", [("due_today", "opening", 2)]),
        (f"{FRIDAY} 16:30", NONE),
    ],
)
def test_due_today_from_opening_to_closing(now: str, expected: list[Said]) -> None:
    assert said(facts(dues=TODAY_TWICE), now) == expected


def test_due_today_leaves_out_what_is_already_overdue() -> None:
    told_this_morning = facts(dues=(f"{FRIDAY} 12:00", f"{FRIDAY} 16:30"), told=f"{FRIDAY} 08:00")
    assert said(told_this_morning, f"{FRIDAY} 13:00") == [("due_today", "opening", 1)]


@pytest.mark.parametrize(
    ("told", "now", "expected"),
    [
        (None, f"{THURSDAY} 16:30", NONE),
        (None, f"{FRIDAY} 07:59", NONE),
        (None, f"{FRIDAY} 08:00", [("overdue", "new", 1), ("overdue_manager", "new", 1)]),
        (None, f"{FRIDAY} 16:29", [("overdue", "new", 1), ("overdue_manager", "new", 1)]),
        (f"{FRIDAY} 08:00", f"{FRIDAY} 08:01", NONE),
        (f"{FRIDAY} 08:00", f"{SATURDAY} 08:00", NONE),
        (f"{FRIDAY} 08:00", f"{MONDAY} 07:59", NONE),
        (f"{FRIDAY} 08:00", f"{MONDAY} 08:00", [("overdue", "morning", 1)]),
    ],
)
def test_overdue_is_new_once_and_then_told_each_morning(told: str | None, now: str, expected: list[Said]) -> None:
    assert said(facts(dues=(f"{THURSDAY} 16:30",), told=told), now) == expected


def test_the_unit_hears_of_all_overdue_and_the_manager_of_the_new_ones() -> None:
    about = facts(dues=(f"{THURSDAY} 16:30", f"{FRIDAY} 16:30"), told=f"{FRIDAY} 08:00")
    assert said(about, f"{MONDAY} 08:00") == [("overdue", "new", 2), ("overdue_manager", "new", 1)]


def test_what_falls_overdue_on_a_day_already_told_is_news_the_next_morning() -> None:
    about = facts(dues=(f"{THURSDAY} 16:30", f"{FRIDAY} 12:00"), told=f"{FRIDAY} 08:00")
    assert said(about, f"{FRIDAY} 13:00") == NONE
    assert said(about, f"{MONDAY} 08:00") == [("overdue", "new", 2), ("overdue_manager", "new", 1)]


def test_a_duty_at_the_very_moment_of_telling_is_told() -> None:
    assert said(facts(dues=(f"{FRIDAY} 12:00",), told=f"{FRIDAY} 12:00"), f"{MONDAY} 08:00") == [
        ("overdue", "morning", 1)
    ]


def test_a_worker_away_at_eleven_makes_the_reminder_when_it_is_back() -> None:
    stretches = (f"{FRIDAY} 08:00", f"{FRIDAY} 10:55"), (f"{FRIDAY} 11:40", f"{FRIDAY} 14:30")
    assert outbox(facts(readings=READ_UNTIL_FRIDAY), *stretches) == [("Fri", "reading_first", "11:00", 2)]


def test_a_worker_away_until_half_past_three_makes_one_reminder_not_two() -> None:
    assert outbox(facts(readings=READ_UNTIL_FRIDAY), (f"{FRIDAY} 15:30", f"{FRIDAY} 23:59")) == [
        ("Fri", "reading_second", "15:00", 2)
    ]


def test_the_mails_of_a_unit_that_looks_no_more() -> None:
    about = facts(readings=READ_UNTIL_FRIDAY, dues=(f"{THURSDAY} 16:30", f"{FRIDAY} 16:30"))
    assert outbox(about, (f"{THURSDAY} 16:00", f"{MONDAY} 23:59")) == [
        ("Thu", "due_today", "opening", 1),
        ("Fri", "due_today", "opening", 1),
        ("Fri", "overdue", "new", 1),
        ("Fri", "overdue_manager", "new", 1),
        ("Fri", "reading_first", "11:00", 2),
        ("Fri", "reading_second", "15:00", 2),
        ("Mon", "overdue", "new", 2),
        ("Mon", "overdue_manager", "new", 1),
        ("Mon", "reading_shortfall", "08:30", 2),
        ("Mon", "reading_first", "11:00", 2),
        ("Mon", "reading_second", "15:00", 2),
    ]


def test_the_manager_is_told_once_of_each_duty_by_a_worker_that_was_away_a_whole_day() -> None:
    about = facts(dues=(f"{THURSDAY} 16:30", f"{FRIDAY} 16:30"))
    stretches = (f"{THURSDAY} 16:35", f"{THURSDAY} 23:59"), (f"{MONDAY} 06:00", "Tue 2026-11-24 09:00")
    assert [row for row in outbox(about, *stretches) if "overdue" in row[1]] == [
        ("Mon", "overdue", "new", 2),
        ("Mon", "overdue_manager", "new", 2),
        ("Tue", "overdue", "morning", 2),
    ]


def made(kind: Kind, slot: str, *, on: str = FRIDAY, count: int = 2) -> Reminder:
    return Reminder(kind=kind, unit_id=UNIT, day=day(on), slot=slot, count=count)


def count_at_sending(reminder: Reminder, about: UnitFacts, now: str) -> int | None:
    """None when superseded. Nothing but the count may change."""
    again = still_due(reminder, about, now=at(now), rules=RULES)
    assert again is None or again == replace(reminder, count=again.count)
    return again.count if again else None


@pytest.mark.parametrize(
    ("read_since", "now", "count"),
    [
        ((), f"{FRIDAY} 11:05", 2),
        ((f"{FRIDAY} 11:03",), f"{FRIDAY} 11:05", None),
        ((), f"{FRIDAY} 15:00", None),  # overtaken by the second
        ((), f"{FRIDAY} 16:30", None),
        ((), f"{MONDAY} 11:05", None),  # Monday has its own
    ],
)
def test_the_first_reading_reminder_before_sending(read_since: tuple[str, ...], now: str, count: int | None) -> None:
    about = facts(readings=READ_UNTIL_FRIDAY + reads(*read_since))
    assert count_at_sending(made(Kind.READING_FIRST, "11:00"), about, now) == count


@pytest.mark.parametrize(
    ("read_since", "now", "count"),
    [
        ((), f"{FRIDAY} 15:05", 2),
        ((f"{FRIDAY} 15:03",), f"{FRIDAY} 15:05", 1),
        ((f"{FRIDAY} 08:10", f"{FRIDAY} 15:03"), f"{FRIDAY} 15:05", None),
        ((), f"{FRIDAY} 16:30", None),
        ((), f"{MONDAY} 15:05", None),
    ],
)
def test_the_second_reading_reminder_before_sending(read_since: tuple[str, ...], now: str, count: int | None) -> None:
    about = facts(readings=READ_UNTIL_FRIDAY + reads(*read_since))
    assert count_at_sending(made(Kind.READING_SECOND, "15:00"), about, now) == count


def test_the_shortfall_before_sending() -> None:
    reminder = made(Kind.READING_SHORTFALL, "08:30")
    short = facts(readings=reads(f"{THURSDAY} 08:10", f"{FRIDAY} 08:10", f"{FRIDAY} 10:05"))
    assert count_at_sending(reminder, short, f"{FRIDAY} 09:00") == 1
    assert count_at_sending(reminder, short, f"{FRIDAY} 16:30") is None
    assert count_at_sending(reminder, short, f"{MONDAY} 09:00") is None
    closed_since = facts(readings=read_fully_on(WEDNESDAY), calendar=Calendar(closed=frozenset({day(THURSDAY)})))
    assert count_at_sending(reminder, closed_since, f"{FRIDAY} 09:00") is None


@pytest.mark.parametrize(
    ("dues", "now", "count"),
    [
        ((f"{FRIDAY} 16:30", f"{FRIDAY} 16:30"), f"{FRIDAY} 08:05", 2),
        ((f"{FRIDAY} 16:30",), f"{FRIDAY} 08:05", 1),
        ((), f"{FRIDAY} 08:05", None),
        ((f"{FRIDAY} 16:30",), f"{FRIDAY} 16:30", None),
        ((f"{MONDAY} 16:30",), f"{MONDAY} 08:05", None),
    ],
)
def test_due_today_before_sending(dues: tuple[str, ...], now: str, count: int | None) -> None:
    assert count_at_sending(made(Kind.DUE_TODAY, "opening"), facts(dues=dues), now) == count


ONE_OVERDUE, ANSWERED = (f"{THURSDAY} 16:30",), ()


@pytest.mark.parametrize("slot", ["new", "morning"])
@pytest.mark.parametrize(
    ("dues", "now", "count"),
    [
        (ONE_OVERDUE, f"{FRIDAY} 08:05", 1),
        (ONE_OVERDUE, f"{FRIDAY} 16:35", 1),
        (ANSWERED, f"{FRIDAY} 08:05", None),
        (ONE_OVERDUE, f"{MONDAY} 08:05", None),  # Monday has its own
    ],
)
def test_overdue_before_sending(slot: str, dues: tuple[str, ...], now: str, count: int | None) -> None:
    about = facts(dues=dues, told=f"{FRIDAY} 08:00")
    assert count_at_sending(made(Kind.OVERDUE, slot), about, now) == count


@pytest.mark.parametrize(
    ("dues", "now", "count"),
    [
        (ONE_OVERDUE, f"{FRIDAY} 08:05", 1),
        (ANSWERED, f"{FRIDAY} 08:05", None),
        (ONE_OVERDUE, f"{MONDAY} 08:05", 1),  # made once, so it must not be lost
    ],
)
def test_the_managers_overdue_before_sending(dues: tuple[str, ...], now: str, count: int | None) -> None:
    about = facts(dues=dues, told=f"{FRIDAY} 08:00")
    assert count_at_sending(made(Kind.OVERDUE_MANAGER, "new"), about, now) == count


def test_who_hears_of_what() -> None:
    to_manager = {kind for kind in Kind if recipient_of(kind) is Recipient.MANAGER}
    assert to_manager == {Kind.READING_SHORTFALL, Kind.OVERDUE_MANAGER}


def test_the_key_is_kind_unit_day_and_slot() -> None:
    assert made(Kind.DUE_TODAY, "opening").key == (Kind.DUE_TODAY, UNIT, 0, day(FRIDAY), "opening")
