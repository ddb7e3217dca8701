"""Enheter: who changes what of a unit, two at once, and closing one."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.permissions import Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import Change, Membership, Unit
from lcweb.services import recipients, units
from tests.at import day
from tests.clock import Clock
from tests.factories import colleague, unit, user
from tests.page import Page
from tests.rows import row, rows
from tests.web.visits import Visitor, Write, letter, refused, writes

ADDRESS = "/admin/enheter"


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


@pytest.fixture
def lena(bare_app: Flask, karin: Visitor) -> Visitor:
    """Karin's manager."""
    with bare_app.app_context():
        return Visitor(bare_app, colleague(karin.actor, "Lena Wik", role=Role.UNIT_MANAGER))


@pytest.fixture
def south(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Cecilia Dahl", unit_id=unit("Hemsjukvård Söder")))


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def summary(page: Page) -> str:
    return page.root.get_one(id="error-summary").text


def names(page: Page) -> list[str]:
    found = page.root.find(id="units")
    return [next(line.find_all("td")).text for line in found.get_one("tbody").find_all("tr")] if found else []


def stored(visitor: Visitor, unit_id: int) -> Any:
    with visitor.context():
        return row(Unit, id=unit_id)


# The list -------------------------------------------------------------------------------------------------------------


def test_the_administrator_finds_units_by_name_organization_municipality_and_state(
    admin: Visitor, anna: Visitor, karin: Visitor, clock: Clock
) -> None:
    page = admin.get(ADDRESS)
    assert (page.heading, set(names(page))) == ("Enheter", {"Vårdcentralen Kärleken", "Hemsjukvård Norr"})
    assert names(admin.get(f"{ADDRESS}?q=norr")) == ["Hemsjukvård Norr"]
    assert names(admin.get(f"{ADDRESS}?q=035-132000")) == ["Hemsjukvård Norr"]
    organization_id = stored(admin, anna.unit_id).organization_id
    assert names(admin.get(f"{ADDRESS}?huvudman={organization_id}")) == ["Vårdcentralen Kärleken"]
    assert names(admin.get(f"{ADDRESS}?kommun=Hylte")) == names(admin.get(f"{ADDRESS}?visa=stangda")) == []
    with admin.context():
        units.close(operator(), karin.unit_id, successor_id=None, with_people=False, seen=None, now=clock.now)
    assert names(admin.get(ADDRESS)) == ["Vårdcentralen Kärleken"]
    assert names(admin.get(f"{ADDRESS}?visa=stangda")) == ["Hemsjukvård Norr"]
    assert len(names(admin.get(f"{ADDRESS}?visa=alla&sida=99"))) == 2


@pytest.mark.parametrize("query", ["q=%22%25", "huvudman=99999999999", "sida=-1", "visa=x", "kommun=Oslo", "sida=0"])
def test_a_made_up_filter_is_no_fault(admin: Visitor, query: str) -> None:
    assert admin.get(f"{ADDRESS}?{query}").status == 200


def test_a_unit_is_added_and_what_is_wrong_with_it_is_said_at_once(admin: Visitor, anna: Visitor) -> None:
    admin.get(ADDRESS)
    with writes(admin.app) as changed:
        page = admin.press("Lägg till enhet", name="Rehab", opens="17.00", closes="08.00", note="Om 20000101-2384")
    assert (page.status, changed, page.value("name"), page.value("note")) == (400, set(), "Rehab", "Om 20000101-2384")
    wrong = {link["href"] for link in page.root.get_one(id="error-summary").find_all("a")}
    assert wrong == {"#kind", "#municipality", "#phone", "#acute_phone", "#closes", "#note"}
    organization_id = str(stored(admin, anna.unit_id).organization_id)
    typed = {"kind": "home_care", "municipality": "Hylte", "organization": organization_id, "phone": "035-1 00 00",
             "acute_phone": "035-1 00 01", "opens": "07.30", "closes": "16:00", "note": "", "street": "Storgatan 1",
             }  # fmt: skip
    page = admin.press("Lägg till enhet", **typed)
    assert (page.heading, receipt(page)) == ("Rehab", "Enheten är tillagd. Lägg till vilka som ser inkorgen.")
    with admin.context():
        added = row(Unit, name="Rehab")
    assert (f"{added.opens:%H.%M}", added.street, added.municipality) == ("07.30", "Storgatan 1", "Hylte")


@pytest.mark.parametrize(
    "field", ["name", "kind", "municipality", "hsa_id", "phone", "notify_email", "opens", "street"]
)
@pytest.mark.parametrize("value", ["a\0b", "x" * 5_000])
def test_what_no_database_takes_is_a_sentence(admin: Visitor, karin: Visitor, field: str, value: str) -> None:
    admin.get(f"{ADDRESS}/{karin.unit_id}")
    with writes(admin.app) as changed:
        assert admin.press("Spara", **{field: value}).status == 400
    assert changed == set()


# A unit's own page ----------------------------------------------------------------------------------------------------


def test_the_administrator_changes_everything_and_the_history_tells_before_and_after(
    admin: Visitor, karin: Visitor
) -> None:
    admin.get(f"{ADDRESS}/{karin.unit_id}")
    page = admin.press("Spara", name="Hemsjukvård Nord", kind="psychiatry", closes="16:00")
    assert (page.heading, receipt(page)) == (
        "Hemsjukvård Nord",
        "Uppgifterna är sparade. De nya öppettiderna gäller svarstider som börjar från och med nu.",
    )
    told = page.root.get_one("details", class_="history").text
    for words in (
        "Namn: Hemsjukvård Norr Hemsjukvård Nord",
        "Stänger: 16.30 16.00",
        "Psykiatrisk öppenvård",
        "Ada Min",
    ):
        assert words in told
    assert receipt(admin.press("Spara")) == "Inget var ändrat."


def test_a_manager_changes_the_own_units_numbers_hours_and_addresses_and_nothing_else(
    lena: Visitor, karin: Visitor
) -> None:
    page = lena.get(ADDRESS)
    assert (page.url, page.heading) == (f"{ADDRESS}/{karin.unit_id}", "Hemsjukvård Norr")
    assert page.root.find(id="name") is None and page.root.find(id="organization") is None
    assert page.root.get_one(id="hours-note").text.endswith("De som redan löper ändras inte.")
    before = stored(lena, karin.unit_id)
    made_up = {"name": "Min enhet", "kind": "specialist", "municipality": "Hylte", "organization": "1",
               "hsa_id": "SE2321000115-1A2B"}  # fmt: skip
    page = lena.press("Spara", phone="035-99 00 00", opens="07:00", street="Nygatan 2", notify_email="n@vard.example",
                      note="Ny entré", **made_up)  # fmt: skip
    assert receipt(page).startswith("Uppgifterna är sparade.")
    after = stored(lena, karin.unit_id)
    for name in ("name", "kind", "municipality", "organization_id", "hsa_id"):
        assert getattr(after, name) == getattr(before, name)
    assert (after.phone, after.street, after.notify_email, after.note) == (
        "035-99 00 00", "Nygatan 2", "n@vard.example", "Ny entré",
    )  # fmt: skip
    assert f"{after.opens:%H.%M}" == "07.00"


def test_another_units_page_does_not_exist_for_a_manager(lena: Visitor, anna: Visitor) -> None:
    with writes(lena.app) as changed:
        for unit_id in (anna.unit_id, 987_654):
            assert lena.get(f"{ADDRESS}/{unit_id}").status == 404
            assert lena.post(f"{ADDRESS}/{unit_id}", phone="1").status == 404
        assert lena.get(f"{ADDRESS}/{lena.unit_id}/stang").status == 404
        assert lena.post(f"{ADDRESS}/{lena.unit_id}/stang", successor="ingen").status == 404
    assert changed == set()


def test_who_comes_second_is_told_what_has_changed_and_keeps_what_was_typed(
    lena: Visitor, admin: Visitor, karin: Visitor
) -> None:
    lena.get(f"{ADDRESS}/{karin.unit_id}")
    admin.get(f"{ADDRESS}/{karin.unit_id}")
    admin.press("Spara", phone="035-11 11 11")
    with writes(lena.app) as changed:
        page = lena.press("Spara", phone="035-22 22 22", street="Nygatan 2")
    assert (page.status, changed) == (409, set())
    assert "Ada Min har ändrat uppgifterna sedan du öppnade sidan." in summary(page)
    assert page.root.get_one(id="meanwhile").text.endswith("Telefon: 035-13 20 00 035-11 11 11 (Ada Min, i dag 10.00)")
    assert (page.value("phone"), page.value("street")) == ("035-22 22 22", "Nygatan 2")
    page = lena.press("Spara")
    assert (page.status, stored(lena, karin.unit_id).phone) == (200, "035-22 22 22")


@pytest.mark.parametrize("seen", [None, "", "x", "0", "99999999999", "1\0"])
def test_a_made_up_sight_of_the_row_is_a_conflict(admin: Visitor, karin: Visitor, seen: str | None) -> None:
    admin.get(f"{ADDRESS}/{karin.unit_id}")
    assert admin.press("Spara", phone="035-1 11 11", seen=seen).status == 409


# Closing --------------------------------------------------------------------------------------------------------------


def list_row(visitor: Visitor, clock: Clock) -> None:
    with visitor.context():
        new = recipients.NewEntry(municipality="Halmstad", case_type=CaseType.GENERAL, area="Norr", position=1,
                                  unit_id=visitor.unit_id, valid_from=day("Mon 2026-11-02"))  # fmt: skip
        recipients.add_entry(operator(), new, now=clock.now)


def test_the_page_tells_beforehand_and_asks_for_every_answer(
    admin: Visitor, karin: Visitor, south: Visitor, write: Write, clock: Clock
) -> None:
    write()
    list_row(karin, clock)
    page = admin.get(f"{ADDRESS}/{karin.unit_id}/stang")
    assert page.heading == "Stäng Hemsjukvård Norr"
    told = page.root.get_one(id="consequences").text
    for words in ("0 som avsändare, 1 som mottagare", "Svar och kvittenser att lämna 1", "Karin Berg"):
        assert words in told
    assert "Området står utan mottagare" in page.root.get_one(id="lists").text
    with writes(admin.app) as changed:
        page = admin.press("Stäng enheten")
        assert {link["href"] for link in page.root.get_one(id="error-summary").find_all("a")} == {
            "#successor", "#people-ja", "#confirmed",
        }  # fmt: skip
        page = admin.press("Stäng enheten", successor="ingen", people="nej", confirmed="ja")
    assert (page.status, changed, page.value("successor"), page.value("people")) == (400, set(), "ingen", "nej")
    assert "Hemsjukvård Norr har ett ärende som är öppet eller oläst." in summary(page)


def test_the_unit_is_closed_its_page_stays_and_it_is_not_opened_again(
    admin: Visitor, karin: Visitor, south: Visitor, anna: Visitor, write: Write
) -> None:
    thread_id = write()
    admin.get(f"{ADDRESS}/{karin.unit_id}/stang")
    page = admin.press("Stäng enheten", successor=str(south.unit_id), people="ja", confirmed="ja")
    assert receipt(page) == "Hemsjukvård Norr är stängd. Hemsjukvård Söder har tagit över ett ärende."
    assert (page.heading, page.root.find(id="phone")) == ("Hemsjukvård Norr", None)
    assert "Hemsjukvård Söder har tagit över dess ärenden." in page.root.get_one(id="closed").text
    assert "Tar över: Hemsjukvård Söder" in page.root.get_one("details", class_="history").text
    assert admin.get(f"{ADDRESS}/{karin.unit_id}/stang").url == f"{ADDRESS}/{karin.unit_id}"
    page = south.get(f"/arenden/{thread_id}")
    assert "Hemsjukvård Norr stängdes. Hemsjukvård Söder har ärendet nu." in page.text
    page = anna.get(f"/arenden/{thread_id}")
    assert "Hemsjukvård Norr stängdes. Hemsjukvård Söder har ärendet nu." in page.text


def test_the_closed_units_nurse_signs_in_anew_and_works_where_she_came_along(
    admin: Visitor, karin: Visitor, south: Visitor, write: Write
) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    admin.get(f"{ADDRESS}/{karin.unit_id}/stang")
    admin.press("Stäng enheten", successor=str(south.unit_id), people="ja", confirmed="ja")
    page = karin.press("Skicka svar", body="Vi kommer.")
    assert (page.status, page.root.get_one(id="typed").text) == (401, "Vi kommer.")
    assert karin.get("/inkorg").url == "/logga-in"
    page = karin.sign_in("karin")
    assert (page.url, "Hemsjukvård Söder" in page.text) == ("/inkorg", True)
    assert karin.get(f"/arenden/{thread_id}").status == 200


def test_a_nurse_who_lost_her_role_is_shown_the_way_and_no_fault(
    admin: Visitor, karin: Visitor, south: Visitor
) -> None:
    admin.get(f"{ADDRESS}/{karin.unit_id}/stang")
    admin.press("Stäng enheten", successor=str(south.unit_id), people="nej", confirmed="ja")
    assert karin.get("/inkorg").url == "/logga-in"
    page = karin.sign_in("karin")
    assert (page.status, page.root.get_one(id="username-problem").text) == (
        401, "Du har ingen roll här längre. Be enhetsansvarig på din enhet om en.",
    )  # fmt: skip
    with karin.context():
        assert [found for found in rows(Membership, unit_id=karin.unit_id) if found.ended_at is None] == []


def test_of_two_who_close_the_second_is_told(admin: Visitor, karin: Visitor, south: Visitor, bare_app: Flask) -> None:
    with bare_app.app_context():
        other = Visitor(bare_app, user("Bo Min", role=Role.SYSTEM_ADMIN))
    for visitor in (admin, other):
        visitor.get(f"{ADDRESS}/{karin.unit_id}/stang")
    typed = {"successor": str(south.unit_id), "people": "nej", "confirmed": "ja"}
    assert admin.press("Stäng enheten", **typed).status == 200
    with writes(bare_app) as changed:
        page = other.press("Stäng enheten", **typed)
    assert (page.status, changed) == (409, set())
    assert "Hemsjukvård Norr är redan stängd." in summary(page)
    assert "Tar över: Hemsjukvård Söder (Ada Min" in page.root.get_one(id="meanwhile").text
    with bare_app.app_context():
        assert len(rows(Change, noun="unit", row_id=karin.unit_id, what="closed")) == 1


# Writing to a closed unit ---------------------------------------------------------------------------------------------


def test_a_letter_to_a_closed_unit_comes_back_with_whom_to_write_to(
    anna: Visitor, karin: Visitor, south: Visitor, clock: Clock
) -> None:
    anna.get("/arenden/ny")
    with anna.context():
        units.close(operator(), karin.unit_id, successor_id=south.unit_id, with_people=False, seen=None, now=clock.now)
    page = anna.post("/arenden/ny", **letter(karin.unit_id))
    assert refused(page) == {"recipient_unit": "Hemsjukvård Norr är stängd. Skriv till Hemsjukvård Söder i stället."}
    assert page.value("body") == "Kan ni lägga om såret på måndag?"
    assert "Hemsjukvård Norr" not in page.root.get_one(id="recipient_unit").text


def test_in_a_thread_whose_other_unit_is_closed_the_reply_box_is_gone_and_what_was_typed_comes_back(
    anna: Visitor, karin: Visitor, talk: Write, clock: Clock
) -> None:
    thread_id = talk("anna asks", "karin opens", "karin answers", "anna opens", "anna closes")
    anna.get(f"/arenden/{thread_id}")
    with anna.context():
        units.close(operator(), karin.unit_id, successor_id=None, with_people=False, seen=None, now=clock.now)
    sentence = "Hemsjukvård Norr är stängd. Välj en annan enhet, eller ring."
    page = anna.press("Skicka svar", body="En sak till.")
    assert (page.status, sentence in summary(page)) == (400, True)
    assert page.root.get_one(id="typed").text == "En sak till."
    assert page.root.get_one(id="closed-unit").text == f"{sentence} Det som har skrivits står kvar."
    assert page.root.find(id="body") is None and "Öppna igen" not in page.text
    page = anna.post(f"/arenden/{thread_id}/oppna-igen")
    assert (page.status, sentence in summary(page)) == (409, True)
