"""One's own sessions, staying signed in, handing over a shared screen, and what becomes of copied cookies."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lcweb.domain.permissions import Role, operator
from lcweb.domain.sessions import Why
from lcweb.models import Membership, UserSession
from lcweb.queries.sessions import open_sessions
from lcweb.services import invitations, people, sessions, units
from lcweb.web.session_words import WHY_ENDED
from tests.clock import Clock
from tests.factories import LONG_AGO, PASSWORD, colleague, unit
from tests.page import Browser, Page
from tests.rows import row, rows
from tests.web.visits import Visitor, writes

LIST = "/konto/inloggningar"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"


def copied(visitor: Visitor) -> FlaskClient:
    """Another browser with the same cookies, as somebody who has copied them."""
    thief = visitor.app.test_client()
    cookie = visitor.client.get_cookie("lcweb")
    assert cookie
    thief.set_cookie("lcweb", cookie.value)
    return thief


def alerts(page: Page) -> list[str]:
    return [alert.text for alert in page.root.get_one("main").find_all(class_="ds-alert")]


def second_unit(visitor: Visitor, name: str = "Vårdcentralen Kolla") -> int:
    with visitor.context():
        unit_id = unit(name)
        people.add_membership(operator(), visitor.actor.user_id, Role.NURSE, unit_id=unit_id, now=LONG_AGO)
    return unit_id


# Copied cookies -------------------------------------------------------------------------------------------------------


def choose_password(karin: Visitor, clock: Clock) -> None:
    link = invitations.invite(operator(), karin.actor.user_id, now=clock.now)
    invitations.use(link.token, "ett helt nytt lösenord", now=clock.now)


def end_elsewhere(karin: Visitor, clock: Clock) -> None:
    """By the person, in another browser."""
    person = karin.actor
    found = open_sessions(person.user_id, token="", idle=timedelta(minutes=30), now=clock.now)
    sessions.end_own(person, found[0].handle, but="", now=clock.now)


def lose_role(karin: Visitor, clock: Clock) -> None:
    held = row(Membership, user_id=karin.actor.user_id, ended_at=None).id
    people.end_role(operator(), karin.actor.user_id, held, now=clock.now)


#: What others do; the person's own acts are tested through the pages.
ENDINGS: dict[Why, Callable[[Visitor, Clock], object]] = {
    Why.ELSEWHERE: end_elsewhere,
    Why.ROLE_ENDED: lose_role,
    Why.PERSON_ENDED: lambda karin, clock: people.end_person_now(operator(), karin.actor.user_id, now=clock.now),
    Why.PASSWORD_CHANGED: choose_password,
    Why.ADMINISTRATOR: lambda karin, clock: sessions.end_all(operator(), karin.actor.user_id, but="", now=clock.now),
    Why.UNIT_CLOSED: lambda karin, clock: units.close(
        operator(), karin.unit_id, successor_id=None, with_people=False, seen=None, now=clock.now
    ),
    Why.IDLE: lambda _karin, clock: clock.forward(minutes=30),
}


@pytest.mark.parametrize("why", ENDINGS)
def test_a_cookie_copied_before_the_end_is_nobody_s_after_it_and_its_holder_is_told_why(
    karin: Visitor, anna: Visitor, web: Browser, clock: Clock, why: Why
) -> None:
    thief = copied(karin)
    with karin.context():
        ENDINGS[why](karin, clock)
    assert_nobody(thief)
    assert_nobody(karin.client)
    assert alerts(karin.get("/logga-in")) == [WHY_ENDED[why]]
    assert alerts(web.get("/logga-in")) == []
    if why is not Why.IDLE:
        assert anna.fetch("/inkorg").status_code == 200, "others stay"


def assert_nobody(browser: FlaskClient) -> None:
    for path in ("/inkorg", "/hjalp", LIST):
        answer = browser.get(path)
        assert (answer.status_code, answer.location) == (303, "/logga-in")
    for path in ("/poll/inkorg", "/poll/meny", "/poll/session"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["HX-Redirect"], answer.data) == (401, "/logga-in", b"")


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda karin: karin.post("/logga-ut"), Why.SIGNED_OUT),
        (lambda karin: karin.post("/byt-person"), Why.SIGNED_OUT),
        (lambda karin: karin.post("/valj-enhet", unit=str(karin.unit_id)), Why.SWITCHED),
        (lambda karin: karin.send("/logga-in", username="karin", password=PASSWORD), Why.SIGNED_OUT),
    ],
    ids=["signed out", "handed over", "unit switched", "signed in anew"],
)
def test_so_is_one_copied_before_one_s_own_act(karin: Visitor, act: Callable[[Visitor], object], why: Why) -> None:
    thief = copied(karin)
    assert thief.get("/hjalp").status_code == 200
    act(karin)
    assert_nobody(thief)
    with karin.context():
        assert rows(UserSession, revoked_why=why)


def test_every_reason_has_its_sentence() -> None:
    assert WHY_ENDED.keys() == {None, *Why}
    assert len(set(WHY_ENDED.values())) == len(WHY_ENDED)


def test_of_two_units_the_lost_one_s_session_ends_and_signing_in_leads_to_the_other(
    karin: Visitor, clock: Clock
) -> None:
    other = second_unit(karin)
    with karin.context():
        held = row(Membership, user_id=karin.actor.user_id, unit_id=karin.unit_id).id
        people.end_role(operator(), karin.actor.user_id, held, now=clock.now)
    page = karin.get("/inkorg")
    assert (page.url, alerts(page)) == ("/logga-in", [WHY_ENDED[Why.ROLE_ENDED]])
    page = karin.sign_in("karin")
    assert (page.url, "Vårdcentralen Kolla" in page.text) == ("/inkorg", True)
    with karin.context():
        assert rows(UserSession)[-1].unit_id in (other, karin.unit_id)


# The end, as the page knows it ----------------------------------------------------------------------------------------


def seconds_of(page: Page) -> tuple[str, str]:
    body = page.root.get_one("body")
    return body["data-session-seconds"], body["data-session-why"]


def test_a_page_knows_what_is_left_and_what_will_end_it(karin: Visitor, clock: Clock) -> None:
    assert seconds_of(karin.get("/hjalp")) == ("1800", "idle")
    clock.forward(seconds=59)
    assert seconds_of(karin.get("/hjalp")) == ("1741", "idle"), "kept to the minute"
    clock.forward(minutes=20)
    assert seconds_of(karin.get("/hjalp")) == ("1800", "idle"), "as it is after the request"
    assert "data-session-seconds" not in karin.post("/logga-ut").body


def test_the_poll_says_what_is_left_and_puts_nothing_off(karin: Visitor, clock: Clock) -> None:
    for minutes in (10, 20, 29):
        clock.set(f"Tue 2026-11-17 10:{minutes}")
        with writes(karin.app) as changed:
            answer = karin.fetch("/poll/session")
        assert answer.json == {"seconds": str((30 - minutes) * 60), "why": "idle"}
        assert (changed, "Set-Cookie" in answer.headers) == (set(), False)
    clock.forward(minutes=1)
    assert karin.fetch("/poll/session").status_code == 401


def test_going_on_is_one_deliberate_request(karin: Visitor, clock: Clock) -> None:
    token = karin.get("/hjalp").csrf_token
    clock.forward(minutes=29)
    htmx = {"HX-Request": "true"}
    answer = karin.client.post("/session/fortsatt", data={"csrf_token": token}, headers=htmx)
    assert answer.json == {"seconds": "1800", "why": "idle"}
    clock.forward(seconds=30)
    answer = karin.client.post("/session/fortsatt", data={"csrf_token": token}, headers=htmx)
    assert answer.json == {"seconds": "1800", "why": "idle"}, "to the second"
    assert karin.client.post("/session/fortsatt", headers=htmx).status_code == 400
    clock.forward(minutes=29, seconds=59)
    assert karin.get("/hjalp").url == "/hjalp"


def test_without_a_script_it_leads_to_the_start(karin: Visitor) -> None:
    assert karin.send("/session/fortsatt").location == "/"


def test_going_on_does_not_make_the_day_longer(karin: Visitor, clock: Clock) -> None:
    for _ in range(25):
        clock.forward(minutes=28)
        karin.send("/session/fortsatt")
    assert karin.fetch("/poll/session").json == {"seconds": "1200", "why": "too_old"}
    clock.forward(minutes=20)
    page = karin.get("/hjalp")
    assert (page.url, alerts(page)) == ("/logga-in", [WHY_ENDED[Why.TOO_OLD]])


# Inloggningar ---------------------------------------------------------------------------------------------------------


def cells(page: Page) -> list[list[str]]:
    rows_ = [line for line in page.root.get_one(id="sessions").find_all("tr") if line.find("td")]
    return [[cell.text for cell in line.find_all("td")] for line in rows_]


@pytest.fixture
def elsewhere(karin: Visitor, clock: Clock) -> Visitor:
    """Karin at another computer, five minutes later."""
    clock.forward(minutes=5)
    other = Visitor(karin.app, None)
    other.person = karin.person
    other.client.environ_base["HTTP_USER_AGENT"] = CHROME
    other.sign_in("karin")
    return other


def test_the_list_shows_one_s_own_and_marks_this_one(karin: Visitor, anna: Visitor, elsewhere: Visitor) -> None:
    page = karin.get(LIST)
    assert page.heading == "Inloggningar"
    assert cells(page) == [
        ["Chrome, Windows", "Hemsjukvård Norr", "Lösenord", "i dag 10.05", "i dag 10.05", "Avsluta"],
        ["Okänd webbläsare Den här", "Hemsjukvård Norr", "Lösenord", "i dag 10.00", "i dag 10.05", ""],
    ]
    assert "Du är inte inloggad någon annanstans." in anna.get(LIST).text


def test_one_is_ended_and_says_so_there(karin: Visitor, elsewhere: Visitor) -> None:
    karin.get(LIST)
    page = karin.press("Avsluta")
    assert (page.url, alerts(page)) == (LIST, ["Inloggningen är avslutad."])
    assert len(cells(page)) == 1
    assert alerts(elsewhere.get("/inkorg")) == [WHY_ENDED[Why.ELSEWHERE]]


def test_all_others_are_ended_at_once(karin: Visitor, anna: Visitor, elsewhere: Visitor) -> None:
    karin.get(LIST)
    assert alerts(karin.press("Avsluta alla andra")) == ["Avslutade inloggningar: 1."]
    assert_nobody(elsewhere.client)
    assert anna.fetch("/hjalp").status_code == 200


@pytest.mark.parametrize("made_up", ["somebody else's", "this one's", "", "x", "\0", "a" * 100_000, None])
def test_nobody_else_s_can_be_ended(karin: Visitor, anna: Visitor, made_up: str | None) -> None:
    with karin.context():
        theirs = {who.actor.user_id: row(UserSession, user_id=who.actor.user_id).handle for who in (karin, anna)}
    known = {"somebody else's": theirs[anna.actor.user_id], "this one's": theirs[karin.actor.user_id]}
    page = karin.get(LIST)
    with writes(karin.app) as changed:
        answer = karin.send(f"{LIST}/avsluta", session=known.get(made_up or "", made_up), csrf_token=page.csrf_token)
    assert (answer.status_code, changed) == (404, set())


def test_of_what_a_browser_says_of_itself_only_known_words_are_kept(karin: Visitor, elsewhere: Visitor) -> None:
    with karin.context():
        assert {found.browser for found in rows(UserSession)} == {"Chrome, Windows", "Okänd webbläsare"}


# Byt person -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bo(karin: Visitor) -> str:
    """A colleague of Karin's who has another unit, too; the username."""
    with karin.context():
        both = colleague(karin.actor, "Bo Ek", username="bo")
        people.add_membership(operator(), both.user_id, Role.NURSE, unit_id=unit("Rehab Norr"), now=LONG_AGO)
    return "bo"


