"""What every answer says about itself."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask, request
from werkzeug.test import TestResponse

from lcweb.assets import AssetMode
from lcweb.config import Settings
from lcweb.domain.people import FREE_FAILURES_ADDRESS
from lcweb.web import help
from tests.clock import Clock
from tests.databases import opened
from tests.factories import PASSWORD, user
from tests.page import Browser
from tests.web.visits import Visitor, Write

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), encrypted-media=(), "
        "fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        "picture-in-picture=(), publickey-credentials-get=(), screen-wake-lock=(), usb=(), "
        "xr-spatial-tracking=()"
    ),
    "Strict-Transport-Security": None,
}
#: Besides those: what only an answer of its own kind says.
PAGE = {"Cache-Control": "no-store", "Vary": "Cookie, HX-Request"}
OF_ITS_OWN = {"X-Request-Id", "Content-Type", "Content-Length", "Location", "HX-Redirect", "Set-Cookie", "Allow"}


def said(answer: TestResponse) -> dict[str, str | None]:
    """All headers of the answer but those of its own kind."""
    return EVERYWHERE | {name: value for name, value in answer.headers.items() if name not in OF_ITS_OWN}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/inkorg", 200),
        ("/arenden/1", 200),
        ("/arenden/ny", 200),
        ("/", 303),
        ("/poll/inkorg", 200),
        ("/halsa", 200),
        ("/matt", 200),
        ("/robots.txt", 200),
        ("/.well-known/security.txt", 200),
        ("/finns-inte", 404),
        ("/arenden/0", 404),
        ("/inkorg?vy=%00", 400),
    ],
)
def test_every_answer_is_for_this_screen_alone_and_runs_only_our_own_files(
    karin: Visitor, write: Write, url: str, status: int
) -> None:
    write()
    answer = karin.fetch(url)
    assert answer.status_code == status
    assert said(answer) == EVERYWHERE | PAGE


@pytest.mark.parametrize(("url", "status"), [("/inkorg", 303), ("/logga-in", 200), ("/poll/inkorg", 401)])
def test_so_is_what_nobody_gets(web: Browser, url: str, status: int) -> None:
    answer = web.client.get(url)
    assert answer.status_code == status
    assert said(answer) == EVERYWHERE | PAGE


def test_a_fault_s_page_has_them_too(karin: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    karin.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(help, "render_template", None)
    answer = karin.fetch("/hjalp")
    assert (answer.status_code, answer.headers["Content-Security-Policy"]) == (500, POLICY)
    assert answer.headers["Cache-Control"] == "no-store"


def test_our_own_files_may_be_kept_because_changed_bytes_have_another_address(karin: Visitor) -> None:
    page = karin.get("/hjalp")
    addresses = [link["href"] for link in page.root.find_all("link", rel="stylesheet")]
    addresses += [script["src"] for script in page.root.find_all("script")]
    assert len(addresses) == 6
    for address in addresses:
        answer = karin.fetch(address)
        assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Vary" not in answer.headers and "Set-Cookie" not in answer.headers
        assert "?v=" in address


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/static/css/lcweb.css", "no-cache"),
        ("/static/css/lcweb.css?v=0123456789ab", "no-cache"),
        ("/static/css/../css/lcweb.css?v=1", "no-cache"),
        ("/static/icon.svg", "no-cache"),
        ("/static/finns-inte.css?v=1", "no-store"),
    ],
)
def test_a_file_by_another_address_is_not_kept_under_it(karin: Visitor, address: str, kept: str) -> None:
    """An old version that is asked for the new one's file must not be kept for a year."""
    assert karin.fetch(address).headers["Cache-Control"] == kept


