"""Läget i dag: what a unit has before it, and that looking there is no reading (A1)."""

import pytest
from flask import Flask

from lcweb.domain.permissions import Role
from lcweb.models import ReadingRow
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import OTHER_PATIENT, RULES, colleague, pair, submission_id, thread, user, version_of
from tests.hidden import given_away
from tests.page import Page
from tests.rows import count, nothing_written
from tests.web.visits import IDENTITY, Visitor


@pytest.fixture
def manager(bare_app: Flask, clock: Clock) -> Visitor:
    """Of the receiving unit, which has one question that is late, one due today and one with time left."""
    with bare_app.app_context():
        sender, recipient = pair()
        for subject, when in (("Sent", "Tue 2026-11-10 09:00"), ("I dag", "Thu 2026-11-12 09:00"),
                              ("Senare", "Mon 2026-11-16 09:00")):  # fmt: skip
            clock.set(when)
            thread(sender, recipient.unit_id, now=clock.now, subject=subject)
        clock.set("Tue 2026-11-17 10:00")
        chief = user("Eva Ek", unit_id=recipient.unit_id, role=Role.UNIT_MANAGER, licensed=True)
        visitor = Visitor(bare_app, chief)
        visitor.sender, visitor.nurse = sender, recipient
    return visitor


def subjects(page: Page, section: str) -> list[str]:
    found = page.root.get_one("section", aria_labelledby=section)
    return [link.text for link in found.find_all("a") if "/arenden/" in (link.get("href") or "")]


def heading(page: Page, section: str) -> str:
    return page.root.get_one(id=section).text


def test_a_manager_meets_it_first_over_the_inbox_and_others_do_not(manager: Visitor) -> None:
    assert manager.fetch("/").location == "/inkorg"
    outlook = manager.get("/inkorg").root.get_one(id="outlook")
    words = "Läget i dag: 1 försenade · 1 ska besvaras i dag · 0 som andra är sena med · 0 påbörjade svar. Visa läget"
    assert outlook.text == words and outlook.get_one("a")["href"] == "/laget"
    with manager.context():
        nurse = colleague(manager.nurse, "Bo Ek")
    assert not list(Visitor(manager.app, nurse).get("/inkorg").root.find_all(id="outlook"))


def test_what_is_late_and_what_is_due_today(manager: Visitor) -> None:
    page = manager.get("/laget")
    assert page.heading == "Läget i dag"
    assert (heading(page, "overdue"), subjects(page, "overdue")) == ("Försenat (1)", ["Sent"])
    assert (heading(page, "today"), subjects(page, "today")) == ("Ska besvaras i dag (1)", ["I dag"])
    assert heading(page, "elsewhere") == "Andra är sena med svar till er (0)"
    assert page.root.get_one("a", href="/inkorg", class_="ds-button").text == "Öppna inkorgen (3 olästa)"
    assert not given_away(IDENTITY, page.text)


def test_what_others_are_late_with_is_said_with_their_telephone(manager: Visitor, clock: Clock) -> None:
    with manager.context():
        nurse = user("Siv Ung", unit_id=manager.sender.unit_id)
    page = Visitor(manager.app, nurse).get("/laget")
    assert subjects(page, "elsewhere") == ["Sent"] and "Ring Hemsjukvård" in page.text
    assert subjects(page, "today") == []


def test_what_a_colleague_has_begun_and_what_is_not_in_the_record(manager: Visitor, clock: Clock) -> None:
    with manager.context():
        ended = thread(manager.sender, manager.nurse.unit_id, now=clock.now, patient_id=OTHER_PATIENT)
        threads.open_thread(manager.nurse, ended, now=clock.now)
        threads.reply(
            manager.nurse, ended, "Klart.", expects_reply=False, close=True, version=version_of(ended),
            submission_id=submission_id(), now=clock.now, rules=RULES,
        )  # fmt: skip
        other = Visitor(manager.app, colleague(manager.nurse, "Bo Ek"))
    other.get("/arenden/1")
    assert other.send("/arenden/1/utkast", body="Vi kom", draft_page="", draft_after="").status_code in (200, 303)
    page = manager.get("/laget")
    assert heading(page, "begun") == "Påbörjade svar (1)" and "Bo E. började i dag 10.00" in page.text
    assert "Vi kom" not in page.text
    assert heading(page, "journal") == "Ännu inte överfört till journal (1)"


def test_a1_looking_is_no_reading_and_writes_nothing(manager: Visitor) -> None:
    manager.get("/laget")
    with manager.context():
        before = count(ReadingRow)
        with nothing_written():
            manager.fetch("/laget")
        assert count(ReadingRow) == before == 0
