"""The inbox page: when loading it is a reading, what it says of the duty, and what stands in the list."""

import pytest

from lcweb.domain.permissions import Role, operator
from lcweb.models import ReadingRow
from lcweb.queries import inbox
from lcweb.services import calendar, readings, threads
from lcweb.services.calendar import Place
from tests.at import day
from tests.clock import Clock
from tests.factories import OTHER_PATIENT, RULES, colleague, pair, thread
from tests.hidden import given_away
from tests.html import Element
from tests.page import Page
from tests.rows import rows
from tests.web.visits import IDENTITY, Visitor, Write, statements, writes

#: Loads the page without making a reading.
GLANCE = {"Sec-Fetch-Dest": "empty"}


def list_of(page: Page) -> list[Element]:
    return [row for row in page.root.find_all("tr") if row.get("id").startswith("row-")]


def subjects(page: Page) -> list[str]:
    return [row.get_one("a").text for row in list_of(page)]


def cells(page: Page) -> list[str]:
    """Of the only row."""
    (only,) = list_of(page)
    return [cell.text for cell in only.find_all("td")]


# Readings (A1) --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({}, True),
        ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}, True),
        ({"HX-Request": "true"}, False),
        ({"HX-Request": "true", "Sec-Fetch-Dest": "document"}, False),
        ({"Sec-Fetch-Dest": "empty"}, False),
        ({"Sec-Fetch-Dest": "iframe"}, False),
        ({"Sec-Fetch-Dest": ""}, False),
    ],
)
def test_a1_only_a_person_s_page_load_is_a_reading(karin: Visitor, headers: dict[str, str], counts: bool) -> None:
    assert karin.fetch("/inkorg", **headers).status_code == 200
    with karin.context():
        kept = [(reading.unit_id, reading.user_id, reading.how) for reading in rows(ReadingRow)]
    assert kept == ([(karin.unit_id, karin.actor.user_id, "page")] if counts else [])


@pytest.mark.parametrize(
    "header", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}]
)
def test_a1_a_prefetch_is_refused_and_writes_nothing(karin: Visitor, clock: Clock, header: dict[str, str]) -> None:
    """Not even that somebody is at the screen."""
    clock.forward(minutes=5)
    with writes(karin.app) as changed:
        assert karin.fetch("/inkorg", **header).status_code == 503
    assert changed == set()


def test_a1_the_button_is_a_reading_too(karin: Visitor) -> None:
    karin.get("/inkorg", headers=GLANCE)
    page = karin.press("Inkorgen är genomgången nu")
    assert (page.url, page.root.get_one(role="status", data_color="success").text) == (
        "/inkorg",
        "Läsningen är noterad.",
    )
    with karin.context():
        assert [reading.how for reading in rows(ReadingRow)] == ["button", "page"]


@pytest.mark.parametrize(
    ("read", "now", "words"),
    [
        ([], "Tue 2026-11-17 08:00", "två läsningar återstår"),
        (["Tue 2026-11-17 08:05"], "Tue 2026-11-17 08:30",
         "första klar 08.05 (Karin B.) · en läsning återstår, räknas från 09.05"),
        (["Tue 2026-11-17 08:05"], "Tue 2026-11-17 09:05", "första klar 08.05 (Karin B.) · en läsning återstår"),
        (["Tue 2026-11-17 08:05", "Tue 2026-11-17 13:10"], "Tue 2026-11-17 13:10",
         "första klar 08.05 (Karin B.) · andra klar 13.10 (Karin B.) · dagens läsning är klar"),
        (["Tue 2026-11-17 08:05", "Tue 2026-11-17 08:30", "Tue 2026-11-17 16:30"], "Tue 2026-11-17 16:31",
         "första klar 08.05 (Karin B.) · en läsning återstår, men i dag går det inte att göra fler"),
        ([], "Tue 2026-11-17 17:00", "två läsningar återstår, men i dag går det inte att göra fler"),
        (["Mon 2026-11-16 16:29"], "Tue 2026-11-17 08:00", "två läsningar återstår"),
        ([], "Sat 2026-11-21 10:00", "ingen läsning i dag, enheten har stängt."),
        ([], "Thu 2026-12-24 10:00", "ingen läsning i dag, julafton."),
    ],
)  # fmt: skip
def test_a4_the_page_says_where_today_s_duty_stands(
    karin: Visitor, clock: Clock, read: list[str], now: str, words: str
) -> None:
    for moment in read:
        clock.set(moment)
        with karin.context():
            readings.record(karin.actor, readings.How.PAGE, now=clock.now, rules=RULES)
    clock.set(now)
    page = Visitor(karin.app, karin.actor).get("/inkorg", headers=GLANCE)
    assert page.root.get_one(id="duty").text == f"Dagens läsning: {words}"
    assert ("Inkorgen är genomgången nu" in page.text) is not words.startswith("ingen")


