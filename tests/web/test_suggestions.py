"""Stämmer något inte? What a reader sends, what the keeper of the list decides, and who sees what of it."""

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from lcweb.domain.permissions import Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import RecipientSuggestion
from lcweb.services import recipients, suggestions
from lcweb.services.suggestions import NewSuggestion
from tests.at import day
from tests.clock import Clock
from tests.factories import LONG_AGO, organization, user
from tests.page import Page
from tests.rows import count, row
from tests.web.visits import Visitor, writes

ADDRESS, ADMIN = "/mottagare/forslag", "/admin/mottagare/forslag"


@pytest.fixture
def norr(anna: Visitor, karin: Visitor) -> int:
    """The row of Karin's unit in Halmstad's list for other questions."""
    new = recipients.NewEntry(
        municipality="Halmstad", case_type=CaseType.GENERAL, area="Norr", note="Även Åled.", unit_id=karin.unit_id,
        position=1, valid_from=day("Thu 2026-01-01"),
    )  # fmt: skip
    with anna.context():
        return recipients.add_entry(operator(), new, now=LONG_AGO)


def keeper(app: Flask, name: str, municipality: str = "Halmstad") -> Visitor:
    with app.app_context():
        place = organization(municipality=municipality)
        return Visitor(app, user(name, role=Role.LIST_ADMIN, organization_id=place))


@pytest.fixture
def per(bare_app: Flask, clock: Clock) -> Visitor:
    return keeper(bare_app, "Per Nordin")


def suggested(visitor: Visitor, clock: Clock, words: str = "Fel nummer.", **typed: Any) -> int:
    new = NewSuggestion(**({"municipality": "Halmstad", "case_type": CaseType.GENERAL, "words": words} | typed))
    with visitor.context():
        return suggestions.suggest(visitor.actor, new, now=clock.now)


def table(page: Page, name: str) -> list[list[str]]:
    found = page.root.find(id=name)
    rows = found.get_one("tbody").find_all("tr") if found else []
    return [[cell.text for cell in row.find_all("td")] for row in rows]


def waiting(page: Page) -> list[str]:
    """Each suggestion's own words."""
    return [card.get_one("p", class_="free").text for card in page.root.find_all("section", class_="suggestion")]


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def summary(page: Page) -> str:
    return page.root.get_one(id="error-summary").text


# Suggested ------------------------------------------------------------------------------------------------------------


def test_a_reader_suggests_from_the_row_and_sees_what_became_of_it(anna: Visitor, per: Visitor, norr: int) -> None:
    page = anna.get(anna.get("/mottagare").links()["Stämmer något inte? Hemsjukvård Norr, Norr"])
    assert (page.heading, page.value("entry")) == ("Stämmer något inte?", str(norr))
    assert page.root.get_one(id="about").text == (
        "Det gäller Halmstad, övrig fråga eller information. "
        "Norr: Hemsjukvård Norr, tel 035-13 20 00, akut 035-13 20 01 Även Åled."
    )
    page = anna.press("Skicka förslaget", words="Åled hör till Söder.")
    assert receipt(page) == "Tack! Förslaget är skickat till den som sköter listan."
    about = ["Åled hör till Söder.", "Halmstad, övrig fråga eller information Norr: Hemsjukvård Norr", "i dag 10.00"]
    assert table(page, "own-suggestions") == [[*about, "Väntar"]]
    page = per.get(ADMIN)
    (card,) = page.root.find_all("section", class_="suggestion")
    assert "Anna Lind, Vårdcentralen Kärleken, i dag 10.00" in card.text
    assert "Raden nu: Norr: Hemsjukvård Norr, tel 035-13 20 00, akut 035-13 20 01" in card.text
    assert card.get_one("a")["href"] == "/admin/mottagare/Halmstad/general"
    page = per.press("Avböj", answer="Åled hör till Norr sedan i våras.")
    assert receipt(page) == "Förslaget är avböjt. Den som har föreslagit ser ditt svar."
    assert waiting(page) == []
    decided = "Avböjt i dag 10.00 av Per Nordin Åled hör till Norr sedan i våras."
    assert table(anna.get(ADDRESS), "own-suggestions") == [[*about, decided]]
    who = "Anna Lind, Vårdcentralen Kärleken i dag 10.00"
    assert table(page, "decided") == [[*about[:2], who, decided]]


def test_a_reader_suggests_about_a_list_and_it_is_taken_in_hand(anna: Visitor, per: Visitor, norr: int) -> None:
    links = anna.get("/mottagare").links()
    page = anna.get(links["Stämmer något inte i listan? Halmstad, övrig fråga eller information"])
    assert (page.value("municipality"), page.value("case_type")) == ("Halmstad", "general")
    anna.press("Skicka förslaget", words="Getinge saknas.")
    per.get(ADMIN)
    assert receipt(per.press("Tas om hand")).startswith("Förslaget är markerat som omhändertaget.")
    assert table(anna.get(ADDRESS), "own-suggestions")[0][-1] == "Tas om hand i dag 10.00 av Per Nordin"


