"""The end of a session: said beforehand, put off by the person alone, and nothing of it is there for the next one."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page, expect

from lcweb.db import db
from lcweb.domain.permissions import operator
from lcweb.models import Draft, UserSession
from lcweb.services import sessions
from tests.browser.halland import CLINIC, Halland
from tests.browser.polls import open_thread, pass_time, watched, written
from tests.browser.scene import Scene
from tests.browser.screen import sign_in, without_reload
from tests.clock import Clock
from tests.factories import PASSWORD
from tests.live import CHROMIUM_ARGS, Live, Troubles
from tests.rows import row, rows

pytestmark = pytest.mark.browser

IDLE = "Du loggas snart ut, eftersom du inte har gjort något på en stund."
TOO_OLD = "Du loggas snart ut, eftersom det är länge sedan du loggade in."
#: How often the warning was put into the page: a screen reader says it each time.
COUNTED = """() => {
  window.said = 0;
  new MutationObserver((seen) => { window.said += seen.filter((one) => one.addedNodes.length).length })
    .observe(document.getElementById("session"), { childList: true });
}"""

#: What the page has been told it has then dealt with. Its timers are the test's, so they are no way to wait.
CAUGHT_UP = """async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise((go) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = go;
    channel.port2.postMessage(null);
  });
}"""


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return watched(new_page())


def warning(page: Page) -> Locator:
    return page.locator("#session .ds-alert")


def later(page: Page, clock: Clock, **span: float) -> None:
    """At the server, and then in all pages of the browser. Afterwards none of them waits for news: what is asked in one
    jump would else be too late in the next."""
    before = clock.now
    clock.forward(**span)
    pass_time(page, seconds=int((clock.now - before).total_seconds()))
    for tab in page.context.pages:
        expect(tab.locator(".htmx-request")).to_have_count(0)


@contextmanager
def one_poll(page: Page) -> Iterator[None]:
    """Until the page knows what is left: from then on it counts to its next look, and not from the answer on."""
    with page.expect_response("**/poll/session") as got:
        yield
    got.value.finished()
    page.evaluate(CAUGHT_UP)


# The warning ----------------------------------------------------------------------------------------------------------


def test_an_idle_end_is_said_once_two_minutes_before_and_one_press_puts_it_off(
    page: Page, site: Live, people: Halland, clock: Clock
) -> None:
    thread_id = written(site, people, clock)
    sign_in(page, site, "kommun")
    open_thread(page, site, thread_id)
    page.evaluate(COUNTED)
    page.get_by_label("Svar", exact=True).focus()
    later(page, clock, minutes=27, seconds=59)
    expect(warning(page)).to_have_count(0)
    with without_reload(page):
        with one_poll(page):
            later(page, clock, seconds=1)
        expect(warning(page)).to_contain_text(IDLE)
        expect(page.get_by_label("Svar", exact=True)).to_be_focused()
        for _ in range(3):
            with one_poll(page):
                later(page, clock, seconds=15)
        assert page.evaluate("() => window.said") == 1
        posts: list[str] = []
        page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
        page.get_by_role("button", name="Fortsätt arbeta").click()
        expect(warning(page)).to_have_count(0)
        expect(page.get_by_label("Svar", exact=True)).to_be_focused()
    assert posts == [f"{site.url}/session/fortsatt"]
    with site.context():
        assert row(UserSession).active_at == clock.now
    later(page, clock, minutes=20)
    expect(page.get_by_role("heading", level=1)).to_have_text("Såromläggning")


def test_what_another_tab_does_puts_it_off_here_too(page: Page, site: Live, people: Halland, clock: Clock) -> None:
    """By any page, and by the button: the warning then goes away by itself."""
    sign_in(page, site, "kommun")
    clock.forward(minutes=20)
    other = page.context.new_page()
    other.goto(f"{site.url}/hjalp")
    clock.forward(minutes=8)
    with one_poll(page):
        pass_time(page, seconds=28 * 60)
    expect(page.locator("#session")).to_be_empty()
    later(page, clock, minutes=20)
    for tab in (page, other):
        expect(warning(tab)).to_contain_text(IDLE)
    other.get_by_role("button", name="Fortsätt arbeta").click()
    for tab in (other, page):
        expect(warning(tab)).to_have_count(0)


def test_the_day_s_end_cannot_be_put_off_and_drafts_are_saved_before_it(
    page: Page, site: Live, people: Halland, clock: Clock, troubles: Troubles
) -> None:
    troubles.expect("401")
    thread_id = written(site, people, clock)
    sign_in(page, site, "kommun")
    with site.context(), db.engine.begin() as connection:
        connection.execute(db.update(UserSession).values(ends_at=clock.now.replace(minute=20)))
    open_thread(page, site, thread_id)
    later(page, clock, minutes=17, seconds=55)
    page.get_by_label("Svar", exact=True).fill("Vi kommer på måndag.")
    later(page, clock, seconds=5)
    expect(warning(page)).to_contain_text(TOO_OLD)
    expect(warning(page).get_by_role("button")).to_have_count(0)
    expect(page.locator("#draft-status")).to_contain_text("Utkastet sparades 10.18")
    with site.context():
        assert json.loads(row(Draft).fields)["fields"] == {"body": "Vi kommer på måndag."}
    later(page, clock, minutes=2, seconds=1)
    expect(page.locator("#offline")).to_contain_text("Det du skrev är inte skickat")
    expect(page.locator("#session")).to_be_empty()
    page.reload()
    expect(page.get_by_text("eftersom det var länge sedan du loggade in")).to_be_visible()


def test_a_page_that_asks_for_no_news_learns_of_the_end_as_well(
    page: Page, halmstad: Scene, clock: Clock, troubles: Troubles
) -> None:
    """An administrator's has no inbox."""
    troubles.expect("401")
    sign_in(page, halmstad.site, "admin")
    page.goto(f"{halmstad.site.url}/admin/anvandare")
    later(page, clock, minutes=28)
    expect(warning(page)).to_contain_text(IDLE)
    later(page, clock, minutes=2, seconds=1)
    page.wait_for_url("**/logga-in")
    expect(page.get_by_text("eftersom ingen använde sidan på en stund")).to_be_visible()


