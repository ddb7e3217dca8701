"""Writing to another unit: what the page offers, what it refuses and how, and what becomes of what was typed."""

from typing import Any

import pytest

from lcweb.domain.permissions import Role
from lcweb.models import Message, Obligation, Thread
from tests.clock import Clock
from tests.factories import PATIENT, colleague, unit, user
from tests.hidden import given_away
from tests.html import parse
from tests.rows import count, row, rows
from tests.web.visits import IDENTITY, Visitor, Write, letter, refused, writes


def sent(anna: Visitor) -> int:
    with anna.context():
        return count(Message)


# The page -------------------------------------------------------------------------------------------------------------


def test_s3_nothing_is_chosen_or_ticked_beforehand(anna: Visitor, karin: Visitor) -> None:
    page = anna.get("/arenden/ny")
    boxes = [field for field in page.root.find_all("input") if field.get("type") in ("radio", "checkbox")]
    assert {box["name"] for box in boxes} == {"expects_reply", "disclosure_basis", "not_acute", "protected_identity"}
    assert [box["id"] for box in boxes if "checked" in box.attributes] == []
    assert {name for name, value in page.values().items() if value} == {"csrf_token", "submission_id", "draft_page"}


def test_s3_whom_to_ring_is_on_screen_before_anything_is_sent(anna: Visitor, karin: Visitor) -> None:
    page = anna.get("/arenden/ny")
    assert "Är det akut? Ring!" in page.root.get_one(id="acute").text
    assert "Hemsjukvård Norr, tel 035-13 20 01" in page.field("recipient_unit").text
    page = anna.get(f"/arenden/ny?recipient_unit={karin.unit_id}")
    assert page.root.get_one(id="acute-phone").text == "Akut? Ring Hemsjukvård Norr: 035-13 20 01"


def test_s4_there_is_nowhere_to_put_a_file(anna: Visitor) -> None:
    page = anna.get("/arenden/ny")
    assert list(page.root.find_all("input", type="file")) == []
    assert {form.get("enctype") for form in page.root.find_all("form")} == {""}


def test_s7_each_page_shown_is_a_submission_of_its_own(anna: Visitor) -> None:
    assert anna.get("/arenden/ny").value("submission_id") != anna.get("/arenden/ny").value("submission_id")


def test_p4_the_address_may_choose_a_recipient_but_never_a_patient(anna: Visitor, karin: Visitor) -> None:
    chosen = f"municipality=Halmstad&case_type=general&recipient_unit={karin.unit_id}"
    page = anna.get(f"/arenden/ny?{chosen}&patient_id={PATIENT}&patient_name=Tove&subject=x&body=x&not_acute=ja")
    filled = {name: value for name, value in page.values().items() if value}
    own = {"csrf_token", "submission_id", "draft_page"}
    assert filled.keys() == own | {"municipality", "case_type", "recipient_unit"}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("Tue 2026-11-17 10:00", "senast fre 20 nov 16.30"),
        ("Tue 2026-11-17 16:30", "senast mån 23 nov 16.30"),
        ("Wed 2026-12-23 16:30", "senast mån 4 jan 2027 16.30"),
    ],
)
def test_t5_the_page_shows_the_date_that_svar_onskas_gives(anna: Visitor, clock: Clock, now: str, due: str) -> None:
    clock.set(now)
    assert Visitor(anna.app, anna.actor).get("/arenden/ny").root.get_one(id="answer-date").text == due


# Sending --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expects_reply", "receipt"),
    [
        ("ja", "Meddelandet är skickat till Hemsjukvård Norr. Svar senast fre 20 nov 16.30."),
        ("nej", "Meddelandet är skickat till Hemsjukvård Norr."),
    ],
)
def test_a_whole_page_is_sent_and_the_inbox_shows_the_receipt(
    anna: Visitor, karin: Visitor, expects_reply: str, receipt: str
) -> None:
    anna.get("/arenden/ny")
    page = anna.press("Skicka meddelande", **letter(karin.unit_id, expects_reply=expects_reply))
    assert (page.url, page.heading) == ("/inkorg", "Inkorg")
    assert page.root.get_one(class_="ds-alert", data_color="success").text == receipt


