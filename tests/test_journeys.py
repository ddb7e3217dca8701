"""The whole journey of one message, from sign-in to answer, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import halland
from tests.browser.halland import ACUTE_PHONE, CLINIC, HOME_CARE, OTHER_HOME_CARE
from tests.browser.screen import (
    ANSWER,
    QUESTION,
    SUBJECT,
    expect_unopened,
    fill_in_message,
    sign_in,
    tab_to,
    without_reload,
)
from tests.factories import PASSWORD, PATIENT
from tests.live import Live

pytestmark = pytest.mark.browser
NewPage = Callable[..., Page]
NORTH = f"Norr: {HOME_CARE}, tel {ACUTE_PHONE}"
SOUTH = f"{OTHER_HOME_CARE}, tel 035-18 00 02"


@pytest.fixture
def site(live: Callable[..., Live]) -> Live:
    site = live(poll_seconds=0.3)
    with site.context():
        halland.built()
    return site


def test_a_message_is_sent_seen_and_answered(site: Live, new_page: NewPage) -> None:
    clinic, home_care = new_page(), new_page()
    sign_in(home_care, site, "kommun")
    expect(home_care.locator("#empty")).to_contain_text("Inget att besvara")
    with without_reload(home_care):
        sign_in(clinic, site, "vardcentral")
        _write_by_mouse(clinic)
        expect(home_care.get_by_role("link", name=SUBJECT)).to_be_visible()
        expect_unopened(home_care, 1)
    _open_sent(clinic)
    with without_reload(clinic):
        expect(clinic.locator(".delivery")).to_contain_text("Oöppnat")
        home_care.get_by_role("link", name=SUBJECT).click()
        expect(home_care.locator(".message .body")).to_have_text(QUESTION)
        expect(clinic.locator(".delivery")).to_contain_text("Öppnat i dag 10.00")
        _answer(home_care)
        expect(clinic.locator(".message .body").last).to_have_text(ANSWER)
        expect_unopened(clinic, 1)
    expect_unopened(home_care, 0)


def _write_by_mouse(page: Page) -> None:
    page.get_by_role("navigation", name="Meny").get_by_role("link", name="Nytt meddelande").click()
    with without_reload(page):
        page.get_by_label("Patientens kommun").select_option("Halmstad")
        page.get_by_label("Ärendetyp").select_option("Övrig fråga eller information")
        _expect_list(page)
        page.get_by_label("Mottagande enhet").select_option(NORTH)
        expect(page.locator("#acute-phone")).to_have_text(f"Akut? Ring {HOME_CARE}: {ACUTE_PHONE}")
        fill_in_message(page)
    page.get_by_role("button", name="Skicka meddelande").click()
    _expect_sent(page)


def _expect_list(page: Page) -> None:
    """The municipality's own rows come first, before every other unit."""
    first = page.locator("#recipient_unit optgroup").first
    expect(first).to_have_attribute("label", "Halmstad, övrig fråga eller information")
    expect(first.locator("option")).to_have_text([NORTH, f"Söder: {OTHER_HOME_CARE}, tel 035-18 00 02"])


def _expect_sent(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")
    expect(page.get_by_text(f"Meddelandet är skickat till {HOME_CARE}. Svar senast fre 20 nov 16.30.")).to_be_visible()


def _open_sent(page: Page) -> None:
    page.get_by_role("link", name="Väntar på svar (1)").click()
    page.get_by_role("link", name=SUBJECT).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SUBJECT)


def _answer(page: Page) -> None:
    page.get_by_label("Svar", exact=True).fill(ANSWER)
    page.get_by_role("button", name="Skicka svar").click()
    expect(page.get_by_text("Svaret är skickat till Vårdcentralen Kärleken.")).to_be_visible()


def test_the_same_journey_without_javascript(site: Live, new_page: NewPage) -> None:
    clinic, home_care = new_page(java_script_enabled=False), new_page(java_script_enabled=False)
    sign_in(clinic, site, "vardcentral")
    _write_without_javascript(clinic)
    _open_sent(clinic)
    expect(clinic.locator(".delivery")).to_contain_text("Oöppnat")
    sign_in(home_care, site, "kommun")
    expect_unopened(home_care, 1)
    home_care.get_by_role("link", name=SUBJECT).click()
    clinic.reload()
    expect(clinic.locator(".delivery")).to_contain_text("Öppnat i dag 10.00")
    _answer(home_care)
    clinic.reload()
    expect(clinic.locator(".message .body").last).to_have_text(ANSWER)


def _write_without_javascript(page: Page) -> None:
    page.get_by_role("navigation", name="Meny").get_by_role("link", name="Nytt meddelande").click()
    fill_in_message(page)
    page.get_by_label("Patientens kommun").select_option("Halmstad")
    page.get_by_label("Ärendetyp").select_option("Övrig fråga eller information")
    page.get_by_role("button", name="Visa kommunens mottagare").click()
    _expect_list(page)
    expect(page.get_by_label("Meddelande", exact=True)).to_have_value(QUESTION)
    expect(page.get_by_label("Ärendet är inte akut")).to_be_checked()
    page.get_by_label("Mottagande enhet").select_option(NORTH)
    page.get_by_role("button", name="Skicka meddelande").click()
    _expect_sent(page)


