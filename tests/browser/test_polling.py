"""Open pages that ask for news: what they bring, what they leave alone, and when they stop asking.

The page's clock is ours too, so that fifteen seconds pass when the test says so.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from lcweb.services import threads
from tests import factories
from tests.browser import halland
from tests.browser.halland import HOME_CARE, Halland
from tests.browser.screen import expect_unopened, sign_in, without_reload
from tests.clock import Clock
from tests.live import Live, Troubles

pytestmark = pytest.mark.browser

POLL_SECONDS = 15  # the default of LCWEB_POLL_SECONDS
#: A sign-in page inside a fragment is a console error, and a console error fails the test.
NO_PAGE_IN_A_PAGE = """
new MutationObserver(() => {
  if (document.querySelectorAll("h1").length > 1 || document.querySelector(
    "#inbox [type=password], #thread [type=password], #menu-inbox [type=password], main main"
  )) console.error("a page within the page");
}).observe(document, { subtree: true, childList: true });
"""


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    page = new_page()
    page.add_init_script(NO_PAGE_IN_A_PAGE)
    page.clock.install(time="2026-11-17T10:00:00+01:00")
    return page


def pass_time(page: Page, *, seconds: int = POLL_SECONDS, times: int = 1) -> None:
    """The page's clock jumps ahead, and the page asks for news after each jump."""
    for _ in range(times):
        page.clock.fast_forward(seconds * 1000)


def polled(page: Page, path: str = "/poll/", *, seconds: int = POLL_SECONDS) -> Response:
    """What the next poll gets. Afterwards no answer is under way."""
    with page.expect_response(lambda response: path in response.url) as got:
        pass_time(page, seconds=seconds)
    expect(page.locator(".htmx-request")).to_have_count(0)
    return got.value


def polls(page: Page) -> list[str]:
    """Grows with each one from now on."""
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if "/poll/" in request.url else None)
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


# What a poll brings ---------------------------------------------------------------------------------------------------


def test_an_unchanged_inbox_costs_an_empty_answer(page: Page, site: Live, people: Halland) -> None:
    sign_in(page, site, "kommun")
    for _ in range(3):
        answer = polled(page)
        assert answer.status == 204
        assert "set-cookie" not in answer.headers


