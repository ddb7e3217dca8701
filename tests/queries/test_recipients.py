"""The recipient lists as they are on a day (S2)."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.queries import recipients as queries
from lcweb.services import recipients
from lcweb.services.recipients import NewEntry
from tests.at import day
from tests.factories import organization, unit
from tests.web.visits import statements

FIRST, LAST = day("Mon 2026-11-16"), day("Wed 2026-11-18")


def entry(unit_id: int, area: str, **changes: Any) -> None:
    values = {"municipality": "Halmstad", "case_type": CaseType.GENERAL, "position": 1, "valid_from": FIRST}
    recipients.add_entry(operator(), NewEntry(unit_id=unit_id, area=area, **(values | changes)))


def areas(on: date = FIRST, case_type: CaseType | None = CaseType.GENERAL, municipality: str = "Halmstad") -> list[str]:
    return [found.area for found in queries.entries(municipality, case_type, on)]


@pytest.mark.parametrize(
    ("on", "there"),
    [("Sun 2026-11-15", []), ("Mon 2026-11-16", ["Norr"]), ("Wed 2026-11-18", ["Norr"]), ("Thu 2026-11-19", [])],
)
def test_a_row_holds_from_its_first_day_to_its_last_both_included(app: Flask, on: str, there: list[str]) -> None:
    entry(unit(), "Norr", valid_to=LAST)
    assert areas(day(on)) == there


def test_a_row_without_a_last_day_goes_on(app: Flask) -> None:
    entry(unit(), "Norr")
    assert areas(day("Mon 2040-01-02")) == ["Norr"]


def test_rows_come_in_the_list_s_own_order(app: Flask) -> None:
    unit_id = unit()
    for area, position in (("C", 2), ("A", 3), ("B", 1), ("D", 2)):
        entry(unit_id, area, position=position)
    assert areas() == ["B", "C", "D", "A"]


def test_municipality_and_case_type_choose_the_list(app: Flask) -> None:
    unit_id = unit()
    entry(unit_id, "Norr")
    entry(unit_id, "Besök", case_type=CaseType.SINGLE_HOME_VISIT)
    entry(unit_id, "Hylte", municipality="Hylte")
    assert (areas(), areas(municipality="Hylte"), areas(municipality="Laholm")) == (["Norr"], ["Hylte"], [])
    assert areas(case_type=None) == ["Norr", "Besök"]


def test_a_row_says_where_to_ring_and_when(app: Flask) -> None:
    """S3."""
    unit_id = unit("Hemsjukvård Norr", phone="035-1", acute_phone="035-2")
    entry(unit_id, "Norr")
    (found,) = queries.entries("Halmstad", CaseType.GENERAL, FIRST)
    assert found[:6] == ("general", "Norr", unit_id, "Hemsjukvård Norr", "035-1", "035-2")
    assert (found.opens.isoformat(), found.closes.isoformat()) == ("08:00:00", "16:30:00")


def test_any_unit_but_one_s_own_can_be_picked_by_organization_and_name(app: Flask) -> None:
    region, private = organization("Region Halland"), organization("Neptunuskliniken")
    own = unit("Vårdcentralen Kolla", organization_id=region)
    unit("Vårdcentralen Breared", organization_id=region)
    unit("Neptunuskliniken", organization_id=private)
    assert [found.unit for found in queries.all_units(except_id=own)] == ["Neptunuskliniken", "Vårdcentralen Breared"]
    assert len(queries.all_units(except_id=None)) == 3


@pytest.mark.parametrize("count", [1, 12])
def test_one_statement_whatever_the_number_of_rows(app: Flask, count: int) -> None:
    for number in range(count):
        entry(unit(), f"Område {number}")
    with statements() as asked:
        assert len(areas()) == count
        assert len(queries.all_units(except_id=None)) == count
    assert len(asked) == 2
