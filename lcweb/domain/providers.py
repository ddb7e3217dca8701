"""Identity providers: what is believed of a signed answer, and whom it is about."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from lcweb.domain import hsa_ids

#: Two clocks never agree to the second.
LEEWAY = timedelta(seconds=60)
#: How long a person may be at the provider: find the card, the code, another card.
ANSWER_WITHIN = timedelta(minutes=10)
PERSON, COMMISSION = "employeeHsaId", "commissionHsaId"
#: What a session's `how` begins with when a provider has vouched for the person.
HOW = "oidc:"


class Reason(StrEnum):
    """Why nobody was signed in; the only thing about it that is logged, beside which provider it was."""

    STATE = "an answer that this browser has not asked for"
    LATE = "an answer after ten minutes"
    CANCELLED = "cancelled at the provider"
    DECLINED = "refused by the provider"
    CODE = "a code that the provider does not know"
    NO_TOKEN = "no token that can be read"
    ALGORITHM = "an algorithm that is not allowed"
    SIGNATURE = "a signature by none of the provider's keys"
    ISSUER = "another issuer"
    AUDIENCE = "meant for somebody else"
    EXPIRED = "expired"
    TIME = "issued at another time"
    NONCE = "another nonce"
    OLD = "signed in before it was asked for"
    ACR = "too low a level of assurance"
    SUBJECT = "user information about somebody else"
    NO_HSA_ID = "no HSA-id"
    UNKNOWN = "nobody here has that HSA-id"
    ENDED = "an account that has ended"
    NO_ROLE = "no role"
    NO_ROLE_IN_UNIT = "no role in the unit of the assignment"


#: Of an answer that may be somebody's try. Not: what any page can make a browser bring unasked, what a person chose
#: at the provider, and who is believed but not let in; colleagues behind the same address need not wait for those.
UNTRUE = frozenset(
    {
        Reason.CODE, Reason.NO_TOKEN, Reason.ALGORITHM, Reason.SIGNATURE, Reason.ISSUER, Reason.AUDIENCE,
        Reason.EXPIRED, Reason.TIME, Reason.NONCE, Reason.OLD, Reason.SUBJECT,
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Provider:
    """As configured. `acr`: the levels of assurance that are enough; the provider is asked for one of them."""

    key: str  # in addresses and in a session's `how`
    name: str  # on the button, after "Logga in med"
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    acr: tuple[str, ...]
    scope: str = "openid"

    @property
    def how(self) -> str:
        return HOW + self.key


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the browser keeps while the person is at the provider: an answer must fit all of it."""

    provider: str
    state: str
    nonce: str
    verifier: str
    at: datetime


@dataclass(frozen=True)
class Presented:
    """Whom a believed answer is about. `commission` None: the provider tells of no assignment."""

    hsa_id: str
    commission: str | None = None


class Rejected(Exception):
    """Nobody is signed in. `hsa_id` and `unit` may be told to the person, and are not logged."""

    def __init__(self, reason: Reason, *, hsa_id: str = "", unit: str = "") -> None:
        super().__init__(reason.value)
        self.reason, self.hsa_id, self.unit = reason, hsa_id, unit


class Unreachable(Exception):
    """The provider does not answer, or with what cannot be its answer. The words never hold what it sent."""


def check_asked(asked: Asked | None, *, provider: str, state: str, now: datetime) -> Asked:
    """An answer is for the browser that asked, of the provider that it asked, and in time. Raises Rejected."""
    fits = asked is not None and asked.provider == provider and _same(asked.state, state)
    if asked is None or not fits:
        raise Rejected(Reason.STATE)
    if not -LEEWAY <= now - asked.at <= ANSWER_WITHIN:
        raise Rejected(Reason.LATE)
    return asked


def check_issuer(issuer: str | None, provider: Provider, *, always: bool = False) -> None:
    """RFC 9207: an answer that says from whom it is must come from the one that was asked. Raises Rejected.

    `always`: the provider has promised to say it each time.
    """
    if issuer != provider.issuer and (always or issuer is not None):
        raise Rejected(Reason.ISSUER)


def check_claims(claims: Mapping[str, Any], provider: Provider, asked: Asked, *, now: datetime) -> None:
    """Of an ID token whose signature holds. Raises Rejected."""
    if claims.get("iss") != provider.issuer:
        raise Rejected(Reason.ISSUER)
    if not _is_for(claims, provider.client_id):
        raise Rejected(Reason.AUDIENCE)
    _check_times(claims, asked, now)
    if not _same(asked.nonce, claims.get("nonce")):
        raise Rejected(Reason.NONCE)
    if not _words(claims.get("sub")):
        raise Rejected(Reason.SUBJECT)
    if claims.get("acr") not in provider.acr:
        raise Rejected(Reason.ACR)


def check_subject(userinfo: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
    """OpenID Connect Core 5.3.2. Raises Rejected."""
    if userinfo.get("sub") != claims.get("sub"):
        raise Rejected(Reason.SUBJECT)


def presented(claims: Mapping[str, Any]) -> Presented:
    """Raises Rejected for an answer without an HSA-id of a person: `sub` is another one each time and names nobody."""
    hsa_id, commission = _hsa_id(claims.get(PERSON)), claims.get(COMMISSION)
    if hsa_id is None:
        raise Rejected(Reason.NO_HSA_ID)
    return Presented(hsa_id, _hsa_id(commission))


def key_of(how: str) -> str | None:
    """Of a session's `how`: which provider vouched for it. None: none did."""
    return how.removeprefix(HOW) if how.startswith(HOW) else None


def _is_for(claims: Mapping[str, Any], client_id: str) -> bool:
    """OpenID Connect Core 3.1.3.7: one of several audiences only when the token was also made for us."""
    audience, party = claims.get("aud"), claims.get("azp")
    several = audience if isinstance(audience, list) else [audience]
    return client_id in several and (party == client_id or (party is None and len(several) == 1))


def _check_times(claims: Mapping[str, Any], asked: Asked, now: datetime) -> None:
    """By our clock: not over, and made after we asked."""
    expires, issued, began = (_seconds(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if expires is None or now.timestamp() >= expires + LEEWAY.total_seconds():
        raise Rejected(Reason.EXPIRED)
    latest = now.timestamp() + LEEWAY.total_seconds()
    earliest = asked.at.timestamp() - LEEWAY.total_seconds()
    if issued is None or not earliest <= issued <= latest or ("nbf" in claims and (began is None or began > latest)):
        raise Rejected(Reason.TIME)
    if "auth_time" in claims and (_seconds(claims["auth_time"]) or 0) < earliest:
        raise Rejected(Reason.OLD)


def _seconds(value: object) -> float | None:
    """Since 1970; None for what is no such number."""
    counts = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e12
    return float(value) if counts else None


def _words(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _hsa_id(value: object) -> str | None:
    """None for what is no HSA-id: nobody can have it. Other alphabets' letters may turn into ours in upper case."""
    words = _words(value)
    if words is None or not words.isascii() or not words.strip() or hsa_ids.problem(words):
        return None
    return hsa_ids.normalized(words)


def _same(ours: str, theirs: object) -> bool:
    """In a time that tells nothing of how much of it is right."""
    return isinstance(theirs, str) and hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))
