"""The help tells the routine with the numbers in force, and every page leads to the part that explains it."""

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from flask import Flask

from lcweb.config import Link, Settings
from lcweb.domain.outlines import OUTLINES
from lcweb.domain.permissions import Role
from lcweb.domain.recipients import CaseType
from lcweb.domain.rules import ReadingRule, Rules
from lcweb.queries import units as units_of
from lcweb.services import units
from lcweb.web import words
from lcweb.web.help import EXPLAINED, MOVES, WHEN_IT_FAILED
from tests import routes
from tests.browser import looks
from tests.clock import Clock
from tests.factories import LONG_AGO, operator, organization, user
from tests.help_pictures import PICTURES
from tests.page import Browser, Page
from tests.web.visits import Visitor, Write
from tests.web.world import make_world

PAGES = {
    "/hjalp": "Hjälp och rutin",
    "/hjalp/sa-gor-du": "Så gör du",
    "/hjalp/narsjukvard": "Manual för mottagningar",
    "/hjalp/kommun": "Manual för kommunen",
    "/tillganglighet": "Tillgänglighet",
}
LINK = "Hjälp om den här sidan"
IMAGES = Path(__file__).resolve().parents[2] / "static" / "img" / "hjalp"
#: They lead on, or show who is signed in nothing.
ELSEWHERE = {"administration.start", "sign_in.sign_in", "sign_in.start", "sign_in_steps.show"}
#: Blueprints that show no page of their own, and the file server.
NO_PAGE = {"static", "health", "metrics", "poll", "providers", "well_known"}


def ids(page: Page) -> set[str]:
    return {element["id"] for element in page.root.find_all() if element.get("id")}


# The routine ----------------------------------------------------------------------------------------------------------


def test_it_says_what_is_sent_here_and_what_is_not(anna: Visitor) -> None:
    page = anna.get("/hjalp")
    assert page.heading == "Hjälp och rutin"
    for sentence in (
        "Akuta ärenden. Ring enheten. Vid livsfara: 112.",
        "Bilagor, till exempel läkemedelslistor och ordinationer.",
        "Begäran om nya läkemedel på recept.",
        "öppnar sin inkorg minst två gånger varje vardag, även när inget nytt har kommit",
        "Information räcker det att kvittera.",
        "Ett ärende gäller en patient och går till en enhet.",
    ):
        assert sentence in page.text


def test_its_numbers_are_the_routine_s(anna: Visitor) -> None:
    text = anna.get("/hjalp").text
    assert "ska det gå minst 60 minuter" in text
    assert "ett mejl klockan 11.00 och 15.00, på halvdagar klockan 10.30" in text
    assert "nästa vardag klockan 08.30" in text
    assert "Svar inom 3 vardagar" in text
    assert "med en dag inom 10 vardagar" in text
    assert "Har du inte gjort något på 30 minuter loggas du ut." in text


def test_the_moves_have_their_numbers_too(anna: Visitor) -> None:
    text = anna.get(MOVES).text
    assert "högst 10 vardagar bort" in text
    assert "Den nya enheten får hela ärendet och 3 vardagar på sig" in text
    assert "avsluta det, inom en vardag." in text
    assert "finns kvar i 14 dagar" in text


