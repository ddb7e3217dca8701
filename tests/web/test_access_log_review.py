"""Logg: what a reviewer sees, of whom, and that the looking is logged before anything is shown (L3, P4)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, table

from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import AccessLogRow
from lcweb.queries import access_log as queries
from lcweb.services import access_log, people, threads
from lcweb.web.words import LOG_ACTIONS
from tests.clock import Clock
from tests.factories import LONG_AGO, OTHER_PATIENT, PATIENT, colleague, organization, thread, unit, user
from tests.hidden import given_away
from tests.page import Page
from tests.rows import rows
from tests.web.visits import IDENTITY, Visitor, statements, writes

NUMBER = PATIENT.replace("-", "")


class Place:
    """Two organizations that write to each other, and a reviewer of the first."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        with app.app_context():
            self.region = organization("Region Halland")
            self.anna = user("Anna Åberg", unit_id=unit("Vårdcentralen Kärleken", organization_id=self.region))
            self.karin = user("Karin Berg", unit_id=unit("Hemsjukvård Norr"))
            self.thread_id = thread(self.anna, self.karin.require_unit(), now=clock.now)
            clock.forward(minutes=5)
            threads.open_thread(self.karin, self.thread_id, now=clock.now)
            clock.forward(minutes=5)
            threads.open_thread(self.anna, self.thread_id, now=clock.now)
            reviewer = user("Birgitta Ahl", role=Role.LOG_REVIEWER, organization_id=self.region)
        self.birgitta = Visitor(app, reviewer)


@pytest.fixture
def place(bare_app: Flask, clock: Clock) -> Place:
    clock.set("Mon 2026-11-16 09:00")
    return Place(bare_app, clock)


def ask(visitor: Visitor, **fields: Any) -> Page:
    return visitor.post("/logg", **fields)


def told(page: Page) -> list[list[str]]:
    assert (page.status, page.heading) == (200, "Logg")
    table = page.root.find("table")
    return (
        [[cell.text for cell in row.find_all("td")] for row in table.get_one("tbody").find_all("tr")] if table else []
    )


def problems(page: Page) -> dict[str, str]:
    assert (page.status, page.heading) == (400, "Logg")
    links = page.root.get_one(id="error-summary").find_all("a")
    return {link["href"].removeprefix("#"): link.text for link in links}


def reviews(place: Place) -> list[tuple[int, int | None, int | None, str]]:
    with place.birgitta.context():
        found = rows(AccessLogRow, action="log_review")
    return [(row.user_id, row.unit_id, row.thread_id, row.patient_number) for row in found]


def test_the_page_asks_first_and_shows_nothing_by_itself(place: Place) -> None:
    with writes(place.birgitta.app) as changed:
        page = place.birgitta.get("/logg")
    assert (page.heading, page.root.find("table"), changed) == ("Logg", None, set())
    assert page.links()["Logg"] == "/logg"
    assert "enheterna i Region Halland" in page.text


def test_the_rows_are_those_of_the_own_organizations_units_newest_first(place: Place, clock: Clock) -> None:
    clock.set("Tue 2026-11-17 10:00")
    anna, patient, number = "Anna Åberg Sjuksköterska", PATIENT, f"nr {place.thread_id}"
    page = ask(Visitor(place.birgitta.app, place.birgitta.person))
    assert told(page) == [
        ["I dag 10.00", "Birgitta Ahl Sjuksköterska", "–", "Granskade loggen", "–", "–"],
        ["Mån 16 nov 09.10", anna, "Vårdcentralen Kärleken", "Öppnade ärendet", patient, number],
        ["Mån 16 nov 09.00", anna, "Vårdcentralen Kärleken", "Skickade ärendet", patient, number],
    ]
    assert "Karin" not in page.body
    assert "Hemsjukvård" not in page.body


def test_the_looking_is_a_row_itself_for_the_patient_that_was_asked_for(place: Place) -> None:
    who = place.birgitta.actor.user_id
    ask(place.birgitta)
    ask(place.birgitta, patient_id=PATIENT)
    ask(place.birgitta, patient_id=PATIENT[2:])
    ask(place.birgitta, patient_id=OTHER_PATIENT[2:])
    numbers = ["", NUMBER, NUMBER, OTHER_PATIENT[2:].replace("-", "")]
    assert reviews(place) == [(who, None, None, number) for number in numbers]


