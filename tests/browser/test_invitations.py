"""From an administrator's form to a colleague who is signed in: the whole way of a link, in two browsers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.halland import CLINIC, Halland
from tests.browser.screen import sign_in, sign_in_by_hand
from tests.clock import Clock
from tests.factories import Role, colleague, user
from tests.live import Live, Troubles

pytestmark = pytest.mark.browser

CHOSEN = "fyra ord som bara jag kan"


def fill_in(page: Page, username: str, name: str) -> None:
    page.get_by_label("Användarnamn", exact=True).fill(username)
    page.get_by_label("Namn", exact=True).fill(name)
    page.get_by_label("Titel", exact=True).fill("Läkare")


def choose(page: Page, password: str = CHOSEN) -> None:
    page.get_by_label("Nytt lösenord").fill(password)
    page.get_by_label("Samma lösenord igen").fill(password)
    page.get_by_role("button", name="Välj lösenordet").click()


def the_link(page: Page, site: Live) -> str:
    """As it is shown, at the address where the site is tested."""
    address = page.get_by_label("Länk", exact=True).input_value()
    assert address.startswith(f"{site.settings.base_url}/inbjudan/")
    return address.replace(site.settings.base_url, site.url)


def test_an_administrator_adds_a_person_who_chooses_a_password_and_signs_in(
    page: Page, new_page: Callable[..., Page], site: Live, people: Halland, troubles: Troubles
) -> None:
    troubles.expect("the server responded with a status of 4")
    with site.context():
        user("Siv Admin", role=Role.SYSTEM_ADMIN, username="admin")
    sign_in(page, site, "admin")
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("link", name="Användare").click()
    fill_in(page, "nils", "Nils Ny")
    page.locator("#role").select_option("nurse")
    page.locator("#unit").select_option(CLINIC)
    page.get_by_role("button", name="Lägg till och gör en länk").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Länk till Nils Ny")
    link = the_link(page, site)
    addresses: list[str] = []
    other = new_page()
    other.on("request", lambda request: addresses.append(request.url))
    other.goto(link)
    choose(other, "kort")
    expect(other.locator("#error-summary")).to_be_focused()
    choose(other)
    expect(other.get_by_text("Lösenordet är valt.")).to_be_visible()
    assert [address for address in addresses if link.rpartition("/")[2] in address] == [link] * 3
    sign_in_by_hand(other, site, "nils", CHOSEN)
    expect(other.get_by_role("heading", level=1)).to_have_text("Inkorg")
    other.goto(link)
    expect(other.get_by_role("heading", level=1)).to_have_text("Länken fungerar inte")


def test_a_manager_invites_a_colleague_and_ends_the_role_while_the_inbox_is_open(
    page: Page, new_page: Callable[..., Page], live: Callable[..., Live], empty_halland: object, clock: Clock,
    troubles: Troubles,
) -> None:  # fmt: skip
    """The open page finds out by itself."""
    troubles.expect("the server responded with a status of 401")
    site = live(poll_seconds=0.3)
    halland: Halland = empty_halland.at(site)
    with site.context():
        colleague(halland.nurse, "Lena Wik", role=Role.UNIT_MANAGER, username="lena")
    sign_in(page, site, "lena")
    page.goto(f"{site.url}/admin/enheter/{halland.nurse.unit_id}/medlemmar")
    fill_in(page, "nils", "Nils Ny")
    page.get_by_label("Roll", exact=True).select_option("receptionist")
    page.get_by_role("button", name="Bjud in och gör en länk").click()
    other = new_page()
    other.goto(the_link(page, site))
    choose(other)
    sign_in_by_hand(other, site, "nils", CHOSEN)
    expect(other.get_by_role("heading", level=1)).to_have_text("Inkorg")
    page.get_by_role("link", name="Jag har kopierat länken").click()
    page.get_by_role("button", name="Avsluta: Nils Ny").click()
    expect(page.get_by_text("Rollen är avslutad.")).to_be_visible()
    expect(other.get_by_role("heading", level=1)).to_have_text("Logga in")
