"""The recipient lists as they were known at a moment."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.queries import recipient_lists as queries
from lcweb.services import recipients
from lcweb.services.recipients import NewEntry
from tests.at import at, day
from tests.factories import unit
from tests.web.visits import statements

MONDAY, TUESDAY = at("Mon 2026-11-16 09:00"), at("Tue 2026-11-17 09:00")
FIRST = day("Mon 2026-11-16")


def add(unit_id: int, area: str, **changes: Any) -> int:
    values = {"municipality": "Halmstad", "case_type": CaseType.GENERAL, "position": 1, "valid_from": FIRST}
    now = changes.pop("now", MONDAY)
    return recipients.add_entry(operator(), NewEntry(unit_id=unit_id, area=area, **(values | changes)), now=now)


def test_a_row_is_as_its_last_edit_until_then_left_it(app: Flask) -> None:
    unit_id = unit("Hemsjukvård Norr")
    entry_id = add(unit_id, "Norr")
    last = day("Fri 2026-11-20")
    recipients.end_entry(operator(), entry_id, last, now=TUESDAY)
    (then,) = queries.rows("Halmstad", CaseType.GENERAL, known_at=MONDAY)
    (now,) = queries.rows("Halmstad", CaseType.GENERAL, known_at=TUESDAY)
    assert then == (entry_id, "Halmstad", "general", 1, "Norr", unit_id, "Hemsjukvård Norr", "", FIRST, None)
    assert now == then._replace(valid_to=last)
    assert queries.rows("Halmstad", CaseType.GENERAL, known_at=at("Mon 2026-11-16 08:59")) == []


def test_lists_come_in_the_order_people_know_and_keep_their_own(app: Flask) -> None:
    unit_id = unit()
    add(unit_id, "Kust", municipality="Kungsbacka")
    add(unit_id, "Norr", position=2)
    add(unit_id, "Åled")
    add(unit_id, "Besök", case_type=CaseType.SINGLE_HOME_VISIT)
    add(unit_id, "Centrum", municipality="Laholm")
    assert [row.area for row in queries.rows(None, None, known_at=TUESDAY)] == [
        "Besök", "Åled", "Norr", "Centrum", "Kust",
    ]  # fmt: skip
    assert [row.area for row in queries.rows("Halmstad", None, known_at=TUESDAY)] == ["Besök", "Åled", "Norr"]
    assert [row.area for row in queries.rows(None, CaseType.SINGLE_HOME_VISIT, known_at=TUESDAY)] == ["Besök"]


def test_in_force_are_those_that_hold_on_the_day(app: Flask) -> None:
    unit_id = unit()
    add(unit_id, "Till torsdag", valid_to=day("Thu 2026-11-19"))
    add(unit_id, "Från fredag", valid_from=day("Fri 2026-11-20"), position=2)
    found = queries.rows("Halmstad", CaseType.GENERAL, known_at=TUESDAY)
    assert [row.area for row in queries.in_force(found, day("Thu 2026-11-19"))] == ["Till torsdag"]
    assert [row.area for row in queries.in_force(found, day("Fri 2026-11-20"))] == ["Från fredag"]


@pytest.mark.parametrize("count", [1, 12])
def test_one_statement_whatever_the_number_of_rows(app: Flask, count: int) -> None:
    for number in range(count):
        add(unit(), f"Område {number}")
    with statements() as asked:
        assert len(queries.rows(None, None, known_at=TUESDAY)) == count
    assert len(asked) == 1
