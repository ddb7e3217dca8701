"""Fraser: the page where they are edited; and phrases and outlines put into a message without JavaScript."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.outlines import LONG_VISITS, OUTLINES
from lcweb.domain.permissions import Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import Draft, Message, Phrase
from lcweb.services import phrases
from tests.clock import Clock
from tests.factories import colleague, user
from tests.hidden import given_away
from tests.page import Page
from tests.rows import row, rows
from tests.web.visits import IDENTITY, Visitor, Write, letter, refused, writes

ADDRESS = "/admin/fraser"


@pytest.fixture
def lena(bare_app: Flask, anna: Visitor) -> Visitor:
    """Anna's manager."""
    with bare_app.app_context():
        return Visitor(bare_app, colleague(anna.actor, "Lena Wik", role=Role.UNIT_MANAGER))


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def add(visitor: Visitor, clock: Clock, *, common: bool = False, title: str = "Tack", body: str = "Tack!") -> int:
    """Of the visitor's unit, or common."""
    with visitor.context():
        unit_id = None if common else visitor.unit_id
        return phrases.add(operator(), unit_id=unit_id, title=title, body=body, now=clock.now)


def table(page: Page) -> list[list[str]]:
    """Without the last column, where the buttons are."""
    found = page.root.find(id="phrases")
    rows = found.get_one("tbody").find_all("tr") if found else []
    return [[cell.text for cell in row.find_all("td")][:-1] for row in rows]


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def summary(page: Page) -> str:
    return page.root.get_one(id="error-summary").text


# Edited ---------------------------------------------------------------------------------------------------------------


def test_a_manager_adds_changes_and_ends_the_unit_s_own(lena: Visitor) -> None:
    page = lena.get(ADDRESS)
    assert (page.heading, table(page)) == ("Fraser", [])
    assert page.root.get_one(class_="empty").text == "Inga fraser ännu. Lägg till den första nedan."
    page = lena.press("Lägg till fras", title="Tack", body="Tack för hjälpen.")
    assert receipt(page) == "Frasen är tillagd."
    assert table(page) == [["Tack", "Tack för hjälpen.", "i dag 10.00 av Lena Wik"]]
    page = lena.get(page.root.get_one("a", aria_label="Ändra: Tack")["href"])
    assert (page.value("title"), page.value("body")) == ("Tack", "Tack för hjälpen.")
    page = lena.press("Spara ändringen", body="Stort tack.")
    assert (receipt(page), table(page)[0][1]) == ("Frasen är ändrad.", "Stort tack.")
    page = lena.press("Avsluta")
    assert receipt(page) == "Frasen är avslutad. Den går inte längre att lägga in i meddelanden."
    assert table(page) == []
    with lena.context():
        assert [found.body for found in rows(Phrase)] == ["Tack för hjälpen.", "Stort tack."]


def test_the_administrator_chooses_where_it_is_used(admin: Visitor, lena: Visitor, clock: Clock) -> None:
    add(lena, clock)
    admin.get(ADDRESS)
    page = admin.press("Lägg till fras", title="Hej", body="Hej!")
    assert (page.status, page.value("title")) == (400, "Hej")
    assert page.root.get_one(id="unit-problem").text == "Välj var frasen ska finnas."
    page = admin.press("Lägg till fras", unit="alla")
    assert [line[:2] for line in table(page)] == [["Hej", "Alla enheter"], ["Tack", "Vårdcentralen Kärleken"]]
    page = admin.press("Lägg till fras", unit=str(lena.unit_id), title="Hej då", body="Hej då!")
    assert [line[0] for line in table(page)] == ["Hej", "Hej då", "Tack"]


@pytest.mark.parametrize("unit", [None, "", "0", "-1", "x", "ALLA", "1\0", "９"])
def test_a_made_up_place_is_never_taken_for_all_units(admin: Visitor, unit: str | None) -> None:
    with writes(admin.app) as changed:
        page = admin.post(ADDRESS, unit=unit, title="Hej", body="Hej!")
    assert (page.status, changed) == (400, set())
    assert admin.post(ADDRESS, unit="987654321", title="Hej", body="Hej!").status == 404


def test_a_manager_s_phrase_lands_in_the_own_unit_whatever_is_sent(lena: Visitor, karin: Visitor) -> None:
    for title, unit in (("Ett", str(karin.unit_id)), ("Två", "alla")):
        assert lena.post(ADDRESS, unit=unit, title=title, body="Hej!").status == 200
    with lena.context():
        assert {found.unit_id for found in rows(Phrase)} == {lena.unit_id}


