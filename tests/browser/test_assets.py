"""Where browsers fetch what others have made, and what they do with a file that is not the pinned one."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from lcweb.assets import AssetMode, all_assets
from tests import factories
from tests.browser import cdn as stand_in
from tests.browser.cdn import Cdn
from tests.browser.furnished import Furnished
from tests.browser.halland import ACUTE_PHONE, HOME_CARE, Halland
from tests.browser.screen import QUESTION, SUBJECT, fill_in_message, sign_in
from tests.clock import Clock
from tests.live import Live, Troubles

pytestmark = pytest.mark.browser

STYLED = "() => getComputedStyle(document.body).getPropertyValue('--ds-color-accent-base-default') !== ''"
SHAPED = "() => getComputedStyle(document.querySelector('.ds-button')).borderStyle === 'solid'"


@pytest.fixture
def cdn() -> Iterator[Cdn]:
    with stand_in.served() as cdn:
        yield cdn


@pytest.fixture
def site(live: Callable[..., Live], cdn: Cdn, empty_halland: Furnished[Halland]) -> Live:
    """Its browser files come from the CDN."""
    site = live(assets=AssetMode.CDN, cdn_url=cdn.url, poll_seconds=0.3)
    empty_halland.at(site)
    return site


def test_a_page_with_files_from_the_cdn_is_whole_and_lives(
    page: Page, site: Live, cdn: Cdn, empty_halland: Furnished[Halland], clock: Clock
) -> None:
    sign_in(page, site, "kommun")
    assert set(cdn.asked) == {asset.cdn_url("") for asset in all_assets()}
    for asset in all_assets():
        tag = page.locator(f"[src='{asset.cdn_url(cdn.url)}'], [href='{asset.cdn_url(cdn.url)}']")
        expect(tag).to_have_attribute("integrity", asset.integrity)
    assert page.evaluate(STYLED)
    assert page.evaluate(SHAPED)
    people = empty_halland.made
    with site.context():
        factories.thread(people.nurse, people.home_nurse.require_unit(), now=clock.now, subject=SUBJECT)
    expect(page.get_by_role("link", name=SUBJECT)).to_be_visible()


def test_a_changed_htmx_is_refused_and_everything_works_without_it(
    page: Page, site: Live, cdn: Cdn, troubles: Troubles
) -> None:
    troubles.expect("integrity")
    cdn.changed.add("htmx")
    sign_in(page, site, "vardcentral")
    assert page.evaluate("() => window.htmx === undefined")
    page.goto(f"{site.url}/arenden/ny")
    expect(page.locator("#offline")).to_contain_text("Sidan uppdateras inte av sig själv")
    fill_in_message(page)
    page.get_by_label("Patientens kommun").select_option("Halmstad")
    page.get_by_label("Ärendetyp").select_option("general")
    page.get_by_role("button", name="Visa kommunens mottagare").click()
    page.get_by_label("Mottagande enhet").select_option(f"Norr: {HOME_CARE}, tel {ACUTE_PHONE}")
    page.get_by_role("button", name="Skicka meddelande").click()
    page.get_by_role("link", name="Väntar på svar (1)").click()
    page.get_by_role("link", name=SUBJECT).click()
    expect(page.locator(".message .body")).to_have_text(QUESTION)


@pytest.mark.parametrize(("name", "look"), [("theme", STYLED), ("designsystem", SHAPED)])
def test_a_changed_style_is_refused_and_the_page_still_serves(
    page: Page, site: Live, cdn: Cdn, troubles: Troubles, name: str, look: str
) -> None:
    troubles.expect("integrity")
    cdn.changed.add(name)
    sign_in(page, site, "vardcentral")
    assert not page.evaluate(look)
    expect(page.get_by_role("heading", level=1)).to_have_text("Inkorg")


def test_as_a_rule_the_browser_talks_to_nobody_else(
    page: Page, live: Callable[..., Live], empty_halland: Furnished[Halland]
) -> None:
    site = live(poll_seconds=0.3)
    empty_halland.at(site)
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    sign_in(page, site, "vardcentral")
    for path in ("/arenden/ny", "/mottagare", "/hjalp"):
        page.goto(site.url + path)
    with page.expect_response("**/poll/**"):
        page.goto(f"{site.url}/inkorg")
    assert hosts == {urlsplit(site.url).netloc}
