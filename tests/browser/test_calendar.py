"""The administrator closes a bridge day for one unit, told what moves, and the nurse's thread says that it did (T5)."""

import pytest
from playwright.sync_api import Page, expect

from lcweb.domain.permissions import Role
from lcweb.models import CalendarMark
from tests import factories
from tests.at import at
from tests.browser.halland import HOME_CARE, Halland
from tests.browser.screen import sign_in
from tests.clock import Clock
from tests.factories import OTHER_PATIENT, thread
from tests.live import Live
from tests.rows import rows

pytestmark = pytest.mark.browser


def test_the_day_after_ascension_day_is_closed_for_one_unit(
    page: Page, site: Live, people: Halland, clock: Clock
) -> None:
    clock.set("Tue 2027-05-04 10:00")
    with site.context():
        factories.user("Siv Admin", role=Role.SYSTEM_ADMIN, username="admin")
        north, south = people.home_nurse.require_unit(), people.other_home_nurse.require_unit()
        # Received on Tuesday: Wednesday, then Friday after Ascension Day, and Monday is the third.
        thread_id = thread(people.nurse, north, now=at("Tue 2027-05-04 09:00"))
        thread(people.nurse, north, now=at("Tue 2027-05-04 09:30"), patient_id=OTHER_PATIENT)
        thread(people.nurse, south, now=at("Tue 2027-05-04 09:40"))
    sign_in(page, site, "admin")
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Kalender", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kalender 2027")
    page.get_by_label("Gäller", exact=True).select_option(HOME_CARE)
    page.get_by_role("button", name="Visa", exact=True).click()
    page.get_by_role("link", name="Stäng dagen: fre 7 maj").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stäng fre 7 maj")
    expect(page.locator("#total")).to_have_text("2 öppna svarstider flyttas.")
    moved = page.locator("#moved tbody td")
    expect(moved).to_have_text([HOME_CARE, "mån 10 maj 16.30", "tis 11 maj 16.30", "2"])
    with site.context():
        assert rows(CalendarMark) == []
    page.get_by_role("button", name="Stäng dagen").click()
    receipt = f"Fre 7 maj är stängd för {HOME_CARE}. 2 svarstider flyttades."
    expect(page.get_by_text(receipt)).to_be_visible()
    expect(page.locator("#working-days")).to_contain_text("252 vardagar 2027")
    page.get_by_role("button", name="Logga ut").click()
    sign_in(page, site, "kommun")
    page.goto(f"{site.url}/arenden/{thread_id}")
    said = f"Svarstiden för {HOME_CARE} flyttades till tis 11 maj 16.30, för att enheten har stängt en dag."
    expect(page.get_by_text(said)).to_be_visible()
