"""Users and memberships."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import NotAllowed, Refused
from lcweb.domain.people import DEMO_PASSWORD
from lcweb.domain.permissions import UNIT_ROLES, Role, operator
from lcweb.models import Membership, User
from lcweb.services import people
from lcweb.services.people import NewUser
from tests.factories import LONG_AGO, organization, unit, user
from tests.rows import nothing_written, row, rows


def a_user(**fields: Any) -> NewUser:
    values = {"username": "anna", "name": "Anna Lind", "title": "Sjuksköterska", "password": "tolv tecken långt"}
    return NewUser(**(values | fields))


def test_a_user_is_stored_with_a_hashed_password(app: Flask) -> None:
    people.add_user(operator(), a_user(username=" Anna ", name=" Anna Lind "), now=LONG_AGO)
    stored = row(User)
    assert (stored.username, stored.name, stored.licensed) == ("anna", "Anna Lind", False)
    assert stored.password_hash.startswith("$argon2id$")
    assert "tolv tecken" not in repr(stored)


def test_two_users_do_not_differ_by_capitals_alone(app: Flask) -> None:
    people.add_user(operator(), a_user(), now=LONG_AGO)
    with nothing_written(), pytest.raises(Refused) as refused:
        people.add_user(operator(), a_user(username="ANNA"), now=LONG_AGO)
    assert list(refused.value.problems) == ["username"]


def test_a_password_has_twelve_characters_and_is_not_the_demos(app: Flask) -> None:
    for password in ("elva tecken", "", DEMO_PASSWORD):
        with nothing_written(), pytest.raises(Refused) as refused:
            people.add_user(operator(), a_user(password=password), now=LONG_AGO)
        assert list(refused.value.problems) == ["password"]
    people.add_user(operator(), a_user(password=DEMO_PASSWORD), now=LONG_AGO, demo=True)
    assert len(rows(User)) == 1


@pytest.mark.parametrize("role", Role)
def test_a_role_has_its_own_kind_of_place(app: Flask, role: Role) -> None:
    person, somewhere, ours = user(), unit(), organization()
    if role in UNIT_ROLES:
        right = {"unit_id": somewhere}
    elif role is Role.SYSTEM_ADMIN:
        right = {}
    else:
        right = {"organization_id": ours}
    both = {"unit_id": somewhere, "organization_id": ours}
    for wrong in ({}, {"unit_id": somewhere}, {"organization_id": ours}, both):
        if wrong != right:
            with nothing_written(), pytest.raises(Refused) as refused:
                people.add_membership(operator(), person.user_id, role, **wrong, now=LONG_AGO)
            assert list(refused.value.problems) == ["role"]
    membership_id = people.add_membership(operator(), person.user_id, role, **right, now=LONG_AGO)
    stored = row(Membership, id=membership_id)
    assert (stored.role, stored.unit_id, stored.organization_id) == (
        role,
        right.get("unit_id"),
        right.get("organization_id"),
    )


def test_a_membership_of_nobody_or_nowhere_is_refused(app: Flask) -> None:
    person, somewhere = user(), unit()
    for user_id, unit_id in ((987_654, somewhere), (person.user_id, 987_654)):
        with nothing_written(), pytest.raises(Refused):
            people.add_membership(operator(), user_id, Role.NURSE, unit_id=unit_id, now=LONG_AGO)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_only_system_administrators_add_anything(app: Flask, role: Role) -> None:
    ours = organization()
    actor = user(role=role, organization_id=None if role in UNIT_ROLES else ours)
    with nothing_written():
        with pytest.raises(NotAllowed):
            people.add_user(actor, a_user(), now=LONG_AGO)
        with pytest.raises(NotAllowed):
            people.add_membership(actor, actor.user_id, Role.SYSTEM_ADMIN, now=LONG_AGO)
