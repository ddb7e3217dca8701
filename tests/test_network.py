"""Names, proxies, networks and contacts, as an operator writes them."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from lcweb.config import ROOT, Settings, load
from lcweb.network import LOOPBACK, contact, host_of, hosts, is_loopback, is_within, networks, proxies


@pytest.mark.parametrize(
    ("read", "raw", "value"),
    [
        (hosts, "Vard.example, b.example,", ("vard.example", "b.example")),
        (hosts, "10.0.0.1", ("10.0.0.1",)),
        (proxies, " 2 ", 2),
        (proxies, "0", 0),
        (
            networks,
            "10.1.0.0/16, ::1,",
            (ip_network("10.1.0.0/16"), ip_network("::1")),
        ),
        (networks, "", ()),
        (contact, "it@vard.example", "mailto:it@vard.example"),
        (contact, "https://vard.example/sakerhet", "https://vard.example/sakerhet"),
        (contact, "tel:+46-35-131000", "tel:+46-35-131000"),
    ],
)
def test_what_is_taken(read: Callable[[str], Any], raw: str, value: object) -> None:
    assert read(raw) == value


@pytest.mark.parametrize(
    ("read", "raws"),
    [
        (hosts, ("", ",", "*", "*.example", ".example", "https://a.example", "a.example:80", "a b", "[::1]", "a/")),
        (proxies, ("", "-1", "6", "x", "1.0", "²", "٣")),
        (networks, ("x", "10.1.2.3/16", "10.0.0.0/33", "a.example", "10.1.0.0/16;::1")),
        (contact, ("", "vard", "@vard.example", "http://vard.example", "javascript:x", "a@b\nContact:x", "tel:a b")),
    ],
)  # fmt: skip
def test_what_is_not(read: Callable[[str], Any], raws: tuple[str, ...]) -> None:
    for raw in raws:
        with pytest.raises(ValueError, match="must be"):
            read(raw)


@pytest.mark.parametrize(("raw", "host"), [("https://A.example:8443/x", "a.example"), ("https://[::1]/", "::1"),
                                           ("https://[x", ""), ("x", ""), ("", "")])  # fmt: skip
def test_the_host_of_an_address(raw: str, host: str) -> None:
    assert host_of(raw) == host


def test_this_machine() -> None:
    assert [is_loopback(host) for host in ("localhost", "127.8.8.8", "::1", "10.0.0.1", "vard.example", "")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    asking = ("127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", None, "x")
    assert [is_within(address, LOOPBACK) for address in asking] == [True, True, True, False, False, False]


def test_by_themselves_the_settings_trust_nobody(tmp_path: Path) -> None:
    settings = load({"LCWEB_SECRET_KEY": "s" * 32, "LCWEB_BASE_URL": "https://Vard.example:8443"}, tmp_path)
    assert (settings.proxies, settings.security_contact, settings.log_level) == (None, None, "INFO")
    assert settings.hosts == ["vard.example", "localhost", "127.0.0.1"]
    assert settings.metrics_from == LOOPBACK
    named = Settings(instance=tmp_path, secret_key="", database_url="", trusted_hosts=("a.example",))
    assert named.hosts == ["a.example", "localhost", "127.0.0.1"]


#: A whole opening tag, with what Jinja writes into it.
LINK = re.compile(r"<a\b(?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*>", re.DOTALL)
#: An address that is somebody else's: written out, or by a setting.
OUTSIDE = re.compile(r'href="(https?:|\{\{ (link|supervisor)\.address)')


def test_no_other_site_learns_from_where_somebody_came_or_gets_hold_of_the_page() -> None:
    texts = [path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")]
    links = [link[0] for text in texts for link in LINK.finditer(text)]
    outside = [link for link in links if OUTSIDE.search(link)]
    assert len(links) > 100 and len(outside) >= 2
    assert [link for link in outside if "noreferrer" not in link] == []
    assert [link for link in links if 'target="_blank"' in link and "noopener" not in link] == []
