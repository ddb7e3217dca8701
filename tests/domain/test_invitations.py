"""Who may make a link to choose a password by, and how long it holds."""

import pytest

from lcweb.domain.invitations import VALID_DAYS, expires_at, may_take_over
from lcweb.domain.permissions import Actor, Role
from tests.at import at

OWN, OTHER = 1, 2


def actor(role: Role) -> Actor:
    return Actor(user_id=1, name="Lena Wik", title="", roles=frozenset({role}), unit_id=OWN)


@pytest.mark.parametrize(
    ("role", "places", "may"),
    [
        (Role.SYSTEM_ADMIN, [], True),
        (Role.SYSTEM_ADMIN, [OWN, OTHER, None], True),
        (Role.UNIT_MANAGER, [OWN], True),
        (Role.UNIT_MANAGER, [OWN, OWN], True),
        (Role.UNIT_MANAGER, [OWN, OTHER], False),
        (Role.UNIT_MANAGER, [OWN, None], False),
        (Role.UNIT_MANAGER, [OTHER], False),
        (Role.UNIT_MANAGER, [], False),
        (Role.NURSE, [OWN], False),
        (Role.LIST_ADMIN, [OWN], False),
    ],
)
def test_nobody_takes_over_what_reaches_further_than_they_administer(
    role: Role, places: list[int | None], may: bool
) -> None:
    assert may_take_over(actor(role), places) is may


def test_who_acts_from_no_unit_manages_none() -> None:
    nowhere = Actor(user_id=1, name="", title="", roles=frozenset({Role.UNIT_MANAGER}))
    assert not may_take_over(nowhere, [None])


def test_a_link_holds_for_seven_days_to_the_second() -> None:
    assert VALID_DAYS == 7
    assert expires_at(at("Tue 2026-11-17 10:00")) == at("Tue 2026-11-24 10:00")
