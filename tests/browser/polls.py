"""A page whose clock is ours, so that the time between polls passes when the test says so, and what there is to get."""

from playwright.sync_api import Page, Response, expect

from lcweb.services import threads
from tests import factories
from tests.browser.halland import Halland
from tests.clock import Clock
from tests.live import Live

#: The page's clock runs by itself, too: on a slow machine the usual 15 seconds may pass before the test lets them.
SELDOM = 600
#: A sign-in page inside a fragment is a console error, and a console error fails the test.
NO_PAGE_IN_A_PAGE = """
new MutationObserver(() => {
  if (document.querySelectorAll("h1").length > 1 || document.querySelector(
    "#inbox [type=password], #thread [type=password], #menu-inbox [type=password], main main"
  )) console.error("a page within the page");
}).observe(document, { subtree: true, childList: true });
"""


def watched(page: Page) -> Page:
    """It is ten o'clock there, too, and a page within the page is a trouble."""
    page.add_init_script(NO_PAGE_IN_A_PAGE)
    page.clock.install(time="2026-11-17T10:00:00+01:00")
    return page


def pass_time(page: Page, *, seconds: float = 0, times: int = 1) -> None:
    """The page's clock jumps ahead, and the page asks for news after each jump. 0: as long as it waits in between."""
    seconds = seconds or float(page.locator("body").get_attribute("data-poll-seconds") or 0)
    for _ in range(times):
        page.clock.fast_forward(round(seconds * 1000))


def polled(page: Page, path: str = "/poll/", *, seconds: float = 0) -> Response:
    """What the next poll gets. Afterwards no answer is under way."""
    with page.expect_response(lambda response: path in response.url and is_for_news(response.url)) as got:
        pass_time(page, seconds=seconds)
    expect(page.locator(".htmx-request")).to_have_count(0)
    return got.value


def is_for_news(url: str) -> bool:
    """Not about how long the session lasts, which the page asks at moments of its own."""
    return "/poll/" in url and "/poll/session" not in url


def polls(page: Page) -> list[str]:
    """Grows with each one from now on."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if is_for_news(request.url) else None)
    return seen


def written(site: Live, people: Halland, clock: Clock, subject: str = "Såromläggning", **overrides: object) -> int:
    """One more thread from the clinic to home care."""
    with site.context():
        unit_id = people.home_nurse.require_unit()
        return factories.thread(people.nurse, unit_id, now=clock.now, subject=subject, **overrides)


def answered(site: Live, people: Halland, clock: Clock, thread_id: int, body: str = "Vi kommer.") -> None:
    """By home care."""
    with site.context():
        threads.reply(
            people.home_nurse, thread_id, body, expects_reply=False, close=False,
            version=factories.version_of(thread_id), submission_id=factories.submission_id(), now=clock.now,
            rules=factories.RULES,
        )  # fmt: skip


def open_thread(page: Page, site: Live, thread_id: int) -> None:
    page.goto(f"{site.url}/arenden/{thread_id}")
    expect(page.locator("#thread")).to_be_visible()
