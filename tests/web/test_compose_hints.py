"""S5 on the compose page: asked once, with the count alone, and everything typed given back."""

import pytest

from lcweb.models import Message, Thread
from tests.factories import OTHER_PATIENT, PATIENT
from tests.hidden import given_away
from tests.page import Page
from tests.rows import count, rows
from tests.web.visits import Visitor, Write, letter, refused, writes

ACUTE = "Texten har 2 ord som tyder på att det är akut. Är det akut – ring enheten."
CONFIRM = "Jag har läst igenom texten. Den kan skickas som den är."
BODY = "Hon har andnöd och bröstsmärta sedan i går."


def messages(anna: Visitor) -> int:
    with anna.context():
        return count(Message)


def tick(page: Page) -> tuple[str, bool]:
    """The count that the box stands for, and whether it is ticked."""
    box = page.field("hints")
    return box["value"], "checked" in box.attributes


def test_s5_words_of_urgency_are_asked_about_once_and_then_sent(anna: Visitor, karin: Visitor) -> None:
    anna.get("/arenden/ny")
    typed = letter(karin.unit_id, body=BODY)
    with writes(anna.app) as changed:
        page = anna.press("Skicka meddelande", **typed)
    assert refused(page, 409) == {"hints": ACUTE}
    assert changed == set()
    assert {name: page.value(name) for name, value in typed.items()} == typed
    assert (tick(page), CONFIRM in page.text) == (("2", False), True)
    assert anna.press("Skicka meddelande", hints="2").url == "/inkorg"
    assert messages(anna) == 1


@pytest.mark.parametrize("body", ["Inget akut, och ingen andnöd.", "Receptet är redan förnyat."])
def test_s5_an_ordinary_sentence_is_sent_without_a_question(anna: Visitor, karin: Visitor, body: str) -> None:
    assert anna.send("/arenden/ny", **letter(karin.unit_id, body=body)).status_code == 303


@pytest.mark.parametrize("hints", ["", "0", "1", "3", "-2", "02", "ja", "x" * 500, "9" * 400, "２", "2\0"])
def test_s5_another_count_is_no_confirmation(anna: Visitor, karin: Visitor, hints: str) -> None:
    page = anna.post("/arenden/ny", **letter(karin.unit_id, body=BODY, hints=hints))
    assert (refused(page, 409), tick(page)) == ({"hints": ACUTE}, ("2", False))
    assert messages(anna) == 0


def test_s5_a_text_that_was_changed_is_asked_about_again(anna: Visitor, karin: Visitor) -> None:
    page = anna.post("/arenden/ny", **letter(karin.unit_id, body=BODY + " Förnya receptet.", hints="2"))
    sentence = "Texten har 2 ord om recept eller ordination. Sådant går inte att beställa här."
    assert refused(page, 409) == {"hints": f"{ACUTE} {sentence}"}
    assert tick(page) == ("4", False)


def test_s5_a_number_in_the_subject_and_somebody_else_s_in_the_text(anna: Visitor, karin: Visitor) -> None:
    typed = letter(karin.unit_id, subject=f"Omläggning {PATIENT}", body=f"Maken är {OTHER_PATIENT}.")
    page = anna.post("/arenden/ny", **typed)
    assert refused(page, 409) == {
        "hints": "Texten har 1 identitetsnummer som inte är patientens. Ett ärende gäller en patient. "
        "Ämnet har 1 identitetsnummer. Ta bort det, för ämnet syns i listor."
    }
    assert anna.press("Skicka meddelande", hints="2", subject="Omläggning").status == 409
    assert anna.press("Skicka meddelande", hints="1").url == "/inkorg"
    with anna.context():
        assert [thread.subject for thread in rows(Thread)] == ["Omläggning"]


def test_s5_what_stops_the_message_comes_first_and_a_confirmation_is_not_lost(anna: Visitor, karin: Visitor) -> None:
    anna.get("/arenden/ny")
    page = anna.press("Skicka meddelande", **letter(karin.unit_id, body=BODY, not_acute=None))
    assert list(refused(page)) == ["not_acute"]
    assert page.root.find(id="hints") is None
    page = anna.press("Skicka meddelande", hints="2")
    assert (list(refused(page)), tick(page)) == (["not_acute"], ("2", True))
    assert anna.press("Skicka meddelande", not_acute="ja").url == "/inkorg"


def test_s5_s6_both_questions_are_asked_and_answered_together(anna: Visitor, karin: Visitor, write: Write) -> None:
    write()
    anna.get("/arenden/ny")
    page = anna.press("Skicka meddelande", **letter(karin.unit_id, body=BODY))
    assert list(refused(page, 409)) == ["new_thread", "hints"]
    page = anna.press("Skicka meddelande", hints="2")
    assert (list(refused(page, 409)), tick(page)) == (["new_thread"], ("2", True))
    page = anna.press("Skicka meddelande", new_thread="ja", hints=None)
    assert list(refused(page, 409)) == ["hints"]
    assert anna.press("Skicka meddelande", new_thread="ja", hints="2").url == "/inkorg"
    assert messages(anna) == 2


def test_s5_only_the_count_is_told(anna: Visitor, karin: Visitor) -> None:
    page = anna.post("/arenden/ny", **letter(karin.unit_id, body=f"Suicidrisk hos {OTHER_PATIENT}"))
    told = page.root.get_one(id="error-summary").text + page.root.get_one(id="hints").within("div").text
    assert given_away(("uicid", "9802", "18900101"), told) == []