def test_another_unit_s_and_the_common_ones_do_not_exist(lena: Visitor, karin: Visitor, clock: Clock) -> None:
    ids = [add(karin, clock, title="Annans"), add(karin, clock, common=True, title="Allas"), 987654]
    assert table(lena.get(ADDRESS)) == []
    with writes(lena.app) as changed:
        for phrase_id in ids:
            typed = {"phrase": str(phrase_id), "title": "Mitt", "body": "Mitt"}
            assert lena.get(f"{ADDRESS}?fras={phrase_id}").status == 404
            assert lena.post(f"{ADDRESS}/andra", **typed).status == 404
            assert lena.post(f"{ADDRESS}/avsluta", **typed).status == 404
    assert changed == set()


@pytest.mark.parametrize("phrase", [None, "", "x", "0", "99999999999999999999", "1\0"])
@pytest.mark.parametrize("where", ["andra", "avsluta"])
def test_a_made_up_phrase_is_404(lena: Visitor, where: str, phrase: str | None) -> None:
    assert lena.post(f"{ADDRESS}/{where}", phrase=phrase, title="Hej", body="Hej!").status == 404


def test_what_cannot_be_saved_is_given_back(lena: Visitor, clock: Clock) -> None:
    phrase_id = add(lena, clock)
    for where in (ADDRESS, f"{ADDRESS}/andra"):
        with writes(lena.app) as changed:
            page = lena.post(where, phrase=str(phrase_id), title="", body="Gäller 20000101-2384\r\n<b>")
        assert (page.status, page.heading, changed) == (400, "Fraser", set())
        assert page.value("body") == "Gäller 20000101-2384\r\n<b>"
        assert page.root.get_one(id="title-problem").text == "Skriv en kort rubrik, som den ska stå i listan."
        assert page.root.get_one(id="body-problem").text.startswith("Texten innehåller ett personnummer.")
    assert page.value("phrase") == str(phrase_id)


def test_who_came_second_is_told_and_keeps_the_text(lena: Visitor, admin: Visitor, clock: Clock) -> None:
    phrase_id = str(add(lena, clock))
    admin.get(f"{ADDRESS}?fras={phrase_id}")
    lena.get(f"{ADDRESS}?fras={phrase_id}")
    assert admin.press("Spara ändringen", body="Adas ord").status == 200
    page = lena.press("Spara ändringen", body="Lenas ord")
    assert (page.status, page.value("body")) == (409, "Lenas ord")
    assert "Frasen är inte ändrad. Ada Min har ändrat eller avslutat frasen." in summary(page)
    page = lena.press("Lägg till fras", title="Tack igen")
    assert [line[1] for line in table(page)] == ["Adas ord", "Lenas ord"]
    page = lena.post(f"{ADDRESS}/avsluta", phrase=phrase_id)
    assert page.status == 409
    assert "Frasen är inte avslutad. Ada Min har ändrat eller avslutat frasen." in summary(page)


@pytest.mark.parametrize("where", [ADDRESS, f"{ADDRESS}/andra"])
def test_without_a_token_of_one_s_own_the_text_comes_back(lena: Visitor, where: str) -> None:
    with writes(lena.app) as changed:
        page = lena.post(where, csrf=False, title="Hej", body="mina ord")
    assert (page.status, page.value("body"), changed) == (400, "mina ord", set())


def test_the_menu_leads_there_for_who_may(lena: Visitor, admin: Visitor, anna: Visitor) -> None:
    assert lena.get("/inkorg").links()["Administration"] == "/admin"
    assert "Administration" not in anna.get("/inkorg").links()
    assert lena.get(ADDRESS).root.get_one(id="admin-menu").get_one(href=ADDRESS)["aria-current"] == "page"
    assert admin.get("/admin/utskick").links()["Fraser"] == ADDRESS


# Used in a message ----------------------------------------------------------------------------------------------------


def choices(page: Page) -> dict[str, list[str]]:
    """Heading → titles."""
    groups = page.root.get_one(id="phrase").find_all("optgroup")
    return {group["label"]: [option.text for option in group.find_all("option")] for group in groups}


def test_a_unit_chooses_among_its_own_and_the_common_ones(anna: Visitor, karin: Visitor, clock: Clock) -> None:
    add(anna, clock, title="Ömt")
    add(anna, clock, title="Ål")
    add(anna, clock, common=True, title="Hälsning", body='Hej "du"\noch <b>')
    add(karin, clock, title="Annans")
    page = anna.get("/arenden/ny")
    assert choices(page) == {"Enhetens egna": ["Ål", "Ömt"], "Gemensamma": ["Hälsning"]}
    options = page.root.get_one(id="phrase").find_all("option")
    assert [option.get("data-text") for option in options] == ["", "Tack!", "Tack!", 'Hej "du"\noch <b>']


