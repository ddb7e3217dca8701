"""The compose page's live part: the list that follows what is chosen, whatever order the answers come in."""

from datetime import time

import pytest
from playwright.sync_api import Page, Route, expect

from lcweb.domain.workdays import OfficeHours
from lcweb.models import Message
from tests import factories
from tests.browser import halland
from tests.browser.halland import HOME_CARE, Halland
from tests.browser.screen import SUBJECT, fill_in_message, sign_in, without_reload
from tests.clock import Clock
from tests.live import Live
from tests.rows import rows

pytestmark = pytest.mark.browser


@pytest.fixture
def compose(page: Page, site: Live, people: Halland) -> Page:
    """The empty compose page."""
    sign_in(page, site, "vardcentral")
    page.goto(f"{site.url}/arenden/ny")
    return page


def expect_list(page: Page, label: str) -> None:
    expect(page.locator("#recipient_unit optgroup").first).to_have_attribute("label", label)


def test_a_late_answer_to_an_earlier_choice_does_not_undo_a_later_one(compose: Page) -> None:
    compose.evaluate("() => { window.ended = 0; document.addEventListener('htmx:finally:request', () => ended++) }")
    held: list[Route] = []
    compose.route("**/mottagare", lambda route: route.continue_() if held else held.append(route))
    compose.get_by_label("Patientens kommun").select_option("Halmstad")
    compose.get_by_label("Ärendetyp").select_option("general")
    expect_list(compose, "Halmstad, övrig fråga eller information")
    held[0].continue_()
    compose.wait_for_function("window.ended === 2")
    expect_list(compose, "Halmstad, övrig fråga eller information")


def test_of_several_quick_choices_the_last_one_counts(compose: Page) -> None:
    """As an arrow key held down in the list does it."""
    compose.get_by_label("Patientens kommun").select_option("Halmstad")
    compose.get_by_label("Ärendetyp").evaluate(
        """list => { for (const choice of [...list.options].map((option) => option.value)) {
          list.value = choice;
          list.dispatchEvent(new Event("change", { bubbles: true }));
        } }"""
    )
    expect_list(compose, "Halmstad, övrig fråga eller information")


def test_a_unit_chosen_by_one_of_its_areas_stays_chosen_so(page: Page, site: Live, people: Halland) -> None:
    with site.context():
        halland.list_row(people.home_nurse.require_unit(), "Åled", 3)
    sign_in(page, site, "vardcentral")
    page.goto(f"{site.url}/arenden/ny?municipality=Halmstad&case_type=general")
    unit = page.get_by_label("Mottagande enhet")
    unit.select_option(unit.locator("option", has_text="Åled").inner_text())
    expect(page.locator("#acute-phone")).to_contain_text(HOME_CARE)
    assert "Åled" in unit.evaluate("list => list.selectedOptions[0].text")


def test_no_heading_in_the_list_is_without_units(compose: Page) -> None:
    compose.get_by_label("Patientens kommun").select_option("Halmstad")
    compose.get_by_label("Ärendetyp").select_option("general")
    expect_list(compose, "Halmstad, övrig fråga eller information")
    expect(compose.locator("#recipient_unit optgroup:not(:has(option))")).to_have_count(0)


def test_choosing_a_recipient_leaves_what_is_typed_and_the_focus(compose: Page) -> None:
    with without_reload(compose):
        fill_in_message(compose)
        compose.get_by_label("Patientens kommun").select_option("Halmstad")
        compose.get_by_label("Ärendetyp").focus()
        compose.get_by_label("Ärendetyp").select_option("general")
        expect_list(compose, "Halmstad, övrig fråga eller information")
        expect(compose.get_by_label("Ärendetyp")).to_be_focused()
        expect(compose.get_by_label("Ämne")).to_have_value(SUBJECT)
        expect(compose.get_by_label("Svar önskas")).to_be_checked()


def test_the_date_an_answer_is_due_follows_the_unit(page: Page, site: Live, clock: Clock, people: Halland) -> None:
    """The clinic closes at noon on its due day, home care at 16.30 (T5)."""
    with site.context():
        early = factories.unit("Neptunuskliniken", hours=OfficeHours(closes=time(12, 0)))
    sign_in(page, site, "vardcentral")
    page.goto(f"{site.url}/arenden/ny")
    expect(page.locator("#answer-date")).to_have_text("senast fre 20 nov 16.30")
    page.get_by_label("Mottagande enhet").select_option(str(early))
    expect(page.locator("#answer-date")).to_have_text("senast fre 20 nov 12.00")


def test_a_double_click_sends_one_message(compose: Page, site: Live) -> None:
    compose.get_by_label("Mottagande enhet").select_option(label=f"{HOME_CARE}, tel {halland.ACUTE_PHONE}")
    expect(compose.locator("#acute-phone")).to_be_visible()
    compose.get_by_label("Ärendetyp").select_option("general")
    fill_in_message(compose)
    compose.get_by_role("button", name="Skicka meddelande").dblclick()
    expect(compose.get_by_role("heading", level=1)).to_have_text("Inkorg")
    expect(compose.get_by_text("skickat till").first).to_be_visible()
    with site.context():
        assert len(rows(Message)) == 1
