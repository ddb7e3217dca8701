"""How long a person waits after wrong passwords, and what is kept of a token."""

from datetime import timedelta

import pytest

from lcweb.domain import people
from lcweb.domain.passwords import MIN_PASSWORD
from lcweb.domain.people import DEMO_PASSWORD, LONGEST_WAIT, MUNICIPALITIES, network_of, token_hash, wait_after
from tests.at import at, day


def seconds(failures: int) -> float:
    return wait_after(failures, free=4).total_seconds()


@pytest.mark.parametrize("failures", range(5))
def test_the_first_failures_are_free(failures: int) -> None:
    assert seconds(failures) == 0


def test_then_each_wait_doubles_up_to_ten_minutes() -> None:
    assert [seconds(failures) for failures in range(5, 13)] == [5, 10, 20, 40, 80, 160, 320, 600]


@pytest.mark.parametrize("failures", [13, 100, 10**9])
def test_nobody_is_locked_out_for_good(failures: int) -> None:
    assert wait_after(failures, free=4) == LONGEST_WAIT == timedelta(minutes=10)


def test_the_six_municipalities_of_halland() -> None:
    assert MUNICIPALITIES == ("Halmstad", "Hylte", "Laholm", "Falkenberg", "Varberg", "Kungsbacka")


def test_the_demo_password_would_be_long_enough() -> None:
    """So it is refused for being known, not for its length."""
    assert len(DEMO_PASSWORD) >= MIN_PASSWORD


def test_a_tokens_hash_does_not_give_the_token_away() -> None:
    assert token_hash("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
    assert token_hash("a") != token_hash("b")


@pytest.mark.parametrize("number", ["", "035-13 00 00", "+46 35 13 00 00", "0300/123", "(035) 130000", "035-1 ankn 22"])
def test_these_are_telephone_numbers(number: str) -> None:
    assert people.phone_problem(number) is None


@pytest.mark.parametrize("number", ["12", "ring Karin", "035-13 00 00\n1", "0" * 31, "٠٣٥١٣", "-- --", "\0"])
def test_these_are_none(number: str) -> None:
    assert people.phone_problem(number)


@pytest.mark.parametrize("address", ["", " inkorg@vard.example ", "a.b+c@d.e-f.example"])
def test_these_are_addresses(address: str) -> None:
    assert people.email_problem(address) is None


@pytest.mark.parametrize(
    "address",
    ["enhet", "a@b", "a@b@c.se", "a@b.se, c@d.se", "å@b.se", "a b@c.se", "a@b.se\r\nBcc: c@d.se", "<a@b.se>", "@b.se"],
)
def test_these_are_no_addresses(address: str) -> None:
    assert people.email_problem(address)


@pytest.mark.parametrize(
    ("last_day", "moment"),
    [
        ("Mon 2026-11-30", "Tue 2026-12-01 00:00"),
        ("Sat 2026-10-24", "Sun 2026-10-25 00:00"),  # the night when clocks go back
        ("Sat 2026-03-28", "Sun 2026-03-29 00:00"),
        ("Thu 2026-12-31", "Fri 2027-01-01 00:00"),
    ],
)
def test_the_last_day_is_there_to_its_end_in_stockholm(last_day: str, moment: str) -> None:
    assert people.end_of(day(last_day)) == at(moment)
    assert people.last_day_of(at(moment)) == day(last_day)


@pytest.mark.parametrize(
    ("last_day", "sound"),
    [
        (None, False), ("Mon 2026-11-02", False), ("Tue 2026-11-03", True), ("Mon 2026-11-16", True),
        ("Sun 2036-11-16", True), ("Mon 2036-11-17", True), ("Tue 2036-11-18", False), ("Fri 9999-12-31", False),
    ],
)  # fmt: skip
def test_a_last_day_lies_between_the_first_and_ten_years_from_now(last_day: str | None, sound: bool) -> None:
    chosen = day(last_day) if last_day else None
    problem = people.last_day_problem(chosen, added_on=day("Tue 2026-11-03"), today=day("Tue 2026-11-17"))
    assert (problem is None) is sound


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix", "unix"),
    ],
)
def test_one_computer_s_many_addresses_count_as_one(address: str, network: str) -> None:
    assert network_of(address) == network
