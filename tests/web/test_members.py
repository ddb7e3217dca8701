"""Vilka ser inkorgen: a manager's page of the own unit, and what a manager cannot do there."""

import pytest
from flask import Flask

from lcweb.domain.permissions import Role, operator
from lcweb.models import Membership, User
from lcweb.services import people, settings
from tests.at import day
from tests.clock import Clock
from tests.factories import colleague, unit, user
from tests.page import Page
from tests.rows import row, rows
from tests.web.visits import Visitor, writes


@pytest.fixture
def lena(bare_app: Flask, karin: Visitor) -> Visitor:
    """Karin's manager, not licensed."""
    with bare_app.app_context():
        return Visitor(bare_app, colleague(karin.actor, "Lena Wik", role=Role.UNIT_MANAGER, username="lena"))


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def address(visitor: Visitor) -> str:
    return f"/admin/enheter/{visitor.unit_id}/medlemmar"


def members(page: Page, id: str = "members") -> dict[str, list[str]]:
    """Name → the cells of the row that begins with it, without the buttons."""
    found = page.root.find(id=id)
    lines = [[cell.text for cell in tr.find_all("td")] for tr in found.get_one("tbody").find_all("tr")] if found else []
    return {" ".join(cells[0].split()[:2]): cells[1:4] for cells in lines}


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def test_everybody_who_sees_the_inbox_stands_on_one_page(lena: Visitor, karin: Visitor, clock: Clock) -> None:
    with lena.context():
        colleague(karin.actor, "Rut Falk", role=Role.RECEPTIONIST)
        people.add_membership(operator(), karin.actor.user_id, Role.UNIT_MANAGER, unit_id=karin.unit_id, now=clock.now)
        gone = colleague(karin.actor, "Bo Ek")
        people.end_person_now(operator(), gone.user_id, now=clock.now)
        user("Cecilia Dahl")
    page = lena.get(address(lena))
    assert (page.status, page.heading) == (200, "Vilka ser inkorgen, Hemsjukvård Norr")
    assert members(page) == {
        "Karin Berg": [
            "Legitimerad personal, tis 7 jan 2025 av Driften Enhetsansvarig, tis 17 nov av Driften",
            "Ja",
            "I dag 10.00",
        ],
        "Lena Wik": ["Enhetsansvarig, tis 7 jan 2025 av Driften", "Nej", "I dag 10.00"],
        "Rut Falk": [
            "Receptionist, tis 7 jan 2025 av Driften", "Nej", "Har inte loggat in",
        ],
    }  # fmt: skip
    assert members(page, "former") == {"Bo Ek": ["Legitimerad personal", "tis 7 jan 2025", "i dag 10.00"]}
    assert "Systemadministratörer, listadministratörer och loggranskare ser inte inkorgen" in page.text
    assert "Cecilia" not in page.text


def test_a_receptionist_writes_from_the_day_that_the_setting_says(lena: Visitor, clock: Clock) -> None:
    tomorrow = day("Wed 2026-11-18")
    with lena.context():
        colleague(lena.actor, "Rut Falk", role=Role.RECEPTIONIST)
        settings.change_receptionists(operator(), lena.unit_id, True, tomorrow, seen=0, now=clock.now)
    assert members(lena.get(address(lena)))["Rut Falk"][1] == "Nej"
    clock.forward(days=1)
    again = Visitor(lena.app, lena.actor)
    assert members(again.get(address(again)))["Rut Falk"][1] == "Ja"


def test_a_manager_invites_a_new_colleague_who_then_stands_there(lena: Visitor) -> None:
    lena.get(address(lena))
    page = lena.press("Bjud in och gör en länk", username="nils", name="Nils Ny", title="Läkare", role="nurse")
    assert (page.status, page.heading) == (200, "Länk till Nils Ny")
    page = lena.get(page.links()["Jag har kopierat länken"])
    assert members(page)["Nils Ny"] == [
        "Legitimerad personal, tis 17 nov av Lena Wik", "Ja", "Inbjuden, länken gäller till tis 24 nov 10.00",
    ]  # fmt: skip
    page = lena.press("Ny länk")
    assert page.heading.startswith("Länk till ")


def test_a_manager_adds_and_ends_a_colleague_and_it_holds_at_once(lena: Visitor, anna: Visitor) -> None:
    lena.get(address(lena))
    page = lena.press("Lägg till", who="anna", who_role="receptionist")
    assert receipt(page) == "Anna Lind är tillagd och ser enhetens inkorg från och med nu."
    anna.get("/valj-enhet")
    page = anna.post("/valj-enhet", unit=str(lena.unit_id))
    assert page.heading == "Inkorg"
    with lena.context():
        role = row(Membership, user_id=anna.actor.user_id, role=Role.RECEPTIONIST).id
    page = lena.post(f"{address(lena)}/avsluta", membership=str(role))
    assert receipt(page) == "Rollen är avslutad. Det gäller redan nu."
    assert members(page, "former")["Anna Lind"][2] == "i dag 10.00 av Lena Wik"
    assert anna.poll("/poll/inkorg").status == 401
    assert anna.get("/inkorg").heading == "Logga in"
    assert anna.sign_in("anna").heading == "Inkorg"  # in the other unit


