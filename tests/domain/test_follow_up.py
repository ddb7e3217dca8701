"""What follow-up counts, on which day, and what it reads off (B1, T3–T5, A2)."""

from collections import Counter
from datetime import date, time, timedelta

import pytest

from lcweb.domain.figures import FEWEST, Middle, Share, figures, median, middle
from lcweb.domain.follow_up import (
    ALL_TYPES,
    Closed,
    Count,
    Duty,
    Facts,
    Received,
    Returned,
    Sent,
    Spread,
    Tally,
    WorkingDay,
    by_month,
    count,
    in_time,
    office_time,
    packed,
    tenths,
    unpacked,
    working_days,
)
from lcweb.domain.periods import Span, month, months_between, quarter, trend_months, week
from lcweb.domain.threads import DutyEnd, ReturnReason
from lcweb.domain.workdays import Calendar, OfficeHours
from tests.at import at, day

ORDINARY = Calendar()
NOW = at("Fri 2026-11-27 17:00")
DUE = at("Thu 2026-11-19 16:30")


def ordinary(_day: date) -> Calendar:
    return ORDINARY


def duty(ended: str | None = None, how: str | None = None) -> Duty:
    """Received Mon 2026-11-16 09:00, so due on Thursday (T5)."""
    return Duty("general", at("Mon 2026-11-16 09:00"), DUE, at(ended) if ended else None, how)


@pytest.mark.parametrize(
    ("ended", "how", "verdict"),
    [
        ("Tue 2026-11-17 10:00", DutyEnd.REPLIED, True),
        ("Tue 2026-11-17 10:00", DutyEnd.FORWARDED, True),
        ("Tue 2026-11-17 10:00", DutyEnd.RETURNED, True),
        ("Thu 2026-11-19 16:29", DutyEnd.REPLIED, True),
        ("Thu 2026-11-19 16:30", DutyEnd.REPLIED, False),  # the day is over at closing time (T4)
        ("Mon 2026-11-23 10:00", DutyEnd.REPLIED, False),
        ("Tue 2026-11-17 10:00", DutyEnd.CLOSED, None),  # the sender needed no answer
        ("Tue 2026-11-17 10:00", DutyEnd.RETRACTED, None),
        ("Mon 2026-11-23 10:00", DutyEnd.CLOSED, False),  # by then it was late already
        (None, None, False),
    ],
)
def test_b1_whether_a_duty_was_answered_in_time(ended: str | None, how: str | None, verdict: bool | None) -> None:
    assert in_time(duty(ended, how), now=NOW) is verdict


def test_a_duty_that_is_not_due_yet_is_not_judged_though_it_is_answered() -> None:
    answered = duty("Tue 2026-11-17 10:00", DutyEnd.REPLIED)
    assert in_time(answered, now=at("Thu 2026-11-19 16:29")) is None
    assert in_time(answered, now=DUE) is True


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("Mon 2026-11-16 09:00", "Mon 2026-11-16 11:30", 150),
        ("Mon 2026-11-16 07:00", "Mon 2026-11-16 08:30", 30),
        ("Mon 2026-11-16 16:00", "Tue 2026-11-17 08:30", 60),
        ("Fri 2026-11-20 16:00", "Mon 2026-11-23 08:30", 60),
        ("Mon 2026-11-16 09:00", "Wed 2026-11-18 09:00", 2 * 510),
        ("Sat 2026-11-21 09:00", "Sun 2026-11-22 09:00", 0),
        ("Wed 2026-12-23 16:00", "Mon 2026-12-28 08:30", 60),  # julafton and juldagen between
        ("Mon 2026-11-16 09:00", "Mon 2026-11-16 09:00", 0),
    ],
)
def test_t3_office_time_between_two_moments(start: str, end: str, minutes: int) -> None:
    assert office_time(at(start), at(end), ordinary) == timedelta(minutes=minutes)


def test_office_time_follows_each_days_own_calendar() -> None:
    """A day closed meanwhile, a half day, and hours that were others until Thursday."""
    closed, half = day("Tue 2026-11-17"), day("Wed 2026-11-18")
    later = Calendar(hours=OfficeHours(opens=time(10), closes=time(12)))
    marked = Calendar(closed=frozenset({closed}), half=frozenset({half}))

    def calendar_on(of: date) -> Calendar:
        return later if of >= day("Thu 2026-11-19") else marked

    passed = office_time(at("Mon 2026-11-16 16:00"), at("Thu 2026-11-19 17:00"), calendar_on)
    assert passed == timedelta(minutes=30 + 4 * 60 + 2 * 60)


@pytest.mark.parametrize(("minutes", "expected"), [(0, 0), (2, 0), (3, 1), (6, 1), (8, 1), (9, 2), (510, 85)])
def test_office_hours_are_rounded_to_tenths_a_half_one_up(minutes: int, expected: int) -> None:
    assert tenths(timedelta(minutes=minutes)) == expected


