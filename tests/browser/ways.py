"""How one comes to a page in a state, on the furnished site: what every look at one is made of."""

from collections.abc import Callable
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.scene import Scene

Look = Callable[[Page, Scene], None]


def at(path: str) -> Look:
    return partial(go, path)


def go(path: str, page: Page, halmstad: Scene) -> None:
    page.goto(halmstad.site.url + path)


def thread(state: str) -> Look:
    return lambda page, halmstad: go(f"/arenden/{halmstad.cast.threads[state]}", page, halmstad)


def unfolded(state: str) -> Look:
    """With every form of the page open, at once: what is still unfolding is hidden in part."""

    def look(page: Page, halmstad: Scene) -> None:
        page.emulate_media(reduced_motion="reduce")
        thread(state)(page, halmstad)
        page.evaluate("() => document.querySelectorAll('details').forEach((details) => { details.open = true })")

    return look


def move_refused(form: str, button: str) -> Look:
    """Sent as it stands, empty."""

    def look(page: Page, halmstad: Scene) -> None:
        thread("mine")(page, halmstad)
        page.locator(f"#{form} summary").click()
        page.get_by_role("button", name=button, exact=True).click()
        expect_problems(page)

    return look


def expect_problems(page: Page) -> None:
    expect(page.locator("#error-summary")).to_be_visible()