def test_the_next_person_lands_in_the_same_unit_also_with_several(karin: Visitor, bo: str) -> None:
    karin.get("/inkorg")
    page = karin.press("Byt person")
    assert page.url == "/logga-in"
    assert alerts(page) == ["Du är utloggad. Nästa person kan logga in.",
                            "Du loggar in för Hemsjukvård Norr. Glöm enheten"]  # fmt: skip
    assert "Karin" not in page.body
    page = karin.sign_in(bo)
    assert (page.url, page.root.get_one(class_="who").text.startswith("Hemsjukvård Norr")) == ("/inkorg", True)


def test_who_has_no_role_there_is_treated_as_usual(karin: Visitor, anna: Visitor) -> None:
    karin.get("/inkorg")
    karin.press("Byt person")
    page = karin.sign_in("anna")
    assert (page.url, "Vårdcentralen Kärleken Anna L." in page.text) == ("/inkorg", True)


def test_the_unit_is_forgotten_when_asked_to_and_by_signing_out(karin: Visitor, bo: str) -> None:
    karin.get("/inkorg")
    karin.press("Byt person")
    page = karin.press("Glöm enheten")
    assert (page.url, alerts(page)) == ("/logga-in", [])
    assert karin.sign_in(bo).url == "/valj-enhet"
    page = karin.post("/logga-ut")
    assert alerts(page) == ["Du är utloggad."]