def test_s3_what_was_confirmed_is_kept_with_the_thread(anna: Visitor, karin: Visitor) -> None:
    typed = letter(
        karin.unit_id, disclosure_basis="other", disclosure_words=" Vårdnadshavare har sagt ja ", body="Rad 1\r\nRad 2 "
    )
    assert anna.send("/arenden/ny", **typed).status_code == 303
    with anna.context():
        kept, message = row(Thread), row(Message)
    assert (kept.not_acute, kept.disclosure_basis, kept.disclosure_words) == (
        True,
        "other",
        "Vårdnadshavare har sagt ja",
    )
    assert (kept.sender_unit_id, kept.recipient_unit_id) == (anna.unit_id, karin.unit_id)
    assert (kept.patient_number, kept.patient_name, kept.subject) == ("200001012384", "Tove Testsson", "Såromläggning")
    assert (message.body, message.author_phone, message.expects_reply) == ("Rad 1\nRad 2", "035-13 10 10", True)


def test_p4_no_address_on_the_way_holds_anything_of_the_patient(anna: Visitor, karin: Visitor) -> None:
    answers = [anna.send("/arenden/ny", **letter(karin.unit_id)), anna.fetch("/inkorg?vy=vantar")]
    places = [answers[0].location or "", *parse(answers[1].text).get_one("tbody").get_one("a")["href"].split()]
    assert places == ["/inkorg", "/arenden/1"]
    assert [answer for answer in answers if given_away(IDENTITY, answer.text + str(answer.headers))] == []


# Refusals -------------------------------------------------------------------------------------------------------------

INVISIBLE = "innehåller osynliga styrtecken. Klistra in texten som ren text eller skriv om den."
ATTACHED = "innehåller en inklistrad bild eller fil. Bilagor går inte att skicka här."
NO_NUMBER = "Det här är inget identitetsnummer. Skriv tolv siffror: ÅÅÅÅMMDD-NNNN."
VOUCH = " Är det ett reservnummer? Bekräfta det under fältet och skriv vilken sort."
REFUSALS = [
    ({"recipient_unit": ""}, "recipient_unit", "Välj vilken enhet som ska få meddelandet."),
    ({"recipient_unit": "0"}, "recipient_unit", "Välj vilken enhet som ska få meddelandet."),
    ({"recipient_unit": "-1"}, "recipient_unit", "Välj vilken enhet som ska få meddelandet."),
    ({"recipient_unit": "9" * 30}, "recipient_unit", "Välj vilken enhet som ska få meddelandet."),
    ({"recipient_unit": "999999999"}, "recipient_unit", "Enheten finns inte i mottagarlistan. Välj en annan."),
    ({"case_type": ""}, "case_type", "Välj ärendetyp."),
    ({"case_type": "x"}, "case_type", "Välj ärendetyp."),
    ({"patient_id": ""}, "patient_id", "Skriv patientens personnummer med tolv siffror."),
    ({"patient_id": "000101-2384"}, "patient_id",
     "Skriv personnumret med århundrade, tolv siffror: 19000101-2384 eller 20000101-2384."),
    ({"patient_id": "20000101-2385"}, "patient_id",
     "Sista siffran stämmer inte. Kontrollera numret mot journalen." + VOUCH),
    ({"patient_id": "20270101-2381"}, "patient_id",
     "Födelsedatumet ligger i framtiden. Kontrollera numret mot journalen." + VOUCH),
    ({"patient_id": "20001301-2384"}, "patient_id",
     "Numret börjar inte med ett datum som finns. Kontrollera numret mot journalen." + VOUCH),
    ({"patient_id": "?"}, "patient_id", NO_NUMBER),
    ({"patient_id": "٢٠٠٠٠١٠١٢٣٨٤"}, "patient_id", NO_NUMBER),
    ({"patient_id": "20000101-2384\0"}, "patient_id", NO_NUMBER),
    ({"patient_name": " "}, "patient_name", "Skriv patientens namn. Namnet och numret ska höra ihop."),
    ({"patient_name": "T" * 101}, "patient_name", "Namnet har 101 tecken. Högst 100 får plats – korta texten."),
    ({"patient_name": "Tove\0"}, "patient_name", f"Namnet {INVISIBLE}"),
    ({"subject": ""}, "subject", "Skriv ett kort ämne."),
    ({"subject": "x" * 121}, "subject", "Ämnet har 121 tecken. Högst 120 får plats – korta texten."),
    ({"subject": "rad\nrad"}, "subject", f"Ämnet {INVISIBLE}"),
    ({"body": " \r\n "}, "body", "Skriv ett meddelande."),
    ({"body": "x" * 10_001}, "body", "Meddelandet har 10001 tecken. Högst 10000 får plats – korta texten."),
    ({"body": "Hej\0"}, "body", f"Meddelandet {INVISIBLE}"),
    ({"body": "Hej \u202eenart"}, "body", f"Meddelandet {INVISIBLE}"),
    ({"body": "data:image/png;base64,iVBORw0KGgo="}, "body", f"Meddelandet {ATTACHED}"),
    ({"body": "iVBORw0KGgo" * 40}, "body", f"Meddelandet {ATTACHED}"),
    ({"expects_reply": None}, "expects_reply", "Välj om du vill ha svar."),
    ({"expects_reply": "kanske"}, "expects_reply", "Välj om du vill ha svar."),
    ({"disclosure_basis": None}, "disclosure_basis", "Välj vad som gör att du får lämna ut uppgifterna."),
    ({"disclosure_basis": "x"}, "disclosure_basis", "Välj vad som gör att du får lämna ut uppgifterna."),
    ({"disclosure_basis": "other"}, "disclosure_words",
     "Skriv vilken annan grund du har för att lämna ut uppgifterna."),
    ({"not_acute": None}, "not_acute", "Bekräfta att ärendet inte är akut. Är det akut – ring enheten."),
    ({"not_acute": "nej"}, "not_acute", "Bekräfta att ärendet inte är akut. Är det akut – ring enheten."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "sentence"), REFUSALS)
