"""The page about medarbetaruppdrag."""

import pytest
from flask import Flask

from lcweb.domain.permissions import Role
from tests.clock import Clock
from tests.factories import unit, user
from tests.web.visits import Visitor, writes

ADDRESS, HSA_ID = "/admin/uppdrag", "TSTNMT2321000115-UPPDRAG1"


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        unit("Vårdcentralen Kolla")
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def test_one_is_added_and_ended(admin: Visitor) -> None:
    page = admin.get(ADDRESS)
    assert (page.heading, page.root.get_one(class_="empty").text) == (
        "Medarbetaruppdrag", "Inga uppdrag ännu. Alla väljer själva bland sina enheter.",
    )  # fmt: skip
    page = admin.press("Lägg till uppdrag", hsa_id=HSA_ID.lower(), unit="1")
    assert page.root.get_one(class_="ds-alert", data_color="success").text == "Uppdraget är tillagt."
    cells = [cell.text for cell in page.root.get_one(id="commissions").find_all("td")]
    assert cells[:3] == [HSA_ID, "Vårdcentralen Kolla", "i dag 10.00"]
    page = admin.press("Avsluta")
    assert page.root.get_one(class_="ds-alert", data_color="success").text == f"Uppdraget {HSA_ID} är avslutat."
    told = page.root.get_one("details", class_="history").text
    assert f"Ada Min avslutade {HSA_ID}" in told and f"Ada Min lade till {HSA_ID} för Vårdcentralen Kolla" in told


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"hsa_id": "", "unit": "1"}, "Skriv uppdragets HSA-id, till exempel SE2321000115-1A2B."),
        ({"hsa_id": "1\0", "unit": "1"}, "HSA-id skrivs som SE2321000115-1A2B"),
        ({"hsa_id": HSA_ID, "unit": ""}, "Välj vilken enhet uppdraget hör till."),
        ({"hsa_id": HSA_ID, "unit": "99999999999999"}, "Välj vilken enhet uppdraget hör till."),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_at_its_field_and_comes_back(
    admin: Visitor, fields: dict[str, str], problem: str
) -> None:
    admin.get(ADDRESS)
    with writes(admin.app) as changed:
        page = admin.post(ADDRESS, **fields)
    assert (page.status, changed, page.value("hsa_id")) == (
        400,
        set(),
        fields["hsa_id"].replace("\0", page.value("hsa_id")[1:]),
    )
    assert problem in page.root.get_one(id="error-summary").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ending_what_has_ended_says_so(admin: Visitor) -> None:
    admin.get(ADDRESS)
    admin.press("Lägg till uppdrag", hsa_id=HSA_ID, unit="1")
    address, fields = admin.filled_in("Avsluta")
    admin.post(address, **fields)
    page = admin.post(address, **fields)
    assert (page.status, f"Uppdraget {HSA_ID} är redan avslutat." in page.text) == (409, True)
    assert [admin.post(f"{ADDRESS}/avsluta", commission=number).status for number in ("999", "x", None)] == [404] * 3