def test_a4_a_colleague_s_reading_is_named(karin: Visitor, clock: Clock) -> None:
    with karin.context():
        second = colleague(karin.actor, "Bo Ek")
    Visitor(karin.app, second).get("/inkorg")
    clock.forward(minutes=1)
    assert "första klar 10.00 (Bo E.)" in karin.get("/inkorg").text


def test_a4_a_day_closed_or_halved_by_hand_asks_for_less(karin: Visitor, clock: Clock) -> None:
    """T1, T2."""
    with karin.context():
        place = Place(karin.unit_id)
        calendar.close_day(operator(), day("Wed 2026-11-18"), place, now=clock.now, rules=RULES)
        calendar.halve_day(operator(), day("Thu 2026-11-19"), place, now=clock.now)
    words = []
    for moment in ("Wed 2026-11-18 09:00", "Thu 2026-11-19 09:00"):
        clock.set(moment)
        words.append(Visitor(karin.app, karin.actor).get("/inkorg", headers=GLANCE).root.get_one(id="duty").text)
    assert words == ["Dagens läsning: ingen läsning i dag, enheten har stängt.", "Dagens läsning: en läsning återstår"]


# The list -------------------------------------------------------------------------------------------------------------

THEIRS, WAITING, DONE = "karin /inkorg", "anna /inkorg?vy=vantar", "/inkorg?vy=avslutade"
ASKED_BACK = "karin /inkorg?vy=vantar"
FRIDAY, LATE = "Fri 2026-11-20 09:00", "Fri 2026-11-20 16:30"


@pytest.mark.parametrize(
    ("steps", "later", "where", "status"),
    [
        (["anna asks"], None, THEIRS, "Att besvara Fre 20 nov 16.30"),
        (["anna asks"], FRIDAY, THEIRS, "Svara i dag I dag 16.30"),
        (["anna asks"], LATE, THEIRS, "Försenat Skulle besvarats fre 20 nov"),
        (["anna asks", "karin acknowledges"], None, THEIRS, "Att besvara Fre 20 nov 16.30"),
        (["anna informs"], None, THEIRS, "Att kvittera Fre 20 nov 16.30"),
        (["anna informs"], FRIDAY, THEIRS, "Kvittera i dag I dag 16.30"),
        (["anna informs"], LATE, THEIRS, "Försenat Skulle kvitterats fre 20 nov"),
        (["anna asks"], None, WAITING, "Väntar på svar Senast fre 20 nov 16.30"),
        (["anna asks"], FRIDAY, WAITING, "Väntar på svar Senast i dag 16.30"),
        (["anna asks"], LATE, WAITING, "Försenat Skulle besvarats fre 20 nov"),
        (["anna informs"], None, WAITING, "Väntar på kvittens Senast fre 20 nov 16.30"),
        (["anna asks", "karin answers"], None, "anna /inkorg", "Nytt svar"),
        (["anna asks", "karin asks back"], None, "anna /inkorg", "Att besvara Fre 20 nov 16.30"),
        (["anna asks", "karin opens", "karin asks back"], None, ASKED_BACK, "Väntar på svar Senast fre 20 nov 16.30"),
        (["anna asks", "karin answers", "anna opens"], None, f"anna {DONE}", "Besvarat"),
        (["anna asks", "karin opens", "karin answers"], None, f"karin {DONE}", "Besvarat"),
        (["anna informs", "karin opens", "karin acknowledges"], None, f"karin {DONE}", "Kvitterat"),
        (["anna informs", "karin opens", "karin acknowledges"], None, f"anna {DONE}", "Kvitterat"),
        (["anna asks", "karin opens", "anna closes"], None, f"karin {DONE}", "Avslutat"),
        (["anna asks", "anna closes"], None, f"anna {DONE}", "Avslutat"),
        (["anna asks", "anna closes"], None, THEIRS, "Nytt meddelande"),
    ],
)  # fmt: skip
def test_the_status_is_a_word_and_stands_where_the_turn_is(
    anna: Visitor,
    karin: Visitor,
    clock: Clock,
    talk: Write,
    steps: list[str],
    later: str | None,
    where: str,
    status: str,
) -> None:
    """Written Tuesday 10.00; due Friday 16.30 (T5). An unopened message lies with the unit that has not opened it."""
    talk(*steps)
    name, url = where.split()
    if later:
        clock.set(later)
    visitor = Visitor(anna.app, {"anna": anna, "karin": karin}[name].actor)
    assert cells(visitor.get(url))[0] == status
    tabs = {"/inkorg", "/inkorg?vy=vantar", DONE} - {url}
    assert {tab: list_of(visitor.get(tab)) for tab in tabs} == {tab: [] for tab in tabs}


