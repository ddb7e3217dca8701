"""A thread on paper, in a real browser: what stands on every sheet."""

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from lcweb.services import threads
from tests import factories
from tests.at import at
from tests.browser.halland import CLINIC, HOME_CARE, Halland
from tests.browser.scene import answer
from tests.browser.screen import SUBJECT, sign_in
from tests.live import Live

pytestmark = pytest.mark.browser

NOW = at("Tue 2026-11-17 09:00")
LINES = "\n".join(f"Rad {number}: såret ser bra ut men behöver läggas om." for number in range(1, 101))
PATIENT = "20000101-2384 Tove Testsson"


@pytest.fixture
def thread_id(site: Live, people: Halland) -> int:
    """Long enough for several sheets: two messages of a hundred lines each."""
    with site.context():
        unit_id = people.home_nurse.require_unit()
        made = factories.thread(people.nurse, unit_id, now=NOW, subject=SUBJECT, body=LINES)
        answer(people.home_nurse, made, now=NOW, body=LINES.replace("Rad", "Svarsrad"))
        threads.note(
            people.home_nurse, made, "Nyckeln ligger hos grannen", submission_id=factories.submission_id(), now=NOW
        )
    return made


@pytest.fixture
def paper(page: Page, site: Live, thread_id: int) -> Page:
    """The print page, on screen at home care."""
    sign_in(page, site, "kommun")
    page.goto(f"{site.url}/arenden/{thread_id}")
    page.goto(f"{site.url}/arenden/{thread_id}/utskrift")
    return page


def sheets(page: Page) -> list[str]:
    """The words of each sheet, as a printer gets them; the size is the page's own."""
    pdf = page.pdf(prefer_css_page_size=True)
    return [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in PdfReader(io.BytesIO(pdf)).pages]


def test_patient_unit_and_number_stand_on_every_sheet(paper: Page) -> None:
    found = sheets(paper)
    count = len(found)
    assert count >= 4
    for number, sheet in enumerate(found, start=1):
        assert sheet.count(PATIENT) == 1, f"sheet {number}: {sheet[:200]}"
        assert f"{PATIENT} {HOME_CARE} Utskrivet 2026-11-17 10.00 av Karin B." in sheet
        assert f"Sida {number} av {count}" in sheet


def test_the_whole_thread_is_on_paper_and_nothing_of_the_screen_s_frame(paper: Page) -> None:
    text = " ".join(sheets(paper))
    assert SUBJECT in text and CLINIC in text
    for number in range(1, 101):
        assert text.count(f"Rad {number}:") == text.count(f"Svarsrad {number}:") == 1
    for frame in ("Mottagarlista", "Logga ut", "Skriv ut", "Akuta ärenden", "Hoppa", "Tillbaka", "går inte att nå"):
        assert frame not in text


def test_notes_come_along_only_when_asked_for(paper: Page) -> None:
    assert "grannen" not in " ".join(sheets(paper))
    paper.get_by_role("link", name="Visa med interna anteckningar (1)").click()
    expect(paper.get_by_text("Nyckeln ligger hos grannen")).to_be_visible()  # a page that is being left is blank
    text = " ".join(sheets(paper))
    assert "Nyckeln ligger hos grannen" in text
    assert f"Intern anteckning – bara för {HOME_CARE}" in text


def test_a_sheet_is_black_on_white_though_the_screen_is_dark(paper: Page) -> None:
    paper.emulate_media(color_scheme="dark", media="print")
    colours = "body => { const style = getComputedStyle(body); return [style.color, style.backgroundColor]; }"
    assert paper.locator("body").evaluate(colours) == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    used = """table => [...new Set([...table.querySelectorAll("*")].map((e) => getComputedStyle(e).color))]"""
    assert paper.locator("#thread").evaluate(used) == ["rgb(0, 0, 0)"]


def test_the_button_asks_the_browser_to_print(paper: Page) -> None:
    paper.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    paper.get_by_role("button", name="Skriv ut").click()
    assert paper.evaluate("() => window.printed") == 1


def test_without_javascript_the_page_says_how(new_page: object, site: Live, people: Halland, thread_id: int) -> None:
    page = new_page(java_script_enabled=False)
    sign_in(page, site, "vardcentral")
    page.goto(f"{site.url}/arenden/{thread_id}")
    page.goto(f"{site.url}/arenden/{thread_id}/utskrift")
    expect(page.get_by_text("Välj Skriv ut i webbläsarens meny.")).to_be_visible()
    expect(page.get_by_role("button", name="Skriv ut")).to_be_hidden()
