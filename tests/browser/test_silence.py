"""When an open page asks for nothing, when no answer comes, and when the session is over."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.halland import Halland
from tests.browser.polls import open_thread, pass_time, polled, polls, watched, written
from tests.browser.screen import sign_in
from tests.clock import Clock
from tests.live import Live, Troubles

pytestmark = pytest.mark.browser


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return watched(new_page())


# When nothing is asked ------------------------------------------------------------------------------------------------


def test_a_hidden_tab_asks_for_nothing_and_at_once_when_seen_again(
    page: Page, site: Live, people: Halland, clock: Clock
) -> None:
    sign_in(page, site, "kommun")
    asked = polls(page)
    shown(page, False)
    pass_time(page, times=5)
    assert asked == []
    written(site, people, clock)
    shown(page, True)
    expect(page.get_by_role("link", name="Såromläggning")).to_be_visible()
    assert len(asked) == 1


def shown(page: Page, is_shown: bool) -> None:
    """What the browser tells a page when its tab goes behind another, or comes back."""
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
        }""",
        not is_shown,
    )


# When no answer comes -------------------------------------------------------------------------------------------------


def go_offline(page: Page, troubles: Troubles) -> None:
    troubles.expect("ERR_INTERNET_DISCONNECTED")
    troubles.expect("Failed to fetch")
    page.context.set_offline(True)


def test_a_lost_connection_is_said_and_taken_back(
    page: Page, site: Live, people: Halland, clock: Clock, troubles: Troubles
) -> None:
    thread_id = written(site, people, clock)
    sign_in(page, site, "vardcentral")
    open_thread(page, site, thread_id)
    box = page.get_by_label("Svar", exact=True)
    box.fill("Halvskrivet")
    go_offline(page, troubles)
    pass_time(page)
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    polled(page, "/poll/arenden/")
    expect(page.locator("#offline")).to_be_hidden()
    expect(box).to_have_value("Halvskrivet")
    expect(box).to_be_focused()


def test_an_unreachable_server_does_not_look_up_to_date(
    page: Page, site: Live, people: Halland, troubles: Troubles
) -> None:
    sign_in(page, site, "kommun")
    go_offline(page, troubles)
    pass_time(page, seconds=300)
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#updated")).to_have_text("10.00")


def test_a_failing_server_is_said_and_its_page_is_not_shown(
    page: Page, site: Live, people: Halland, troubles: Troubles
) -> None:
    troubles.expect("503")
    sign_in(page, site, "kommun")
    page.route("**/poll/**", lambda route: route.fulfill(status=503, body="<h1>Stängt</h1>", content_type="text/html"))
    polled(page)
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("#empty")).to_be_visible()
    page.unroute("**/poll/**")
    polled(page)
    expect(page.locator("#offline")).to_be_hidden()


def test_a_server_that_never_answers_is_said_within_a_minute(
    page: Page, site: Live, people: Halland, troubles: Troubles
) -> None:
    troubles.expect("htmx:error: timeout")
    sign_in(page, site, "kommun")
    page.route("**/poll/**", lambda route: None)
    pass_time(page, times=3)
    expect(page.locator("#offline")).to_be_visible()


# The session ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "path"), [("/inkorg", "/poll/inkorg"), ("/arenden/1", "/poll/arenden/1"), ("/hjalp", "/poll/meny")]
)
def test_an_idle_session_ends_although_its_tab_polls(
    page: Page, site: Live, people: Halland, clock: Clock, troubles: Troubles, where: str, path: str
) -> None:
    troubles.expect("401")
    written(site, people, clock)
    sign_in(page, site, "vardcentral")
    page.goto(site.url + where)
    for _ in range(3):
        assert polled(page, path).status in (200, 204)
        clock.forward(minutes=10)
    answer = polled(page)  # whichever of the page's polls is answered first: the page then leaves
    assert (answer.status, answer.headers["hx-redirect"]) == (401, "/logga-in")
    page.wait_for_url("**/logga-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    expect(page.get_by_text("Du har blivit utloggad")).to_be_visible()


def test_a_session_that_ends_over_an_unsent_text_leaves_the_text_and_hides_the_patient(
    page: Page, site: Live, people: Halland, clock: Clock, troubles: Troubles
) -> None:
    troubles.expect("401")
    thread_id = written(site, people, clock)
    sign_in(page, site, "kommun")
    open_thread(page, site, thread_id)
    page.get_by_label("Svar", exact=True).fill("Halvskrivet")
    clock.forward(minutes=30)
    pass_time(page)
    expect(page.locator("#offline")).to_contain_text("Du har blivit utloggad. Det du skrev är inte skickat")
    expect(page.get_by_label("Svar", exact=True)).to_have_value("Halvskrivet")
    expect(page.locator("#thread")).to_be_hidden()
    asked = polls(page)
    pass_time(page, times=2)
    assert asked == []
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
