"""Organizations, units, users, memberships."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import NotAllowed, NotFound, Refused
from lcweb.domain.people import DEMO_PASSWORD, MUNICIPALITIES, UnitKind
from lcweb.domain.permissions import UNIT_ROLES, Role, operator
from lcweb.models import InboxVersion, Membership, Organization, Unit, User
from lcweb.services import people
from lcweb.services.people import NewUnit, NewUser
from tests.factories import LONG_AGO, organization, unit, user
from tests.rows import nothing_written, row, rows


def a_unit(organization_id: int, **fields: Any) -> NewUnit:
    values: dict[str, Any] = {
        "organization_id": organization_id,
        "name": "Vårdcentralen Kolla",
        "kind": UnitKind.PRIMARY_CARE,
        "municipality": "Kungsbacka",
        "phone": "0300-1",
        "acute_phone": "0300-2",
    }
    return NewUnit(**(values | fields))


def a_user(**fields: Any) -> NewUser:
    values = {"username": "anna", "name": "Anna Lind", "title": "Sjuksköterska", "password": "tolv tecken långt"}
    return NewUser(**(values | fields))


def test_a_unit_begins_with_office_hours_an_inbox_version_and_silent_receptionists(app: Flask) -> None:
    """T3."""
    unit_id = people.add_unit(operator(), a_unit(organization()), now=LONG_AGO)
    stored = row(Unit)
    assert (stored.id, stored.kind, stored.municipality) == (unit_id, "primary_care", "Kungsbacka")
    assert (f"{stored.opens:%H:%M}", f"{stored.closes:%H:%M}") == ("08:00", "16:30")
    assert (stored.receptionists_may_write, stored.created_at) == (False, LONG_AGO)
    assert (row(InboxVersion).unit_id, row(InboxVersion).version) == (unit_id, 1)


@pytest.mark.parametrize("fields", [{}, {"name": "En annan", "hsa_id": "TSTNMT2321000115-A"}], ids=["name", "hsa-id"])
def test_a_units_name_and_hsa_id_are_its_own(app: Flask, fields: dict[str, str]) -> None:
    people.add_unit(operator(), a_unit(organization(), hsa_id="TSTNMT2321000115-A"), now=LONG_AGO)
    other = organization()
    with nothing_written(), pytest.raises(Refused) as refused:
        people.add_unit(operator(), a_unit(other, **fields), now=LONG_AGO)
    assert list(refused.value.problems) == ["name"]


def test_a_unit_lies_in_halland_and_belongs_to_somebody(app: Flask) -> None:
    ours = organization()
    with nothing_written(), pytest.raises(Refused) as refused:
        people.add_unit(operator(), a_unit(ours, municipality="Göteborg"), now=LONG_AGO)
    assert list(refused.value.problems) == ["municipality"]
    with nothing_written(), pytest.raises(Refused):
        people.add_unit(operator(), a_unit(987_654), now=LONG_AGO)
    for municipality in MUNICIPALITIES:
        people.add_unit(operator(), a_unit(ours, name=municipality, municipality=municipality), now=LONG_AGO)
    assert len(rows(Unit)) == 6


def test_an_organizations_name_is_its_own(app: Flask) -> None:
    people.add_organization(operator(), name="Region Halland")
    with nothing_written(), pytest.raises(Refused) as refused:
        people.add_organization(operator(), name="Region Halland")
    assert refused.value.problems == {"name": "Huvudmannen Region Halland finns redan."}
    assert row(Organization).name == "Region Halland"


def test_an_organizations_contact_is_added_changed_and_taken_away(app: Flask) -> None:
    ours = organization("Region Halland", contact=" Ingrid Ask\r\n08-465 004 01 ")
    assert row(Organization).contact == "Ingrid Ask\n08-465 004 01"
    people.change_contact(operator(), ours, "Nisse Alm")
    assert row(Organization).contact == "Nisse Alm"
    people.change_contact(operator(), ours, "")
    assert row(Organization).contact == ""


@pytest.mark.parametrize("contact", ["N" * 501, "Nisse\0", "data:image/png;base64,AAAA"])
def test_a_contact_is_a_short_plain_text(app: Flask, contact: str) -> None:
    ours = organization()
    with nothing_written():
        with pytest.raises(Refused) as refused:
            people.change_contact(operator(), ours, contact)
        assert list(refused.value.problems) == ["contact"]
        with pytest.raises(Refused):
            people.add_organization(operator(), name="Ny", contact=contact)
        with pytest.raises(NotFound):
            people.change_contact(operator(), 987_654, "Nisse")


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
                people.add_membership(operator(), person.user_id, role, **wrong)
            assert list(refused.value.problems) == ["role"]
    membership_id = people.add_membership(operator(), person.user_id, role, **right)
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
            people.add_membership(operator(), user_id, Role.NURSE, unit_id=unit_id)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_only_system_administrators_add_anything(app: Flask, role: Role) -> None:
    ours = organization()
    actor = user(role=role, organization_id=None if role in UNIT_ROLES else ours)
    with nothing_written():
        with pytest.raises(NotAllowed):
            people.add_organization(actor, name="Ny")
        with pytest.raises(NotAllowed):
            people.change_contact(actor, ours, "Nisse")
        with pytest.raises(NotAllowed):
            people.add_unit(actor, a_unit(ours), now=LONG_AGO)
        with pytest.raises(NotAllowed):
            people.add_user(actor, a_user(), now=LONG_AGO)
        with pytest.raises(NotAllowed):
            people.add_membership(actor, actor.user_id, Role.SYSTEM_ADMIN)


def test_names_are_looked_up_exactly(app: Flask) -> None:
    ours = organization("Region Halland")
    here = unit("Vårdcentralen Kolla", organization_id=ours)
    assert people.unit_id_by_name("Vårdcentralen Kolla") == here
    assert people.organization_id_by_name("Region Halland") == ours
    with pytest.raises(Refused):
        people.unit_id_by_name("Vårdcentralen")
    with pytest.raises(Refused):
        people.organization_id_by_name("region halland")
