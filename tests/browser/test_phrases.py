"""A phrase or an outline goes in where the cursor was: by mouse and by keyboard, without a request, to be undone."""

import pytest
from playwright.sync_api import Page, Request, expect

from lcweb.domain.outlines import LONG_VISITS, OUTLINES
from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.models import Message
from lcweb.services import phrases
from tests.browser.halland import Halland
from tests.browser.screen import sign_in, tab_to, without_reload
from tests.clock import Clock
from tests.factories import thread
from tests.live import Live, Troubles
from tests.rows import rows

pytestmark = pytest.mark.browser

PHRASE = "Ring gärna om något är oklart.\nVi svarar i telefon varje förmiddag."
OUTLINE = OUTLINES[CaseType.SINGLE_HOME_VISIT]


@pytest.fixture
def site(site: Live, people: Halland, clock: Clock) -> Live:
    with site.context():
        phrases.add(operator(), unit_id=None, title="Ring gärna", body=PHRASE, now=clock.now)
    return site


@pytest.fixture
def compose(page: Page, site: Live) -> Page:
    sign_in(page, site, "vardcentral")
    page.goto(f"{site.url}/arenden/ny")
    return page


def sent(page: Page) -> list[str]:
    """The forms that are sent from now on; a draft that is saved is none."""
    seen: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and not request.url.endswith("/utkast"):
            seen.append(request.url)

    page.on("request", note)
    return seen


def put_cursor(page: Page, label: str, text: str, place: int) -> None:
    box = page.get_by_label(label, exact=True)
    box.fill(text)
    box.evaluate("(box, place) => box.setSelectionRange(place, place)", place)


def expect_text(page: Page, label: str, text: str, cursor: int) -> None:
    """And the focus there, with the cursor at that place."""
    box = page.get_by_label(label, exact=True)
    expect(box).to_have_value(text)
    expect(box).to_be_focused()
    assert box.evaluate("box => [box.selectionStart, box.selectionEnd]") == [cursor, cursor]


def test_by_mouse_a_phrase_goes_in_where_the_cursor_was(compose: Page) -> None:
    requests = sent(compose)
    with without_reload(compose):
        put_cursor(compose, "Meddelande", "Hej! Tack.", 5)
        compose.get_by_label("Fras").select_option("Ring gärna")
        compose.get_by_role("button", name="Infoga", exact=True).click()
        expect_text(compose, "Meddelande", f"Hej! {PHRASE}Tack.", 5 + len(PHRASE))
    assert requests == []


def test_by_keyboard_too_in_an_answer(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    with site.context():
        thread_id = thread(people.nurse, people.home_nurse.require_unit(), now=clock.now)
    sign_in(page, site, "kommun")
    page.goto(f"{site.url}/arenden/{thread_id}")
    requests = sent(page)
    with without_reload(page):
        put_cursor(page, "Svar", "Vi kommer.\n\nHälsningar", 11)
        page.get_by_label("Fras").focus()
        page.keyboard.press("R")
        tab_to(page, page.get_by_role("button", name="Infoga", exact=True))
        page.keyboard.press("Enter")
        expect_text(page, "Svar", f"Vi kommer.\n{PHRASE}\nHälsningar", 11 + len(PHRASE))
        page.keyboard.type(" Hej")
        expect(page.get_by_label("Svar", exact=True)).to_have_value(f"Vi kommer.\n{PHRASE} Hej\nHälsningar")
    assert [url for url in requests if url.endswith("/svara")] == []


def test_undo_takes_it_out_again(compose: Page) -> None:
    compose.get_by_label("Meddelande", exact=True).press_sequentially("Hej")
    compose.get_by_label("Fras").select_option("Ring gärna")
    compose.get_by_role("button", name="Infoga", exact=True).click()
    expect_text(compose, "Meddelande", f"Hej\n{PHRASE}", 4 + len(PHRASE))
    compose.keyboard.press("Control+z")
    expect(compose.get_by_label("Meddelande", exact=True)).to_have_value("Hej")


def test_what_is_inserted_is_saved_as_a_draft(compose: Page) -> None:
    compose.get_by_label("Fras").select_option("Ring gärna")
    compose.get_by_role("button", name="Infoga", exact=True).click()
    with compose.expect_request("**/arenden/ny/utkast") as saved:
        compose.keyboard.press("Tab")
    assert "Ring+g%C3%A4rna+om" in (saved.value.post_data or "")


def test_a_text_not_yet_looked_at_grows_at_its_end(compose: Page, troubles: Troubles) -> None:
    """As one that came back with the page."""
    troubles.expect("400")
    compose.get_by_label("Meddelande", exact=True).fill("Halvskrivet.\n")
    compose.get_by_role("button", name="Skicka meddelande").click()
    expect(compose.locator("#error-summary")).to_be_visible()
    compose.get_by_label("Fras").select_option("Ring gärna")
    compose.get_by_role("button", name="Infoga", exact=True).click()
    expect(compose.get_by_label("Meddelande", exact=True)).to_have_value(f"Halvskrivet.\n{PHRASE}")


def test_the_outline_is_that_of_the_case_type_chosen_last(compose: Page) -> None:
    button = compose.get_by_role("button", name="Infoga mall för ärendetypen")
    expect(button).to_be_hidden()
    with without_reload(compose):
        compose.get_by_label("Ärendetyp").select_option("general")
        expect(button).to_have_attribute("data-text", OUTLINES[CaseType.GENERAL])
        compose.get_by_label("Ärendetyp").select_option("single_home_visit")
        expect(button).to_have_attribute("data-text", OUTLINE)
        expect(compose.locator("#long-visits")).to_have_text(LONG_VISITS)
        requests = sent(compose)
        button.click()
        expect_text(compose, "Meddelande", OUTLINE, len(OUTLINE))
        assert requests == []


def test_a_long_period_is_said_when_the_recipient_is_chosen(compose: Page) -> None:
    compose.get_by_label("Meddelande", exact=True).fill("Såromläggning i 3 veckor")
    compose.get_by_label("Ärendetyp").select_option("single_home_visit")
    expect(compose.locator("#long-visits.ds-alert")).to_have_text(LONG_VISITS)
    compose.get_by_label("Ärendetyp").select_option("home_care_enrolment")
    expect(compose.locator("#long-visits")).to_have_text("")


def test_without_a_choice_the_server_says_so_and_the_text_is_kept(compose: Page, troubles: Troubles) -> None:
    troubles.expect("400")
    compose.get_by_label("Meddelande", exact=True).fill("Halvskrivet")
    compose.get_by_role("button", name="Infoga", exact=True).click()
    expect(compose.locator("#phrase-problem")).to_have_text("Välj vilken fras du vill infoga.")
    expect(compose.get_by_label("Meddelande", exact=True)).to_have_value("Halvskrivet")


def test_enter_in_a_field_of_the_answer_sends_as_ever_and_inserts_nothing(
    page: Page, site: Live, people: Halland, clock: Clock
) -> None:
    with site.context():
        thread_id = thread(people.nurse, people.home_nurse.require_unit(), now=clock.now)
    sign_in(page, site, "kommun")
    page.goto(f"{site.url}/arenden/{thread_id}")
    page.get_by_label("Svar", exact=True).fill("Vi kommer.")
    page.get_by_label("Fras").select_option("Ring gärna")
    page.get_by_text("Återkommer", exact=True).click()
    expect(page.get_by_label("Jag återkommer senast")).to_be_visible()  # before that Enter would fold it again
    page.get_by_label("Jag återkommer senast").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")
    with site.context():
        assert [message.body for message in rows(Message)][1:] == ["Vi kommer."]
