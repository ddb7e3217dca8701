"""Every other move from its form on the thread page: what is said, to whom, and what is given back."""

import pytest

from lcweb.models import InternalNote, Message, Thread
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import colleague, unit, user, version_of
from tests.page import Page
from tests.rows import count, row, rows
from tests.web.thread_page import facts, history, messages, problem, receipt
from tests.web.visits import FRAME, Visitor, Write


@pytest.fixture
def cecilia(karin: Visitor) -> Visitor:
    """A nurse at a third unit."""
    with karin.context():
        return Visitor(karin.app, user("Cecilia Dahl", unit_id=unit("Hemsjukvård Söder")))


def buttons(page: Page) -> set[str]:
    return {button.text for button in page.root.find_all("button")}


def forward(karin: Visitor, cecilia: Visitor, thread_id: int, **typed: str) -> Page:
    karin.get(f"/arenden/{thread_id}")
    chosen = {"recipient_unit": str(cecilia.unit_id), "reason": "other_area", "words": "Har flyttat till Söder."}
    return karin.press("Vidarebefordra ärendet", **(chosen | typed))


def give_back(karin: Visitor, thread_id: int, **typed: str) -> Page:
    karin.get(f"/arenden/{thread_id}")
    return karin.press("Återsänd ärendet", **({"reason": "wrong_recipient", "words": ""} | typed))


# Forward --------------------------------------------------------------------------------------------------------------


def test_b1_a_forward_is_told_to_everybody_concerned(
    anna: Visitor, karin: Visitor, cecilia: Visitor, write: Write
) -> None:
    thread_id = write()
    page = forward(karin, cecilia, thread_id)
    assert (page.url, receipt(page)) == ("/inkorg", "Ärendet är vidarebefordrat till Hemsjukvård Söder.")
    line = (
        "I dag 10.00: Karin B., Hemsjukvård Norr, vidarebefordrade ärendet till Hemsjukvård Söder. Skäl: patienten hör "
        "till ett annat område. Har flyttat till Söder."
    )
    for person in (anna, karin, cecilia):
        assert history(person.get(f"/arenden/{thread_id}")) == [line]
    assert facts(karin.page)["Status"] == "Vidarebefordrat"
    assert "Du ser det som din enhet hade sett då, och inget senare." in karin.page.text
    assert buttons(karin.page) == {*FRAME, "Ta ärendet", "Överfört till journal", "Spara anteckningen"}
    assert facts(anna.page)["Mellan"].startswith("Vårdcentralen Kärleken och Hemsjukvård Söder")


def test_the_list_of_the_unit_that_has_left_says_what_it_did_and_nothing_later(
    karin: Visitor, cecilia: Visitor, write: Write
) -> None:
    thread_id = write()
    forward(karin, cecilia, thread_id)
    cecilia.get(f"/arenden/{thread_id}")
    cecilia.press("Skicka svar", body="Vi tar över.")
    assert "Såromläggning" not in karin.get("/inkorg").text
    row_ = karin.get("/inkorg?vy=avslutade").root.get_one(id=f"row-{thread_id}").text
    assert row_.startswith("Vidarebefordrat Såromläggning") and "meddelande" not in row_


def test_a_reply_to_what_a_colleague_has_forwarded_is_refused_with_its_text_kept(
    karin: Visitor, cecilia: Visitor, write: Write
) -> None:
    thread_id = write()
    with karin.context():
        bo = Visitor(karin.app, colleague(karin.actor, "Bo Ek"))
    bo.get(f"/arenden/{thread_id}")
    forward(karin, cecilia, thread_id)
    page = bo.press("Skicka svar", body="Vi kommer på måndag.")
    assert page.status == 409
    assert problem(page).startswith("Ditt svar är inte skickat.")
    assert page.root.get_one(id="typed").text == "Vi kommer på måndag."
    with karin.context():
        assert count(Message) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"recipient_unit": ""}, "Välj vilken enhet som ska få ärendet."),
        ({"recipient_unit": "987654"}, "Välj vilken enhet som ska få ärendet."),
        ({"reason": "okänt"}, "Välj varför."),
        ({"reason": "other", "words": ""}, "Skriv vad som är skälet."),
    ],
)
def test_what_is_missing_is_said_in_the_form_which_stays_open(
    karin: Visitor, cecilia: Visitor, write: Write, typed: dict[str, str], sentence: str
) -> None:
    page = forward(karin, cecilia, write(), **typed)
    link = page.root.get_one(id="error-summary").get_one("a")
    assert (page.status, link.text) == (400, sentence)
    assert page.root.find(id=link["href"].removeprefix("#"))
    assert "open" in page.root.get_one(id="forward").attributes
    assert page.root.get_one(id="forward-words").text == typed.get("words", "Har flyttat till Söder.")


