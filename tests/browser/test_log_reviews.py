"""A review of the log in a real browser: drawn, judged, ended; and a patient's extract on paper."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.browser import looks
from tests.browser.scene import Scene
from tests.browser.screen import sign_in

pytestmark = pytest.mark.browser


def begun(page: Page, halmstad: Scene, *, rows: str = "3") -> None:
    """By the page's own choices: a sample of the whole organization's last thirty days."""
    sign_in(page, halmstad.site, "loggranskare")
    page.get_by_role("link", name="Logg", exact=True).click()
    page.get_by_role("link", name="Loggkontroll").click()
    page.get_by_label("Antal rader").fill(rows)
    page.get_by_role("button", name="Påbörja kontrollen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Loggkontroll av Region Halland")


def row(page: Page, number: int) -> Locator:
    return page.locator(".judged > li").nth(number - 1)


def save(page: Page) -> None:
    page.get_by_role("button", name="Spara bedömningarna").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reviewer_draws_a_sample_and_judges_its_rows_to_the_end(
    new_page: Callable[..., Page], halmstad: Scene, javascript: bool
) -> None:
    page = new_page(java_script_enabled=javascript)
    begun(page, halmstad)
    expect(page.locator(".judged > li")).to_have_count(3)
    row(page, 1).get_by_label("I sin ordning").check()
    row(page, 2).get_by_label("I sin ordning").check()
    save(page)
    expect(page.get_by_role("status").first).to_have_text("2 bedömningar är sparade. En rad är kvar att bedöma.")
    row(page, 3).get_by_label("Ska följas upp").check()
    row(page, 3).get_by_label("Kommentar").fill("Frågar enhetschefen om hon vikarierade den dagen.")
    save(page)
    expect(page.get_by_text("Alla rader är bedömda, och kontrollen är avslutad.")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Avslutad")
    expect(row(page, 3)).to_contain_text("Birgitta A")
    page.get_by_role("link", name="Loggkontroll").click()
    expect(page.locator("#reviews tbody tr").first).to_contain_text("I sin ordning: 2")
    assert page.url == f"{halmstad.site.url}/logg/granskning"


def test_what_is_missing_is_said_at_its_row_and_what_was_chosen_stays(
    page: Page, halmstad: Scene, troubles: object
) -> None:
    troubles.expect("400")
    begun(page, halmstad)
    row(page, 1).get_by_label("I sin ordning").check()
    row(page, 2).get_by_label("Obehörig").check()
    save(page)
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_role("link", name="Skriv varför åtkomsten är obehörig").click()
    expect(row(page, 2).get_by_label("Kommentar")).to_be_focused()
    expect(row(page, 1).get_by_label("I sin ordning")).to_be_checked()
    expect(row(page, 2).get_by_label("Obehörig")).to_be_checked()
    assert looks.faults(page) == []


@pytest.fixture
def paper(page: Page, halmstad: Scene) -> Page:
    """A patient's extract, on screen."""
    sign_in(page, halmstad.site, "loggranskare")
    page.goto(f"{halmstad.site.url}/logg/utdrag")
    page.get_by_label("Patientens personnummer").fill("20000101-2384")
    page.get_by_role("button", name="Visa utdraget").click()
    expect(page.locator("#extract")).to_be_visible()
    return page


def test_the_extract_is_sound_and_no_address_tells_of_the_patient(paper: Page, halmstad: Scene) -> None:
    assert paper.url == f"{halmstad.site.url}/logg/utdrag"
    assert looks.faults(paper) == []
    expect(paper.get_by_role("button", name="Skriv ut")).to_be_visible()


def test_on_paper_stand_patient_units_and_acts_and_nobody_s_name(paper: Page) -> None:
    pdf = paper.pdf(prefer_css_page_size=True)
    sheets = [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in PdfReader(io.BytesIO(pdf)).pages]
    for number, sheet in enumerate(sheets, start=1):
        assert sheet.count("20000101-2384") == 1, sheet[:200]
        assert f"Sida {number} av {len(sheets)}" in sheet
    text = " ".join(sheets)
    assert "Skickade ett meddelande om dig till en annan enhet" in text
    for absent in ("Anna Lind", "Karin Berg", "Hemsjukvård Norr", "Sök i loggen", "Skriv ut", "Hämta", "Logga ut"):
        assert absent not in text
