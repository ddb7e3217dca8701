"""Every page in every state: axe-core finds nothing, nothing is too wide, the console is silent.

The console's errors, policy violations among them, fail each test by themselves (`new_page`).
"""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from lcweb.services import threads
from tests.browser import looks, scene, ways_account, ways_admin, ways_sessions
from tests.browser.scene import Scene
from tests.browser.screen import fill_in_message, sign_in
from tests.browser.ways import Look, at, expect_problems, go, move_refused, thread, unfolded
from tests.browser.ways_lists import last_day_asked, list_overtaken, list_previewed
from tests.live import Troubles

pytestmark = pytest.mark.browser

# How one comes to each page -------------------------------------------------------------------------------------------


def wrong_password(page: Page, halmstad: Scene) -> None:
    go("/logga-in", page, halmstad)
    page.get_by_label("Användarnamn").fill("vardcentral")
    page.get_by_label("Lösenord").fill("fel lösenord")
    page.get_by_role("button", name="Logga in").click()
    expect_problems(page)


def no_unit_chosen(page: Page, halmstad: Scene) -> None:
    go("/valj-enhet", page, halmstad)
    page.get_by_role("button", name="Fortsätt").click()
    expect_problems(page)


def recipient_chosen(page: Page, halmstad: Scene) -> None:
    home_care = halmstad.cast.people.home_nurse.unit_id
    go(f"/arenden/ny?municipality=Halmstad&case_type=general&recipient_unit={home_care}", page, halmstad)
    expect(page.locator("#acute-phone")).to_be_visible()


def log_shown(page: Page, halmstad: Scene) -> None:
    go("/logg", page, halmstad)
    page.get_by_role("button", name="Visa loggen").click()
    expect(page.locator("#found")).to_be_focused()


def log_refused(page: Page, halmstad: Scene) -> None:
    go("/logg", page, halmstad)
    page.get_by_label("Patientens personnummer").fill("Tove")
    page.get_by_role("button", name="Visa loggen").click()
    expect_problems(page)


def log_review_refused(page: Page, halmstad: Scene) -> None:
    go("/logg/granskning", page, halmstad)
    page.get_by_label("Bara rader som reglerna").check()
    page.get_by_role("button", name="Påbörja kontrollen").click()
    expect_problems(page)


def log_review_begun(page: Page, halmstad: Scene) -> None:
    """Three rows, one of them judged."""
    go("/logg/granskning", page, halmstad)
    page.get_by_label("Antal rader").fill("3")
    page.get_by_role("button", name="Påbörja kontrollen").click()
    page.get_by_label("I sin ordning").first.check()
    page.get_by_role("button", name="Spara bedömningarna").click()
    expect(page.get_by_text("Lägg till en ny bedömning")).to_be_visible()


def log_extract_refused(page: Page, halmstad: Scene) -> None:
    go("/logg/utdrag", page, halmstad)
    page.get_by_role("button", name="Visa utdraget").click()
    expect_problems(page)


def nothing_filled_in(page: Page, halmstad: Scene) -> None:
    go("/arenden/ny?municipality=Hylte&case_type=general", page, halmstad)
    page.get_by_role("button", name="Skicka meddelande").click()
    expect_problems(page)


def open_thread_asked(page: Page, halmstad: Scene) -> None:
    recipient_chosen(page, halmstad)
    fill_in_message(page)
    page.get_by_role("button", name="Skicka meddelande").click()
    expect(page.locator("#open-thread")).to_be_visible()


def reserve_number_asked(page: Page, halmstad: Scene) -> None:
    recipient_chosen(page, halmstad)
    fill_in_message(page)
    page.get_by_label("Patientens personnummer").fill("99H12345")
    page.get_by_role("button", name="Skicka meddelande").click()
    expect(page.get_by_label("Det är ett reservnummer")).to_be_visible()


def hints_asked(page: Page, halmstad: Scene) -> None:
    recipient_chosen(page, halmstad)
    fill_in_message(page)
    page.get_by_label("Meddelande", exact=True).fill("Hon har andnöd sedan i går.")
    page.get_by_role("button", name="Skicka meddelande").click()
    expect(page.get_by_label("Jag har läst igenom texten")).to_be_visible()


