"""A thread's moves, made with the mouse on its page, and the same thread as it looks from another desk meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tests.browser.polls import open_thread, polled, watched
from tests.browser.screen import sign_in, without_reload
from tests.live import Live

#: `desk("kommun")`: the page of somebody who is signed in and has the inbox open.
Desk = Callable[..., Page]
THREAD, INBOX = "/poll/arenden/", "/poll/inkorg"


def at_desk(page: Page, site: Live, username: str, thread_id: int | None = None) -> Page:
    """With the thread on screen, or the inbox."""
    sign_in(watched(page), site, username)
    if thread_id:
        open_thread(page, site, thread_id)
    return page


def press(page: Page, button: str, *, says: str) -> None:
    """`says`: the receipt, so that it is certain that the move is made."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".ds-alert[data-color=success]")).to_contain_text(says)
    page.wait_for_load_state()


def unfold(page: Page, words: str) -> None:
    page.locator("summary").get_by_text(words, exact=True).click()


@contextmanager
def told_by_a_poll(*pages: Page, path: str = THREAD) -> Iterator[None]:
    """What is done meanwhile has reached the pages afterwards, and none of them was loaded anew."""
    for page in pages:
        page.evaluate("() => { window.sameDocument = true }")
    yield
    for page in pages:
        assert polled(page, path).status == 200
        assert page.evaluate("() => window.sameDocument === true"), "the page was loaded anew"


def expect_untold(page: Page, path: str = THREAD) -> None:
    """Nothing of what has happened concerns this page."""
    with without_reload(page):
        assert polled(page, path).status == 204


def fact(page: Page, name: str) -> Locator:
    return page.locator(f'.facts dt:text-is("{name}") + dd')


def happened(page: Page) -> Locator:
    """The lines of the history that are no messages."""
    return page.locator(".messages .event")


def bodies(page: Page) -> Locator:
    return page.locator(".message .body")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def row(page: Page, thread_id: int) -> Locator:
    """Of the inbox."""
    return page.locator(f"#row-{thread_id}")
