"""Several people, or one impatient person, at the same moment: the same forms over real HTTP to a running server."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from threading import Barrier
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask

from lcweb.config import Settings
from lcweb.models import Message, Thread, ThreadEvent
from tests.factories import colleague, unit
from tests.html import parse
from tests.live import served
from tests.page import Page, check
from tests.rows import count, rows
from tests.web.thread_page import problem
from tests.web.visits import Visitor, Write, letter

QUESTION = "Kan ni lägga om såret på måndag?"


class Post(NamedTuple):
    """A form that somebody has filled in and is about to send."""

    visitor: Visitor
    address: str
    fields: dict[str, str]


Send = Callable[[Sequence[Post]], list[Page]]


@pytest.fixture
def send(bare_app: Flask, settings: Settings) -> Iterator[Send]:
    """All at once, each over a connection of its own; the answers in the same order, no redirect followed."""
    with served(bare_app, settings) as site:
        yield partial(_together, urlsplit(site.url).netloc)


def _together(server: str, posts: Sequence[Post]) -> list[Page]:
    line = Barrier(len(posts))
    with ThreadPoolExecutor(len(posts)) as pool:
        return list(pool.map(lambda post: _sent(server, post, line), posts))


def _sent(server: str, post: Post, line: Barrier) -> Page:
    cookie = post.visitor.client.get_cookie("lcweb")
    assert cookie
    kind = "application/x-www-form-urlencoded"
    headers = {"Cookie": f"lcweb={cookie.value}", "Content-Type": kind, "Connection": "close"}
    connection = HTTPConnection(server, timeout=30)
    line.wait()
    connection.request("POST", post.address, urlencode(post.fields), headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    page = Page(post.address, answer.status, answer.headers, body, parse(body if answer.status != 303 else ""))
    if answer.status != 303:
        check(page)
    return page


@pytest.fixture
def bo(karin: Visitor) -> Visitor:
    """At the desk beside Karin's."""
    with karin.context():
        return Visitor(karin.app, colleague(karin.actor, "Bo Ek"))


def about_to(visitor: Visitor, thread_id: int, button: str, **typed: str) -> Post:
    visitor.get(f"/arenden/{thread_id}")
    return Post(visitor, *visitor.filled_in(button, **typed))


def bodies(visitor: Visitor) -> list[str]:
    with visitor.context():
        return [message.body for message in rows(Message)]


# One impatient person -------------------------------------------------------------------------------------------------


def test_s7_twenty_identical_letters_are_one_message(anna: Visitor, karin: Visitor, send: Send) -> None:
    page = anna.get("/arenden/ny")
    filled = letter(karin.unit_id, submission_id=page.value("submission_id"), csrf_token=page.csrf_token)
    answers = send([Post(anna, "/arenden/ny", filled)] * 20)
    assert {(answer.status, answer.headers["Location"]) for answer in answers} == {(303, "/inkorg")}
    assert bodies(anna) == [QUESTION]
    with anna.context():
        assert count(Thread) == 1


def test_s7_twenty_identical_answers_are_one_message(karin: Visitor, write: Write, send: Send) -> None:
    answers = send([about_to(karin, write(), "Skicka svar", body="Ja.")] * 20)
    assert {(answer.status, answer.headers["Location"]) for answer in answers} == {(303, "/inkorg")}
    assert bodies(karin) == [QUESTION, "Ja."]


# Two colleagues -------------------------------------------------------------------------------------------------------


def test_of_two_colleagues_answers_one_is_sent_and_the_other_kept(
    karin: Visitor, bo: Visitor, write: Write, send: Send
) -> None:
    thread_id = write()
    texts = ["Karin kommer på måndag.", "Bo kommer på tisdag."]
    posts = [about_to(who, thread_id, "Skicka svar", body=text) for who, text in zip((karin, bo), texts, strict=True)]
    answers = send(posts)
    assert sorted(answer.status for answer in answers) == [303, 409]
    lost = next(number for number, answer in enumerate(answers) if answer.status == 409)
    assert problem(answers[lost]).startswith("Ditt svar är inte skickat. Ärendet har ändrats medan du skrev")
    assert answers[lost].value("body") == texts[lost]
    assert texts[1 - lost] in answers[lost].text
    assert bodies(karin) == [QUESTION, texts[1 - lost]]


@pytest.mark.parametrize("attempt", range(3))
def test_of_an_answer_and_a_forward_one_is_made_and_the_others_words_are_kept(
    karin: Visitor, bo: Visitor, write: Write, send: Send, attempt: int
) -> None:
    """Either may come first; what must never be is an answer from a unit that has sent the thread on."""
    with karin.context():
        elsewhere = unit("Hemsjukvård Söder")
    thread_id = write()
    told = {"recipient_unit": str(elsewhere), "reason": "other_area", "words": "Har flyttat till Söder."}
    forward, answer = send(
        [
            about_to(karin, thread_id, "Vidarebefordra ärendet", **told),
            about_to(bo, thread_id, "Skicka svar", body="Vi kommer på måndag."),
        ]
    )
    with karin.context():
        events = [event.kind for event in rows(ThreadEvent) if event.kind == "forwarded"]
    if forward.status == 303:
        assert (answer.status, answer.root.get_one(id="typed").text) == (409, "Vi kommer på måndag.")
        assert problem(answer).startswith("Ditt svar är inte skickat.")
        assert (bodies(karin), events) == ([QUESTION], ["forwarded"])
    else:
        assert (answer.status, forward.status) == (303, 409)
        assert forward.root.get_one(id="forward-words").text == "Har flyttat till Söder."
        assert problem(forward).startswith("Ärendet är inte vidarebefordrat.")
        assert (bodies(karin), events) == ([QUESTION, "Vi kommer på måndag."], [])
