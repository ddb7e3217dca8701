"""Drafts over HTTP: saved by the page's script or by a button, given back, thrown away, and nobody else's."""

import pytest

from lcweb.services import threads
from tests.clock import Clock
from tests.factories import RULES, version_of
from tests.html import Element
from tests.page import Page
from tests.web.drafting import TEXT, another, autosave, drafts, poll_address, stored
from tests.web.thread_page import problem, receipt
from tests.web.visits import Visitor, Write, letter, writes


def begun(page: Page) -> list[str]:
    return [item.text for item in page.root.get_one(id="begun").find_all("li")]


# A reply --------------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_saved_and_given_back(karin: Visitor, write: Write, clock: Clock) -> None:
    url = f"/arenden/{write()}"
    karin.get(url)
    clock.set("Tue 2026-11-17 10:20")
    answer = autosave(karin, f"{url}/utkast", body=TEXT, expects_reply="ja")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "Utkastet sparades 10.20.")
    clock.set("Tue 2026-11-17 10:40")
    page = karin.get(url)
    assert (page.value("body"), page.value("expects_reply")) == (TEXT, "ja")
    assert page.root.get_one(id="own-draft").get_one("p").text == "Utkast från i dag 10.20. Det är inte skickat."


def test_without_a_draft_there_is_none_to_throw_away(karin: Visitor, write: Write) -> None:
    page = karin.get(f"/arenden/{write()}")
    assert page.root.find(id="own-draft") is None
    assert begun(page) == []


def test_without_javascript_a_button_saves_and_another_throws_away(karin: Visitor, write: Write) -> None:
    karin.get(f"/arenden/{write()}")
    page = karin.press("Spara utkast", body=TEXT)
    assert (receipt(page), page.heading, page.value("body")) == ("Utkastet är sparat.", "Såromläggning", TEXT)
    page = karin.press("Släng utkastet")
    assert (receipt(page), page.value("body")) == ("Utkastet är slängt.", "")
    assert drafts(karin) == 0


def test_an_empty_box_is_not_saved_and_says_so(karin: Visitor, write: Write) -> None:
    url = f"/arenden/{write()}"
    karin.get(url)
    assert autosave(karin, f"{url}/utkast").text == "Inget är skrivet, så inget utkast är sparat."
    assert receipt(karin.press("Spara utkast")) == "Inget är skrivet, så inget utkast är sparat."


def test_a_colleague_sees_that_an_answer_is_begun_and_never_what(karin: Visitor, write: Write, clock: Clock) -> None:
    url = f"/arenden/{write()}"
    bo = another(karin)
    bo.get(url)
    digest = poll_address(bo)
    karin.get(url)
    clock.set("Tue 2026-11-17 10:20")
    autosave(karin, f"{url}/utkast", body=TEXT)
    polled = bo.poll(digest)
    assert (polled.status, begun(polled)) == (200, ["Karin B. påbörjade ett svar 10.20"])
    page = bo.get(url)
    assert begun(page) == ["Karin B. påbörjade ett svar 10.20"]
    assert (page.value("body"), "Vi kommer" in page.body, "Vi kommer" in polled.body) == ("", False, False)
    clock.set("Wed 2026-11-18 08:00")
    bo = Visitor(bo.app, bo.actor)
    assert begun(bo.get(url)) == ["Karin B. påbörjade ett svar tis 17 nov 10.20"]


def test_later_saves_cost_colleagues_no_poll(karin: Visitor, write: Write) -> None:
    url = f"/arenden/{write()}"
    bo = another(karin)
    karin.get(url)
    autosave(karin, f"{url}/utkast", body="V")
    bo.get(url)
    autosave(karin, f"{url}/utkast", body=TEXT)
    assert bo.poll(poll_address(bo)).status == 204


def test_the_other_unit_learns_nothing_of_it(anna: Visitor, karin: Visitor, write: Write) -> None:
    url = f"/arenden/{write()}"
    anna.get(url)
    karin.get(url)
    anna.get(url)
    autosave(karin, f"{url}/utkast", body=TEXT)
    assert anna.poll(poll_address(anna)).status == 204
    assert begun(anna.get(url)) == []


def test_sending_takes_the_draft_along(karin: Visitor, write: Write) -> None:
    url = f"/arenden/{write()}"
    karin.get(url)
    autosave(karin, f"{url}/utkast", body=TEXT)
    form_before = karin.page
    karin.press("Skicka svar", body=TEXT)
    assert drafts(karin) == 0
    karin.page = form_before  # the autosave that was under way when the button was pressed
    assert autosave(karin, f"{url}/utkast", body=TEXT).status_code == 200
    assert drafts(karin) == 0
    assert karin.get(url).value("body") == ""


@pytest.mark.parametrize("status", [400, 409])
def test_what_was_typed_wins_over_the_draft_when_the_page_comes_back(
    anna: Visitor, karin: Visitor, write: Write, status: int
) -> None:
    url = f"/arenden/{write()}"
    karin.get(url)
    autosave(karin, f"{url}/utkast", body="Tidigare")
    wrong = {"version": "99"} if status == 409 else {"csrf_token": "fel"}
    page = karin.press("Skicka svar", body=TEXT, **wrong)
    assert (page.status, page.value("body")) == (status, TEXT)
    assert "data-unsaved" in draft_form(page).attributes  # the script saves it at once
    assert autosave(karin, f"{url}/utkast").status_code == 200
    assert stored(karin)["body"] == TEXT


def draft_form(page: Page) -> Element:
    return next(form for form in page.root.find_all("form") if "data-draft" in form.attributes)


