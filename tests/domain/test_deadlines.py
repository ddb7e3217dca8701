"""T4, T5."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lcweb.domain.deadlines import due_at, is_due_today, is_overdue, moved_due, next_turn, receipt_day
from lcweb.domain.workdays import Calendar, OfficeHours, local, local_day
from tests.at import at, day

ORDINARY = Calendar()
VALBORG = Calendar(half=frozenset({day("Thu 2026-04-30")}))


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("Mon 2026-11-16 09:00", "Thu 2026-11-19 16:30"),
        ("Fri 2026-11-20 16:29", "Wed 2026-11-25 16:30"),
        ("Fri 2026-11-20 16:30", "Thu 2026-11-26 16:30"),
        ("Fri 2026-01-02 09:00", "Thu 2026-01-08 16:30"),
        ("Tue 2026-03-31 10:00", "Tue 2026-04-07 16:30"),
        ("Wed 2026-06-17 09:00", "Tue 2026-06-23 16:30"),
        ("Tue 2026-12-22 09:00", "Tue 2026-12-29 16:30"),
        ("Wed 2026-12-23 16:30", "Mon 2027-01-04 16:30"),
        ("Thu 2026-12-31 10:00", "Fri 2027-01-08 16:30"),
        # Both DST nights lie between receipt and due: 29 March and 25 October 2026.
        ("Fri 2026-03-27 09:00", "Wed 2026-04-01 16:30"),
        ("Fri 2026-10-23 09:00", "Wed 2026-10-28 16:30"),
    ],
)
def test_due_on_the_third_working_day_at_closing_time(received: str, due: str) -> None:
    assert due_at(at(received), ORDINARY, 3) == at(due)


def test_due_on_a_half_day_is_due_at_noon() -> None:
    assert due_at(at("Mon 2026-04-27 09:00"), VALBORG, 3) == at("Thu 2026-04-30 12:00")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("Fri 2026-03-20 09:00", datetime(2026, 3, 25, 15, 30, tzinfo=UTC)),
        ("Fri 2026-03-27 09:00", datetime(2026, 4, 1, 14, 30, tzinfo=UTC)),
        ("Mon 2026-10-19 09:00", datetime(2026, 10, 22, 14, 30, tzinfo=UTC)),
        ("Fri 2026-10-23 09:00", datetime(2026, 10, 28, 15, 30, tzinfo=UTC)),
    ],
)
def test_closing_time_is_on_the_wall_in_summer_and_winter(received: str, due: datetime) -> None:
    assert due_at(at(received), ORDINARY, 3) == due


@pytest.mark.parametrize(
    ("received", "day_of_receipt"),
    [
        ("Mon 2026-11-16 00:00", "Mon 2026-11-16"),
        ("Mon 2026-11-16 16:29", "Mon 2026-11-16"),
        ("Mon 2026-11-16 16:30", "Tue 2026-11-17"),
        ("Mon 2026-11-16 23:59", "Tue 2026-11-17"),
        ("Sat 2026-11-21 09:00", "Mon 2026-11-23"),
        ("Thu 2026-04-30 11:59", "Thu 2026-04-30"),
        ("Thu 2026-04-30 12:00", "Mon 2026-05-04"),
    ],
)
def test_what_comes_at_closing_time_is_received_the_next_working_day(received: str, day_of_receipt: str) -> None:
    assert receipt_day(at(received), VALBORG) == day(day_of_receipt)


RECEIVED = at("Mon 2026-11-16 09:00")
DUE = at("Thu 2026-11-19 16:30")


@pytest.mark.parametrize(
    ("closed", "moved_to"),
    [
        ("Mon 2026-11-16", "Fri 2026-11-20 16:30"),
        ("Wed 2026-11-18", "Fri 2026-11-20 16:30"),
        ("Thu 2026-11-19", "Fri 2026-11-20 16:30"),
        ("Fri 2026-11-20", "Thu 2026-11-19 16:30"),
    ],
)
def test_closing_a_day_moves_an_open_duty_later(closed: str, moved_to: str) -> None:
    calendar = Calendar(closed=frozenset({day(closed)}))
    assert moved_due(DUE, received=RECEIVED, calendar=calendar, days=3) == at(moved_to)


def test_reopening_a_day_does_not_move_a_duty_back() -> None:
    moved = at("Fri 2026-11-20 16:30")
    assert moved_due(moved, received=RECEIVED, calendar=ORDINARY, days=3) == moved


@pytest.mark.parametrize(
    "calendar",
    [
        Calendar(hours=OfficeHours(closes=time(17))),
        Calendar(hours=OfficeHours(closes=time(15))),
        Calendar(half=frozenset({day("Thu 2026-11-19")})),
    ],
)
def test_other_hours_do_not_move_a_duty(calendar: Calendar) -> None:
    assert moved_due(DUE, received=RECEIVED, calendar=calendar, days=3) == DUE


@pytest.mark.parametrize(
    ("now", "due_today", "overdue", "turns_at"),
    [
        ("Mon 2026-11-16 09:00", False, False, "Thu 2026-11-19 00:00"),
        ("Wed 2026-11-18 23:59", False, False, "Thu 2026-11-19 00:00"),
        ("Thu 2026-11-19 00:00", True, False, "Thu 2026-11-19 16:30"),
        ("Thu 2026-11-19 16:29", True, False, "Thu 2026-11-19 16:30"),
        ("Thu 2026-11-19 16:30", False, True, None),
        ("Fri 2026-11-20 08:00", False, True, None),
    ],
)
def test_the_words_about_a_duty_as_the_clock_goes(
    now: str, due_today: bool, overdue: bool, turns_at: str | None
) -> None:
    assert is_due_today(DUE, now=at(now)) is due_today
    assert is_overdue(DUE, now=at(now)) is overdue
    assert next_turn(DUE, now=at(now)) == (at(turns_at) if turns_at else None)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2039, 12, 31), timezones=st.just(UTC))
counts = st.integers(min_value=0, max_value=10)
seconds_later = st.integers(min_value=0, max_value=60 * 60 * 24 * 14)


@st.composite
def calendars(draw: st.DrawFn, near: date) -> Calendar:
    """A calendar with days closed and halved by hand around `near`."""
    marked = st.frozensets(st.integers(min_value=-3, max_value=30).map(lambda n: near + timedelta(days=n)))
    hours = draw(st.sampled_from([OfficeHours(), OfficeHours(opens=time(7), closes=time(11, 45))]))
    return Calendar(closed=draw(marked), half=draw(marked), hours=hours)


@given(data=st.data(), received=moments, days=counts)
@settings(deadline=None)
def test_due_is_a_closing_time_exactly_so_many_working_days_on(
    data: st.DataObject, received: datetime, days: int
) -> None:
    calendar = data.draw(calendars(near=local_day(received)))
    due, start = due_at(received, calendar, days), receipt_day(received, calendar)
    last = local_day(due)
    assert calendar.is_working_day(start)
    assert received < due
    assert local(due).time() == calendar.closing_time(last)
    passed = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
    assert sum(calendar.is_working_day(d) for d in passed) == days
    assert calendar.is_working_day(last)


@given(data=st.data(), received=moments, later=seconds_later, days=counts)
@settings(deadline=None)
def test_who_writes_later_is_never_answered_sooner(
    data: st.DataObject, received: datetime, later: int, days: int
) -> None:
    calendar = data.draw(calendars(near=local_day(received)))
    assert due_at(received, calendar, days) <= due_at(received + timedelta(seconds=later), calendar, days)


@given(data=st.data(), received=moments, days=counts)
@settings(deadline=None)
def test_a_changed_calendar_never_moves_a_duty_earlier(data: st.DataObject, received: datetime, days: int) -> None:
    due = due_at(received, data.draw(calendars(near=local_day(received))), days)
    changed = data.draw(calendars(near=local_day(received)))
    moved = moved_due(due, received=received, calendar=changed, days=days)
    assert moved == due or (local_day(moved) > local_day(due) and changed.closes_at(local_day(moved)) == moved)
