"""An identity provider on loopback that tells the truth, or one chosen lie."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jws import serialize_compact
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from lcweb.domain.providers import Provider
from tests.clock import Clock

KEY, NAME, SECRET = "prov", "Provkortet", "en+hemlighet/som bara 2:%kanner"
CLIENT_ID, LEVEL = "lcweb", "http://id.example/loa3"
HSA_ID, COMMISSION = "TSTNMT2321000115-KARIN", "TSTNMT2321000115-UPPDRAG1"
ALGORITHMS = ["RS256", "PS256", "ES256", "RS512"]

#: (header, claims) → the token, by whoever lies about how it is signed.
Sign = Callable[["Lying", dict[str, Any], dict[str, Any]], str]


def made_key(kid: str, kind: type[Key] = ECKey) -> Key:
    return kind.generate_key("P-256" if kind is ECKey else 2048, {"kid": kid, "use": "sig"})


def encoded(raw: bytes | dict[str, Any]) -> str:
    words = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    return base64.urlsafe_b64encode(words).rstrip(b"=").decode()


def by_hmac(secret: bytes, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """As HS256 is made, with anything as its secret."""
    said = f"{encoded(header | {'alg': 'HS256'})}.{encoded(claims)}"
    return f"{said}.{encoded(hmac.digest(secret, said.encode(), 'sha256'))}"


def truly(lying: "Lying", header: dict[str, Any], claims: dict[str, Any]) -> str:
    return serialize_compact(header, json.dumps(claims), lying.key, algorithms=ALGORITHMS)


@dataclass
class Lying:
    """What each attribute says is what it tells; a test changes one of them, and the rest is true."""

    clock: Clock
    url: str = ""
    key: Key = field(default_factory=lambda: made_key("one"))
    published: list[Key] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)  # over the true ones; None leaves one out
    userinfo: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=lambda: {"employeeHsaId": HSA_ID})
    header: dict[str, Any] = field(default_factory=dict)
    sign: Sign = truly
    answer: dict[str, Any] = field(default_factory=dict)  # over what the browser is sent back with
    token: dict[str, Any] = field(default_factory=dict)  # over the token endpoint's answer
    told: dict[str, Any] = field(default_factory=dict)  # over what it tells of itself
    instead: dict[str, Response] = field(default_factory=dict)  # path → the whole answer
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # code → what was asked for
    seen: list[str] = field(default_factory=list)  # paths

    @property
    def issuer(self) -> str:
        return self.url

    @property
    def provider(self) -> Provider:
        return Provider(
            key=KEY, name=NAME, issuer=self.issuer, client_id=CLIENT_ID, client_secret=SECRET, acr=(LEVEL, "loa4")
        )

    @Request.application
    def __call__(self, request: Request) -> Response:
        self.seen.append(request.path)
        pages = {
            "/.well-known/openid-configuration": self._tell, "/begin": self._begin, "/token": self._token,
            "/keys": self._keys, "/userinfo": self._userinfo,
        }  # fmt: skip
        return self.instead.get(request.path) or pages[request.path](request)

    def _tell(self, _request: Request) -> Response:
        paths = {"authorization": "begin", "token": "token", "userinfo": "userinfo", "end_session": "end"}
        told = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in paths.items()}
        return as_json({"issuer": self.issuer, "jwks_uri": f"{self.url}/keys"} | told | self.told)

    def _begin(self, request: Request) -> Response:
        """The person has signed in, and goes back with a code."""
        asked = request.args.to_dict()
        assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT_ID, "openid")
        assert (asked["code_challenge_method"], asked["acr_values"]) == ("S256", f"{LEVEL} loa4")
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        told = {"code": code, "state": asked["state"], "iss": self.issuer} | self.answer
        return Response(status=303, headers={"Location": f"{asked['redirect_uri']}?{urlencode(without_none(told))}"})

    def _token(self, request: Request) -> Response:
        """A code is good once, for the client and the verifier that asked for it."""
        assert self._secret_of(request) == (CLIENT_ID, SECRET)
        asked = self.asked.pop(request.form["code"], None)
        challenge = encoded(hashlib.sha256(request.form["code_verifier"].encode()).digest())
        if not asked or asked["code_challenge"] != challenge or asked["redirect_uri"] != request.form["redirect_uri"]:
            return as_json({"error": "invalid_grant"}, 400)
        token = {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": self._id_token(asked)}
        return as_json(without_none(token | self.token))

    def _secret_of(self, request: Request) -> tuple[str, str]:
        if "client_secret" in request.form:
            return request.form["client_id"], request.form["client_secret"]
        given = request.authorization
        assert given and given.username and given.password
        return unquote(given.username), unquote(given.password)

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(self.clock.now.timestamp())
        true = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": "övergående", "iat": now, "exp": now + 300, "auth_time": now,
            "nonce": asked["nonce"], "acr": LEVEL,
        }  # fmt: skip
        algorithm = "RS256" if self.key.key_type == "RSA" else "ES256"
        header = {"alg": algorithm, "kid": self.key.kid, "typ": "JWT"} | self.header
        return self.sign(self, without_none(header), without_none(true | self.person | self.claims))

    def _keys(self, _request: Request) -> Response:
        return as_json({"keys": [key.as_dict(private=False) for key in self.published or [self.key]]})

    def _userinfo(self, request: Request) -> Response:
        assert request.headers["Authorization"] == "Bearer a"
        return as_json(without_none({"sub": "övergående"} | self.userinfo))


def as_json(found: object, status: int = 200) -> Response:
    return Response(json.dumps(found), status=status, mimetype="application/json")


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Nothing: the test looks at what becomes of it."""


@contextmanager
def lying_provider(clock: Clock) -> Iterator[Lying]:
    lying = Lying(clock)
    server = ThreadedWSGIServer("127.0.0.1", 0, lying, _Silent)
    lying.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield lying
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rsa_key() -> Key:
    return made_key("rsa", RSAKey)