def test_a_refusal_is_a_sentence_at_its_field_and_everything_typed_stays(
    anna: Visitor, karin: Visitor, changes: dict[str, Any], field: str, sentence: str
) -> None:
    """S7."""
    typed = letter(karin.unit_id, **changes)
    page = anna.post("/arenden/ny", **typed)
    assert refused(page) == {field: sentence}
    assert page.root.get_one(id=f"{field}-problem").text == sentence
    assert sent(anna) == 0
    kept = {name: value for name, value in typed.items() if value is not None and name not in changes}
    assert {name: page.value(name) for name in kept} == kept
    if field in ("subject", "body", "patient_id", "patient_name"):
        assert page.value(field) == typed[field]


def test_an_empty_page_is_told_everything_at_once_in_the_page_s_order(anna: Visitor) -> None:
    page = anna.post("/arenden/ny")
    fields = ["recipient_unit", "case_type", "patient_id", "patient_name", "subject", "body", "expects_reply",
              "disclosure_basis", "not_acute"]  # fmt: skip
    assert list(refused(page)) == fields
    assert page.root.get_one(id="error-summary").get_one("h2").text == "Meddelandet är inte skickat – 9 saker att rätta"


def test_one_s_own_unit_is_no_recipient(anna: Visitor) -> None:
    page = anna.post("/arenden/ny", **letter(anna.unit_id))
    assert refused(page) == {"recipient_unit": "Det är din egen enhet. Välj den enhet som ska få meddelandet."}
    assert "Vårdcentralen Kärleken" not in page.field("recipient_unit").text


def test_s8_ten_thousand_characters_are_not_too_many(anna: Visitor, karin: Visitor) -> None:
    """A browser sends each new line as two."""
    assert anna.send("/arenden/ny", **letter(karin.unit_id, body="ö\r\n" * 5000 + " ")).status_code == 303


def test_s8_text_is_shown_as_it_was_typed_and_never_as_markup(anna: Visitor, karin: Visitor) -> None:
    body = '<b>fet</b> & "citat" {{ 7 * 7 }} <script>alert(1)</script>'
    page = anna.post("/arenden/ny", **letter(karin.unit_id, body=body, subject="</title><i>", not_acute=None))
    assert (page.value("body"), page.value("subject")) == (body, "</title><i>")


def test_s4_an_upload_is_refused_with_a_sentence_and_the_text_comes_back(anna: Visitor, karin: Visitor) -> None:
    anna.get("/arenden/ny")
    typed = letter(karin.unit_id, csrf_token=anna.token) | {"file": (b"x", "lista.pdf")}
    with writes(anna.app) as changed:
        answer = anna.client.post("/arenden/ny", data=typed, content_type="multipart/form-data")
    page = parse(answer.text)
    assert (answer.status_code, page.get_one("h1").text) == (415, "Bilagor går inte att skicka här")
    assert page.get_one(id="typed").text == "Kan ni lägga om såret på måndag?"
    assert changed == set()


def test_only_where_the_unit_allows_it_a_receptionist_writes(anna: Visitor, karin: Visitor) -> None:
    with anna.context():
        open_unit = unit(receptionists_may_write=True)
        allowed = user("Rut Ros", unit_id=open_unit, role=Role.RECEPTIONIST)
        not_allowed = colleague(anna.actor, "Rune Ros", role=Role.RECEPTIONIST)
    answers = {
        person.name: Visitor(anna.app, person).send("/arenden/ny", **letter(karin.unit_id)).status_code
        for person in (allowed, not_allowed)
    }
    assert answers == {"Rut Ros": 303, "Rune Ros": 404}


# The same patient, the same submission --------------------------------------------------------------------------------


