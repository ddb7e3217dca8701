"""Inbjudan: a link that chooses a password once, and is found nowhere but where it was shown."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask

from lcweb.domain.people import FREE_FAILURES_ADDRESS
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.services import invitations, people
from tests.clock import Clock
from tests.factories import user
from tests.page import Browser, Page
from tests.web.test_errors import boom
from tests.web.visits import Visitor, writes

CHOSEN = "ett alldeles eget"


@pytest.fixture
def nils(bare_app: Flask, clock: Clock) -> Actor:
    with bare_app.app_context():
        return user("Nils Ny", username="nils")


@pytest.fixture
def token(bare_app: Flask, nils: Actor, clock: Clock) -> str:
    with bare_app.app_context():
        return invitations.invite(operator(), nils.user_id, now=clock.now).token


def choose(browser: Browser, token: str, password: str = CHOSEN, again: str | None = None) -> Page:
    browser.get(f"/inbjudan/{token}")
    return browser.post(f"/inbjudan/{token}", password=password, again=password if again is None else again)


def test_a_password_is_chosen_and_signs_in_and_the_link_is_dead(web: Browser, token: str) -> None:
    page = web.get(f"/inbjudan/{token}")
    assert (page.status, page.heading) == (200, "Välj lösenord")
    assert "Ditt användarnamn är nils." in page.text
    assert "Minst 12 tecken." in page.text
    page = choose(web, token)
    assert (page.heading, page.url) == ("Logga in", "/logga-in")
    assert "Lösenordet är valt. Logga in med ditt användarnamn och det nya lösenordet." in page.text
    assert web.get(f"/inbjudan/{token}").status == 404
    assert web.sign_in("nils", CHOSEN).heading == "Inkorg"


def test_looking_at_it_writes_nothing(web: Browser, token: str) -> None:
    with writes(web.app) as changed:
        for _ in range(2):
            assert web.get(f"/inbjudan/{token}").status == 200
    assert changed == set()


NOT_TAKEN = (
    ("kort", "kort", "password", "Lösenordet måste ha minst 12 tecken."),
    ("", "", "password", "Lösenordet måste ha minst 12 tecken."),
    ("demo-demo-demo", "demo-demo-demo", "password", "Demolösenordet går bara att använda i demoläge."),
    (CHOSEN, CHOSEN + "x", "again", "De två lösenorden är inte lika. Skriv båda igen."),
)


def test_what_is_not_taken_is_said_and_never_given_back(web: Browser, token: str) -> None:
    with writes(web.app) as changed:
        for password, again, field, sentence in NOT_TAKEN:
            page = choose(web, token, password, again)
            assert (page.status, page.root.get_one(id=f"{field}-problem").text) == (400, sentence)
            assert (page.value("password"), page.value("again")) == ("", "")
    assert changed == set()
    assert choose(web, token).heading == "Logga in"


@pytest.mark.parametrize("why", ["used", "old", "taken back", "followed", "ended", "unknown", "strange", "long"])
def test_a_link_that_does_not_work_has_one_plain_page_whatever_the_reason(
    web: Browser, token: str, nils: Actor, clock: Clock, why: str
) -> None:
    plain = web.get("/inbjudan/finns-inte").body
    with web.context():
        {
            "used": lambda: invitations.use(token, CHOSEN, now=clock.now),
            "old": lambda: clock.forward(days=7),
            "taken back": lambda: invitations.take_back(operator(), nils.user_id, now=clock.now),
            "followed": lambda: invitations.invite(operator(), nils.user_id, now=clock.now),
            "ended": lambda: people.end_person_now(operator(), nils.user_id, now=clock.now),
        }.get(why, lambda: None)()
    tried = {"unknown": token[:-1], "strange": "%00%ff", "long": "x" * 3_000}.get(why, token)
    page = web.get(f"/inbjudan/{tried}")
    assert (page.status, page.heading, page.body) == (404, "Länken fungerar inte", plain)
    assert "Be din enhetsansvariga eller systemadministratören." in page.text
    with writes(web.app) as changed:
        web.get("/logga-in")
        assert web.post(f"/inbjudan/{tried}", password=CHOSEN, again=CHOSEN).status == 404
    assert changed == {"sign_in_attempt"}, "guessing is counted"


def test_elsewhere_the_person_is_signed_out_and_here_whoever_was_signed_in(
    bare_app: Flask, karin: Visitor, token: str, nils: Actor
) -> None:
    """A shared computer must not go on as the colleague."""
    elsewhere = Visitor(bare_app, nils)
    page = karin.get(f"/inbjudan/{token}")
    assert "Du är inloggad som Karin Berg." in page.text
    page = choose(karin, token)
    assert (page.heading, karin.poll("/poll/inkorg").status) == ("Logga in", 401)
    assert elsewhere.poll("/poll/inkorg").status == 401


# The token ------------------------------------------------------------------------------------------------------------


def everywhere(visits: list[Callable[[], Page]]) -> str:
    """The answers as they are sent, with their headers: titles, addresses, cookies and all."""
    return "\n".join(f"{page.headers}\n{page.body}" for page in (visit() for visit in visits))


def test_the_token_stands_only_where_it_was_shown(
    bare_app: Flask, web: Browser, nils: Actor, clock: Clock, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Not in a title, an address of ours, a cookie, a log line, another page or the page of a fault."""
    caplog.set_level(logging.DEBUG)
    bare_app.config["PROPAGATE_EXCEPTIONS"] = False
    with bare_app.app_context():
        admin = Visitor(bare_app, user("Ada Min", role=Role.SYSTEM_ADMIN))
    admin.get(f"/admin/anvandare/{nils.user_id}")
    shown = admin.press("Gör en länk för nytt lösenord")
    token = shown.root.get_one("input", id="link")["value"].rpartition("/")[2]
    assert shown.body.count(token) == 1
    assert token not in shown.title + shown.url + str(shown.headers) + str(admin.client.get_cookie("lcweb"))
    opened = web.get(f"/inbjudan/{token}")
    assert token not in opened.body + str(opened.headers)
    with monkeypatch.context() as broken:
        broken.setattr(invitations, "use", boom)
        failed = web.post(f"/inbjudan/{token}", password=CHOSEN, again=CHOSEN)
    assert (failed.status, token in failed.body) == (500, False)
    person = f"/admin/anvandare/{nils.user_id}"
    after = [lambda: choose(web, token), lambda: web.get("/logga-in"), lambda: web.get(f"/inbjudan/{token}x"),
             lambda: admin.get(person), lambda: admin.get("/admin/anvandare")]  # fmt: skip
    assert token not in everywhere(after)
    assert token not in caplog.text
    assert token not in str(web.client.get_cookie("lcweb"))


# Guessing -------------------------------------------------------------------------------------------------------------


def test_who_opens_many_links_that_do_not_work_waits_and_signs_in_all_the_same(
    web: Browser, token: str, clock: Clock
) -> None:
    for number in range(FREE_FAILURES_ADDRESS + 1):
        assert web.client.get(f"/inbjudan/gissat{number}").status_code == 404
    for page in (web.get(f"/inbjudan/{token}"), web.get("/inbjudan/gissat")):
        assert (page.status, page.heading, page.headers["Retry-After"]) == (429, "För många försök", "5")
        assert "Vänta 5 sekunder och försök igen." in page.text
    assert web.sign_in("nils").heading == "Inkorg"
    clock.forward(seconds=5)
    assert web.get(f"/inbjudan/{token}").status == 200
