"""What is written about a patient leaves nothing in the browser: in no storage, cookie, title, address or Referer."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.halland import Halland
from tests.browser.polls import written
from tests.browser.screen import sign_in
from tests.clock import Clock
from tests.live import Live
from tests.test_planted_tokens import DRAFT_PATIENT, PATIENT, TOKENS, found, opened

pytestmark = pytest.mark.browser

STORED = """async () => {
  const databases = await indexedDB.databases();
  const caches_ = await Promise.all((await caches.keys()).map(async (name) => [
    name, (await (await caches.open(name)).keys()).map((request) => request.url)]));
  return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, databases, caches_, document.cookie,
    history.state, window.name, document.title, location.href]);
}"""


class Left:
    """What the browser has been told to keep or to pass on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.passed_on: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.passed_on += [unquote(request.url), unquote(request.headers.get("referer", ""))]

    def texts(self) -> Iterator[str]:
        """Of the page on screen, and of all requests so far."""
        yield self.page.evaluate(STORED)
        for cookie in self.page.context.cookies():
            name, value = cookie["name"], cookie["value"]
            yield f"{name} {unquote(value)} {opened(f'{name}={value}')}"
        yield from self.passed_on

    def check(self) -> None:
        assert {name for text in self.texts() for name in found(text)} == set(), self.page.url


@pytest.fixture
def thread_id(site: Live, people: Halland, clock: Clock) -> int:
    return written(
        site, people, clock, subject=TOKENS["subject"], body=TOKENS["body"], patient_id=PATIENT,
        patient_name=TOKENS["patient_name"],
    )  # fmt: skip


def test_a_day_s_work_leaves_nothing_about_a_patient_in_the_browser(page: Page, site: Live, thread_id: int) -> None:
    left = Left(page)
    sign_in(page, site, "kommun")
    for step in (read_and_reply, search, begin_a_letter, print_it):
        step(page, site, thread_id)
        left.check()
    page.goto(f"{site.url}/inkorg")
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("button", name="Logga in")).to_be_visible()
    left.check()
    page.evaluate("token => { sessionStorage.typed = token }", TOKENS["body"])
    with pytest.raises(AssertionError, match="body"):  # it would have been found
        left.check()


def read_and_reply(page: Page, site: Live, thread_id: int) -> None:
    """The reply's draft is kept by the server while it is written."""
    page.goto(f"{site.url}/arenden/{thread_id}")
    expect(page.get_by_text(TOKENS["body"])).to_be_visible()
    page.get_by_label("Svar", exact=True).fill(TOKENS["reply draft"])
    page.get_by_label("Svar", exact=True).blur()
    expect(page.locator("#draft-status")).to_contain_text("Utkastet sparades")


def search(page: Page, site: Live, _thread_id: int) -> None:
    page.goto(f"{site.url}/sok")
    page.get_by_label("Ord", exact=True).fill(TOKENS["body"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 ärende hittades")).to_be_visible()


def begin_a_letter(page: Page, site: Live, _thread_id: int) -> None:
    page.goto(f"{site.url}/arenden/ny")
    page.get_by_label("Patientens personnummer").fill(DRAFT_PATIENT)
    page.get_by_label("Patientens namn").fill(TOKENS["draft name"])
    page.get_by_label("Ämne").fill(TOKENS["draft subject"])
    page.get_by_label("Meddelande", exact=True).fill(TOKENS["letter draft"])
    page.get_by_role("button", name="Spara utkast").click()
    expect(page.get_by_text("Utkastet är sparat")).to_be_visible()


def print_it(page: Page, site: Live, thread_id: int) -> None:
    page.goto(f"{site.url}/arenden/{thread_id}/utskrift")
    expect(page.get_by_role("button", name="Skriv ut")).to_be_visible()
