"""Every page by keyboard: in the order it is read, with the focus to be seen, and straight to what went wrong."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.halland import CLINIC
from tests.browser.scene import Scene
from tests.browser.screen import sign_in
from tests.live import Troubles

pytestmark = pytest.mark.browser

#: Everything one can use, in the page's order; of a group of radio buttons Tab stops at one.
STOPS = """() => {
  const seen = new Set();
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((element) => element.checkVisibility() && !element.disabled)
    .filter((element) => element.type !== "radio" || (!seen.has(element.name) && seen.add(element.name)))
    .map((element) => element.outerHTML.slice(0, 160));
}"""
#: Where the focus is, and whether that looks otherwise than without it: there is a ring around the element itself or
#: around the field that a box and its words make together.
FOCUSED = """() => {
  const element = document.activeElement;
  const look = () => [element, element.closest(".ds-field") ?? element].map((ringed) => {
    const style = getComputedStyle(ringed);
    return [style.outlineStyle, style.outlineWidth, style.boxShadow].join();
  }).join();
  const focused = look();
  element.blur();
  const blurred = look();
  element.focus({ focusVisible: true });
  return [element.outerHTML.slice(0, 160), focused !== blurred];
}"""


def test_tab_stops_everywhere_in_order_and_shows_where(halmstad: Scene, page: Page) -> None:
    page.goto(f"{halmstad.site.url}/logga-in")
    expect_every_stop(page)
    sign_in(page, halmstad.site, "tva")
    expect_every_stop(page)
    choose_clinic(page)
    for path in ("/inkorg", "/arenden/1", "/arenden/ny", "/mottagare", "/hjalp"):
        page.goto(halmstad.site.url + path)
        expect_every_stop(page)


def expect_every_stop(page: Page) -> None:
    stops = page.evaluate(STOPS)
    assert len(stops) > 3, page.url
    found = [focused_next(page) for _ in stops]
    assert [element for element, _ in found] == stops, page.url
    assert [element for element, shown in found if not shown] == [], page.url


def focused_next(page: Page) -> tuple[str, bool]:
    page.keyboard.press("Tab")
    element, is_shown = page.evaluate(FOCUSED)
    return element, is_shown


def choose_clinic(page: Page) -> None:
    page.get_by_label(CLINIC).check()
    page.get_by_role("button", name="Fortsätt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")


def test_the_first_stop_skips_to_the_content(halmstad: Scene, page: Page) -> None:
    sign_in(page, halmstad.site, "vardcentral")
    for path in ("/inkorg", "/arenden/1", "/arenden/ny"):
        page.goto(halmstad.site.url + path)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Hoppa till innehållet")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport(ratio=1)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)"), path


@pytest.mark.parametrize("java_script_enabled", [True, False])
def test_the_error_summary_takes_focus_and_leads_to_the_fields(
    java_script_enabled: bool, halmstad: Scene, new_page: Callable[..., Page], troubles: Troubles
) -> None:
    troubles.expect("status of 400")
    page = new_page(java_script_enabled=java_script_enabled)
    page.goto(f"{halmstad.site.url}/logga-in")
    expect_problems(page, "Logga in", count=2)
    sign_in(page, halmstad.site, "tva")
    expect_problems(page, "Fortsätt", count=1)
    choose_clinic(page)
    page.goto(f"{halmstad.site.url}/arenden/ny")
    expect_problems(page, "Skicka meddelande", count=9)
    page.goto(f"{halmstad.site.url}/arenden/1")
    expect_problems(page, "Skicka svar", count=1)


def expect_problems(page: Page, button: str, *, count: int) -> None:
    """Of a form that is sent as it stands, empty."""
    page.get_by_role("button", name=button, exact=True).click()
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(count)
    for link in summary.get_by_role("link").all():
        link.press("Enter")
        expect(page.locator(link.get_attribute("href") or "")).to_be_focused()