def test_s6_an_open_thread_is_offered_first(anna: Visitor, karin: Visitor, write: Write) -> None:
    open_thread = write()
    anna.get("/arenden/ny")
    page = anna.press("Skicka meddelande", **letter(karin.unit_id, body="Ett nytt ärende"))
    assert list(refused(page, 409)) == ["new_thread"]
    assert page.links()["Se det öppna ärendet (öppnas i en ny flik)"] == f"/arenden/{open_thread}"
    assert (page.value("body"), page.value("new_thread"), sent(anna)) == ("Ett nytt ärende", "", 1)
    assert anna.press("Skicka meddelande", new_thread="ja").url == "/inkorg"
    assert sent(anna) == 2


def test_s6_the_text_goes_along_to_the_open_thread_and_is_not_sent(anna: Visitor, karin: Visitor, write: Write) -> None:
    open_thread = write()
    typed = letter(karin.unit_id, body="En sak till", submission_id="x")
    answer = anna.send("/arenden/ny", continue_in=str(open_thread), **typed)
    page = parse(answer.text)
    assert (answer.status_code, page.get_one("title").text) == (200, "Ärende – Vårdmeddelanden")
    assert page.get_one("textarea", id="body").text == "En sak till"
    assert page.get_one("form", action=f"/arenden/{open_thread}/svara")
    assert sent(anna) == 1


@pytest.mark.parametrize("continue_in", ["0", "x", "-1", "9" * 30, "\0", ""])
def test_s6_a_made_up_thread_gives_the_page_back(anna: Visitor, karin: Visitor, continue_in: str) -> None:
    page = anna.post("/arenden/ny", continue_in=continue_in, **letter(karin.unit_id))
    assert (page.status, page.value("body")) == (400, "Kan ni lägga om såret på måndag?")


def test_s6_another_unit_s_thread_does_not_exist_and_the_text_comes_back(
    anna: Visitor, karin: Visitor, write: Write
) -> None:
    open_thread = write()
    with anna.context():
        stranger = user("Cecilia Dahl")
    page = Visitor(anna.app, stranger).post("/arenden/ny", continue_in=str(open_thread), **letter(karin.unit_id))
    assert (page.status, page.root.get_one(id="typed").text) == (404, "Kan ni lägga om såret på måndag?")


def test_s6_p3_a_colleague_s_protected_thread_gives_the_text_back(
    anna: Visitor, karin: Visitor, write: Write, clock: Clock
) -> None:
    open_thread = write(protected=True)
    with anna.context():
        second = colleague(anna.actor, "Bo Ek")
    answer = Visitor(anna.app, second).send("/arenden/ny", continue_in=str(open_thread), **letter(karin.unit_id))
    page = parse(answer.text)
    assert page.get_one("h1").text == "Skyddade personuppgifter"
    assert page.get_one(id="typed").text == "Kan ni lägga om såret på måndag?"
    assert "Såromläggning" not in answer.text


def test_s7_a_double_click_sends_one_message_and_both_are_answered_as_sent(anna: Visitor, karin: Visitor) -> None:
    typed = letter(karin.unit_id)
    receipts = []
    for _ in range(2):
        assert anna.send("/arenden/ny", **typed).location == "/inkorg"
        receipts.append(anna.get("/inkorg").root.get_one(class_="ds-alert", data_color="success").text)
    assert receipts == [
        "Meddelandet är skickat till Hemsjukvård Norr. Svar senast fre 20 nov 16.30.",
        "Meddelandet var redan skickat till Hemsjukvård Norr. Svar senast fre 20 nov 16.30.",
    ]
    with anna.context():
        assert (count(Thread), count(Message), count(Obligation)) == (1, 1, 1)


def test_s7_another_s_submission_is_not_taken_over(anna: Visitor, karin: Visitor) -> None:
    typed = letter(karin.unit_id)
    anna.send("/arenden/ny", **typed)
    with anna.context():
        second = colleague(anna.actor, "Bo Ek")
    page = Visitor(anna.app, second).post("/arenden/ny", **typed)
    assert refused(page) == {}
    assert "Sidan var inte din egen. Ladda om den och skicka igen." in page.text
    assert (page.value("body"), sent(anna)) == (typed["body"], 1)


@pytest.mark.parametrize("submission_id", [None, "", "x", "0" * 5000, "\0", "' OR 1=1"])
def test_s7_a_made_up_submission_is_a_new_one(anna: Visitor, karin: Visitor, submission_id: str | None) -> None:
    assert anna.send("/arenden/ny", **letter(karin.unit_id, submission_id=submission_id)).status_code == 303
    with anna.context():
        assert [len(message.submission_id) for message in rows(Message)] == [36]
