"""The moves in a thread: replying, acknowledging, claiming, closing, and somebody else being first."""

import pytest

from lcweb.domain.permissions import Role
from lcweb.models import AccessLogRow, Message, Obligation, Thread
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import colleague
from tests.rows import count, row, rows
from tests.web.thread_page import delivery, facts, history, messages, problem, receipt
from tests.web.visits import FRAME, Visitor, Write

# Replying -------------------------------------------------------------------------------------------------------------


def test_b1_a_reply_ends_the_duty_and_the_sender_sees_it(anna: Visitor, karin: Visitor, write: Write) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    page = karin.press("Skicka svar", body=" Ja, vi kommer.\r\nKarin ")
    assert (page.url, receipt(page)) == ("/inkorg", "Svaret är skickat till Vårdcentralen Kärleken.")
    page = anna.get(f"/arenden/{thread_id}")
    assert facts(page)["Status"] == "Besvarat"
    assert delivery(page)[0] == "Skickat i dag 10.00 · Öppnat i dag 10.00 · Kvitterat i dag 10.00 av Karin B."
    assert messages(page)[1].get_one(class_="body").children == ["Ja, vi kommer.\nKarin"]


def test_b3_a_reply_that_asks_back_puts_the_duty_on_the_other_unit(anna: Visitor, karin: Visitor, write: Write) -> None:
    page = karin.get(f"/arenden/{write()}")
    assert page.root.get_one("label", for_="expects_reply").text == "Jag vill ha svar – senast fre 20 nov 16.30"
    karin.press("Skicka svar", body="Vilket ben?", expects_reply="ja")
    assert facts(anna.get("/arenden/1"))["Status"] == "Att besvara Fre 20 nov 16.30"
    assert facts(karin.get("/arenden/1"))["Status"] == "Väntar på svar Senast fre 20 nov 16.30"


def test_b5_a_reply_can_close(anna: Visitor, karin: Visitor, write: Write) -> None:
    karin.get(f"/arenden/{write()}")
    karin.press("Skicka och avsluta", body="Det är gjort.")
    page = anna.get("/arenden/1")
    assert facts(page)["Status"] == "Avslutat"
    assert history(page) == ["I dag 10.00: Karin B., Hemsjukvård Norr, avslutade ärendet."]


def test_b5_a_new_message_opens_it_again(anna: Visitor, karin: Visitor, talk: Write, clock: Clock) -> None:
    page = anna.get(f"/arenden/{talk('anna asks', 'karin opens', 'anna closes')}")
    assert facts(page)["Status"] == "Avslutat"
    clock.forward(minutes=5)
    anna.press("Skicka svar", body="En fråga till.", expects_reply="ja")
    page = karin.get("/arenden/1")
    assert facts(page)["Status"] == "Att besvara Fre 20 nov 16.30"
    assert history(page)[-1] == "I dag 10.05: Anna L., Vårdcentralen Kärleken, öppnade ärendet igen."
    assert delivery(page)[-1].endswith("Svar senast fre 20 nov 16.30")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"body": ""}, "Skriv ett meddelande."),
        ({"body": " \n\t "}, "Skriv ett meddelande."),
        ({"body": "x" * 10_001}, "Meddelandet har 10001 tecken. Högst 10000 får plats – korta texten."),
        ({"body": "a\0b"},
         "Meddelandet innehåller osynliga styrtecken. Klistra in texten som ren text eller skriv om den."),
        ({"body": "data:image/png;base64,AAAA"},
         "Meddelandet innehåller en inklistrad bild eller fil. Bilagor går inte att skicka här."),
        ({"body": "Klart.", "expects_reply": "ja", "close": "ja"},
         "Du kan inte både be om svar och avsluta. Ta bort ett av valen."),
    ],
)  # fmt: skip
def test_a_refused_reply_keeps_what_was_typed(
    karin: Visitor, write: Write, typed: dict[str, str], sentence: str
) -> None:
    page = karin.get(f"/arenden/{write()}")
    page = karin.post("/arenden/1/svara", version=page.value("version"), **typed)
    link = page.root.get_one(id="error-summary").get_one("a")
    assert (page.status, link.text) == (400, sentence)
    assert page.root.get_one(id=link["href"].removeprefix("#")).get("aria-invalid") == "true"
    assert (page.value("body"), page.value("expects_reply")) == (typed["body"], typed.get("expects_reply", ""))
    with karin.context():
        assert count(Message) == 1