def test_a_unit_without_phrases_has_no_list_of_them(anna: Visitor) -> None:
    assert anna.get("/arenden/ny").root.find(id="phrase") is None


def typed_letter(karin: Visitor, **changes: Any) -> dict[str, Any]:
    """Every field filled in with something that must come back."""
    filled = {
        "municipality": "Halmstad", "case_type": "single_home_visit", "protected_identity": "ja", "hints": "3",
        "expects_reply": "nej", "disclosure_basis": "other", "disclosure_words": "Vitesföreläggande",
        "patient_id": "20000101 23", "body": "Hej,\r\n\r\nså här är det",
    }  # fmt: skip
    return letter(karin.unit_id, **(filled | changes))


@pytest.mark.parametrize(
    ("button", "words"), [("insert_phrase", "Tack!"), ("insert_outline", OUTLINES[CaseType.SINGLE_HOME_VISIT])]
)
def test_a_letter_grows_at_its_end_and_keeps_all_else(
    anna: Visitor, karin: Visitor, clock: Clock, button: str, words: str
) -> None:
    typed = typed_letter(karin, phrase=str(add(anna, clock)))
    with writes(anna.app) as changed:
        page = anna.post("/arenden/ny", **typed, **{button: "ja"})
    assert (page.status, page.heading, changed) == (200, "Nytt meddelande", set())
    assert page.root.find(id="error-summary") is None
    assert page.value("body") == f"{typed.pop('body')}\n{words}"
    del typed["hints"]  # there is nothing to confirm in this text
    assert {name: page.value(name) for name in typed} == typed


def test_the_letter_s_buttons_do_it_as_a_browser_sends_them(anna: Visitor, clock: Clock) -> None:
    phrase_id = add(anna, clock)
    anna.get("/arenden/ny?case_type=general")
    page = anna.press("Infoga", phrase=str(phrase_id), subject="Sår")
    assert (page.value("body"), page.value("subject"), page.value("phrase")) == ("Tack!", "Sår", str(phrase_id))
    page = anna.press("Infoga mall för ärendetypen")
    assert page.value("body") == f"Tack!\n{OUTLINES[CaseType.GENERAL]}"
    with anna.context():
        assert rows(Message) == rows(Draft) == []


def test_without_a_choice_there_is_a_sentence_and_nothing_is_lost(anna: Visitor, karin: Visitor, clock: Clock) -> None:
    add(anna, clock)
    others = add(karin, clock, title="Annans")
    for phrase, sentence in (
        ("", "Välj vilken fras du vill infoga."),
        ("x", "Välj vilken fras du vill infoga."),
        (str(others), "Frasen finns inte längre. Välj en annan."),
    ):
        page = anna.post("/arenden/ny", **typed_letter(karin, phrase=phrase, insert_phrase="ja"))
        assert refused(page) == {"phrase": sentence}
        assert page.value("body") == "Hej,\r\n\r\nså här är det"
    page = anna.post("/arenden/ny", **typed_letter(karin, case_type="", insert_outline="ja"))
    assert refused(page) == {"case_type": "Välj ärendetyp, så finns det en mall för den."}


def test_the_outline_s_button_follows_the_case_type(anna: Visitor, karin: Visitor) -> None:
    assert anna.get("/arenden/ny").root.find(id="insert-outline") is None
    for case_type in CaseType:
        anna.get("/arenden/ny")
        page = anna.post("/arenden/ny/mottagare", **letter(karin.unit_id, case_type=case_type.value))
        (partial,) = (part for part in page.root.find_all("hx-partial") if part["hx-target"] == "#outline")
        assert partial.get_one(id="insert-outline")["data-text"] == OUTLINES[case_type]
        single = case_type is CaseType.SINGLE_HOME_VISIT
        assert partial.get_one(id="long-visits").text == (LONG_VISITS if single else "")


def test_an_outline_that_nobody_has_filled_in_is_no_message(anna: Visitor, karin: Visitor) -> None:
    typed = letter(karin.unit_id, body=OUTLINES[CaseType.GENERAL].replace("\n", "\r\n"))
    page = anna.post("/arenden/ny", **typed)
    assert refused(page) == {"body": "Meddelandet är bara en tom mall. Fyll i det mottagaren behöver veta."}
    assert page.value("body") == typed["body"]
    assert anna.send("/arenden/ny", **letter(karin.unit_id, body=typed["body"] + " Bo Ek")).status_code == 303


# Long visits ----------------------------------------------------------------------------------------------------------


def is_alert(page: Page) -> bool:
    return page.root.get_one(id="long-visits").get("class") == "ds-alert"


