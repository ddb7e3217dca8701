"""Open pages that ask for news: what a poll brings, and what it leaves alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lcweb.services import threads
from tests.browser import halland
from tests.browser.halland import HOME_CARE, Halland
from tests.browser.polls import SELDOM, answered, open_thread, polled, watched, written
from tests.browser.screen import expect_unopened, sign_in, without_reload
from tests.clock import Clock
from tests.live import Live

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live: Callable[..., Live]) -> Live:
    """Nothing is polled but when the test lets the time pass."""
    return live(poll_seconds=SELDOM)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return watched(new_page())


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
    assert polled(page).status == 204
    expect(page.locator("#updated")).to_have_text("10.10")


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
