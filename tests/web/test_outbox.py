"""What the worker has mailed, for the system administrator: above all what it could not (M4)."""

import pytest
from flask import Flask

from lcweb.domain.permissions import Role
from lcweb.services import outbox, reminders
from lcweb.web import outbox as page_of_mails
from tests.clock import Clock
from tests.factories import RULES, user
from tests.page import Page
from tests.postman import FRIDAY, Postman, nurse
from tests.web.visits import Visitor, writes


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    clock.set(f"{FRIDAY} 11:00")
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def mails(page: Page) -> list[list[str]]:
    table = page.root.find("table", id="mails")
    return [[cell.text for cell in row.find_all("td")] for row in table.find_all("tr")][1:] if table else []


def make_mails(admin: Visitor, clock: Clock) -> None:
    """One sent, one failed for want of an address, one waiting; all for the same reminder (A3)."""
    with admin.context():
        nurse("Kärleken")
        nurse("Kolla", notify_email=None)
        nurse("Breared")
        reminders.tick(now=clock.now, rules=RULES)
        first, second, _third = outbox.waiting(now=clock.now)
        for mail_id in (first, second):
            outbox.deliver(mail_id, now=clock.now, rules=RULES, post=Postman().post(admin=None))


def receipt(page: Page) -> str:
    return page.root.get_one(class_="ds-alert", data_color="success").text


def test_without_mails_the_page_says_when_there_will_be_some(admin: Visitor) -> None:
    page = admin.get("/admin/utskick")
    assert page.heading == "Utskick"
    assert page.root.get_one(class_="empty").text.startswith("Inga utskick ännu.")


def test_m4_what_failed_comes_first_with_its_reason(admin: Visitor, clock: Clock) -> None:
    make_mails(admin, clock)
    rows = mails(admin.get("/admin/utskick"))
    assert [row[1] for row in rows] == ["Kolla", "Breared", "Kärleken"]
    assert rows[0][0] == "Misslyckades Ingen adress finns."
    reminder = "Första läspåminnelsen"
    assert rows[1] == ["Väntar", "Breared", reminder, "–", "i dag 11.00", "0 nästa i dag 11.00", ""]
    assert rows[2] == ["Skickat", "Kärleken", reminder, "enhet@lcweb.test", "i dag 11.00", "1", ""]


def test_the_list_is_narrowed_and_the_choice_stands_in_the_address(admin: Visitor, clock: Clock) -> None:
    make_mails(admin, clock)
    found = {
        "lage=failed": ["Kolla"],
        "lage=waiting": ["Breared"],
        "lage=sent&slag=reading_first": ["Kärleken"],
        "slag=overdue": [],
        "fran=2026-11-20&till=2026-11-20": ["Kolla", "Breared", "Kärleken"],
        "fran=2026-11-21": [],
        "till=2026-11-19": [],
        "enhet=987654": [],
        "lage=x&slag=y&enhet=z&sida=w": ["Kolla", "Breared", "Kärleken"],
    }
    for query, units in found.items():
        assert [row[1] for row in mails(admin.get(f"/admin/utskick?{query}"))] == units
    assert admin.get("/admin/utskick?lage=failed").value("lage") == "failed"
    assert admin.get("/admin/utskick?slag=overdue").links()["Visa alla"] == "/admin/utskick"


def test_a_day_that_is_none_is_said_at_its_field(admin: Visitor) -> None:
    none, order = "Skriv dagen som 2026-11-17.", "Välj en dag som inte ligger före den första."
    faults = {
        "fran=igår": ("fran", none),
        "till=2026-02-30": ("till", none),
        "till=9999-12-31": ("till", none),
        "fran=2026-11-20&till=2026-11-19": ("till", order),
    }
    for query, (field, sentence) in faults.items():
        page = admin.get(f"/admin/utskick?{query}")
        assert (page.status, page.root.get_one(id=f"{field}-problem").text) == (400, sentence)
        assert page.root.get_one(id="error-summary").get_one("a")["href"] == f"#{field}"


