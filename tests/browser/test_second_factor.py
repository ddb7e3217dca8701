"""A second factor from the first look to the last: set up, used, a recovery code, taken away. By the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.halland import Halland
from tests.browser.screen import sign_in, tab_to
from tests.clock import Clock
from tests.codes import app_code
from tests.factories import PASSWORD
from tests.live import Live, Troubles

pytestmark = pytest.mark.browser


def type_in(page: Page, label: str, text: str) -> None:
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(text)


def press(page: Page, button: str) -> None:
    tab_to(page, page.get_by_role("button", name=button, exact=True))
    page.keyboard.press("Enter")


def sign_out(page: Page) -> None:
    press(page, "Logga ut")
    heading(page, "Logga in")


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def password_typed(page: Page, site: Live) -> None:
    page.goto(f"{site.url}/logga-in")
    type_in(page, "Användarnamn", "kommun")
    type_in(page, "Lösenord", PASSWORD)
    page.keyboard.press("Enter")
    heading(page, "Skriv koden")


def set_up(page: Page, clock: Clock) -> tuple[str, list[str]]:
    """From the inbox; the app's secret and the recovery codes."""
    tab_to(page, page.get_by_role("link", name="Mitt konto: Karin B."))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Slå på inloggning i två steg"))
    page.keyboard.press("Enter")
    type_in(page, "Lösenord", PASSWORD)
    press(page, "Fortsätt")
    heading(page, "Lägg till appen")
    picture = page.get_by_role("img", name="QR-kod")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 100"), "the policy lets it be seen"
    secret = page.locator("#key").inner_text().replace(" ", "")
    type_in(page, "Kod från appen", app_code(secret, clock.now))
    press(page, "Slå på")
    heading(page, "Dina reservkoder")
    return secret, page.locator("#codes li").all_inner_texts()


def test_a_nurse_sets_it_up_signs_in_with_it_and_takes_it_away(
    page: Page, site: Live, people: Halland, clock: Clock, troubles: Troubles
) -> None:
    troubles.expect("the server responded with a status of 401")
    sign_in(page, site, "kommun")
    secret, codes = set_up(page, clock)
    assert len(codes) == 10
    sign_out(page)
    clock.forward(minutes=1)
    password_typed(page, site)
    type_in(page, "Kod", "000000")
    page.keyboard.press("Enter")
    expect(page.locator("#error-summary")).to_be_focused()
    type_in(page, "Kod", app_code(secret, clock.now))
    page.keyboard.press("Enter")
    heading(page, "Inkorg")
    sign_out(page)
    password_typed(page, site)
    type_in(page, "Kod", codes[0].upper())
    press(page, "Logga in")
    expect(page.get_by_text("Du loggade in med en reservkod. Du har 9 kvar.")).to_be_visible()
    clock.forward(minutes=1)
    page.goto(f"{site.url}/konto/tva-steg")
    type_in(page, "Lösenord", PASSWORD)
    type_in(page, "Kod", app_code(secret, clock.now))
    press(page, "Ta bort inloggning i två steg")
    expect(page.get_by_text("Inloggning i två steg är borttagen.")).to_be_visible()
    sign_out(page)
    sign_in(page, site, "kommun")
    heading(page, "Inkorg")
