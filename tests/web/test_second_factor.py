"""Inloggning i två steg: set up, kept and taken away on its pages; and required where the setting says so."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask import Flask

from lcweb.config import Settings
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.second_factor import CODES, Policy
from tests.clock import Clock
from tests.codes import Phone, app_code, turned_on
from tests.databases import opened
from tests.factories import PASSWORD, colleague, unit, user
from tests.page import Browser, Page
from tests.web.visits import Visitor, writes

POLL = "/poll/inkorg"


def begin(visitor: Visitor, password: str = PASSWORD) -> Page:
    visitor.get("/konto/tva-steg")
    return visitor.press("Fortsätt", password=password)


def secret_on(page: Page) -> str:
    return page.root.get_one(id="key").text.replace(" ", "")


def codes_on(page: Page) -> list[str]:
    return [item.text for item in page.root.get_one(id="codes").find_all("li")]


def set_up(visitor: Visitor, clock: Clock) -> tuple[str, list[str]]:
    secret = secret_on(begin(visitor))
    return secret, codes_on(visitor.press("Slå på", code=app_code(secret, clock.now)))


# Setting it up --------------------------------------------------------------------------------------------------------


def test_it_is_set_up_with_an_app_and_a_first_code(karin: Visitor, clock: Clock) -> None:
    elsewhere = Visitor(karin.app, karin.person)
    page = begin(karin)
    assert (page.url, page.heading) == ("/konto/tva-steg/ny", "Lägg till appen")
    assert unquote(page.root.get_one("img")["src"]).startswith("data:image/svg+xml")
    assert page.root.get_one("img")["alt"]
    assert page.field("code")["autocomplete"] == "one-time-code"
    secret = secret_on(page)
    assert secret not in str(page.headers) + page.title + page.url
    page = karin.press("Slå på", code=app_code(secret, clock.now))
    assert (page.status, page.heading, len(codes_on(page))) == (200, "Dina reservkoder", CODES)
    assert [browser.poll(POLL).status for browser in (karin, elsewhere)] == [200, 401]
    assert Browser.post(karin, "/konto/losenord", password="", new="", again="").status == 400
    assert "Skriv ditt lösenord." in karin.page.text, "the page of the codes has the new cookie's token"
    page = karin.get("/konto")
    assert "På sedan tis 17 nov" in page.text
    assert "med lösenord och kod" in page.text
    later = [karin.get(address).body for address in ("/konto", "/konto/tva-steg", "/konto/tva-steg/ny", "/inkorg")]
    assert secret not in "".join(later).replace(" ", ""), "shown only while it is set up"


def test_a_wrong_password_or_code_is_said(karin: Visitor, clock: Clock) -> None:
    page = begin(karin, "fel lösenord")
    assert (page.status, page.root.get_one(id="password-problem").text) == (400, "Lösenordet stämmer inte.")
    secret = secret_on(begin(karin))
    for typed in ("000000", "", "abc", "x" * 10_000, "\0"):
        page = karin.press("Slå på", code=typed)
        sentence = "Koden stämmer inte. Skriv den som appen visar just nu."
        assert (page.status, page.root.get_one(id="code-problem").text) == (400, sentence)
        assert secret_on(page) == secret, "the app that has read it still fits"


def test_the_key_is_shown_for_a_quarter_of_an_hour(karin: Visitor, clock: Clock) -> None:
    secret = secret_on(begin(karin))
    clock.forward(minutes=15)
    assert karin.press("Slå på", code=app_code(secret, clock.now)).url == "/konto/tva-steg"
    assert karin.get("/konto/tva-steg/ny").url == "/konto/tva-steg"


# Signing in -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def phone(karin: Visitor, clock: Clock) -> Phone:
    with karin.context():
        made = turned_on(karin.actor, clock.now)
    clock.forward(minutes=10)
    return made


def typed_password(web: Browser) -> Page:
    return web.sign_in("karin")


def test_the_code_is_asked_for_after_the_password(karin: Visitor, phone: Phone, web: Browser, clock: Clock) -> None:
    page = typed_password(web)
    assert (page.url, page.heading) == ("/logga-in/kod", "Skriv koden")
    assert page.field("code")["autocomplete"] == "one-time-code"
    assert web.poll(POLL).status == 401, "a password signs nobody in"
    before = web.client.get_cookie("lcweb").value
    web.get("/logga-in/kod")
    page = web.post("/logga-in/kod", code=phone.code(clock.now))
    assert (page.url, page.heading) == ("/inkorg", "Inkorg")
    assert web.client.get_cookie("lcweb").value != before


def test_a_wrong_password_never_comes_to_the_code(karin: Visitor, phone: Phone, web: Browser) -> None:
    """What is said is the same for who has a second factor, who has none and who does not exist."""
    pages = [web.sign_in(name, "fel lösenord") for name in ("karin", "ingen")]
    assert {(page.status, page.url) for page in pages} == {(401, "/logga-in")}
    assert web.get("/logga-in/kod").url == "/logga-in"


def test_a_code_is_refused_the_second_time(karin: Visitor, phone: Phone, clock: Clock) -> None:
    code = phone.code(clock.now)
    answers = []
    for _ in range(2):
        browser = Browser(karin.app)
        typed_password(browser)
        answers.append(browser.post("/logga-in/kod", code=code))
    assert [page.status for page in answers] == [200, 401]
    sentence = "Koden stämmer inte, eller har redan använts. Vänta på nästa kod i appen och försök igen."
    assert answers[1].root.get_one(id="code-problem").text == sentence


def test_a_recovery_code_lets_in_once_and_says_how_many_are_left(
    karin: Visitor, phone: Phone, web: Browser, clock: Clock
) -> None:
    typed_password(web)
    page = web.post("/logga-in/kod", code=phone.recovery_codes[0])
    assert "Du loggade in med en reservkod. Du har 9 kvar. Gör nya på Mitt konto." in page.text
    web.post("/logga-ut")
    typed_password(web)
    assert web.post("/logga-in/kod", code=phone.recovery_codes[0]).status == 401


def test_after_five_minutes_one_begins_anew(karin: Visitor, phone: Phone, web: Browser, clock: Clock) -> None:
    typed_password(web)
    clock.forward(minutes=5)
    page = web.post("/logga-in/kod", code=phone.code(clock.now))
    assert (page.url, "Det tog för lång tid. Logga in igen." in page.text) == ("/logga-in", True)


def test_a_step_s_cookie_copied_before_the_code_opens_nothing_after_it(
    karin: Visitor, phone: Phone, web: Browser, clock: Clock
) -> None:
    typed_password(web)
    thief = Browser(karin.app)
    thief.client.set_cookie("lcweb", web.client.get_cookie("lcweb").value)
    assert web.post("/logga-in/kod", code=phone.code(clock.now)).status == 200
    assert thief.get("/logga-in/kod").url == "/logga-in"
    assert thief.poll(POLL).status == 401


def test_wrong_codes_wait_and_the_password_wins_no_new_tries(
    karin: Visitor, phone: Phone, web: Browser, clock: Clock
) -> None:
    for _ in range(5):
        typed_password(web)
        assert web.post("/logga-in/kod", code="000000").status == 401
    typed_password(web)
    page = web.post("/logga-in/kod", code=phone.code(clock.now))
    assert (page.status, page.headers["Retry-After"]) == (429, "5")
    assert "Vänta 5 sekunder och försök igen." in page.text
    clock.forward(seconds=5)
    assert web.post("/logga-in/kod", code=phone.code(clock.now)).url == "/inkorg"


def test_nothing_that_is_typed_breaks_it(karin: Visitor, phone: Phone, web: Browser, clock: Clock) -> None:
    for typed in ("", " ", "\0", "x" * 100_000, "' OR 1=1 --", "١٢٣٤٥٦", "-1", "\u202e123456"):
        typed_password(web)
        page = web.post("/logga-in/kod", code=typed)
        assert (page.status, page.value("code")) == (401, "")
        clock.forward(minutes=11)


# Keeping it and taking it away ----------------------------------------------------------------------------------------


def signed_in(karin: Visitor, phone: Phone, clock: Clock) -> Visitor:
    visitor = Visitor(karin.app, None)
    visitor.sign_in("karin")
    assert visitor.post("/logga-in/kod", code=phone.code(clock.now)).url == "/inkorg"
    clock.forward(minutes=1)
    return visitor


def test_new_recovery_codes_are_made_and_it_is_removed(karin: Visitor, phone: Phone, clock: Clock) -> None:
    karin = signed_in(karin, phone, clock)
    karin.get("/konto/tva-steg")
    page = karin.press("Gör nya reservkoder", password=PASSWORD, code=phone.code(clock.now))
    assert set(codes_on(page)).isdisjoint(phone.recovery_codes)
    fresh = codes_on(page)
    for typed in ({"password": "fel lösenord", "code": fresh[0]}, {"password": PASSWORD, "code": "000000"}):
        karin.get("/konto/tva-steg")
        assert karin.press("Ta bort inloggning i två steg", **typed).status == 400
    page = karin.press("Ta bort inloggning i två steg", password=PASSWORD, code=fresh[0])
    assert "Inloggning i två steg är borttagen." in page.text
    assert Browser(karin.app).sign_in("karin").url == "/inkorg"
    karin.get("/konto/tva-steg")
    answer = karin.post("/konto/tva-steg/ta-bort", password=PASSWORD, code=fresh[1])
    assert (answer.status, "Inloggning i två steg är inte på." in answer.text) == (409, True)


def test_an_administrator_and_a_manager_take_it_away_on_the_person_s_page(
    bare_app: Flask, karin: Visitor, clock: Clock
) -> None:
    with bare_app.app_context():
        siv, lena = (
            user("Siv Admin", role=Role.SYSTEM_ADMIN),
            colleague(karin.actor, "Lena Wik", role=Role.UNIT_MANAGER),
        )
    admin, manager = Visitor(bare_app, siv), Visitor(bare_app, lena)
    pages = {f"/admin/anvandare/{karin.actor.user_id}": admin,
             f"/admin/enheter/{karin.unit_id}/medlemmar/{karin.actor.user_id}": manager}  # fmt: skip
    for address, visitor in pages.items():
        page = visitor.get(address)
        assert "Ta bort inloggning i två steg" not in page.text
        with bare_app.app_context():
            phone = turned_on(karin.actor, clock.now)
        page = visitor.get(address)
        assert "Karin Berg loggar in i två steg sedan" in page.text
        page = visitor.press("Ta bort inloggning i två steg")
        assert "Inloggning i två steg är borttagen, och personen är utloggad överallt." in page.text
        browser = Browser(bare_app)
        assert browser.sign_in("karin").url == "/inkorg"
        assert phone.secret
    assert "Inloggning i två steg" in admin.get(f"/admin/anvandare/{karin.actor.user_id}").text


def test_a_link_for_a_new_password_says_that_the_code_is_still_needed(
    bare_app: Flask, karin: Visitor, phone: Phone, clock: Clock
) -> None:
    with bare_app.app_context():
        siv = user("Siv Admin", role=Role.SYSTEM_ADMIN)
    admin = Visitor(bare_app, siv)
    admin.get(f"/admin/anvandare/{karin.actor.user_id}")
    page = admin.press("Gör en länk för nytt lösenord")
    assert "Den som loggar in i två steg behöver sin kod även efteråt." in page.text
    token = page.root.get_one("input", id="link")["value"].rpartition("/")[2]
    browser = Browser(bare_app)
    browser.get(f"/inbjudan/{token}")
    browser.post(f"/inbjudan/{token}", password="en mening om regn", again="en mening om regn")
    assert browser.sign_in("karin", "en mening om regn").url == "/logga-in/kod"


# Required, offered, off -----------------------------------------------------------------------------------------------

Site = Callable[[Policy], Flask]


@pytest.fixture
def site(settings: Settings, clock: Clock) -> Iterator[Site]:
    apps = []

    def start(policy: Policy) -> Flask:
        app = opened(replace(settings, second_factor=policy))
        apps.append(app)
        started = app.__enter__()
        started.testing = True
        return started

    yield start
    for app in apps:
        app.__exit__(None, None, None)


def nurse(app: Flask) -> Actor:
    with app.app_context():
        return user("Karin Berg", unit_id=unit("Hemsjukvård Norr"), username="karin")


def test_where_it_is_required_it_is_set_up_before_anything_else(site: Site, clock: Clock) -> None:
    app = site(Policy.REQUIRED)
    karin = Visitor(app, nurse(app))
    page = karin.get("/inkorg")
    assert (page.url, page.heading) == ("/konto/tva-steg", "Inloggning i två steg")
    assert "Här krävs inloggning i två steg. Slå på det för att komma vidare." in page.text
    assert not page.root.find("nav"), "the menu leads nowhere yet"
    for address in ("/", "/konto", "/sok", "/arenden/ny", "/hjalp", "/valj-enhet", "/admin/fraser"):
        assert karin.get(address).url == "/konto/tva-steg"
    poll = karin.poll(POLL)
    assert (poll.status, poll.headers["HX-Redirect"]) == (401, "/konto/tva-steg")
    karin.get("/konto/tva-steg")
    with writes(app) as changed:
        assert karin.post("/arenden/ny", subject="x").status == 401
    assert changed == set()
    set_up(karin, clock)
    assert karin.get("/inkorg").heading == "Inkorg"
    clock.forward(minutes=1)


def test_who_removes_it_where_it_is_required_sets_it_up_again(site: Site, clock: Clock) -> None:
    app = site(Policy.REQUIRED)
    karin = Visitor(app, nurse(app))
    secret, codes = set_up(karin, clock)
    page = karin.get("/konto/tva-steg")
    assert "så du behöver slå på igen direkt" in page.text
    karin.press("Ta bort inloggning i två steg", password=PASSWORD, code=codes[0])
    assert karin.get("/inkorg").url == "/konto/tva-steg"
    assert secret_on(begin(karin)) != secret


def test_one_may_always_sign_out(site: Site) -> None:
    app = site(Policy.REQUIRED)
    karin = Visitor(app, nurse(app))
    karin.get("/konto/tva-steg")
    assert karin.press("Logga ut").url == "/logga-in"


def test_where_it_is_off_nobody_sets_one_up_and_who_has_one_still_needs_it(site: Site, clock: Clock) -> None:
    app = site(Policy.OFF)
    actor = nurse(app)
    karin = Visitor(app, actor)
    assert "Inloggning i två steg" not in karin.get("/konto").text
    assert karin.get("/konto/tva-steg").status == 404
    assert karin.post("/konto/tva-steg", password=PASSWORD).status == 404
    with app.app_context():
        phone = turned_on(actor, clock.now)
    browser = Browser(app)
    assert browser.sign_in("karin").url == "/logga-in/kod"
    clock.forward(minutes=1)
    assert browser.post("/logga-in/kod", code=phone.code(clock.now)).url == "/inkorg"
    assert "Ta bort inloggning i två steg" in browser.get("/konto/tva-steg").text


def test_a_demo_s_accounts_sign_in_with_a_password_alone(settings: Settings) -> None:
    assert settings.second_factor is Policy.OFFERED
