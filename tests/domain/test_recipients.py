"""S2: which rows of a list are in force."""

from datetime import date

import pytest

from lcweb.domain.recipients import Period, ended_before
from tests.at import day

SUNDAY, MONDAY, TUESDAY = day("Sun 2026-11-15"), day("Mon 2026-11-16"), day("Tue 2026-11-17")


@pytest.mark.parametrize(
    ("first", "last", "covers"),
    [
        (MONDAY, None, True),
        (MONDAY, MONDAY, True),
        (SUNDAY, TUESDAY, True),
        (TUESDAY, None, False),
        (SUNDAY, SUNDAY, False),
    ],
)
def test_a_period_includes_its_first_and_last_day(first: date, last: date | None, covers: bool) -> None:
    assert Period(first, last).covers(MONDAY) is covers


@pytest.mark.parametrize(
    ("periods", "ended"),
    [
        ([], None),
        ([Period(SUNDAY, SUNDAY)], SUNDAY),
        ([Period(SUNDAY, None)], None),
        ([Period(SUNDAY, MONDAY)], None),
        ([Period(SUNDAY, SUNDAY), Period(MONDAY, None)], None),
        ([Period(date(2026, 1, 1), date(2026, 2, 1)), Period(SUNDAY, SUNDAY)], SUNDAY),
        ([Period(SUNDAY, SUNDAY), Period(TUESDAY, None)], SUNDAY),
    ],
)
def test_the_last_day_of_what_no_longer_holds(periods: list[Period], ended: date | None) -> None:
    assert ended_before(periods, MONDAY) == ended
    assert ended_before(iter(periods), MONDAY) == ended
