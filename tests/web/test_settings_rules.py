"""Inställningar: each of the routine's numbers with its history, changed from a day on, and taken back before it."""

from urllib.parse import quote

import pytest
from flask import Flask

from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import Obligation, SettingChange
from lcweb.services import settings
from lcweb.web import words
from tests.at import day
from tests.clock import Clock
from tests.factories import RULES, unit, user
from tests.page import Page
from tests.rows import row, rows
from tests.web.thread_page import facts
from tests.web.visits import Visitor, letter, writes

ADDRESS = "/admin/installningar"
ANSWER = f"{ADDRESS}/svarstid"
SAVE = "Spara ändringen"


@pytest.fixture
def ada(bare_app: Flask, clock: Clock) -> Actor:
    with bare_app.app_context():
        return user("Ada Min", role=Role.SYSTEM_ADMIN)


@pytest.fixture
def admin(bare_app: Flask, ada: Actor) -> Visitor:
    return Visitor(bare_app, ada)


def table(page: Page, id: str = "rules") -> dict[str, list[str]]:
    lines = page.root.get_one(id=id).get_one("tbody").find_all("tr")
    cells = ([cell.text for cell in line.find_all("td")] for line in lines)
    return {first.split(" A2")[0].split(" T5")[0].split(" A3")[0]: rest[:-1] for first, *rest in cells}


def problems(page: Page) -> dict[str, str]:
    summary = page.root.find(id="error-summary")
    return {link["href"].removeprefix("#"): link.text for link in summary.find_all("a")} if summary else {}


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def test_every_rule_is_a_row_and_has_a_page_of_its_own(admin: Visitor) -> None:
    page = admin.get(ADDRESS)
    rows_of_rules = list(page.root.get_one(id="rules").get_one("tbody").find_all("tr"))
    assert len(rows_of_rules) == len(words.RULES)
    assert table(page)["Tid att svara"] == ["3 vardagar", "Inget"]
    assert table(page)["Så räknas läsningarna"] == ["med en paus emellan", "Inget"]
    for line, rule in zip(rows_of_rules, words.RULES.values(), strict=True):
        page = admin.get(line.get_one("a")["href"])
        assert (page.status, page.heading) == (200, rule.title)
        assert page.value("value") not in (None, "")
        assert "Som tjänsten är uppsatt från början" in page.text


@pytest.mark.parametrize("slug", ["x", "answer_days", "svarstid\0", "svarstid/", "%F0%9F"])
def test_another_address_is_no_rule(admin: Visitor, slug: str) -> None:
    assert admin.fetch(f"{ADDRESS}/{slug}").status_code == 404


def test_a_change_is_planned_and_holds_from_its_day(admin: Visitor, clock: Clock) -> None:
    admin.get(ANSWER)
    page = admin.press(SAVE, value="5", applies_from="2026-11-23")
    assert receipt(page) == "Ändringen är sparad. Den gäller från mån 23 nov."
    assert "3 vardagar" in page.text
    assert "5 vardagar från mån 23 nov" in page.text
    history = page.root.get_one("details").text
    assert history == (
        "Senast ändrad i dag 10.00 av Ada Min "
        "I dag 10.00: Ada Min ändrade från 3 vardagar till 5 vardagar , från mån 23 nov."
    )
    assert table(admin.get(ADDRESS))["Tid att svara"] == ["3 vardagar", "5 vardagar från mån 23 nov"]
    clock.set("Mon 2026-11-23 00:00")
    later = Visitor(admin.app, admin.actor)
    assert table(later.get(ADDRESS))["Tid att svara"] == ["5 vardagar sedan mån 23 nov", "Inget"]


def test_a_planned_change_is_taken_back(admin: Visitor) -> None:
    admin.get(ANSWER)
    admin.press(SAVE, value="5", applies_from="2026-11-23")
    page = admin.press("Ta tillbaka")
    assert (page.heading, receipt(page)) == ("Tid att svara", "Den planerade ändringen är tillbakatagen.")
    assert "Ingen ändring är planerad" in page.text
    assert "Ada Min tog tillbaka ändringen." in page.root.get_one("details").text


