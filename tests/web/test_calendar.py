"""Kalender: the year, a day looked at before it is closed, and opened again (T1, T2, T5)."""

import pytest
from flask import Flask
from sqlalchemy import update

from lcweb.db import transaction
from lcweb.domain.calendar import Place
from lcweb.domain.permissions import Role, operator
from lcweb.models import CalendarMark, Obligation, Unit
from lcweb.services import calendar
from tests.at import at, day
from tests.clock import Clock
from tests.factories import OTHER_PATIENT, RULES, organization, user
from tests.hidden import given_away
from tests.page import Page
from tests.rows import row, rows
from tests.web.visits import IDENTITY, Visitor, Write, writes

ADDRESS = "/admin/kalender"
CLOSE = "Stäng dagen"


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def look(admin: Visitor, text: str, place: str = "alla", kind: str = "closed") -> Page:
    return admin.get(f"{ADDRESS}/markera?day={day(text).isoformat()}&kind={kind}&place={place}")


def problems(page: Page) -> list[str]:
    return [item.text for item in page.root.get_one(id="error-summary").find_all("li")]


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


# The year -------------------------------------------------------------------------------------------------------------


def test_the_year_has_twelve_tables_with_weeks_from_monday(admin: Visitor) -> None:
    page = admin.get(f"{ADDRESS}?ar=2027")
    assert page.heading == "Kalender 2027"
    assert page.root.get_one(id="working-days").text == "Alla enheter: 253 vardagar 2027."
    tables = list(page.root.find_all("table", class_="days"))
    assert [table.get_one("caption").text for table in tables[::11]] == ["Januari", "December"]
    assert len(tables) == 12
    first = tables[0].get_one("tbody").find("tr")
    assert first
    assert first.get_one("th", scope="row").text == "53"
    assert [cell.text for cell in first.find_all("td")] == ["", "", "", "", "1 H helgdag", "2", "3"]
    assert "6: Trettondedag jul" in page.text
    assert "7 K klämdag" in tables[4].text


def test_the_administration_leads_there_and_the_year_is_this_one(admin: Visitor) -> None:
    assert admin.get("/admin").links()["Kalender"] == ADDRESS
    assert admin.get(ADDRESS).heading == "Kalender 2026"
    for strange in ("", "x", "1850", "99999", "٢٠٢٧"):
        assert admin.get(f"{ADDRESS}?ar={strange}").heading == "Kalender 2026"


def test_today_is_marked(admin: Visitor) -> None:
    assert admin.get(ADDRESS).root.get_one("td", aria_current="date").text == "17"


def test_a_made_up_place_has_no_calendar(admin: Visitor) -> None:
    for place in ("", "x", "enhet-", "enhet-987654", "huvudman-987654", "enhet-0", "enhet-9999999999"):
        assert admin.get(f"{ADDRESS}?plats={place}").status == 404


# Closing --------------------------------------------------------------------------------------------------------------


def test_t5_closing_a_day_tells_what_moves_and_does_it_when_confirmed(
    admin: Visitor, karin: Visitor, write: Write
) -> None:
    write()
    write(patient_id=OTHER_PATIENT)
    with writes(admin.app) as changed:
        page = look(admin, "Thu 2026-11-19", f"enhet-{karin.unit_id}")
    assert (page.status, page.heading, changed) == (200, "Stäng tor 19 nov", set())
    assert page.root.get_one(id="total").text == "2 öppna svarstider flyttas."
    cells = [cell.text for cell in page.root.get_one(id="moved").get_one("tbody").find_all("td")]
    assert cells == ["Hemsjukvård Norr", "fre 20 nov 16.30", "mån 23 nov 16.30", "2"]
    assert given_away((*IDENTITY, "Såromläggning"), page.body) == []
    page = admin.press(CLOSE)
    assert receipt(page) == "Tor 19 nov är stängd för Hemsjukvård Norr. 2 svarstider flyttades."
    assert page.root.get_one(id="working-days").text == "Hemsjukvård Norr: 250 vardagar 2026."
    with admin.context():
        assert {duty.due_at for duty in rows(Obligation)} == {at("Mon 2026-11-23 16:30")}
    assert "Öppna igen" in page.root.get_one(id="marks").text


