"""Loggutdrag: what a patient may be told of the log (L4)."""

import pytest
from flask import Flask

from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Role, operator
from lcweb.domain.units import NewOrganization
from lcweb.models import AccessLogRow
from lcweb.services import threads, units
from lcweb.web.log_words import EXTRACT_ACTIONS
from tests.at import at
from tests.clock import Clock
from tests.factories import OTHER_PATIENT, PATIENT, organization, thread, unit, user
from tests.page import Page
from tests.rows import rows
from tests.web.visits import Visitor, writes

NUMBER = PATIENT.replace("-", "")


class Place:
    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.region = organization("Region Halland")
            anna = user("Anna Åberg", unit_id=unit("Vårdcentralen Kärleken", organization_id=self.region))
            karin = user("Karin Berg", unit_id=unit("Hemsjukvård Norr"))
            thread_id = thread(anna, karin.require_unit(), now=at("Mon 2026-11-16 09:00"))
            threads.open_thread(karin, thread_id, now=at("Mon 2026-11-16 09:05"))
            threads.open_thread(anna, thread_id, now=at("Tue 2026-11-17 09:00"))
            thread(anna, karin.require_unit(), now=at("Tue 2026-11-17 09:30"), patient_id=OTHER_PATIENT)
            reviewer = user("Birgitta Ahl", role=Role.LOG_REVIEWER, organization_id=self.region)
        self.birgitta = Visitor(app, reviewer)


@pytest.fixture
def place(bare_app: Flask, clock: Clock) -> Place:
    return Place(bare_app)


def ask(place: Place, **fields: str) -> Page:
    place.birgitta.get("/logg/utdrag")
    return place.birgitta.press("Visa utdraget", **({"patient_id": PATIENT} | fields))


def told(page: Page) -> list[list[str]]:
    assert (page.status, page.heading, page.title) == (200, "Loggutdrag", "Loggutdrag – Vårdmeddelanden")
    found = page.root.find(class_="extract")
    inner = next(table for table in page.root.find_all("table") if "extract" in table.get("class")) if found else None
    return (
        [[cell.text for cell in row.find_all("td")] for row in inner.get_one("tbody").find_all("tr")] if inner else []
    )


SENT = ["2026-11-16 09.00", "Vårdcentralen Kärleken", "Skickade ett meddelande om dig till en annan enhet"]
READ = ["2026-11-17 09.00", "Vårdcentralen Kärleken", "Läste ett ärende om dig"]


def test_it_tells_which_unit_did_what_and_when_and_names_nobody(place: Place) -> None:
    page = ask(place)
    assert told(page) == [SENT, READ]
    for absent in ("Åberg", "Karin", "Hemsjukvård", OTHER_PATIENT):
        assert absent not in page.body
    assert PATIENT in page.text
    assert (told(ask(place, from_day="2026-11-17")), told(ask(place, to_day="2026-11-16"))) == ([READ], [SENT])


def test_each_extract_is_an_act_of_its_own_in_the_log(place: Place) -> None:
    ask(place)
    place.birgitta.press("Hämta som CSV")
    with place.birgitta.context():
        left = [(row.user_id, row.unit_id, row.patient_number) for row in rows(AccessLogRow, action="log_extract")]
    assert left == [(place.birgitta.actor.user_id, None, NUMBER)] * 2


def test_with_the_organization_s_leave_it_names_the_staff(place: Place) -> None:
    with place.birgitta.context():
        leave = NewOrganization(name="Region Halland", names_in_extract=True)
        units.change_organization(operator(), place.region, leave, seen=1, now=at("Tue 2026-11-17 09:45"))
    assert told(ask(place)) == [[*SENT, "Anna Åberg"], [*READ, "Anna Åberg"]]
    assert csv(place)[1] == "2026-11-16 09.00;Region Halland;Vårdcentralen Kärleken;" + SENT[2] + ";Anna Åberg"


def test_as_a_file_it_says_the_same(place: Place) -> None:
    assert csv(place) == [
        "När;Huvudman;Enhet;Vad som gjordes",
        f"2026-11-16 09.00;Region Halland;Vårdcentralen Kärleken;{SENT[2]}",
        f"2026-11-17 09.00;Region Halland;Vårdcentralen Kärleken;{READ[2]}",
    ]


def csv(place: Place) -> list[str]:
    answer = place.birgitta.send("/logg/utdrag", patient_id=PATIENT, filetype="csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="loggutdrag-2026-11-17.csv"'
    return answer.get_data().decode("utf-8-sig").splitlines()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"patient_id": ""}, {"patient_id"}),
        ({"patient_id": "000101-2384"}, {"patient_id"}),
        ({"patient_id": "Tove"}, {"patient_id"}),
        ({"from_day": "i går", "to_day": "2026-02-30"}, {"from_day", "to_day"}),
        ({"from_day": "2026-11-17", "to_day": "2026-11-16"}, {"to_day"}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_logged(place: Place, fields: dict[str, str], wrong: set[str]) -> None:
    """Ten digits may be two people, whose acts must not stand in one extract."""
    with writes(place.birgitta.app) as changed:
        page = ask(place, **fields)
    links = page.root.get_one(id="error-summary").find_all("a")
    assert (page.status, {link["href"][1:] for link in links}, changed) == (400, wrong, set())
    assert {name: page.value(name) for name in fields} == fields


def test_a_patient_whom_nobody_has_touched(place: Place) -> None:
    page = ask(place, patient_id="20000101-2392")
    assert told(page) == []
    assert "Ingen på de här enheterna har gjort något om dig" in page.text


def test_every_act_of_a_unit_has_words_for_the_patient() -> None:
    """No unit disposes, or reviews."""
    own = {LogAction.DISPOSE, LogAction.LOG_REVIEW, LogAction.LOG_EXPORT, LogAction.LOG_EXTRACT}
    assert EXTRACT_ACTIONS.keys() == set(LogAction) - own
