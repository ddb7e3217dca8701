"""The recipient list: who receives what, where, today (S2), where to ring (S3), and how it is found."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from lcweb.db import db
from lcweb.domain.identity import numbers_in
from lcweb.domain.permissions import Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import Unit
from lcweb.services import calendar, readings, recipients
from lcweb.services.calendar import Place
from lcweb.services.recipients import NewEntry
from tests.at import day
from tests.clock import Clock
from tests.factories import LONG_AGO, PATIENT, RULES, colleague, organization, unit, user
from tests.hidden import given_away
from tests.page import Page
from tests.web.visits import Visitor, statements


def entry(visitor: Visitor, area: str, unit_id: int, **changes: Any) -> None:
    """In force on every day of 2026 unless told otherwise."""
    values: dict[str, Any] = {
        "municipality": "Halmstad",
        "case_type": CaseType.GENERAL,
        "position": 1,
        "valid_from": day("Thu 2026-01-01"),
    }
    with visitor.context():
        recipients.add_entry(operator(), NewEntry(area=area, unit_id=unit_id, **(values | changes)), now=LONG_AGO)


def tables(page: Page) -> dict[str, list[list[str]]]:
    """Heading → rows."""
    found = page.root.find_all("table")
    return {
        table.get_one("caption").text: [
            [cell.text for cell in row.find_all("td")] for row in table.get_one("tbody").find_all("tr")
        ]
        for table in found
    }


def test_a_municipality_s_rows_stand_by_case_type_with_whom_to_ring(anna: Visitor, karin: Visitor) -> None:
    entry(anna, "Söder", karin.unit_id, position=2)
    entry(anna, "Norr", karin.unit_id)
    entry(anna, "Hela kommunen", karin.unit_id, case_type=CaseType.SINGLE_HOME_VISIT)
    unit_cells = ["Hemsjukvård Norr", "035-13 20 01", "035-13 20 00", "08.00–16.30", "0 av 2"]

    def row(area: str) -> list[str]:
        named = f"Hemsjukvård Norr, {area}"
        return [area, *unit_cells, f"Skriv till enheten {named} Stämmer något inte? {named}"]

    assert tables(anna.get("/mottagare")) == {
        "Övrig fråga eller information i Halmstad": [
            row("Norr"),
            row("Söder"),
        ],
        "Enstaka hembesök i Halmstad": [row("Hela kommunen")],
    }


@pytest.mark.parametrize(
    ("today", "areas"),
    [
        ("Mon 2026-11-16 10:00", ["Förr"]),
        ("Tue 2026-11-17 10:00", ["Förr", "Nu"]),
        ("Wed 2026-11-18 10:00", ["Nu"]),
    ],
)
def test_s2_only_rows_in_force_today_stand_there(
    anna: Visitor, karin: Visitor, clock: Clock, today: str, areas: list[str]
) -> None:
    entry(anna, "Förr", karin.unit_id, valid_to=day("Tue 2026-11-17"))
    entry(anna, "Nu", karin.unit_id, valid_from=day("Tue 2026-11-17"), position=2)
    clock.set(today)
    rows = tables(Visitor(anna.app, anna.actor).get("/mottagare"))
    assert [row[0] for row in rows["Övrig fråga eller information i Halmstad"]] == areas


def test_the_filter_chooses_municipality_and_case_type(anna: Visitor, karin: Visitor) -> None:
    entry(anna, "Hylte", karin.unit_id, municipality="Hylte")
    entry(anna, "Hylte", karin.unit_id, municipality="Hylte", case_type=CaseType.SINGLE_HOME_VISIT)
    page = anna.get("/mottagare?municipality=Hylte&case_type=general")
    assert list(tables(page)) == ["Övrig fråga eller information i Hylte"]
    assert (page.value("municipality"), page.value("case_type")) == ("Hylte", "general")
    assert len(tables(anna.get("/mottagare?municipality=Hylte"))) == 2


@pytest.mark.parametrize("query", ["", "?municipality=Oslo", "?municipality=&case_type=x", "?case_type=%ff"])
def test_an_unknown_choice_is_every_municipality_and_every_case_type(anna: Visitor, karin: Visitor, query: str) -> None:
    entry(anna, "Norr", karin.unit_id)
    entry(anna, "Onsala", karin.unit_id, municipality="Kungsbacka")
    page = anna.get(f"/mottagare{query}")
    assert (page.value("municipality"), page.value("case_type"), len(tables(page))) == ("", "", 2)
    assert [heading.text for heading in page.root.find_all("h2")] == ["Halmstad", "Kungsbacka"]


def test_an_empty_list_says_what_to_do(anna: Visitor) -> None:
    text = anna.get("/mottagare?municipality=Laholm").root.get_one(class_="empty").text
    assert text.startswith("Laholm har ingen mottagare i listan för det du valde. Ring kommunen")


def test_a_row_leads_to_the_compose_page_with_its_unit_chosen(anna: Visitor, karin: Visitor) -> None:
    entry(anna, "Norr", karin.unit_id, municipality="Kungsbacka")
    address = anna.get("/mottagare?municipality=Kungsbacka").links()["Skriv till enheten Hemsjukvård Norr, Norr"]
    page = anna.get(address)
    chosen = [page.value(name) for name in ("municipality", "case_type", "recipient_unit")]
    assert chosen == ["Kungsbacka", "general", str(karin.unit_id)]


@pytest.mark.parametrize("who", ["own unit", "receptionist", "list administrator"])
def test_who_cannot_write_there_is_not_led_there(bare_app: Flask, anna: Visitor, karin: Visitor, who: str) -> None:
    entry(anna, "Norr", karin.unit_id)
    with bare_app.app_context():
        people = {
            "own unit": karin.actor,
            "receptionist": colleague(anna.actor, role=Role.RECEPTIONIST),
            "list administrator": user(role=Role.LIST_ADMIN, organization_id=organization()),
        }
    page = Visitor(bare_app, people[who]).get("/mottagare")
    assert len(tables(page)) == 1
    assert not [words for words in page.links() if words.startswith("Skriv till enheten")]


# Finding --------------------------------------------------------------------------------------------------------------

OTHERS = "Enheter som inte står i någon kommuns lista"


@pytest.mark.parametrize(
    ("typed", "areas"),
    [
        ("hemsjuk norr", ["Norr", "Söder, Åledsvägen 3", "Hylte tätort"]),
        ("Söder", ["Söder, Åledsvägen 3"]),
        ("åledsvägen 3", ["Söder, Åledsvägen 3"]),
        ("aled", None),
        ("hylte", ["Hylte tätort"]),
        ("HALMSTAD  söder", ["Söder, Åledsvägen 3"]),
        ("hylte söder", None),
        ("035132001", ["Norr", "Söder, Åledsvägen 3", "Hylte tätort"]),
        ("13 20-01 hylte", ["Hylte tätort"]),
        ("  ", ["Norr", "Söder, Åledsvägen 3", "Hylte tätort"]),
    ],
)
def test_what_is_typed_finds_the_rows(anna: Visitor, karin: Visitor, typed: str, areas: list[str] | None) -> None:
    entry(anna, "Norr", karin.unit_id)
    entry(anna, "Söder, Åledsvägen 3", karin.unit_id, position=2)
    entry(anna, "Hylte tätort", karin.unit_id, municipality="Hylte")
    page = anna.get(f"/mottagare?q={quote(typed)}")
    assert page.value("q") == typed.strip()
    assert [row[0] for rows in tables(page).values() for row in rows] == (areas or [])
    assert (page.root.find(class_="empty") is None) is (areas is not None)


def test_a_unit_in_no_list_is_found_under_a_heading_of_its_own(anna: Visitor, karin: Visitor) -> None:
    entry(anna, "Norr", karin.unit_id)
    assert list(tables(anna.get("/mottagare"))) == ["Övrig fråga eller information i Halmstad"]
    for typed in ("kärleken", "035 10 00 01", "halmstad"):
        page = Visitor(karin.app, karin.actor).get(f"/mottagare?q={typed}")
        row = ["Halmstad", "Vårdcentralen Kärleken", "035-10 00 01", "035-10 00 00", "08.00–16.30", "0 av 2"]
        assert tables(page)[OTHERS] == [[*row, "Skriv till enheten Vårdcentralen Kärleken"]]
        assert [heading.text for heading in page.root.find_all("h2")][-1] == "Andra enheter"
    assert page.links()["Skriv till enheten Vårdcentralen Kärleken"] == f"/arenden/ny?recipient_unit={anna.unit_id}"
    for narrower in ("municipality=Hylte", "case_type=general"):
        assert OTHERS not in tables(anna.get(f"/mottagare?q=kärleken&{narrower}"))


def test_what_finds_nothing_says_what_to_do(anna: Visitor) -> None:
    page = anna.get("/mottagare?q=Storgatan&municipality=Laholm")
    assert page.root.get_one(id="recipients-count").text == "Inget hittades"
    text = page.root.get_one(class_="empty").text
    assert text.startswith("Inget i listan stämmer med ”Storgatan”. Skriv färre ord")
    assert "Eller välj alla kommuner och alla ärendetyper." in text
    assert "alla kommuner" not in anna.get("/mottagare?q=Storgatan").root.get_one(class_="empty").text


@pytest.mark.parametrize(
    "typed", ["x" * 3_000, "1" * 3_000, "%ed%a0%80", "-", "+46", "%3Cb%3E%22", "{{7*7}}", "+", ","]
)
def test_nothing_that_is_typed_fails(anna: Visitor, karin: Visitor, typed: str) -> None:
    entry(anna, "Norr", karin.unit_id)
    page = anna.get(f"/mottagare?q={typed}")
    assert page.status == 200
    assert len(page.value("q")) <= 100


def test_while_somebody_types_only_what_was_found_is_sent(anna: Visitor, karin: Visitor) -> None:
    entry(anna, "Norr", karin.unit_id)
    fragment = anna.poll("/mottagare?q=norr")
    assert not fragment.is_whole
    assert (
        fragment.root.get_one(id="recipients").text == anna.get("/mottagare?q=norr").root.get_one(id="recipients").text
    )
    assert fragment.root.get_one(id="recipients-count").text == "1 rad för ”norr”"
    assert list(fragment.root.find_all("form")) == []


def test_a_row_is_found_by_its_unit_s_street_and_by_its_note_and_shows_both(anna: Visitor, karin: Visitor) -> None:
    with anna.context(), db.engine.begin() as connection:
        connection.execute(db.update(Unit).where(Unit.id == karin.unit_id).values(street="Åledsvägen 3"))
        connection.execute(db.update(Unit).where(Unit.id == anna.unit_id).values(street="Ågatan 5"))
    entry(anna, "Norr", karin.unit_id, note="Även Sperlingsholm.")
    entry(anna, "Söder", karin.unit_id, position=2)
    rows = tables(anna.get("/mottagare?q=sperlingsholm"))["Övrig fråga eller information i Halmstad"]
    assert [row[:2] for row in rows] == [["Norr Även Sperlingsholm.", "Hemsjukvård Norr Åledsvägen 3"]]
    rows = tables(anna.get(f"/mottagare?q={quote('åledsvägen')}"))["Övrig fråga eller information i Halmstad"]
    assert [row[1] for row in rows] == ["Hemsjukvård Norr Åledsvägen 3"] * 2
    assert tables(anna.get(f"/mottagare?q={quote('ågatan 5')}"))[OTHERS][0][1] == "Vårdcentralen Kärleken Ågatan 5"


def test_a_closed_unit_s_rows_are_not_shown(anna: Visitor, karin: Visitor, clock: Clock) -> None:
    entry(anna, "Norr", karin.unit_id)
    with anna.context(), db.engine.begin() as connection:
        connection.execute(db.update(Unit).where(Unit.id == karin.unit_id).values(closed_at=clock.now))
    for address in ("/mottagare", "/mottagare?q=norr"):
        assert tables(anna.get(address)) == {}
    assert "Hemsjukvård Norr" not in anna.get("/arenden/ny?municipality=Halmstad&case_type=general").text


@pytest.mark.parametrize(
    "typed", ["20000101-2384", "200001012384", "000101-2384", "Norr 18900101 9802", "x" * 99 + PATIENT]
)
def test_p4_a_patient_s_number_is_neither_looked_for_nor_given_back(anna: Visitor, karin: Visitor, typed: str) -> None:
    entry(anna, "Norr", karin.unit_id)
    address = f"/mottagare?q={quote(typed)}"
    for page in (anna.get(address), anna.poll(address)):
        assert page.root.get_one(class_="empty").text.startswith(
            "Här söker du bland områden och enheter, aldrig efter en patient."
        )
        assert page.root.get_one(id="recipients-count").text == "Personnummer går inte att söka på här"
        assert tables(page) == {}
        assert given_away(("2384", "000101", "9802", "18900101"), page.body) == []


def test_a_telephone_number_that_could_be_a_patient_s_is_found(anna: Visitor, karin: Visitor) -> None:
    with anna.context(), db.engine.begin() as connection:
        connection.execute(db.update(Unit).where(Unit.id == karin.unit_id).values(phone="070-174 06 07"))
    entry(anna, "Norr", karin.unit_id)
    assert numbers_in("0701740607")
    page = anna.get("/mottagare?q=0701740607")
    assert (page.value("q"), len(tables(page))) == ("0701740607", 1)
    assert tables(anna.get("/mottagare?q=0701740615")) == {}


@pytest.mark.prove
def test_the_page_asks_no_more_of_the_database_however_many_units_there_are(
    anna: Visitor, karin: Visitor, scale: Callable[[int, int], int]
) -> None:
    entry(anna, "Norr", karin.unit_id)
    anna.get("/mottagare")
    asked = []
    for many in (0, scale(6, 200)):
        with anna.context():
            units = [unit() for _ in range(many)]
        for number, unit_id in enumerate(units):
            entry(anna, f"Område {number}", unit_id)
        anna.get("/mottagare")  # what administrators decide is kept from now on
        with statements() as seen:
            assert len(anna.get("/mottagare").links()) > many
        asked.append(len(seen))
    assert asked[0] == asked[1]


# Today ----------------------------------------------------------------------------------------------------------------


def hours_and_readings(visitor: Visitor, now: str, clock: Clock) -> list[str]:
    clock.set(now)
    ((row,),) = tables(Visitor(visitor.app, visitor.actor).get("/mottagare")).values()
    return row[4:6]


def test_a2_each_row_says_how_often_the_unit_has_read_today(anna: Visitor, karin: Visitor, clock: Clock) -> None:
    """Once an hour counts, and never more than is asked for."""
    entry(anna, "Norr", karin.unit_id)
    told = []
    for moment in ("08:10", "08:30", "10:00", "13:00"):
        clock.set(f"Tue 2026-11-17 {moment}")
        with karin.context():
            readings.record(karin.actor, readings.How.PAGE, now=clock.now, rules=RULES)
        told.append(hours_and_readings(anna, f"Tue 2026-11-17 {moment}", clock)[1])
    assert told == ["1 av 2", "1 av 2", "2 av 2", "2 av 2"]
    assert hours_and_readings(anna, "Wed 2026-11-18 08:00", clock)[1] == "0 av 2"


def test_nobody_is_told_who_has_read(anna: Visitor, karin: Visitor) -> None:
    entry(anna, "Norr", karin.unit_id)
    karin.get("/inkorg")
    page = anna.get("/mottagare")
    assert "1 av 2" in page.text
    assert "Karin" not in page.body


def test_a_day_off_and_a_half_day_are_said_plainly(anna: Visitor, karin: Visitor, clock: Clock) -> None:
    """T1, T2."""
    entry(anna, "Norr", karin.unit_id)
    with karin.context():
        place = Place(karin.unit_id)
        calendar.close_day(operator(), day("Wed 2026-11-18"), place, now=clock.now, rules=RULES)
        calendar.halve_day(operator(), day("Thu 2026-11-19"), place, now=clock.now)
    closed = ["Stängt i dag. Annars 08.00–16.30", "nej, stängt"]
    assert hours_and_readings(anna, "Wed 2026-11-18 09:00", clock) == closed
    half = ["Halvdag, stänger 12.00. Annars 08.00–16.30", "0 av 1"]
    assert hours_and_readings(anna, "Thu 2026-11-19 09:00", clock) == half
    assert hours_and_readings(anna, "Sat 2026-11-21 09:00", clock) == closed