CANNOT_BE_ADDED = (
    ("", "nurse", "who"),
    ("ingen", "nurse", "who"),
    ("anna", "", "who_role"),
    ("anna", "system_admin", "who_role"),
    ("anna", "list_admin", "who_role"),
    ("lena", "nurse", "who"),
)


def test_what_a_manager_cannot_add_is_said_at_its_field(lena: Visitor, anna: Visitor) -> None:
    lena.get(address(lena))
    with writes(lena.app) as changed:
        for who, role, field in CANNOT_BE_ADDED:
            page = lena.post(address(lena), who=who, who_role=role)
            assert (page.status, page.value("who")) == (400, who)
            assert page.root.get_one(id=f"{field}-problem").text
    assert changed == set()


def test_another_unit_is_404_whatever_is_asked_of_it(lena: Visitor, anna: Visitor) -> None:
    theirs, person = address(anna), anna.actor.user_id
    with lena.context():
        role = str(row(Membership, user_id=person).id)
    new = {"username": "nils", "name": "Nils Ny", "title": "Läkare", "role": "nurse", "seen": "1"}
    lena.get(address(lena))
    with writes(lena.app) as changed:
        got = [lena.get(where).status for where in (theirs, f"{theirs}/{person}", f"{address(lena)}/{person}")]
        lena.get(address(lena))
        got += [
            lena.post(where, **fields).status
            for where, fields in (
                (theirs, {"who": "karin", "who_role": "nurse"}), (f"{theirs}/bjud-in", new),
                (f"{theirs}/{person}", new),
                (f"{theirs}/avsluta", {"membership": role}), (f"{address(lena)}/avsluta", {"membership": role}),
                (f"{theirs}/{person}/inbjudan", {}), (f"{address(lena)}/{person}/inbjudan", {}),
                (f"{address(lena)}/{person}", new), (f"/admin/anvandare/{person}/inbjudan", {}),
            )
        ]  # fmt: skip
    assert (got, changed) == ([404] * 12, set())


@pytest.mark.parametrize("role", [Role.NURSE, Role.SYSTEM_ADMIN])
def test_an_account_that_reaches_further_is_not_the_managers_to_reset_or_change(
    lena: Visitor, karin: Visitor, clock: Clock, role: Role
) -> None:
    with lena.context():
        place = unit() if role is Role.NURSE else None
        people.add_membership(operator(), karin.actor.user_id, role, unit_id=place, now=clock.now)
    page = lena.get(address(lena))
    assert "Har roller på andra ställen. Systemadministratören ändrar uppgifter och lösenord." in page.text
    assert page.root.find("a", aria_label="Ändra: Karin Berg") is None
    with writes(lena.app) as changed:
        page = lena.post(f"{address(lena)}/{karin.actor.user_id}/inbjudan")
        assert (page.status, "Karin Berg har roller även på andra ställen." in page.text) == (400, True)
        assert lena.get(f"{address(lena)}/{karin.actor.user_id}").status == 404
    assert changed == set()


def test_a_colleague_is_changed_unless_somebody_was_first(lena: Visitor, karin: Visitor, admin: Visitor) -> None:
    person = f"{address(lena)}/{karin.actor.user_id}"
    lena.get(person)
    admin.get(f"/admin/anvandare/{karin.actor.user_id}")
    admin.press("Spara uppgifterna", phone="035-22 22 22")
    page = lena.press("Spara uppgifterna", title="Barnmorska")
    assert (page.status, page.value("title")) == (409, "Barnmorska")
    assert "Ada Min ändrade – Telefon: 035-22 22 22" in page.root.get_one(id="changed").text
    assert receipt(lena.press("Spara uppgifterna")) == "Uppgifterna är sparade."
    with lena.context():
        assert row(User, id=karin.actor.user_id).title == "Barnmorska"
    assert lena.get(f"{address(lena)}/{lena.actor.user_id}").status == 404


def test_the_administrator_adds_to_every_unit_and_sees_none_of_its_threads(admin: Visitor, karin: Visitor) -> None:
    admin.get(address(karin))
    page = admin.press("Bjud in och gör en länk", username="nils", name="Nils Ny", title="Läkare", role="receptionist")
    assert page.heading == "Länk till Nils Ny"
    assert "av Ada Min" in members(admin.get(address(karin)))["Nils Ny"][0]
    assert admin.get("/inkorg").status == 404
    with admin.context():
        assert len(rows(Membership, unit_id=karin.unit_id)) == 2
