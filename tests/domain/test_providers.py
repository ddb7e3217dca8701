"""What is believed of an identity provider's answer: the edges. Whole lies are in tests/web/test_providers_lies.py."""

from datetime import timedelta
from typing import Any

import pytest

from lcweb.domain import providers
from lcweb.domain.providers import ANSWER_WITHIN, Asked, Presented, Provider, Reason, Rejected
from tests.at import at

NOW = at("Tue 2026-11-17 10:00")
STAMP = int(NOW.timestamp())
PROVIDER = Provider(key="p", name="P", issuer="https://p.example", client_id="us", client_secret="hush", acr=("3", "4"))
ASKED = Asked(provider="p", state="s", nonce="n", verifier="v", at=NOW - timedelta(minutes=5))
TRUE = {"iss": "https://p.example", "aud": "us", "sub": "x", "exp": STAMP + 60, "iat": STAMP, "nonce": "n", "acr": "3"}


def reason(check: Any, *args: Any, **options: Any) -> Reason | None:
    try:
        check(*args, **options)
    except Rejected as rejected:
        return rejected.reason
    return None


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({}, None),
        ({"acr": "4"}, None),
        ({"aud": ["us"]}, None),
        ({"aud": ["us"], "azp": "us"}, None),
        ({"aud": []}, Reason.AUDIENCE),
        ({"aud": ["us", "us"]}, Reason.AUDIENCE),
        ({"aud": {"us": 1}}, Reason.AUDIENCE),
        ({"azp": ["us"]}, Reason.AUDIENCE),
        ({"iss": "https://p.example/"}, Reason.ISSUER),
        ({"exp": STAMP - 59}, None),
        ({"exp": STAMP - 60}, Reason.EXPIRED),
        ({"exp": 10**400}, Reason.EXPIRED),
        ({"exp": float("nan")}, Reason.EXPIRED),
        ({"iat": STAMP + 60}, None),
        ({"iat": STAMP + 61}, Reason.TIME),
        ({"iat": STAMP - 300 - 60}, None),
        ({"iat": STAMP - 300 - 61}, Reason.TIME),
        ({"nbf": STAMP + 60}, None),
        ({"nbf": None}, Reason.TIME),
        ({"auth_time": STAMP - 300 - 60}, None),
        ({"auth_time": STAMP - 300 - 61}, Reason.OLD),
        ({"auth_time": "now"}, Reason.OLD),
        ({"nonce": "nn"}, Reason.NONCE),
        ({"nonce": "\ud800"}, Reason.NONCE),
        ({"sub": ""}, Reason.SUBJECT),
        ({"acr": ""}, Reason.ACR),
    ],
)
def test_each_claim_has_its_edge(claims: dict[str, Any], expected: Reason | None) -> None:
    assert reason(providers.check_claims, TRUE | claims, PROVIDER, ASKED, now=NOW) == expected


@pytest.mark.parametrize(
    ("asked", "provider", "state", "after", "expected"),
    [
        (ASKED, "p", "s", ANSWER_WITHIN, None),
        (ASKED, "p", "s", ANSWER_WITHIN + timedelta(microseconds=1), Reason.LATE),
        (ASKED, "p", "s", -providers.LEEWAY, None),
        (ASKED, "p", "s", -providers.LEEWAY - timedelta(microseconds=1), Reason.LATE),
        (ASKED, "other", "s", timedelta(0), Reason.STATE),
        (ASKED, "p", "", timedelta(0), Reason.STATE),
        (ASKED, "p", "å", timedelta(0), Reason.STATE),
        (None, "p", "s", timedelta(0), Reason.STATE),
    ],
)
def test_an_answer_fits_what_was_asked(
    asked: Asked | None, provider: str, state: str, after: timedelta, expected: Reason | None
) -> None:
    """Of two providers, one cannot answer for the other."""
    got = reason(providers.check_asked, asked, provider=provider, state=state, now=ASKED.at + after)
    assert got == expected


@pytest.mark.parametrize(
    ("issuer", "always", "expected"),
    [
        (None, False, None),
        (None, True, Reason.ISSUER),
        (PROVIDER.issuer, True, None),
        ("", False, Reason.ISSUER),
        ("https://q.example", False, Reason.ISSUER),
    ],
)
def test_an_answer_says_from_whom_it_is(issuer: str | None, always: bool, expected: Reason | None) -> None:
    assert reason(providers.check_issuer, issuer, PROVIDER, always=always) == expected


def test_who_is_presented() -> None:
    both = {"employeeHsaId": " se2321000115-1a2b ", "commissionHsaId": "SE2321000115-C"}
    assert providers.presented(both) == Presented("SE2321000115-1A2B", "SE2321000115-C")
    assert providers.presented(both | {"commissionHsaId": " "}) == Presented("SE2321000115-1A2B")
    assert reason(providers.presented, {"sub": "SE2321000115-1A2B"}) == Reason.NO_HSA_ID


def test_a_session_says_by_which_provider() -> None:
    assert (PROVIDER.how, providers.key_of("oidc:p"), providers.key_of("password")) == ("oidc:p", "p", None)


def test_the_secret_is_not_shown() -> None:
    assert "hush" not in repr(PROVIDER)
