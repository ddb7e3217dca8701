"""What a poll brings into an open page is opened by a person's deliberate act, never by the poll."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from lcweb.models import AccessLogRow, Opening, ThreadParty
from lcweb.services import threads
from tests.browser.halland import Halland
from tests.browser.polls import answered, open_thread, polled, watched, written
from tests.browser.screen import expect_unopened, sign_in
from tests.clock import Clock
from tests.factories import RULES, colleague, submission_id, version_of
from tests.live import Live, Troubles
from tests.rows import row, rows

pytestmark = pytest.mark.browser


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return watched(new_page())


@pytest.fixture
def thread_id(page: Page, site: Live, people: Halland, clock: Clock) -> int:
    """Open on the sender's screen, who has done nothing with it since."""
    thread_id = written(site, people, clock)
    sign_in(page, site, "vardcentral")
    open_thread(page, site, thread_id)
    return thread_id


def is_opened(site: Live) -> bool:
    with site.context():
        return bool(rows(Opening))


def press_a_key(page: Page) -> None:
    page.keyboard.press("Shift")


def click_somewhere(page: Page) -> None:
    page.locator(".message").last.click()


def turn_the_wheel(page: Page) -> None:
    page.mouse.wheel(0, 1)


@pytest.mark.parametrize("act", [press_a_key, click_somewhere, turn_the_wheel])
def test_an_act_with_the_message_in_sight_opens_it(
    page: Page, site: Live, people: Halland, clock: Clock, thread_id: int, act: Callable[[Page], None]
) -> None:
    page.mouse.move(300, 300)
    answered(site, people, clock, thread_id)
    polled(page, "/poll/arenden/")
    expect(page.locator(".message")).to_have_count(2)
    expect_unopened(page, 1)
    clock.forward(minutes=2)
    with page.expect_response("**/oppnat") as got:
        act(page)
    assert got.value.status == 204
    expect(page.locator(".delivery").last).to_contain_text("Öppnat i dag 10.02")
    expect_unopened(page, 0)
    with site.context():
        assert row(Opening).user_id == people.nurse.user_id
        assert row(ThreadParty, unit_id=people.nurse.unit_id).unopened == 0
        assert [log.action for log in rows(AccessLogRow, user_id=people.nurse.user_id)][-3:] == [
            "shown_by_poll", "open", "shown_by_poll"
        ]  # fmt: skip


def test_a_page_that_nobody_touches_opens_nothing(
    page: Page, site: Live, people: Halland, clock: Clock, thread_id: int
) -> None:
    answered(site, people, clock, thread_id)
    for _ in range(3):
        polled(page, "/poll/arenden/")
    expect(page.locator(".message")).to_have_count(2)
    assert not is_opened(site)


def test_what_is_not_in_sight_is_not_opened(
    page: Page, site: Live, people: Halland, clock: Clock, thread_id: int
) -> None:
    answered(site, people, clock, thread_id, body="Rad för rad.\n" * 200)
    polled(page, "/poll/arenden/")
    expect(page.locator(".message")).to_have_count(2)
    answered(site, people, clock, thread_id, body="Sist av allt.")
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    polled(page, "/poll/arenden/")
    page.evaluate("() => scrollTo(0, 0)")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or "") if "/oppnat" in request.url else None)
    with page.expect_response("**/oppnat"):
        press_a_key(page)
    expect(page.locator("[data-unopened]")).to_have_count(1)
    press_a_key(page)
    assert [body.rpartition("=")[2] for body in asked] == ["2"]


def test_what_was_there_when_the_page_was_opened_needs_no_act(page: Page, site: Live, thread_id: int) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/oppnat" in request.url else None)
    press_a_key(page)
    polled(page, "/poll/arenden/")
    assert asked == []


def test_an_answer_begun_before_the_message_came_is_sent_once_it_has_been_seen(
    page: Page, site: Live, people: Halland, clock: Clock, thread_id: int
) -> None:
    page.get_by_label("Svar", exact=True).fill("Tack, då vet vi.")
    answered(site, people, clock, thread_id)
    polled(page, "/poll/arenden/")
    with page.expect_response("**/oppnat"):
        click_somewhere(page)
    expect_unopened(page, 0)
    page.get_by_role("button", name="Skicka svar").click()
    expect(page.get_by_text("Svaret är skickat till")).to_be_visible()


def test_an_answer_begun_before_a_colleague_s_is_refused_though_that_one_is_on_screen(
    page: Page, site: Live, people: Halland, clock: Clock, thread_id: int, troubles: Troubles
) -> None:
    troubles.expect("409")
    page.get_by_label("Svar", exact=True).fill("En sak till.")
    with site.context():
        bo = colleague(people.nurse, "Bo Ek")
        threads.reply(
            bo, thread_id, "Jag skrev först.", expects_reply=False, close=False, version=version_of(thread_id),
            submission_id=submission_id(), now=clock.now, rules=RULES,
        )  # fmt: skip
    polled(page, "/poll/arenden/")
    expect(page.locator(".message")).to_have_count(2)
    click_somewhere(page)
    page.get_by_role("button", name="Skicka svar").click()
    expect(page.get_by_text("Ditt svar är inte skickat.")).to_be_visible()
    expect(page.get_by_label("Svar", exact=True)).to_have_value("En sak till.")
