"""Days marked by hand: suggestions, bridge days, and the sentence for what cannot be marked (T1, T2)."""

from collections.abc import Iterable

import pytest

from lcweb.domain.calendar import (
    DayKind,
    MarkKind,
    Move,
    Moved,
    days_of,
    digest,
    grouped,
    is_bridge_day,
    kind_of,
    leaves_a_working_day,
    mark_problem,
    suggestions,
    weeks_of,
    working_days,
)
from lcweb.domain.workdays import ONE_DAY, Calendar
from tests.at import at, day

TODAY = day("Tue 2026-11-17")

#: Worked out by hand from an almanac: bridge days, and the half days that T2 names.
BRIDGE_DAYS = {
    2025: {"Fri 2025-05-02": "efter första maj", "Fri 2025-05-30": "efter Kristi himmelsfärdsdag"},
    2026: {
        "Fri 2026-01-02": "efter nyårsdagen",
        "Mon 2026-01-05": "före trettondedag jul",
        "Fri 2026-05-15": "efter Kristi himmelsfärdsdag",
    },
    2027: {"Fri 2027-05-07": "efter Kristi himmelsfärdsdag"},
    2028: {
        "Fri 2028-01-07": "efter trettondedag jul",
        "Fri 2028-05-26": "efter Kristi himmelsfärdsdag",
        "Mon 2028-06-05": "före nationaldagen",
    },
    2029: {"Mon 2029-04-30": "före första maj", "Fri 2029-05-11": "efter Kristi himmelsfärdsdag"},
    2030: {
        "Fri 2030-05-31": "efter Kristi himmelsfärdsdag",
        "Fri 2030-06-07": "efter nationaldagen",
        "Mon 2030-12-23": "före julafton",
        "Fri 2030-12-27": "efter annandag jul",
        "Mon 2030-12-30": "före nyårsafton",
    },
}
EPIPHANY, MAUNDY, WALPURGIS = "Trettondagsafton", "Skärtorsdagen", "Valborgsmässoafton"
ASCENSION, NATIONAL, SAINTS = (
    f"Dagen före {name}" for name in ("Kristi himmelsfärdsdag", "nationaldagen", "alla helgons dag")
)
HALF_DAYS = {
    2025: {
        "Thu 2025-04-17": MAUNDY, "Wed 2025-04-30": WALPURGIS, "Wed 2025-05-28": ASCENSION,
        "Thu 2025-06-05": NATIONAL, "Fri 2025-10-31": SAINTS,
    },
    2026: {
        "Mon 2026-01-05": EPIPHANY, "Thu 2026-04-02": MAUNDY, "Thu 2026-04-30": WALPURGIS,
        "Wed 2026-05-13": ASCENSION, "Fri 2026-06-05": NATIONAL, "Fri 2026-10-30": SAINTS,
    },
    2027: {
        "Tue 2027-01-05": EPIPHANY, "Thu 2027-03-25": MAUNDY, "Fri 2027-04-30": WALPURGIS,
        "Wed 2027-05-05": ASCENSION, "Fri 2027-11-05": SAINTS,
    },
    2028: {
        "Wed 2028-01-05": EPIPHANY, "Thu 2028-04-13": MAUNDY, "Wed 2028-05-24": ASCENSION,
        "Mon 2028-06-05": NATIONAL, "Fri 2028-11-03": SAINTS,
    },
    2029: {
        "Fri 2029-01-05": EPIPHANY, "Thu 2029-03-29": MAUNDY, "Mon 2029-04-30": WALPURGIS,
        "Wed 2029-05-09": ASCENSION, "Tue 2029-06-05": NATIONAL, "Fri 2029-11-02": SAINTS,
    },
    2030: {
        "Thu 2030-04-18": MAUNDY, "Tue 2030-04-30": WALPURGIS, "Wed 2030-05-29": ASCENSION,
        "Wed 2030-06-05": NATIONAL, "Fri 2030-11-01": SAINTS,
    },
}  # fmt: skip


@pytest.mark.parametrize("year", BRIDGE_DAYS)
def test_t2_what_is_suggested_is_what_the_almanac_says(year: int) -> None:
    found = suggestions(year)
    bridges = {s.day: s.why for s in found if s.kind is MarkKind.CLOSED}
    assert bridges == {day(text): f"Klämdag {why}" for text, why in BRIDGE_DAYS[year].items()}
    halves = {s.day: s.why for s in found if s.kind is MarkKind.HALF}
    assert halves == {day(text): why for text, why in HALF_DAYS[year].items()}
    assert [s.day for s in found] == sorted(s.day for s in found)


def test_t2_two_holidays_on_one_day_hide_no_eve() -> None:
    """In 2008 Ascension Day was the first of May."""
    assert day("Wed 2008-04-30") in {s.day for s in suggestions(2008) if s.kind is MarkKind.HALF}


