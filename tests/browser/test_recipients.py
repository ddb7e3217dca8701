"""The recipient list in a real browser: found as one types, without JavaScript, and on paper."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from pypdf import PdfReader

from tests.browser.halland import ACUTE_PHONE, CLINIC, HOME_CARE, OTHER_HOME_CARE, STREET, Halland
from tests.browser.screen import sign_in, without_reload
from tests.live import Live

pytestmark = pytest.mark.browser

FIELD = "Område, enhet, gata eller telefonnummer"


@pytest.fixture
def recipients(page: Page, site: Live, people: Halland) -> Page:
    sign_in(page, site, "vardcentral")
    page.goto(f"{site.url}/mottagare")
    return page


def expect_areas(page: Page, *areas: str) -> None:
    expect(page.locator("#recipients tbody td:first-child")).to_have_text(areas)


def test_the_list_follows_what_is_typed_and_the_focus_stays(recipients: Page) -> None:
    expect_areas(recipients, "Norr", "Söder")
    field = recipients.get_by_label(FIELD)
    field.focus()
    with without_reload(recipients):
        recipients.keyboard.type("söd", delay=20)
        expect_areas(recipients, "Söder")
        expect(recipients.get_by_role("status").filter(has_text="1 rad för ”söd”")).to_be_visible()
        expect(field).to_be_focused()
        recipients.keyboard.type("er", delay=20)
        expect(recipients.locator("#recipients-count")).to_have_text("1 rad för ”söder”")
        field.fill("035 18 00-01")
        expect_areas(recipients, "Norr")
        field.fill("kärleken")
        expect(recipients.get_by_role("heading", name="Andra enheter")).to_be_visible()
        expect(recipients.locator("#recipients")).to_contain_text(CLINIC)
        field.fill("")
        expect_areas(recipients, "Norr", "Söder")
        expect(field).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_street_leads_to_the_row_and_the_row_to_a_suggestion(
    new_page: Callable[..., Page], site: Live, people: Halland, javascript: bool
) -> None:
    page = new_page(java_script_enabled=javascript)
    sign_in(page, site, "vardcentral")
    page.goto(f"{site.url}/mottagare")
    page.get_by_label(FIELD).fill(STREET)
    if not javascript:
        page.keyboard.press("Enter")
    expect_areas(page, "Söder")
    expect(page.locator("#recipients")).to_contain_text(f"{OTHER_HOME_CARE}{STREET}")
    page.get_by_role("link", name=f"Stämmer något inte? {OTHER_HOME_CARE}, Söder").click()
    expect(page.locator("#about")).to_contain_text(f"Söder: {OTHER_HOME_CARE}")
    page.get_by_label("Vad är fel, och hur ska det vara?").fill("Numret går till växeln.")
    page.get_by_role("button", name="Skicka förslaget").click()
    expect(page.get_by_text("Tack! Förslaget är skickat till den som sköter listan.")).to_be_visible()
    expect(page.locator("#own-suggestions tbody tr")).to_contain_text(["Numret går till växeln."])
    expect(page.locator("#own-suggestions")).to_contain_text("Väntar")


def test_a_choice_narrows_what_is_typed(recipients: Page) -> None:
    with without_reload(recipients):
        recipients.get_by_label(FIELD).fill("hemsjukvård")
        recipients.get_by_label("Kommun").select_option("Laholm")
        expect(recipients.locator("#recipients .empty")).to_contain_text("Eller välj alla kommuner")
        recipients.get_by_label("Kommun").select_option("Alla kommuner")
        expect_areas(recipients, "Norr", "Söder")


def test_a_late_answer_to_an_earlier_word_does_not_come_back(recipients: Page) -> None:
    held: list[Route] = []
    recipients.evaluate("() => { window.ended = 0; document.addEventListener('htmx:finally:request', () => ended++) }")
    recipients.route("**/mottagare?*", lambda route: route.continue_() if held else held.append(route))
    field = recipients.get_by_label(FIELD)
    with recipients.expect_request("**/mottagare?*"):
        field.fill("norr")
    field.fill("söder")
    expect_areas(recipients, "Söder")
    recipients.wait_for_function("window.ended === 2")
    expect_areas(recipients, "Söder")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_enter_key_gives_an_address_that_says_what_is_shown(
    new_page: Callable[..., Page], site: Live, people: Halland, javascript: bool
) -> None:
    page = new_page(java_script_enabled=javascript)
    sign_in(page, site, "kommun")
    page.get_by_role("link", name="Mottagarlista", exact=True).click()
    page.get_by_label(FIELD).fill("söder")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mottagare?q=s%C3%B6der&municipality=&case_type=")
    expect_areas(page, "Söder")
    expect(page.get_by_label(FIELD)).to_have_value("söder")
    page.get_by_role("link", name=f"Skriv till enheten {OTHER_HOME_CARE}").click()
    expect(page.locator("#acute-phone")).to_contain_text(OTHER_HOME_CARE)


def test_on_paper_stands_the_list_and_nothing_of_the_screen(recipients: Page) -> None:
    pdf = recipients.pdf(prefer_css_page_size=True)
    text = " ".join(re.sub(r"\s+", " ", sheet.extract_text()) for sheet in PdfReader(io.BytesIO(pdf)).pages)
    assert "Gäller 2026-11-17." in text
    assert re.search(rf"Halmstad Övrig fråga.* Norr {HOME_CARE} {ACUTE_PHONE} 035-18 00 00 08.00–16.30", text), text
    assert "Sida 1 av 1" in text
    for frame in ("Område, enhet, gata", "Kommun", "Visa", "Läser i dag", "av 2", "Skriv", "Stämmer", "Logga ut"):
        assert frame not in text, frame


def test_paper_is_black_on_white_though_the_screen_is_dark(recipients: Page) -> None:
    recipients.emulate_media(color_scheme="dark", media="print")
    used = """list => [...new Set([...list.querySelectorAll("*")].map((e) => getComputedStyle(e).color))]"""
    assert recipients.locator("#recipients").evaluate(used) == ["rgb(0, 0, 0)"]


def test_the_button_asks_the_browser_to_print(recipients: Page) -> None:
    recipients.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    recipients.get_by_role("button", name="Skriv ut").click()
    assert recipients.evaluate("() => window.printed") == 1
