"""Läsningar och påminnelser: the own unit's manager sees who has read, the system administrator only how often."""

import pytest
from flask import Flask

from lcweb.domain.permissions import Actor, Role
from lcweb.services import readings
from lcweb.services.readings import How
from tests.at import at
from tests.clock import Clock
from tests.factories import RULES, unit, user
from tests.page import Page
from tests.web.visits import Visitor, statements


@pytest.fixture
def nurse(bare_app: Flask, clock: Clock) -> Actor:
    with bare_app.app_context():
        person = user("Karin Berg", unit_id=unit("Hemsjukvård Norr", notify_email="norr@lcweb.test"))
        for moment in ("Mon 2026-11-16 08:05", "Mon 2026-11-16 13:10", "Tue 2026-11-17 08:00"):
            readings.record(person, How.PAGE, now=at(moment), rules=RULES)
        return person


def table(page: Page) -> list[list[str]]:
    rows = page.root.get_one("table", id="days").find_all("tr")
    return [[cell.text for cell in row.find_all("td")] for row in rows][1:]


def visitor(app: Flask, role: Role, unit_id: int | None = None) -> Visitor:
    with app.app_context():
        return Visitor(app, user("Maja Ek", role=role, unit_id=unit_id))


def address(person: Actor) -> str:
    return f"/admin/enheter/{person.unit_id}/lasningar"


def test_the_own_manager_sees_who_has_read(bare_app: Flask, nurse: Actor) -> None:
    page = visitor(bare_app, Role.UNIT_MANAGER, nurse.unit_id).get(address(nurse))
    assert page.heading == "Läsningar och påminnelser, Hemsjukvård Norr"
    rows = table(page)
    assert rows[0] == ["tis 17 nov", "1 av 2", "08.00 (Karin B.)", "Pågår", "–"]
    assert rows[1] == ["mån 16 nov", "2 av 2", "08.05 (Karin B.), 13.10 (Karin B.)", "Klart", "–"]
    assert rows[2] == ["fre 13 nov", "0 av 2", "–", "Brast", "–"]


def test_the_system_administrator_sees_the_times_alone(bare_app: Flask, nurse: Actor) -> None:
    page = visitor(bare_app, Role.SYSTEM_ADMIN).get(address(nurse))
    assert table(page)[1] == ["mån 16 nov", "2 av 2", "08.05, 13.10", "Klart", "–"]
    assert "Karin" not in page.body
    assert page.root.get_one(id="unit-tabs").get_one("a", aria_current="page").text == "Läsningar och påminnelser"


def test_another_units_manager_is_told_nothing(bare_app: Flask, nurse: Actor) -> None:
    stranger = visitor(bare_app, Role.UNIT_MANAGER)
    assert stranger.get(address(nurse)).status == 404
    assert stranger.get("/admin/enheter/987654/lasningar").status == 404
    assert stranger.get("/admin/enheter/99999999999/lasningar").status == 404


def test_m4_an_address_that_does_not_work_is_said_there(bare_app: Flask, nurse: Actor) -> None:
    page = visitor(bare_app, Role.UNIT_MANAGER, nurse.unit_id).get(address(nurse))
    warning = page.root.get_one(id="unreachable").text
    assert "Hemsjukvård Norr, enhetsansvarig: ingen adress finns" in warning


def test_as_many_statements_however_many_readings(bare_app: Flask, nurse: Actor) -> None:
    manager, counts = visitor(bare_app, Role.UNIT_MANAGER, nurse.unit_id), []
    manager.get(address(nurse))  # what administrators decide is kept from now on
    for count in (0, 20):
        with bare_app.app_context():
            for minute in range(count):
                readings.record(nurse, How.PAGE, now=at(f"Thu 2026-11-12 09:{minute:02}"), rules=RULES)
        with statements() as asked:
            manager.get(address(nurse))
        counts.append(len(asked))
    assert counts[0] == counts[1]
