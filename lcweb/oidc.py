"""OpenID Connect: the only one that talks to identity providers. What is believed of an answer: domain/providers.py."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import KeySet

from lcweb.domain import providers
from lcweb.domain.providers import COMMISSION, PERSON, Asked, Presented, Provider, Reason, Rejected, Unreachable
from lcweb.provider_settings import is_safe

#: A provider's private key signs and its public key checks. Nothing that the client's secret, or no key, could make.
ALGORITHMS = ("RS256", "PS256", "ES256")
KEY_TYPES = ("RSA", "EC")
TIMEOUT = (3.05, 5.0)  # seconds to be connected, and between two bytes
KNOWN_FOR = timedelta(minutes=10)  # how long the provider's own addresses are believed without asking anew


@dataclass(frozen=True)
class Addresses:
    """The provider's, as it tells them itself."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    end_session: str | None
    names_itself: bool  # it says in each answer from whom that is (RFC 9207)
    in_body: bool  # how it takes the client's secret: in the form, or in a header (RFC 6749 2.3.1)


@dataclass
class Client:
    """Of one provider. `answers_to`: where it sends people back to, as registered there."""

    provider: Provider
    answers_to: str
    _known: tuple[datetime, Addresses] | None = field(default=None, repr=False)

    def begin(self, now: datetime) -> tuple[str, Asked]:
        """Where the person signs in, and what the answer must fit. Raises Unreachable.

        Who was here before on a shared computer is not signed in by the next one's click: `prompt=login`.
        """
        addresses = self.addresses(now)
        asked = Asked(
            provider=self.provider.key, state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32),
            verifier=generate_token(64), at=now,
        )  # fmt: skip
        with self._session() as session:
            url, _ = session.create_authorization_url(
                addresses.authorization, state=asked.state, code_verifier=asked.verifier, nonce=asked.nonce,
                acr_values=" ".join(self.provider.acr), prompt="login",
            )  # fmt: skip
        return url, asked

    def finish(self, code: str, issuer: str | None, asked: Asked, now: datetime) -> Presented:
        """Whom the code stands for. `issuer`: from whom the answer says it is. Raises Unreachable and Rejected."""
        addresses = self.addresses(now)
        providers.check_issuer(issuer, self.provider, always=addresses.names_itself)
        with self._session() as session:
            token = self._token(session, addresses, code, asked)
            claims = self._believed(session, addresses, token.get("id_token"))
            providers.check_claims(claims, self.provider, asked, now=now)
            if addresses.userinfo and not {PERSON, COMMISSION} <= claims.keys():
                userinfo = self._json(session, addresses.userinfo, withhold_token=False)
                providers.check_subject(userinfo, claims)
                claims = userinfo | claims
        return providers.presented(claims)

    def sign_out_address(self, back_to: str, now: datetime) -> str | None:
        """Where the person may end the provider's own session; None when it has no such place. Raises Unreachable."""
        address = self.addresses(now).end_session
        query = urlencode({"client_id": self.provider.client_id, "post_logout_redirect_uri": back_to})
        return f"{address}{'&' if urlsplit(address).query else '?'}{query}" if address else None

    def addresses(self, now: datetime) -> Addresses:
        """Raises Unreachable."""
        if self._known is None or not timedelta(0) <= now - self._known[0] < KNOWN_FOR:
            with requests.Session() as session:
                told = self._json(session, f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._known = now, self._addresses(told)
        return self._known[1]

    def _addresses(self, told: dict[str, Any]) -> Addresses:
        """Raises Unreachable also when it calls itself something else, or would be talked to in the open."""
        if told.get("issuer") != self.provider.issuer:
            raise Unreachable("it names another issuer than the configured one")
        named = [told.get(f"{name}_endpoint") for name in ("authorization", "token", "userinfo", "end_session")]
        authorization, token, userinfo, end_session = named
        keys = told.get("jwks_uri")
        if not all(self._is_private(address) for address in (authorization, token, keys, *filter(None, named))):
            raise Unreachable("its addresses are missing, or neither https nor this machine's")
        methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        in_body = "client_secret_post" in methods  # there, nobody disagrees on how a strange character is written
        names_itself = told.get("authorization_response_iss_parameter_supported") is True
        return Addresses(str(authorization), str(token), str(keys), userinfo, end_session, names_itself, in_body)

    def _is_private(self, address: object) -> bool:
        """https; this machine is talked to in the open by a provider of this machine alone."""
        ours = self.provider.issuer.startswith("http:")
        return isinstance(address, str) and is_safe(address) and (ours or address.startswith("https:"))

    def _session(self) -> OAuth2Session:
        """`leeway`: an access token that lives for a minute is good for the call that follows at once."""
        return OAuth2Session(
            client_id=self.provider.client_id, client_secret=self.provider.client_secret,
            token_endpoint_auth_method="client_secret_post",
            scope=self.provider.scope, redirect_uri=self.answers_to, code_challenge_method="S256",
            default_timeout=TIMEOUT, leeway=0,
        )  # fmt: skip

    def _token(self, session: OAuth2Session, addresses: Addresses, code: str, asked: Asked) -> dict[str, Any]:
        mine = None if addresses.in_body else (quote(self.provider.client_id), quote(self.provider.client_secret))
        with _reached():
            try:
                return session.fetch_token(
                    addresses.token, code=code, grant_type="authorization_code", code_verifier=asked.verifier,
                    auth=mine, allow_redirects=False, timeout=TIMEOUT,
                )  # fmt: skip
            except OAuthError as error:
                raise Rejected(Reason.CODE) from error

    def _believed(self, session: OAuth2Session, addresses: Addresses, token: object) -> dict[str, Any]:
        """An ID token's claims once a key that the provider has now signed it: one withdrawn is gone at once."""
        if not isinstance(token, str):
            raise Rejected(Reason.NO_TOKEN)
        found = self._json(session, addresses.keys, withhold_token=True).get("keys")
        usable = [key for key in found if _signs(key)] if isinstance(found, list) else []
        try:
            return dict(jwt.decode(token, KeySet.import_key_set({"keys": usable}), algorithms=ALGORITHMS).claims)
        except UnsupportedAlgorithmError as error:
            raise Rejected(Reason.ALGORITHM) from error
        except (JoseError, ValueError, TypeError) as error:
            raise Rejected(Reason.SIGNATURE) from error

    def _json(self, session: requests.Session, address: str, **options: Any) -> dict[str, Any]:
        """Follows no redirect: only the provider's own addresses are believed. Raises Unreachable."""
        with _reached():
            answer = session.get(address, timeout=TIMEOUT, allow_redirects=False, **options)
            found = answer.json() if answer.status_code == 200 else None
        if not isinstance(found, dict):
            raise Unreachable(f"it answered {answer.status_code}, or no JSON object")
        return found


def _signs(key: object) -> bool:
    return isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except (requests.RequestException, AuthlibBaseError, ValueError, TypeError, OverflowError) as error:
        raise Unreachable(type(error).__name__) from error
