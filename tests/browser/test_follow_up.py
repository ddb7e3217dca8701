"""Follow-up with figures in it: on screen, on a phone and on paper, and with all colours gone."""

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import looks
from tests.browser.counted import UNITS
from tests.browser.furnished import Furnished
from tests.browser.halland import Halland
from tests.browser.screen import sign_in
from tests.live import Live

pytestmark = pytest.mark.browser

ONE = ("vardcentral", ("/uppfoljning", "/uppfoljning/rapport?manad=2026-11", "/laget", "/inkorg"))
ALL = ("admin", ("/uppfoljning?plats=alla", "/uppfoljning/rapport?plats=alla&manad=2026-11", "/admin/drift"))
DEFINITIONS = "/uppfoljning/definitioner"
SHEET = 680  # px between the margins of an A4 sheet
SMALLEST = 9.5  # px of a picture's words, on a phone and on paper
PRESSED = "button, input, select, textarea, summary, .ds-button, .ds-link[rel]"


@pytest.fixture
def place(site: Live, counted_halland: Furnished[Halland]) -> Live:
    counted_halland.at(site)
    return site


def sheets(page: Page) -> list[str]:
    pdf = page.pdf(prefer_css_page_size=True)
    return [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in PdfReader(io.BytesIO(pdf)).pages]


def words_of_pictures(page: Page) -> list[float]:
    """How tall letters come out, in px, in each picture."""
    return page.evaluate("""() => [...document.querySelectorAll(".chart svg")].map((svg) =>
        parseFloat(getComputedStyle(svg.querySelector("text")).fontSize) * svg.getScreenCTM().a)""")


@pytest.mark.parametrize(("person", "paths"), [ONE, ALL], ids=["one unit", "all units"])
def test_with_figures_too_nothing_is_amiss_in_light_in_dark_and_on_a_phone(
    person: str, paths: tuple[str, ...], page: Page, place: Live
) -> None:
    sign_in(page, place, person)
    found = []
    for path in (*paths, DEFINITIONS):
        page.goto(place.url + path)
        found += [f"{path}, {fault}" for fault in looks.faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("person", "paths"), [ONE, ALL], ids=["one unit", "all units"])
def test_on_paper_nothing_is_wider_than_the_sheet_or_there_to_be_pressed(
    person: str, paths: tuple[str, ...], page: Page, place: Live
) -> None:
    """Black on white, though the screen is dark."""
    sign_in(page, place, person)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": SHEET, "height": 900})
    for path in (*paths, DEFINITIONS):
        page.goto(place.url + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= SHEET, path
        seen = page.locator(PRESSED).evaluate_all(
            "found => found.filter((e) => e.checkVisibility()).map((e) => e.outerHTML)"
        )
        assert seen == [], path
        colours = page.locator("body, main *:not(svg, svg *)").evaluate_all(
            "found => [...new Set(found.filter((e) => e.checkVisibility()).map((e) => getComputedStyle(e).color))]"
        )
        assert colours == ["rgb(0, 0, 0)"], path
        assert page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor") == "rgb(255, 255, 255)"
        drawn = page.locator(".bar, .rest").evaluate_all(
            "found => [...new Set(found.map((e) => getComputedStyle(e).fill))]"
        )
        assert set(drawn) <= {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}, path


def test_a_table_begins_on_the_sheet_of_its_heading_and_goes_on_over_the_next(page: Page, place: Live) -> None:
    sign_in(page, place, "admin")
    page.goto(f"{place.url}/uppfoljning?plats=alla")
    found = sheets(page)
    first, second = found[0], found[1]
    assert "2026-11-01 till 2026-11-30" in first
    assert "Enheterna" in first and "Hemsjukvård – övriga områden Laholm 0" in first, "half a sheet would be empty"
    assert f"Hemsjukvård – övriga områden Laholm {UNITS - 1}" in second and "Mottagna" in second, "the head is repeated"
    for number, sheet in enumerate(found, start=1):
        assert f"Sida {number} av {len(found)}" in sheet
        assert "http" not in sheet and "/uppfoljning" not in sheet


@pytest.mark.parametrize(("width", "media"), [(looks.PHONE, "screen"), (looks.DESK, "screen"), (SHEET, "print")])
def test_the_pictures_can_be_read(width: int, media: str, page: Page, place: Live) -> None:
    sign_in(page, place, "vardcentral")
    page.goto(f"{place.url}/uppfoljning")
    page.emulate_media(media=media)
    page.set_viewport_size({"width": width, "height": 900})
    sizes = words_of_pictures(page)
    assert len(sizes) == 3 and min(sizes) >= SMALLEST, sizes


def test_without_colours_each_kind_of_day_has_its_own_sign(page: Page, place: Live) -> None:
    """A day off is told by its column, a weekend's or a sign; of the others no two kinds look the same."""
    sign_in(page, place, "vardcentral")
    page.goto(f"{place.url}/uppfoljning")
    expect(page.locator(".weekdays")).to_have_text("MTOTFLS")
    shown = page.locator(".month-days li:not(.blank)").evaluate_all(
        "days => days.map((day) => [day.className, day.firstElementChild.textContent.replace(/^[0-9]+/, '')])"
    )
    signs = {state: {sign for each, sign in shown if each == state} for state in ("read", "short", "open")}
    assert signs == {"read": {"✓"}, "short": {"✗"}, "open": {""}}
    columns = page.locator(".month-days li.off").evaluate_all(
        "days => days.map((day) => [...day.parentElement.children].indexOf(day) % 7)"
    )
    assert set(columns) == {5, 6}
