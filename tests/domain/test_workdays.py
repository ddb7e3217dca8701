"""T1–T3, against a Swedish calendar worked out here by hand."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from lcweb.domain.workdays import Calendar, OfficeHours, local, local_day, moment_at, public_holiday
from tests.at import at, day

YEARS = range(2025, 2041)


def easter_sunday(year: int) -> date:
    """The Gregorian computus of Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, index = divmod(h + weekday - 7 * m + 114, 31)
    return date(year, month, index + 1)


def first_from(start: date, *, weekday: int) -> date:
    return start + timedelta(days=(weekday - start.weekday()) % 7)


def swedish_holidays(year: int) -> dict[date, str]:
    """The act (1989:253) on public holidays, and the three eves on which nobody works."""
    friday, saturday = 4, 5
    easter = easter_sunday(year)
    midsummer_eve = first_from(date(year, 6, 19), weekday=friday)
    return {
        date(year, 1, 1): "Nyårsdagen",
        date(year, 1, 6): "Trettondedag jul",
        date(year, 5, 1): "Första maj",
        date(year, 6, 6): "Nationaldagen",
        date(year, 12, 24): "Julafton",
        date(year, 12, 25): "Juldagen",
        date(year, 12, 26): "Annandag jul",
        date(year, 12, 31): "Nyårsafton",
        easter - timedelta(days=2): "Långfredagen",
        easter: "Påskdagen",
        easter + timedelta(days=1): "Annandag påsk",
        easter + timedelta(days=39): "Kristi himmelsfärdsdag",
        easter + timedelta(days=49): "Pingstdagen",
        midsummer_eve: "Midsommarafton",
        midsummer_eve + timedelta(days=1): "Midsommardagen",
        first_from(date(year, 10, 31), weekday=saturday): "Alla helgons dag",
    }


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_what_the_swedish_calendar_says(year: int) -> None:
    expected = swedish_holidays(year)
    assert {d: public_holiday(d) for d in days_of(year) if public_holiday(d)} == expected
    working = [d for d in days_of(year) if d.isoweekday() <= 5 and d not in expected]
    assert [d for d in days_of(year) if Calendar().is_working_day(d)] == working


@pytest.mark.parametrize(("year", "working_days"), [(2026, 251), (2027, 253)])
def test_working_days_in_a_year(year: int, working_days: int) -> None:
    assert sum(Calendar().is_working_day(d) for d in days_of(year)) == working_days


@pytest.mark.parametrize("bridge_day", ["Mon 2026-01-05", "Fri 2026-05-15"])
def test_a_bridge_day_is_worked_until_it_is_closed_by_hand(bridge_day: str) -> None:
    assert Calendar().is_working_day(day(bridge_day))
    assert not Calendar(closed=frozenset({day(bridge_day)})).is_working_day(day(bridge_day))


HALF = day("Thu 2026-04-30")


def test_a_half_day_closes_at_noon() -> None:
    calendar = Calendar(half=frozenset({HALF}))
    assert calendar.is_half_day(HALF)
    assert calendar.closing_time(HALF) == time(12)
    assert calendar.closes_at(HALF) == at("Thu 2026-04-30 12:00")
    assert calendar.closing_time(day("Wed 2026-04-29")) == time(16, 30)


@pytest.mark.parametrize(
    ("opens", "closes", "half", "closing_time"),
    [
        ("07:00", "11:00", True, "11:00"),
        ("07:00", "19:00", True, "12:00"),
        ("12:00", "20:00", False, "20:00"),
        ("13:00", "20:00", False, "20:00"),
    ],
)
def test_a_half_day_never_lengthens_or_removes_a_units_day(
    opens: str, closes: str, half: bool, closing_time: str
) -> None:
    hours = OfficeHours(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
    calendar = Calendar(half=frozenset({HALF}), hours=hours)
    assert calendar.is_half_day(HALF) is half
    assert calendar.closing_time(HALF) == time.fromisoformat(closing_time)


@pytest.mark.parametrize("marked", ["Fri 2026-05-01", "Sat 2026-05-02"])
def test_a_day_off_cannot_be_a_half_day(marked: str) -> None:
    assert not Calendar(half=frozenset({day(marked)})).is_half_day(day(marked))


def test_a_closed_day_cannot_be_a_half_day() -> None:
    assert not Calendar(half=frozenset({HALF}), closed=frozenset({HALF})).is_half_day(HALF)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("Fri 2026-11-20 07:59", False),
        ("Fri 2026-11-20 08:00", True),
        ("Fri 2026-11-20 16:29", True),
        ("Fri 2026-11-20 16:30", False),
        ("Sat 2026-11-21 10:00", False),
        ("Fri 2026-06-19 10:00", False),
        ("Thu 2026-04-30 11:59", True),
        ("Thu 2026-04-30 12:00", False),
    ],
)
def test_office_hours(moment: str, is_open: bool) -> None:
    assert Calendar(half=frozenset({HALF})).is_open(at(moment)) is is_open


