"""One thread as one unit may see it."""

import pytest
from flask import Flask

from lcweb.domain.errors import NotFound
from lcweb.domain.identity import NumberType
from lcweb.domain.permissions import Actor
from lcweb.domain.threads import WaitingOn
from lcweb.queries import threads as queries
from lcweb.queries.threads import EventRow, ThreadHead, ThreadPage
from lcweb.services import threads
from tests.at import at
from tests.factories import RULES, colleague, pair, submission_id, thread, version_of
from tests.web.visits import statements, steps_of

NOW, LATER = at("Mon 2026-11-16 09:00"), at("Mon 2026-11-16 11:03")


def head(person: Actor, thread_id: int) -> ThreadHead:
    return queries.get_head(thread_id=thread_id, unit_id=person.require_unit())


def page(person: Actor, thread_id: int) -> ThreadPage:
    return queries.get_thread(head(person, thread_id))


def answer(person: Actor, thread_id: int, *, expects_reply: bool = False) -> None:
    threads.reply(
        person, thread_id, "Ja.", expects_reply=expects_reply, close=False, version=version_of(thread_id),
        submission_id=submission_id(), now=LATER, rules=RULES,
    )  # fmt: skip


def test_a_unit_without_a_side_is_told_that_there_is_no_such_thread(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    stranger, _ = pair()
    for person, number in ((stranger, thread_id), (sender, 999_999)):
        with pytest.raises(NotFound):
            head(person, number)


def test_the_head_holds_nothing_of_the_patient(app: Flask) -> None:
    """P3: it is read before a protected identity has been claimed."""
    sender, recipient = pair()
    found = head(recipient, thread(sender, recipient.require_unit(), now=NOW, protected=True))
    assert found.protected
    assert not [word for word in ("Tove", "Testsson", "2384", "Såromläggning", "måndag") if word in repr(found)]


def test_each_unit_sees_the_other_and_whose_turn_it_is(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    theirs, ours = head(sender, thread_id), head(recipient, thread_id)
    assert (theirs.other_unit, theirs.own_is_sender, theirs.waiting_on) == (recipient.unit_name, True, WaitingOn.THEM)
    assert (ours.other_unit, ours.own_is_sender, ours.waiting_on) == (sender.unit_name, False, WaitingOn.US)
    assert ours.duty == theirs.duty == (recipient.unit_id, "reply", at("Thu 2026-11-19 16:30"), 1, NOW, 3)


@pytest.mark.parametrize(
    ("steps", "may"),
    [
        ([], (True, False)),
        (["answer"], (True, True)),
        (["ask back"], (True, True)),
        (["close"], (False, False)),
    ],
)
def test_b5_who_may_close(app: Flask, steps: list[str], may: tuple[bool, bool]) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    for step in steps:
        if step == "close":
            threads.close(sender, thread_id, version=version_of(thread_id), now=LATER)
        else:
            answer(recipient, thread_id, expects_reply=step == "ask back")
    assert (head(sender, thread_id).may_close, head(recipient, thread_id).may_close) == may


def test_messages_say_who_wrote_them_and_when_the_other_unit_first_opened_them(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    threads.open_thread(sender, thread_id, now=NOW)
    threads.open_thread(recipient, thread_id, now=LATER)
    threads.open_thread(colleague(recipient), thread_id, now=at("Mon 2026-11-16 12:00"))
    answer(recipient, thread_id)
    first, second = page(sender, thread_id).messages
    assert (first.own, first.opened_at, first.acknowledged_by) == (True, LATER, "Karin B.")
    assert (second.own, second.opened_at, second.author_name) == (False, None, "Karin Berg")


def test_the_own_unit_s_openings_are_named_each_round_once(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    threads.open_thread(recipient, thread_id, now=LATER)
    answer(sender, thread_id)
    answer(sender, thread_id)
    again = at("Mon 2026-11-16 13:00")
    for _ in range(2):
        threads.open_thread(recipient, thread_id, now=again)
    assert page(recipient, thread_id).opened_by == ((LATER, "Karin B."), (again, "Karin B."))
    assert page(sender, thread_id).opened_by == ()


def test_history_is_in_the_order_of_time_and_within_a_move_as_it_reads(app: Flask) -> None:
    """What a message did stands after it, but its reopening before."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    threads.close(sender, thread_id, version=1, now=NOW)
    answer(sender, thread_id)
    kinds = [item.kind if isinstance(item, EventRow) else "message" for item in page(sender, thread_id).history]
    assert kinds == ["message", "closed", "reopened", "message"]


def test_acknowledging_is_offered_while_something_of_theirs_is_not(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    assert (page(sender, thread_id).can_acknowledge, page(recipient, thread_id).can_acknowledge) == (False, True)
    threads.acknowledge(recipient, thread_id, now=LATER)
    assert not page(recipient, thread_id).can_acknowledge


def test_p1_a_reserve_number_is_shown_as_it_was_typed(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW, patient_id="99abc-12345", reserve_type="nationellt",
                       confirmed=frozenset({"reserve_number", "new_thread"}))  # fmt: skip
    found = page(sender, thread_id)
    assert (found.patient_number.type, found.patient_number.shown) == (NumberType.OTHER_RESERVE, "99ABC12345")
    assert (found.number_type, found.number_words) == ("other_reserve", "nationellt")


@pytest.mark.parametrize("count", [1, 12])
def test_four_statements_whatever_the_number_of_messages(app: Flask, count: int) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    for _ in range(count):
        answer(recipient, thread_id)
        threads.open_thread(sender, thread_id, now=LATER)
    with statements() as asked:
        assert len(page(sender, thread_id).messages) == count + 1
    assert len(asked) == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_statement_looks_through_a_whole_table(app: Flask) -> None:
    """A thread costs what is in it, however many others there are."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    with statements() as asked:
        queries.show(thread_id=thread_id, unit_id=sender.require_unit(), user_id=sender.user_id)
    steps = steps_of(asked)
    assert [step for step in steps if step.startswith("SCAN") and not step.startswith("SCAN anon_")] == []
    assert "SEARCH access_log USING INDEX ix_access_log_thread_id (thread_id=?)" in steps