def test_in_cdn_mode_that_one_host_is_let_in(settings: Settings, clock: Clock) -> None:
    changed = replace(settings, assets=AssetMode.CDN, cdn_url="https://cdn.example/npm")
    with opened(changed) as app:
        page = Browser(app).get("/logga-in")
    policy = page.headers["Content-Security-Policy"]
    assert policy == POLICY.replace("script-src 'self'", "script-src 'self' https://cdn.example").replace(
        "style-src 'self'", "style-src 'self' https://cdn.example"
    )
    scripts = [script["src"] for script in page.root.find_all("script") if "cdn.example" in script["src"]]
    assert len(scripts) == 1


# Over TLS -------------------------------------------------------------------------------------------------------------

TLS = {"base_url": "https://vard.example", "secure_cookie": True}


@pytest.fixture
def over_tls(settings: Settings, clock: Clock) -> Iterator[Flask]:
    with opened(replace(settings, proxies=1, **TLS)) as app:
        yield app


def test_over_tls_browsers_stay_there_and_the_cookie_is_this_host_s_alone(over_tls: Flask) -> None:
    answer = over_tls.test_client().get("/logga-in", base_url="https://vard.example")
    assert said(answer) == EVERYWHERE | PAGE | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
    cookie = answer.headers["Set-Cookie"]
    name, *rest = cookie.split("; ")
    assert (name.partition("=")[0], sorted(rest)) == ("__Host-lcweb", ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"])


def test_without_tls_the_cookie_has_its_plain_name(web: Browser) -> None:
    cookie = web.client.get("/logga-in").headers["Set-Cookie"]
    assert cookie.startswith("lcweb=") and "Secure" not in cookie and "Domain" not in cookie


def test_signed_in_over_tls_behind_a_proxy_a_form_is_taken(over_tls: Flask) -> None:
    """The check of forms compares the Referer with the host that the proxy tells of."""
    with over_tls.app_context():
        user("Karin Berg", username="karin")
    client = over_tls.test_client()
    proxy = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "vard.example",
             "Host": "127.0.0.1:5000", "Referer": "https://vard.example/logga-in"}  # fmt: skip
    page = client.get("/logga-in", headers=proxy, base_url="https://vard.example")
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    fields = {"csrf_token": token and token[1], "username": "karin", "password": PASSWORD}
    answer = client.post("/logga-in", data=fields, headers=proxy, base_url="https://vard.example")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


# Names, proxies, sizes ------------------------------------------------------------------------------------------------

STRANGE = ("evil.example", "lcweb.test.evil.example", "evil.lcweb.test", "lcweb.test:99999", "a b", "", "[::1]", "\xe5",
           "lcweb.test, evil.example", "lcweb.test/evil", "evil@lcweb.test", "x" * 5000, "{{7*7}}", "..")  # fmt: skip


@pytest.mark.parametrize("url", ["/inkorg", "/finns-inte", "/static/css/lcweb.css", "/halsa"])
def test_another_host_s_name_is_400_and_stands_nowhere_in_the_answer(karin: Visitor, url: str) -> None:
    for host in STRANGE:
        for method in ("GET", "POST"):
            answer = karin.client.open(url, method=method, headers={"Host": host}, buffered=True)
            assert answer.status_code == 400, (host, method)
            assert "Adressen hör inte till Vårdmeddelanden" in answer.text
            assert said(answer) == EVERYWHERE | PAGE
            assert [word for word in ("evil", "7*7") if word in answer.text + str(answer.headers)] == []


@pytest.mark.parametrize("host", ["lcweb.test", "lcweb.test:8443", "localhost", "127.0.0.1:5000"])
def test_its_own_name_and_this_machine_s_are_answered(web: Browser, host: str) -> None:
    assert web.client.get("/logga-in", headers={"Host": host}).status_code == 200


def test_other_names_are_a_setting(settings: Settings, clock: Clock) -> None:
    with opened(replace(settings, trusted_hosts=("a.example", "b.example"))) as app:
        got = {host: app.test_client().get("/logga-in", headers={"Host": host}).status_code
               for host in ("a.example", "b.example", "lcweb.test", "localhost")}  # fmt: skip
    assert got == {"a.example": 200, "b.example": 200, "lcweb.test": 400, "localhost": 200}


