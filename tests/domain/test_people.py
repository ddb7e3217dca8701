"""How long a person waits after wrong passwords, and what is kept of a token."""

from datetime import timedelta

import pytest

from lcweb.domain.people import DEMO_PASSWORD, LONGEST_WAIT, MIN_PASSWORD, MUNICIPALITIES, token_hash, wait_after


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