EVERYTHING = ["log_review", "open", "send"]
ASKED: list[tuple[dict[str, str], list[str]]] = [
    ({"patient_id": OTHER_PATIENT}, ["log_review"]),
    ({"patient_id": PATIENT}, EVERYTHING),
    ({"patient_id": PATIENT[2:], "action": "open"}, ["open"]),
    ({"person": "anna"}, ["open", "send"]),
    ({"person": "åb ANNA"}, ["open", "send"]),
    ({"person": "aberg"}, []),
    ({"person": "nna"}, []),
    ({"action": "send"}, ["send"]),
    ({"person": "anna", "action": "okänd"}, ["open", "send"]),
    ({"person": "anna", "from_day": "2026-11-16", "to_day": "2026-11-16"}, ["open", "send"]),
    ({"to_day": "2026-11-15"}, []),
    ({"from_day": "2026-11-17"}, []),
    ({"person": "anna", "action": "open", "patient_id": PATIENT, "to_day": "2026-11-16"}, ["open"]),
    ({"page": "2"}, []),
]


def test_what_is_asked_for_is_what_is_shown(place: Place) -> None:
    for fields, seen in ASKED:
        words = [row[3] for row in told(ask(place.birgitta, **fields))]
        assert words == [LOG_ACTIONS[LogAction(action)] for action in seen], fields


def test_l1_what_cannot_be_logged_is_not_shown(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.birgitta.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(access_log, "_APPEND", insert(table("gone")))
    page = ask(place.birgitta, patient_id=PATIENT)
    assert (page.status, page.heading) == (500, "Något gick fel hos oss")
    assert not given_away((*IDENTITY, "Åberg"), page.body)


def test_a_unit_of_another_organization_is_not_offered_and_shows_nothing(place: Place) -> None:
    page = place.birgitta.get("/logg")
    offered = [option.text for option in page.root.get_one(id="unit").find_all("option")]
    assert offered == ["Alla enheter", "Vårdcentralen Kärleken"]
    own, other = place.anna.require_unit(), place.karin.require_unit()
    assert len(told(ask(place.birgitta, unit=str(own)))) == 2
    assert told(ask(place.birgitta, unit=str(other))) == []


def test_what_was_typed_comes_back_with_what_is_wrong_and_nothing_is_logged(place: Place) -> None:
    with writes(place.birgitta.app) as changed:
        page = ask(place.birgitta, patient_id="abc", person="x" * 201, from_day="2026-02-30", to_day="i går")
        turned = ask(place.birgitta, from_day="2026-11-17", to_day="2026-11-16")
        tokenless = place.birgitta.post("/logg", csrf=False, person="anna")
    assert changed == set()
    assert problems(page).keys() == {"patient_id", "person", "from_day", "to_day"}
    assert (page.value("patient_id"), page.value("person")) == ("abc", "x" * 201)
    assert problems(turned).keys() == {"to_day"}
    assert (tokenless.status, tokenless.value("person")) == (400, "anna")


def test_pages_lead_on_with_what_was_asked(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE_SIZE", 1)
    first = ask(place.birgitta, person="anna")
    assert [row[3] for row in told(first)] == ["Öppnade ärendet"]
    second = place.birgitta.press("Nästa sida")
    assert [row[3] for row in told(second)] == ["Skickade ärendet"]
    assert "Nästa sida" not in second.text
    assert [row[3] for row in told(place.birgitta.press("Föregående sida"))] == ["Öppnade ärendet"]
    assert len(reviews(place)) == 3


def test_a_role_that_has_ended_or_is_another_shows_nothing(place: Place, bare_app: Flask) -> None:
    """Who is a list administrator of one organization reviews only the other."""
    with bare_app.app_context():
        both = user("Tor Två", role=Role.LIST_ADMIN, organization_id=place.region)
        elsewhere = organization()
        people.add_membership(operator(), both.user_id, Role.LOG_REVIEWER, organization_id=elsewhere, now=LONG_AGO)
    tor = Visitor(bare_app, both)
    assert [row[1] for row in told(ask(tor))] == ["Tor Två Sjuksköterska"]
    assert [option.text for option in tor.get("/logg").root.get_one(id="unit").find_all("option")] == ["Alla enheter"]


def test_a_reviewer_who_also_works_in_a_unit_reviews_from_no_unit(place: Place, bare_app: Flask) -> None:
    with bare_app.app_context():
        nurse: Actor = colleague(place.anna, "Eva Ek")
        people.add_membership(operator(), nurse.user_id, Role.LOG_REVIEWER, organization_id=place.region, now=LONG_AGO)
    ask(Visitor(bare_app, nurse))
    assert reviews(place) == [(nurse.user_id, None, None, "")]


def test_a_page_of_the_log_costs_the_same_however_many_rows_it_has(place: Place, clock: Clock) -> None:
    ask(place.birgitta)
    with statements() as few:
        ask(place.birgitta)
    with place.birgitta.context():
        for _ in range(10):
            threads.open_thread(place.anna, place.thread_id, now=clock.now)
    with statements() as many:
        ask(place.birgitta)
    assert len(few) == len(many)
