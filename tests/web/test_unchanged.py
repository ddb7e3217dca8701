"""An unchanged poll is answered before Flask sees it, and says nothing that the ordinary way would not have said."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from lcweb.db import Unreachable, db, glance_options
from lcweb.domain.second_factor import Policy
from lcweb.glances import Glances
from lcweb.web.unchanged import Unchanged
from tests.clock import Clock
from tests.databases import opened
from tests.web.test_poll import POLLING, poll_of
from tests.web.visits import Visitor, statements

QUICK = {url: element_id for url, element_id in POLLING.items() if element_id != "thread"}
#: Whatever the ordinary way does before a view, and why an unchanged poll can do without.
BEFORE = {
    "begin": "the number, made by the same function",
    "_read_clock": "the same clock",
    "refuse": "the same questions; the address is one of ours as a whole",
    "_gate": "lets_in, which is stricter",
    "csrf_protect": "nothing is sent",
    "_refuse_what_is_no_form": "nothing is sent",
}


@contextmanager
def ordinary_way(app: Flask) -> Iterator[list[str]]:
    """The addresses that took it."""
    taken: list[str] = []
    quick = app.wsgi_app
    assert isinstance(quick, Unchanged)
    then = quick._then

    def note(environ, start):  # type: ignore[no-untyped-def]
        taken.append(environ["PATH_INFO"])
        return then(environ, start)

    with patch.object(quick, "_then", note):
        yield taken


def ordinary(person: Visitor, address: str, **headers: str) -> TestResponse:
    with patch.object(Unchanged, "_is_ordinary", lambda _self, _environ: False):
        return person.fetch(address, **headers)


def told(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    return answer.status_code, answer.data, [(name, said) for name, said in answer.headers if name != "X-Request-Id"]


@pytest.mark.parametrize(("url", "element_id"), QUICK.items())
def test_it_is_one_statement_and_no_request_of_flask_s(karin: Visitor, url: str, element_id: str) -> None:
    address = poll_of(karin.get(url), element_id)
    with ordinary_way(karin.app) as taken, statements() as asked:
        found = karin.fetch(address, **{"HX-Request": "true"})
    assert (found.status_code, len(asked), taken) == (204, 1, [])
    assert len(found.headers["X-Request-Id"]) == 16


@pytest.mark.parametrize(("url", "element_id"), QUICK.items())
def test_its_answer_is_the_ordinary_one(karin: Visitor, url: str, element_id: str) -> None:
    address = poll_of(karin.get(url), element_id)
    assert told(karin.fetch(address)) == told(ordinary(karin, address))


def test_over_tls_too(karin: Visitor) -> None:
    settings = karin.app.extensions["lcweb"].settings
    with opened(replace(settings, base_url="https://lcweb.test")) as other:
        there = Visitor(other, karin.actor)
        address = poll_of(there.get("/inkorg"), "inbox")
        assert "Strict-Transport-Security" in there.fetch(address).headers
        assert told(there.fetch(address)) == told(ordinary(there, address))


def test_nothing_else_is_done_before_a_view(bare_app: Flask) -> None:
    """Whoever adds something says here why an unchanged poll can do without, or teaches it."""
    assert {step.__name__ for step in bare_app.before_request_funcs[None]} == BEFORE.keys()
    assert "poll" not in bare_app.before_request_funcs


@pytest.mark.parametrize("query", ["", "&d=1-99999999999", "&d=%31-99999999999", "&x=1", "&d=1-1%00"])
def test_an_address_that_is_none_of_our_pages_takes_the_ordinary_way(karin: Visitor, query: str) -> None:
    address = f"/poll/inkorg?{query}"
    with ordinary_way(karin.app) as taken:
        karin.fetch(address)
    assert taken == ["/poll/inkorg"]


@pytest.mark.parametrize(
    "headers",
    [{"Host": "other.test"}, {"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"X-Long": "x" * 33_000},
     {"Content-Type": "application/json"}, {"Content-Type": "multipart/form-data; boundary=x"}],
)  # fmt: skip
def test_what_is_refused_is_refused(karin: Visitor, headers: dict[str, str]) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    found = karin.fetch(address, **headers)
    assert found.status_code >= 400
    assert found.status_code == ordinary(karin, address, **headers).status_code


def test_head_is_refused(karin: Visitor) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    assert karin.client.head(address).status_code == 405


@pytest.mark.parametrize("cookie", ["", "x", "lcweb=", "lcweb=x", "lcweb=eyJ0b2tlbiI6IjEifQ.aaaa.bbbb", "other=1"])
def test_a_cookie_that_is_not_ours_is_nobody(karin: Visitor, cookie: str) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    stranger = karin.app.test_client(use_cookies=False)
    found = stranger.get(address, headers={"Cookie": cookie})
    assert (found.status_code, found.headers["HX-Redirect"]) == (401, "/logga-in")


def test_among_other_cookies_it_is_found(karin: Visitor) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    own = karin.client.get_cookie("lcweb")
    assert own
    bare = karin.app.test_client(use_cookies=False)
    with ordinary_way(karin.app) as taken:
        found = bare.get(address, headers={"Cookie": f"a=b; lcweb={own.value}; xlcweb=c"})
    assert (found.status_code, taken) == (204, [])


def test_who_must_set_up_a_second_factor_first_is_led_there(karin: Visitor) -> None:
    settings = karin.app.extensions["lcweb"].settings
    address = poll_of(karin.get("/inkorg"), "inbox")
    with opened(replace(settings, second_factor=Policy.REQUIRED)) as other:
        found = Visitor(other, karin.actor).fetch(address)
    assert (found.status_code, found.headers["HX-Redirect"]) == (401, "/konto/tva-steg")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("UPDATE user_session SET revoked_at = started_at, revoked_why = 'signed_out'", 401),
        ("UPDATE user_session SET ends_at = started_at", 401),
        ("UPDATE user_account SET ended_at = created_at", 401),
        ("UPDATE membership SET ended_at = (SELECT min(created_at) FROM user_account)", 401),
        ("UPDATE membership SET role = 'log_reviewer', unit_id = NULL, organization_id = 1", 401),
        ("UPDATE user_session SET unit_id = NULL", 404),
        ("UPDATE inbox_version SET version = version + 1", 200),
    ],
)
def test_whatever_has_happened_the_ordinary_way_says_it(karin: Visitor, change: str, status: int) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    assert karin.fetch(address).status_code == 204
    with karin.context(), db.engine.begin() as connection:
        connection.execute(text(change))
    assert karin.fetch(address).status_code == ordinary(karin, address).status_code == status


def test_by_the_clock_too(karin: Visitor, clock: Clock) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    clock.forward(minutes=29, seconds=59)
    assert told(karin.fetch(address)) == told(ordinary(karin, address))
    clock.forward(seconds=2)
    assert karin.fetch(address).status_code == ordinary(karin, address).status_code == 401


def test_a_connection_that_has_died_is_replaced_and_the_ordinary_way_answers(karin: Visitor) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    assert karin.fetch(address).status_code == 204
    quick = karin.app.wsgi_app
    assert isinstance(quick, Unchanged)
    connection = quick._glances._engine.raw_connection()
    driver = connection.driver_connection
    connection.close()
    assert driver
    driver.close()
    with ordinary_way(karin.app) as taken:
        assert karin.fetch(address).status_code == 204
        assert karin.fetch(address).status_code == 204
    is_seen_beforehand = quick._glances._engine.dialect.name == "postgresql"  # as each connection's end is there
    assert taken == ([] if is_seen_beforehand else ["/poll/inkorg"])


def test_without_a_connection_the_ordinary_way_answers(karin: Visitor) -> None:
    address = poll_of(karin.get("/inkorg"), "inbox")
    gone = OperationalError("", None, Exception())
    with patch.object(Glances, "rows", side_effect=gone), ordinary_way(karin.app) as taken:
        assert karin.fetch(address).status_code == 204
    assert taken == ["/poll/inkorg"]


def test_a_database_that_is_not_there_is_said_to_be_unreachable() -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    with pytest.raises(Unreachable):
        Glances(create_engine(url, **glance_options(url))).rows(select(text("1")), {})