def long_visits(page: Page, halmstad: Scene) -> None:
    go("/arenden/ny", page, halmstad)
    page.get_by_label("Meddelande", exact=True).fill("Såromläggning i 3 veckor")
    page.get_by_label("Ärendetyp").select_option("single_home_visit")
    expect(page.locator("#long-visits.ds-alert")).to_be_visible()


def no_phrase_chosen(page: Page, halmstad: Scene) -> None:
    go("/arenden/ny", page, halmstad)
    page.get_by_role("button", name="Infoga", exact=True).click()
    expect_problems(page)


def suggestion_refused(page: Page, halmstad: Scene) -> None:
    go("/mottagare/forslag?municipality=Halmstad", page, halmstad)
    page.get_by_role("button", name="Skicka förslaget").click()
    expect_problems(page)


def empty_reply(page: Page, halmstad: Scene) -> None:
    thread("mine")(page, halmstad)
    page.get_by_role("button", name="Skicka svar").click()
    expect_problems(page)


def answered_meanwhile(page: Page, halmstad: Scene) -> None:
    thread("today")(page, halmstad)
    page.get_by_label("Svar", exact=True).fill("Vi kommer.")
    with halmstad.site.context():
        scene.answer(halmstad.cast.colleague, halmstad.cast.threads["today"], now=halmstad.clock.now)
    page.get_by_role("button", name="Skicka svar").click()
    expect_problems(page)


def just_sent(page: Page, halmstad: Scene) -> None:
    thread("overdue")(page, halmstad)
    page.get_by_label("Svar", exact=True).fill("Vi kommer.")
    page.get_by_role("button", name="Skicka svar").click()
    expect(page.get_by_text("Svaret är skickat")).to_be_visible()


def claimed_by_a_colleague(page: Page, halmstad: Scene) -> None:
    """409: the button was still there."""
    go("/inkorg", page, halmstad)
    with halmstad.site.context():
        threads.claim(halmstad.cast.colleague, halmstad.cast.threads["reserve"], now=halmstad.clock.now)
    page.locator(f"#claim-{halmstad.cast.threads['reserve']}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Någon annan hann före")


def not_allowed(page: Page, halmstad: Scene) -> None:
    """403, which no page offers a button for."""
    thread("answered")(page, halmstad)
    page.locator("#handle").evaluate("(form, action) => { form.action = action; form.submit() }",
                                     f"/arenden/{halmstad.cast.threads['answered']}/svara")  # fmt: skip
    expect(page.get_by_role("heading", level=1)).to_have_text("Du får inte göra det här")


def session_gone(page: Page, halmstad: Scene) -> None:
    """401: what was typed is shown to be copied."""
    thread("asked back")(page, halmstad)
    page.get_by_label("Svar", exact=True).fill("Vi kommer.")
    halmstad.clock.forward(minutes=31)
    # Not by the pointer: leaving the field saves the draft, and its 401 may hide the button under the pointer.
    page.get_by_role("button", name="Skicka svar").dispatch_event("click")
    expect(page.get_by_label("Det du skrev")).to_have_value("Vi kommer.")


def session_ended_over_a_text(page: Page, halmstad: Scene) -> None:
    """The page stays for the text's sake, when it learns of it by asking for news."""
    thread("mine")(page, halmstad)
    page.get_by_label("Svar", exact=True).fill("Vi kommer.")
    halmstad.clock.forward(minutes=31)
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#offline")).to_contain_text("Du har blivit utloggad")


