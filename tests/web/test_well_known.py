"""What machines ask every site for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from lcweb.config import Settings
from tests.clock import Clock
from tests.databases import opened
from tests.page import Browser


def test_who_finds_a_fault_is_told_whom_to_tell(settings: Settings, clock: Clock) -> None:
    """RFC 9116, whole."""
    told = replace(settings, base_url="https://vard.example", security_contact="mailto:it@vard.example")
    with opened(told) as app:
        answer = app.test_client().get("/.well-known/security.txt")
    assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
    assert answer.text == (
        "Contact: mailto:it@vard.example\n"
        "Expires: 2027-05-16T00:00:00Z\n"
        "Preferred-Languages: sv, en\n"
        "Canonical: https://vard.example/.well-known/security.txt\n"
    )
    expires = datetime.fromisoformat("2027-05-16T00:00:00+00:00")
    assert timedelta(days=30) < expires - clock.now < timedelta(days=365)


def test_without_tls_it_names_no_address_of_its_own(web: Browser) -> None:
    assert "Canonical" not in web.client.get("/.well-known/security.txt").text


@pytest.fixture
def silent(settings: Settings, clock: Clock) -> Iterator[Flask]:
    with opened(replace(settings, security_contact=None)) as app:
        yield app


def test_without_a_contact_there_is_none(silent: Flask) -> None:
    assert Browser(silent).get("/.well-known/security.txt").status == 404


def test_no_page_is_to_be_indexed(web: Browser) -> None:
    assert web.client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