# Leaving --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def keeping(chromium: Chromium, troubles: Troubles) -> Iterator[Page]:
    """A browser that keeps the pages one has left, no-store or not, as people's browsers more and more do."""
    with ExitStack() as stack:
        browser = chromium.browser_type.launch(
            executable_path=shutil.which("chromium"),
            args=[*CHROMIUM_ARGS, "--enable-features=CacheControlNoStoreEnterBackForwardCache:level/restore-always"],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        stack.callback(browser.close)
        page = browser.new_page(locale="sv-SE")
        troubles.watch(page)
        yield page
    assert troubles.unexpected == []


PATIENT = "Testsson"


@pytest.mark.parametrize("button", ["Logga ut", "Byt person"])
def test_back_after_leaving_shows_nothing_of_the_former_person(
    keeping: Page, site: Live, people: Halland, clock: Clock, button: str
) -> None:
    thread_id = written(site, people, clock)
    sign_in(keeping, site, "kommun")
    open_thread(keeping, site, thread_id)
    expect(keeping.get_by_text(PATIENT).first).to_be_visible()
    keeping.get_by_role("button", name=button).click()
    expect(keeping.get_by_text("Du är utloggad")).to_be_visible()
    keeping.go_back(wait_until="commit")
    expect_nothing_of_her(keeping)


def test_a_kept_page_is_fetched_anew_also_when_no_cookie_has_changed(
    keeping: Page, site: Live, people: Halland, clock: Clock, troubles: Troubles
) -> None:
    """An administrator ends the session while another page is shown; going back brings the kept one to light."""
    troubles.expect("401")
    thread_id = written(site, people, clock)
    sign_in(keeping, site, "kommun")
    open_thread(keeping, site, thread_id)
    keeping.goto(f"{site.url}/tillganglighet")
    keeping.go_back(wait_until="commit")
    keeping.wait_for_function("() => performance.getEntriesByType('navigation')[0].type === 'reload'")
    expect(keeping.get_by_text(PATIENT).first).to_be_visible()
    keeping.goto(f"{site.url}/tillganglighet")
    with site.context():
        sessions.end_all(operator(), people.home_nurse.user_id, but="", now=clock.now)
    keeping.go_back(wait_until="commit")
    expect_nothing_of_her(keeping)


def expect_nothing_of_her(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    expect(page.get_by_label("Användarnamn")).to_be_visible()
    assert PATIENT not in page.content()
    assert "Karin" not in page.content()


def test_the_other_tabs_learn_of_it_at_once(
    page: Page, site: Live, people: Halland, clock: Clock, troubles: Troubles
) -> None:
    troubles.expect("401")
    thread_id = written(site, people, clock)
    sign_in(page, site, "kommun")
    reading, writing = page.context.new_page(), page.context.new_page()
    for tab in (reading, writing):
        open_thread(tab, site, thread_id)
    writing.get_by_label("Svar", exact=True).fill("Halvskrivet")
    page.bring_to_front()
    page.get_by_role("button", name="Logga ut").click()
    reading.wait_for_url("**/logga-in")
    expect(writing.locator("#offline")).to_contain_text("Du har blivit utloggad. Det du skrev är inte skickat")
    expect(writing.locator("#thread")).to_be_hidden()


def test_at_a_shared_screen_the_next_person_lands_in_the_same_unit(page: Page, halmstad: Scene) -> None:
    site = halmstad.site
    sign_in(page, site, "vardcentral")
    page.get_by_role("button", name="Byt person").click()
    expect(page.get_by_text(f"Du loggar in för {CLINIC}.")).to_be_visible()
    page.get_by_label("Användarnamn").fill("tva")
    page.get_by_label("Lösenord").fill(PASSWORD)
    page.get_by_role("button", name="Logga in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")
    expect(page.locator(".who")).to_contain_text(f"{CLINIC} (Byt enhet)")
    with site.context():
        assert len(rows(UserSession)) == 2
