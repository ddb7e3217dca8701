"""Untrue answers of an identity provider make their address wait, and nothing else does."""

from dataclasses import replace

import pytest
from flask import Flask

from lcweb.config import Settings
from lcweb.domain.people import FREE_FAILURES_ADDRESS
from lcweb.domain.providers import UNTRUE, Reason
from lcweb.models import SignInAttempt
from tests.clock import Clock
from tests.factories import user
from tests.page import Page
from tests.providers.lying import HSA_ID, NAME, Lying
from tests.providers.signing_in import ANSWER, BUTTON, begun, sent_back, sessions_of, signed_in
from tests.rows import count, rows
from tests.web.visits import Visitor, writes


@pytest.fixture
def settings(settings: Settings, lying: Lying) -> Settings:
    return replace(settings, identity_providers=(lying.provider,))


@pytest.fixture
def house(bare_app: Flask) -> Flask:
    """Karin works here."""
    with bare_app.app_context():
        user("Karin Berg", hsa_id=HSA_ID, username="karin")
    return bare_app


def lies(app: Flask, lying: Lying, times: int) -> None:
    lying.claims = {"nonce": "x" * 43}
    for _ in range(times):
        assert signed_in(app).status == 403
    lying.claims = {}


def begin(visitor: Visitor) -> Page:
    visitor.get("/logga-in")
    return visitor.press(BUTTON)


def assert_waits(page: Page, seconds: int) -> None:
    assert (page.status, page.heading) == (429, "Vänta en stund")
    assert page.headers["Retry-After"] == str(seconds)
    assert f"Du är inte inloggad. Det blev många försök. Vänta {seconds} sekunder och försök igen." in page.text
    assert page.links()["Till inloggningen"] == "/logga-in"


def test_untrue_answers_make_the_address_wait_longer_and_longer(house: Flask, lying: Lying, clock: Clock) -> None:
    lies(house, lying, FREE_FAILURES_ADDRESS)
    assert begin(Visitor(house, None)).status == 200, "so many are free"
    lies(house, lying, 1)
    assert_waits(begin(Visitor(house, None)), 5)
    clock.forward(seconds=5)
    lies(house, lying, 1)
    assert_waits(begin(Visitor(house, None)), 10)
    clock.forward(seconds=10)
    assert signed_in(house).status == 200


def test_while_one_waits_nothing_is_asked_of_the_provider_and_nothing_is_counted(house: Flask, lying: Lying) -> None:
    visitor = Visitor(house, None)
    answer = sent_back(begun(visitor))
    lies(house, lying, FREE_FAILURES_ADDRESS + 1)
    lying.seen.clear()
    with writes(house) as changed:
        assert_waits(begin(Visitor(house, None)), 5)
        assert_waits(visitor.get(answer), 5)
    assert (lying.seen, changed, sessions_of(house)) == ([], set(), [])


def test_a_password_is_heard_meanwhile_and_so_is_another_address(house: Flask, lying: Lying) -> None:
    lies(house, lying, FREE_FAILURES_ADDRESS + 1)
    with house.app_context():
        assert [row.failures for row in rows(SignInAttempt)] == [FREE_FAILURES_ADDRESS + 1]
    elsewhere = Visitor(house, None)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    assert begin(elsewhere).heading == f"Du skickas till {NAME}"


def test_what_is_no_guess_makes_nobody_wait(house: Flask, lying: Lying) -> None:
    """A page elsewhere can make a browser bring an answer; a cancelled or unknown one is a colleague's mistake."""
    for address in (ANSWER, f"{ANSWER}?state=x&code=y"):
        assert Visitor(house, None).get(address).status == 400
    visitor = Visitor(house, None)
    url = sent_back(begun(visitor))
    assert visitor.get(f"{url.partition('&code')[0]}&error=access_denied").status in (400, 403)
    lying.person = {"employeeHsaId": "TSTNMT2321000115-NOBODY"}
    assert signed_in(house).status == 403
    lying.person, lying.claims = {"employeeHsaId": HSA_ID}, {"acr": "http://id.example/loa2"}
    assert signed_in(house).status == 403
    with house.app_context():
        assert count(SignInAttempt) == 0


def test_each_reason_is_either_untrue_or_said_to_be_none() -> None:
    known = {Reason.STATE, Reason.LATE, Reason.CANCELLED, Reason.DECLINED, Reason.ACR, Reason.NO_HSA_ID,
             Reason.UNKNOWN, Reason.ENDED, Reason.NO_ROLE, Reason.NO_ROLE_IN_UNIT}  # fmt: skip
    assert set(Reason) == UNTRUE | known and not UNTRUE & known