FORGED = {
    "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1", "X-Forwarded-Prefix": "/evil", "Forwarded": "for=198.51.100.7;host=evil.example",
    "X-Real-IP": "198.51.100.7", "X-Original-URL": "/admin", "X-HTTP-Method-Override": "DELETE",
}  # fmt: skip


@pytest.mark.parametrize(
    ("proxies", "address", "scheme", "host"),
    [(None, "127.0.0.1", "http", "localhost"), (0, "127.0.0.1", "http", "localhost"),
     (1, "203.0.113.9", "https", "lcweb.test"), (2, "198.51.100.7", "http", "localhost")],
)  # fmt: skip
def test_a_proxy_is_believed_by_setting_only_and_only_as_many_as_there_are(
    settings: Settings, clock: Clock, proxies: int | None, address: str, scheme: str, host: str
) -> None:
    """What a person sends along stands before what the proxy adds."""
    seen = []
    headers = FORGED | {"X-Forwarded-For": "198.51.100.7, 203.0.113.9", "X-Forwarded-Host": "lcweb.test"}
    with opened(replace(settings, proxies=proxies)) as app:
        app.before_request(lambda: seen.append((request.remote_addr, request.scheme, request.host)))
        answer = app.test_client().get("/logga-in", headers=headers)
    assert (answer.status_code, seen) == (200, [(address, scheme, host)])


def test_forged_headers_change_nothing_without_a_proxy(web: Browser) -> None:
    plain, forged = web.client.get("/inkorg"), web.client.get("/inkorg", headers=FORGED)
    assert (plain.status_code, plain.location) == (forged.status_code, forged.location) == (303, "/logga-in")


def test_a_forged_address_is_no_way_past_the_wait_after_failures(web: Browser) -> None:
    """Throttling is by address too, which is the connection's."""

    def attempt(number: int) -> int:
        token = web.get("/logga-in").csrf_token
        fields = {"csrf_token": token, "username": f"nobody{number}", "password": "fel"}
        return web.client.post("/logga-in", data=fields, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code

    got = [attempt(number) for number in range(FREE_FAILURES_ADDRESS + 2)]
    assert got == [401] * (FREE_FAILURES_ADDRESS + 1) + [429]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("x" * 3_900, {}, 303),
        ("x" * 4_001, {}, 414),
        ("", {f"X-{number}": "a" for number in range(95)}, 303),
        ("", {f"X-{number}": "a" for number in range(101)}, 431),
        ("", {"X-Long": "a" * 32_001}, 431),
        ("", {"Content-Length": "x"}, 303),
        ("", {"Content-Length": "-1"}, 303),
        ("", {"Content-Type": "multipart/form-data; boundary=" + "x" * 300}, 303),
        ("", {"Accept-Language": "\xff;q=x", "Range": "bytes=9-1", "If-None-Match": '"', "Date": "x"}, 303),
        ("", {"Authorization": "Basic \xff", "Origin": "null", "HX-Request": "x"}, 401),
    ],
)
def test_what_is_out_of_all_measure_is_refused_and_nothing_strange_breaks_a_page(
    web: Browser, query: str, headers: dict[str, str], status: int
) -> None:
    answer = web.client.get(f"/inkorg?{query}", headers=headers)
    assert answer.status_code == status
    assert said(answer) == EVERYWHERE | PAGE


def test_a_file_s_form_has_few_parts(karin: Visitor) -> None:
    """Of the one form that takes a file."""
    parts = {f"part{number}": "x" for number in range(25)} | {"file": (BytesIO(b"x"), "x.csv")}
    answer = karin.client.post("/admin/import", data=parts, content_type="multipart/form-data")
    assert answer.status_code in (400, 404, 413)