def test_a_withdrawal_and_a_return_without_javascript(site: Live, new_page: NewPage) -> None:
    clinic, home_care = new_page(java_script_enabled=False), new_page(java_script_enabled=False)
    sign_in(clinic, site, "vardcentral")
    _write_without_javascript(clinic)
    _open_sent(clinic)
    clinic.get_by_text("Återta ett meddelande", exact=True).click()
    clinic.get_by_role("button", name="Återta meddelandet").click()
    expect(clinic.get_by_text("Meddelandet är återtaget.")).to_be_visible()
    expect(clinic.locator(".facts")).to_contain_text("Återtaget")
    _write_without_javascript(clinic)
    sign_in(home_care, site, "kommun")
    expect_unopened(home_care, 1)
    home_care.get_by_role("link", name=SUBJECT).click()
    home_care.get_by_text("Återsänd", exact=True).click()
    home_care.get_by_label("Fel mottagare").check()
    home_care.get_by_label("Rätt mottagare, om du vet").select_option(SOUTH)
    home_care.get_by_role("button", name="Återsänd ärendet").click()
    expect(home_care.get_by_text(f"Ärendet är återsänt till {CLINIC}.")).to_be_visible()
    _send_on_without_javascript(clinic)


def _send_on_without_javascript(page: Page) -> None:
    page.get_by_role("link", name="Inkorg").click()
    expect(page.locator("#inbox")).to_contain_text("Skicka vidare eller avsluta senast ons 18 nov 16.30")
    page.get_by_role("link", name=SUBJECT).click()
    expect(page.locator(".event")).to_contain_text(f"Rätt mottagare: {OTHER_HOME_CARE}.")
    page.get_by_label("Ny mottagande enhet").select_option(SOUTH)
    page.get_by_label("Patienten hör till ett annat område").check()
    page.get_by_role("button", name="Skicka vidare", exact=True).click()
    expect(page.get_by_text(f"Ärendet är vidarebefordrat till {OTHER_HOME_CARE}.")).to_be_visible()


def test_the_same_journey_with_the_keyboard_alone(site: Live, new_page: NewPage) -> None:
    clinic, home_care = new_page(), new_page()
    _sign_in_by_keyboard(clinic, site, "vardcentral")
    _press(clinic, clinic.get_by_role("navigation", name="Meny").get_by_role("link", name="Nytt meddelande"))
    _write_by_keyboard(clinic)
    _expect_sent(clinic)
    _sign_in_by_keyboard(home_care, site, "kommun")
    _press(home_care, home_care.get_by_role("link", name=SUBJECT))
    _type(home_care, "Svar", ANSWER)
    _press(home_care, home_care.get_by_role("button", name="Skicka svar"))
    expect(home_care.get_by_text("Svaret är skickat till Vårdcentralen Kärleken.")).to_be_visible()
    _press(clinic, clinic.get_by_role("link", name=SUBJECT))
    expect(clinic.locator(".message .body").last).to_have_text(ANSWER)
    _forward_by_keyboard(home_care)
    clinic.reload()
    expect(clinic.locator(".facts")).to_contain_text(f"{CLINIC} och {OTHER_HOME_CARE}")


def _sign_in_by_keyboard(page: Page, site: Live, username: str) -> None:
    page.goto(f"{site.url}/logga-in")
    _type(page, "Användarnamn", username)
    _type(page, "Lösenord", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")


def _write_by_keyboard(page: Page) -> None:
    _type(page, "Patientens kommun", "Halmstad")
    tab_to(page, page.get_by_label("Ärendetyp"))
    page.keyboard.press("End")
    _expect_list(page)
    _type(page, "Mottagande enhet", "Norr")
    expect(page.locator("#acute-phone")).to_contain_text(ACUTE_PHONE)
    _type(page, "Patientens personnummer", PATIENT)
    _type(page, "Patientens namn", "Tove Testsson")
    _type(page, "Ämne", SUBJECT)
    _type(page, "Meddelande", QUESTION)
    for choice in ("Svar önskas", "Patienten samtycker", "Ärendet är inte akut"):
        tab_to(page, page.get_by_label(choice))
        page.keyboard.press("Space")
    _press(page, page.get_by_role("button", name="Skicka meddelande"))


def _forward_by_keyboard(page: Page) -> None:
    """What has been answered is forwarded for the time to come."""
    _press(page, page.get_by_role("link", name="Avslutade"))
    _press(page, page.get_by_role("link", name=SUBJECT))
    _press(page, page.locator("#forward summary"))
    _type(page, "Ny mottagande enhet", OTHER_HOME_CARE[:16])
    tab_to(page, page.get_by_label("Patienten hör till ett annat område"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("En annan enhet har hand om patienten")).to_be_checked()
    tab_to(page, page.get_by_role("textbox", name="Förklaring"))
    page.keyboard.type("Hon har flyttat.")
    _press(page, page.get_by_role("button", name="Vidarebefordra ärendet"))
    expect(page.get_by_text(f"Ärendet är vidarebefordrat till {OTHER_HOME_CARE}.")).to_be_visible()


def _type(page: Page, label: str, words: str) -> None:
    """Into a field, or at a list, which then jumps to the choice that begins so."""
    tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.type(words)


def _press(page: Page, link_or_button: Locator) -> None:
    tab_to(page, link_or_button)
    page.keyboard.press("Enter")