@pytest.mark.parametrize(
    ("received", "answered", "days"),
    [
        ("Mon 2026-11-16 09:00", "Mon 2026-11-16 15:00", 0),
        ("Mon 2026-11-16 09:00", "Thu 2026-11-19 10:00", 3),
        ("Fri 2026-11-20 16:30", "Mon 2026-11-23 10:00", 0),  # received on Monday (T4)
        ("Fri 2026-11-20 16:29", "Mon 2026-11-23 10:00", 1),
        ("Fri 2026-11-20 09:00", "Sun 2026-11-22 10:00", 0),
        ("Sat 2026-11-21 09:00", "Sun 2026-11-22 10:00", 0),  # answered before it counts as received
        ("Wed 2026-12-23 09:00", "Mon 2026-12-28 10:00", 1),
    ],
)
def test_t4_working_days_until_the_answer(received: str, answered: str, days: int) -> None:
    assert working_days(at(received), at(answered), ordinary) == days


def test_each_fact_falls_on_its_own_day() -> None:
    facts = Facts(
        duties=[duty("Wed 2026-11-18 09:00", DutyEnd.REPLIED)],
        sent=[Sent("general", at("Mon 2026-11-16 09:00"), True, 7)],
        received=[Received("general", at("Mon 2026-11-16 09:00"), at("Tue 2026-11-17 09:00"), False)],
        returned=[
            Returned("general", at("Tue 2026-11-17 09:00"), ReturnReason.URGENT),
            Returned("general", at("Tue 2026-11-17 09:00"), ReturnReason.PRESCRIPTION),
            Returned("general", at("Tue 2026-11-17 09:00"), ReturnReason.OTHER),
        ],
        closed=[Closed("general", at("Fri 2026-11-20 09:00"), True)],
        days=[WorkingDay(day("Mon 2026-11-16"), True), WorkingDay(day("Tue 2026-11-17"), False)],
    )
    days = count(facts, ordinary, now=NOW)
    found = {(str(of), case): (dict(tally.counts), {k: dict(v) for k, v in tally.spreads.items()})
             for (of, case), tally in days.items()}  # fmt: skip
    assert found == {
        ("2026-11-16", "general"): ({Count.SENT: 1, Count.SENT_WRONG: 1, Count.RECEIVED: 1}, {}),
        ("2026-11-16", "#7"): ({Count.SENT: 1, Count.SENT_WRONG: 1}, {}),
        ("2026-11-16", ALL_TYPES): ({Count.DAYS: 1, Count.DAYS_READ: 1}, {}),
        ("2026-11-17", "general"): ({Count.URGENT: 1, Count.PRESCRIPTION: 1}, {Spread.OPENING_HOURS: {85: 1}}),
        ("2026-11-17", ALL_TYPES): ({Count.DAYS: 1}, {}),
        ("2026-11-18", "general"): ({}, {Spread.ANSWER_HOURS: {170: 1}, Spread.ANSWER_DAYS: {2: 1}}),
        ("2026-11-19", "general"): ({Count.DUE: 1, Count.IN_TIME: 1}, {}),
        ("2026-11-20", "general"): ({Count.CLOSED: 1, Count.TRANSFERRED: 1}, {}),
    }
    again = unpacked(packed(days))
    assert packed(again) == packed(days) and again == days
    assert by_month(days, Span(day("Tue 2026-11-17"), day("Wed 2026-11-18"))).keys() == {date(2026, 11, 1)}


def test_tallies_add_up() -> None:
    one, other = Tally(), Tally()
    one.counts[Count.SENT], other.counts[Count.SENT] = 2, 3
    one.spreads[Spread.ANSWER_DAYS][1], other.spreads[Spread.ANSWER_DAYS][1] = 4, 5
    one.add(other)
    assert figures(one).sent == 5 and figures(one).answer_days == Middle(9, 1, 1)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(0, 5, 0), (5, 5, 100), (1, 8, 13), (1, 6, 17), (2, 7, 29), (4, 4, None), (0, 0, None), (199, 200, 100)],
)
def test_shares_are_whole_per_cent_and_of_enough(part: int, whole: int, percent: int | None) -> None:
    assert Share(part, whole).percent == percent


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 1, 1, 9], Middle(4, None, None)),
        ([1, 2, 3, 4, 5], Middle(5, 3, 5)),
        ([5, 4, 3, 2, 1, 6], Middle(6, 3, 6)),
        (list(range(1, 11)), Middle(10, 5, 9)),
        ([0] * 9 + [80], Middle(10, 0, 0)),
        ([0] * 8 + [80, 80], Middle(10, 0, 80)),
    ],
)
def test_the_middle_is_a_value_that_somebody_had(values: list[int], expected: Middle) -> None:
    assert middle(Counter(values)) == expected
    assert FEWEST == 5


def test_the_median_of_units() -> None:
    assert [median([]), median([3]), median([9, 1]), median([9, 1, 4])] == [None, 3, 1, 4]


def test_periods() -> None:
    tuesday = day("Tue 2026-11-17")
    assert week(tuesday) == (day("Mon 2026-11-16"), day("Sun 2026-11-22"))
    assert month(tuesday) == (day("Sun 2026-11-01"), day("Mon 2026-11-30"))
    assert quarter(tuesday) == (day("Thu 2026-10-01"), day("Thu 2026-12-31"))
    assert quarter(day("Sun 2026-02-01")) == (day("Thu 2026-01-01"), day("Tue 2026-03-31"))
    assert months_between(day("Tue 2026-11-17"), day("Fri 2027-01-01")) == [
        date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
    ]  # fmt: skip
    assert trend_months(tuesday)[0] == date(2025, 11, 1) and len(trend_months(tuesday)) == 13
    assert trend_months(tuesday)[-1] == date(2026, 11, 1)