PAGES: dict[str, dict[str, Look]] = {
    "": {
        "sign-in": at("/logga-in"),
        "wrong password": wrong_password,
        "statement": at("/tillganglighet"),
        "link opened": ways_admin.link_opened,
        "dead link": at("/inbjudan/x"),
    },
    "soder": {
        "own sessions": ways_sessions.several,
        "warned": ways_sessions.warned,
        "handed over": ways_sessions.handed_over,
    },
    "kommun": {
        "inbox": at("/inkorg"),
        "mine": at("/inkorg?visa=mina"),
        "nothing awaited": at("/inkorg?vy=vantar&visa=ej-tagna"),
        "done": at("/inkorg?vy=avslutade"),
        "overdue thread": thread("overdue"),
        "own thread": thread("mine"),
        "colleague's thread": thread("colleague's"),
        "information": thread("information"),
        "moved deadline": thread("moved"),
        "protected gate": thread("protected"),
        "reserve number": thread("reserve"),
        "empty reply": empty_reply,
        "answered meanwhile": answered_meanwhile,
        "receipt": just_sent,
        "409": claimed_by_a_colleague,
        "ended": session_ended_over_a_text,
    },
    "vardcentral": {
        "follow-up": at("/uppfoljning"),
        "follow-up defined": at("/uppfoljning/definitioner"),
        "month's report": at("/uppfoljning/rapport"),
        "today": at("/laget"),
        "empty inbox": at("/inkorg?visa=mina"),
        "awaited": at("/inkorg?vy=vantar"),
        "awaited overdue": thread("overdue"),
        "answered thread": thread("answered"),
        "closed thread": thread("closed"),
        "compose": at("/arenden/ny"),
        "outline": at("/arenden/ny?case_type=single_home_visit"),
        "long visits": long_visits,
        "no phrase chosen": no_phrase_chosen,
        "recipient chosen": recipient_chosen,
        "compose with errors": nothing_filled_in,
        "open thread asked": open_thread_asked,
        "reserve number asked": reserve_number_asked,
        "hints asked": hints_asked,
        "recipient list": at("/mottagare"),
        "empty recipient list": at("/mottagare?municipality=Hylte"),
        "recipients found": at("/mottagare?q=035"),
        "no recipient found": at("/mottagare?q=Mariagatan"),
        "patient looked for": at("/mottagare?q=20000101-2384"),
        "help": at("/hjalp"),
        "moves": at("/hjalp/sa-gor-du"),
        "care manual": at("/hjalp/narsjukvard"),
        "municipality manual": at("/hjalp/kommun"),
        "accessibility": at("/tillganglighet"),
        "suggest": at("/mottagare/forslag?entry=3"),
        "suggestion refused": suggestion_refused,
        "404": at("/finns-inte"),
        "401": session_gone,
    },
    "reception": {"thread without reply box": thread("answered"), "403": not_allowed},
    "admin": {
        "follow-up of all": at("/uppfoljning?plats=alla"),
        "operation": at("/admin/drift"),
        "disposal": at("/admin/gallring?huvudman=1"),
        "assignment refused": ways_admin.assignment_refused,
        "calendar": at("/admin/kalender?ar=2027"),
        "day not closed": at("/admin/kalender/markera?day=2026-11-20&kind=closed&place=alla"),
        "day shown beforehand": at("/admin/kalender/markera?day=2026-11-19&kind=closed&place=alla"),
        "imports": at("/admin/import"),
        "import refused": ways_admin.import_refused,
        "import with faults": at("/admin/import/1"),
        "saved import": at("/admin/import/2"),
        "mails": at("/admin/utskick"),
        "people": at("/admin/anvandare"),
        "person not added": ways_admin.person_not_added,
        "person changed meanwhile": ways_admin.person_changed_meanwhile,
        "link made": ways_admin.link_made,
        "members": ways_admin.members,
        "member refused": ways_admin.member_refused,
        "mails of a wrong period": at("/admin/utskick?fran=2026-11-20&till=x"),
        "readings of a unit": ways_admin.unit_readings,
        "phrases": at("/admin/fraser"),
        "phrase to change": at("/admin/fraser?fras=1"),
        "phrase refused": ways_admin.phrase_refused,
        "units": at("/admin/enheter"),
        "unit refused": ways_admin.unit_refused,
        "closing refused": ways_admin.closing_refused,
        "organization to change": at("/admin/organisationer?huvudman=1"),
        "settings": at("/admin/installningar"),
        "setting refused": ways_admin.setting_refused,
        "receptionists": ways_admin.receptionists_of_a_unit,
        "reminders": at("/admin/paminnelser"),
        "wording refused": ways_admin.wording_refused,
        "word list refused": ways_admin.word_list_refused,
        "list without unit": at("/mottagare"),
        "suggestions": at("/admin/mottagare/forslag"),
        "decline refused": ways_admin.decline_refused,
        "recipient lists": at("/admin/mottagare"),
        "list previewed": list_previewed,
        "last day asked": last_day_asked,
        "list another day": at("/admin/mottagare/Halmstad/general?datum=2026-11-16"),
        "list overtaken": list_overtaken,
    },
    "loggranskare": {
        "log": at("/logg"),
        "log shown": log_shown,
        "log refused": log_refused,
        "log reviews": at("/logg/granskning"),
        "log review refused": log_review_refused,
        "log review": log_review_begun,
        "log extract refused": log_extract_refused,
    },
    "tva": {
        "units": at("/valj-enhet"),
        "no unit": no_unit_chosen,
        "password refused": ways_account.password_refused,
        "app to add": ways_account.app_to_add,
        "recovery codes": ways_account.recovery_codes,
        "code asked": ways_account.code_asked,
    },
}


