"""The recipient lists as they are on a day (S2)."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType, terms
from lcweb.queries import recipients as queries
from lcweb.queries.recipients import Found, Today
from lcweb.services import readings, recipients
from lcweb.services.recipients import NewEntry
from tests.at import at, day
from tests.factories import LONG_AGO, RULES, organization, unit, user
from tests.web.visits import statements

FIRST, LAST = day("Mon 2026-11-16"), day("Wed 2026-11-18")


def entry(unit_id: int, area: str, **changes: Any) -> None:
    values = {"municipality": "Halmstad", "case_type": CaseType.GENERAL, "position": 1, "valid_from": FIRST}
    recipients.add_entry(operator(), NewEntry(unit_id=unit_id, area=area, **(values | changes)), now=LONG_AGO)


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


def found(typed: str = "", municipality: str | None = None, case_type: CaseType | None = None) -> Found:
    now = at("Mon 2026-11-16 14:00")
    return queries.find(terms(typed), municipality=municipality, case_type=case_type, now=now, rules=RULES)


def test_lists_come_in_the_order_people_know_and_keep_their_own(app: Flask) -> None:
    unit_id = unit()
    entry(unit_id, "Kust", municipality="Kungsbacka")
    entry(unit_id, "Norr", position=2)
    entry(unit_id, "Centrum", municipality="Laholm")
    entry(unit_id, "Åled")
    entry(unit_id, "Besök", case_type=CaseType.SINGLE_HOME_VISIT)
    assert [(one.municipality, one.case_type, [row.area for row in one.rows]) for one in found().lists] == [
        ("Halmstad", "single_home_visit", ["Besök"]),
        ("Halmstad", "general", ["Åled", "Norr"]),
        ("Laholm", "general", ["Centrum"]),
        ("Kungsbacka", "general", ["Kust"]),
    ]
    assert [one.municipality for one in found(municipality="Laholm").lists] == ["Laholm"]
    assert [one.case_type for one in found(case_type=CaseType.SINGLE_HOME_VISIT).lists] == ["single_home_visit"]


def test_what_is_asked_is_found_by_place_name_and_number(app: Flask) -> None:
    entry(unit("Hemsjukvård Norr", phone="035-18 00 00", acute_phone="035-18 00 01"), "Åled, Gamla vägen")
    for typed in ("gamla", "halmstad åled", "NORR", "3518 00 01"):
        assert found(typed).total == 1
    for typed in ("aled", "norr laholm", "18 00 02"):
        assert found(typed).total == 0


def test_only_units_in_no_list_of_today_are_other_units(app: Flask) -> None:
    listed, ended, never = unit("Kärleken ett"), unit("Kärleken två"), unit("Kärleken tre")
    entry(listed, "Norr")
    entry(ended, "Norr", valid_from=day("Mon 2026-11-02"), valid_to=day("Fri 2026-11-13"))
    assert [other.unit_id for other in found("kärleken").others] == [never, ended]
    assert found("kärleken", municipality="Hylte").others == []
    assert found("kärleken", case_type=CaseType.GENERAL).others == []
    assert found().others == []


def test_every_unit_that_is_found_has_its_day(app: Flask) -> None:
    karin = user("Karin Berg", unit_id=unit("Hemsjukvård Norr"))
    entry(karin.require_unit(), "Norr")
    other = unit("Norrmottagningen")
    readings.record(karin, readings.How.PAGE, now=at("Mon 2026-11-16 09:00"), rules=RULES)
    closes = found("norr").lists[0].rows[0].closes
    assert found("norr").today == {
        karin.unit_id: Today(closes, half_day=False, read=1, asked=2),
        other: Today(closes, half_day=False, read=0, asked=2),
    }


@pytest.mark.parametrize("count", [0, 1, 12])
def test_five_statements_find_whatever_there_is(app: Flask, count: int) -> None:
    """Rows, other units, readings, and two for the calendars."""
    for number in range(count):
        entry(unit(f"Enhet i lista {number}"), f"Område {number}")
        unit(f"Enhet utan lista {number}")
    with statements() as asked:
        assert found("enhet").total == 2 * count
    assert len(asked) == 5
