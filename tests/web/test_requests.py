"""Each request's number and its one line in the log; and that nothing of a patient stands in either."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from lcweb.config import Settings
from lcweb.logs import JsonLines, TextLines
from lcweb.services import access_log, threads
from lcweb.web import help
from tests.clock import Clock
from tests.databases import opened
from tests.web.visits import Visitor, Write, letter, writes

HEX = re.compile(r"[0-9a-f]{16}")
PROXY_S = ("0123456789abcdef0123456789abcdef", "01234567-89ab-cdef-0123-456789abcdef")
TYPED = ("20000101-2384", "x", "", "0123456789ABCDEF0123456789ABCDEF", "a" * 33, "Tove Testsson", f"{PROXY_S[0]}\xff")


def lines(caplog: pytest.LogCaptureFixture, level: int = logging.INFO) -> list[str]:
    """Of the access log, without the time taken."""
    found = [record for record in caplog.records if record.name == "lcweb.access" and record.levelno >= level]
    return [re.sub(r"[\d.]+ ms", "… ms", record.getMessage()) for record in found]


# Numbers --------------------------------------------------------------------------------------------------------------


def test_every_answer_has_a_number_of_its_own(karin: Visitor) -> None:
    urls = ("/inkorg", "/finns-inte", "/static/icon.svg", "/poll/inkorg", "/inkorg?vy=%00", "/matt")
    numbers = [karin.fetch(url).headers["X-Request-Id"] for url in urls]
    numbers.append(karin.fetch("/inkorg", Host="evil.example").headers["X-Request-Id"])
    assert [number for number in numbers if not HEX.fullmatch(number)] == []
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("proxies", [None, 1])
def test_a_number_from_outside_is_taken_from_a_proxy_alone_and_only_in_its_form(
    settings: Settings, clock: Clock, proxies: int | None
) -> None:
    with opened(replace(settings, proxies=proxies)) as app:
        given = [*PROXY_S, *TYPED]
        got = [
            app.test_client().get("/logga-in", headers={"X-Request-Id": one}).headers["X-Request-Id"] for one in given
        ]
    assert [one for one in given if one in got] == (list(PROXY_S) if proxies else [])


def test_a_fault_s_page_tells_the_number_that_the_log_has(
    karin: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    karin.app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(help, "render_template", None)
    page = karin.get("/hjalp")
    number = page.headers["X-Request-Id"]
    assert (page.status, page.root.get_one("code").text) == (500, number)
    assert "Uppge felkoden" in page.text
    assert "code" not in [element.tag for element in karin.get("/finns-inte").root.find_all()]


# Lines ----------------------------------------------------------------------------------------------------------------


def test_a_line_has_the_route_the_person_s_number_and_no_query(
    karin: Visitor, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    thread_id = write()
    caplog.set_level(logging.INFO, "lcweb.access")
    caplog.clear()
    for url in (f"/arenden/{thread_id}", "/inkorg?vy=vantar&x=20000101-2384", "/finns-inte/20000101-2384", "/hjalp"):
        karin.fetch(url)
    karin.client.open("/inkorg", method="TOVE-TESTSSON")
    Visitor(karin.app, None).fetch("/inkorg")
    user = karin.actor.user_id
    assert lines(caplog) == [
        f"GET /arenden/<id:thread_id> 200 … ms user {user}",
        f"GET /inkorg 200 … ms user {user}",
        f"GET - 404 … ms user {user}",
        f"GET /hjalp 200 … ms user {user}",
        f"? - 405 … ms user {user}",
        "GET /inkorg 303 … ms user None",
    ]


def test_what_asks_all_the_time_does_not_drown_the_rest(karin: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "lcweb.access")
    caplog.clear()
    for url in ("/poll/inkorg", "/poll/meny", "/halsa", "/matt", "/static/icon.svg"):
        karin.fetch(url)
    assert (lines(caplog), len(lines(caplog, logging.DEBUG))) == ([], 5)


# Nothing of a patient -------------------------------------------------------------------------------------------------

PLANTED = ("Planterad Person", "18900101-9802", "planterad-", "Planterat")
WORDS = "Planterad Person 18900101-9802 Planterat"


@pytest.fixture
def written(bare_app: Flask) -> Iterator[io.StringIO]:
    """All lines of all loggers at DEBUG, as text and as JSON."""
    stream, root = io.StringIO(), logging.getLogger()
    handlers = [logging.StreamHandler(stream), logging.StreamHandler(stream)]
    for handler, form in zip(handlers, (TextLines(), JsonLines()), strict=True):
        handler.setFormatter(form)
        handler.addFilter(lambda record: setattr(record, "request_id", "-") or True)
        root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    bare_app.config["PROPAGATE_EXCEPTIONS"] = False
    yield stream
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def planted_in(text: str) -> list[str]:
    return [word for word in PLANTED if word in text]


def asked_strangely(visitor: Visitor) -> Iterator[TestResponse]:
    """The words in a query, a path, a header, a cookie and a method."""
    client = visitor.client
    for url in ("/inkorg?vy={}", "/finns-inte/{}", "/arenden/{}", "/static/{}", "/inkorg?{}=1", "/{}?x=%00"):
        yield client.get(url.format(WORDS), buffered=True)
    for name in ("X-Request-Id", "User-Agent", "Referer", "Accept-Language", "Host", "Sec-Purpose", "HX-Current-URL"):
        yield client.get("/inkorg", headers={name: WORDS}, buffered=True)
        yield client.get("/finns-inte", headers={name: WORDS}, buffered=True)
    client.set_cookie("planterad-kaka", WORDS)
    yield client.get("/finns-inte")
    yield client.open("/inkorg", method="PLANTERAT")


@pytest.mark.parametrize("signed_in", [True, False])
def test_what_stands_in_a_request_is_in_no_error_page_and_no_line(
    karin: Visitor, written: io.StringIO, signed_in: bool
) -> None:
    visitor = karin if signed_in else Visitor(karin.app, None)
    answers = list(asked_strangely(visitor))
    assert max(answer.status_code for answer in answers) < 500
    assert [planted_in(answer.text + str(answer.headers)) for answer in answers] == [[]] * len(answers)
    assert planted_in(written.getvalue()) == []


def raising(error: Exception) -> Any:
    def fail(*_args: object, **_kwargs: object) -> None:
        body = WORDS  # a local, as any verb has it
        raise type(error)(*error.args) from ValueError(body)

    return fail


FAULTS = [ValueError(WORDS), KeyError(WORDS), UnicodeEncodeError("utf-8", WORDS, 0, 1, WORDS), OSError(5, WORDS)]


@pytest.mark.parametrize("error", FAULTS, ids=[type(error).__name__ for error in FAULTS])
def test_a_fault_over_a_letter_is_told_without_the_letter(
    karin: Visitor, anna: Visitor, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(threads, "start", raising(error))
    page = anna.post("/arenden/ny", **letter(karin.unit_id, body=WORDS, patient_name=WORDS[:16], subject="Planterat"))
    assert (page.status, planted_in(page.body + page.title)) == (500, [])
    said = written.getvalue()
    assert f"{type(error).__name__} from ValueError" in said and "endpoint compose.send" in said
    assert planted_in(said) == []


def test_what_the_database_refuses_is_told_without_what_was_to_be_written(
    karin: Visitor, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real error of the driver's, whose words quote the statement."""

    def broken(session: Any, *_args: object, **_kwargs: object) -> None:
        session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": WORDS})

    monkeypatch.setattr(access_log, "write", broken)
    with writes(karin.app) as changed:
        page = karin.post("/sok", words="Planterat", patient_id="18900101-9802")
    assert (page.status, planted_in(page.body), changed) == (500, [], set())
    assert "Error from " in written.getvalue() and planted_in(written.getvalue()) == []


@pytest.mark.parametrize("url", ["/arenden/ny", "/arenden/1/svara", "/inkorg/genomgangen", "/sok"])
def test_a_refused_form_s_words_are_in_no_line(karin: Visitor, write: Write, written: io.StringIO, url: str) -> None:
    """They are given back to whoever typed them, and to nobody else."""
    write()
    refused = (
        {"body": WORDS, "patient_id": "18900101-9803"},
        {"words": WORDS},
        {"body": WORDS + "\0", "version": WORDS},
    )
    for fields in refused:
        for csrf in (True, False):
            assert karin.post(url, csrf=csrf, **fields).status < 500
    assert planted_in(written.getvalue()) == []