def test_a_wrong_password_does_not_lose_the_unit_and_a_closed_one_is_not_offered(
    karin: Visitor, bo: str, clock: Clock
) -> None:
    karin.get("/inkorg")
    karin.press("Byt person")
    page = karin.post("/logga-in", username=bo, password="fel lösenord")
    assert (page.status, "Du loggar in för Hemsjukvård Norr." in page.text) == (401, True)
    with karin.context():
        units.close(operator(), karin.unit_id, successor_id=None, with_people=False, seen=None, now=clock.now)
    assert "Du loggar in för" not in karin.get("/logga-in").text
    assert karin.sign_in(bo).url == "/inkorg"


def test_the_cookie_then_holds_the_unit_and_nothing_of_the_person(karin: Visitor) -> None:
    karin.get("/inkorg")
    karin.press("Byt person")
    with karin.client.session_transaction() as kept:
        assert set(kept) <= {"unit", "csrf_token"}
        assert kept["unit"] == karin.unit_id


def test_byt_person_in_a_page_whose_session_is_over_leads_to_the_sign_in_page(karin: Visitor, clock: Clock) -> None:
    karin.get("/inkorg")
    clock.forward(hours=1)
    assert karin.press("Byt person").url == "/logga-in"


# What signing out leaves in the browser -------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/logga-ut", "/byt-person"])
def test_signing_out_clears_what_the_browser_has_kept(karin: Visitor, address: str) -> None:
    answer = karin.send(address)
    assert (answer.status_code, answer.headers["Clear-Site-Data"]) == (303, '"cache", "storage"')
    assert answer.headers["Cache-Control"] == "no-store"
    with karin.client.session_transaction() as kept:
        assert "token" not in kept


def test_no_other_answer_does(karin: Visitor, bare_app: Flask) -> None:
    assert "Clear-Site-Data" not in karin.fetch("/hjalp").headers