def test_the_list_is_chosen_where_none_was(anna: Visitor, karin: Visitor) -> None:
    page = anna.get(anna.get("/mottagare?municipality=Laholm").links()["Föreslå en ändring"])
    assert (page.value("municipality"), page.value("case_type")) == ("Laholm", "")
    page = anna.press("Skicka förslaget", words="Listan är tom.")
    assert (page.status, page.value("municipality"), page.value("words")) == (400, "Laholm", "Listan är tom.")
    assert summary(page) == "Förslaget är inte skickat Välj vilken ärendetyp det gäller."
    anna.press("Skicka förslaget", case_type="home_care_enrolment")
    with anna.context():
        assert row(RecipientSuggestion).case_type == "home_care_enrolment"


@pytest.mark.parametrize("words", ["", "Gäller 20000101-2384", "å " * 300, "a\u202eb"])
def test_what_cannot_be_sent_is_given_back(anna: Visitor, norr: int, words: str) -> None:
    anna.get(f"{ADDRESS}?entry={norr}")
    with writes(anna.app) as changed:
        page = anna.press("Skicka förslaget", words=words)
    assert (page.status, page.heading, changed) == (400, "Stämmer något inte?", set())
    assert (page.value("words"), page.value("entry")) == (words, str(norr))
    assert page.root.find(id="words-problem") is not None


@pytest.mark.parametrize("entry", ["0", "x", "987654", "9" * 30, "１"])
def test_a_made_up_row_is_404(anna: Visitor, entry: str) -> None:
    assert anna.get(f"{ADDRESS}?entry={quote(entry)}").status == 404
    with writes(anna.app) as changed:
        page = anna.post(ADDRESS, entry=entry, words="Fel nummer.")
    assert (page.status, changed) == (404, set())
    assert page.root.get_one(id="typed").text == "Fel nummer."


def test_a_page_of_another_sign_in_gives_the_words_back(anna: Visitor, norr: int) -> None:
    with writes(anna.app) as changed:
        page = anna.post(ADDRESS, csrf=False, entry=str(norr), words="Fel nummer.")
    assert (page.status, page.value("words"), changed) == (400, "Fel nummer.", set())
    assert anna.press("Skicka förslaget").status == 200
    with anna.context():
        assert count(RecipientSuggestion) == 1


def test_nobody_sees_another_s_suggestions(anna: Visitor, karin: Visitor, clock: Clock) -> None:
    suggested(anna, clock, "Bara Annas.")
    assert "Bara Annas." not in karin.get(ADDRESS).text


# Decided --------------------------------------------------------------------------------------------------------------


def test_only_lists_within_reach_exist(anna: Visitor, per: Visitor, bare_app: Flask, clock: Clock) -> None:
    ulla = keeper(bare_app, "Ulla Ek", "Hylte")
    halmstad = suggested(anna, clock, "I Halmstad.")
    suggested(anna, clock, "I Hylte.", municipality="Hylte")
    assert (waiting(per.get(ADMIN)), waiting(ulla.get(ADMIN))) == (["I Halmstad."], ["I Hylte."])
    with bare_app.app_context():
        admin = Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))
    assert waiting(admin.get(ADMIN)) == ["I Halmstad.", "I Hylte."]
    with writes(bare_app) as changed:
        for suggestion in (str(halmstad), "987654", "", "x", "0", "9" * 30, None):
            page = ulla.post(ADMIN, suggestion=suggestion, decision="taken", answer="")
            assert page.status == 404
    assert changed == set()


def test_declining_needs_an_answer_and_what_was_typed_comes_back_in_its_place(
    anna: Visitor, per: Visitor, clock: Clock
) -> None:
    suggested(anna, clock, "Den första.")
    second = suggested(anna, clock, "Den andra.")
    per.get(ADMIN)
    with writes(per.app) as changed:
        page = per.post(ADMIN, suggestion=str(second), decision="declined", answer="")
    assert (page.status, changed, waiting(page)) == (400, set(), ["Den första.", "Den andra."])
    problem = page.root.get_one(id=f"answer-{second}-problem").text
    assert problem.startswith("Skriv varför förslaget avböjs.")
    assert page.root.get_one(id="error-summary").get_one("a")["href"] == f"#answer-{second}"
    page = per.post(ADMIN, suggestion=str(second), decision="taken", answer="Se 20000101-2384")
    answers = [field.text for field in page.root.find_all("textarea")]
    assert (page.status, answers) == (400, ["", "Se 20000101-2384"])


def test_the_second_of_two_is_told_who_decided_what_and_keeps_the_answer(
    anna: Visitor, per: Visitor, bare_app: Flask, clock: Clock
) -> None:
    suggested(anna, clock)
    ulla = keeper(bare_app, "Ulla Ek")
    for visitor in (per, ulla):
        visitor.get(ADMIN)
    per.press("Tas om hand")
    with writes(bare_app) as changed:
        page = ulla.press("Avböj", answer="Numret stämmer.")
    assert (page.status, changed, waiting(page)) == (409, set(), [])
    assert "Per Nordin har redan tagit hand om förslaget. Ditt beslut är inte sparat." in summary(page)
    assert page.root.get_one(id="typed").text == "Numret stämmer."
    assert table(page, "decided")[0][-1] == "Tas om hand i dag 10.00 av Per Nordin"


def test_an_empty_page_says_where_suggestions_come_from(per: Visitor) -> None:
    assert per.get(ADMIN).root.get_one(class_="empty").text.startswith("Inga förslag väntar.")
    assert "förslagen som väntar på dig" in per.get("/mottagare").links()