def test_a_reply_after_a_colleague_s_keeps_the_text_and_shows_the_colleague_s(
    anna: Visitor, karin: Visitor, write: Write
) -> None:
    """409; sent again from the page that shows it, it is taken."""
    thread_id = write()
    with karin.context():
        second = Visitor(karin.app, colleague(karin.actor, "Bo Ek"))
    karin.get(f"/arenden/{thread_id}")
    second.get(f"/arenden/{thread_id}")
    second.press("Skicka svar", body="Jag kommer på tisdag.")
    page = karin.press("Skicka svar", body="Jag kommer på måndag.", expects_reply="ja")
    assert (page.status, page.value("body"), page.value("expects_reply")) == (409, "Jag kommer på måndag.", "ja")
    assert problem(page).startswith("Ditt svar är inte skickat. Ärendet har ändrats medan du skrev")
    assert messages(page)[-1].get_one(class_="body").text == "Jag kommer på tisdag."
    assert karin.press("Skicka svar").url == "/inkorg"
    with karin.context():
        assert [message.body for message in rows(Message)][1:] == ["Jag kommer på tisdag.", "Jag kommer på måndag."]


@pytest.mark.parametrize("version", [None, "", "0", "-1", "x", "99999999", "9" * 40, "1\0"])
def test_a_page_that_does_not_say_what_it_showed_is_a_conflict_never_a_guess(
    karin: Visitor, write: Write, version: str | None
) -> None:
    karin.get(f"/arenden/{write()}")
    for move in ("svara", "avsluta"):
        assert karin.post(f"/arenden/1/{move}", version=version, body="Ja.").status == 409


def test_s7_a_reply_sent_twice_is_one_message(karin: Visitor, write: Write) -> None:
    page = karin.get(f"/arenden/{write()}")
    typed = {"version": page.value("version"), "submission_id": page.value("submission_id"), "body": "Ja."}
    assert [karin.send("/arenden/1/svara", **typed).status_code for _ in range(2)] == [303, 303]
    with karin.context():
        assert count(Message) == 2


def test_a_receptionist_who_may_not_write_reads_and_handles(karin: Visitor, write: Write) -> None:
    thread_id = write()
    with karin.context():
        receptionist = Visitor(karin.app, colleague(karin.actor, "Rut Ros", role=Role.RECEPTIONIST))
    page = receptionist.get(f"/arenden/{thread_id}")
    assert "Be legitimerad personal på enheten att svara." in page.text
    assert {button.text for button in page.root.find_all("button")} == {
        *FRAME, "Ta ärendet", "Kvittera", "Överfört till journal", "Vidarebefordra ärendet", "Återsänd ärendet",
        "Spara anteckningen",
    }  # fmt: skip
    page = receptionist.post(f"/arenden/{thread_id}/svara", body="Ja.", version="1")
    assert (page.status, page.heading, page.value("body")) == (403, "Du får inte göra det här", "")
    assert page.root.get_one(id="typed").text == "Ja."


# The other moves ------------------------------------------------------------------------------------------------------


def test_b1_acknowledging_ends_the_duty_of_an_information_alone(anna: Visitor, karin: Visitor, write: Write) -> None:
    statuses = []
    for expects_reply in (True, False):
        thread_id = write(expects_reply=expects_reply)
        karin.get(f"/arenden/{thread_id}")
        page = karin.press("Kvittera")
        assert (page.url, receipt(page)) == (f"/arenden/{thread_id}", "Ärendet är kvitterat.")
        assert "Kvittera" not in [button.text for button in page.root.find_all("button")]
        statuses.append(facts(page)["Status"])
    assert statuses == ["Att besvara Fre 20 nov 16.30", "Kvitterat"]


def test_claiming_and_handing_back(karin: Visitor, write: Write) -> None:
    karin.get(f"/arenden/{write()}")
    page = karin.press("Ta ärendet")
    assert (page.url, receipt(page), facts(page)["Hanteras av"]) == (
        "/arenden/1",
        "Du har tagit ärendet.",
        "Du Lämna tillbaka",
    )
    page = karin.press("Lämna tillbaka")
    assert receipt(page) == "Du har lämnat tillbaka ärendet. Ingen hanterar det nu."
    assert facts(page)["Hanteras av"] == "Ingen har tagit ärendet Ta ärendet"