def test_the_autosave_of_the_page_before_does_not_lock_the_page_that_came_back(karin: Visitor, write: Write) -> None:
    """It may reach the server after the refused answer."""
    url = f"/arenden/{write()}"
    before = karin.get(url)
    after = karin.press("Skicka svar", body=TEXT, version="99")
    karin.page = before
    assert autosave(karin, f"{url}/utkast", body=TEXT).status_code == 200
    karin.page = after
    assert autosave(karin, f"{url}/utkast", body=TEXT + "!").status_code == 200


def test_an_older_tab_is_refused_and_may_then_be_kept_on_purpose(karin: Visitor, write: Write) -> None:
    url = f"/arenden/{write()}"
    older = karin.get(url)
    karin.get(url)
    autosave(karin, f"{url}/utkast", body="Nyare")
    karin.page = older
    answer = autosave(karin, f"{url}/utkast", body="Äldre")
    assert answer.status_code == 409
    assert answer.text.startswith("Du har skrivit vidare på en annan sida, och det nyare utkastet ligger kvar.")
    page = karin.press("Spara utkast", body="Äldre")
    assert (page.status, problem(page), page.value("body")) == (409, answer.text, "Äldre")
    assert stored(karin)["body"] == "Nyare"
    karin.press("Spara utkast")
    assert stored(karin)["body"] == "Äldre"


@pytest.mark.parametrize("token", [None, "fel"])
def test_a_token_that_is_not_one_s_own_saves_nothing_and_loses_nothing(
    karin: Visitor, write: Write, token: str | None
) -> None:
    url = f"/arenden/{write()}"
    karin.get(url)
    answer = autosave(karin, f"{url}/utkast", body=TEXT, csrf_token=token or "")
    assert (answer.status_code, answer.text[:34]) == (400, "Sidan har legat öppen för länge el")
    page = karin.press("Spara utkast", body=TEXT, csrf_token=token)
    assert (page.status, page.value("body")) == (400, TEXT)
    assert drafts(karin) == 0
    assert receipt(karin.press("Spara utkast")) == "Utkastet är sparat."
    assert stored(karin)["body"] == TEXT


def test_after_the_session_s_end_a_save_is_401_and_the_draft_is_there_afterwards(
    karin: Visitor, write: Write, clock: Clock
) -> None:
    url = f"/arenden/{write()}"
    karin.get(url)
    autosave(karin, f"{url}/utkast", body=TEXT)
    clock.forward(minutes=31)
    with writes(karin.app) as changed:
        answer = autosave(karin, f"{url}/utkast", body=TEXT + "mer")
    assert (answer.status_code, answer.headers["HX-Redirect"], changed) == (401, "/logga-in", set())
    page = karin.press("Spara utkast", body=TEXT + "mer")
    assert (page.status, page.root.get_one(id="typed").text) == (401, (TEXT + "mer").replace("\n\n  ", " "))
    assert Visitor(karin.app, karin.actor).get(url).value("body") == TEXT


@pytest.mark.parametrize(
    "body", ["a\0b", "x" * 20_000, "\u202e\u2066🌍", "<script>&amp;</textarea>", "\ufffd", "\n\nrad"]
)
def test_what_could_not_be_sent_is_kept_all_the_same(karin: Visitor, write: Write, body: str) -> None:
    url = f"/arenden/{write()}"
    karin.get(url)
    assert autosave(karin, f"{url}/utkast", body=body).status_code == 200
    assert karin.get(url).value("body") == body


def test_what_is_too_long_says_so_and_comes_back(karin: Visitor, write: Write) -> None:
    url = f"/arenden/{write()}"
    karin.get(url)
    sentence = "Texten är 20001 tecken lång. Högst 20000 kan sparas som utkast – korta den."
    answer = autosave(karin, f"{url}/utkast", body="x" * 20_001)
    assert (answer.status_code, answer.text) == (400, sentence)
    page = karin.press("Spara utkast", body="x" * 20_001)
    assert (page.status, problem(page), len(page.value("body"))) == (400, sentence, 20_001)


def test_a_save_is_the_person_s_activity(karin: Visitor, write: Write, clock: Clock) -> None:
    """They are typing: the session does not end under their hands."""
    url = f"/arenden/{write()}"
    karin.get(url)
    for letters in range(1, 4):
        clock.forward(minutes=20)
        assert autosave(karin, f"{url}/utkast", body="x" * letters).status_code == 200


def test_what_can_no_longer_be_sent_is_shown_to_be_copied(
    anna: Visitor, karin: Visitor, write: Write, clock: Clock
) -> None:
    """The answer was half-written when a colleague sent the thread back."""
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    autosave(karin, f"/arenden/{thread_id}/utkast", body=TEXT)
    with karin.context():
        threads.give_back(
            another(karin).actor, thread_id, suggested_unit_id=None, reason="wrong_recipient", words="",
            version=version_of(thread_id), hints_confirmed=0, now=clock.now, rules=RULES,
        )  # fmt: skip
    own = karin.get(f"/arenden/{thread_id}").root.get_one(id="own-draft")
    assert own.get_one("textarea").children == ["\n" + TEXT]
    assert "det går inte längre att svara här" in own.text
    assert receipt(karin.press("Släng utkastet")) == "Utkastet är slängt."


def test_what_is_carried_into_an_open_thread_comes_after_what_was_half_written_there(
    anna: Visitor, karin: Visitor, write: Write
) -> None:
    """S6."""
    thread_id = write()
    anna.get(f"/arenden/{thread_id}")
    autosave(anna, f"/arenden/{thread_id}/utkast", body="Halvskrivet")
    page = anna.post("/arenden/ny", **letter(karin.unit_id, body="En fråga till."), continue_in=str(thread_id))
    assert page.value("body") == "Halvskrivet\n\nEn fråga till."