def test_another_number_is_asked_about_again(admin: Visitor, karin: Visitor, write: Write) -> None:
    write()
    look(admin, "Thu 2026-11-19")
    write(patient_id=OTHER_PATIENT)
    with writes(admin.app) as changed:
        page = admin.press(CLOSE)
    assert (page.status, changed) == (409, set())
    assert problems(page) == [
        "Dagen är inte ändrad. Svarstiderna är inte desamma som när du tittade. Läs igenom och bekräfta igen."
    ]
    assert page.root.get_one(id="total").text == "2 öppna svarstider flyttas."
    assert receipt(admin.press(CLOSE)).endswith("2 svarstider flyttades.")


def test_a_day_that_moves_nothing_says_so(admin: Visitor, karin: Visitor, write: Write) -> None:
    write()
    assert "Inga öppna svarstider flyttas." in look(admin, "Fri 2027-05-07").text
    assert receipt(admin.press(CLOSE)) == "Fre 7 maj 2027 är stängd för alla. Inga svarstider flyttades."


def test_t2_a_half_day_moves_nothing_and_is_confirmed_too(admin: Visitor, karin: Visitor, write: Write) -> None:
    write()
    with admin.context():
        before = row(Obligation).due_at
    page = look(admin, "Fri 2026-11-20", kind="half")
    assert page.heading == "Halvdag fre 20 nov"
    assert "stänger inkorgen klockan 12.00" in page.text
    assert "Inga öppna svarstider flyttas." in page.text
    assert receipt(admin.press("Gör till halvdag")) == "Fre 20 nov är en halvdag för alla."
    with admin.context():
        assert row(Obligation).due_at == before


def test_suggestions_are_chosen_by_a_button(admin: Visitor) -> None:
    page = admin.get(f"{ADDRESS}?ar=2027")
    links = {link.get("aria-label"): link["href"] for link in page.root.get_one(id="suggested").find_all("a")}
    assert len(links) == 6
    assert admin.get(links["Stäng dagen: fre 7 maj 2027"]).heading == "Stäng fre 7 maj 2027"
    assert admin.get(links["Gör till halvdag: fre 30 april 2027"]).heading == "Halvdag fre 30 april 2027"


#: Query, field, what is said there.
FAULTS = [
    ("day=&kind=closed&place=alla", "day", "Välj en dag"),
    ("day=2026-02-30&kind=closed&place=alla", "day", "Välj en dag"),
    ("day=2026-11-20&kind=&place=alla", "kind-closed", "Välj om dagen"),
    ("day=2026-11-20&kind=closed&place=x", "place", "Välj för vem"),
    ("day=2026-11-17&kind=closed&place=alla", "day", "Bara kommande dagar"),
    ("day=2026-11-21&kind=closed&place=alla", "day", "lördag eller söndag"),
    ("day=2026-12-25&kind=half&place=alla", "day", "Juldagen är redan en ledig dag"),
    ("day=9999-12-31&kind=closed&place=alla", "day", "senast 2031-12-31"),
    ("day=0001-01-01&kind=closed&place=alla", "day", "Bara kommande dagar"),
]


def test_what_cannot_be_marked_is_said_at_its_field(admin: Visitor) -> None:
    for query, field, said in FAULTS:
        page = admin.get(f"{ADDRESS}/markera?{query}")
        link = page.root.get_one(id="error-summary").get_one("a")
        assert (page.status, link["href"]) == (400, f"#{field}")
        assert said in link.text
        assert page.value("day") == query.partition("&")[0].removeprefix("day=")


def test_a_day_closed_already_is_refused_also_when_it_was_looked_at_before(admin: Visitor, clock: Clock) -> None:
    look(admin, "Fri 2027-05-07")
    with admin.context():
        calendar.close_day(operator(), day("Fri 2027-05-07"), Place(), now=clock.now, rules=RULES)
    page = admin.press(CLOSE)
    assert (page.status, problems(page)) == (400, ["Dagen är redan stängd där. Du behöver inte göra något."])
    assert look(admin, "Fri 2027-05-07").status == 400