class TestOtherNumbers:
    """Every number of the routine is a setting."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        rules = Rules(
            answer_days=5, callback_days=7, return_days=2, escalate_organization_days=6,
            readings_per_day=3, reading_gap=timedelta(minutes=90),
            first_reminder=time(10, 15), half_day_closes=time(13, 0), draft_days=20,
        )  # fmt: skip
        return replace(settings, rules=rules, idle_minutes=45)

    def test_the_words_follow_them(self, anna: Visitor) -> None:
        text = anna.get("/hjalp").text
        assert "ska det gå minst 90 minuter" in text
        assert "ett mejl klockan 10.15 och 15.00" in text
        assert "Svar inom 5 vardagar" in text
        assert "Tre gånger varje vardag" in text
        assert "stänger enheten klockan 13.00" in text
        assert "på 45 minuter loggas du ut" in text

    def test_those_of_the_other_pages_as_well(self, anna: Visitor) -> None:
        moves = anna.get(MOVES).text
        assert "högst 7 vardagar bort" in moves
        assert "avsluta det, inom 2 vardagar." in moves
        assert "i 20 dagar" in moves
        for manual in ("/hjalp/narsjukvard", "/hjalp/kommun"):
            text = anna.get(manual).text
            assert "inom 5 vardagar" in text
            assert "tre gånger" in text
        assert "på 45 minuter" in anna.get("/tillganglighet").text

    @pytest.mark.parametrize("path", PAGES)
    def test_no_number_of_the_routine_is_left_as_it_was(self, anna: Visitor, path: str) -> None:
        text = anna.get(path).text
        for usual in ("3 vardagar", "tre vardagar", "10 vardagar", "tio vardagar", "två gånger", "60 minuter"):
            assert usual not in text


class TestHalvesOfTheDay:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, rules=Rules(reading_rule=ReadingRule.AM_PM))

    def test_the_gap_is_not_told(self, anna: Visitor) -> None:
        text = anna.get("/hjalp").text
        assert "En läsning ska göras före klockan 12.00 och en efter." in text
        assert "Mellan två läsningar" not in text


# Moves and manuals ----------------------------------------------------------------------------------------------------


def test_every_move_has_its_part(anna: Visitor) -> None:
    titles = {heading.text for heading in anna.get(MOVES).root.find_all("h3")}
    assert titles >= {
        "Skicka ett meddelande", "Läsa inkorgen", "Ta, ta över och lämna tillbaka", "Kvittera", "Svara",
        "Fråga tillbaka", "Återkomma en annan dag", "Vidarebefordra", "Återsända", "Återta", "Makulera (fel patient)",
        "Rätta", "Avsluta", "Öppna igen", "Överfört till journal", "Intern anteckning", "Spara ett utkast",
        "Använda fraser och mallar", "Söka", "Skriva ut", "Skyddade personuppgifter", "Reservnummer",
    }  # fmt: skip


def test_the_reasons_are_those_of_the_forms(anna: Visitor) -> None:
    items = {item.text for item in anna.get(MOVES).root.find_all("li")}
    for reasons in (words.FORWARD_REASONS, words.RETURN_REASONS, words.VOID_REASONS):
        assert items >= set(reasons.values())


@pytest.mark.parametrize("path", ["/hjalp/narsjukvard", "/hjalp/kommun"])
def test_a_manual_goes_through_the_routine_s_three_cases(anna: Visitor, path: str) -> None:
    page = anna.get(path)
    titles = {heading.text for heading in page.root.find_all("h2")}
    assert titles >= {"Enstaka hembesök", "Inskrivning i hemsjukvård", "Utskrivning från hemsjukvård"}
    assert "”Meddelande utanför vårdtillfälle”" in page.text


def test_the_manuals_ask_for_what_the_outlines_ask_for(anna: Visitor) -> None:
    care, municipality = anna.get("/hjalp/narsjukvard").text, anna.get("/hjalp/kommun").text
    for case_type, text in (
        (CaseType.SINGLE_HOME_VISIT, care),
        (CaseType.HOME_CARE_ENROLMENT, care),
        (CaseType.HOME_CARE_DISCHARGE, municipality),
    ):
        assert all(line.removesuffix(":") in text for line in OUTLINES[case_type].split("\n"))


@pytest.mark.parametrize("role", Role)
def test_every_role_reads_all_of_it(bare_app: Flask, clock: Clock, role: Role) -> None:
    with bare_app.app_context():
        place = organization() if role in (Role.LIST_ADMIN, Role.LOG_REVIEWER) else None
        visitor = Visitor(bare_app, user(role=role, organization_id=place))
    assert {path: visitor.get(path).heading for path in PAGES} == PAGES


# Contacts and sources -------------------------------------------------------------------------------------------------


def test_whom_to_ask_stands_by_organization(anna: Visitor) -> None:
    assert "Ingen organisation har lämnat någon kontakt ännu." in anna.get("/hjalp").text
    with anna.context():
        organization("Varbergs kommun", contact="Ingrid Ask\n08-465 004 12")
        laholm = organization("Laholms kommun", contact="Nisse & <b>Co</b>")
        organization("Hylte kommun")
    told = {term.text: term for term in anna.get("/hjalp").root.find_all("dd", class_="contact")}
    assert list(told) == ["Nisse & <b>Co</b>", "Ingrid Ask 08-465 004 12"]
    with anna.context():
        units.change_contact(operator(), laholm, "", now=LONG_AGO)
    text = anna.get("/hjalp").text
    assert "Laholms kommun" not in text
    assert "Hylte kommun" not in text


def test_the_routine_s_sources_are_linked(anna: Visitor, settings: Settings) -> None:
    page = anna.get("/hjalp")
    found = {a.text: a for a in page.root.find_all("a", rel="noopener noreferrer")}
    assert {title: link["href"] for title, link in found.items()} == dict(settings.routine_links)
    assert not any(link.get("target") for link in found.values())


class TestOtherSources:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(settings, routine_links=())

    def test_without_any_the_page_says_whom_to_ask(self, anna: Visitor) -> None:
        page = anna.get("/hjalp")
        assert page.root.find("a", rel="noopener noreferrer") is None
        assert "för din organisation efter dokumenten." in page.text


# The way around -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_every_link_within_the_help_leads_somewhere(anna: Visitor, path: str) -> None:
    pages = {known: ids(anna.get(known)) for known in PAGES}
    for link in anna.get(path).root.find_all("a"):
        address, _, anchor = link["href"].partition("#")
        if anchor and (address or path) in pages:
            assert anchor in pages[address or path], link["href"]


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/tillganglighet"])
def test_the_table_of_contents_is_complete_and_in_order(anna: Visitor, path: str) -> None:
    root = anna.get(path).root
    listed = [(a["href"].removeprefix("#"), a.text) for a in root.get_one("nav", class_="contents").find_all("a")]
    level = "h3" if path == MOVES else "h2"
    assert listed == [(h["id"], h.text) for h in root.find_all(level) if h["id"] != "contents"]


def test_every_page_of_the_help_leads_to_the_others(anna: Visitor) -> None:
    for path in PAGES:
        chapters = anna.get(path).root.get_one("nav", aria_label="Hjälpens sidor")
        assert [a["href"] for a in chapters.find_all("a")] == list(PAGES)
        assert chapters.get_one("a", aria_current="page")["href"] == path


# From every page to the part that explains it -------------------------------------------------------------------------


def test_every_endpoint_has_a_line(bare_app: Flask) -> None:
    """EXPLAINED in lcweb/web/help.py: add the new page, and the part of the help that explains it."""
    endpoints = {rule.endpoint for rule in bare_app.url_map.iter_rules()}
    shown = {endpoint for endpoint in endpoints if endpoint.partition(".")[0] not in NO_PAGE}
    assert {end for end in shown if not {end, end.partition(".")[0]} & EXPLAINED.keys()} == set()


def test_every_line_names_a_part_that_exists(anna: Visitor) -> None:
    for address in {*EXPLAINED.values(), WHEN_IT_FAILED} - {None}:
        path, _, anchor = address.partition("#")
        assert anchor in ids(anna.get(path)), address


def test_every_page_has_the_link(bare_app: Flask, clock: Clock) -> None:
    world = make_world(bare_app, clock)
    with bare_app.app_context():
        nurse, admin = user(unit_id=world.unit_id), user(role=Role.SYSTEM_ADMIN)
        own = units_of.get_unit(world.unit_id).organization_id
        reviewer = user(role=Role.LOG_REVIEWER, organization_id=own)
    readers = [Visitor(bare_app, person) for person in (nurse, admin, reviewer)]
    thread_id = world.thread_for(None)
    gets = {rule.endpoint for rule in bare_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    for endpoint in gets:
        name = endpoint.partition(".")[0]
        if name in NO_PAGE | {"help"} or endpoint in ELSEWHERE:
            continue
        pages = [reader.get(routes.address(world, endpoint, thread_id)) for reader in readers]
        page = next(page for page in pages if page.status == 200)
        if "Content-Disposition" in page.headers:  # a file to fetch
            continue
        assert page.links()[LINK] == EXPLAINED.get(endpoint, EXPLAINED.get(name)), endpoint


def test_a_page_shown_again_after_a_move_explains_the_move(karin: Visitor, write: Write) -> None:
    page = karin.post(f"/arenden/{write()}/svara", body="")
    assert page.status == 400
    assert page.links()[LINK] == f"{MOVES}#svara"


def test_the_pages_that_show_something_else_say_so(anna: Visitor, karin: Visitor, write: Write) -> None:
    assert anna.get("/finns-inte").links()[LINK] == WHEN_IT_FAILED
    assert karin.get(f"/arenden/{write(protected=True)}").links()[LINK] == f"{MOVES}#skyddade"
    for path in PAGES:
        assert LINK not in anna.get(path).links()


def test_who_is_not_signed_in_is_sent_to_no_help(web: Browser) -> None:
    links = web.get("/logga-in").links()
    assert LINK not in links
    assert links["Tillgänglighet"] == "/tillganglighet"


# Pictures -------------------------------------------------------------------------------------------------------------


def pictures(visitor: Visitor) -> dict[str, str]:
    """File name → alt text, of the whole help."""
    images = [image for path in PAGES for image in visitor.get(path).root.find_all("img")]
    return {image["src"].partition("?")[0].rpartition("/")[2]: image["alt"] for image in images}


def test_every_picture_is_there_and_used_and_can_be_made_again(anna: Visitor) -> None:
    shown = pictures(anna)
    assert set(shown) == {file.name for file in IMAGES.iterdir()} == {f"{name}.png" for name in PICTURES}
    assert all(anna.fetch(f"/static/img/hjalp/{name}").status_code == 200 for name in shown)


def test_every_picture_is_told_in_words_and_small(anna: Visitor) -> None:
    for name, words_of_it in pictures(anna).items():
        assert len(words_of_it) > 20, name
        assert words_of_it.endswith(".")
        assert 1_000 < (IMAGES / name).stat().st_size < 60_000, name


def test_a_picture_s_place_is_kept_while_it_loads(anna: Visitor) -> None:
    for image in anna.get(MOVES).root.find_all("img"):
        assert 300 < int(image["width"]) <= 760
        assert 40 < int(image["height"]) < 900


# The accessibility statement ------------------------------------------------------------------------------------------


def test_the_statement_is_for_everybody(web: Browser) -> None:
    page = web.get("/tillganglighet")
    assert (page.status, page.heading) == (200, "Tillgänglighet")
    titles = [heading.text for heading in page.root.find_all("h2")]
    assert titles == [
        "Hur tillgänglig är tjänsten?", "Brister som vi känner till", "Det vi inte har prövat", "Hur vi har testat",
        "Berätta för oss om brister", "Tillsyn",
    ]  # fmt: skip
    assert "lagen (2018:1937) om tillgänglighet till digital offentlig service" in page.text
    assert page.links()["Myndigheten för digital förvaltning (Digg)"] == "https://www.digg.se/tdosanmalan"
    assert "Redogörelsen uppdaterades senast 2026-11-25." in page.text


def test_it_claims_no_more_than_the_tests_look_at(web: Browser) -> None:
    text = web.get("/tillganglighet").text
    assert f"som är {looks.PHONE} bildpunkter bred" in text
    assert f"ned till {looks.NARROWEST} bildpunkters bredd" in text
    assert {"wcag2a", "wcag2aa", "wcag22aa"} <= set(looks.ALL["values"])


def test_without_an_address_it_leads_to_the_contacts(web: Browser, anna: Visitor) -> None:
    assert "Logga in, så står den under Hjälp." in web.get("/tillganglighet").text
    assert anna.get("/tillganglighet").links()["Kontakter"] == "/hjalp#kontakt"


class TestOneWhoOffersIt:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        supervisor = Link("Nya myndigheten", "https://myndighet.example/anmal")
        return replace(
            settings, provider="Region Halland", admin_email="drift@vard.example", accessibility_supervisor=supervisor
        )

    def test_is_named_and_can_be_written_to(self, web: Browser) -> None:
        page = web.get("/tillganglighet")
        assert "Region Halland står bakom Vårdmeddelanden." in page.text
        assert page.links()["drift@vard.example"] == "mailto:drift@vard.example"
        assert page.links()["Nya myndigheten"] == "https://myndighet.example/anmal"

    class TestWithAnAddressOfItsOwn:
        @pytest.fixture
        def settings(self, settings: Settings) -> Settings:
            return replace(settings, accessibility_email="tillganglig@vard.example", accessibility_supervisor=None)

        def test_that_one_is_told(self, web: Browser) -> None:
            page = web.get("/tillganglighet")
            assert "tillganglig@vard.example" in page.links()
            assert "drift@vard.example" not in page.text
            assert "den myndighet som har tillsyn över lagen" in page.text
