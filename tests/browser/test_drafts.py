"""What somebody types is kept by the server while they type, and goes with the message."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import pytest
from flask import Flask, Response, request, request_finished
from playwright.sync_api import Locator, Page, expect

from lcweb.domain.drafts import unpacked
from lcweb.models import Draft
from tests import factories
from tests.browser.halland import HOME_CARE, Halland
from tests.browser.polls import open_thread, pass_time, polled, watched, written
from tests.browser.screen import fill_in_message, sign_in
from tests.clock import Clock
from tests.live import Live, Troubles
from tests.rows import rows

pytestmark = pytest.mark.browser

NOTHING_KEPT = """async () => ({
  local: localStorage.length, session: sessionStorage.length,
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
})"""


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return watched(new_page())


@pytest.fixture
def thread_id(site: Live, people: Halland, clock: Clock) -> int:
    return written(site, people, clock)


def box(page: Page) -> Locator:
    return page.get_by_label("Svar", exact=True)


def status(page: Page) -> Locator:
    return page.locator("#draft-status")


def type_more(page: Page, text: str) -> None:
    """At the end of the box, which keeps the focus."""
    box(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def saves(page: Page) -> list[str]:
    """Grows with each one from now on."""
    seen: list[str] = []
    page.on("request", lambda asked: seen.append(asked.post_data or "") if "/utkast" in asked.url else None)
    return seen


@contextmanager
def saved(site: Live) -> Iterator[None]:
    """What happens within leads to a save; its page may be gone before the answer."""
    done = Event()

    def note(_app: Flask, response: Response) -> None:
        if request.path.endswith("/utkast") and response.status_code == 200:
            done.set()

    with request_finished.connected_to(note, site.app):
        yield
        assert done.wait(5)


def stored(site: Live) -> str:
    with site.context():
        return unpacked(rows(Draft)[0].fields).fields["body"]


# When it is saved -----------------------------------------------------------------------------------------------------


def test_ten_seconds_after_a_change_and_not_again_until_the_next(page: Page, site: Live, thread_id: int) -> None:
    sign_in(page, site, "kommun")
    open_thread(page, site, thread_id)
    expect(status(page)).to_have_text("Utkastet sparas automatiskt.")
    asked = saves(page)
    pass_time(page, seconds=4, times=3)
    type_more(page, "Vi kommer")
    pass_time(page, seconds=9)
    type_more(page, " på måndag")
    assert asked == []
    pass_time(page, seconds=1)
    expect(status(page)).to_have_text("Utkastet sparades 10.00.")
    polled(page, "/poll/arenden/")
    polled(page, "/poll/arenden/")
    assert (len(asked), stored(site)) == (1, "Vi kommer på måndag")


def leave_the_field(page: Page) -> None:
    page.get_by_role("link", name="Till inkorgen").focus()


def hide_the_tab(page: Page) -> None:
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


def leave_the_page(page: Page) -> None:
    page.goto(page.url.partition("/arenden")[0] + "/hjalp")


@pytest.mark.parametrize("leave", [leave_the_field, hide_the_tab, leave_the_page])
def test_at_once_when_the_field_the_tab_or_the_page_is_left(
    page: Page, site: Live, thread_id: int, leave: Callable[[Page], None]
) -> None:
    sign_in(page, site, "kommun")
    open_thread(page, site, thread_id)
    type_more(page, "Vi kommer på måndag 🌍 å\n\n  Rad")
    with saved(site):
        leave(page)
    assert stored(site) == "Vi kommer på måndag 🌍 å\n\n  Rad"
    open_thread(page, site, thread_id)
    expect(box(page)).to_have_value("Vi kommer på måndag 🌍 å\n\n  Rad")
    expect(page.locator("#own-draft")).to_contain_text("Utkast från i dag 10.00")


def test_nothing_is_kept_in_the_browser(page: Page, site: Live, thread_id: int) -> None:
    sign_in(page, site, "kommun")
    open_thread(page, site, thread_id)
    type_more(page, "Vi kommer")
    leave_the_field(page)
    expect(status(page)).to_have_text("Utkastet sparades 10.00.")
    assert page.evaluate(NOTHING_KEPT) == {"local": 0, "session": 0, "databases": 0, "caches": 0}


def test_a_server_out_of_reach_is_said_and_tried_again(
    page: Page, site: Live, thread_id: int, troubles: Troubles
) -> None:
    troubles.expect("ERR_INTERNET_DISCONNECTED")
    troubles.expect("Failed to fetch")
    sign_in(page, site, "kommun")
    open_thread(page, site, thread_id)
    page.context.set_offline(True)
    type_more(page, "Vi kommer")
    leave_the_field(page)
    expect(status(page)).to_contain_text("Utkastet är inte sparat: servern går inte att nå.")
    page.context.set_offline(False)
    pass_time(page, seconds=10)
    expect(status(page)).to_have_text("Utkastet sparades 10.00.")
    assert stored(site) == "Vi kommer"


def test_what_is_sent_or_thrown_away_does_not_come_back(page: Page, site: Live, thread_id: int) -> None:
    sign_in(page, site, "kommun")
    for button in ("Släng utkastet", "Skicka svar"):
        open_thread(page, site, thread_id)
        type_more(page, "Vi kommer")
        with saved(site):
            leave_the_page(page)
        open_thread(page, site, thread_id)
        type_more(page, " på måndag")
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator("main [role=status].ds-alert")).to_be_visible()
        page.wait_for_load_state("networkidle")
        with site.context():
            assert rows(Draft) == []


# Whom it is shown to --------------------------------------------------------------------------------------------------


def test_a_colleague_with_the_thread_open_sees_that_an_answer_is_begun(
    page: Page, new_page: Callable[..., Page], site: Live, people: Halland, thread_id: int
) -> None:
    with site.context():
        factories.colleague(people.home_nurse, "Bo Ek", username="bo")
    other = watched(new_page())
    sign_in(other, site, "bo")
    open_thread(other, site, thread_id)
    sign_in(page, site, "kommun")
    open_thread(page, site, thread_id)
    type_more(page, "Vi kommer på måndag")
    leave_the_field(page)
    expect(status(page)).to_contain_text("sparades")
    polled(other, "/poll/arenden/")
    expect(other.locator("#begun")).to_have_text("Karin B. påbörjade ett svar 10.00")
    expect(box(other)).to_have_value("")


def test_a_letter_is_found_again_from_the_inbox(page: Page, site: Live, people: Halland) -> None:
    sign_in(page, site, "vardcentral")
    page.goto(f"{site.url}/arenden/ny")
    fill_in_message(page)
    unit = page.get_by_label("Mottagande enhet")
    unit.select_option(str(people.home_nurse.unit_id))
    expect(page.locator("#acute-phone")).to_be_visible()
    typed = {name: page.locator(f"#{name}").input_value() for name in ("patient_id", "patient_name", "subject", "body")}
    with saved(site):
        page.goto(f"{site.url}/inkorg")
    page.reload()
    page.get_by_role("link", name="Du har ett påbörjat meddelande").click()
    expect(page.locator("#own-drafts")).to_contain_text(f"till {HOME_CARE}")
    expect(page.locator("#body")).to_have_value("")
    page.get_by_role("link", name="Fortsätt").click()
    expect(page.locator("#own-draft")).to_be_visible()
    assert {name: page.locator(f"#{name}").input_value() for name in typed} == typed
    expect(unit).to_have_value(str(people.home_nurse.unit_id))
    expect(page.get_by_label("Svar önskas")).to_be_checked()
    expect(page.get_by_label("Ärendet är inte akut")).not_to_be_checked()