def test_b4_when_overdue_the_sender_sees_whom_to_ring(anna: Visitor, karin: Visitor, clock: Clock, talk: Write) -> None:
    talk("anna asks")
    assert "Ring" not in cells(anna.get("/inkorg?vy=vantar"))[2]
    clock.set(LATE)
    anna, karin = Visitor(anna.app, anna.actor), Visitor(karin.app, karin.actor)
    assert cells(anna.get("/inkorg?vy=vantar"))[2] == "Hemsjukvård Norr Ring Hemsjukvård Norr: 035-13 20 01"
    assert cells(karin.get("/inkorg"))[2] == "Vårdcentralen Kärleken"


def test_the_oldest_deadline_comes_first_and_what_is_done_last_first(
    anna: Visitor, karin: Visitor, clock: Clock, write: Write
) -> None:
    for moment in ("Mon 2026-11-16 16:30", "Mon 2026-11-16 09:00", "Tue 2026-11-17 09:00"):
        clock.set(moment)
        write(subject=moment)
    karin, anna = Visitor(karin.app, karin.actor), Visitor(anna.app, anna.actor)
    by_deadline = ["Mon 2026-11-16 09:00", "Mon 2026-11-16 16:30", "Tue 2026-11-17 09:00"]
    assert subjects(karin.get("/inkorg")) == by_deadline
    assert subjects(anna.get("/inkorg?vy=vantar")) == by_deadline
    for thread_id in (2, 3, 1):
        clock.forward(minutes=1)
        anna.get(f"/arenden/{thread_id}")
        anna.press("Skicka och avsluta", body="Vi har löst det.")
    assert subjects(anna.get("/inkorg?vy=avslutade")) == [by_deadline[i] for i in (1, 2, 0)]


def test_tabs_and_who_handles_it_are_counted(anna: Visitor, karin: Visitor, talk: Write, clock: Clock) -> None:
    with karin.context():
        second = colleague(karin.actor, "Bo Ek")
    talk("anna asks", "karin claims")
    talk("anna asks")
    theirs = talk("anna informs")
    talk("anna asks", "karin opens", "karin asks back", "karin claims")
    with karin.context():
        threads.claim(second, theirs, now=clock.now)
    page = karin.get("/inkorg")
    tabs = [link.text for link in page.root.get_one("nav", class_="tabs").find_all("a")]
    assert tabs == ["Att besvara (3)", "Väntar på svar (1)", "Avslutade"]
    shown = [link.text for link in page.root.get_one("nav", class_="shown").find_all("a")]
    assert shown == ["Alla (3)", "Mina (1)", "Ej tagna (1)"]
    handlers = {
        name: [list(row.find_all("td"))[4].text for row in list_of(karin.get(f"/inkorg?visa={name}"))]
        for name in ("alla", "mina", "ej-tagna")
    }
    assert handlers == {"alla": ["Du", "Ta ärendet", "Bo E."], "mina": ["Du"], "ej-tagna": ["Ta ärendet"]}
    assert len(list_of(karin.get("/inkorg?vy=vantar&visa=mina"))) == 1