def test_a_long_list_has_pages(admin: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    make_mails(admin, clock)
    monkeypatch.setattr(page_of_mails, "SIZE", 2)
    page = admin.get("/admin/utskick?slag=reading_first")
    assert [row[1] for row in mails(page)] == ["Kolla", "Breared"]
    page = admin.get(page.links()["Nästa sida"])
    assert [row[1] for row in mails(page)] == ["Kärleken"]
    assert "Sida 2 av 2" in page.text
    assert [row[1] for row in mails(admin.get("/admin/utskick?sida=999999"))] == ["Kärleken"]


def test_m3_a_failed_one_is_queued_again_once(admin: Visitor, clock: Clock) -> None:
    make_mails(admin, clock)
    admin.get("/admin/utskick?lage=failed")
    address, fields = admin.filled_in("Försök igen")
    page = admin.post(address, **fields)
    assert receipt(page) == "Utskicket är köat igen. Det som fortfarande behövs skickas inom någon minut."
    assert (mails(page), page.value("lage")) == ([], "failed")
    assert receipt(admin.post(address, **fields)).startswith("Inget att försöka med igen")
    row = next(row for row in mails(admin.get("/admin/utskick?lage=waiting")) if row[1] == "Kolla")
    assert row[5] == "0 nästa i dag 11.00 köat igen i dag 11.00 av Ada Min"


def test_all_that_the_filter_shows_are_queued_again_and_no_other(admin: Visitor, clock: Clock) -> None:
    with admin.context():
        for name in ("Kolla", "Breared"):
            nurse(name, notify_email=None)
        reminders.tick(now=clock.now, rules=RULES)
        for mail_id in outbox.waiting(now=clock.now):
            outbox.deliver(mail_id, now=clock.now, rules=RULES, post=Postman().post(admin=None))
    page = admin.get("/admin/utskick")
    assert "2 av 2 misslyckades." in page.text
    kolla = next(option["value"] for option in page.field("enhet").find_all("option") if option.text == "Kolla")
    admin.get(f"/admin/utskick?enhet={kolla}&lage=failed")
    assert receipt(admin.press("Försök igen med det")).startswith("Utskicket är köat igen.")
    assert [row[1] for row in mails(admin.get("/admin/utskick?lage=failed"))] == ["Breared"]
    admin.get("/admin/utskick")
    admin.press("Försök igen med det")
    assert [row[0] for row in mails(admin.get("/admin/utskick"))] == ["Väntar Ingen adress finns."] * 2


def test_a_made_up_mail_queues_nothing(admin: Visitor, clock: Clock) -> None:
    make_mails(admin, clock)
    with writes(admin.app) as changed:
        for mail in (None, "", "x", "0", "987654", "99999999999", "1\0"):
            page = admin.post("/admin/utskick/forsok-igen", mail=mail)
            assert receipt(page).startswith("Inget att försöka med igen:")
    assert changed == set()


# Who is not reached ---------------------------------------------------------------------------------------------------


def test_m4_who_is_not_reached_is_said_on_every_page_of_the_administration(admin: Visitor, clock: Clock) -> None:
    make_mails(admin, clock)
    page = admin.get("/admin/utskick")
    warning = page.root.get_one(id="unreachable").text
    assert "Kolla: ingen adress finns, varken enhetens eller huvudmannens." in warning
    assert "3 nås inte" in admin.get("/admin/fraser").root.get_one(id="admin-menu").text


def test_whoever_may_not_see_the_outbox_is_told_nothing_of_other_units(admin: Visitor, clock: Clock) -> None:
    make_mails(admin, clock)
    with admin.context():
        manager = user(role=Role.UNIT_MANAGER)
    assert "nås inte" not in Visitor(admin.app, manager).get("/admin/fraser").text


def test_the_unit_s_own_manager_sees_it_over_the_inbox_and_nobody_else(admin: Visitor, clock: Clock) -> None:
    with admin.context():
        person = nurse("Kolla", notify_email=None)
        manager = user("Maja Ek", role=Role.UNIT_MANAGER, unit_id=person.unit_id)
    note = Visitor(admin.app, manager).get("/inkorg").root.get_one(id="unreachable-note")
    assert note.get_one("a")["href"] == f"/admin/enheter/{person.unit_id}/lasningar"
    assert Visitor(admin.app, person).get("/inkorg").root.find(id="unreachable-note") is None


def test_the_menu_leads_there(admin: Visitor) -> None:
    page = admin.get("/")
    assert page.links()["Administration"] == "/admin"
    assert admin.get("/admin/fraser").links()["Utskick"] == "/admin/utskick"
