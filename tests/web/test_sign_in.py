"""Signing in, choosing the unit to act from, and how a session ends."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lcweb.config import Settings
from lcweb.domain.people import DEMO_PASSWORD, FREE_FAILURES_ACCOUNT, FREE_FAILURES_ADDRESS
from lcweb.domain.permissions import Role, operator
from lcweb.services import people
from tests.clock import Clock
from tests.databases import opened
from tests.factories import LONG_AGO, PASSWORD, organization, thread, unit, user
from tests.page import Browser, Page
from tests.web.visits import Visitor, writes

WRONG = "Användarnamnet eller lösenordet stämmer inte. Försök igen."
IDLE = "Du har blivit utloggad, eftersom ingen använde sidan på en stund. Logga in igen."


@pytest.fixture
def maria(bare_app: Flask, clock: Clock) -> Visitor:
    """A nurse of two units, who has chosen neither."""
    with bare_app.app_context():
        actor = user("Maria Holm", unit_id=unit("Vårdcentralen Kolla"), username="maria")
        people.add_membership(
            operator(), actor.user_id, Role.NURSE, unit_id=unit("Vårdcentralen Breared"), now=LONG_AGO
        )
    return Visitor(bare_app, actor)


def unit_id_of(maria: Visitor, name: str) -> str:
    """As the page offers it."""
    label = next(label for label in maria.get("/valj-enhet").root.find_all("label") if label.text.startswith(name))
    return label["for"].removeprefix("unit-")


def attempt(browser: Browser, username: str, password: str) -> Page:
    browser.get("/logga-in")
    return browser.post("/logga-in", username=username, password=password)


# The password ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["karin", " Karin ", "KARIN"])
def test_name_and_password_lead_to_the_inbox(karin: Visitor, web: Browser, username: str) -> None:
    page = web.sign_in(username)
    assert (page.url, page.heading) == ("/inkorg", "Inkorg")
    assert "Hemsjukvård Norr Karin B. Byt person Logga ut" in page.text


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("karin", "fel lösenord"),
        ("karin", PASSWORD.upper()),
        ("karin", PASSWORD + " "),
        ("ingen", PASSWORD),
        ("karin", DEMO_PASSWORD),
        ("' OR 1=1 --", "' OR 1=1 --"),
        ("{{7*7}}", "x"),
        ("k" * 100_000, "p" * 100_000),
        ("kar\0in", PASSWORD),
        ("karin", PASSWORD + "\0"),
    ],
)
def test_nobody_is_told_whether_it_was_the_name_or_the_password(
    karin: Visitor, web: Browser, username: str, password: str
) -> None:
    page = attempt(web, username, password)
    assert page.status in (400, 401)
    assert [item.text for item in page.root.get_one(id="error-summary").find_all("li")] == [WRONG]
    assert page.value("password") == ""
    assert web.get("/inkorg").url == "/logga-in"


def test_what_was_typed_as_a_name_comes_back_and_the_password_does_not(karin: Visitor, web: Browser) -> None:
    page = attempt(web, "karinn", "fel lösenord")
    assert (page.status, page.value("username"), page.value("password")) == (401, "karinn", "")
    assert "fel lösenord" not in page.body


@pytest.mark.parametrize(
    ("username", "password", "sentences"),
    [
        ("", "", ["Skriv ditt användarnamn.", "Skriv ditt lösenord."]),
        ("  ", "x", ["Skriv ditt användarnamn."]),
        ("karin", "", ["Skriv ditt lösenord."]),
    ],
)
def test_an_empty_field_is_said_at_the_field(web: Browser, username: str, password: str, sentences: list[str]) -> None:
    page = attempt(web, username, password)
    links = list(page.root.get_one(id="error-summary").find_all("a"))
    assert (page.status, [link.text for link in links]) == (400, sentences)
    for link in links:
        assert page.root.get_one(id=link["href"].removeprefix("#")).get("aria-invalid") == "true"


# Throttling -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ["karin", "ingen"])
def test_after_many_failures_even_the_right_password_waits(
    karin: Visitor, web: Browser, clock: Clock, username: str
) -> None:
    """The same for a name that does not exist, or the answer would tell."""
    for _ in range(FREE_FAILURES_ACCOUNT + 1):
        assert attempt(web, username, "fel lösenord").status == 401
    page = attempt(web, username, PASSWORD)
    assert (page.status, page.value("username")) == (429, username)
    assert "Det blev många försök. Vänta 5 sekunder och försök igen." in page.text
    assert page.headers["Retry-After"] == "5"


def test_the_wait_passes_with_time_and_a_success_forgets_it(karin: Visitor, web: Browser, clock: Clock) -> None:
    for _ in range(FREE_FAILURES_ACCOUNT + 1):
        attempt(web, "karin", "fel lösenord")
    clock.forward(seconds=5)
    assert web.sign_in("karin").url == "/inkorg"
    web.post("/logga-ut")
    assert attempt(web, "karin", "fel lösenord").status == 401
    assert web.sign_in("karin").url == "/inkorg"


def test_the_wait_grows_to_minutes_and_hits_that_name_alone(
    karin: Visitor, anna: Visitor, web: Browser, clock: Clock
) -> None:
    for _ in range(FREE_FAILURES_ACCOUNT + 8):
        clock.forward(minutes=11)
        attempt(web, "karin", "fel lösenord")
    page = attempt(web, "karin", PASSWORD)
    assert (page.status, page.headers["Retry-After"]) == (429, "600")
    assert "Vänta 10 minuter och försök igen." in page.text
    assert web.sign_in("anna").url == "/inkorg"


def test_one_address_trying_many_names_waits_too(web: Browser) -> None:
    for number in range(FREE_FAILURES_ADDRESS + 1):
        assert attempt(web, f"namn{number}", "fel lösenord").status == 401
    assert attempt(web, "ett namn till", "fel lösenord").status == 429


# Demo mode ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("demo", [True, False])
def test_demo_accounts_are_listed_and_let_in_only_in_demo_mode(settings: Settings, clock: Clock, demo: bool) -> None:
    with opened(replace(settings, demo=demo)) as app:
        with app.app_context():
            kommun = people.NewUser(username="kommun", name="Karin Berg", title="Sjuksköterska", password=DEMO_PASSWORD)
            user_id = people.add_user(operator(), kommun, now=LONG_AGO, demo=True)
            people.add_membership(operator(), user_id, Role.NURSE, unit_id=unit(), now=LONG_AGO)
        browser = Browser(app)
        page = browser.get("/logga-in")
        assert ("Demokonton" in page.text, "kommun" in page.text, DEMO_PASSWORD in page.text) == (demo, demo, demo)
        assert attempt(browser, "kommun", DEMO_PASSWORD).url == ("/inkorg" if demo else "/logga-in")


# The unit -------------------------------------------------------------------------------------------------------------


def test_several_units_are_chosen_from_with_what_waits_in_each(maria: Visitor, anna: Visitor, clock: Clock) -> None:
    kolla = unit_id_of(maria, "Vårdcentralen Kolla")
    with anna.context():
        thread(anna.actor, int(kolla), now=clock.now)
    page = Browser(maria.app).sign_in("maria")
    assert (page.url, page.heading) == ("/valj-enhet", "Välj enhet")
    radios = {radio["id"]: "checked" in radio.attributes for radio in page.root.find_all("input", type="radio")}
    assert set(radios.values()) == {False}
    words = [label.text for label in page.root.find_all("label")]
    assert words == ["Vårdcentralen Breared – inget oöppnat", "Vårdcentralen Kolla – 1 oöppnade"]


def test_the_chosen_unit_s_inbox_comes_next_and_can_be_changed(maria: Visitor) -> None:
    page = maria.post("/valj-enhet", unit=unit_id_of(maria, "Vårdcentralen Kolla"))
    assert page.url == "/inkorg"
    assert "Vårdcentralen Kolla (Byt enhet)" in page.text
    page = maria.post("/valj-enhet", unit=unit_id_of(maria, "Vårdcentralen Breared"))
    assert "Vårdcentralen Breared" in page.text


@pytest.mark.parametrize("unit_id", [None, "", "0", "-1", "x", "1.0", "9" * 30, "\0"])
def test_a_unit_that_is_no_choice_is_asked_for_again(maria: Visitor, unit_id: str | None) -> None:
    maria.get("/valj-enhet")
    page = maria.post("/valj-enhet", unit=unit_id)
    link = page.root.get_one(id="error-summary").get_one("a")
    assert (page.status, link.text) == (400, "Välj vilken enhet du arbetar för nu.")
    assert page.root.find(id=link["href"].removeprefix("#"))


def test_another_s_unit_does_not_exist(maria: Visitor, karin: Visitor) -> None:
    with writes(maria.app) as changed:
        answers = [maria.send("/valj-enhet", unit=str(unit_id)) for unit_id in (karin.unit_id, 999_999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert changed == set()


def test_changing_the_unit_kills_the_cookie_of_the_other(maria: Visitor) -> None:
    before = copied(maria)
    assert maria.post("/valj-enhet", unit=unit_id_of(maria, "Vårdcentralen Kolla")).status == 200
    assert before.get("/hjalp").status_code == 303
    assert maria.get("/hjalp").url == "/hjalp"


@pytest.mark.parametrize("role", [Role.LIST_ADMIN, Role.SYSTEM_ADMIN, Role.LOG_REVIEWER])
def test_who_has_no_unit_lands_on_the_recipient_list_and_has_none_to_choose(
    bare_app: Flask, clock: Clock, role: Role
) -> None:
    with bare_app.app_context():
        place = None if role is Role.SYSTEM_ADMIN else organization()
        administrator = Visitor(bare_app, user(role=role, organization_id=place))
    assert administrator.get("/").url == "/mottagare"
    assert administrator.get("/valj-enhet").url == "/mottagare"
    assert administrator.send("/valj-enhet").status_code == 404


# How a session ends ---------------------------------------------------------------------------------------------------


def copied(visitor: Visitor) -> FlaskClient:
    """Another browser with the same cookie, as somebody who has copied it."""
    thief = visitor.app.test_client()
    cookie = visitor.client.get_cookie("lcweb")
    assert cookie
    thief.set_cookie("lcweb", cookie.value)
    return thief


def test_signing_out_kills_a_copied_cookie(karin: Visitor) -> None:
    thief = copied(karin)
    assert thief.get("/hjalp").status_code == 200
    page = karin.post("/logga-ut")
    assert (page.url, page.root.get_one(class_="ds-alert", data_color="success").text) == (
        "/logga-in",
        "Du är utloggad.",
    )
    assert thief.get("/hjalp").status_code == 303
    assert thief.get("/poll/inkorg").status_code == 401


def test_each_sign_in_has_a_session_of_its_own(karin: Visitor) -> None:
    """Signing out at one computer leaves the other signed in."""
    other = Visitor(karin.app, karin.actor)
    karin.post("/logga-ut")
    assert other.get("/hjalp").url == "/hjalp"


def test_signing_out_twice_is_no_error(karin: Visitor) -> None:
    karin.post("/logga-ut")
    assert karin.post("/logga-ut").url == "/logga-in"


def test_a_session_ends_after_half_an_hour_without_a_deliberate_request(karin: Visitor, clock: Clock) -> None:
    clock.forward(minutes=29)
    assert karin.get("/hjalp").url == "/hjalp"
    clock.forward(minutes=29)
    assert karin.get("/hjalp").url == "/hjalp"
    clock.forward(minutes=30)
    page = karin.get("/hjalp")
    assert (page.url, IDLE in page.text) == ("/logga-in", True)
    assert karin.sign_in("karin").url == "/inkorg"


def test_a_session_ends_after_twelve_hours_whatever_happens(karin: Visitor, clock: Clock) -> None:
    for _ in range(12 * 3 - 1):
        clock.forward(minutes=20)
        assert karin.get("/hjalp").url == "/hjalp"
    clock.forward(minutes=20)
    assert karin.get("/hjalp").url == "/logga-in"


def test_who_never_was_signed_in_is_not_told_that_they_no_longer_are(web: Browser) -> None:
    assert "utloggad" not in web.get("/inkorg").text


def test_who_is_signed_in_does_not_meet_the_sign_in_page(karin: Visitor) -> None:
    assert karin.get("/logga-in").url == "/inkorg"


@pytest.mark.parametrize("secure", [True, False])
def test_the_cookie_is_for_this_site_s_pages_and_no_script(settings: Settings, clock: Clock, secure: bool) -> None:
    with opened(replace(settings, secure_cookie=secure)) as app:
        cookie = app.test_client().get("/logga-in").headers["Set-Cookie"]
    attributes = cookie.split("; ")[1:]
    assert {"HttpOnly", "SameSite=Lax"} <= set(attributes)
    assert ("Secure" in attributes) is secure
    assert not [attribute for attribute in attributes if attribute.startswith(("Expires", "Max-Age"))]


def test_a_made_up_cookie_is_nobody(web: Browser) -> None:
    web.client.set_cookie("lcweb", "eyJ0b2tlbiI6IngifQ.made-up")
    assert web.get("/inkorg").url == "/logga-in"