@pytest.mark.parametrize("year", range(2020, 2041))
def test_only_working_days_are_suggested(year: int) -> None:
    assert [s for s in suggestions(year) if not Calendar().is_working_day(s.day)] == []


def test_t1_a_bridge_day_stands_alone_between_two_days_off() -> None:
    calendar = Calendar()
    for number in days_of(2027):
        alone = not calendar.is_working_day(number - ONE_DAY) and not calendar.is_working_day(number + ONE_DAY)
        assert is_bridge_day(number) == (calendar.is_working_day(number) and alone)


def test_what_each_day_is() -> None:
    closed, half = day("Fri 2027-05-07"), day("Fri 2027-04-30")
    calendar = Calendar(closed=frozenset({closed, day("Thu 2027-05-06")}), half=frozenset({half}))
    kinds = {text: kind_of(day(text), calendar) for text in (
        "Thu 2027-05-06", "Fri 2027-05-07", "Sat 2027-05-08", "Mon 2027-05-10", "Fri 2027-04-30", "Sat 2027-05-01",
    )}  # fmt: skip
    assert list(kinds.values()) == [
        DayKind.HOLIDAY, DayKind.CLOSED, DayKind.WEEKEND, DayKind.WORKING, DayKind.HALF, DayKind.HOLIDAY,
    ]  # fmt: skip


@pytest.mark.parametrize(("year", "count"), [(2026, 251), (2027, 253)])
def test_working_days_of_a_year(year: int, count: int) -> None:
    assert working_days(year, Calendar()) == count
    assert working_days(year, Calendar(closed=frozenset({day("Fri 2027-05-07")}))) == count - (year == 2027)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_the_weeks_of_the_months_hold_each_day_of_the_year_once(year: int) -> None:
    weeks = [(number, week) for month in range(1, 13) for number, week in weeks_of(year, month)]
    assert [each for _, week in weeks for each in week if each] == list(days_of(year))
    for number, week in weeks:
        assert len(week) == 7
        assert {(each.isocalendar().week, each.weekday()) for each in week if each} == {
            (number, place) for place, each in enumerate(week) if each
        }


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("Tue 2026-11-17", MarkKind.CLOSED, "Bara kommande dagar"),
        ("Mon 2026-11-16", MarkKind.HALF, "Bara kommande dagar"),
        ("Sat 2026-11-21", MarkKind.CLOSED, "lördag eller söndag"),
        ("Fri 2027-03-26", MarkKind.CLOSED, "Långfredagen är redan en ledig dag"),
        ("Thu 2026-12-24", MarkKind.HALF, "Julafton är redan en ledig dag"),
        ("Wed 2026-11-18", MarkKind.CLOSED, "redan stängd"),
        ("Wed 2026-11-18", MarkKind.HALF, "redan stängd"),
        ("Thu 2026-11-19", MarkKind.HALF, "redan en halvdag"),
        ("Thu 2026-11-19", MarkKind.CLOSED, None),
        ("Fri 2026-11-20", MarkKind.CLOSED, None),
        ("Wed 2031-12-31", MarkKind.CLOSED, "redan en ledig dag"),
        ("Tue 2031-12-30", MarkKind.CLOSED, None),
        ("Fri 2032-01-02", MarkKind.CLOSED, "senast 2031-12-31"),
    ],
)
def test_what_cannot_be_marked_is_said(text: str, kind: MarkKind, said: str | None) -> None:
    calendar = Calendar(closed=frozenset({day("Wed 2026-11-18")}), half=frozenset({day("Thu 2026-11-19")}))
    problem = mark_problem(day(text), kind, today=TODAY, calendar=calendar)
    assert (problem is None) == (said is None)
    assert said is None or said in (problem or "")


def test_a_row_of_closed_days_has_an_end() -> None:
    first = day("Mon 2026-11-23")
    years = Calendar(closed=frozenset(first + n * ONE_DAY for n in range(731)))
    assert not leaves_a_working_day(first, years)
    assert leaves_a_working_day(first, Calendar(closed=frozenset({first})))


def moved(*units: str) -> Iterable[Moved]:
    """Each unit's duty moves from Thursday to Friday."""
    due_at, to = at("Thu 2026-11-19 16:30"), at("Fri 2026-11-20 16:30")
    return (Moved(number, number, number, unit, due_at, to) for number, unit in enumerate(units))


def test_what_is_told_beforehand_is_counted_by_unit_and_moment() -> None:
    moves = grouped(moved("Norr", "Syd", "Norr"))
    span = (at("Thu 2026-11-19 16:30"), at("Fri 2026-11-20 16:30"))
    assert moves == [Move("Norr", *span, 2), Move("Syd", *span, 1)]


def test_another_number_or_another_unit_is_another_digest() -> None:
    digests = [digest(grouped(moved(*units))) for units in ((), ("Norr",), ("Norr", "Norr"), ("Syd",))]
    assert len(set(digests)) == 4
    assert digest(grouped(moved("Syd", "Norr"))) == digest(grouped(moved("Norr", "Syd")))
