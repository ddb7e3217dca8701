"""One thread on paper: what the unit may see of it, logged, and nothing that has not been read first."""

import re

import pytest
from flask import Flask

from lcweb.domain.permissions import Role
from lcweb.models import AccessLogRow, Message
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import PATIENT, colleague
from tests.hidden import given_away
from tests.page import Page
from tests.rows import rows
from tests.web.talk import answer, note
from tests.web.visits import Visitor, Write, writes


def address(thread_id: int, query: str = "") -> str:
    return f"/arenden/{thread_id}/utskrift{query}"


def paper(page: Page) -> str:
    """What goes on paper: the table whose head is repeated on each sheet."""
    assert (page.status, page.title) == (200, "Ärende – Vårdmeddelanden")
    return page.root.get_one("table", class_="paper").text


def prints(visitor: Visitor) -> list[tuple[int, int, int, str]]:
    with visitor.context():
        logged = rows(AccessLogRow, action="print")
        return [(row.user_id, row.unit_id, row.thread_id, row.patient_number) for row in logged]


def last_message(visitor: Visitor) -> int:
    with visitor.context():
        return rows(Message)[-1].id


def test_the_sheets_head_names_patient_unit_and_who_printed_when(anna: Visitor, write: Write) -> None:
    page = anna.get(address(write()))
    head = page.root.get_one("thead").text
    assert head == "20000101-2384 Tove Testsson Vårdcentralen Kärleken Utskrivet 2026-11-17 10.00 av Anna L."
    assert page.heading == "Såromläggning"
    assert page.links()["Tillbaka till ärendet"] == "/arenden/1"


def test_the_whole_thread_is_there_with_days_that_say_which(
    anna: Visitor, karin: Visitor, write: Write, clock: Clock
) -> None:
    """A sheet is read on another day than it was printed."""
    thread_id = write()
    answer(karin, thread_id, "Vi kommer på måndag.", clock)
    anna.get(f"/arenden/{thread_id}")
    text = paper(anna.get(address(thread_id)))
    assert "Kan ni lägga om såret på måndag?" in text and "Vi kommer på måndag." in text
    assert "2026-11-17 10.00" in text and "i dag" not in text


def test_l1_printing_is_logged_and_is_no_opening(anna: Visitor, karin: Visitor, write: Write) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    with writes(karin.app) as changed:
        karin.get(address(thread_id))
    assert changed == {"access_log"}
    assert prints(karin) == [(karin.actor.user_id, karin.unit_id, thread_id, "200001012384")]


def test_what_nobody_of_the_unit_has_opened_is_read_before_it_is_printed(karin: Visitor, write: Write) -> None:
    """Otherwise it could be withdrawn as unread while it lies on a desk."""
    thread_id = write()
    with writes(karin.app) as changed:
        answered = karin.fetch(address(thread_id))
    assert (answered.status_code, answered.location, changed) == (303, f"/arenden/{thread_id}", set())
    page = karin.get(address(thread_id))
    assert page.url == f"/arenden/{thread_id}"
    assert "Läs det först, och skriv sedan ut." in page.text
    assert "Såromläggning" in paper(karin.get(address(thread_id)))


@pytest.mark.parametrize("query", ["", "?anteckningar=", "?anteckningar=nej", "?anteckningar=JA"])
def test_notes_stay_off_the_paper_unless_asked_for(
    anna: Visitor, karin: Visitor, write: Write, clock: Clock, query: str
) -> None:
    thread_id = write()
    note(anna, thread_id, "Nyckeln ligger hos grannen", clock)
    page = anna.get(address(thread_id, query))
    assert "grannen" not in page.body
    asked = anna.get(page.links()["Visa med interna anteckningar (1)"])
    assert "Intern anteckning – bara för Vårdcentralen Kärleken" in paper(asked)
    assert "Nyckeln ligger hos grannen" in paper(asked)
    assert asked.links()["Visa utan interna anteckningar"] == address(thread_id)


