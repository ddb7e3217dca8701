"""How one comes to the states of the administration's pages."""

from playwright.sync_api import Page, expect

from lcweb.domain.permissions import operator
from lcweb.services import invitations, people
from tests.at import day
from tests.browser import scene
from tests.browser.scene import Scene
from tests.browser.ways import expect_problems, go


def word_list_refused(page: Page, halmstad: Scene) -> None:
    go("/admin/installningar", page, halmstad)
    page.get_by_label("Ord om recept och ordination", exact=True).fill("")
    page.get_by_role("button", name="Spara: ord om recept och ordination").click()
    expect_problems(page)


def setting_refused(page: Page, halmstad: Scene) -> None:
    """With a change planned, and its history open."""
    go("/admin/installningar/svarstid", page, halmstad)
    for value, first_day in (("5", "2026-11-23"), ("99", "")):
        page.get_by_label("Tid att svara").fill(value)
        page.get_by_label("Gäller från").fill(first_day)
        page.get_by_role("button", name="Spara ändringen").click()
    expect_problems(page)
    page.locator("details.history summary").click()


def receptionists_of_a_unit(page: Page, halmstad: Scene) -> None:
    go(f"/admin/installningar/receptionister?enhet={halmstad.cast.people.nurse.unit_id}", page, halmstad)
    page.get_by_label("Ja, de får skriva").check()
    page.get_by_label("Gäller från").fill("2026-11-18")
    page.get_by_role("button", name="Spara ändringen").click()
    expect(page.locator("#units")).to_be_visible()


def wording_refused(page: Page, halmstad: Scene) -> None:
    go("/admin/paminnelser/overdue", page, halmstad)
    page.get_by_label("Ämnesrad").fill("{patient}" + scene.LONG_WORD[:80])
    page.get_by_role("button", name="Förhandsgranska").click()
    expect_problems(page)


def assignment_refused(page: Page, halmstad: Scene) -> None:
    """With one that holds, and the history open."""
    go("/admin/uppdrag", page, halmstad)
    for hsa_id in ("TSTNMT2321000115-UPPDRAGSKOD1234", "x"):
        page.get_by_label("Uppdragets HSA-id").fill(hsa_id)
        page.get_by_label("Enhet", exact=True).select_option(halmstad.cast.people.nurse.unit_name)
        page.get_by_role("button", name="Lägg till uppdrag").click()
    expect_problems(page)
    page.locator("details.history summary").click()


def import_refused(page: Page, halmstad: Scene) -> None:
    go("/admin/import", page, halmstad)
    page.get_by_role("button", name="Läs in och kontrollera").click()
    expect_problems(page)


def phrase_refused(page: Page, halmstad: Scene) -> None:
    go("/admin/fraser", page, halmstad)
    page.get_by_role("button", name="Lägg till fras").click()
    expect_problems(page)


def unit_refused(page: Page, halmstad: Scene) -> None:
    go("/admin/enheter/1", page, halmstad)
    page.get_by_label("Telefon", exact=True).fill("")
    page.get_by_role("button", name="Spara", exact=True).click()
    expect_problems(page)


def closing_refused(page: Page, halmstad: Scene) -> None:
    go("/admin/enheter/2/stang", page, halmstad)
    page.get_by_role("button", name="Stäng enheten").click()
    expect_problems(page)


def person_not_added(page: Page, halmstad: Scene) -> None:
    go("/admin/anvandare?q=Testsson", page, halmstad)
    page.get_by_role("button", name="Lägg till och gör en länk").click()
    expect_problems(page)


def person_changed_meanwhile(page: Page, halmstad: Scene) -> None:
    """409, and every fold of the page open."""
    nurse = halmstad.cast.people.nurse.user_id
    go(f"/admin/anvandare/{nurse}", page, halmstad)
    with halmstad.site.context():
        people.end_person(operator(), nurse, day("Mon 2026-11-30"), seen=None, now=halmstad.clock.now)
    page.get_by_role("button", name="Spara uppgifterna").click()
    expect_problems(page)
    page.evaluate("() => document.querySelectorAll('details').forEach((details) => { details.open = true })")


def link_made(page: Page, halmstad: Scene) -> None:
    go(f"/admin/anvandare/{halmstad.cast.people.nurse.user_id}", page, halmstad)
    page.get_by_role("button", name="Gör en länk för nytt lösenord").click()
    expect(page.get_by_label("Länk", exact=True)).to_be_visible()


def link_opened(page: Page, halmstad: Scene) -> None:
    with halmstad.site.context():
        nurse = halmstad.cast.people.nurse.user_id
        link = invitations.invite(operator(), nurse, now=halmstad.clock.now)
    go(f"/inbjudan/{link.token}", page, halmstad)
    page.get_by_role("button", name="Välj lösenordet").click()
    expect_problems(page)


def members(page: Page, halmstad: Scene) -> None:
    go(f"/admin/enheter/{halmstad.cast.people.nurse.unit_id}/medlemmar", page, halmstad)


def member_refused(page: Page, halmstad: Scene) -> None:
    nurse = halmstad.cast.people.nurse
    go(f"/admin/enheter/{nurse.unit_id}/medlemmar/{nurse.user_id}", page, halmstad)
    page.get_by_label("Namn", exact=True).fill("")
    page.get_by_role("button", name="Spara uppgifterna").click()
    expect_problems(page)


def unit_readings(page: Page, halmstad: Scene) -> None:
    go(f"/admin/enheter/{halmstad.cast.people.home_nurse.unit_id}/lasningar", page, halmstad)


def decline_refused(page: Page, halmstad: Scene) -> None:
    go("/admin/mottagare/forslag", page, halmstad)
    page.get_by_role("button", name="Avböj").click()
    expect_problems(page)