#: After each move that leaves a mark, as the units see it that it concerns.
MOVED: dict[str, dict[str, Look]] = {
    "kommun": {
        "forwarded": unfolded("forwarded"),
        "returned": unfolded("returned"),
        "withdrawn": unfolded("withdrawn"),
        "voided": unfolded("voided"),
        "later voided": unfolded("later voided"),
        "corrected": unfolded("corrected"),
        "promised": unfolded("promised"),
        "taken over": unfolded("taken over"),
        "noted": unfolded("noted"),
        "transferred": unfolded("transferred"),
        "forward refused": move_refused("forward", "Vidarebefordra ärendet"),
        "return refused": move_refused("return", "Återsänd ärendet"),
        "note refused": move_refused("note", "Spara anteckningen"),
        "not transferred": at("/inkorg?vy=avslutade&visa=ej-overforda"),
    },
    "vardcentral": {
        "inbox with a return": at("/inkorg"),
        "forwarded": unfolded("forwarded"),
        "returned": unfolded("returned"),
        "withdrawn": unfolded("withdrawn"),
        "voided": unfolded("voided"),
        "later voided": unfolded("later voided"),
        "corrected": unfolded("corrected"),
        "promised": unfolded("promised"),
        "correction refused": move_refused("correct", "Skicka rättelsen"),
        "void refused": move_refused("void", "Makulera"),
    },
    "soder": {"received by a forward": unfolded("forwarded"), "inbox": at("/inkorg")},
}


@pytest.mark.parametrize("person", PAGES, ids=lambda person: person or "nobody")
def test_every_page_in_light_in_dark_and_on_a_phone(
    person: str, halmstad: Scene, page: Page, troubles: Troubles
) -> None:
    look_at_all(PAGES[person], person, halmstad, page, troubles)


@pytest.mark.parametrize("person", MOVED)
def test_every_thread_after_a_move(person: str, halmstad: Scene, page: Page, troubles: Troubles) -> None:
    look_at_all(MOVED[person], person, halmstad, page, troubles)


def look_at_all(pages: dict[str, Look], person: str, halmstad: Scene, page: Page, troubles: Troubles) -> None:
    troubles.expect("Failed to load resource: the server responded with a status of 4")
    if person:
        sign_in(page, halmstad.site, person)
    found = []
    for name, look in pages.items():
        look(page, halmstad)
        found += [f"{name}, {fault}" for fault in looks.faults(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("person", "path"), [("kommun", "/inkorg"), ("vardcentral", "/mottagare")])
def test_rows_become_cards_on_a_phone(person: str, path: str, halmstad: Scene, page: Page) -> None:
    """Each cell on a line of its own, with the words of the column heading that is gone."""
    page.set_viewport_size({"width": looks.PHONE, "height": 800})
    sign_in(page, halmstad.site, person)
    page.goto(halmstad.site.url + path)
    expect(page.locator(".threads thead").first).to_be_hidden()
    cells = page.locator(".threads tbody tr").first.locator("td").all()
    boxes = [cell.bounding_box() for cell in cells if cell.inner_text()]
    assert len({box["x"] for box in boxes}) == 1
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in pairwise(boxes))
    named = [cell for cell in cells if cell.get_attribute("data-label")]
    assert named
    for cell in named:
        shown = cell.evaluate("cell => getComputedStyle(cell, '::before').content")
        assert shown == f'"{cell.get_attribute("data-label")}: "'
