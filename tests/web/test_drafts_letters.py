"""A half-written compose page: listed, taken up again, sent once, and nobody else's."""

import pytest

from lcweb.domain.permissions import Actor
from lcweb.models import AccessLogRow, Draft, Message
from tests.clock import Clock
from tests.factories import PATIENT
from tests.hidden import given_away
from tests.page import Page
from tests.rows import row, rows
from tests.web.drafting import TEXT, another, autosave, drafts
from tests.web.thread_page import receipt
from tests.web.visits import IDENTITY, Visitor, Write, letter, writes


def begin(visitor: Visitor, unit_id: int, **changes: str) -> Page:
    visitor.get("/arenden/ny")
    assert visitor.page
    typed = letter(unit_id, submission_id=visitor.page.value("submission_id"), **changes)
    return visitor.press("Spara utkast", **typed)


def test_a_letter_is_given_back_whole_but_for_its_confirmations(anna: Visitor, karin: Visitor) -> None:
    """S3: that it is not acute is said when it is sent."""
    page = begin(anna, karin.unit_id, body=TEXT, expects_reply="nej", protected_identity="ja")
    assert (page.heading, receipt(page)) == ("Nytt meddelande", "Utkastet är sparat.")
    typed = letter(karin.unit_id, body=TEXT, expects_reply="nej", protected_identity="ja", not_acute="")
    names = typed.keys() - {"submission_id"}
    assert {name: page.value(name) for name in names} == {name: typed[name] for name in names}


def test_a_fresh_page_lists_what_is_begun_and_fills_in_none_of_it(anna: Visitor, karin: Visitor, clock: Clock) -> None:
    clock.forward(minutes=20)
    begin(anna, karin.unit_id)
    begin(anna, 0, recipient_unit="")
    page = anna.get("/arenden/ny")
    listed = page.root.get_one(id="own-drafts")
    assert sorted(entry.text for entry in listed.find_all("p")) == [
        "Utkast från i dag 10.20",
        "Utkast från i dag 10.20 till Hemsjukvård Norr",
    ]
    assert not given_away((*IDENTITY, "Såromläggning", "måndag"), page.body)
    assert page.value("body") == page.value("patient_id") == ""


def test_the_inbox_tells_of_begun_letters_and_of_begun_answers(anna: Visitor, karin: Visitor, write: Write) -> None:
    assert anna.get("/inkorg").root.find(id="begun-letters") is None
    begin(anna, karin.unit_id)
    link = anna.get("/inkorg").root.get_one(id="begun-letters").get_one("a")
    assert (link.text, link["href"]) == ("Du har ett påbörjat meddelande", "/arenden/ny")
    begin(anna, karin.unit_id)
    assert anna.get("/inkorg").root.get_one(id="begun-letters").text == "Du har 2 påbörjade meddelanden"
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    assert "Utkast" not in karin.get("/inkorg").root.get_one(id=f"row-{thread_id}").text
    karin.get(f"/arenden/{thread_id}")
    karin.press("Spara utkast", body="Vi")
    assert "Utkast" in karin.get("/inkorg").root.get_one(id=f"row-{thread_id}").text
    assert "Utkast" not in another(karin).get("/inkorg").root.get_one(id=f"row-{thread_id}").text


def test_a_letter_taken_up_again_is_sent_once_and_is_then_no_draft(anna: Visitor, karin: Visitor) -> None:
    begin(anna, karin.unit_id)
    anna.get(anna.get("/arenden/ny").root.get_one(id="own-drafts").get_one("a")["href"])
    first = anna.page
    assert first and "inte längre" not in first.root.get_one(id="own-draft").text
    assert first.root.get_one(id="own-draft").find("textarea") is None
    page = anna.press("Skicka meddelande", not_acute="ja")
    assert receipt(page).startswith("Meddelandet är skickat till Hemsjukvård Norr.")
    assert drafts(anna) == 0
    anna.page = first
    autosave(anna, "/arenden/ny/utkast", body="Sent")
    assert drafts(anna) == 0
    assert receipt(anna.press("Skicka meddelande", not_acute="ja")).startswith("Meddelandet var redan skickat")
    with anna.context():
        assert len(rows(Message)) == 1


def test_taking_a_letter_up_again_is_logged_with_its_patient(anna: Visitor, karin: Visitor) -> None:
    begin(anna, karin.unit_id)
    url = anna.get("/arenden/ny").root.get_one(id="own-drafts").get_one("a")["href"]
    with writes(anna.app) as changed:
        anna.get(url)
    assert changed == {"access_log"}
    with anna.context():
        logged = rows(AccessLogRow)[-1]
    assert (logged.action, logged.patient_number) == ("draft_shown", PATIENT.replace("-", ""))


def test_a_letter_is_thrown_away_from_the_list(anna: Visitor, karin: Visitor) -> None:
    begin(anna, karin.unit_id)
    anna.get("/arenden/ny")
    page = anna.press("Släng")
    assert (receipt(page), drafts(anna)) == ("Utkastet är slängt.", 0)


def test_another_person_s_letter_does_not_exist(anna: Visitor, karin: Visitor) -> None:
    begin(anna, karin.unit_id)
    with anna.context():
        kept = row(Draft)
    for stranger in (another(anna), karin):
        with writes(anna.app) as changed:
            assert stranger.get(f"/arenden/ny?utkast={kept.id}").status == 404
            assert stranger.post("/arenden/ny/utkast/slang", draft=str(kept.id)).status == 404
            typed = letter(karin.unit_id, submission_id=kept.page_id)
            assert stranger.post("/arenden/ny/utkast", **typed).status == 404
        assert changed == set()


@pytest.mark.parametrize("draft", ["", "x", "0", "-1", "9" * 30, "１", "987654"])
def test_a_draft_that_is_none_is_404(anna: Visitor, draft: str) -> None:
    assert anna.get(f"/arenden/ny?utkast={draft}").status == 404
    assert anna.post("/arenden/ny/utkast/slang", draft=draft).status == 404


def test_the_draft_of_the_other_unit_is_not_offered(anna: Visitor, karin: Visitor) -> None:
    """A person of two units has the drafts of the one acted from."""
    begin(anna, karin.unit_id)
    actor: Actor = anna.actor
    with anna.context():
        assert row(Draft).unit_id == actor.unit_id
    assert another(anna).get("/arenden/ny").root.find(id="own-drafts") is None