@pytest.mark.parametrize(
    ("case_type", "body", "found"),
    [
        ("single_home_visit", "Såromläggning i 3 veckor", True),
        ("single_home_visit", "Såromläggning på måndag", False),
        ("home_care_enrolment", "Såromläggning i 3 veckor", False),
        ("", "Såromläggning i 3 veckor", False),
    ],
)
def test_many_home_visits_are_an_enrolment_perhaps(
    anna: Visitor, karin: Visitor, case_type: str, body: str, found: bool
) -> None:
    """A description always, an alert when the page is shown again or the recipient is chosen; never a stop."""
    typed = letter(karin.unit_id, case_type=case_type, body=body)
    page = anna.post("/arenden/ny", **typed, show_recipients="ja")
    assert is_alert(page) == found
    assert page.root.get_one(id="long-visits").text == (LONG_VISITS if case_type == "single_home_visit" else "")
    assert "long-visits" in page.field("body")["aria-describedby"].split()
    assert is_alert(anna.post("/arenden/ny/mottagare", **typed)) == found
    if case_type:
        anna.get("/arenden/ny")
        assert anna.send("/arenden/ny", **typed).status_code == 303


# Used in an answer ----------------------------------------------------------------------------------------------------


def test_an_answer_grows_at_its_end_and_keeps_all_else(karin: Visitor, write: Write, clock: Clock) -> None:
    thread_id, phrase_id = write(), str(add(karin, clock))
    assert choices(karin.get(f"/arenden/{thread_id}")) == {"Enhetens egna": ["Tack"]}
    page = karin.press("Infoga", body="Vi kommer.", expects_reply="ja", callback_day="2026-11-20", phrase=phrase_id)
    assert page.status == 200
    assert page.root.find(id="error-summary") is None
    assert page.value("body") == "Vi kommer.\nTack!"
    names = ("expects_reply", "callback_day", "phrase")
    assert [page.value(name) for name in names] == ["ja", "2026-11-20", phrase_id]
    with karin.context():
        assert row(Message).thread_id == thread_id
    assert karin.press("Skicka svar", callback_day="").url == "/inkorg"
    with karin.context():
        assert [message.body for message in rows(Message)][1:] == ["Vi kommer.\nTack!"]


def test_an_answer_without_a_chosen_phrase_is_given_back(karin: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write()
    add(karin, clock)
    karin.get(f"/arenden/{thread_id}")
    page = karin.press("Infoga", body="Vi kommer.")
    assert (page.status, page.value("body")) == (400, "Vi kommer.")
    assert page.root.get_one(id="phrase-problem").text == "Välj vilken fras du vill infoga."


def test_inserting_does_not_hide_that_a_colleague_was_first(
    karin: Visitor, anna: Visitor, write: Write, clock: Clock
) -> None:
    thread_id, phrase_id = write(), str(add(karin, clock))
    anna.get(f"/arenden/{thread_id}")
    anna.page, page = None, karin.get(f"/arenden/{thread_id}")
    anna.get(f"/arenden/{thread_id}")
    assert anna.press("Skicka svar", body="En sak till.").url == "/inkorg"
    assert karin.page is page
    page = karin.press("Infoga", body="Vi kommer.", phrase=phrase_id)
    assert (page.status, page.value("body")) == (409, "Vi kommer.\nTack!")
    assert "Ärendet har ändrats medan du skrev" in summary(page)
    assert "En sak till." in page.text


def test_who_may_not_write_or_see_may_not_insert_either(
    bare_app: Flask, karin: Visitor, write: Write, clock: Clock
) -> None:
    thread_id, phrase_id = write(), str(add(karin, clock))
    with bare_app.app_context():
        people = colleague(karin.actor, role=Role.RECEPTIONIST), user()
    desk, stranger = (Visitor(bare_app, person) for person in people)
    typed = {"body": "Hej", "phrase": phrase_id, "insert_phrase": "ja"}
    assert desk.get(f"/arenden/{thread_id}").root.find(id="phrase") is None
    with writes(bare_app) as changed:
        assert desk.post(f"/arenden/{thread_id}/svara", **typed).status == 403
        page = stranger.post(f"/arenden/{thread_id}/svara", **typed)
    assert (page.status, changed) == (404, set())
    assert given_away(IDENTITY, page.body) == []


def test_an_empty_outline_is_no_answer(karin: Visitor, write: Write) -> None:
    karin.get(f"/arenden/{write()}")
    page = karin.press("Skicka svar", body=OUTLINES[CaseType.GENERAL])
    assert page.root.get_one(id="body-problem").text.startswith("Meddelandet är bara en tom mall.")
