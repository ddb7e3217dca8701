"""How one comes to the states of one's own account and of a sign-in in two steps."""

from playwright.sync_api import Page, expect

from tests.browser.scene import Scene
from tests.browser.ways import expect_problems, go
from tests.codes import app_code
from tests.factories import PASSWORD


def password_refused(page: Page, halmstad: Scene) -> None:
    go("/konto", page, halmstad)
    page.get_by_role("button", name="Byt lösenord").click()
    expect_problems(page)


def app_to_add(page: Page, halmstad: Scene) -> None:
    go("/konto/tva-steg", page, halmstad)
    page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Fortsätt").click()
    page.get_by_role("button", name="Slå på").click()
    expect_problems(page)


def recovery_codes(page: Page, halmstad: Scene) -> None:
    app_to_add(page, halmstad)
    secret = page.locator("#key").inner_text().replace(" ", "")
    page.get_by_label("Kod från appen").fill(app_code(secret, halmstad.clock.now))
    page.get_by_role("button", name="Slå på").click()
    expect(page.locator("#codes")).to_be_visible()


def code_asked(page: Page, halmstad: Scene) -> None:
    """After `recovery_codes`."""
    page.get_by_role("button", name="Logga ut").click()
    page.get_by_label("Användarnamn").fill("tva")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Skriv koden")
    page.get_by_role("button", name="Logga in").click()
    expect_problems(page)
