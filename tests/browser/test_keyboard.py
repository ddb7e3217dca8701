"""Every page by keyboard: in the order it is read, with the focus to be seen, and straight to what went wrong."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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
FOCUSED = "() => document.activeElement.outerHTML.slice(0, 160)"
#: What a ring is made of, around the element itself or around the field that a box and its words make together.
RING = """element => [element, element.closest(".ds-field") ?? element].map((ringed) => getComputedStyle(ringed))
  .map((style) => [style.outlineStyle, style.outlineWidth, style.boxShadow]).join()"""


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("", "/logga-in"),
        ("kommun", "/inkorg"),
        ("kommun", "/arenden/1"),
        ("vardcentral", "/arenden/ny"),
        ("vardcentral", "/mottagare"),
        ("tva", "/valj-enhet"),
    ],
)
def test_tab_stops_everywhere_in_order_and_shows_where(person: str, path: str, halmstad: Scene, page: Page) -> None:
    if person:
        sign_in(page, halmstad.site, person)
    page.goto(halmstad.site.url + path)
    stops = page.evaluate(STOPS)
    assert len(stops) > 3
    reached, unseen = [], []
    for _ in stops:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        if not shows_focus(page):
            unseen.append(reached[-1])
    assert reached == stops
    assert unseen == []


def shows_focus(page: Page) -> bool:
    """The focused element looks different without the focus."""
    element = page.evaluate_handle("() => document.activeElement").as_element()
    focused = element.evaluate(RING)
    element.evaluate("element => element.blur()")
    blurred = element.evaluate(RING)
    element.evaluate("element => element.focus({ focusVisible: true })")
    return bool(focused != blurred)


@pytest.mark.parametrize(("person", "path"), [("", "/logga-in"), ("kommun", "/inkorg"), ("vardcentral", "/arenden/ny")])
def test_the_first_stop_skips_to_the_content(person: str, path: str, halmstad: Scene, page: Page) -> None:
    if person:
        sign_in(page, halmstad.site, person)
    page.goto(halmstad.site.url + path)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Hoppa till innehållet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


PROBLEMS = {
    "sign-in": ("", "/logga-in", "Logga in", 2),
    "units": ("tva", "/valj-enhet", "Fortsätt", 1),
    "compose": ("vardcentral", "/arenden/ny", "Skicka meddelande", 9),
    "reply": ("kommun", "/arenden/3", "Skicka svar", 1),
}


@pytest.mark.parametrize("java_script_enabled", [True, False])
@pytest.mark.parametrize("case", PROBLEMS)
def test_the_error_summary_takes_focus_and_leads_to_the_fields(
    case: str, java_script_enabled: bool, halmstad: Scene, new_page: Callable[..., Page], troubles: Troubles
) -> None:
    troubles.expect("status of 400")
    person, path, button, count = PROBLEMS[case]
    page = new_page(java_script_enabled=java_script_enabled)
    if person:
        sign_in(page, halmstad.site, person)
    page.goto(halmstad.site.url + path)
    page.get_by_role("button", name=button, exact=True).click()
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(count)
    for link in summary.get_by_role("link").all():
        link.press("Enter")
        expect(page.locator(link.get_attribute("href") or "")).to_be_focused()