def test_a_place_that_is_unknown_is_said_or_404(admin: Visitor) -> None:
    assert look(admin, "Fri 2027-05-07", "enhet-987654").status == 404
    with writes(admin.app) as changed:
        page = admin.post(f"{ADDRESS}/markera", day="2027-05-07", kind="closed", place="enhet-987654", seen="x")
    assert (page.status, changed) == (404, set())


def test_a_unit_that_has_been_closed_keeps_its_calendar_and_takes_no_mark(
    admin: Visitor, karin: Visitor, clock: Clock
) -> None:
    with admin.context(), transaction() as session:
        session.execute(update(Unit).where(Unit.id == karin.unit_id).values(closed_at=clock.now))
    page = admin.get(f"{ADDRESS}?ar=2027&plats=enhet-{karin.unit_id}")
    assert "Avslutad: inga fler dagar kan ändras." in page.text
    assert (page.root.find(id="suggested"), page.root.find(id="day")) == (None, None)
    page = look(admin, "Fri 2027-05-07", f"enhet-{karin.unit_id}")
    assert (page.status, problems(page)) == (400, ["Hemsjukvård Norr är avslutad och har inga fler dagar att ändra."])


def test_without_a_token_of_ones_own_the_choice_comes_back(admin: Visitor) -> None:
    page = admin.post(f"{ADDRESS}/markera", csrf=False, day="2027-05-07", kind="closed", place="alla", seen="x")
    assert (page.status, page.value("day"), page.value("place")) == (400, "2027-05-07", "alla")
    assert receipt(admin.press(CLOSE)).startswith("Fre 7 maj 2027 är stängd")


# Opening again --------------------------------------------------------------------------------------------------------


def test_t5_a_day_is_opened_again_and_says_that_deadlines_stay(admin: Visitor, clock: Clock) -> None:
    with admin.context():
        ours = organization("Region Halland")
    look(admin, "Fri 2027-05-07", f"huvudman-{ours}")
    assert "Region Halland: 252 vardagar" in admin.press(CLOSE).text
    clock.forward(minutes=5)
    page = admin.press("Öppna igen")
    assert receipt(page) == (
        "Fre 7 maj 2027 är öppen igen för Region Halland. Svarstider som har flyttats ligger kvar."
    )
    assert "Region Halland: 253 vardagar" in page.text
    history = page.root.get_one(id="marks").text
    assert "i dag 10.00 av Ada Min Öppnad igen i dag 10.05 av Ada Min" in history
    assert page.root.get_one(id="marks").find("button") is None


def test_who_comes_second_is_told_who_opened_it(admin: Visitor) -> None:
    look(admin, "Fri 2027-05-07")
    admin.press(CLOSE)
    with admin.context():
        calendar.open_again(operator(), row(CalendarMark).id, now=at("Tue 2026-11-17 10:00"))
    page = admin.press("Öppna igen")
    assert (page.status, problems(page)) == (409, ["Driften har redan öppnat dagen igen."])


def test_a_day_that_has_come_is_not_opened_again(admin: Visitor, clock: Clock) -> None:
    look(admin, "Wed 2026-11-18")
    admin.press(CLOSE)
    with admin.context():
        mark = str(row(CalendarMark).id)
    clock.set("Wed 2026-11-18 09:00")
    page = Visitor(admin.app, admin.person).post(f"{ADDRESS}/oppna", mark=mark)
    assert (page.status, problems(page)) == (400, ["Bara kommande dagar kan ändras. Dagen har redan börjat."])


def test_a_made_up_mark_does_not_exist(admin: Visitor) -> None:
    for mark in (None, "", "x", "0", "987654", "99999999999", "1\0"):
        assert admin.post(f"{ADDRESS}/oppna", mark=mark).status == 404
