"""S5: asked until this very text's count is confirmed; the lists are changed by the system administrator, and kept."""

import pytest
from flask import Flask

from lcweb import facts
from lcweb.db import reading, transaction
from lcweb.domain.compose import Confirmation
from lcweb.domain.errors import Asked, NotAllowed, Refused
from lcweb.domain.hint_words import DEFAULTS, HintList
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role
from lcweb.models import AccessLogRow, HintWords, Message, Thread
from lcweb.services import hints, threads
from tests.at import at
from tests.factories import OTHER_PATIENT, PATIENT, RULES, new_thread, organization, pair, submission_id, thread, user
from tests.rows import count, nothing_written, rows

NOW = at("Mon 2026-11-16 09:00")
ACUTE = "Hon har andnöd. Akut!"


@pytest.fixture
def admin(app: Flask) -> Actor:
    return user("Ada Min", role=Role.SYSTEM_ADMIN)


def ask(body: str, *, subject: str = "Omläggning", confirmed: int = 0) -> Asked | None:
    try:
        with transaction() as session:
            hints.ask(session, subject=subject, body=body, patient_number="200001012384", confirmed=confirmed)
    except Asked as asked:
        return asked
    return None


def start(actor: Actor, recipient_unit_id: int | None, **typed: object) -> int:
    new = new_thread(recipient_unit_id, **typed)
    return threads.start(actor, new, submission_id=submission_id(), now=NOW, rules=RULES).thread_id


# Asking ---------------------------------------------------------------------------------------------------------------


def test_s5_the_question_carries_the_count_that_confirms_it(app: Flask) -> None:
    asked = ask(ACUTE)
    assert asked
    assert (asked.question, asked.count, asked.thread_id, asked.also) == (Confirmation.HINTS, 2, None, None)
    assert asked.sentence == "Texten har 2 ord som tyder på att det är akut. Är det akut – ring enheten."
    assert asked.sentences == {"hints": asked.sentence}


@pytest.mark.parametrize(("confirmed", "is_asked"), [(0, True), (1, True), (2, False), (3, True), (-2, True)])
def test_s5_only_the_count_of_this_very_text_confirms_it(app: Flask, confirmed: int, is_asked: bool) -> None:
    assert (ask(ACUTE, confirmed=confirmed) is not None) is is_asked


@pytest.mark.parametrize("confirmed", [0, 1, 99])
def test_s5_what_holds_nothing_is_never_asked_about(app: Flask, confirmed: int) -> None:
    assert ask(f"Inget akut. Gäller {PATIENT}.", confirmed=confirmed) is None


def test_s5_nothing_is_sent_until_it_is_confirmed(app: Flask) -> None:
    sender, recipient = pair()
    with nothing_written(), pytest.raises(Asked):
        start(sender, recipient.unit_id, body=ACUTE)
    start(sender, recipient.unit_id, body=ACUTE, hints_confirmed=2)
    assert count(Message) == 1


def test_s5_an_unlike_count_of_nothing_sends(app: Flask) -> None:
    """A tick from an earlier wording stands for nothing in a text that needs none."""
    sender, recipient = pair()
    start(sender, recipient.unit_id, hints_confirmed=2)
    assert count(Message) == 1


def test_s5_the_patient_s_number_may_be_typed_in_any_way(app: Flask) -> None:
    sender, recipient = pair()
    start(sender, recipient.unit_id, patient_id=" 2000 0101–2384", body="Gäller 000101-2384.")
    with pytest.raises(Asked) as asked:
        start(sender, recipient.unit_id, body=f"Gäller {OTHER_PATIENT}.", confirmed=frozenset({"new_thread"}))
    assert asked.value.count == 1


def test_s5_s6_all_that_is_in_question_is_asked_at_once(app: Flask) -> None:
    sender, recipient = pair()
    open_thread = thread(sender, recipient.require_unit(), now=NOW)
    with pytest.raises(Asked) as asked:
        start(sender, recipient.unit_id, body=ACUTE)
    assert list(asked.value.sentences) == ["new_thread", "hints"]
    assert (count(Thread), rows(AccessLogRow)[-1].action) == (1, "search")  # what S6 tells of the patient is logged
    assert asked.value.thread_id == open_thread
    start(sender, recipient.unit_id, body=ACUTE, hints_confirmed=2, confirmed=frozenset({Confirmation.NEW_THREAD}))
    assert count(Thread) == 2


def test_s7_what_was_sent_before_is_not_asked_about_again(app: Flask) -> None:
    """A double click's twin."""
    sender, recipient = pair()
    once = submission_id()
    new = new_thread(recipient.unit_id, body=ACUTE, hints_confirmed=2)
    for again in (False, True):
        assert threads.start(sender, new, submission_id=once, now=NOW, rules=RULES).again is again
    late = new_thread(recipient.unit_id, body=ACUTE)
    assert threads.start(sender, late, submission_id=once, now=NOW, rules=RULES).again


# The lists ------------------------------------------------------------------------------------------------------------


def test_s5_a_changed_list_counts_from_then_on_and_the_earlier_ones_are_kept(admin: Actor) -> None:
    hints.change_list(admin, HintList.ACUTE, " kris*\r\nnöd ", now=NOW)
    hints.change_list(admin, HintList.ACUTE, "kris*", now=NOW)
    assert ask(ACUTE) is None
    assert ask("Krisläge i nöd")
    assert [(row.list_name, row.words, row.changed_by) for row in rows(HintWords)] == [
        ("acute", "kris*\nnöd", "Ada Min"),
        ("acute", "kris*", "Ada Min"),
    ]
    assert facts.hint_words(reading()) == {HintList.ACUTE: "kris*"}


@pytest.mark.parametrize("name", HintList)
def test_s5_each_list_is_changed_by_itself(admin: Actor, name: HintList) -> None:
    hints.change_list(admin, name, "ord", now=NOW)
    assert facts.hint_words(reading()) == {name: "ord"}


def test_s5_a_list_that_is_as_it_was_leaves_no_line_in_the_history(admin: Actor) -> None:
    with nothing_written():
        hints.change_list(admin, HintList.ACUTE, DEFAULTS[HintList.ACUTE] + "\n", now=NOW)
    hints.change_list(admin, HintList.ACUTE, "akut", now=NOW)
    with nothing_written():
        hints.change_list(admin, HintList.ACUTE, "akut", now=NOW)
    hints.change_list(admin, HintList.ACUTE, DEFAULTS[HintList.ACUTE], now=NOW)
    assert (count(HintWords), ask(ACUTE) is not None) == (2, True)


@pytest.mark.parametrize("words", ["", " \n ", "akut\0", "akut\u202e", "(akut", "x" * 10_001])
def test_s8_a_list_that_cannot_be_used_is_refused(admin: Actor, words: str) -> None:
    with nothing_written(), pytest.raises(Refused) as refused:
        hints.change_list(admin, HintList.PRESCRIBING, words, now=NOW)
    assert list(refused.value.problems) == ["prescribing"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_nobody_else_changes_a_list(app: Flask, role: Role) -> None:
    somebody = user(role=role, organization_id=None if role in UNIT_ROLES else organization())
    with nothing_written(), pytest.raises(NotAllowed):
        hints.change_list(somebody, HintList.ACUTE, "ord", now=NOW)
