"""The ledger finds what a fault would leave behind: each of these is one that it must not overlook."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, update

from lcweb.db import transaction
from lcweb.models import Message, Obligation, Thread
from lcweb.services import threads
from tests import factories
from tests.at import at
from tests.faults import ledger
from tests.faults.writers import Book, Told
from tests.rows import row

NOW = at("Mon 2026-11-16 09:00")


@pytest.fixture
def book(app: Flask) -> Book:
    """Of one thread with an answer, all of it as it was told."""
    sender, receiver = factories.pair()
    thread_id = factories.thread(sender, receiver.require_unit(), now=NOW, body="Kan ni ringa?")
    threads.reply(
        receiver, thread_id, "Vi ringer.", expects_reply=True, close=False, version=1, submission_id="b" * 32, now=NOW,
        rules=factories.RULES,
    )  # fmt: skip
    first = row(Message, body="Kan ni ringa?").submission_id
    told = [Told("send", "a", first, body="Kan ni ringa?"), Told("reply", "b", "b" * 32, thread_id, "Vi ringer.")]
    return Book(told=told, sent={each.submission: each.body for each in told})


def test_what_is_whole_has_no_faults(book: Book) -> None:
    assert ledger.faults(book) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Told("send", "a", "c" * 32, body="Försvann"), "was told to be sent and is not there"),
        (Told("draft", "a", "d" * 32, body="Försvann"), "was told to be kept and is not there"),
        (Told("close", "a", thread_id=1), "was told to be closed, which is not logged"),
        (Told("claim", "a", thread_id=1), "is logged 0 times"),
    ],
)
def test_what_was_told_and_is_not_there_is_a_fault(book: Book, told: Told, words: str) -> None:
    book.told.append(told)
    assert [fault for fault in ledger.faults(book) if words in fault]


def statement(*statements: object) -> Callable[[], None]:
    def run() -> None:
        with transaction() as session:
            for each in statements:
                session.execute(each)

    return run


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (statement(delete(Obligation).where(Obligation.ended_at.is_(None))), "which the messages do not tell"),
        (statement(update(Obligation).values(ended_at=None)), "which the messages do not tell"),
        (statement(update(Thread).values(message_count=3)), "counts 3 messages and has 2"),
        (statement(update(Message).values(body="Vi ringer.")), "messages have the text Vi ringer."),
        (statement(update(Message).values(author_id=1)), "messages without their row of the log"),
    ],
)
def test_rows_that_do_not_belong_together_are_a_fault(book: Book, harm: Callable[[], None], words: str) -> None:
    harm()
    assert [fault for fault in ledger.faults(book) if words in fault]
