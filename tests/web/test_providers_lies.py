"""An identity provider that lies, or does not answer: each time a clear page, and nobody is signed in."""

import logging
from collections.abc import Callable
from dataclasses import replace
from socket import socket
from typing import Any

import pytest
from flask import Flask
from joserfc.jwk import OctKey
from werkzeug.wrappers import Response

from lcweb import oidc
from lcweb.config import Settings
from lcweb.domain.providers import Reason
from tests.factories import user
from tests.providers.lying import (
    HSA_ID,
    KEY,
    NAME,
    SECRET,
    Lying,
    as_json,
    by_hmac,
    encoded,
    made_key,
    query_of,
    rsa_key,
    truly,
)
from tests.providers.signing_in import ANSWER, BUTTON, begun, rejected, sent_back, sessions_of, signed_in
from tests.web.visits import Visitor, writes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

UNTRUE, WEAK = "Inloggningen gick inte att kontrollera", "Du behöver logga in på ett säkrare sätt"
AWAY = f"{NAME} går inte att nå just nu"
NOW = 1_794_906_000  # Tue 2026-11-17 10:00 in Stockholm, as the tests' clock says


@pytest.fixture
def settings(settings: Settings, lying: Lying) -> Settings:
    return replace(settings, identity_providers=(lying.provider,))


@pytest.fixture
def app_with_karin(bare_app: Flask) -> Flask:
    with bare_app.app_context():
        user("Karin Berg", hsa_id=HSA_ID)
    return bare_app