def test_after_a_change_the_inbox_is_unchanged_again(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    sign_in(page, site, "kommun")
    written(site, people, clock)
    with without_reload(page):
        assert polled(page).status == 200
        expect(page.get_by_role("link", name="Såromläggning")).to_be_visible()
        expect(page.get_by_role("link", name="Att besvara (1)")).to_be_visible()
        expect_unopened(page, 1)
        assert polled(page).status == 204


@pytest.mark.parametrize("path", ["/poll/meny", "/poll/arenden/"])
def test_a_thread_page_polls_its_thread_and_the_menu(
    page: Page, site: Live, people: Halland, clock: Clock, path: str
) -> None:
    thread_id = written(site, people, clock)
    sign_in(page, site, "vardcentral")
    open_thread(page, site, thread_id)
    assert polled(page, path).status == 204
    answered(site, people, clock, thread_id)
    assert polled(page, path).status == 200
    expect(page.locator(".message")).to_have_count(2)
    expect_unopened(page, 1)
    assert polled(page, path).status == 204


def test_updated_says_when_the_server_last_answered(page: Page, site: Live, people: Halland) -> None:
    sign_in(page, site, "kommun")
    expect(page.locator("#updated")).to_have_text("10.00")
    assert polled(page, seconds=300).status == 204
    expect(page.locator("#updated")).to_have_text("10.05")


# What the clock alone changes -----------------------------------------------------------------------------------------


def test_a_passed_deadline_reaches_the_open_inbox(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    written(site, people, clock)
    clock.set("Fri 2026-11-20 16:20")
    sign_in(page, site, "kommun")
    expect(page.locator("#inbox .ds-tag").first).to_have_text("Svara i dag")
    clock.set("Fri 2026-11-20 16:30")
    assert polled(page).status == 200
    expect(page.locator("#inbox .ds-tag").first).to_have_text("Försenat")
    assert polled(page).status == 204


def test_a_passed_deadline_tells_the_waiting_sender_where_to_ring(
    page: Page, site: Live, people: Halland, clock: Clock
) -> None:
    thread_id = written(site, people, clock)
    clock.set("Fri 2026-11-20 16:20")
    sign_in(page, site, "vardcentral")
    open_thread(page, site, thread_id)
    expect(page.locator("#thread .facts")).to_contain_text("Väntar på svar")
    clock.set("Fri 2026-11-20 16:30")
    polled(page, "/poll/arenden/")
    expect(page.locator("#thread .facts")).to_contain_text("Försenat")
    expect(page.locator("#thread .phone")).to_have_text(f"Ring {HOME_CARE}: {halland.ACUTE_PHONE}")


def test_at_midnight_today_becomes_a_date(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    thread_id = written(site, people, clock)
    clock.set("Tue 2026-11-17 23:50")
    sign_in(page, site, "vardcentral")
    open_thread(page, site, thread_id)
    expect(page.locator(".delivery")).to_contain_text("Skickat i dag 10.00")
    clock.set("Wed 2026-11-18 00:00")
    polled(page, "/poll/arenden/")
    expect(page.locator(".delivery")).to_contain_text("Skickat tis 17 nov 10.00")


def test_the_reading_duty_follows_the_clock(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    sign_in(page, site, "kommun")
    expect(page.locator("#duty")).to_contain_text("en läsning återstår, räknas från 11.00")
    for _ in range(3):
        clock.forward(minutes=20)
        sign_of_life(page, site)
        polled(page, "/poll/inkorg")
    expect(page.locator("#duty")).not_to_contain_text("räknas från")
    expect(page.locator("#duty")).to_contain_text("en läsning återstår")


def sign_of_life(page: Page, site: Live) -> None:
    """A deliberate request from another tab, which is no reading."""
    page.request.get(f"{site.url}/hjalp")


# What a poll leaves alone ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["thread", "claim"])
def test_focus_stays_on_its_link_or_button(page: Page, site: Live, people: Halland, clock: Clock, kind: str) -> None:
    clock.set("Wed 2026-11-18 10:00")
    thread_id = written(site, people, clock, "Blodtryck")
    clock.set("Tue 2026-11-17 10:00")
    sign_in(page, site, "kommun")
    page.locator(f"#{kind}-{thread_id}").focus()
    page.evaluate("() => { window.focused = document.activeElement }")
    written(site, people, clock, "Såromläggning")
    polled(page)
    expect(page.locator("#inbox tbody a")).to_have_text(["Såromläggning", "Blodtryck"])
    expect(page.locator(f"#{kind}-{thread_id}")).to_be_focused()
    assert page.evaluate("() => document.activeElement === window.focused")


def test_focus_follows_a_row_that_moves(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    first = information(site, people, clock, "Blodtryck")
    clock.forward(minutes=1)
    information(site, people, clock, "Såromläggning")
    sign_in(page, site, "kommun")
    page.get_by_role("link", name="Avslutade").click()
    page.wait_for_load_state()
    expect(page.locator("#inbox tbody a")).to_have_text(["Såromläggning", "Blodtryck"])
    page.locator(f"#thread-{first}").focus()
    clock.forward(minutes=1)
    answered(site, people, clock, first)
    polled(page)
    expect(page.locator("#inbox tbody a")).to_have_text(["Blodtryck", "Såromläggning"])
    expect(page.locator(f"#thread-{first}")).to_be_focused()


def information(site: Live, people: Halland, clock: Clock, subject: str) -> int:
    """A thread that nobody has to do anything about: sent, opened and acknowledged."""
    thread_id = written(site, people, clock, subject, expects_reply=False)
    with site.context():
        threads.open_thread(people.home_nurse, thread_id, now=clock.now)
        threads.acknowledge(people.home_nurse, thread_id, now=clock.now)
    return thread_id


def test_a_new_message_leaves_the_half_written_reply_alone(
    page: Page, site: Live, people: Halland, clock: Clock
) -> None:
    thread_id = written(site, people, clock)
    sign_in(page, site, "vardcentral")
    open_thread(page, site, thread_id)
    box = page.get_by_label("Svar", exact=True)
    box.fill("Patienten har fått ett nytt förband.")
    box.evaluate("box => box.setSelectionRange(10, 14, 'backward')")
    answered(site, people, clock, thread_id)
    polled(page, "/poll/arenden/")
    expect(page.locator(".message")).to_have_count(2)
    expect(box).to_be_focused()
    expect(box).to_have_value("Patienten har fått ett nytt förband.")
    assert box.evaluate("b => [b.selectionStart, b.selectionEnd, b.selectionDirection]") == [10, 14, "backward"]


def test_the_box_that_is_written_in_does_not_move(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    thread_id = written(site, people, clock, body="Rad för rad.\n" * 60)
    sign_in(page, site, "vardcentral")
    open_thread(page, site, thread_id)
    box = page.get_by_label("Svar", exact=True)
    box.focus()
    top = box.bounding_box()["y"]
    answered(site, people, clock, thread_id)
    polled(page, "/poll/arenden/")
    expect(page.locator(".message")).to_have_count(2)
    assert box.bounding_box()["y"] == pytest.approx(top, abs=2)


def test_a_long_list_stays_where_it_was_scrolled_to(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    clock.set("Wed 2026-11-18 10:00")
    last = [written(site, people, clock, f"Ärende {n}") for n in range(30)][-1]
    clock.set("Tue 2026-11-17 10:00")
    sign_in(page, site, "kommun")
    row = page.locator(f"#row-{last}")
    row.scroll_into_view_if_needed()
    top = row.bounding_box()["y"]
    written(site, people, clock, "Såromläggning")
    polled(page)
    expect(page.locator("#inbox tbody tr")).to_have_count(31)
    assert row.bounding_box()["y"] == pytest.approx(top, abs=2)


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
    answer = polled(page, path)
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
