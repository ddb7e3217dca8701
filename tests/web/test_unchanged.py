"""An unchanged poll is answered before Flask sees it, and says nothing that the ordinary way would not have said."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from lcweb.db import Unreachable, db, glance_options
from lcweb.domain.second_factor import Policy
from lcweb.glances import Glances
from lcweb.services import threads
from lcweb.web.unchanged import Unchanged
from tests.clock import Clock
from tests.databases import opened
from tests.factories import colleague, submission_id, unit, user
from tests.web.test_poll import POLLING, poll_of
from tests.web.visits import Visitor, Write, statements

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


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_it_is_one_statement_and_no_request_of_flask_s(karin: Visitor, write: Write, url: str, element_id: str) -> None:
    assert write() == 1
    address = poll_of(karin.get(url), element_id)
    with ordinary_way(karin.app) as taken, statements() as asked:
        found = karin.fetch(address, **{"HX-Request": "true"})
    assert (found.status_code, len(asked), taken) == (204, 1, [])
    assert len(found.headers["X-Request-Id"]) == 16


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_its_answer_is_the_ordinary_one(karin: Visitor, write: Write, url: str, element_id: str) -> None:
    assert write() == 1
    address = poll_of(karin.get(url), element_id)
    assert told(karin.fetch(address)) == told(ordinary(karin, address))


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_over_tls_too(karin: Visitor, write: Write, url: str, element_id: str) -> None:
    assert write() == 1
    settings = karin.app.extensions["lcweb"].settings
    with opened(replace(settings, base_url="https://lcweb.test")) as other:
        there = Visitor(other, karin.actor)
        address = poll_of(there.get(url), element_id)
        assert "Strict-Transport-Security" in there.fetch(address).headers
        assert told(there.fetch(address)) == told(ordinary(there, address))


def test_nothing_else_is_done_before_a_view(bare_app: Flask) -> None:
    """Whoever adds something says here why an unchanged poll can do without, or teaches it."""
    assert {step.__name__ for step in bare_app.before_request_funcs[None]} == BEFORE.keys()
    assert "poll" not in bare_app.before_request_funcs


@pytest.mark.parametrize("query", ["", "&d=1-99999999999", "&d=%31-99999999999", "&x=1", "&d=1-1%00"])
def test_an_address_that_is_none_of_our_pages_takes_the_ordinary_way(karin: Visitor, query: str) -> None:
    for path in ("/poll/inkorg", "/poll/arenden/1"):
        with ordinary_way(karin.app) as taken:
            karin.fetch(f"{path}?{query}")
        assert taken == [path]


@pytest.mark.parametrize("number", ["0", "01", "-1", "2147483647", "2147483648", "1/", "1/x", "x", "%D9%A1"])
def test_a_thread_whose_number_is_none_of_ours_takes_the_ordinary_way(
    karin: Visitor, write: Write, number: str
) -> None:
    address = poll_of(karin.get(f"/arenden/{write()}"), "thread").replace("/1?", f"/{number}?")
    with ordinary_way(karin.app) as taken:
        found = karin.fetch(address)
    assert len(taken) == 1
    assert found.status_code == (204 if number == "01" else 404)


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


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_who_must_set_up_a_second_factor_first_is_led_there(
    karin: Visitor, write: Write, url: str, element_id: str
) -> None:
    assert write() == 1
    settings = karin.app.extensions["lcweb"].settings
    address = poll_of(karin.get(url), element_id)
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


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("UPDATE user_session SET revoked_at = started_at, revoked_why = 'signed_out'", 401),
        ("UPDATE user_session SET unit_id = NULL", 404),
        ("UPDATE user_session SET unit_id = (SELECT sender_unit_id FROM thread)", 401),
        ("UPDATE membership SET ended_at = (SELECT min(created_at) FROM user_account)", 401),
        ("UPDATE thread SET revision = revision + 1", 200),
        ("UPDATE thread_party SET revision = revision + 1", 200),
        ("UPDATE thread_party SET left_at = (SELECT created_at FROM thread), left_how = 'forwarded'", 200),
        ("DELETE FROM thread_party", 404),
        ("UPDATE inbox_version SET version = version + 1", 204),
    ],
)  # fmt: skip
def test_whatever_has_become_of_a_thread_the_ordinary_way_says_it(
    karin: Visitor, write: Write, change: str, status: int
) -> None:
    address = poll_of(karin.get(f"/arenden/{write()}"), "thread")
    assert karin.fetch(address).status_code == 204
    with karin.context(), db.engine.begin() as connection:
        connection.execute(text(change))
    assert karin.fetch(address).status_code == ordinary(karin, address).status_code == status


def test_another_unit_s_thread_does_not_exist(karin: Visitor, write: Write) -> None:
    """However right the digest is."""
    address = poll_of(karin.get(f"/arenden/{write()}"), "thread")
    with karin.context():
        stranger = Visitor(karin.app, user("Eva Ek", unit_id=unit("Hemsjukvård Söder")))
    stranger.get("/hjalp")
    second = TimestampSigner("").get_timestamp()  # stands in form tokens; the other answer may come in the next
    with patch.object(TimestampSigner, "get_timestamp", lambda _self: second):
        with ordinary_way(karin.app) as taken:
            found = stranger.fetch(address)
        assert (found.status_code, taken) == (404, ["/poll/arenden/1"])
        assert told(found) == told(ordinary(stranger, address))


def test_each_side_of_a_thread_has_its_own_news(anna: Visitor, karin: Visitor, write: Write, clock: Clock) -> None:
    url = f"/arenden/{write()}"
    addresses = {person: poll_of(person.get(url), "thread") for person in (karin, anna)}
    with karin.context():
        threads.note(karin.actor, 1, "Ring först.", submission_id=submission_id(), now=clock.now)
    assert [person.fetch(address).status_code for person, address in addresses.items()] == [200, 204]


def test_p3_a_protected_identity_s_poll_says_no_more_than_the_ordinary_one(
    karin: Visitor, write: Write, clock: Clock
) -> None:
    """Nothing new is nothing new for a colleague too; what is new they are not told."""
    thread_id = write(protected=True)
    with karin.context():
        threads.claim(karin.actor, thread_id, now=clock.now)
        second = Visitor(karin.app, colleague(karin.actor, "Bo Ek"))
    address = poll_of(karin.get(f"/arenden/{thread_id}"), "thread")
    second.get("/hjalp")
    assert told(second.fetch(address)) == told(ordinary(second, address))
    with karin.context():
        threads.release(karin.actor, thread_id, now=clock.now)
    for person in (karin, second):
        assert person.fetch(address).status_code == ordinary(person, address).status_code == 404


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_by_the_clock_too(karin: Visitor, write: Write, clock: Clock, url: str, element_id: str) -> None:
    assert write() == 1
    address = poll_of(karin.get(url), element_id)
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


@pytest.mark.parametrize(("url", "element_id"), POLLING.items())
def test_without_a_connection_the_ordinary_way_answers(karin: Visitor, write: Write, url: str, element_id: str) -> None:
    assert write() == 1
    address = poll_of(karin.get(url), element_id)
    gone = OperationalError("", None, Exception())
    with patch.object(Glances, "rows", side_effect=gone), ordinary_way(karin.app) as taken:
        assert karin.fetch(address).status_code == 204
    assert taken == [address.partition("?")[0]]


def test_a_database_that_is_not_there_is_said_to_be_unreachable() -> None:
    url = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    with pytest.raises(Unreachable):
        Glances(create_engine(url, **glance_options(url))).rows(select(text("1")), {})
