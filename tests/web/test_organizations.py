"""Huvudmän: added, changed and closed."""

import pytest
from flask import Flask

from lcweb.domain.permissions import Role
from lcweb.models import Organization
from tests.clock import Clock
from tests.factories import organization, unit, user
from tests.page import Page
from tests.rows import row
from tests.web.visits import Visitor, writes

ADDRESS = "/admin/organisationer"


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def table(page: Page) -> list[list[str]]:
    """Without the last column, where the link is."""
    return [[cell.text for cell in line.find_all("td")][:-1] for line in page.root.get_one("tbody").find_all("tr")]


def test_one_is_added_changed_and_closed(admin: Visitor) -> None:
    page = admin.get(ADDRESS)
    assert (page.heading, page.root.get_one(class_="empty").text) == (
        "Huvudmän", "Inga huvudmän ännu. Lägg till den första nedan.",
    )  # fmt: skip
    page = admin.press("Lägg till huvudman", name="Hylte kommun", municipality="Hylte", contact="Ingrid Ask, 0345-1")
    assert receipt(page) == "Huvudmannen är tillagd."
    assert table(page) == [["Hylte kommun", "Hylte", "–", "–", "0"]]
    page = admin.get(page.root.get_one("a", aria_label="Ändra: Hylte kommun")["href"])
    assert page.value("contact") == "Ingrid Ask, 0345-1"
    page = admin.press("Spara", notify_email="vard@hylte.example", hsa_id="se2321000115-1a2b")
    assert (receipt(page), table(page)[0][2:4]) == (
        "Uppgifterna är sparade.",
        ["SE2321000115-1A2B", "vard@hylte.example"],
    )
    page = admin.get(f"{ADDRESS}?huvudman=1")
    assert "E-post: vard@hylte.example" in page.root.get_one("details", class_="history").text
    page = admin.press("Stäng huvudmannen")
    assert receipt(page) == "Hylte kommun är stängd."
    page = admin.get(f"{ADDRESS}?huvudman=1")
    assert "Stängdes i dag 10.00." in page.text and page.root.find(id="name") is None


def test_one_with_open_units_is_not_closed(admin: Visitor) -> None:
    with admin.context():
        ours = organization("Halmstads kommun")
        unit(organization_id=ours)
    admin.get(f"{ADDRESS}?huvudman={ours}")
    with writes(admin.app) as changed:
        page = admin.press("Stäng huvudmannen", contact="Halvskrivet")
    assert (page.status, changed, page.value("contact")) == (400, set(), "Halvskrivet")
    sentence = "Halmstads kommun har en öppen enhet. Stäng dem eller flytta dem till en annan huvudman först."
    assert sentence in page.root.get_one(id="error-summary").text


def test_what_is_wrong_is_said_at_its_field(admin: Visitor) -> None:
    with admin.context():
        organization("Region Halland")
    admin.get(ADDRESS)
    wrong = {"name": "Region Halland", "hsa_id": "1\0", "municipality": "Göteborg", "notify_email": "x",
             "contact": "Om 20000101-2384"}  # fmt: skip
    with writes(admin.app) as changed:
        page = admin.press("Lägg till huvudman", **wrong)
    assert (page.status, changed) == (400, set())
    assert {link["href"] for link in page.root.get_one(id="error-summary").find_all("a")} == {
        f"#{name}" for name in wrong
    }
    for name in ("", "a\0", "x" * 200):
        assert admin.post(ADDRESS, name=name).status == 400


def test_l4_whether_a_patient_s_extract_names_staff_is_said_and_kept(admin: Visitor) -> None:
    with admin.context():
        ours = organization("Region Halland")
    page = admin.get(f"{ADDRESS}?huvudman={ours}")
    assert page.value("names_in_extract") == ""
    admin.press("Spara", names_in_extract="ja")
    with admin.context():
        assert row(Organization).names_in_extract is True
    page = admin.get(f"{ADDRESS}?huvudman={ours}")
    assert page.value("names_in_extract") == "ja"
    assert "Namn i loggutdrag: nej ja" in page.text
    fields = {name: value for name, value in page.values().items() if name != "names_in_extract"}
    admin.post(f"{ADDRESS}/andra", **fields)
    with admin.context():
        assert row(Organization).names_in_extract is False


def test_who_comes_second_is_told_what_has_changed(admin: Visitor, bare_app: Flask) -> None:
    with bare_app.app_context():
        ours, other = organization("Hylte kommun"), Visitor(bare_app, user("Bo Min", role=Role.SYSTEM_ADMIN))
    for visitor in (admin, other):
        visitor.get(f"{ADDRESS}?huvudman={ours}")
    admin.press("Spara", contact="Ingrid Ask")
    with writes(bare_app) as changed:
        page = other.press("Spara", contact="Nisse Alm")
        assert other.post(f"{ADDRESS}/stang", organization=str(ours), seen="0").status == 409
    assert (page.status, changed, page.value("contact")) == (409, set(), "Nisse Alm")
    assert page.root.get_one(id="meanwhile").text.endswith("Kontakt: Ingrid Ask (Ada Min, i dag 10.00)")
    other.page = page
    assert other.press("Spara").status == 200
    with bare_app.app_context():
        assert row(Organization).contact == "Nisse Alm"


@pytest.mark.parametrize("number", [None, "", "x", "0", "987654", "99999999999", "1\0"])
def test_a_made_up_one_is_404(admin: Visitor, number: str | None) -> None:
    for where in ("andra", "stang"):
        assert admin.post(f"{ADDRESS}/{where}", organization=number, name="Ny").status == 404
    assert admin.get(f"{ADDRESS}?huvudman={987_654}").status == 404