def test_what_can_no_longer_be_taken_back_is_said(admin: Visitor, clock: Clock) -> None:
    admin.get(ANSWER)
    admin.press(SAVE, value="5", applies_from="2026-11-23")
    with writes(admin.app) as changed:
        assert admin.post(f"{ADDRESS}/ta-tillbaka", change="99").status == 404
        assert admin.post(f"{ADDRESS}/ta-tillbaka", change="1\0").status == 404
    assert changed == set()
    page = admin.post(f"{ADDRESS}/ta-tillbaka", change="1")
    page = admin.post(f"{ADDRESS}/ta-tillbaka", change="1")
    assert (page.status, page.heading) == (409, "Inställningar")
    assert "Ada Min har redan tagit tillbaka ändringen." in page.root.get_one(id="error-summary").text


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"value": "", "applies_from": ""}, ["value", "applies_from"]),
        ({"value": "61", "applies_from": "2026-11-23"}, ["value"]),
        ({"value": "<b>", "applies_from": "2026-11-23"}, ["value"]),
        ({"value": "4\0", "applies_from": "i morgon"}, ["value", "applies_from"]),
        ({"value": "4", "applies_from": "2026-11-17"}, ["applies_from"]),
        ({"value": "4", "applies_from": "9999-12-31"}, ["applies_from"]),
        ({"value": "3", "applies_from": "2026-11-23"}, ["value"]),
    ],
)
def test_what_cannot_be_saved_is_given_back_with_a_sentence(
    admin: Visitor, typed: dict[str, str], found: list[str]
) -> None:
    admin.get(ANSWER)
    with writes(admin.app) as changed:
        page = admin.press(SAVE, **typed)
    assert (page.status, changed, list(problems(page))) == (400, set(), found)
    assert [page.value(name) for name in typed] == list(typed.values())
    for name, sentence in problems(page).items():
        assert page.root.get_one(id=f"{name}-problem").text == sentence


def test_of_two_administrators_the_second_is_told_and_keeps_the_text(
    admin: Visitor, bare_app: Flask, clock: Clock
) -> None:
    with bare_app.app_context():
        bo = Visitor(bare_app, user("Bo Ek", role=Role.SYSTEM_ADMIN))
    bo.get(ANSWER)
    admin.get(ANSWER)
    admin.press(SAVE, value="5", applies_from="2026-11-23")
    with writes(bare_app) as changed:
        page = bo.press(SAVE, value="4", applies_from="2026-11-24")
    assert (page.status, changed) == (409, set())
    assert "Ada Min har ändrat inställningen sedan du öppnade sidan." in page.root.get_one(id="error-summary").text
    assert (page.value("value"), page.value("applies_from")) == ("4", "2026-11-24")
    assert "5 vardagar från mån 23 nov" in page.text
    assert bo.press(SAVE, value="4", applies_from="2026-11-24").status == 200  # having seen it


@pytest.mark.parametrize("seen", ["", "x", "-1", "99", "0\0", "١"])
def test_a_made_up_sight_is_a_conflict(admin: Visitor, seen: str) -> None:
    assert admin.post(ANSWER, value="5", applies_from="2026-11-23", seen=seen).status == 409


def test_without_a_token_of_one_s_own_what_was_typed_comes_back(admin: Visitor) -> None:
    for address in (ANSWER, f"{ADDRESS}/receptionister"):
        page = admin.post(address, csrf=False, value="5", applies_from="2026-11-23")
        assert page.status == 400
    assert admin.post(ANSWER, csrf=False, value="5", applies_from="2026-11-23").value("value") == "5"


# What follows the day's rules -----------------------------------------------------------------------------------------


def plan(admin: Visitor, clock: Clock, name: str, typed: str, on: str) -> None:
    with admin.context():
        settings.change_rule(operator(), name, typed, day(on), seen=0, base=RULES, now=clock.now)


def test_t5_the_thread_names_the_setting_that_its_date_came_from(
    admin: Visitor, bare_app: Flask, anna: Visitor, karin: Visitor, clock: Clock
) -> None:
    plan(admin, clock, "answer_days", "5", "Mon 2026-11-23")
    anna.post("/arenden/ny", **letter(karin.unit_id))
    clock.set("Mon 2026-11-23 10:00")
    anna, karin = (Visitor(bare_app, person.actor) for person in (anna, karin))
    anna.post("/arenden/ny", **letter(karin.unit_id, new_thread="ja"))
    expected = {
        1: "Svar senast fre 20 nov 16.30: 3 vardagar från tis 17 nov, enligt tjänstens grundinställning.",
        2: "Svar senast mån 30 nov 16.30: 5 vardagar från mån 23 nov, enligt inställningen som gäller från mån 23 nov.",
    }
    for person in (anna, karin):
        for thread_id, origin in expected.items():
            assert facts(person.get(f"/arenden/{thread_id}"))["Svarstid"] == origin
    with bare_app.app_context():
        assert [duty.answer_days for duty in rows(Obligation)] == [3, 5]


