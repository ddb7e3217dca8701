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
from tests.web.visits import Visitor


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    clock.set(f"{FRIDAY} 11:00")
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


def mails(page: Page) -> list[list[str]]:
    table = page.root.find("tbody")
    return [[cell.text for cell in row.find_all("td")] for row in table.find_all("tr")] if table else []


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


def test_without_mails_the_page_says_when_there_will_be_some(admin: Visitor) -> None:
    page = admin.get("/admin/utskick")
    assert page.heading == "Utskick"
    assert page.root.get_one(class_="empty").text.startswith("Inga utskick ännu.")


def test_m4_what_failed_comes_first_with_its_reason(admin: Visitor, clock: Clock) -> None:
    make_mails(admin, clock)
    rows = mails(admin.get("/admin/utskick"))
    assert [row[1] for row in rows] == ["Kolla", "Breared", "Kärleken"]
    assert rows[0][0].startswith("Misslyckades ")
    assert rows[1] == ["Väntar", "Breared", "Första läspåminnelsen", "–", "i dag 11.00", "0"]
    assert rows[2] == ["Skickat", "Kärleken", "Första läspåminnelsen", "enhet@lcweb.test", "i dag 11.00", "1"]


def test_a_long_list_is_cut_and_keeps_what_failed(
    admin: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_mails(admin, clock)
    monkeypatch.setattr(page_of_mails, "MOST", 2)
    page = admin.get("/admin/utskick")
    assert [row[1] for row in mails(page)] == ["Kolla", "Breared"]
    assert "De senaste 2 påminnelserna" in page.text


def test_the_menu_leads_there(admin: Visitor) -> None:
    page = admin.get("/")
    assert page.links()["Administration"] == "/admin"
    assert admin.get("/admin/fraser").links()["Utskick"] == "/admin/utskick"