def test_another_units_notes_are_never_there(anna: Visitor, karin: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write()
    note(anna, thread_id, "Nyckeln ligger hos grannen", clock)
    karin.get(f"/arenden/{thread_id}")
    page = karin.get(address(thread_id, "?anteckningar=ja"))
    assert "Såromläggning" in paper(page)
    assert "grannen" not in page.body


def test_p3_a_protected_identity_is_printed_by_who_may_open_it(
    karin: Visitor, write: Write, clock: Clock, bare_app: Flask
) -> None:
    thread_id = write(protected=True)
    with writes(karin.app) as changed:
        assert karin.get(address(thread_id)).status == 404
    assert changed == set()
    with karin.context():
        threads.claim(karin.actor, thread_id, now=clock.now)
        manager = Visitor(bare_app, colleague(karin.actor, role=Role.UNIT_MANAGER))
    for visitor in (karin, manager):
        visitor.get(f"/arenden/{thread_id}")
        assert "Skyddade personuppgifter. Lämna inte utskriften framme." in paper(visitor.get(address(thread_id)))


@pytest.mark.parametrize("thread_id", [999, 2_147_483_647])
def test_what_is_not_there_cannot_be_printed(anna: Visitor, thread_id: int) -> None:
    assert anna.get(address(thread_id)).status == 404


def test_a_unit_that_has_sent_the_thread_on_prints_what_it_had_seen(karin: Visitor, sent_on: int) -> None:
    text = paper(karin.get(address(sent_on)))
    assert "Vidarebefordrat 2026-11-17 10.00. Det som har hänt sedan dess är inte med." in text
    assert "Kan ni lägga om såret på måndag?" in text and "Hissen" not in text


def test_a_withdrawn_message_is_on_its_own_unit_s_paper_alone(
    anna: Visitor, karin: Visitor, write: Write, clock: Clock
) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    answer(anna, thread_id, "Hissen är trasig.", clock)
    with anna.context():
        threads.withdraw(anna.actor, thread_id, last_message(anna), now=clock.now)
    karin.get(f"/arenden/{thread_id}")
    assert "Hissen" in paper(anna.get(address(thread_id)))
    page = karin.get(address(thread_id))
    assert "Kan ni lägga om såret på måndag?" in paper(page)
    assert "Hissen" not in page.body


@pytest.mark.parametrize("how", ["withdrawn", "voided"])
def test_of_a_hidden_thread_nothing_is_printed_or_found(
    anna: Visitor, karin: Visitor, write: Write, clock: Clock, how: str
) -> None:
    """A byte search: neither patient, subject nor text is anywhere in what the other unit gets."""
    thread_id = write(subject="Hemlig rubrik", body="Hissen är trasig.")
    with anna.context():
        if how == "voided":
            threads.open_thread(karin.actor, thread_id, now=clock.now)
            note(karin, thread_id, "Hissen lagad", clock)
            threads.void(anna.actor, thread_id, last_message(anna), reason="wrong_patient", now=clock.now)
        else:
            threads.withdraw(anna.actor, thread_id, last_message(anna), now=clock.now)
    karin.get(f"/arenden/{thread_id}")
    pages = [karin.get(address(thread_id, query)) for query in ("", "?anteckningar=ja")]
    assert [page.heading for page in pages] == [f"{'Makulerat' if how == 'voided' else 'Återtaget'} ärende"] * 2
    asked = ({"words": "hissen"}, {"words": "hemlig"}, {"words": "tove"}, {"patient_id": PATIENT}, {"status": "closed"})
    pages += [karin.post("/sok", **fields) for fields in asked]
    bodies = [re.sub(r'value="[^"]*"', "", page.body).lower() for page in pages]  # what was typed, and the token
    hidden = ("hemlig", "hissen", "tove", "testsson", "t.t.", "20000101", "2384")
    assert [page.url for page, body in zip(pages, bodies, strict=True) if given_away(hidden, body)] == []
