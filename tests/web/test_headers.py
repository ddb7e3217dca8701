"""What every answer says about itself."""

from dataclasses import replace

import pytest

from lcweb.assets import AssetMode
from lcweb.config import Settings
from lcweb.web import help
from tests.clock import Clock
from tests.databases import opened
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
}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/inkorg", 200),
        ("/arenden/1", 200),
        ("/arenden/ny", 200),
        ("/", 303),
        ("/poll/inkorg", 200),
        ("/halsa", 200),
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
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("url", "status"), [("/inkorg", 303), ("/logga-in", 200), ("/poll/inkorg", 401)])
def test_so_is_what_nobody_gets(web: Browser, url: str, status: int) -> None:
    answer = web.client.get(url)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert answer.headers["Cache-Control"] == "no-store"


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
    assert len(addresses) == 5
    for address in addresses:
        answer = karin.fetch(address)
        assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
        assert "no-store" not in answer.headers.get("Cache-Control", "")
        assert "?v=" in address


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
