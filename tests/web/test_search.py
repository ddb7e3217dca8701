"""The search page: what may be asked, what it shows, and that it is logged before anything is shown (P4, L1)."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import NotAllowed
from lcweb.domain.permissions import Role
from lcweb.models import AccessLogRow
from lcweb.queries import search as queries
from lcweb.services import search as verbs
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import OTHER_PATIENT, colleague, version_of
from tests.hidden import given_away
from tests.page import Page
from tests.rows import rows
from tests.web.visits import IDENTITY, Visitor, Write, writes

EMPTY = {"words": "", "patient_id": "", "unit": "", "from_day": "", "to_day": "", "status": "any"}


def find(visitor: Visitor, **fields: Any) -> Page:
    """As the form sends it, with every field."""
    return visitor.post("/sok", **(EMPTY | fields))


def hits(page: Page) -> list[list[str]]:
    """The table's rows, as people read them."""
    table = page.root.find("table")
    return (
        [[cell.text for cell in row.find_all("td")] for row in table.get_one("tbody").find_all("tr")] if table else []
    )


def heading_of(page: Page) -> str:
    return page.root.get_one(id="found").text


def problems(page: Page) -> dict[str, str]:
    assert (page.status, page.heading) == (400, "Sök")
    links = page.root.get_one(id="error-summary").find_all("a")
    return {link["href"].removeprefix("#"): link.text for link in links}


def searches(visitor: Visitor) -> list[tuple[int, int, str]]:
    with visitor.context():
        return [(row.user_id, row.unit_id, row.patient_number) for row in rows(AccessLogRow, action="search")]


def test_the_menu_leads_there_for_those_who_see_threads(anna: Visitor, bare_app: Flask) -> None:
    page = anna.get("/inkorg")
    assert page.links()["Sök"] == "/sok"
    assert (anna.get("/sok").heading, anna.get("/sok").root.find(id="found")) == ("Sök", None)
    with anna.context():
        manager = colleague(anna.actor, role=Role.UNIT_MANAGER)
    assert "Sök" in Visitor(bare_app, manager).get("/hjalp").links()


def test_a_hit_is_a_row_as_in_the_inbox(anna: Visitor, karin: Visitor, write: Write) -> None:
    thread_id = write()
    page = find(karin, words="SÅR")
    assert heading_of(page) == "1 ärende hittades"
    assert hits(page) == [
        ["Att besvara Fre 20 nov 16.30", "Såromläggning", "Vårdcentralen Kärleken", "T.T. f. 2000", "tis 17 nov"]
    ]
    assert page.links()["Såromläggning"] == f"/arenden/{thread_id}"
    assert given_away(IDENTITY, page.body) == []
    assert hits(find(anna, words="sår"))[0][:3] == [
        "Väntar på svar Senast fre 20 nov 16.30",
        "Såromläggning",
        "Hemsjukvård Norr",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"words": "20000101-2384"},
        {"patient_id": "000101–2384"},
        {"patient_id": " 200001012384 "},
        {"words": "tove måndag"},
        {"from_day": "2026-11-17", "to_day": "2026-11-17"},
        {"status": "open"},
        {"words": "sår", "status": "nonsense", "unit": "nonsense", "page": "nonsense"},
    ],
)
def test_each_field_finds(anna: Visitor, write: Write, fields: dict[str, str]) -> None:
    write()
    assert [row[1] for row in hits(find(anna, **fields))] == ["Såromläggning"]