def test_the_help_tells_today_s_numbers(admin: Visitor, clock: Clock) -> None:
    plan(admin, clock, "answer_days", "5", "Wed 2026-11-18")
    plan(admin, clock, "readings_per_day", "3", "Wed 2026-11-18")
    assert "Svar inom 3 vardagar" in admin.get("/hjalp").text
    clock.set("Wed 2026-11-18 10:00")
    later = Visitor(admin.app, admin.actor).get("/hjalp").text
    assert "Svar inom 5 vardagar" in later
    assert "Tre gånger varje vardag" in later


# Receptionists --------------------------------------------------------------------------------------------------------

DESKS = f"{ADDRESS}/receptionister"


@pytest.fixture
def kolla(bare_app: Flask, clock: Clock) -> int:
    with bare_app.app_context():
        return unit("Kolla")


def test_a_unit_s_receptionists_are_allowed_to_write_from_a_day(
    admin: Visitor, bare_app: Flask, kolla: int, clock: Clock
) -> None:
    with bare_app.app_context():
        rut = user("Rut Falk", role=Role.RECEPTIONIST, unit_id=kolla)
    page = admin.get(DESKS)
    assert "Inga receptionister får skriva till andra enheter." in page.text
    page = admin.get(f"{DESKS}?enhet={kolla}")
    page = admin.press(SAVE, allowed="ja", applies_from="2026-11-18")
    assert table(page, "units") == {"Kolla": ["Nej", "Ja från ons 18 nov"]}
    assert Visitor(bare_app, rut).fetch("/arenden/ny").status_code == 404
    clock.set("Wed 2026-11-18 08:00")
    assert Visitor(bare_app, rut).fetch("/arenden/ny").status_code == 200
    admin = Visitor(bare_app, admin.actor)
    page = admin.get(f"{DESKS}?enhet={kolla}")
    assert table(page, "units") == {"Kolla": ["Ja, sedan ons 18 nov", "Inget"]}
    assert "Receptionisterna på en enhet får skriva" in admin.get(ADDRESS).text
    admin.get(f"{DESKS}?enhet={kolla}")
    admin.press(SAVE, allowed="nej", applies_from="2026-11-18")
    assert Visitor(bare_app, rut).fetch("/arenden/ny").status_code == 404


def test_taking_back_comes_back_to_the_unit(admin: Visitor, kolla: int) -> None:
    admin.get(f"{DESKS}?enhet={kolla}")
    admin.press(SAVE, allowed="ja", applies_from="2026-11-18")
    page = admin.press("Ta tillbaka")
    assert (page.heading, page.root.get_one(id="unit-heading").text) == ("Receptionister som får skriva", "Kolla")
    with admin.context():
        assert row(SettingChange).ended_by == "Ada Min"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"allowed": "", "applies_from": "2026-11-18"}, "allowed"),
        ({"allowed": "kanske", "applies_from": "2026-11-18"}, "allowed"),
        ({"allowed": "nej", "applies_from": "2026-11-18"}, "allowed"),
        ({"allowed": "ja", "applies_from": "2026-11-17"}, "applies_from"),
        ({"allowed": "nej", "applies_from": "2026-11-16"}, "applies_from"),
    ],
)
def test_an_answer_that_cannot_be_saved(admin: Visitor, kolla: int, typed: dict[str, str], field: str) -> None:
    admin.get(f"{DESKS}?enhet={kolla}")
    with writes(admin.app) as changed:
        page = admin.post(DESKS, unit=str(kolla), seen="0", **typed)
    assert (page.status, changed, list(problems(page))) == (400, set(), [field])
    assert page.value("applies_from") == typed["applies_from"]


@pytest.mark.parametrize("unit_id", ["x", "0", "987654321", "1\0"])
def test_a_made_up_unit_is_404(admin: Visitor, unit_id: str) -> None:
    assert admin.fetch(f"{DESKS}?enhet={quote(unit_id)}").status_code in (400, 404)
    assert admin.post(DESKS, unit=unit_id, allowed="ja", applies_from="2026-11-18", seen="0").status == 404
