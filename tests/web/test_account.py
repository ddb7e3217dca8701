"""Mitt konto: what it shows, and a password that is changed by its owner."""

from sqlalchemy import update

from lcweb.db import transaction
from lcweb.domain.passwords import Weakness, weak
from lcweb.domain.people import FREE_FAILURES_ACCOUNT
from lcweb.models import User
from tests.clock import Clock
from tests.factories import PASSWORD
from tests.page import Browser, Page
from tests.web.visits import Visitor, writes

NEW = "fyra ord som bara jag kan"
POLL = "/poll/inkorg"


def change(visitor: Visitor, password: str = PASSWORD, new: str = NEW, again: str | None = None) -> Page:
    visitor.get("/konto")
    return visitor.press("Byt lösenord", password=password, new=new, again=new if again is None else again)


def copy_of(visitor: Visitor) -> Browser:
    """Another browser with the same cookie."""
    thief = Browser(visitor.app)
    cookie = visitor.client.get_cookie("lcweb")
    assert cookie
    thief.client.set_cookie("lcweb", cookie.value)
    return thief


def test_the_name_at_the_top_leads_to_it(karin: Visitor) -> None:
    page = karin.get("/inkorg")
    assert page.links()["Karin B."] == "/konto"
    page = karin.get("/konto")
    assert page.heading == "Mitt konto"
    for words in ("Karin Berg, Sjuksköterska", "karin", "Legitimerad personal, Hemsjukvård Norr", "med lösenord"):
        assert words in page.text
    assert page.links()["Se var du är inloggad"] == "/konto/inloggningar"


def test_browsers_are_told_which_password_is_which(karin: Visitor) -> None:
    page = karin.get("/konto")
    kinds = {name: page.field(name)["autocomplete"] for name in ("username", "password", "new", "again")}
    assert kinds == {"username": "username", "password": "current-password", "new": "new-password",
                     "again": "new-password"}  # fmt: skip
    assert "onpaste" not in page.body


def test_a_cookie_copied_before_the_change_is_dead_after_it(karin: Visitor) -> None:
    """So is every other browser; this one goes on, with a new cookie."""
    elsewhere, thief = Visitor(karin.app, karin.person), copy_of(karin)
    assert [browser.poll(POLL).status for browser in (karin, elsewhere, thief)] == [200, 200, 200]
    page = change(karin)
    assert (page.url, "Lösenordet är bytt. Du är utloggad överallt utom här." in page.text) == ("/konto", True)
    assert [browser.poll(POLL).status for browser in (karin, elsewhere, thief)] == [200, 401, 401]
    assert Browser(karin.app).sign_in("karin", NEW).heading == "Inkorg"
    assert Browser(karin.app).sign_in("karin").status == 401


NOT_TAKEN = (
    ("fel lösenord", NEW, NEW, "password", "Lösenordet stämmer inte."),
    ("", NEW, NEW, "password", "Skriv ditt lösenord."),
    (PASSWORD, "kort", "kort", "new", "Lösenordet måste ha minst 12 tecken."),
    (PASSWORD, "karinberg2026", "karinberg2026", "new", weak(Weakness.NEAR_AT_HAND)),
    (PASSWORD, NEW, NEW + "x", "again", "De två nya lösenorden är inte lika. Skriv båda igen."),
    (PASSWORD, "a\0" * 20, "a\0" * 20, "new", "Lösenordet får ha högst 200 tecken, och inga styrtecken."),
    (PASSWORD, "x" * 100_000, "x" * 100_000, "new", "Lösenordet får ha högst 200 tecken, och inga styrtecken."),
)


def test_what_is_not_taken_is_said_and_never_given_back(karin: Visitor) -> None:
    for password, new, again, field, sentence in NOT_TAKEN:
        page = change(karin, password, new, again)
        assert (page.status, page.root.get_one(id=f"{field}-problem").text) == (400, sentence)
        assert [page.value(name) for name in ("password", "new", "again")] == ["", "", ""]
    assert karin.poll(POLL).status == 200


def test_guessing_at_an_open_screen_waits_as_at_the_sign_in(karin: Visitor, clock: Clock) -> None:
    for _ in range(FREE_FAILURES_ACCOUNT + 1):
        assert change(karin, "fel lösenord").status == 400
    page = change(karin)
    assert (page.status, page.headers["Retry-After"]) == (429, "5")
    assert "Det blev många försök. Vänta 5 sekunder och försök igen." in page.text
    clock.forward(seconds=5)
    assert change(karin).status == 200


def test_who_has_no_password_is_told_where_to_go(karin: Visitor) -> None:
    """Such as who signs in by the organization's own sign-in."""
    with karin.context(), transaction() as session:
        session.execute(update(User).values(password_hash=""))
    page = karin.get("/konto")
    assert "Du har inget lösenord här." in page.text
    assert not page.root.find("form", action="/konto/losenord")
    assert karin.get("/konto/tva-steg").status == 404
    assert karin.post("/konto/losenord", password="", new=NEW, again=NEW).status == 404


def test_looking_at_it_writes_nothing(karin: Visitor) -> None:
    with writes(karin.app) as changed:
        karin.get("/konto")
        karin.get("/konto/tva-steg")
    assert changed == set()
