"""Organizations and units."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import NotAllowed, NotFound, Refused
from lcweb.domain.people import MUNICIPALITIES, UnitKind
from lcweb.domain.permissions import UNIT_ROLES, Role, operator
from lcweb.domain.units import NewOrganization, NewUnit
from lcweb.models import InboxVersion, Organization, Unit
from lcweb.services import units
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


def test_a_unit_begins_with_office_hours_an_inbox_version_and_silent_receptionists(app: Flask) -> None:
    """T3."""
    unit_id = units.add_unit(operator(), a_unit(organization()), now=LONG_AGO)
    stored = row(Unit)
    assert (stored.id, stored.kind, stored.municipality) == (unit_id, "primary_care", "Kungsbacka")
    assert (f"{stored.opens:%H:%M}", f"{stored.closes:%H:%M}") == ("08:00", "16:30")
    assert (stored.receptionists_may_write, stored.created_at) == (False, LONG_AGO)
    assert (row(InboxVersion).unit_id, row(InboxVersion).version) == (unit_id, 1)


@pytest.mark.parametrize("fields", [{}, {"name": "En annan", "hsa_id": "TSTNMT2321000115-A"}], ids=["name", "hsa-id"])
def test_a_units_name_and_hsa_id_are_its_own(app: Flask, fields: dict[str, str]) -> None:
    units.add_unit(operator(), a_unit(organization(), hsa_id="TSTNMT2321000115-A"), now=LONG_AGO)
    other = organization()
    with nothing_written(), pytest.raises(Refused) as refused:
        units.add_unit(operator(), a_unit(other, **fields), now=LONG_AGO)
    assert list(refused.value.problems) == (["hsa_id"] if fields else ["name"])


def test_a_unit_lies_in_halland_and_belongs_to_somebody(app: Flask) -> None:
    ours = organization()
    with nothing_written(), pytest.raises(Refused) as refused:
        units.add_unit(operator(), a_unit(ours, municipality="Göteborg"), now=LONG_AGO)
    assert list(refused.value.problems) == ["municipality"]
    with nothing_written(), pytest.raises(Refused):
        units.add_unit(operator(), a_unit(987_654), now=LONG_AGO)
    for municipality in MUNICIPALITIES:
        units.add_unit(operator(), a_unit(ours, name=municipality, municipality=municipality), now=LONG_AGO)
    assert len(rows(Unit)) == 6


def test_an_organizations_name_is_its_own(app: Flask) -> None:
    units.add_organization(operator(), NewOrganization(name="Region Halland"), now=LONG_AGO)
    with nothing_written(), pytest.raises(Refused) as refused:
        units.add_organization(operator(), NewOrganization(name="Region Halland"), now=LONG_AGO)
    assert refused.value.problems == {"name": "Region Halland finns redan. Välj ett annat namn."}
    assert row(Organization).name == "Region Halland"


def test_an_organizations_contact_is_added_changed_and_taken_away(app: Flask) -> None:
    ours = organization("Region Halland", contact=" Ingrid Ask\r\n08-465 004 01 ")
    assert row(Organization).contact == "Ingrid Ask\n08-465 004 01"
    units.change_contact(operator(), ours, "Nisse Alm", now=LONG_AGO)
    assert row(Organization).contact == "Nisse Alm"
    units.change_contact(operator(), ours, "", now=LONG_AGO)
    assert row(Organization).contact == ""


@pytest.mark.parametrize("contact", ["N" * 501, "Nisse\0", "data:image/png;base64,AAAA"])
def test_a_contact_is_a_short_plain_text(app: Flask, contact: str) -> None:
    ours = organization()
    with nothing_written():
        with pytest.raises(Refused) as refused:
            units.change_contact(operator(), ours, contact, now=LONG_AGO)
        assert list(refused.value.problems) == ["contact"]
        with pytest.raises(Refused):
            units.add_organization(operator(), NewOrganization(name="Ny", contact=contact), now=LONG_AGO)
        with pytest.raises(NotFound):
            units.change_contact(operator(), 987_654, "Nisse", now=LONG_AGO)


def test_names_are_looked_up_exactly(app: Flask) -> None:
    ours = organization("Region Halland")
    here = unit("Vårdcentralen Kolla", organization_id=ours)
    assert units.unit_id_by_name("Vårdcentralen Kolla") == here
    assert units.organization_id_by_name("Region Halland") == ours
    with pytest.raises(Refused):
        units.unit_id_by_name("Vårdcentralen")
    with pytest.raises(Refused):
        units.organization_id_by_name("region halland")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_only_system_administrators_add_anything(app: Flask, role: Role) -> None:
    ours = organization()
    actor = user(role=role, organization_id=None if role in UNIT_ROLES else ours)
    with nothing_written():
        with pytest.raises(NotAllowed):
            units.add_organization(actor, NewOrganization(name="Ny"), now=LONG_AGO)
        with pytest.raises(NotAllowed):
            units.change_contact(actor, ours, "Nisse", now=LONG_AGO)
        with pytest.raises(NotAllowed):
            units.add_unit(actor, a_unit(ours), now=LONG_AGO)
