"""The table of who may, cell by cell."""

from typing import Any

import pytest

from lcweb.domain.errors import NotAllowed, NotFound
from lcweb.domain.permissions import IN_UNIT, MAY, UNIT_ROLES, Act, Actor, Role, operator, short_name

ROLES = (
    Role.NURSE,
    Role.RECEPTIONIST,
    Role.UNIT_MANAGER,
    Role.LIST_ADMIN,
    Role.SYSTEM_ADMIN,
    Role.LOG_REVIEWER,
)
#: In the order of ROLES; for a receptionist the unit allows nothing, a unit manager is not licensed.
TABLE = {
    Act.SEE_THREADS: "xxx...",
    Act.HANDLE: "xxx...",
    Act.WRITE: "x.....",
    Act.NOTE: "xxx...",
    Act.RETRACT: "x.x...",
    Act.OPEN_PROTECTED: "..x...",
    Act.SUGGEST: "xxxxxx",
    Act.EDIT_LIST: "...xx.",
    Act.EDIT_CALENDAR: "....x.",
    Act.EDIT_PEOPLE: "....x.",
    Act.EDIT_UNIT: "..x.x.",
    Act.SEE_UNIT_READINGS: "..x.x.",
    Act.SEE_OUTBOX: "....x.",
    Act.EDIT_SETTINGS: "....x.",
    Act.EDIT_PHRASES: "..x.x.",
    Act.SEE_LOG: ".....x",
    Act.SEE_FOLLOW_UP: "xxxxx.",
}


def person(*roles: Role, **fields: Any) -> Actor:
    return Actor(user_id=1, name="Anna Lind", title="Sjuksköterska", roles=frozenset(roles), **fields)


def test_every_act_has_a_line() -> None:
    assert TABLE.keys() == MAY.keys() == set(Act)


@pytest.mark.parametrize("act", TABLE)
def test_each_cell_of_the_table(act: Act) -> None:
    assert "".join("x" if person(role).may(act) else "." for role in ROLES) == TABLE[act]


@pytest.mark.parametrize("act", Act)
def test_nobody_without_a_role_may_anything(act: Act) -> None:
    with pytest.raises(NotAllowed):
        person().require(act)


def test_a_receptionist_writes_where_the_unit_allows_it() -> None:
    assert person(Role.RECEPTIONIST, receptionists_may_write=True).may(Act.WRITE)
    assert not person(Role.LIST_ADMIN, receptionists_may_write=True).may(Act.WRITE)


def test_a_unit_manager_writes_if_licensed() -> None:
    assert person(Role.UNIT_MANAGER, licensed=True).may(Act.WRITE)
    assert not person(Role.RECEPTIONIST, licensed=True).may(Act.WRITE)


def test_two_roles_add_up() -> None:
    both = person(Role.NURSE, Role.UNIT_MANAGER)
    assert both.may(Act.WRITE) and both.may(Act.OPEN_PROTECTED)
    both.require(Act.WRITE)


def test_acts_in_a_unit_belong_to_the_roles_of_a_unit() -> None:
    assert all(MAY[act] <= UNIT_ROLES for act in IN_UNIT)
    # A unit manager's in the own unit, the system administrator's everywhere; and what every reader may.
    of_both = {Act.EDIT_PHRASES, Act.EDIT_UNIT, Act.SEE_FOLLOW_UP, Act.SEE_UNIT_READINGS, Act.SUGGEST}
    assert not any(MAY[act] & UNIT_ROLES for act in set(Act) - IN_UNIT - of_both)


def test_a_person_without_a_unit_finds_nothing() -> None:
    assert person(Role.NURSE, unit_id=7).require_unit() == 7
    with pytest.raises(NotFound):
        person(Role.NURSE).require_unit()


def test_the_operator_is_a_system_administrator_without_a_unit() -> None:
    assert operator().may(Act.EDIT_PEOPLE)
    assert not operator().may(Act.SEE_THREADS)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Karin Berg", "Karin B."),
        ("Karin Maria von Berg", "Karin B."),
        ("Karin", "Karin"),
        ("  Åsa  Öberg ", "Åsa Ö."),
        ("", ""),
    ],
)
def test_how_colleagues_are_named_in_lists(name: str, short: str) -> None:
    assert short_name(name) == short
