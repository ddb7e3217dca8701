"""How often sending a message asks the database: each time is a way there and back while others wait."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.compose import NewThread
from lcweb.domain.errors import Asked
from lcweb.domain.hint_words import HintList
from lcweb.domain.permissions import Actor, operator
from lcweb.services import hints, threads
from tests.at import at
from tests.factories import OTHER_PATIENT, RULES, new_thread, pair, submission_id, thread, version_of
from tests.web.visits import statements

NOW = at("Mon 2026-11-16 09:00")


def asked_to_start(sender: Actor, new: NewThread) -> list[str]:
    with statements() as asked:
        threads.start(sender, new, submission_id=submission_id(), now=NOW, rules=RULES)
    return [statement.split()[0] for statement in asked]


def asked_to_reply(actor: Actor, thread_id: int, **wishes: Any) -> list[str]:
    version = version_of(thread_id)
    with statements() as asked:
        threads.reply(
            actor, thread_id, "Det går bra.", version=version, submission_id=submission_id(), now=NOW, rules=RULES,
            **{"expects_reply": False, "close": False} | wishes,
        )  # fmt: skip
    return [statement.split()[0] for statement in asked]


@pytest.mark.parametrize("expects_reply", [True, False])
def test_a_message_is_twelve_statements(app: Flask, expects_reply: bool) -> None:
    """The units, what there was before and the calendar; six inserts; the draft; the inboxes; the log after its
    head.
    """
    sender, recipient = pair()
    new = new_thread(recipient.unit_id, expects_reply=expects_reply)
    asked = asked_to_start(sender, new)
    assert (len(asked), asked.count("INSERT"), asked.count("UPDATE")) == (12, 6, 0), asked


def test_a_row_of_the_list_is_one_more(app: Flask) -> None:
    sender, recipient = pair()
    asked = asked_to_start(sender, new_thread(recipient.unit_id, municipality="Halmstad"))
    assert len(asked) == 13


def test_a_list_of_hints_that_was_changed_is_one_more(app: Flask) -> None:
    hints.change_list(operator(), HintList.ACUTE, "blåmärke", now=NOW)
    sender, recipient = pair()
    assert len(asked_to_start(sender, new_thread(recipient.unit_id))) == 13
    with pytest.raises(Asked):
        asked_to_start(sender, new_thread(recipient.unit_id, patient_id=OTHER_PATIENT, body="Ett nytt blåmärke."))


def test_what_lies_in_the_tables_asks_for_nothing_more(app: Flask) -> None:
    sender, recipient = pair()
    for number in range(3):
        thread(sender, recipient.unit_id, now=NOW, subject=f"Ärende {number}")
    new = new_thread(recipient.unit_id, confirmed=frozenset({"new_thread"}))
    assert len(asked_to_start(sender, new)) == 12


def test_an_answer_writes_the_thread_and_each_row_once(app: Flask) -> None:
    """Nineteen: the sixteen of any answer, and what it ends is changed: the receipt, its side and the duty."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    asked = asked_to_reply(recipient, thread_id)
    assert (len(asked), asked.count("UPDATE")) == (19, 5), asked
    again = asked_to_reply(recipient, thread_id)
    assert (len(again), again.count("UPDATE")) == (16, 2), again
