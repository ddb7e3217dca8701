"""Månadsrapporten: a whole month of a place, and the wish to be told of it by mail."""

from datetime import date
from urllib.parse import quote

import pytest
from flask import Flask

from lcweb.db import release_reading
from lcweb.domain.permissions import Role
from lcweb.models import ReportWish
from lcweb.services import follow_up
from tests.clock import Clock
from tests.factories import RULES, organization, patient_id, thread, unit, user
from tests.hidden import given_away
from tests.rows import rows
from tests.web.visits import IDENTITY, Visitor, writes

ADDRESS = "/uppfoljning/rapport"


@pytest.fixture
def anna(bare_app: Flask, clock: Clock) -> Visitor:
    clock.set("Tue 2026-10-06 09:00")
    with bare_app.app_context():
        nurse = user("Anna Lind", unit_id=unit("Kärleken"), email="anna@lcweb.test")
        norr = unit("Norr")
        for number in range(6):
            thread(nurse, norr, now=clock.now, patient_id=patient_id(date(1950, 1, number + 1)))
        clock.set("Tue 2026-11-17 10:00")
        follow_up.tick(now=clock.now, rules=RULES)
        release_reading()
    return Visitor(bare_app, nurse)


def test_the_month_that_is_over_with_everything_a_steering_group_asks_for(anna: Visitor) -> None:
    page = anna.get(ADDRESS)
    assert (page.heading, page.root.get_one(id="place").text) == ("Månadsrapport oktober 2026", "Kärleken")
    assert "2026-10-01 till 2026-10-31." in page.text and "inte slut" not in page.text
    figures = page.root.get_one(id="figures").text
    assert "Skickade ärenden 6" in figures
    assert "Läsningar dag för dag" in page.text and "Tretton månader" in page.text
    assert not given_away(IDENTITY, page.text)


def test_a_month_that_goes_on_says_so(anna: Visitor) -> None:
    page = anna.get(f"{ADDRESS}?manad=2026-11")
    assert page.heading == "Månadsrapport november 2026" and "Månaden är inte slut än." in page.text
    assert "Nästa" not in page.links()
    assert anna.get(page.links()["Föregående"]).heading == "Månadsrapport oktober 2026"


@pytest.mark.parametrize("month", ["2026-13", "oktober", "1026-01", "2026-10-01", "9" * 500])
def test_what_is_no_month_is_said_at_its_field(anna: Visitor, month: str) -> None:
    page = anna.get(f"{ADDRESS}?manad={quote(month)}")
    assert page.status == 400 and "Skriv månaden som 2026-10." in page.text


def test_from_follow_up_to_the_report_and_back(anna: Visitor) -> None:
    report = anna.get(anna.get("/uppfoljning").links()["Månadsrapport"])
    assert report.heading == "Månadsrapport oktober 2026"
    assert anna.get(report.links()["Till Uppföljning"]).root.get_one(id="place").text.startswith("Kärleken, tor 1 okt")


def test_asking_for_it_by_mail_and_having_had_enough(anna: Visitor) -> None:
    anna.get(ADDRESS)
    page = anna.press("Mejla mig när rapporten är klar")
    assert page.heading == "Månadsrapport oktober 2026"
    assert "Du får ett mejl första vardagen i varje månad när rapporten för Kärleken är klar." in page.text
    assert "Du får ett mejl till anna@lcweb.test" in page.text and "inga siffror" in page.text
    page = anna.press("Sluta mejla mig")
    assert "Du får inte längre månadsrapporten för Kärleken per mejl." in page.text
    with anna.context():
        assert [wish.ended_at is None for wish in rows(ReportWish)] == [False]


def test_who_has_no_address_is_told_so(anna: Visitor) -> None:
    with anna.context():
        bo = Visitor(anna.app, user("Bo Ek", unit_id=anna.unit_id))
    page = bo.get(ADDRESS)
    assert "Du har ingen e-postadress här." in page.text and "Mejla mig" not in page.text
    with writes(bo.app) as changed:
        page = bo.post(f"{ADDRESS}/mejl", plats="", vill="ja")
    assert (page.status, changed) == (400, set())
    assert "Be en administratör att lägga in den" in page.root.get_one(id="error-summary").text


@pytest.mark.parametrize("place", ["enhet-{other}", "huvudman-1", "kommun-Halmstad", "alla", "enhet-99999999999", "x"])
def test_a_place_that_is_not_ones_own_does_not_exist(anna: Visitor, place: str) -> None:
    with anna.context():
        other = unit("Annan", organization_id=organization())
    where = place.format(other=other)
    anna.get(ADDRESS)
    with writes(anna.app) as changed:
        answers = [anna.fetch(f"{ADDRESS}?plats={where}"), anna.send(f"{ADDRESS}/mejl", plats=where, vill="ja")]
    assert ([answer.status_code for answer in answers], changed) == ([404, 404], set())


def test_a_municipality_has_a_report_but_none_by_mail(anna: Visitor) -> None:
    with anna.context():
        admin = Visitor(anna.app, user("Ada Min", role=Role.SYSTEM_ADMIN, email="ada@lcweb.test"))
    for place in ("alla", "kommun-Halmstad"):
        page = admin.get(f"{ADDRESS}?plats={place}")
        assert "Välj en enhet eller en huvudman" in page.text and "Enheterna" in page.text
        assert admin.send(f"{ADDRESS}/mejl", plats=place, vill="ja").status_code == 404
