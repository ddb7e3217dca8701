"""Time steps and codes (RFC 6238), and who must have a second factor."""

from datetime import UTC, datetime, timedelta

import pytest

from lcweb.domain import second_factor as rules
from lcweb.domain.second_factor import Policy, SignInWay, must_set_up
from tests.at import at

NOW = at("Tue 2026-11-17 10:00")


@pytest.mark.parametrize(("seconds", "step"), [(59, 1), (1111111109, 37037036), (20000000000, 666666666)])
def test_steps_are_counted_as_in_the_standard(seconds: int, step: int) -> None:
    """The test vectors of RFC 6238, appendix B."""
    assert rules.step_of(datetime.fromtimestamp(seconds, UTC)) == step


def test_the_neighbouring_steps_are_heard_and_none_twice() -> None:
    present = rules.step_of(NOW)
    assert rules.steps_heard(NOW, after=0) == [present - 1, present, present + 1]
    assert rules.steps_heard(NOW, after=present) == [present + 1]
    assert rules.steps_heard(NOW, after=present + 1) == []
    assert rules.steps_heard(NOW + timedelta(seconds=30), after=present + 1) == [present + 2]


@pytest.mark.parametrize(
    ("typed", "app", "recovery"),
    [
        ("123456", True, False),
        (" 123 456 ", True, False),
        ("12345", False, False),
        ("1234567", False, False),
        ("١٢٣٤٥٦", False, False),
        ("abcde fghjk", False, True),
        ("ABCDE-FGHJK", False, True),
        ("abcdefghij", False, False),  # an i is never in one
        ("abcdefghj", False, False),
        ("", False, False),
        ("x" * 100_000, False, False),
    ],
)
def test_what_is_typed_is_one_kind_of_code_or_none(typed: str, app: bool, recovery: bool) -> None:
    code = rules.typed(typed)
    assert (rules.is_from_app(code), rules.is_recovery_code(code)) == (app, recovery)


def test_codes_are_shown_in_groups() -> None:
    assert rules.in_groups("abcdefghjk", 5) == "abcde fghjk"


@pytest.mark.parametrize(
    ("policy", "how", "must"),
    [
        (Policy.REQUIRED, SignInWay.PASSWORD, True),
        (Policy.REQUIRED, SignInWay.PASSWORD_AND_CODE, False),
        (Policy.REQUIRED, "sithsid", False),  # an identity provider answers for itself
        (Policy.OFFERED, SignInWay.PASSWORD, False),
        (Policy.OFF, SignInWay.PASSWORD, False),
    ],
)
def test_who_must_set_one_up(policy: Policy, how: str, must: bool) -> None:
    assert must_set_up(policy, how) is must