@pytest.mark.parametrize(
    ("move", "sentence"),
    [
        ("ta", "Bo Ek har redan tagit ärendet."),
        ("lamna-tillbaka", "Du har inte ärendet, så det går inte att lämna tillbaka."),
    ],
)
def test_a_colleague_s_claim_stands(karin: Visitor, write: Write, clock: Clock, move: str, sentence: str) -> None:
    thread_id = write()
    with karin.context():
        threads.claim(colleague(karin.actor, "Bo Ek"), thread_id, now=clock.now)
    assert facts(karin.get(f"/arenden/{thread_id}"))["Hanteras av"] == "Bo E. Ta över"
    page = karin.post(f"/arenden/{thread_id}/{move}")
    assert (page.status, page.heading, sentence in page.text) == (409, "Någon annan hann före", True)
    assert page.links()["Till ärendet"] == f"/arenden/{thread_id}"
    assert facts(karin.get(f"/arenden/{thread_id}"))["Hanteras av"] == "Bo E. Ta över"


def test_b5_the_sender_may_close_at_any_time(anna: Visitor, write: Write) -> None:
    anna.get(f"/arenden/{write()}")
    page = anna.press("Avsluta ärendet")
    assert (page.url, receipt(page)) == ("/inkorg", "Ärendet är avslutat.")
    with anna.context():
        assert (row(Thread).closed_at is not None, row(Obligation).ended_by) == (True, "closed")


def test_a_closed_thread_offers_to_write_again_and_what_is_the_unit_s_own(karin: Visitor, talk: Write) -> None:
    page = karin.get(f"/arenden/{talk('anna asks', 'karin opens', 'anna closes')}")
    assert {button.text for button in page.root.find_all("button") if "hidden" not in button.attributes} == {
        *FRAME, "Skicka svar", "Spara utkast", "Öppna igen", "Överfört till journal", "Spara anteckningen",
    }  # fmt: skip


def test_b5_the_recipient_closes_only_what_it_has_answered_or_acknowledged(karin: Visitor, write: Write) -> None:
    page = karin.get(f"/arenden/{write()}")
    assert "Avsluta ärendet" not in [button.text for button in page.root.find_all("button")]
    page = karin.post("/arenden/1/avsluta", version=page.value("version"))
    assert (page.status, problem(page)) == (400, "Svara på ärendet eller kvittera det innan du avslutar.")
    page = karin.get(f"/arenden/{write(expects_reply=False)}")
    karin.press("Kvittera")
    assert receipt(karin.press("Avsluta ärendet")) == "Ärendet är avslutat."


def test_closing_what_has_moved_on_is_a_conflict_that_shows_the_news(
    anna: Visitor, karin: Visitor, write: Write
) -> None:
    thread_id = write()
    anna.get(f"/arenden/{thread_id}")
    karin.get(f"/arenden/{thread_id}")
    karin.press("Skicka svar", body="Vi kommer på måndag.")
    page = anna.press("Avsluta ärendet")
    assert (page.status, messages(page)[-1].get_one(class_="body").text) == (409, "Vi kommer på måndag.")
    assert problem(page).startswith("Ärendet är inte avslutat. Det har ändrats sedan du öppnade sidan")


def test_l1_every_move_is_logged_with_who_from_where_and_about_whom(
    anna: Visitor, karin: Visitor, write: Write
) -> None:
    thread_id = write(expects_reply=False)
    karin.get(f"/arenden/{thread_id}")
    for move in ("Ta ärendet", "Lämna tillbaka", "Kvittera", "Avsluta ärendet"):
        karin.press(move)
    with karin.context():
        logged = rows(AccessLogRow)
    assert [entry.action for entry in logged] == [
        "send", "open", "claim", "open", "release", "open", "acknowledge", "open", "close",
    ]  # fmt: skip
    assert {(entry.user_id, entry.unit_id) for entry in logged[1:]} == {(karin.actor.user_id, karin.unit_id)}
    assert {(entry.thread_id, entry.patient_number) for entry in logged} == {(thread_id, "200001012384")}