def test_s5_a_hint_is_confirmed_in_the_form_that_it_came_from(karin: Visitor, cecilia: Visitor, write: Write) -> None:
    thread_id = write()
    page = forward(karin, cecilia, thread_id, words="Gäller även 18900101-9802.")
    assert (page.status, "18900101" in page.root.get_one(id="error-summary").text) == (409, False)
    page = karin.press("Vidarebefordra ärendet", hints=page.field("hints")["value"])
    assert receipt(page) == "Ärendet är vidarebefordrat till Hemsjukvård Söder."


# Return ---------------------------------------------------------------------------------------------------------------


def test_a_returned_thread_waits_for_its_sender_to_send_it_on(
    anna: Visitor, karin: Visitor, cecilia: Visitor, write: Write
) -> None:
    thread_id = write()
    page = give_back(karin, thread_id, suggested_unit=str(cecilia.unit_id))
    assert receipt(page) == "Ärendet är återsänt till Vårdcentralen Kärleken."
    inbox = anna.get("/inkorg").root.get_one(id=f"row-{thread_id}").text
    assert inbox.startswith("Återsänt Skicka vidare eller avsluta senast ons 18 nov 16.30")
    page = anna.get(f"/arenden/{thread_id}")
    assert history(page) == [
        "I dag 10.00: Karin B., Hemsjukvård Norr, återsände ärendet. Skäl: fel mottagare. "
        "Rätt mottagare: Hemsjukvård Söder."
    ]
    assert "Skicka svar" not in buttons(page)
    assert "open" in page.root.get_one(id="forward").attributes
    page = anna.press("Skicka vidare", recipient_unit=str(cecilia.unit_id), reason="other_area")
    assert receipt(page) == "Ärendet är vidarebefordrat till Hemsjukvård Söder."
    assert "Såromläggning" in cecilia.get("/inkorg").text


# Withdraw, void, correct ----------------------------------------------------------------------------------------------


def test_a_withdrawn_thread_shows_the_other_unit_that_and_nothing_of_it(
    anna: Visitor, karin: Visitor, write: Write
) -> None:
    thread_id = write()
    anna.get(f"/arenden/{thread_id}")
    page = anna.press("Återta meddelandet")
    assert receipt(page) == "Meddelandet är återtaget. Ingen på den andra enheten har sett texten."
    assert messages(page)[0].get_one(class_="body").text == "Kan ni lägga om såret på måndag?"
    page = karin.get(f"/arenden/{thread_id}")
    assert (page.heading, facts(page)["Status"], messages(page)) == ("Återtaget ärende", "Återtaget", [])
    assert "Tove" not in page.body and "20000101" not in page.body and "Såromläggning" not in page.body


def test_what_has_been_opened_meanwhile_is_not_withdrawn(anna: Visitor, karin: Visitor, write: Write) -> None:
    thread_id = write()
    anna.get(f"/arenden/{thread_id}")
    karin.get(f"/arenden/{thread_id}")
    page = anna.press("Återta meddelandet")
    assert (page.status, problem(page)) == (
        409,
        "Meddelandet har redan visats för den andra enheten och går inte att återta. "
        "Gäller det fel patient: makulera det.",
    )  # fmt: skip
    assert "Återta meddelandet" not in buttons(page)


def test_a_voided_thread_is_told_and_shown_to_nobody(anna: Visitor, karin: Visitor, write: Write) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    anna.get(f"/arenden/{thread_id}")
    page = anna.press("Makulera", reason="wrong_patient")
    assert receipt(page).startswith("Ärendet är makulerat. Ingen ser texten längre. Ring Hemsjukvård Norr")
    listed = karin.get("/inkorg").root.get_one(id=f"row-{thread_id}").text
    assert listed.startswith("Makulerat Makulerat ärende Oläst") and "Ta ärendet" not in listed
    for person in (anna, karin):
        page = person.get(f"/arenden/{thread_id}")
        assert (page.heading, "Det gällde fel patient" in page.text) == ("Makulerat ärende", True)
        assert history(page) == [
            "I dag 10.00: Anna L., Vårdcentralen Kärleken, makulerade: ärendet är skrivet på fel patient."
        ]
        assert buttons(page) == FRAME
    assert "Makulerat ärende" not in karin.get("/inkorg").text


def test_a_reason_is_asked_for_before_anything_is_hidden(anna: Visitor, write: Write) -> None:
    anna.get(f"/arenden/{write()}")
    page = anna.press("Makulera")
    assert (page.status, problem(page)) == (400, "Välj varför meddelandet ska makuleras.")
    with anna.context():
        assert row(Thread).voided_at is None


def test_a_correction_stands_beside_what_it_corrects(anna: Visitor, karin: Visitor, write: Write) -> None:
    thread_id = write()
    anna.get(f"/arenden/{thread_id}")
    page = anna.press("Skicka rättelsen", correction="Jag menade tisdag.")
    assert receipt(page) == "Rättelsen är skickad till Hemsjukvård Norr."
    old, new = messages(karin.get(f"/arenden/{thread_id}"))
    assert "Rättat Läs rättelsen längre ner." in old.text
    assert "Rättelse av meddelandet i dag 10.00" in new.text and "Jag menade tisdag." in new.text


