"""Mottagarlistor as their administrators meet them: edited, asked about, overtaken, previewed, undone (S2)."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from lcweb.db import transaction
from lcweb.domain.permissions import Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import RecipientSuggestion
from lcweb.queries import recipient_lists as queries
from lcweb.services import recipients
from lcweb.services.recipients import NewEntry
from tests.clock import Clock
from tests.factories import organization, thread, unit, user
from tests.page import Page
from tests.web.visits import Visitor, writes

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PLACE = ("Halmstad", CaseType.GENERAL)
ADDRESS = "/admin/mottagare/Halmstad/general"
ROW = {"area": "Getinge", "valid_from": "2026-11-23", "valid_to": "", "note": ""}


@pytest.fixture
def lisa(bare_app: Flask, clock: Clock) -> Visitor:
    """List administrator of Halmstad; its list has Norr and Söder."""
    with bare_app.app_context():
        for area in ("Norr", "Söder"):
            add(area, unit(f"Hemsjukvård {area}"), clock)
        return Visitor(bare_app, user("Lisa List", role=Role.LIST_ADMIN, organization_id=halmstad()))


@pytest.fixture
def ada(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def halmstad() -> int:
    return organization(municipality="Halmstad")


def add(area: str, unit_id: int, clock: Clock, **changes: Any) -> int:
    values = {"municipality": PLACE[0], "case_type": PLACE[1], "valid_from": date(2026, 11, 2)} | changes
    return recipients.add_entry(operator(), NewEntry(area=area, unit_id=unit_id, **values), now=clock.now)


def known(visitor: Visitor, clock: Clock) -> list[queries.ListRow]:
    with visitor.context():
        return queries.rows(*PLACE, known_at=clock.now)


def table(page: Page, name: str = "rows") -> list[list[str]]:
    """Area, unit, period and note of each row."""
    found = page.root.find(id=name)
    rows = found.get_one("tbody").find_all("tr") if found else []
    return [[cell.text for cell in row.find_all("td")][:4] for row in rows]


def areas(page: Page, name: str = "rows") -> list[str]:
    return [row[0] for row in table(page, name)]


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def summary(page: Page) -> str:
    return page.root.get_one(id="error-summary").text


def history(page: Page) -> list[str]:
    """Each edit's words, without the button's."""
    return [item.get_one("div").text for item in page.root.get_one(class_="edits").children if hasattr(item, "tag")]


def open_row(visitor: Visitor, area: str) -> Page:
    link = visitor.get(ADDRESS).root.get_one("a", aria_label=f"Ändra eller avsluta: {area}")
    return visitor.get(link["href"].partition("#")[0])


# Overview -------------------------------------------------------------------------------------------------------------


def test_the_overview_has_the_lists_a_person_edits_and_what_is_wrong_with_them(
    lisa: Visitor, ada: Visitor, clock: Clock
) -> None:
    with lisa.context():
        add("Ny", unit("Hemsjukvård Ny"), clock, valid_from=date(2026, 12, 1), valid_to=date(2026, 12, 31))
        with transaction() as session:
            session.add(
                RecipientSuggestion(municipality=PLACE[0], case_type=PLACE[1], words="Fel nummer", made_by="",
                                    made_by_id=lisa.actor.user_id, made_in="", made_at=clock.now)
            )  # fmt: skip
    page = lisa.get("/admin/mottagare")
    lines = [[cell.text for cell in row.find_all("td")] for row in page.root.get_one("tbody").find_all("tr")]
    assert page.heading == "Mottagarlistor"
    assert [line[0] for line in lines] == [
        "Enstaka hembesök, Halmstad", "Inskrivning hemsjukvård, Halmstad", "Utskrivning hemsjukvård, Halmstad",
        "Övrig fråga eller information, Halmstad",
    ]  # fmt: skip
    assert lines[0][1:] == [
        "0 rader", "inga", "1 sak Listan är tom 2026-11-17. Ingen enhet tar emot då.", "inga", "aldrig",
    ]  # fmt: skip
    assert lines[3][1:4] == ["2 rader", "1", "1 sak Ny har ingen mottagare från och med 2027-01-01."]
    assert (lines[3][4].split(",")[0], lines[3][5]) == ("1 väntar", "i dag 10.00 av Driften")
    assert len(list(ada.get("/admin/mottagare").root.find_all("table"))) == 6


@only_sqlite
def test_a_list_administrator_without_a_municipality_is_told_so(bare_app: Flask, clock: Clock) -> None:
    with bare_app.app_context():
        visitor = Visitor(bare_app, user(role=Role.LIST_ADMIN, organization_id=organization()))
    assert "ingen kommun" in visitor.get("/admin/mottagare").root.get_one(class_="empty").text


@only_sqlite
@pytest.mark.parametrize("list_", ["Varberg/general", "Atlantis/general", "Halmstad/okand", "halmstad/general"])
def test_another_list_does_not_exist(lisa: Visitor, list_: str) -> None:
    with writes(lisa.app) as changed:
        answers = [lisa.fetch(f"/admin/mottagare/{list_}")]
        for verb in ("", "/andra", "/avsluta", "/flytta", "/angra", "/forhandsgranska"):
            answers.append(lisa.send(f"/admin/mottagare/{list_}{verb}", seen="0", entry="1", edit="1", direction="upp"))
    assert ({answer.status_code for answer in answers}, changed) == ({404}, set())


# Editing --------------------------------------------------------------------------------------------------------------


def test_a_row_is_added_changed_ended_moved_and_every_step_told_of(lisa: Visitor, clock: Clock) -> None:
    north = known(lisa, clock)[0].unit_id
    lisa.get(ADDRESS)
    page = lisa.press("Lägg till raden", **ROW | {"unit": str(north), "note": "Även Eldsberga."})
    assert receipt(page) == "Raden är tillagd."
    assert table(page, "coming") == [["Getinge", "Hemsjukvård Norr", "från mån 23 nov", "Även Eldsberga."]]
    page = open_row(lisa, "Getinge")
    assert (page.value("area"), page.value("valid_from"), page.value("valid_to")) == ("Getinge", "2026-11-23", "")
    page = lisa.press("Spara ändringen", area="getinge", note="")
    assert receipt(page) == "Raden är ändrad."
    page = open_row(lisa, "Söder")
    page = lisa.post(f"{ADDRESS}/flytta", entry=page.value("entry"), direction="upp", seen=page.value("seen"))
    assert (receipt(page), areas(page)) == ("Raden är flyttad.", ["Söder", "Norr"])
    assert history(page)[:3] == [
        "I dag 10.00: Lisa List flyttade en rad Norr: flyttad nedåt Söder: flyttad uppåt",
        "I dag 10.00: Lisa List ändrade en rad getinge: område Getinge getinge , anteckning Även Eldsberga. borttagen",
        "I dag 10.00: Lisa List lade till en rad Getinge: ny rad till Hemsjukvård Norr, från mån 23 nov. "
        "Även Eldsberga.",
    ]


@only_sqlite
@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"area": "", "unit": ""}, ["area", "unit"]),
        ({"area": "20000101-2384", "valid_from": "i morgon"}, ["area", "valid_from"]),
        ({"valid_from": ""}, ["valid_from"]),
        ({"valid_to": "2026-11-22"}, ["valid_to"]),
        ({"valid_to": "9999-12-31", "note": "x" * 501}, ["note", "valid_to"]),
        ({"unit": "987654"}, ["unit"]),
        ({"unit": "1\0"}, ["unit"]),
    ],
)
@pytest.mark.parametrize("button", ["Lägg till raden", "Förhandsgranska"])
def test_what_cannot_be_saved_comes_back_with_a_sentence_at_its_field(
    lisa: Visitor, clock: Clock, typed: dict[str, str], problems: list[str], button: str
) -> None:
    lisa.get(ADDRESS)
    filled = ROW | {"unit": str(known(lisa, clock)[0].unit_id)} | typed
    with writes(lisa.app) as changed:
        page = lisa.press(button, **filled)
    assert (page.status, changed) == (400, set())
    assert sorted(name for name in filled if page.root.find(id=f"{name}-problem")) == sorted(problems)
    assert [page.value(name) for name in ROW] == [filled[name] for name in ROW]


@only_sqlite
def test_a_last_day_that_leaves_an_area_alone_is_asked_about_first(lisa: Visitor, clock: Clock) -> None:
    open_row(lisa, "Norr")
    with writes(lisa.app) as changed:
        page = lisa.press("Avsluta raden", last_day="2026-11-20")
    sentence = "Norr har ingen mottagare från och med 2026-11-21."
    assert (page.status, changed, page.value("last_day")) == (400, set(), "2026-11-20")
    assert sentence in summary(page)
    assert page.value("confirmed") == ""
    assert page.value("area") == "Norr"  # the other form on the page is still the row's
    tick = page.field("confirmed")["value"]
    page = lisa.press("Avsluta raden", last_day="2026-11-27", confirmed=tick)
    assert (page.status, "2026-11-28" in summary(page)) == (400, True)
    page = lisa.press("Avsluta raden", confirmed=page.field("confirmed")["value"])
    assert (page.status, receipt(page)) == (200, "Raden har fått en sista dag.")
    assert "Norr har ingen mottagare från och med 2026-11-28." in page.root.get_one(id="wrong").text


# Two at once ----------------------------------------------------------------------------------------------------------


def test_who_comes_second_sees_what_changed_and_saves_by_pressing_again(
    lisa: Visitor, ada: Visitor, clock: Clock
) -> None:
    for visitor in (lisa, ada):
        open_row(visitor, "Norr")
    ada.press("Spara ändringen", note="Ring växeln.")
    with writes(lisa.app) as changed:
        page = lisa.press("Spara ändringen", area="Norra Halmstad och Åled", note="Ring först.")
    assert (page.status, changed) == (409, set())
    assert "Listan har ändrats sedan du öppnade sidan." in summary(page)
    meanwhile = page.root.get_one(id="meanwhile").text
    assert "I dag 10.00: Ada Min ändrade en rad Norr: anteckning Ring växeln." in meanwhile
    assert (page.value("area"), page.value("note")) == ("Norra Halmstad och Åled", "Ring först.")
    page = lisa.press("Spara ändringen")
    page = lisa.press("Spara ändringen", confirmed=page.field("confirmed")["value"])  # Norr goes
    assert (page.status, table(page)[0][3]) == (200, "Ring först.")


@only_sqlite
@pytest.mark.parametrize("button", ["Lägg till raden", "Avsluta raden", "Ångra", "Flytta"])
def test_every_verb_is_refused_when_the_list_has_changed(
    lisa: Visitor, ada: Visitor, clock: Clock, button: str
) -> None:
    page = open_row(lisa, "Söder")
    entry, seen, edit = page.value("entry"), page.value("seen"), page.value("edit")
    ada.get(ADDRESS)
    ada.press("Lägg till raden", **ROW | {"unit": str(known(lisa, clock)[0].unit_id)})
    sent = {
        "Lägg till raden": ("", ROW | {"area": "Ny", "unit": "1"}),
        "Avsluta raden": ("/avsluta", {"entry": entry, "last_day": "2026-11-20"}),
        "Ångra": ("/angra", {"edit": edit}),
        "Flytta": ("/flytta", {"entry": entry, "direction": "upp"}),
    }
    verb, fields = sent[button]
    with writes(lisa.app) as changed:
        page = lisa.post(ADDRESS + verb, seen=seen, **fields)
    assert (page.status, changed) == (409, set())
    assert "Ada Min lade till en rad Getinge" in page.root.get_one(id="meanwhile").text
    for name in ("area", "last_day"):
        assert name not in fields or page.value(name) == fields[name]
    assert page.value("seen") != seen


@only_sqlite
@pytest.mark.parametrize("seen", [None, "", "-1", "x", "987654321", "1\0"])
def test_a_form_that_does_not_say_what_it_knew_saves_nothing(lisa: Visitor, clock: Clock, seen: str | None) -> None:
    lisa.get(ADDRESS)
    typed = ROW | {"unit": str(known(lisa, clock)[0].unit_id), "seen": seen}
    with writes(lisa.app) as changed:
        page = lisa.post(ADDRESS, **typed)
    assert (page.status, changed, page.value("area")) == (409, set(), "Getinge")


@only_sqlite
def test_what_was_typed_about_a_row_that_has_gone_stays_as_a_new_one(lisa: Visitor, ada: Visitor, clock: Clock) -> None:
    lisa.get(ADDRESS)
    lisa.press("Lägg till raden", **ROW | {"unit": str(known(lisa, clock)[0].unit_id)})
    open_row(lisa, "Getinge")
    ada.get(ADDRESS)
    page = ada.press("Ångra")
    page = ada.press("Ångra ändringen", confirmed=page.field("confirmed")["value"])
    assert receipt(page) == "Ändringen är ångrad."
    page = lisa.press("Spara ändringen", note="Ring först.")
    assert (page.status, page.value("note")) == (409, "Ring först.")
    assert "Raden som du ändrade finns inte längre." in summary(page)
    page = lisa.press("Lägg till raden")
    assert (page.status, areas(page, "coming")) == (200, ["Getinge"])


@only_sqlite
@pytest.mark.parametrize("verb", ["", "/andra", "/forhandsgranska"])
def test_what_was_typed_comes_back_when_the_token_is_not_ones_own(lisa: Visitor, clock: Clock, verb: str) -> None:
    page = open_row(lisa, "Norr")
    typed = ROW | {"unit": page.value("unit"), "entry": page.value("entry"), "seen": page.value("seen")}
    with writes(lisa.app) as changed:
        page = lisa.post(ADDRESS + verb, csrf=False, **typed)
    assert (page.status, changed) == (400, set())
    assert [page.value(name) for name in ROW] == [ROW[name] for name in ROW]
    assert "Försök igen från den här sidan" in summary(page)


# Preview and other days -----------------------------------------------------------------------------------------------


def preview(page: Page) -> list[tuple[str, str]]:
    found = page.root.get_one(id="previewed").get_one("tbody").find_all("tr")
    cells = [[cell.text for cell in row.find_all("td")] for row in found]
    return [(row[0], row[4]) for row in cells]


@only_sqlite
def test_a_preview_marks_the_change_and_saves_nothing(lisa: Visitor, clock: Clock) -> None:
    south = known(lisa, clock)[1].unit_id
    lisa.get(ADDRESS)
    with writes(lisa.app) as changed:
        page = lisa.press("Förhandsgranska", **ROW | {"unit": str(south)})
        assert "Så blir listan mån 23 nov" in page.text
        assert preview(page) == [("Norr", "oförändrad"), ("Söder", "oförändrad"), ("Getinge", "Ny")]
        assert page.value("area") == "Getinge"
        page = lisa.press("Förhandsgranska", preview_day="2026-11-20")
        assert preview(page) == [("Norr", "oförändrad"), ("Söder", "oförändrad")]
        open_row(lisa, "Norr")
        page = lisa.press("Förhandsgranska", unit=str(south))
        assert preview(page)[0] == ("Norr", "Ändrad")
        page = lisa.press("preview-end", last_day="2026-11-20")
        assert preview(page) == [("Norr", "Försvinner"), ("Söder", "oförändrad")]
        assert "Så blir listan lör 21 nov" in page.text
        assert "Norr har ingen mottagare från och med 2026-11-21." in page.root.get_one(id="preview").text
    assert changed == set()


@only_sqlite
def test_a_past_day_shows_what_senders_met_and_a_coming_day_what_is_known(lisa: Visitor, clock: Clock) -> None:
    clock.set("Wed 2026-11-18 09:00")
    lisa = Visitor(lisa.app, lisa.person)  # the day before has signed her out
    open_row(lisa, "Norr")
    page = lisa.press("Spara ändringen", valid_from="2026-11-20", note="Flyttar in.")
    lisa.press("Spara ändringen", confirmed=page.field("confirmed")["value"])
    page = lisa.get(f"{ADDRESS}?datum=2026-11-17")
    assert table(page) == [
        ["Norr", "Hemsjukvård Norr", "från mån 2 nov", "–"],
        ["Söder", "Hemsjukvård Söder", "från mån 2 nov", "–"],
    ]
    assert "Så såg listan ut tis 17 nov" in page.text
    assert [form["method"] for form in page.root.get_one("main").find_all("form")] == ["get"]
    assert areas(lisa.get(f"{ADDRESS}?datum=2026-11-16")) == []
    assert areas(lisa.get(f"{ADDRESS}?datum=2026-11-18")) == ["Söder"]
    page = lisa.get(f"{ADDRESS}?datum=2026-11-20")
    assert (areas(page), "Så ser listan ut fre 20 nov" in page.text) == (["Norr", "Söder"], True)


@only_sqlite
@pytest.mark.parametrize("typed", ["i går", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_told_of(lisa: Visitor, typed: str) -> None:
    page = lisa.get(f"{ADDRESS}?datum={typed}")
    assert (page.status, bool(page.root.find(id="datum-problem"))) == (400, True)


# Undoing --------------------------------------------------------------------------------------------------------------


def test_an_edit_is_undone_and_the_undoing_too(lisa: Visitor, clock: Clock) -> None:
    open_row(lisa, "Norr")
    page = lisa.press("Spara ändringen", note="Ring först.")
    page = lisa.press("Ångra")
    assert (receipt(page), table(page)[0][3]) == ("Ändringen är ångrad.", "–")
    assert history(page)[0] == (
        "I dag 10.00: Lisa List ångrade det som Lisa List gjorde i dag 10.00 Norr: anteckning Ring först. borttagen"
    )
    assert table(lisa.press("Ångra"))[0][3] == "Ring först."


@only_sqlite
def test_an_undo_that_a_later_edit_stands_in_the_way_of_names_it(lisa: Visitor, ada: Visitor, clock: Clock) -> None:
    open_row(lisa, "Norr")
    edit = lisa.press("Spara ändringen", note="Ring först.").value("edit")
    first = lisa.get(ADDRESS).root.get_one(class_="edits").find("input", name="edit")["value"]
    open_row(ada, "Norr")
    ada.press("Spara ändringen", note="Ring växeln.")
    lisa.get(ADDRESS)
    page = lisa.post(f"{ADDRESS}/angra", edit=first, seen=lisa.page.value("seen"))
    assert (page.status, bool(edit)) == (400, True)
    assert "Raden Norr ändrades igen av Ada Min 2026-11-17 10.00. Ångra den ändringen först." in summary(page)


@only_sqlite
@pytest.mark.parametrize("edit", [None, "x", "0", "987654", "2147483648"])
def test_an_edit_of_no_list_cannot_be_undone(lisa: Visitor, edit: str | None) -> None:
    assert lisa.post(f"{ADDRESS}/angra", edit=edit, seen="0").status == 404


@only_sqlite
def test_long_histories_come_in_pages(lisa: Visitor, clock: Clock) -> None:
    with lisa.context():
        for number in range(30):
            add(f"Område {number}", known(lisa, clock)[0].unit_id, clock)
    page = lisa.get(ADDRESS)
    assert (len(history(page)), "Sida 1 av 2" in page.text) == (25, True)
    page = lisa.get(f"{ADDRESS}?sida=2")
    assert len(history(page)) == 7


# Outcomes -------------------------------------------------------------------------------------------------------------


def test_each_row_says_what_became_of_what_was_sent_by_it(lisa: Visitor, clock: Clock) -> None:
    row = known(lisa, clock)[0]
    with lisa.context():
        sent = {"municipality": "Halmstad", "case_type": PLACE[1], "recipient_entry_id": row.entry_id}
        thread(user(), row.unit_id, now=clock.now, **sent)
    cells = [cell.text for cell in lisa.get(ADDRESS).root.get_one(id="rows").get_one("tbody").find_all("td")]
    assert cells[4] == "1 skickade"
