"""Round after round of everything that can go wrong, and not one character lost."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.furnished import Furnished
from tests.browser.halland import Halland
from tests.browser.polls import answered, open_thread, pass_time, polled, watched, written
from tests.browser.screen import sign_in
from tests.clock import Clock
from tests.databases import make_settings, opened, sqlite_url
from tests.live import Live, Troubles, served

pytestmark = pytest.mark.browser

KEPT_IN_THE_BROWSER = """async () => [
  localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length,
]"""


class Server:
    """It can go away and come back as another process would: a new app over the same database, at the same port."""

    def __init__(self, stack: ExitStack, database: Path, folder: Path) -> None:
        shutil.copy(database, folder / "lcweb.db")
        self.settings = make_settings(sqlite_url(folder / "lcweb.db"), folder)
        self.stack = stack
        self.site = self._start()

    def restart(self) -> None:
        port = int(self.site.url.rpartition(":")[2])
        self.stack.close()
        self.site = self._start(port)

    def _start(self, port: int = 0) -> Live:
        app = self.stack.enter_context(opened(self.settings))
        return self.stack.enter_context(served(app, self.settings, port=port))


@pytest.fixture
def server(tmp_path: Path, clock: Clock, empty_halland: Furnished[Halland]) -> Iterator[Server]:
    with ExitStack() as stack:
        yield Server(stack, empty_halland.database, tmp_path)


def box(page: Page) -> Locator:
    return page.get_by_label("Svar", exact=True)


def type_more(page: Page, text: str) -> None:
    box(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


def saved(page: Page) -> None:
    """What stands there now, by the page itself, ten seconds after the change; not what it was saving before."""
    text = box(page).input_value()
    with page.expect_response(lambda response: sent(response.request) == text) as got:
        pass_time(page, seconds=10)
    assert got.value.ok


def sent(request: Request) -> str | None:
    """The text of a draft on its way; None when it is something else."""
    if not request.url.endswith("/utkast"):
        return None
    return parse_qs(request.post_data or "").get("body", [""])[0].replace("\r\n", "\n")


@pytest.mark.prove
def test_no_character_is_lost(
    new_page: Callable[..., Page], server: Server, clock: Clock, troubles: Troubles, empty_halland: Furnished[Halland],
    scale: Callable[[int, int], int],
) -> None:  # fmt: skip
    """Poll, restart, foreign token and session's end, one after the other, while an answer is being written."""
    for expected in ("401", "400"):
        troubles.expect(expected)
    page, people = watched(new_page()), empty_halland.made
    thread_id = written(server.site, people, clock, body="Rad för rad.\n" * 5)
    sign_in(page, server.site, "kommun")
    open_thread(page, server.site, thread_id)
    text = ""
    for number in range(scale(4, 20)):
        for happens in (poll_brings_news, server_restarts, token_is_foreign, session_ends):
            more = f"{number} {happens.__name__}: «åäö 🌍»\n\n  indraget\t"
            type_more(page, more)
            text += more
            happens(page, server, clock, people, thread_id)
            expect(box(page)).to_have_value(text)
    assert page.evaluate(KEPT_IN_THE_BROWSER) == [0, 0, 0, 0]


def poll_brings_news(page: Page, server: Server, clock: Clock, people: Halland, thread_id: int) -> None:
    messages = page.locator(".message")
    before = messages.count()
    with server.site.context():
        write_again(server.site, people, clock, thread_id)
    polled(page, "/poll/arenden/")
    expect(messages).to_have_count(before + 1)


def server_restarts(page: Page, server: Server, clock: Clock, people: Halland, thread_id: int) -> None:
    saved(page)
    server.restart()
    page.reload()


def token_is_foreign(page: Page, server: Server, clock: Clock, people: Halland, thread_id: int) -> None:
    """The page says that nothing was saved; the button brings the text back with a token that is good."""
    page.evaluate("() => document.querySelectorAll('[name=csrf_token]').forEach((field) => { field.value = 'fel' })")
    page.get_by_role("button", name="Skicka svar", exact=True).focus()
    expect(page.locator("#draft-status")).to_contain_text("öppnats i en annan inloggning")
    with page.expect_response(lambda response: response.url.endswith("/utkast")) as got:
        page.keyboard.press("Enter")
        expect(page.locator("#error-summary")).to_be_visible()
    assert got.value.ok  # the page that came back has saved it at once


def session_ends(page: Page, server: Server, clock: Clock, people: Halland, thread_id: int) -> None:
    saved(page)
    clock.forward(minutes=31)
    pass_time(page)
    expect(
        page.locator("#offline, h1").filter(has_text="utloggad").or_(page.get_by_label("Lösenord")).first
    ).to_be_visible()
    sign_in(page, server.site, "kommun")
    open_thread(page, server.site, thread_id)


def write_again(site: Live, people: Halland, clock: Clock, thread_id: int) -> None:
    answered(site, people, clock, thread_id)