@pytest.mark.parametrize(
    ("button", "field", "move"),
    [("Skicka rättelsen", "correction", "ratta"), ("Spara anteckningen", "note", "anteckning")],
)
def test_a_text_that_is_refused_comes_back(anna: Visitor, write: Write, button: str, field: str, move: str) -> None:
    anna.get(f"/arenden/{write()}")
    page = anna.press(button, **{field: "x" * 10_001})
    assert (page.status, page.value(field)) == (400, "x" * 10_001)
    page = anna.post(f"/arenden/1/{move}", csrf=False, **{field: "Texten"})
    assert (page.status, page.value(field)) == (400, "Texten")


# The own unit's ------------------------------------------------------------------------------------------------------


def test_a_note_is_marked_in_words_and_never_reaches_the_other_unit(
    anna: Visitor, karin: Visitor, write: Write
) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    page = karin.press("Spara anteckningen", note="Har frågat doktor Ek.")
    assert receipt(page) == "Anteckningen är sparad. Bara din enhet ser den."
    noted = page.root.get_one(id="note-2")
    assert noted.text.startswith("Intern anteckning – syns bara för Hemsjukvård Norr · Karin B. · i dag 10.00")
    assert "doktor Ek" not in anna.get(f"/arenden/{thread_id}").body
    assert "doktor Ek" not in anna.poll(f"/poll/arenden/{thread_id}").body
    with karin.context():
        assert count(InternalNote) == 1


def test_transferred_to_record_and_the_list_of_what_is_not(anna: Visitor, karin: Visitor, write: Write) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    karin.press("Skicka svar", body="Ja.")
    assert "Såromläggning" in karin.get("/inkorg?vy=avslutade&visa=ej-overforda").text
    karin.get(f"/arenden/{thread_id}")
    page = karin.press("Överfört till journal")
    assert facts(page)["Överfört till journal"] == "I dag 10.00 Karin B."
    assert "Överfört till journal" not in buttons(page)
    page = karin.get("/inkorg?vy=avslutade&visa=ej-overforda")
    assert page.root.get_one(id="empty").text == "Allt här är överfört till journal."
    assert "Karin B., Hemsjukvård Norr, förde över ärendet till sin journal." in " ".join(
        history(anna.get(f"/arenden/{thread_id}"))
    )


def test_reopening_gives_the_duty_back(anna: Visitor, write: Write) -> None:
    anna.get(f"/arenden/{write()}")
    anna.press("Avsluta ärendet")
    anna.get("/arenden/1")
    page = anna.press("Öppna igen")
    assert (receipt(page), facts(page)["Status"]) == (
        "Ärendet är öppet igen.", "Väntar på svar Senast fre 20 nov 16.30",
    )  # fmt: skip


def test_taking_over_from_a_colleague(karin: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write()
    with karin.context():
        threads.claim(colleague(karin.actor, "Bo Ek"), thread_id, now=clock.now)
    karin.get(f"/arenden/{thread_id}")
    page = karin.press("Ta över")
    assert facts(page)["Hanteras av"] == "Du Lämna tillbaka"
    assert history(page) == ["I dag 10.00: Karin B., Hemsjukvård Norr, tog över ärendet."]


def test_b2_a_promise_is_a_date_that_both_units_read(anna: Visitor, karin: Visitor, write: Write) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    page = karin.press("Skicka svar", body="Vi återkommer.", callback_day="2026-11-25")
    assert receipt(page) == "Svaret är skickat till Vårdcentralen Kärleken."
    page = anna.get(f"/arenden/{thread_id}")
    assert history(page) == ["I dag 10.00: Karin B., Hemsjukvård Norr, återkommer senast ons 25 nov 16.30."]
    assert facts(page)["Status"] == "Väntar på svar Senast ons 25 nov 16.30"


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("i morgon", "Skriv dagen som ÅÅÅÅ-MM-DD, till exempel 2026-11-27."),
        ("2026-11-17", "Välj en dag efter i dag."),
        ("2026-12-02", "Välj en dag senast 2026-12-01."),
        ("2026-11-21", "Enheten har stängt den dagen. Välj en vardag."),
    ],
)
def test_b2_a_day_that_cannot_be_promised(karin: Visitor, write: Write, day: str, sentence: str) -> None:
    karin.get(f"/arenden/{write()}")
    page = karin.press("Skicka svar", body="Vi återkommer.", callback_day=day)
    assert (page.status, problem(page), page.value("body")) == (400, sentence, "Vi återkommer.")
    assert page.root.get_one(id="callback_day").get("aria-invalid") == "true"
    with karin.context():
        assert [message.body for message in rows(Message)] == ["Kan ni lägga om såret på måndag?"]
        assert version_of(1) == 1
