"""What a person does at the screen, with a mouse or with the keyboard alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.factories import PASSWORD, PATIENT
from tests.live import Live
from tests.page import Browser

SUBJECT = "Såromläggning efter hemgång"
QUESTION = "Kan ni lägga om såret på måndag?"
ANSWER = "Ja, vi kommer på måndag förmiddag."


def sign_in(page: Page, site: Live, username: str, password: str = PASSWORD) -> None:
    """By the requests of the form, which `sign_in_by_hand` fills in, but without drawing it: the cookie is brought."""
    browser = Browser(site.app)
    browser.sign_in(username, password)
    cookie = browser.client.get_cookie(site.app.config["SESSION_COOKIE_NAME"])
    assert browser.page and cookie, f"{username} is not signed in"
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": site.url, "httpOnly": True, "sameSite": "Lax"}]
    )
    page.goto(site.url + browser.page.url)
    signed_in(page)


def sign_in_by_hand(page: Page, site: Live, username: str, password: str = PASSWORD) -> None:
    page.goto(f"{site.url}/logga-in")
    page.get_by_label("Användarnamn").fill(username)
    page.get_by_label("Lösenord").fill(password)
    page.get_by_role("button", name="Logga in").click()
    signed_in(page)


def signed_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()
    page.wait_for_load_state()  # the scripts have run, so that polling has begun


def fill_in_message(page: Page) -> None:
    """Everything of the compose page but the recipient."""
    page.get_by_label("Patientens personnummer").fill(PATIENT)
    page.get_by_label("Patientens namn").fill("Tove Testsson")
    page.get_by_label("Ämne").fill(SUBJECT)
    page.get_by_label("Meddelande", exact=True).fill(QUESTION)
    page.get_by_label("Svar önskas").check()
    page.get_by_label("Patienten samtycker").check()
    page.get_by_label("Ärendet är inte akut").check()


@contextmanager
def without_reload(page: Page) -> Iterator[None]:
    """The same document is there afterwards: what has changed came by polling."""
    page.evaluate("() => { window.sameDocument = true }")
    yield
    assert page.evaluate("() => window.sameDocument === true"), "the page was loaded anew"


def expect_unopened(page: Page, count: int) -> None:
    """The number in the menu, and the same in the tab's title."""
    badge = page.locator("#menu-inbox .ds-badge")
    if count:
        expect(badge).to_have_attribute("data-count", str(count))
        expect(page.locator("#menu-inbox")).to_contain_text(f"{count} oöppnade")
        expect(page).to_have_title(f"({count}) {bare_title(page)}")
    else:
        expect(badge).to_have_count(0)
        expect(page).to_have_title(bare_title(page))


def bare_title(page: Page) -> str:
    return page.title().partition(") ")[2] or page.title()


def tab_to(page: Page, target: Locator) -> None:
    """By the Tab key alone, as often as it takes; AssertionError when it never comes there."""
    for _ in range(120):
        if _has_focus(target):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {target}")


def _has_focus(target: Locator) -> bool:
    return bool(target.evaluate("element => element === document.activeElement"))