def test_the_sender_s_own_threads_are_in_her_hands(anna: Visitor, talk: Write) -> None:
    talk("anna asks")
    assert cells(anna.get("/inkorg?vy=vantar"))[3:] == ["T.T. f. 2000", "Du"]


def test_unread_is_a_word_a_count_and_a_title_until_somebody_opens_it(karin: Visitor, write: Write) -> None:
    thread_id = write()
    page = karin.get("/inkorg")
    assert page.title == "(1) Inkorg – Vårdmeddelanden"
    assert cells(page)[1] == "Såromläggning Oläst 1 meddelande"
    assert list_of(page)[0].classes == ["unopened"]
    assert page.root.get_one(id="menu-inbox").text == "Inkorg 1 oöppnade"
    karin.get(f"/arenden/{thread_id}")
    page = karin.get("/inkorg")
    assert page.title == "Inkorg – Vårdmeddelanden"
    assert cells(page)[1] == "Såromläggning 1 meddelande"
    assert page.root.get_one(id="menu-inbox").text == "Inkorg"


def test_every_other_page_s_title_has_the_count_too(karin: Visitor, write: Write) -> None:
    write()
    titles = {url: karin.get(url).title for url in ("/hjalp", "/mottagare", "/arenden/ny")}
    assert [title for title in titles.values() if not title.startswith("(1) ")] == []


@pytest.mark.parametrize("tab", ["att-besvara", "vantar", "avslutade"])
def test_p2_p3_a_list_shows_initials_and_year_of_birth_and_nothing_else(
    anna: Visitor, karin: Visitor, talk: Write, write: Write, tab: str
) -> None:
    for overrides in ({}, {"patient_id": OTHER_PATIENT, "patient_name": "Åke Östen Ärlig"}, {"protected": True}):
        write(subject="Fråga", **overrides)
    pages = [anna.get(f"/inkorg?vy={tab}"), karin.get(f"/inkorg?vy={tab}")]
    if tab != "avslutade":
        full = max(pages, key=lambda page: len(list_of(page)))
        assert {list(row.find_all("td"))[3].text for row in list_of(full)} == {
            "T.T. f. 2000",
            "Å.Ä. f. 1890",
            "Skyddade uppgifter",
        }
    words = (*IDENTITY, "Åke", "Ärlig", "18900101", "9802")
    assert [page.url for page in pages if given_away(words, page.body)] == []


def test_only_the_own_unit_s_threads_are_listed(karin: Visitor, clock: Clock) -> None:
    with karin.context():
        sender, recipient = pair()
        thread(sender, recipient.require_unit(), now=clock.now)
    assert [list_of(karin.get(f"/inkorg?vy={tab}")) for tab in ("att-besvara", "vantar", "avslutade")] == [[], [], []]


# Empty lists, pages, addresses ----------------------------------------------------------------------------------------


def test_an_empty_list_says_what_is_next(karin: Visitor) -> None:
    said = {
        "": "Inget att besvara. Nästa läsning: i dag efter 11.00.",
        "?visa=mina": "Du har inga ärenden här. Under Alla ser du enhetens övriga.",
        "?visa=ej-tagna": "Alla ärenden här har någon som hanterar dem.",
        "?vy=vantar": "Ni väntar inte på något svar.",
        "?vy=avslutade": "Här samlas ärenden som är besvarade, kvitterade eller avslutade.",
        "?sida=2": "Här är det slut. Gå tillbaka till föregående sida.",
        "?sida=99999": "Här är det slut. Gå tillbaka till föregående sida.",
    }
    assert {query: karin.get(f"/inkorg{query}").root.get_one(id="empty").text for query in said} == said


@pytest.mark.parametrize(
    ("moments", "words"),
    [
        (["Tue 2026-11-17 08:00", "Tue 2026-11-17 11:00"], "Inget att besvara. Nästa läsning: i morgon."),
        (["Fri 2026-11-20 08:00", "Fri 2026-11-20 11:00"], "Inget att besvara. Nästa läsning: mån 23 nov."),
        (["Sun 2026-11-22 11:00"], "Inget att besvara. Nästa läsning: i morgon."),
        (["Wed 2026-12-23 08:00", "Wed 2026-12-23 12:00"], "Inget att besvara. Nästa läsning: mån 28 dec."),
        (["Wed 2026-12-30 08:00", "Wed 2026-12-30 12:00"], "Inget att besvara. Nästa läsning: mån 4 jan 2027."),
    ],
)
def test_an_empty_inbox_says_when_to_look_next(karin: Visitor, clock: Clock, moments: list[str], words: str) -> None:
    for moment in moments:
        clock.set(moment)
        page = Visitor(karin.app, karin.actor).get("/inkorg")
    assert page.root.get_one(id="empty").text == words


