"""Every move between two units: made by one at its desk, and looked at from the other's, where nobody reloads."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.halland import CLINIC, HOME_CARE, OTHER_HOME_CARE, Halland
from tests.browser.moves import (
    INBOX,
    THREAD,
    at_desk,
    bodies,
    button,
    expect_untold,
    fact,
    happened,
    press,
    row,
    told_by_a_poll,
    unfold,
)
from tests.browser.polls import SELDOM, open_thread, polled, written
from tests.clock import Clock
from tests.factories import colleague
from tests.live import Live, Troubles

pytestmark = pytest.mark.browser
NewPage = Callable[..., Page]

QUESTION = "Kan ni lägga om såret på måndag?"
ANSWERED, ANSWERED_BACK = f"Svaret är skickat till {CLINIC}.", f"Svaret är skickat till {HOME_CARE}."


@pytest.fixture
def site(live: Callable[..., Live]) -> Live:
    """Nothing is polled but when the test lets the time pass."""
    return live(poll_seconds=SELDOM)


@pytest.fixture
def thread_id(site: Live, people: Halland, clock: Clock) -> int:
    """From the clinic to home care, which has not opened it."""
    return written(site, people, clock)


@pytest.fixture
def clinic(new_page: NewPage, site: Live, thread_id: int) -> Page:
    return at_desk(new_page(), site, "vardcentral", thread_id)


@pytest.fixture
def home_care(new_page: NewPage, site: Live, thread_id: int) -> Page:
    return at_desk(new_page(), site, "kommun", thread_id)


def answer(page: Page, text: str, *, says: str) -> None:
    page.get_by_label("Svar", exact=True).fill(text)
    press(page, "Skicka svar", says=says)


# Dealing with it ------------------------------------------------------------------------------------------------------


def test_acknowledged_answered_asked_back_and_promised(
    home_care: Page, clinic: Page, site: Live, thread_id: int
) -> None:
    with told_by_a_poll(clinic):
        press(home_care, "Kvittera", says="Ärendet är kvitterat.")
    expect(button(home_care, "Kvittera")).to_have_count(0)
    expect(clinic.locator(".delivery")).to_contain_text("Kvitterat i dag 10.00 av Karin B.")
    expect(happened(clinic)).to_have_text([f"I dag 10.00: Karin B., {HOME_CARE}, kvitterade."])
    with told_by_a_poll(clinic):
        home_care.get_by_label("Jag vill ha svar").check()
        answer(home_care, "Vilket förband?", says=ANSWERED)
    expect(bodies(clinic)).to_have_text([QUESTION, "Vilket förband?"])
    expect(fact(clinic, "Status")).to_contain_text("Att besvara Fre 20 nov 16.30")
    open_thread(home_care, site, thread_id)
    expect(fact(home_care, "Status")).to_contain_text("Väntar på svar")
    open_thread(clinic, site, thread_id)
    with told_by_a_poll(home_care):
        clinic.get_by_label("Jag vill ha svar").check()
        answer(clinic, "Ett torrt. När?", says=ANSWERED_BACK)
    expect(fact(home_care, "Status")).to_contain_text("Att besvara")
    promised_by_home_care(home_care, clinic, site, thread_id)


def promised_by_home_care(home_care: Page, clinic: Page, site: Live, thread_id: int) -> None:
    for page in (clinic, home_care):
        open_thread(page, site, thread_id)
    with told_by_a_poll(clinic):
        unfold(home_care, "Återkommer")
        home_care.get_by_label("Jag återkommer senast").fill("2026-11-25")
        answer(home_care, "Vi återkommer om tiden.", says=ANSWERED)
    expect(happened(clinic).last).to_contain_text(f"Karin B., {HOME_CARE}, återkommer senast ons 25 nov 16.30.")
    expect(fact(clinic, "Status")).to_contain_text("Väntar på svar Senast ons 25 nov 16.30")
    expect(row(home_care, thread_id)).to_contain_text("Att besvara Ons 25 nov 16.30")


def test_closed_opened_again_and_closed_with_the_answer(
    home_care: Page, clinic: Page, site: Live, clock: Clock, thread_id: int
) -> None:
    expect(button(home_care, "Avsluta ärendet")).to_have_count(0)  # B5: it owes an answer
    with told_by_a_poll(home_care):
        press(clinic, "Avsluta ärendet", says="Ärendet är avslutat.")
    expect(fact(home_care, "Status")).to_have_text("Avslutat")
    open_thread(clinic, site, thread_id)
    clock.forward(minutes=1)
    with told_by_a_poll(home_care):
        press(clinic, "Öppna igen", says="Ärendet är öppet igen.")
    expect(fact(home_care, "Status")).to_contain_text("Att besvara Fre 20 nov 16.30")
    expect(happened(home_care)).to_contain_text(["avslutade ärendet.", "öppnade ärendet igen."])
    open_thread(home_care, site, thread_id)
    with told_by_a_poll(clinic):
        home_care.get_by_label("Svar", exact=True).fill("Ja, på måndag.")
        press(home_care, "Skicka och avsluta", says=ANSWERED)
    expect(bodies(clinic)).to_have_text([QUESTION, "Ja, på måndag."])
    expect(fact(clinic, "Status")).to_have_text("Avslutat")


# Taking it back -------------------------------------------------------------------------------------------------------


def test_corrected(home_care: Page, clinic: Page) -> None:
    with told_by_a_poll(home_care):
        unfold(clinic, "Rätta ett meddelande")
        clinic.get_by_label("Rättelse", exact=True).fill("Jag menade tisdag.")
        press(clinic, "Skicka rättelsen", says=f"Rättelsen är skickad till {HOME_CARE}.")
    expect(bodies(home_care)).to_have_text([QUESTION, "Jag menade tisdag."])
    expect(home_care.locator(".message").first).to_contain_text("Rättat Läs rättelsen längre ner.")
    expect(home_care.locator(".message").last).to_contain_text("Rättelse av meddelandet i dag 10.00")


def test_withdrawn_before_anybody_opened_it(
    new_page: NewPage, clinic: Page, site: Live, clock: Clock, thread_id: int
) -> None:
    home_care = at_desk(new_page(), site, "kommun")
    expect(row(home_care, thread_id)).to_be_visible()
    with told_by_a_poll(home_care, path=INBOX):
        unfold(clinic, "Återta ett meddelande")
        press(clinic, "Återta meddelandet", says="Meddelandet är återtaget.")
    expect(fact(clinic, "Status")).to_have_text("Återtaget")
    expect(bodies(clinic)).to_have_text([QUESTION])
    expect(row(home_care, thread_id)).to_have_count(0)
    open_thread(home_care, site, thread_id)
    expect(home_care.get_by_role("heading", level=1)).to_have_text("Återtaget ärende")
    expect_hidden(home_care)


def test_an_answer_withdrawn_before_anybody_opened_it(
    new_page: NewPage, home_care: Page, site: Live, thread_id: int
) -> None:
    clinic = at_desk(new_page(), site, "vardcentral")
    answer(home_care, "Ja, på måndag.", says=ANSWERED)
    open_thread(home_care, site, thread_id)
    unfold(home_care, "Återta ett meddelande")
    with told_by_a_poll(clinic, path=INBOX):
        press(home_care, "Återta meddelandet", says="Ingen på den andra enheten har sett texten.")
    expect(fact(home_care, "Status")).to_contain_text("Att besvara")  # it owes the answer again
    open_thread(clinic, site, thread_id)
    expect(bodies(clinic)).to_have_text([QUESTION])
    expect(happened(clinic).last).to_contain_text("återtog ett meddelande innan någon hade öppnat det.")


def test_voided_with_all_that_was_in_it(home_care: Page, clinic: Page, thread_id: int) -> None:
    expect(home_care.locator("#thread")).to_contain_text("Tove Testsson")
    with told_by_a_poll(home_care):
        unfold(clinic, "Makulera (fel patient)")
        clinic.get_by_label("Ärendet är skrivet på fel patient").check()
        press(clinic, "Makulera", says=f"Ärendet är makulerat. Ingen ser texten längre. Ring {HOME_CARE}")
    expect(home_care.locator("#voided")).to_contain_text("Det gällde fel patient")
    expect(home_care.get_by_role("heading", level=1)).to_have_text("Makulerat ärende")
    expect(home_care.get_by_role("link", name="Skriv ut")).to_have_count(0)
    expect_hidden(home_care)
    home_care.get_by_role("link", name="Till inkorgen").click()
    expect(row(home_care, thread_id)).to_contain_text("Makulerat ärende")
    home_care.get_by_role("link", name="Makulerat ärende").click()
    expect(home_care.get_by_role("heading", level=1)).to_have_text("Makulerat ärende")
    expect_hidden(home_care)


def expect_hidden(page: Page) -> None:
    """Of the thread, no text, patient, or anything to do with it."""
    expect(page.locator("#thread")).not_to_contain_text(QUESTION)
    expect(page.locator("#thread")).not_to_contain_text("Tove")
    expect(page.locator("#thread")).not_to_contain_text("20000101")
    expect(page.locator("#thread button")).to_have_count(0)


def test_a_later_message_voided(home_care: Page, clinic: Page, site: Live, thread_id: int) -> None:
    with told_by_a_poll(clinic):
        answer(home_care, "Hon med bensåret? Ja.", says=ANSWERED)
    expect(bodies(clinic)).to_have_text([QUESTION, "Hon med bensåret? Ja."])
    open_thread(home_care, site, thread_id)
    with told_by_a_poll(clinic):
        unfold(home_care, "Makulera (fel patient)")
        home_care.get_by_label("Texten handlar om en annan patient").check()
        press(home_care, "Makulera", says="Meddelandet är makulerat. Ingen ser texten längre.")
    expect(bodies(clinic)).to_have_text([QUESTION])
    expect(clinic.locator(".message").last).to_contain_text("Makulerat Texten gällde fel patient")
    expect(happened(clinic).last).to_contain_text("makulerade: texten handlar om en annan patient.")
    expect(fact(clinic, "Status")).to_contain_text("Väntar på svar")


# Sending it on --------------------------------------------------------------------------------------------------------


def test_forwarded_while_a_colleague_is_writing(
    new_page: NewPage, home_care: Page, clinic: Page, site: Live, people: Halland, thread_id: int, troubles: Troubles
) -> None:
    """The third unit has it, the sender sees so, and of the old unit nobody answers any more, nor loses a text."""
    troubles.expect("status of 409")
    with site.context():
        colleague(people.home_nurse, "Bo Ek", username="bo")
    bo, south = at_desk(new_page(), site, "bo", thread_id), at_desk(new_page(), site, "soder")
    bo.get_by_label("Svar", exact=True).fill("Vi kommer på måndag.")
    with told_by_a_poll(clinic, bo), told_by_a_poll(south, path=INBOX):
        forward(home_care, "Vidarebefordra ärendet")
    for page in (clinic, bo):
        expect(happened(page)).to_contain_text([f"vidarebefordrade ärendet till {OTHER_HOME_CARE}. Skäl: patienten"])
    expect(fact(clinic, "Mellan")).to_contain_text(f"{CLINIC} och {OTHER_HOME_CARE}")
    expect(fact(bo, "Status")).to_have_text("Vidarebefordrat")
    expect(row(south, thread_id)).to_contain_text("Att besvara Fre 20 nov 16.30")
    refused_with_its_text(bo)
    answered_by_south(south, clinic, bo, site, thread_id)


def forward(page: Page, press_: str) -> None:
    if press_ == "Vidarebefordra ärendet":
        unfold(page, "Vidarebefordra")
    page.get_by_label("Ny mottagande enhet").select_option(f"{OTHER_HOME_CARE}, tel 035-18 00 02")
    page.get_by_label("Patienten hör till ett annat område").check()
    press(page, press_, says=f"Ärendet är vidarebefordrat till {OTHER_HOME_CARE}.")


def refused_with_its_text(page: Page) -> None:
    button(page, "Skicka svar").click()
    expect(page.locator("#error-summary")).to_contain_text("Ditt svar är inte skickat.")
    expect(page.get_by_label("Det du skrev")).to_have_value("Vi kommer på måndag.")
    expect(button(page, "Skicka svar")).to_have_count(0)


def answered_by_south(south: Page, clinic: Page, old_unit: Page, site: Live, thread_id: int) -> None:
    with told_by_a_poll(clinic):
        row(south, thread_id).get_by_role("link").click()
        answer(south, "Vi tar över.", says=ANSWERED)
    expect(bodies(clinic)).to_have_text([QUESTION, "Vi tar över."])
    open_thread(old_unit, site, thread_id)
    expect(bodies(old_unit)).to_have_text([QUESTION])
    expect(old_unit.locator("#left")).to_contain_text("inget senare")


def test_returned_and_sent_on_by_the_sender(
    new_page: NewPage, home_care: Page, clinic: Page, site: Live, thread_id: int
) -> None:
    south = at_desk(new_page(), site, "soder")
    with told_by_a_poll(clinic):
        unfold(home_care, "Återsänd")
        home_care.get_by_label("Fel mottagare").check()
        home_care.get_by_label("Rätt mottagare, om du vet").select_option(f"{OTHER_HOME_CARE}, tel 035-18 00 02")
        press(home_care, "Återsänd ärendet", says=f"Ärendet är återsänt till {CLINIC}.")
    line = f"återsände ärendet. Skäl: fel mottagare. Rätt mottagare: {OTHER_HOME_CARE}."
    expect(happened(clinic)).to_contain_text([line])
    expect(fact(clinic, "Status")).to_contain_text("Skicka vidare eller avsluta senast ons 18 nov 16.30")
    expect_untold(south, INBOX)
    open_thread(home_care, site, thread_id)
    expect(fact(home_care, "Status")).to_have_text("Återsänt")
    open_thread(clinic, site, thread_id)
    with told_by_a_poll(south, path=INBOX):
        forward(clinic, "Skicka vidare")
    expect(row(south, thread_id)).to_contain_text("Att besvara Fre 20 nov 16.30")
    polled(home_care, THREAD)
    expect(happened(home_care)).to_have_count(1)  # what comes after it left is no longer its own
