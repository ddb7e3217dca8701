"""From the button to the inbox and out again, by the certified provider program, in a real Chromium."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lcweb.domain.permissions import Role, operator
from lcweb.services import commissions, people
from tests.browser import looks
from tests.browser.halland import CLINIC, Halland
from tests.clock import Clock
from tests.conftest import absent
from tests.databases import make_settings, opened, sqlite_url
from tests.factories import LONG_AGO, unit, user
from tests.live import Live, Troubles, served
from tests.providers.real import LEVEL, free_port, node, real_provider

pytestmark = pytest.mark.browser

HSA_ID, COMMISSION = "TSTNMT2321000115-KARIN", "TSTNMT2321000115-UPPDRAG1"
KOLLA = "Vårdcentralen Kolla"


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, clock: Clock) -> Iterator[Live]:
    """At the address that the provider knows; the provider's clock is the real one."""
    if node() is None:
        absent("browser", "node or the npm package oidc-provider is not installed")
    clock.now = datetime.now(UTC)
    port, instance = free_port(), tmp_path / "instance"
    instance.mkdir()
    url, database = f"http://127.0.0.1:{port}", sqlite_url(shutil.copy(sqlite_template, instance / "lcweb.db"))
    with real_provider(url) as provider:
        settings = make_settings(database, instance, base_url=url, identity_providers=(provider,), poll_seconds=3600)
        with opened(settings) as app, served(app, settings, port=port) as live:
            yield live


@pytest.fixture
def karin(site: Live, people: Halland) -> None:
    """A nurse of two units, one of which her assignment means."""
    with site.context():
        actor = user("Karin Prov", unit_id=people.nurse.unit_id, hsa_id=HSA_ID)
        place = unit(KOLLA)
        add_role(actor.user_id, place)
        commissions.add(operator(), hsa_id=COMMISSION, unit_id=place, now=LONG_AGO)


def add_role(user_id: int, unit_id: int) -> None:
    people.add_membership(operator(), user_id, Role.NURSE, unit_id=unit_id, now=LONG_AGO)


def legitimated(
    page: Page, site: Live, *, hsa_id: str = HSA_ID, commission: str = COMMISSION, acr: str = LEVEL
) -> None:
    page.goto(f"{site.url}/logga-in")
    page.get_by_role("button", name="Logga in med SITHS").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Provets inloggning")
    page.get_by_label("Medarbetarens HSA-id").fill(hsa_id)
    page.get_by_label("Uppdragets HSA-id").fill(commission)
    page.get_by_label("Tillitsnivå").fill(acr)
    page.get_by_role("button", name="Legitimera").click()


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.usefixtures("karin")
def test_from_the_button_to_the_inbox_and_out(page: Page, site: Live, troubles: Troubles) -> None:
    """And the next person at the computer is not let in by the one before, who is still signed in at the provider."""
    page.goto(f"{site.url}/logga-in")
    assert looks.faults(page) == []
    legitimated(page, site)
    heading(page, "Inkorg")
    expect(page.locator("header")).to_contain_text(f"{KOLLA} (Byt enhet)")
    expect(page.locator("header")).to_contain_text("Karin P.")
    assert page.url == f"{site.url}/inkorg"
    page.get_by_role("button", name="Logga ut").click()
    heading(page, "Du är utloggad")
    assert looks.faults(page) == []
    page.get_by_role("link", name="Till inloggningen").click()
    legitimated(page, site, commission="")
    heading(page, "Välj enhet")
    page.get_by_label(CLINIC).check()
    page.get_by_role("button", name="Fortsätt").click()
    heading(page, "Inkorg")
    page.get_by_role("button", name="Logga ut").click()
    page.get_by_role("link", name="Logga ut hos SITHS").click()
    page.get_by_role("button", name="Ja, logga ut").click()
    heading(page, "Logga in")
    assert page.url.startswith(f"{site.url}/logga-in")
    troubles.expect("the server responded with a status of 403")
    legitimated(page, site, hsa_id="TSTNMT2321000115-OKAND")
    heading(page, "Du har inget konto här")
    assert looks.faults(page) == []
    page.goto(f"{site.url}/inkorg")
    heading(page, "Logga in")


@pytest.mark.usefixtures("karin")
def test_without_javascript_strangers_stay_outside_and_karin_comes_in(
    new_page: Callable[..., Page], site: Live, troubles: Troubles
) -> None:
    troubles.expect("the server responded with a status of 403")
    outside: list[tuple[str, dict[str, str]]] = [
        ("Ditt HSA-id saknas", {"hsa_id": ""}),
        ("Du behöver logga in på ett säkrare sätt", {"acr": "http://id.example/loa2"}),
    ]
    for words, typed in outside:
        page = new_page(java_script_enabled=False)
        legitimated(page, site, **typed)
        heading(page, words)
        page.goto(f"{site.url}/inkorg")
        heading(page, "Logga in")
    page = new_page(java_script_enabled=False)
    legitimated(page, site)
    heading(page, "Inkorg")
