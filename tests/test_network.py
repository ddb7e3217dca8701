"""Names, proxies, networks and contacts, as an operator writes them."""

import re
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from lcweb.config import ROOT, Settings, load
from lcweb.network import LOOPBACK, contact, host_of, hosts, is_loopback, is_within, networks, proxies
from tests.html import parse


@pytest.mark.parametrize(
    ("read", "raw", "value"),
    [
        (hosts, "Vard.example, b.example,", ("vard.example", "b.example")),
        (hosts, "10.0.0.1", ("10.0.0.1",)),
        (proxies, " 2 ", 2),
        (proxies, "0", 0),
        (
            networks,
            "10.1.0.0/16, ::1,192.0.2.7",
            (ip_network("10.1.0.0/16"), ip_network("::1"), ip_network("192.0.2.7")),
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
        (hosts, ("", ",", "*", "*.example", ".example", "https://a.example", "a.example:80", "a b", "[::1]", "a.example/")),
        (proxies, ("", "-1", "6", "x", "1.0", "²", "٣")),
        (networks, ("x", "10.1.2.3/16", "10.0.0.0/33", "a.example", "10.1.0.0/16;::1")),
        (contact, ("", "vard", "@vard.example", "http://vard.example", "javascript:x", "a@b\nContact: x", "mailto:a b")),
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
    assert [is_within(address, LOOPBACK) for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", None, "x")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip


def test_by_themselves_the_settings_trust_nobody(tmp_path: Path) -> None:
    settings = load({"LCWEB_SECRET_KEY": "s" * 32, "LCWEB_BASE_URL": "https://Vard.example:8443"}, tmp_path)
    assert (settings.proxies, settings.security_contact, settings.log_level) == (None, None, "INFO")
    assert settings.hosts == ["vard.example", "localhost", "127.0.0.1"]
    assert settings.metrics_from == LOOPBACK
    named = Settings(instance=tmp_path, secret_key="", database_url="", trusted_hosts=("a.example",))
    assert named.hosts == ["a.example", "localhost", "127.0.0.1"]


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: A link's address that is somebody else's: written out, or by a setting.
OUTSIDE = re.compile(r"https?://|link\.address|supervisor\.address")


def test_no_other_site_learns_from_where_somebody_came() -> None:
    """Nor gets hold of the page that opened it."""
    links = [
        (path.name, link)
        for path in TEMPLATES
        for link in parse(path.read_text("utf-8")).find_all("a")
        if OUTSIDE.search(link.get("href"))
    ]
    assert len(links) >= 2
    assert [(name, link["href"]) for name, link in links if "noreferrer" not in link.get("rel").split()] == []
    opened = [link for path in TEMPLATES for link in parse(path.read_text("utf-8")).find_all("a", target="_blank")]
    assert [link["href"] for link in opened if not {"noopener", "noreferrer"} & set(link.get("rel").split())] == []
