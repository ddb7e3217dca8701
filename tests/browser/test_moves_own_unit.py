"""Every move within a unit: seen by the colleague at the next desk without a reload, and by the other unit or not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.halland import CLINIC, HOME_CARE, Halland
from tests.browser.moves import (
    INBOX,
    at_desk,
    bodies,
    button,
    expect_untold,
    fact,
    happened,
    press,
    row,
    told_by_a_poll,
    unfold,
)
from tests.browser.polls import open_thread, written
from tests.clock import Clock
from tests.factories import colleague
from tests.live import Live

pytestmark = pytest.mark.browser
NewPage = Callable[..., Page]
NOT_TRANSFERRED = "/inkorg?vy=avslutade&visa=ej-overforda"


@pytest.fixture
def thread_id(site: Live, people: Halland, clock: Clock) -> int:
    """From the clinic to home care, where Karin and Bo work."""
    with site.context():
        colleague(people.home_nurse, "Bo Ek", username="bo")
    return written(site, people, clock)


@pytest.fixture
def clinic(new_page: NewPage, site: Live, thread_id: int) -> Page:
    return at_desk(new_page(), site, "vardcentral", thread_id)


def test_claimed_taken_over_and_handed_back(new_page: NewPage, clinic: Page, site: Live, thread_id: int) -> None:
    karin, bo = at_desk(new_page(), site, "kommun"), at_desk(new_page(), site, "bo")
    with told_by_a_poll(bo, path=INBOX):
        row(karin, thread_id).get_by_role("button", name="Ta ärendet").click()
        expect(row(karin, thread_id)).to_contain_text("Du")
    expect(row(bo, thread_id)).to_contain_text("Karin B.")
    open_thread(karin, site, thread_id)
    open_thread(bo, site, thread_id)
    open_thread(clinic, site, thread_id)
    with told_by_a_poll(karin, clinic):
        press(bo, "Ta över", says="Du har tagit ärendet.")
    expect(fact(karin, "Hanteras av")).to_contain_text("Bo E.")
    for page in (karin, clinic):
        expect(happened(page)).to_have_text([f"I dag 10.00: Bo E., {HOME_CARE}, tog över ärendet."])
    with told_by_a_poll(karin):
        press(bo, "Lämna tillbaka", says="Du har lämnat tillbaka ärendet. Ingen hanterar det nu.")
    expect(fact(karin, "Hanteras av")).to_contain_text("Ingen har tagit ärendet")
    expect(fact(clinic, "Hanteras av")).to_contain_text("Du")  # each unit has its own
    expect_untold(clinic)


def test_an_internal_note_is_the_own_units_alone(new_page: NewPage, clinic: Page, site: Live, thread_id: int) -> None:
    karin, bo = (at_desk(new_page(), site, name, thread_id) for name in ("kommun", "bo"))
    open_thread(clinic, site, thread_id)
    with told_by_a_poll(bo):
        unfold(karin, "Skriv en intern anteckning")
        karin.get_by_label("Intern anteckning", exact=True).fill("Har frågat doktor Ek.")
        press(karin, "Spara anteckningen", says="Anteckningen är sparad. Bara din enhet ser den.")
    for page in (karin, bo):
        expect(page.locator(".note")).to_contain_text(f"Intern anteckning – syns bara för {HOME_CARE} · Karin B.")
        expect(page.locator(".note .body")).to_have_text("Har frågat doktor Ek.")
    expect_untold(clinic)
    clinic.reload()
    expect(clinic.locator("main")).not_to_contain_text("doktor Ek")
    expect(bodies(clinic)).to_have_count(1)


def test_transferred_to_the_record_and_the_list_of_what_is_not(
    new_page: NewPage, clinic: Page, site: Live, thread_id: int
) -> None:
    karin, bo = at_desk(new_page(), site, "kommun", thread_id), at_desk(new_page(), site, "bo")
    karin.get_by_label("Svar", exact=True).fill("Ja, på måndag.")
    press(karin, "Skicka svar", says=f"Svaret är skickat till {CLINIC}.")
    open_thread(karin, site, thread_id)
    bo.get_by_role("link", name="Avslutade").click()
    bo.get_by_role("link", name="Ännu inte överförda").click()
    expect(row(bo, thread_id)).to_contain_text("Besvarat")
    bo.wait_for_load_state()
    with told_by_a_poll(clinic), told_by_a_poll(bo, path=INBOX):
        press(karin, "Överfört till journal", says="Ärendet är markerat som överfört till journal.")
    expect(button(karin, "Överfört till journal")).to_have_count(0)
    expect(fact(karin, "Överfört till journal")).to_have_text("I dag 10.00 Karin B.")
    expect(bo.locator("#empty")).to_have_text("Allt här är överfört till journal.")
    expect(happened(clinic)).to_contain_text(["förde över ärendet till sin journal."])
    expect(fact(clinic, "Överfört till journal")).to_have_text("Ännu inte")
