"""A list administrator's change in a real browser: previewed today, met by senders from its first day (S2)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lcweb.domain.permissions import Role
from tests import factories
from tests.browser.halland import OTHER_HOME_CARE, Halland
from tests.browser.screen import sign_in
from tests.browser.ways_lists import ADDRESS, open_row
from tests.clock import Clock
from tests.live import Live, Troubles

pytestmark = pytest.mark.browser

REFUSED = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture
def lists(site: Live, people: Halland) -> Live:
    """With Lisa, list administrator of Halmstad."""
    with site.context():
        municipality = factories.organization("Halmstads kommun, lista", municipality="Halmstad")
        factories.user("Lisa List", role=Role.LIST_ADMIN, organization_id=municipality, username="listadmin")
    return site


def expect_areas(page: Page, where: str, *areas: str) -> None:
    expect(page.locator(f"{where} tbody td:first-child")).to_have_text(areas)


def expect_met(page: Page, site: Live, *areas: str) -> None:
    """By who writes there, and by who looks it up."""
    page.goto(f"{site.url}/mottagare")
    expect_areas(page, "#recipients", *areas)
    page.goto(f"{site.url}/arenden/ny?municipality=Halmstad&case_type=general")
    offered = page.get_by_label("Mottagande enhet").locator("optgroup").first.locator("option")
    expect(offered).to_have_text([re.compile(f"^{area}: ") for area in areas])


def fill_in_row(page: Page) -> None:
    page.get_by_label("Område").fill("Getinge")
    page.get_by_label("Enhet som tar emot").select_option(OTHER_HOME_CARE)
    page.get_by_label("Första dag").fill("2026-11-23")


def test_a_row_from_next_monday_is_previewed_now_and_met_by_senders_on_monday(
    new_page: Callable[..., Page], lists: Live, clock: Clock, troubles: Troubles
) -> None:
    troubles.expect(REFUSED)
    lisa, sender = new_page(), new_page()
    sign_in(lisa, lists, "listadmin")
    lisa.get_by_role("link", name="Administration").click()
    lisa.get_by_role("link", name="Övrig fråga eller information").click()
    fill_in_row(lisa)
    lisa.get_by_role("button", name="Förhandsgranska", exact=True).click()
    expect(lisa.get_by_role("heading", name="Så blir listan mån 23 nov")).to_be_in_viewport()
    expect_areas(lisa, "#previewed", "Norr", "Söder", "Getinge")
    expect(lisa.locator("#previewed tr").filter(has_text="Getinge")).to_contain_text("Ny")
    lisa.get_by_role("button", name="Lägg till raden").click()
    expect(lisa.get_by_text("Raden är tillagd.")).to_be_visible()
    expect_areas(lisa, "#rows", "Norr", "Söder")
    expect_areas(lisa, "#coming", "Getinge")
    lisa.goto(f"{lists.url}{ADDRESS}?datum=2026-11-23")
    expect_areas(lisa, "#rows", "Norr", "Söder", "Getinge")
    lisa.goto(f"{lists.url}/admin/mottagare/Varberg/general")
    expect(lisa.get_by_role("heading", level=1)).to_have_text("Sidan finns inte")

    sign_in(sender, lists, "vardcentral")
    expect_met(sender, lists, "Norr", "Söder")
    clock.set("Mon 2026-11-23 08:00")
    sign_in(sender, lists, "vardcentral")
    expect_met(sender, lists, "Norr", "Söder", "Getinge")


def test_two_administrators_at_once_without_javascript(
    new_page: Callable[..., Page], lists: Live, troubles: Troubles
) -> None:
    """The second one reads what the first one did, and presses again."""
    troubles.expect(REFUSED)
    with lists.context():
        factories.user("Ada Min", role=Role.SYSTEM_ADMIN, username="ada")
    lisa, ada = new_page(java_script_enabled=False), new_page(java_script_enabled=False)
    for page, name in ((lisa, "listadmin"), (ada, "ada")):
        sign_in(page, lists, name)
        open_row(page, lists.url, "Norr")
    ada.get_by_label("Anteckning").fill("Ring växeln.")
    ada.get_by_role("button", name="Spara ändringen").click()
    expect(ada.get_by_text("Raden är ändrad.")).to_be_visible()
    lisa.get_by_label("Anteckning").fill("Ring först.")
    lisa.get_by_role("button", name="Spara ändringen").click()
    expect(lisa.locator("#error-summary")).to_be_focused()
    expect(lisa.locator("#meanwhile")).to_contain_text("Ada Min ändrade en rad")
    expect(lisa.get_by_label("Anteckning")).to_have_value("Ring först.")
    lisa.get_by_role("button", name="Spara ändringen").click()
    expect(lisa.locator("#rows tr").filter(has_text="Norr")).to_contain_text("Ring först.")
    lisa.get_by_role("button", name="Ångra").first.click()
    expect(lisa.locator("#rows tr").filter(has_text="Norr")).to_contain_text("Ring växeln.")