@pytest.fixture
def why(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """The last line about signing in by a provider in the log, without its beginning."""
    caplog.set_level(logging.INFO, "lcweb.web.providers")

    def last() -> str:
        ours = [record.getMessage() for record in caplog.records if record.name == "lcweb.web.providers"]
        return ours[-1].partition(f"{KEY} ")[2]

    return last


#: What the ID token says instead of the truth, and why it is not believed.
CLAIMS: dict[str, tuple[dict[str, Any], Reason]] = {
    "another nonce": ({"nonce": "x" * 43}, Reason.NONCE),
    "no nonce": ({"nonce": None}, Reason.NONCE),
    "a nonce in a list": ({"nonce": ["x"]}, Reason.NONCE),
    "another audience": ({"aud": "another"}, Reason.AUDIENCE),
    "no audience": ({"aud": None}, Reason.AUDIENCE),
    "others and us, for nobody in particular": ({"aud": ["lcweb", "another"]}, Reason.AUDIENCE),
    "others and us, made for another": ({"aud": ["lcweb", "another"], "azp": "another"}, Reason.AUDIENCE),
    "us, made for another": ({"azp": "another"}, Reason.AUDIENCE),
    "a part of our name": ({"aud": "lcwebb"}, Reason.AUDIENCE),
    "another issuer": ({"iss": "https://idp.example"}, Reason.ISSUER),
    "no issuer": ({"iss": None}, Reason.ISSUER),
    "expired": ({"exp": NOW - 60}, Reason.EXPIRED),
    "never expires": ({"exp": None}, Reason.EXPIRED),
    "expires in words": ({"exp": "2099"}, Reason.EXPIRED),
    "expires in infinity": ({"exp": float("inf")}, Reason.EXPIRED),
    "made before it was asked for": ({"iat": NOW - 61}, Reason.TIME),
    "made in the future": ({"iat": NOW + 61}, Reason.TIME),
    "made at no time": ({"iat": None}, Reason.TIME),
    "made at a time that is none": ({"iat": True}, Reason.TIME),
    "not to be used yet": ({"nbf": NOW + 61}, Reason.TIME),
    "the person before, still signed in": ({"auth_time": NOW - 3600}, Reason.OLD),
    "nobody": ({"sub": None}, Reason.SUBJECT),
    "no level": ({"acr": None}, Reason.ACR),
    "too low a level": ({"acr": "http://id.example/loa2"}, Reason.ACR),
    "all levels at once": ({"acr": "http://id.example/loa3 loa4"}, Reason.ACR),
    "a list of levels": ({"acr": ["http://id.example/loa3"]}, Reason.ACR),
}


def test_an_untrue_claim_signs_nobody_in(app_with_karin: Flask, lying: Lying, why: Callable[[], str]) -> None:
    for lie, (claims, reason) in CLAIMS.items():
        lying.claims = claims
        page = signed_in(app_with_karin)
        assert (page.status, rejected(page, lying)) == (403, WEAK if reason is Reason.ACR else UNTRUE), lie
        assert why() == f"rejected: {reason}", lie
    assert sessions_of(app_with_karin) == []


def test_what_is_unusual_and_true_is_believed(app_with_karin: Flask, lying: Lying) -> None:
    unusual: list[dict[str, Any]] = [
        {"aud": ["lcweb"]}, {"aud": ["lcweb", "other"], "azp": "lcweb"}, {"acr": "loa4"}, {"iat": NOW - 60},
        {"exp": NOW - 59}, {"auth_time": None},
    ]  # fmt: skip
    for claims in unusual:
        lying.claims = claims
        assert signed_in(app_with_karin).url == "/inkorg", claims


def unsigned(_lying: Lying, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{encoded(header | {'alg': 'none'})}.{encoded(claims)}."


def stripped(lying: Lying, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return truly(lying, header, claims).rpartition(".")[0] + "."


def changed(lying: Lying, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Somebody else's claims under a true signature."""
    said, _, signature = truly(lying, header, claims | {"employeeHsaId": "TSTNMT2321000115-ANNAN"}).split(".")
    return f"{said}.{encoded(claims)}.{signature}"


def by_secret(_lying: Lying, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return by_hmac(SECRET.encode(), header, claims)


def by_public_key(lying: Lying, header: dict[str, Any], claims: dict[str, Any]) -> str:
    return by_hmac(lying.key.as_pem(private=False), header, claims)


def by_own_key(_lying: Lying, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """The right key's name, and the liar's key along with it."""
    own = made_key(header["kid"])
    return truly(Lying(_lying.clock, key=own), header | {"jwk": own.as_dict(private=False)}, claims)


#: How the token is signed, and why it is not believed.
SIGNATURES: dict[str, tuple[Callable[..., str], Reason]] = {
    "alg none": (unsigned, Reason.ALGORITHM),
    "a signature taken off": (stripped, Reason.SIGNATURE),
    "other claims": (changed, Reason.SIGNATURE),
    "HS256 by the client's secret": (by_secret, Reason.ALGORITHM),
    "HS256 by the public key": (by_public_key, Reason.ALGORITHM),
    "a key of its own": (by_own_key, Reason.SIGNATURE),
    "no token": (lambda *_: "x", Reason.SIGNATURE),
    "an empty token": (lambda *_: "", Reason.SIGNATURE),
    "dots": (lambda *_: "...", Reason.SIGNATURE),
    "four dots": (lambda *_: "a.b.c.d.e", Reason.SIGNATURE),
}


def test_an_untrue_signature_signs_nobody_in(app_with_karin: Flask, lying: Lying, why: Callable[[], str]) -> None:
    for lie, (sign, reason) in SIGNATURES.items():
        lying.sign = sign
        page = signed_in(app_with_karin)
        assert (page.status, rejected(page, lying)) == (403, UNTRUE), lie
        assert why() == f"rejected: {reason}", lie
    assert sessions_of(app_with_karin) == []


def test_a_key_that_was_withdrawn_signs_nobody_in(app_with_karin: Flask, lying: Lying, why: Callable[[], str]) -> None:
    """Although it was good a moment ago, and whether or not the new one has its name."""
    assert signed_in(app_with_karin).url == "/inkorg"
    for name in ("two", lying.key.kid):
        lying.published = [made_key(str(name))]
        assert rejected(signed_in(app_with_karin), lying) == UNTRUE
        assert why() == f"rejected: {Reason.SIGNATURE}"
    assert len(sessions_of(app_with_karin)) == 1


def test_only_keys_that_sign_in_public_are_used(app_with_karin: Flask, lying: Lying, why: Callable[[], str]) -> None:
    """A provider that publishes a shared secret, a key for something else or none has none that counts."""
    shared = OctKey.import_key(SECRET, {"kid": "one"}).as_dict(private=True)
    other_use = lying.key.as_dict(private=False) | {"use": "enc"}
    for keys in ([shared], [other_use], [], ["x"], None, "x", {"kty": "EC"}, [{"kty": "EC", "kid": "one"}]):
        lying.instead = {"/keys": as_json({"keys": keys})}
        assert rejected(signed_in(app_with_karin), lying) == UNTRUE
        assert why() == f"rejected: {Reason.SIGNATURE}"


def test_rsa_is_taken_by_sha256_alone(app_with_karin: Flask, lying: Lying, why: Callable[[], str]) -> None:
    lying.key = rsa_key()
    assert signed_in(app_with_karin).url == "/inkorg"
    lying.header = {"alg": "PS256"}
    assert signed_in(app_with_karin).url == "/inkorg"
    lying.header = {"alg": "RS512"}
    assert rejected(signed_in(app_with_karin), lying) == UNTRUE
    assert why() == f"rejected: {Reason.ALGORITHM}"


def test_what_is_not_the_whole_answer_signs_nobody_in(
    app_with_karin: Flask, lying: Lying, why: Callable[[], str]
) -> None:
    """User information about somebody else, no ID token, another provider's answer, a code of nobody's."""
    lies: list[tuple[str, dict[str, Any], Reason]] = [
        ("userinfo", {"sub": "en annan"}, Reason.SUBJECT),
        ("userinfo", {"sub": None}, Reason.SUBJECT),
        ("token", {"id_token": None}, Reason.NO_TOKEN),
        ("token", {"id_token": 7}, Reason.NO_TOKEN),
        ("answer", {"iss": "https://idp.example"}, Reason.ISSUER),
        ("answer", {"code": "påhittad"}, Reason.CODE),
        ("answer", {"code": None}, Reason.CODE),
    ]
    for what, lie, reason in lies:
        before = getattr(lying, what)
        setattr(lying, what, lie)
        assert rejected(signed_in(app_with_karin), lying) == UNTRUE, lie
        assert why() == f"rejected: {reason}", lie
        setattr(lying, what, before)
    lying.told = {"authorization_response_iss_parameter_supported": True}
    lying.clock.forward(seconds=oidc.KNOWN_FOR.total_seconds())
    lying.answer = {"iss": None}
    assert (rejected(signed_in(app_with_karin), lying), why()) == (UNTRUE, f"rejected: {Reason.ISSUER}")
    lying.answer = {"state": "x" * 43}
    assert signed_in(app_with_karin).heading == "Inloggningen gick inte att slutföra"
    assert why() == f"rejected: {Reason.STATE}"
    assert sessions_of(app_with_karin) == []


#: Path → what is answered there, after the person has signed in.
NONSENSE: dict[str, tuple[Response, ...]] = {
    "/token": (
        as_json({}, 500), Response("<html>", mimetype="text/html"), as_json([]), as_json({"access_token": 7}),
        as_json({"expires_in": "soon"}), as_json({"expires_in": ["soon"]}),
        Response(status=302, headers={"Location": "/keys"}),
    ),
    "/keys": (as_json({}, 404), as_json([]), Response("{"), Response(status=302, headers={"Location": "/token"})),
    "/userinfo": (as_json({}, 401), as_json("x"), Response("signed", mimetype="application/jwt")),
}  # fmt: skip


def test_nonsense_is_no_answer(app_with_karin: Flask, lying: Lying) -> None:
    """Nor is a redirect, which could lead anywhere: it is followed nowhere."""
    got = {}
    for path, answers in NONSENSE.items():
        for number, nonsense in enumerate(answers):
            lying.instead = {path: nonsense}
            got[path, number] = rejected(signed_in(app_with_karin), lying)
    assert set(got.values()) <= {AWAY, UNTRUE}
    assert [where for where, heading in got.items() if heading == UNTRUE] == [("/token", 3)]
    assert sessions_of(app_with_karin) == []


# Away -----------------------------------------------------------------------------------------------------------------

#: What it tells of itself.
TOLD: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "http://127.0.0.1:1"},
    "a slash more": {"issuer": "http://127.0.0.1:1/"},
    "a code over an open line": {"token_endpoint": "http://idp.example/token"},
    "keys over an open line": {"jwks_uri": "http://idp.example/keys"},
    "a sign-out over an open line": {"end_session_endpoint": "http://idp.example/end"},
    "a script": {"authorization_endpoint": "javascript:alert(1)"},
    "no place to sign in": {"authorization_endpoint": None},
    "no keys": {"jwks_uri": 7},
}


def test_a_provider_that_tells_of_places_that_are_not_safe_is_not_asked(app_with_karin: Flask, lying: Lying) -> None:
    for lie, told in TOLD.items():
        lying.told = told
        assert begun_in_vain(app_with_karin).heading == AWAY, lie
    assert set(lying.seen) == {"/.well-known/openid-configuration"}


def test_when_it_does_not_answer_a_password_still_does(
    app_with_karin: Flask, lying: Lying, why: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lying.instead = {"/.well-known/openid-configuration": as_json({}, 502)}
    with writes(app_with_karin) as changed_tables:
        page = begun_in_vain(app_with_karin)
    assert (page.status, page.heading, page.headers["Retry-After"]) == (503, AWAY, "60")
    assert "logga in med användarnamn och lösenord" in page.text
    assert (changed_tables, why()) == (set(), "failed: it answered 502, or no JSON object")
    with app_with_karin.app_context():
        assert Visitor(app_with_karin, user()).get("/inkorg").status == 200


def test_one_that_keeps_silent_is_not_waited_for(
    app_with_karin: Flask, lying: Lying, why: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that is taken and never answered; then one that is refused."""
    monkeypatch.setattr(oidc, "TIMEOUT", (0.2, 0.05))
    with socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        _turned_to(app_with_karin, silent.getsockname()[1])
        assert (begun_in_vain(app_with_karin).heading, why()) == (AWAY, "failed: ReadTimeout")
        port = silent.getsockname()[1]
    _turned_to(app_with_karin, port)
    assert (begun_in_vain(app_with_karin).heading, why()) == (AWAY, "failed: ConnectionError")


def test_one_that_goes_away_half_way_signs_nobody_in(app_with_karin: Flask, lying: Lying) -> None:
    visitor = Visitor(app_with_karin, None)
    back = sent_back(begun(visitor))
    lying.instead = {"/token": as_json({}, 503)}
    page = visitor.get(back)
    assert (page.url, page.status, page.heading) == (ANSWER, 503, AWAY)
    lying.instead = {}
    assert visitor.get(back).status == 400  # the answer is used up: one begins anew
    assert signed_in(app_with_karin, visitor).url == "/inkorg"


def begun_in_vain(app: Flask) -> Any:
    visitor = Visitor(app, None)
    visitor.get("/logga-in")
    return visitor.press(BUTTON)


def _turned_to(app: Flask, port: int) -> None:
    client = app.extensions["lcweb_oidc"][KEY]
    app.extensions["lcweb_oidc"][KEY] = oidc.Client(
        replace(client.provider, issuer=f"http://127.0.0.1:{port}"), client.answers_to
    )


def test_nonsense_brought_to_the_answer_s_address_is_never_a_fault_of_ours(app_with_karin: Flask, lying: Lying) -> None:
    """NUL, broken UTF-8, operators, syntax of all sorts and kilobytes of it, by whoever has begun."""
    nonsense = ("%00", "%ff%fe", "%ed%a0%80", "%0d%0aX:y", "'--", "{{7*7}}", "%3Cb%3E", "%E2%80%AE", "x" * 3000, "")
    visitor, got = Visitor(app_with_karin, None), set()
    for words in nonsense:
        for name in ("code", "state", "iss", "error"):
            state = query_of(begun(visitor))["state"]
            query = {"code": "x", "state": state, "iss": lying.url} | {name: words}
            got.add(visitor.fetch(f"{ANSWER}?{'&'.join(f'{key}={value}' for key, value in query.items())}").status_code)
    assert got == {400, 403}
    assert sessions_of(app_with_karin) == []
