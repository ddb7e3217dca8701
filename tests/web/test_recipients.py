"""The recipient list: who receives what, where, today (S2), and where to ring (S3)."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.permissions import Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.services import recipients
from lcweb.services.recipients import NewEntry
from tests.at import day
from tests.clock import Clock
from tests.factories import colleague, organization, user
from tests.page import Page
from tests.web.visits import Visitor


def entry(visitor: Visitor, area: str, unit_id: int, **changes: Any) -> None:
    """In force on every day of 2026 unless told otherwise."""
    values: dict[str, Any] = {
        "municipality": "Halmstad",
        "case_type": CaseType.GENERAL,
        "position": 1,
        "valid_from": day("Thu 2026-01-01"),
    }
    with visitor.context():
        recipients.add_entry(operator(), NewEntry(area=area, unit_id=unit_id, **(values | changes)))


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
    row = ["Hemsjukvård Norr", "035-13 20 00", "035-13 20 01", "08.00–16.30"]
    assert tables(anna.get("/mottagare")) == {
        "Övrig fråga eller information i Halmstad": [
            ["Norr", *row, "Skriv till enheten Hemsjukvård Norr, Norr"],
            ["Söder", *row, "Skriv till enheten Hemsjukvård Norr, Söder"],
        ],
        "Enstaka hembesök i Halmstad": [["Hela kommunen", *row, "Skriv till enheten Hemsjukvård Norr, Hela kommunen"]],
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
def test_an_unknown_choice_is_the_first_municipality_and_every_case_type(
    anna: Visitor, karin: Visitor, query: str
) -> None:
    entry(anna, "Norr", karin.unit_id)
    page = anna.get(f"/mottagare{query}")
    assert (page.value("municipality"), page.value("case_type"), len(tables(page))) == ("Halmstad", "", 1)


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
