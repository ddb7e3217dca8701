"""Inställningar: the word lists of the hints, one saved at a time, with who changed what and when (S5)."""

import pytest
from flask import Flask

from lcweb.domain.hint_words import DEFAULTS, HintList
from lcweb.domain.permissions import Role
from lcweb.models import HintWords
from tests.clock import Clock
from tests.factories import user
from tests.page import Page
from tests.rows import rows
from tests.web.visits import Visitor, letter, refused, writes

ADDRESS = "/admin/installningar"
SAVE = "Spara: ord som tyder på att det är akut"


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def histories(page: Page) -> list[str]:
    return [history.text for history in page.root.find_all("details")]


def test_each_list_stands_in_a_field_of_its_own(admin: Visitor) -> None:
    page = admin.get(ADDRESS)
    assert page.heading == "Inställningar"
    assert {name: page.value(name) for name in HintList} == DEFAULTS
    assert page.text.count("Ingen har ändrat den.") == len(HintList)


def test_a_list_is_saved_alone_and_says_by_whom_and_when(admin: Visitor, clock: Clock) -> None:
    admin.get(ADDRESS)
    page = admin.press(SAVE, acute="akut*\r\nkris*\r\n", prescribing="borta")
    assert (
        page.root.get_one(class_="ds-alert", data_color="success").text
        == "Listan är sparad: Ord som tyder på att det är akut."
    )
    assert (page.value("acute"), page.value("prescribing")) == ("akut*\nkris*", DEFAULTS[HintList.PRESCRIBING])
    clock.forward(minutes=5)
    page = admin.press(SAVE, acute="kris*")
    assert histories(page) == [
        "Senast ändrad i dag 10.05 av Ada Min I dag 10.05: Ada Min, 1 rad I dag 10.00: Ada Min, 2 rader"
    ]
    with admin.context():
        assert [row.words for row in rows(HintWords)] == ["akut*\nkris*", "kris*"]


def test_what_is_saved_is_what_is_asked_about_from_then_on(admin: Visitor, anna: Visitor, karin: Visitor) -> None:
    typed = letter(karin.unit_id, body="Kris i familjen.")
    assert anna.send("/arenden/ny", **typed).status_code == 303
    admin.get(ADDRESS)
    admin.press(SAVE, acute="kris*")
    page = anna.post("/arenden/ny", **letter(karin.unit_id, body="Kris i familjen.", new_thread="ja"))
    assert list(refused(page, 409)) == ["hints"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Skriv minst en rad. En tom lista frågar aldrig."),
        ("akut\0", "Listan innehåller osynliga styrtecken. Klistra in texten som ren text eller skriv om den."),
        ("x" * 10_001, "Listan har 10001 tecken. Högst 10000 får plats – korta texten."),
        (
            "akut\r\n<b>(akut",
            "Rad 2 går inte att använda. Skriv ord med bokstäver, siffror och bindestreck, * sist i ett ord.",
        ),
    ],
)
def test_what_cannot_be_saved_is_given_back_with_a_sentence(admin: Visitor, words: str, sentence: str) -> None:
    admin.get(ADDRESS)
    with writes(admin.app) as changed:
        page = admin.press(SAVE, acute=words)
    assert (page.status, page.heading, changed) == (400, "Inställningar", set())
    assert page.root.get_one(id="acute-problem").text == sentence
    assert page.root.get_one(id="error-summary").get_one("a")["href"] == "#acute"
    assert page.value("acute") == words
    assert page.value("prescribing") == DEFAULTS[HintList.PRESCRIBING]


@pytest.mark.parametrize("name", [None, "", "x", "acute\0", "list", "csrf_token"])
def test_a_made_up_list_is_told_so(admin: Visitor, name: str | None) -> None:
    with writes(admin.app) as changed:
        page = admin.post(ADDRESS, list=name, acute="ord")
    assert (page.status, changed) == (400, set())
    assert "Välj vilken lista du vill spara." in page.root.get_one(id="error-summary").text


def test_without_a_token_of_one_s_own_the_text_comes_back(admin: Visitor) -> None:
    page = admin.post(ADDRESS, csrf=False, list="acute", acute="mina ord")
    assert (page.status, page.value("acute")) == (400, "mina ord")


def test_the_administration_s_pages_lead_to_each_other(admin: Visitor) -> None:
    page = admin.get("/admin/utskick")
    menu = page.root.get_one(id="admin-menu")
    links = {link.text: link["href"] for link in menu.find_all("a")}
    assert links["Utskick"] == "/admin/utskick"
    assert links["Inställningar"] == ADDRESS
    current = admin.get(ADDRESS).root.get_one(id="admin-menu").get_one("a", aria_current="page")
    assert current.text == "Inställningar"
