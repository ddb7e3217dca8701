"""Loggkontroll and its files, as a reviewer meets them (L3)."""

from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from lcweb.domain.log_reviews import Plan, TypedFinding
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import AccessLogRow, LogFinding, LogReview, LogReviewRow
from lcweb.services import log_reviews, people, threads
from lcweb.web import access_log as log_page
from tests.at import day
from tests.clock import Clock
from tests.factories import LONG_AGO, PATIENT, RULES, organization, thread, unit, user
from tests.hidden import given_away
from tests.page import Page
from tests.rows import rows
from tests.web.visits import IDENTITY, Visitor, statements, writes

MONDAY, TUESDAY = day("Mon 2026-11-16"), day("Tue 2026-11-17")


class Place:
    """The region's clinic has written to home care; two reviewers, and one of another organization."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        with app.app_context():
            self.region = organization("Region Halland")
            self.anna = user("Anna Åberg", unit_id=unit("Vårdcentralen Kärleken", organization_id=self.region))
            karin = user("Karin Berg", unit_id=unit("Hemsjukvård Norr"))
            self.thread_id = thread(self.anna, karin.require_unit(), now=clock.now, subject="=1+1")
            threads.open_thread(self.anna, self.thread_id, now=clock.now)
            self.bo = self._reviewer("Bo Ek", self.region)
            people = self._reviewer("Birgitta Ahl", self.region), self._reviewer("Sven Ström", organization())
        self.birgitta, self.stranger = (Visitor(app, person) for person in people)

    def _reviewer(self, name: str, organization_id: int) -> Actor:
        return user(name, role=Role.LOG_REVIEWER, organization_id=organization_id)

    def begin(self, *, wanted: int = 20, person: Actor | None = None) -> int:
        plan = Plan(organization_id=self.region, unit_id=None, rules=(), wanted=wanted, from_day=MONDAY, to_day=TUESDAY)
        with self.birgitta.context():
            now = next(one.at for one in rows(AccessLogRow))
            return log_reviews.begin(person or self.birgitta.actor, plan, now=now, rules=RULES)

    def row_ids(self, review_id: int) -> list[int]:
        with self.birgitta.context():
            return [one.id for one in rows(LogReviewRow, review_id=review_id)]


@pytest.fixture
def place(bare_app: Flask, clock: Clock) -> Place:
    return Place(bare_app, clock)


def problems(page: Page, heading: str) -> dict[str, str]:
    assert (page.status, page.heading) == (400, heading)
    links = list(page.root.get_one(id="error-summary").find_all("a"))
    assert [link["href"] for link in links if not page.root.find(id=link["href"][1:])] == []
    return {link["href"].removeprefix("#"): link.text for link in links}


def logged(place: Place) -> list[tuple[str, str]]:
    with place.birgitta.context():
        return [(one.action, one.patient_number) for one in rows(AccessLogRow) if one.unit_id is None]


# Begun and judged -----------------------------------------------------------------------------------------------------


def test_the_page_offers_the_own_organization_and_shows_no_patient(place: Place) -> None:
    with writes(place.birgitta.app) as changed:
        page = place.birgitta.get("/logg/granskning")
    assert changed == set()
    assert page.value("place") == f"huvudman-{place.region}"
    assert (page.value("way"), page.value("wanted")) == ("sample", "20")
    assert (page.value("from_day"), page.value("to_day")) == ("2026-10-19", "2026-11-17")
    offered = [option.text for option in page.root.get_one(id="place").find_all("option")]
    assert offered == ["Välj …", "Alla enheter i Region Halland", "Vårdcentralen Kärleken"]
    assert {"Sök i loggen": "/logg", "Loggutdrag": "/logg/utdrag"}.items() <= page.links().items()


def test_a_review_is_begun_judged_and_stands_in_the_history(place: Place) -> None:
    place.birgitta.get("/logg/granskning")
    page = place.birgitta.press("Påbörja kontrollen", from_day="2026-11-16")
    assert page.heading == "Loggkontroll av Region Halland"
    assert "Stickprov. 2 av 2 rader" in page.text
    assert logged(place) == [("log_review", PATIENT.replace("-", ""))]
    first, second = place.row_ids(1)
    page = place.birgitta.press("Spara bedömningarna", **{f"verdict-{first}": "in_order"})
    assert "Bedömningen är sparad. En rad är kvar att bedöma." in page.text
    page = place.birgitta.press(
        "Spara bedömningarna", **{f"verdict-{second}": "follow_up", f"words-{second}": "Frågar chefen."}
    )
    assert "Bedömningen är sparad. Alla rader är bedömda, och kontrollen är avslutad." in page.text
    assert "Frågar chefen." in page.text
    (cells,) = table(place.birgitta.get("/logg/granskning"))
    assert cells == [
        "I dag 10.00 Birgitta Ahl", "Region Halland mån 16 nov – tis 17 nov", "Stickprov 2 av 2 rader",
        "I sin ordning: 1 Ska följas upp: 1", "Avslutad tis 17 nov",
    ]  # fmt: skip


def table(page: Page) -> list[list[str]]:
    body = page.root.get_one(id="reviews").get_one("tbody")
    return [[cell.text for cell in row.find_all("td")] for row in body.find_all("tr")]


def test_a_finding_that_follows_holds_and_both_are_shown(place: Place) -> None:
    review_id = place.begin(wanted=1)
    (row_id,) = place.row_ids(review_id)
    place.birgitta.get(f"/logg/granskning/{review_id}")
    place.birgitta.press("Spara bedömningarna", **{f"verdict-{row_id}": "follow_up", f"words-{row_id}": "Frågar."})
    page = place.birgitta.press("Spara bedömningarna", **{f"verdict-{row_id}": "in_order"})
    told = [finding.text for finding in page.root.get_one(class_="findings").find_all("li")]
    before = "Ska följas upp Birgitta Ahl, i dag 10.00 (gäller inte längre) Frågar."
    assert told == ["I sin ordning Birgitta Ahl, i dag 10.00", before]
    assert "I sin ordning: 1" in table(place.birgitta.get("/logg/granskning"))[0][3]


def test_what_was_chosen_comes_back_with_what_is_missing(place: Place) -> None:
    review_id = place.begin()
    first, second = place.row_ids(review_id)
    place.birgitta.get(f"/logg/granskning/{review_id}")
    with writes(place.birgitta.app) as changed:
        page = place.birgitta.press(
            "Spara bedömningarna", **{f"verdict-{first}": "unauthorised", f"words-{second}": "Vikarie 20000101-2384"}
        )
    assert changed == {"access_log"}
    assert problems(page, "Loggkontroll av Region Halland").keys() == {f"words-{first}", f"verdict-{second}"}
    assert (page.value(f"verdict-{first}"), page.value(f"words-{second}")) == ("unauthorised", "Vikarie 20000101-2384")
    tokenless = place.birgitta.post(f"/logg/granskning/{review_id}", csrf=False, **{f"words-{first}": "Vikarie"})
    assert (tokenless.status, tokenless.value(f"words-{first}")) == (400, "Vikarie")
    page = place.birgitta.post(f"/logg/granskning/{review_id}")
    assert (page.status, "Välj en bedömning för minst en rad." in page.text) == (400, True)


def test_who_comes_second_sees_the_other_s_finding_and_keeps_the_own(place: Place, clock: Clock) -> None:
    review_id = place.begin()
    first, second = place.row_ids(review_id)
    place.birgitta.get(f"/logg/granskning/{review_id}")
    with place.birgitta.context():
        typed = TypedFinding(row_id=first, verdict="in_order", words="Hennes patient.")
        log_reviews.judge(place.bo, review_id, [typed], now=clock.now)
    mine = {f"verdict-{first}": "unauthorised", f"words-{first}": "Ej vårdrelation.", f"verdict-{second}": "in_order"}
    page = place.birgitta.press("Spara bedömningarna", **mine)
    assert (page.status, "Inget är sparat. Bo Ek har bedömt en av raderna" in page.text) == (409, True)
    assert "Hennes patient." in page.text
    assert {name: page.value(name) for name in mine} == mine
    assert "Alla rader är bedömda" in place.birgitta.press("Spara bedömningarna").text
    with place.birgitta.context():
        assert [one.verdict for one in rows(LogFinding)] == ["in_order", "unauthorised", "in_order"]


def test_the_plan_s_fields_come_back_with_what_is_wrong(place: Place) -> None:
    typed = {"place": "enhet-987654", "way": "rules", "wanted": "0", "from_day": "x", "to_day": "2026-11-17"}
    with writes(place.birgitta.app) as changed:
        page = place.birgitta.post("/logg/granskning", **typed)
        foreign = place.birgitta.post("/logg/granskning", **typed | {
            "wanted": "5", "from_day": "2026-11-16", "rules": ["protected", "after_hours"]})  # fmt: skip
        tokenless = place.birgitta.post("/logg/granskning", csrf=False, **typed)
    assert changed == set()
    assert problems(page, "Loggkontroll").keys() == {"rules", "wanted", "from_day"}
    assert (page.value("wanted"), page.value("way")) == ("0", "rules")
    assert problems(foreign, "Loggkontroll").keys() == {"place"}
    ticked = [box["value"] for box in foreign.root.find_all("input", name="rules") if "checked" in box.attributes]
    assert ticked == ["after_hours", "protected"]
    assert (tokenless.status, tokenless.value("wanted")) == (400, "0")


def test_rules_that_find_nothing_are_an_ended_review(place: Place) -> None:
    place.birgitta.get("/logg/granskning")
    page = place.birgitta.press("Påbörja kontrollen", way="rules", rules="protected", from_day="2026-11-16")
    assert "Ingen rad i loggen stämmer med reglerna." in page.text
    assert table(place.birgitta.get("/logg/granskning"))[0][2] == "Regler: skyddade personuppgifter 0 av 0 rader"


def test_an_own_act_is_shown_without_fields(place: Place, bare_app: Flask) -> None:
    """A reviewer who is also a nurse, in a review that a colleague has begun."""
    with bare_app.app_context():
        birgitta = place.birgitta.actor
        people.add_membership(operator(), birgitta.user_id, Role.NURSE, unit_id=place.anna.unit_id, now=LONG_AGO)
        nurse = replace(birgitta, roles=frozenset({Role.NURSE}), unit_id=place.anna.unit_id)
        threads.open_thread(nurse, place.thread_id, now=rows(AccessLogRow)[0].at)
    review_id = place.begin(person=place.bo)
    *_, own = place.row_ids(review_id)
    page = place.birgitta.get(f"/logg/granskning/{review_id}")
    assert "Det här har du gjort själv." in page.root.get_one(id=f"rad-{own}").text
    assert page.root.find("input", name=f"verdict-{own}") is None
    page = place.birgitta.post(page.url, **{f"verdict-{own}": "in_order"})
    assert problems(page, "Loggkontroll av Region Halland").keys() == {f"verdict-{own}"}


def test_another_organization_s_review_does_not_exist(place: Place) -> None:
    """IDOR: no word of it, and nothing is written."""
    review_id = place.begin()
    at = f"/logg/granskning/{review_id}"
    row_id = place.row_ids(review_id)[0]
    with writes(place.birgitta.app) as changed:
        answers = [
            place.stranger.fetch(at),
            place.stranger.send(at, **{f"verdict-{row_id}": "in_order"}),
            place.stranger.send(f"{at}/fil", filetype="csv"),
            place.stranger.fetch("/logg/granskning/2147483647"),
        ]
        page = place.stranger.get("/logg/granskning")
    assert [answer.status_code for answer in answers] == [404] * 4
    assert not [answer for answer in answers if given_away((*IDENTITY, "Åberg", "Kärleken"), answer.text)]
    assert changed == set()
    assert page.root.find(id="reviews") is None


def test_the_history_has_pages_and_costs_the_same_however_many_reviews(place: Place, bare_app: Flask) -> None:
    place.begin()
    place.birgitta.get("/logg/granskning")
    with statements() as few:
        place.birgitta.get("/logg/granskning")
    for _ in range(25):
        place.begin(wanted=1)
    with statements() as many:
        page = place.birgitta.get("/logg/granskning")
    assert len(few) == len(many)
    assert len(table(page)) == 25
    assert len(table(place.birgitta.get("/logg/granskning?sida=2"))) == 1
    assert place.birgitta.get("/logg/granskning?sida=x").status == 200


# Files ----------------------------------------------------------------------------------------------------------------


def lines(answer: TestResponse) -> list[list[str]]:
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    text = answer.get_data().decode("utf-8-sig")
    return [line.split(";") for line in text.splitlines()]


def name_of(answer: TestResponse) -> str:
    return answer.headers["Content-Disposition"].partition("filename=")[2].strip('"')


def test_a_review_as_a_file_has_rows_and_findings(place: Place) -> None:
    review_id = place.begin()
    first = place.row_ids(review_id)[0]
    at = f"/logg/granskning/{review_id}"
    place.birgitta.get(at)
    place.birgitta.press("Spara bedömningarna", **{f"verdict-{first}": "follow_up", f"words-{first}": "=1+1"})
    before = len(logged(place))
    answer = place.birgitta.send(f"{at}/fil", filetype="csv")
    assert name_of(answer) == "loggkontroll-2026-11-17.csv"
    head, judged, other = lines(answer)
    assert head[:3] == ["När", "Vem", "Titel"]
    start = ["2026-11-17 10.00", "Anna Åberg", "Sjuksköterska", "Vårdcentralen Kärleken"]
    number = str(place.thread_id)
    assert judged == [*start, "Skickade ärendet", PATIENT, number, "Slumpen", "Ska följas upp", "'=1+1", "Birgitta Ahl",
                      "2026-11-17 10.00"]  # fmt: skip
    assert other == [*start, "Öppnade ärendet", PATIENT, number, "Slumpen", "", "", "", ""]
    assert logged(place)[before:] == [("log_export", PATIENT.replace("-", ""))]


def test_a_search_as_a_file_has_every_page_of_it(place: Place) -> None:
    answer = place.birgitta.send("/logg/fil", person="anna", action="open", filetype="csv")
    assert name_of(answer) == "logg-2026-11-17.csv"
    assert [line[4] for line in lines(answer)] == ["Händelse", "Öppnade ärendet"]
    assert logged(place) == [("log_export", "")]
    sheet = place.birgitta.send("/logg/fil", patient_id=PATIENT, filetype="xlsx")
    assert name_of(sheet) == "logg-2026-11-17.xlsx"
    cells = list(load_workbook(BytesIO(sheet.get_data())).active.values)
    assert [row[4] for row in cells] == ["Händelse", "Hämtade loggen som fil", "Öppnade ärendet", "Skickade ärendet"]
    assert logged(place)[1:] == [("log_export", PATIENT.replace("-", ""))]


def test_a_file_that_would_be_too_long_is_refused(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_page, "MOST_IN_FILE", 1)
    page = place.birgitta.post("/logg/fil", person="anna", filetype="csv")
    assert (page.status, page.value("person")) == (400, "anna")
    assert "Välj en kortare period." in page.text
    assert lines(place.birgitta.send("/logg/fil", person="anna", action="open"))[1:]


def test_a_file_s_fields_are_checked_as_the_page_s(place: Place) -> None:
    with writes(place.birgitta.app) as changed:
        page = place.birgitta.post("/logg/fil", patient_id="abc")
        tokenless = place.birgitta.post("/logg/fil", csrf=False, person="anna")
    assert changed == set()
    assert problems(page, "Logg").keys() == {"patient_id"}
    assert (tokenless.status, tokenless.value("person")) == (400, "anna")


def test_the_reviews_made_by_a_colleague_are_seen_too(place: Place) -> None:
    review_id = place.begin(person=place.bo)
    assert place.birgitta.get(f"/logg/granskning/{review_id}").status == 200
    with place.birgitta.context():
        assert rows(LogReview)[0].made_by_id == place.bo.user_id
