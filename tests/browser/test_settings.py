"""An administrator gives units more days from Monday; who writes on Monday sees the date and where it came from."""

import pytest
from playwright.sync_api import Page, expect

from lcweb.domain.permissions import Role
from tests import factories
from tests.browser.halland import Halland
from tests.browser.screen import fill_in_message, sign_in
from tests.clock import Clock
from tests.live import Live

pytestmark = pytest.mark.browser


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_label("Användarnamn")).to_be_visible()


def send(page: Page, site: Live, people: Halland) -> None:
    page.goto(f"{site.url}/arenden/ny?case_type=general&recipient_unit={people.home_nurse.unit_id}")
    fill_in_message(page)
    page.get_by_role("button", name="Skicka meddelande").click()
    expect(page.get_by_text("Meddelandet är skickat")).to_be_visible()


def test_t5_the_days_to_answer_are_changed_from_monday(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    with site.context():
        factories.user("Siv Admin", role=Role.SYSTEM_ADMIN, username="admin")
    sign_in(page, site, "admin")
    page.goto(f"{site.url}/admin/installningar")
    page.get_by_role("link", name="Ändra: Tid att svara").click()
    page.get_by_label("Tid att svara").fill("5")
    page.get_by_label("Gäller från").fill("2026-11-23")
    page.get_by_role("button", name="Spara ändringen").click()
    expect(page.get_by_text("Ändringen är sparad. Den gäller från mån 23 nov.")).to_be_visible()
    sign_out(page)
    clock.set("Mon 2026-11-23 09:00")
    sign_in(page, site, "vardcentral")
    send(page, site, people)
    sign_out(page)
    sign_in(page, site, "kommun")
    page.get_by_role("link", name="Såromläggning efter hemgång").first.click()
    expect(page.locator(".due-origin")).to_have_text(
        "Svar senast mån 30 nov 16.30: 5 vardagar från mån 23 nov, enligt inställningen som gäller från mån 23 nov."
    )
