"""How one comes to each state of a recipient list's page."""

from playwright.sync_api import Page, expect

from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.queries import recipient_lists
from lcweb.services import recipients
from tests.browser.scene import Scene

ADDRESS = "/admin/mottagare/Halmstad/general"
PLACE = ("Halmstad", CaseType.GENERAL)


def open_row(page: Page, url: str, area: str) -> None:
    page.goto(url + ADDRESS)
    page.get_by_role("link", name=f"Ändra eller avsluta: {area}").click()
    expect(page.get_by_label("Radens sista dag")).to_be_visible()


def list_previewed(page: Page, halmstad: Scene) -> None:
    """With what is wrong, rows to come, a change marked and what follows from it."""
    open_row(page, halmstad.site.url, "Norr")
    page.get_by_label("Första dag").fill("2026-11-23")
    page.get_by_role("button", name="Förhandsgranska", exact=True).click()
    expect(page.locator("#previewed")).to_be_visible()


def last_day_asked(page: Page, halmstad: Scene) -> None:
    open_row(page, halmstad.site.url, "Söder")
    page.get_by_label("Radens sista dag").fill("2026-11-20")
    page.get_by_role("button", name="Avsluta raden").click()
    expect(page.get_by_label("Spara ändå")).to_be_visible()


def list_overtaken(page: Page, halmstad: Scene) -> None:
    open_row(page, halmstad.site.url, "Norr")
    with halmstad.site.context():
        on = recipients.OnPage(recipient_lists.last_edit(*PLACE))
        row = recipient_lists.rows(*PLACE, known_at=halmstad.clock.now)[-1]
        recipients.move_entry(operator(), row.entry_id, up=True, on=on, now=halmstad.clock.now)
    page.get_by_label("Anteckning").fill("Ring först.")
    page.get_by_role("button", name="Spara ändringen").click()
    expect(page.locator("#meanwhile")).to_be_visible()
