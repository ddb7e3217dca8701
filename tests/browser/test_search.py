"""Searching in a real browser, with and without JavaScript, and how the page looks in every state."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import looks
from tests.browser.scene import Scene
from tests.browser.screen import sign_in
from tests.live import Troubles

pytestmark = pytest.mark.browser


def search(page: Page, halmstad: Scene, words: str) -> None:
    page.goto(f"{halmstad.site.url}/sok")
    page.get_by_label("Ord", exact=True).fill(words)
    page.get_by_role("button", name="Sök", exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_word_s_beginning_leads_to_the_thread_and_no_address_tells_of_it(
    new_page: Callable[..., Page], halmstad: Scene, javascript: bool
) -> None:
    page = new_page(java_script_enabled=javascript)
    sign_in(page, halmstad.site, "kommun")
    page.get_by_role("link", name="Sök", exact=True).click()
    page.get_by_label("Ord", exact=True).fill("kateter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 ärende hittades")).to_be_focused()
    assert page.url == f"{halmstad.site.url}/sok"
    page.get_by_role("link", name="Kateterbyte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kateterbyte")


@pytest.mark.parametrize("words", ["", "hembesök", "såret", "finnsinte"])
def test_the_page_is_sound_in_every_state(page: Page, halmstad: Scene, troubles: Troubles, words: str) -> None:
    """Nothing asked, hits with words as long as people paste them, many hits, none."""
    sign_in(page, halmstad.site, "kommun")
    troubles.expect("400")  # for nothing asked
    search(page, halmstad, words)
    assert looks.faults(page) == []


def test_the_print_page_is_sound(page: Page, halmstad: Scene) -> None:
    sign_in(page, halmstad.site, "kommun")
    for state in ("overdue", "reserve"):
        page.goto(f"{halmstad.site.url}/arenden/{halmstad.cast.threads[state]}")
        page.goto(f"{halmstad.site.url}/arenden/{halmstad.cast.threads[state]}/utskrift")
        expect(page.get_by_role("button", name="Skriv ut")).to_be_visible()
        assert looks.faults(page) == []
