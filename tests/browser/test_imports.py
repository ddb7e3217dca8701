"""A file with faults is looked through while one waits, mended, saved and taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from lcweb.domain.imports import COLUMNS, ImportNoun
from lcweb.domain.permissions import Role
from lcweb.models import RecipientEntry
from lcweb.spreadsheets import as_xlsx
from tests.browser.halland import HOME_CARE, Halland
from tests.browser.screen import sign_in, without_reload
from tests.factories import user
from tests.importing import line
from tests.live import Live
from tests.rows import rows

pytestmark = pytest.mark.browser

HEADINGS = [column.heading for column in COLUMNS[ImportNoun.LISTS]]
COUNT = 1_100


@pytest.fixture
def admin_page(page: Page, site: Live, people: Halland) -> Page:
    with site.context():
        user("Siv Admin", role=Role.SYSTEM_ADMIN, username="admin")
    sign_in(page, site, "admin")
    page.goto(f"{site.url}/admin/import")
    return page


def book(folder: Path, name: str, *, faulty: bool) -> Path:
    """Eleven hundred rows; two of them are wrong, where the file is."""
    lines = [line(ImportNoun.LISTS, område=f"Område {place}", enhet=HOME_CARE) for place in range(COUNT)]
    if faulty:
        lines[1] = line(ImportNoun.LISTS, enhet="Hemsjukvård Okänd")
        lines[700] = line(ImportNoun.LISTS, enhet=HOME_CARE, gäller_från="2026-02-30", kommun="Göteborg")
    path = folder / name
    path.write_bytes(as_xlsx("Listor", HEADINGS, lines))
    return path


def next_of(held: list[Route], page: Page) -> Route:
    """The request that the page makes after what it has just shown, or is about to make."""
    for _ in range(500):
        if held:
            return held.pop()
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("the page has asked for nothing more")


def upload(page: Page, file: Path) -> None:
    page.get_by_label("Mottagarlistor", exact=True).check()
    page.get_by_label("Fil", exact=True).set_input_files(file)
    page.get_by_role("button", name="Läs in och kontrollera").click()


def test_a_file_with_faults_is_mended_saved_and_taken_back(admin_page: Page, site: Live, tmp_path: Path) -> None:
    page, held = admin_page, list[Route]()
    page.route("**/kontrollera", lambda route: held.append(route))
    upload(page, book(tmp_path, "fel.xlsx", faulty=True))
    bar = page.get_by_role("progressbar")
    with without_reload(page):
        for checked in (0, 500, 1000):
            expect(page.get_by_text(f"{checked} av {COUNT} rader är kontrollerade.")).to_be_visible()
            expect(bar).to_have_js_property("value", checked)
            if checked < 1000:
                next_of(held, page).continue_()
    next_of(held, page).continue_()
    expect(page.get_by_text("2 rader har fel.")).to_be_visible()
    lines = page.locator("#lines tbody tr")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("enhet: Det finns ingen enhet som heter Hemsjukvård Okänd.")
    expect(lines.nth(0).locator("td").first).to_have_text("3")
    expect(lines.nth(1)).to_contain_text("gäller från: 2026-02-30 är inget datum.")
    expect(lines.nth(1).locator("td").first).to_have_text("702")
    expect(page.get_by_role("button", name="Spara")).to_have_count(0)
    page.unroute("**/kontrollera")
    page.get_by_role("button", name="Kasta").click()
    expect(page.get_by_text("Filen är kastad. Ingenting är ändrat.")).to_be_visible()
    upload(page, book(tmp_path, "rätt.xlsx", faulty=False))
    page.get_by_role("button", name=f"Spara {COUNT} ändringar").click()
    expect(page.get_by_text(f"{COUNT} ändringar är sparade.")).to_be_visible()
    with site.context():
        assert len(rows(RecipientEntry, removed=False)) == COUNT + 2
    page.get_by_role("button", name="Ångra hela importen").click()
    expect(page.get_by_text("Importen är ångrad. Allt är som det var före den.")).to_be_visible()
    with site.context():
        assert len(rows(RecipientEntry, removed=False)) == 2