def test_a_closed_thread_is_found_too(anna: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write()
    with anna.context():
        threads.close(anna.actor, thread_id, version=version_of(thread_id), now=clock.now)
    assert [row[0] for row in hits(find(anna, words="sår"))] == ["Avslutat"]
    assert hits(find(anna, words="sår", status="open")) == []


def test_the_unit_is_chosen_from_a_list_and_stays_chosen(anna: Visitor, karin: Visitor, write: Write) -> None:
    write()
    page = find(anna, unit=str(karin.unit_id))
    assert (len(hits(page)), page.value("unit")) == (1, str(karin.unit_id))
    options = [option.text for option in page.field("unit").find_all("option")]
    assert "Hemsjukvård Norr" in options and "Vårdcentralen Kärleken" not in options


def test_no_hit_says_what_to_do_next(anna: Visitor) -> None:
    page = find(anna, words="får")
    assert (page.status, heading_of(page), hits(page)) == (200, "Inget ärende hittades", [])
    words = page.root.get_one(class_="empty").text
    assert words.startswith("Skriv färre ord") and "Vårdcentralen Kärleken" in words


def test_what_was_typed_stands_there_still(anna: Visitor) -> None:
    typed = {"words": 'får "far" <b>', "patient_id": "191212-1212", "from_day": "2026-11-01", "to_day": "2026-11-30",
             "status": "closed"}  # fmt: skip
    page = find(anna, **typed)
    assert {name: page.value(name) for name in typed} == typed


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"words": "Skriv vad du söker: ett ord, ett personnummer, en enhet eller en dag."}),
        ({"words": '"*" '}, {"words": "Skriv minst en bokstav eller siffra att söka på."}),
        ({"from_day": "i går", "words": "sår"}, {"from_day": "Det datumet finns inte. Skriv det som 2026-11-16."}),
        ({"from_day": "2026-11-17", "to_day": "2026-11-16"},
         {"to_day": "Den sista dagen ligger före den första. Byt plats på dem."}),
    ],
)  # fmt: skip
def test_what_cannot_be_searched_for_is_said_typed_text_kept_and_nothing_written(
    anna: Visitor, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    anna.get("/sok")
    with writes(anna.app) as changed:
        page = find(anna, **fields)
    assert problems(page) == wrong
    assert {name: page.value(name) for name in EMPTY} == EMPTY | fields
    assert (changed, page.root.find(id="found")) == (set(), None)


def test_an_impossible_number_is_said_and_neither_logged_nor_put_in_an_address(anna: Visitor) -> None:
    page = find(anna, patient_id="1234")
    assert problems(page)["patient_id"].startswith("Det här är inget identitetsnummer.")
    assert (page.value("patient_id"), page.url, searches(anna)) == ("1234", "/sok", [])


def test_l1_each_search_is_logged_and_by_number_with_the_number(anna: Visitor) -> None:
    find(anna, words="sår")
    find(anna, patient_id=OTHER_PATIENT)
    who = (anna.actor.user_id, anna.unit_id)
    assert searches(anna) == [(*who, ""), (*who, "189001019802")]


def test_l1_what_cannot_be_logged_is_not_shown(anna: Visitor, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write()
    asked: list[object] = []

    def refuse(*_args: object, **_fields: object) -> None:
        raise NotAllowed("log")

    monkeypatch.setattr(verbs, "search", refuse)
    monkeypatch.setattr(queries, "find_threads", lambda **fields: asked.append(fields))
    page = find(anna, words="sår")
    assert (page.status, asked) == (403, [])


def test_pages_are_turned_by_a_form_and_each_is_logged(
    anna: Visitor, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 2)
    for _ in range(3):
        write()
    first = find(anna, words="sår", from_day="2026-11-17")
    assert (heading_of(first), len(hits(first))) == ("3 ärenden hittades", 2)
    second = anna.press("Nästa sida")
    assert (second.url, heading_of(second), len(hits(second))) == ("/sok", "3 ärenden hittades", 1)
    assert [second.value(name) for name in ("words", "from_day")] == ["sår", "2026-11-17"]
    assert len(hits(anna.press("Föregående sida"))) == 2
    assert len(searches(anna)) == 3


@pytest.mark.parametrize("page", ["0", "-1", "2", "99999999", "9" * 40, "x"])
def test_a_page_that_is_not_there_is_a_page_all_the_same(anna: Visitor, write: Write, page: str) -> None:
    write()
    assert find(anna, words="sår", page=page).status == 200


@pytest.mark.parametrize("token", ["", "another's"])
def test_without_a_token_of_ones_own_nothing_is_searched_and_the_words_stay(anna: Visitor, token: str) -> None:
    anna.get("/sok")
    page = anna.post("/sok", csrf=False, csrf_token=token, words="sår")
    assert (page.status, page.value("words"), searches(anna)) == (400, "sår", [])
    assert "Försök igen från den här sidan" in page.root.get_one(id="error-summary").text


def test_p3_who_may_not_open_a_protected_identity_does_not_find_it(
    karin: Visitor, write: Write, clock: Clock, bare_app: Flask
) -> None:
    thread_id = write(protected=True, patient_name="Tove Testsson")
    assert hits(find(karin, words="såromläggning")) == hits(find(karin, words="tove")) == []
    with karin.context():
        threads.claim(karin.actor, thread_id, now=clock.now)
        manager = Visitor(bare_app, colleague(karin.actor, role=Role.UNIT_MANAGER))
    for visitor in (karin, manager):
        assert [row[3] for row in hits(find(visitor, words="såromläggning"))] == ["Skyddade uppgifter"]
        for fields in ({"words": "tove"}, {"words": "20000101-2384"}, {"patient_id": "20000101-2384"}):
            assert hits(find(visitor, **fields)) == []


@pytest.mark.parametrize(
    "words", ['"', "*", "a AND", "191212-1212", "får", "\0", "NEAR(", "'", "\\", "a" * 201, "🌍", ":*"]
)
def test_nothing_that_is_typed_makes_it_fail(anna: Visitor, write: Write, words: str) -> None:
    write()
    assert find(anna, words=words).status in (200, 400)
    assert find(anna, patient_id=words).status in (200, 400)
