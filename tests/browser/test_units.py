"""An administrator closes a unit, and a nurse of its successor sees its threads arrive."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lcweb.domain.permissions import Role
from tests import factories
from tests.browser.furnished import Furnished
from tests.browser.halland import HOME_CARE, OTHER_HOME_CARE, Halland
from tests.browser.screen import QUESTION, expect_unopened, sign_in, without_reload
from tests.clock import Clock
from tests.live import Live

pytestmark = pytest.mark.browser


def test_a_unit_closes_and_its_successors_open_inbox_shows_its_threads(
    live: Callable[..., Live], empty_halland: Furnished[Halland], new_page: Callable[..., Page], clock: Clock
) -> None:
    site = live(poll_seconds=0.3)
    people = empty_halland.at(site)
    with site.context():
        factories.user("Siv Admin", role=Role.SYSTEM_ADMIN, username="admin")
        for subject in ("Såromläggning", "Provtagning"):
            factories.thread(people.nurse, people.home_nurse.require_unit(), now=clock.now, subject=subject)
    nurse, admin = new_page(), new_page()
    sign_in(nurse, site, "soder")
    expect_unopened(nurse, 0)
    sign_in(admin, site, "admin")
    admin.goto(f"{site.url}/admin/enheter?q=norr")
    admin.get_by_role("link", name=HOME_CARE).click()
    admin.get_by_role("link", name="Stäng eller slå ihop").click()
    expect(admin.get_by_text("0 som avsändare, 2 som mottagare")).to_be_visible()
    admin.get_by_label("Enhet som tar över").select_option(label=OTHER_HOME_CARE)
    admin.get_by_label("Nej, deras roller").check()
    admin.get_by_label("Jag har läst vad som händer").check()
    with without_reload(nurse):
        admin.get_by_role("button", name="Stäng enheten").click()
        expect(admin.get_by_role("status").first).to_contain_text("har tagit över 2 ärenden")
        expect_unopened(nurse, 2)
        expect(nurse.get_by_role("link", name="Provtagning")).to_be_visible()
    nurse.get_by_role("link", name="Såromläggning").click()
    expect(nurse.get_by_text(QUESTION)).to_be_visible()
    expect(nurse.get_by_text(f"{HOME_CARE} stängdes. {OTHER_HOME_CARE} har ärendet nu.")).to_be_visible()
    nurse.get_by_label("Svar", exact=True).fill("Vi kommer på måndag.")
    nurse.get_by_role("button", name="Skicka svar").click()
    expect(nurse.get_by_text("Svaret är skickat")).to_be_visible()