@pytest.mark.parametrize(("opens", "closes"), [("08:00", "08:00"), ("16:30", "08:00")])
def test_office_hours_must_close_after_they_open(opens: str, closes: str) -> None:
    with pytest.raises(ValueError, match="must close after they open"):
        OfficeHours(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))


def test_neighbouring_working_days_are_strictly_before_and_after() -> None:
    calendar = Calendar()
    assert calendar.next_working_day(day("Thu 2026-04-02")) == day("Tue 2026-04-07")
    assert calendar.previous_working_day(day("Tue 2026-04-07")) == day("Thu 2026-04-02")
    assert calendar.next_working_day(day("Sun 2026-04-05")) == day("Tue 2026-04-07")
    assert calendar.previous_working_day(day("Sun 2026-04-05")) == day("Thu 2026-04-02")


def test_adding_working_days() -> None:
    calendar = Calendar(closed=frozenset({day("Wed 2026-11-18")}))
    assert calendar.add_working_days(day("Mon 2026-11-16"), 3) == day("Fri 2026-11-20")
    assert calendar.add_working_days(day("Sat 2026-11-21"), 1) == day("Mon 2026-11-23")
    assert calendar.add_working_days(day("Sat 2026-11-21"), 0) == day("Sat 2026-11-21")
    with pytest.raises(ValueError, match="counted forwards"):
        calendar.add_working_days(day("Mon 2026-11-16"), -1)


def closed_for(days: int) -> Calendar:
    return Calendar(closed=frozenset(day("Fri 2026-11-20") + timedelta(days=n) for n in range(1, days + 1)))


def test_a_calendar_may_be_closed_for_two_years() -> None:
    assert closed_for(730).next_working_day(day("Fri 2026-11-20")) == day("Mon 2028-11-20")


def test_a_calendar_closed_for_longer_is_refused_instead_of_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="no working day between 2026-11-20 and 2028-11-20"):
        closed_for(800).next_working_day(day("Fri 2026-11-20"))
    with pytest.raises(ValueError, match="no working day between"):
        closed_for(800).previous_working_day(day("Mon 2029-01-01"))


@pytest.mark.parametrize(
    ("wall_day", "utc"),
    [
        ("Fri 2026-01-16", datetime(2026, 1, 16, 15, 30, tzinfo=UTC)),
        ("Fri 2026-07-17", datetime(2026, 7, 17, 14, 30, tzinfo=UTC)),
    ],
)
def test_closing_time_in_winter_and_summer(wall_day: str, utc: datetime) -> None:
    closing = moment_at(day(wall_day), time(16, 30))
    assert closing == utc
    assert closing.tzinfo is UTC
    assert local(closing).time() == time(16, 30)


def test_an_hour_that_comes_twice_is_the_first_of_them() -> None:
    assert moment_at(day("Sun 2026-10-25"), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_day_turns_at_midnight_in_stockholm() -> None:
    assert local_day(datetime(2026, 7, 16, 21, 59, tzinfo=UTC)) == day("Thu 2026-07-16")
    assert local_day(datetime(2026, 7, 16, 22, 0, tzinfo=UTC)) == day("Fri 2026-07-17")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        local_day(datetime(2026, 7, 16, 12, 0))


def test_a_wrong_weekday_in_a_test_is_noticed() -> None:
    with pytest.raises(AssertionError, match="2026-04-03 is a Fri, not a Thu"):
        at("Thu 2026-04-03 14:00")
