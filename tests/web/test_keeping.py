"""Gallring: the policy, the preview, the confirmation; and what a disposed thread still says."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from lcweb.domain.permissions import Actor, Role
from lcweb.models import DisposalPolicy, Thread, Unit
from lcweb.services import keeping, threads
from tests.at import at
from tests.clock import Clock
from tests.factories import PATIENT, RULES, submission_id, thread, user, version_of
from tests.hidden import given_away
from tests.page import Page
from tests.rows import row, rows
from tests.web.visits import Visitor, writes

WRITTEN = at("Mon 2026-06-01 09:00")
HIDDEN = ("zebra", "testsson", "tove", "t.t.", "20000101", "2384")
ADDRESS = "/admin/gallring"

Finish = Callable[[], int]


@pytest.fixture
def admin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        return Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))


@pytest.fixture
def finish(anna: Visitor, karin: Visitor) -> Finish:
    """Asked, answered, in both records, closed, in June; its id."""

    def made() -> int:
        asker, answerer = anna.actor, karin.actor
        thread_id = thread(asker, karin.unit_id, now=WRITTEN, subject="Zebrasubject", body="Zebrabody")
        threads.open_thread(answerer, thread_id, now=WRITTEN)
        threads.note(answerer, thread_id, "Zebranote", submission_id=submission_id(), now=WRITTEN)
        threads.reply(
            answerer, thread_id, "Zebraanswer", expects_reply=False, close=False, version=version_of(thread_id),
            submission_id=submission_id(), now=WRITTEN, rules=RULES,
        )  # fmt: skip
        threads.open_thread(asker, thread_id, now=WRITTEN)
        for person in (asker, answerer):
            threads.transfer(person, thread_id, now=WRITTEN)
        threads.close(asker, thread_id, version=version_of(thread_id), now=WRITTEN)
        return thread_id

    def in_context() -> int:
        with anna.context():
            return made()

    return in_context


def organization_of(person: Actor) -> int:
    return row(Unit, id=person.unit_id).organization_id


def choose(admin: Visitor, of: Visitor) -> Page:
    with admin.context():
        return admin.get(f"{ADDRESS}?huvudman={organization_of(of.actor)}")


def decided(admin: Visitor, *sides: Visitor) -> None:
    for side in sides:
        choose(admin, side)
        page = admin.press("Spara beslutet", keep_days="90")
        assert "Beslutet är sparat." in page.text


def rows_of(page: Page) -> str:
    return page.root.get_one(id="policies").text


def test_nothing_goes_by_default_and_a_decision_is_told(admin: Visitor, anna: Visitor) -> None:
    page = choose(admin, anna)
    assert page.heading == "Gallring" and "Alltid Aldrig –" in rows_of(page)
    assert "kan gallras nu" not in page.text and "Sluta gallra" not in page.text
    page = admin.press("Spara beslutet", keep_days="365", automatic="ja")
    assert "Beslutet är sparat." in page.text and "365 dagar Varje natt Ada Min" in rows_of(page)
    assert page.values()["keep_days"] == "365" and "Inget ärende kan gallras nu." in page.text
    page = admin.press("Sluta gallra")
    assert "Beslutet är avslutat. Inget gallras längre." in page.text and "Alltid Aldrig" in rows_of(page)


@pytest.mark.parametrize("days", ["29", "nittio", "1e3", "", "-1", "9" * 5000])
def test_days_that_are_none_come_back_with_a_sentence(admin: Visitor, anna: Visitor, days: str) -> None:
    choose(admin, anna)
    with writes(admin.app) as changed:
        page = admin.press("Spara beslutet", keep_days=days, automatic="ja")
    assert (page.status, changed) == (400, set())
    assert "Skriv antalet dagar med siffror, 30–36500." in page.root.get_one(id="error-summary").text
    assert page.root.get_one("input", id="keep_days").get("value", "") == days
    assert "checked" in page.root.get_one("input", id="automatic").attributes


def test_the_preview_counts_and_the_confirmation_disposes(
    admin: Visitor, anna: Visitor, karin: Visitor, finish: Finish
) -> None:
    thread_id = finish()
    decided(admin, anna)
    assert "Inget ärende kan gallras nu." in choose(admin, anna).text
    decided(admin, karin)
    page = choose(admin, anna)
    assert "1 ärende kan gallras nu. Det går inte att ångra." in page.text
    page = admin.press("Gallra 1 ärende för gott")
    assert "1 ärende är gallrat." in page.text and "Inget ärende kan gallras nu." in page.text
    assert page.root.get_one("section", **{"aria-labelledby": "gallrat"}).text.endswith("Ada Min")
    with admin.context():
        assert row(Thread, id=thread_id).disposed_at


def test_a_count_that_has_changed_disposes_of_nothing(
    admin: Visitor, anna: Visitor, karin: Visitor, finish: Finish
) -> None:
    finish()
    decided(admin, anna, karin)
    choose(admin, anna)
    finish()
    with writes(admin.app) as changed:
        page = admin.press("Gallra 1 ärende för gott")
    assert (page.status, changed) == (409, set())
    assert "Antalet ärenden som skulle gallras är nu 2, inte 1." in page.text
    assert "2 ärenden är gallrade." in admin.press("Gallra 2 ärenden för gott").text


@pytest.mark.parametrize("organization", ["", "0", "99999999999", "x", "987654"])
def test_an_organization_that_is_not_there(admin: Visitor, organization: str) -> None:
    admin.get(ADDRESS)
    with writes(admin.app) as changed:
        answers = [
            admin.send(f"{ADDRESS}{where}", organization=organization, keep_days="90", seen="0").status_code
            for where in ("", "/avsluta", "/gallra")
        ]
    assert (answers, changed) == ([404] * 3, set())
    with admin.context():
        assert rows(DisposalPolicy) == []


def test_a_disposed_thread_is_a_tombstone_everywhere(
    admin: Visitor, anna: Visitor, karin: Visitor, finish: Finish, clock: Clock
) -> None:
    """A byte search of every page and file of it."""
    thread_id = finish()
    decided(admin, anna, karin)
    with admin.context():
        keeping.dispose(admin.actor, organization_of(anna.actor), seen=1, now=clock.now)
    for visitor in (anna, karin):
        page = visitor.get(f"/arenden/{thread_id}")
        assert (page.heading, "Gallrat" in page.text) == ("Gallrat ärende", True)
        closed = visitor.get("/inkorg?vy=avslutade&visa=alla")
        assert "Gallrat ärende" in closed.text
        paper = visitor.get(f"/arenden/{thread_id}/utskrift?anteckningar=ja")
        assert paper.heading == "Gallrat ärende"
        asked = ({"words": "zebrabody"}, {"words": "zebrasubject"}, {"patient_id": PATIENT}, {"status": "closed"})
        found = [visitor.post("/sok", **fields).body for fields in asked]
        archive = visitor.fetch(f"/arenden/{thread_id}/arkiv.json").text
        bodies = [page.body, closed.body, paper.body, archive, *(re.sub(r'value="[^"]*"', "", body) for body in found)]
        assert [body for body in bodies if given_away(HIDDEN, body.lower())] == []