def test_an_address_of_no_meaning_is_the_first_tab_everyone_s_first_page(karin: Visitor, write: Write) -> None:
    write()
    queries = ("vy=x", "visa=x", "vy=", "sida=0", "sida=-1", "sida=1.5", "sida=x", "sida=²", "sida=٣",
               "sida=999999999999", "vy=att-besvara%27%20OR%201=1", "vy=../..", "vy=%EF%BF%BF%ff", "vy[]=a&vy=b",
               "x=" + "y" * 3000)  # fmt: skip
    for query in queries:
        page = karin.get(f"/inkorg?{query}")
        assert (page.status, subjects(page)) == (200, ["Såromläggning"]), query
        assert page.root.get_one(id="tab-att-besvara").get("aria-current") == "page", query
        assert page.root.get_one(id="shown-alla").get("aria-current") == "true", query


def test_a_long_list_has_pages_that_keep_tab_and_choice(
    karin: Visitor, write: Write, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    for number in range(5):
        clock.forward(seconds=1)
        write(subject=f"Fråga {number}")
    page, seen = karin.get("/inkorg?visa=ej-tagna"), []
    while "Nästa sida" in page.links():
        seen.append(subjects(page))
        page = karin.get(page.links()["Nästa sida"])
    assert [*seen, subjects(page)] == [["Fråga 0", "Fråga 1"], ["Fråga 2", "Fråga 3"], ["Fråga 4"]]
    assert "Sida 3" in page.text
    assert page.links()["Föregående sida"] == "/inkorg?vy=att-besvara&visa=ej-tagna&sida=2"


# Claiming from the list -----------------------------------------------------------------------------------------------


def test_claiming_from_the_list_comes_back_to_the_list(karin: Visitor, write: Write) -> None:
    thread_id = write()
    karin.get("/inkorg")
    page = karin.press(f"claim-{thread_id}")
    assert (page.url, cells(page)[4]) == ("/inkorg", "Du")
    assert page.root.get_one(class_="ds-alert", data_color="success").text == "Du har tagit ärendet."


def test_a_conflict_over_a_claim_names_the_colleague(karin: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write()
    karin.get("/inkorg")
    with karin.context():
        threads.claim(colleague(karin.actor, "Bo Ek"), thread_id, now=clock.now)
    page = karin.press(f"claim-{thread_id}")
    assert (page.status, page.heading) == (409, "Någon annan hann före")
    assert "Bo Ek har redan tagit ärendet." in page.text


def test_only_who_may_write_is_offered_to(karin: Visitor) -> None:
    with karin.context():
        receptionist = colleague(karin.actor, "Rut Ros", role=Role.RECEPTIONIST)
    assert "Nytt meddelande" in karin.get("/inkorg").links()
    assert "Nytt meddelande" not in Visitor(karin.app, receptionist).get("/inkorg").links()


@pytest.mark.parametrize("count", [1, 9])
def test_the_database_is_asked_as_often_for_many_rows_as_for_one(
    karin: Visitor, write: Write, clock: Clock, count: int
) -> None:
    """The person, the day's readings, the rows and their counts; the reading itself, and that it counts; for a changed
    poll the person twice.
    """
    for _ in range(count):
        write()
    often = []
    karin.get("/inkorg", headers=GLANCE)  # what administrators decide is kept from now on
    for address, headers in (("/inkorg", {}), ("/inkorg", {}), ("/inkorg", GLANCE), ("/poll/inkorg?d=0-0", GLANCE)):
        with statements() as asked:
            assert karin.fetch(address, **headers).text.count('id="row-') == count
        often.append(len(asked))
        clock.forward(seconds=10)
    assert often == [6, 5, 4, 5]
