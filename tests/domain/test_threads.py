"""B1, B5."""

import pytest

from lcweb.domain.threads import WaitingOn, may_close, waiting_on


def test_b1_whose_turn_it_is() -> None:
    assert waiting_on(unit_id=1, duty_unit_id=1) is WaitingOn.US
    assert waiting_on(unit_id=1, duty_unit_id=2) is WaitingOn.THEM
    assert waiting_on(unit_id=1, duty_unit_id=None) is WaitingOn.NOBODY


@pytest.mark.parametrize(
    ("is_sender", "has_open_duty", "may"),
    [(True, True, True), (True, False, True), (False, True, False), (False, False, True)],
)
def test_b5_who_may_close(is_sender: bool, has_open_duty: bool, may: bool) -> None:
    assert may_close(is_sender=is_sender, has_open_duty=has_open_duty) is may
