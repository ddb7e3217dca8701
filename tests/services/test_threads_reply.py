"""Answering: B1, B3, B5, S7, S8."""

from datetime import datetime, time
from functools import partial
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind
from lcweb.domain.workdays import OfficeHours
from lcweb.models import AccessLogRow, InboxVersion, Message, Obligation, Thread, ThreadEvent, ThreadParty
from lcweb.services import threads
from lcweb.services.threads import Sent
from tests.at import at
from tests.factories import RULES, colleague, pair, submission_id, thread, unit, user, version_of
from tests.race import race
from tests.rows import count, nothing_written, row, rows

NOW = at("Mon 2026-11-16 09:00")
LATER = at("Tue 2026-11-17 10:00")


def reply(actor: Actor, thread_id: int, body: str = "Ja, det går bra.", *, now: datetime = LATER, **how: Any) -> Sent:
    values: dict[str, Any] = {
        "expects_reply": False,
        "close": False,
        "version": how.pop("version", None) or version_of(thread_id),
        "submission_id": submission_id(),
    }
    return threads.reply(actor, thread_id, body, **(values | how), now=now, rules=RULES)


def open_duties() -> list[tuple[int, str]]:
    return [(duty.unit_id, duty.kind) for duty in rows(Obligation, ended_at=None)]


# B1 and B3: duties --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expects_reply", [True, False], ids=["question", "information"])
def test_b1_a_reply_ends_the_duty_and_implies_acknowledgement(app: Flask, expects_reply: bool) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, expects_reply=expects_reply)
    assert reply(recipient, thread_id) == Sent(thread_id)
    duty, question = row(Obligation), rows(Message)[0]
    assert (duty.ended_at, duty.ended_by) == (LATER, DutyEnd.REPLIED)
    assert (question.acknowledged_at, question.acknowledged_by) == (LATER, "Karin B.")


def test_b1_the_senders_own_addition_ends_no_duty_of_the_recipient(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    before = rows(Obligation)
    reply(sender, thread_id, "Glömde: hon bor på Storgatan.")
    assert rows(Obligation) == before
    assert [message.acknowledged_at for message in rows(Message)] == [None, None]


def test_b3_asking_back_puts_a_duty_on_the_other_unit_on_its_own_calendar(app: Flask) -> None:
    sender = user(unit_id=unit(hours=OfficeHours(closes=time(15, 0))))
    recipient = user("Karin Berg", unit_id=unit())
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    reply(recipient, thread_id, "Vilken vecka?", expects_reply=True)
    duty = row(Obligation, ended_at=None)
    assert (duty.unit_id, duty.owed_to_unit_id, duty.kind) == (sender.unit_id, recipient.unit_id, DutyKind.REPLY)
    assert (duty.received_at, duty.due_at) == (LATER, at("Fri 2026-11-20 15:00"))
    assert duty.message_id == rows(Message)[-1].id


def test_b3_at_most_one_duty_is_open_and_the_first_deadline_stands(app: Flask) -> None:
    """T5: a reminder from the asking unit does not give the other three new days."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    before = rows(Obligation)
    reply(sender, thread_id, "Har ni sett frågan?", expects_reply=True)
    assert rows(Obligation) == before


def test_b3_a_question_after_an_information_must_be_answered_not_only_acknowledged(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, expects_reply=False)
    reply(sender, thread_id, "Kan ni ringa henne?", expects_reply=True)
    assert open_duties() == [(recipient.unit_id, DutyKind.REPLY)]
    threads.acknowledge(recipient, thread_id, now=LATER)
    assert open_duties() == [(recipient.unit_id, DutyKind.REPLY)]


def test_b3_turns_change_and_both_may_owe_each_other(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    reply(recipient, thread_id, "Vilken vecka?", expects_reply=True)
    assert open_duties() == [(sender.unit_id, DutyKind.REPLY)]
    reply(sender, thread_id, "Vecka 48. Och vem kommer?", expects_reply=True)
    assert open_duties() == [(recipient.unit_id, DutyKind.REPLY)]
    reply(recipient, thread_id, "Sara.")
    assert open_duties() == []
    assert [duty.ended_by for duty in rows(Obligation)] == [DutyEnd.REPLIED] * 3


# What a reply writes ------------------------------------------------------------------------------------------------


def test_a_reply_is_unopened_at_the_other_unit_and_moves_the_thread(app: Flask) -> None:
    sender, recipient = pair()
    bystander = unit()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    before = {version.unit_id: version.version for version in rows(InboxVersion)}
    reply(recipient, thread_id)
    stored, theirs = row(Thread), row(ThreadParty, unit_id=sender.unit_id)
    assert (stored.message_count, stored.version, stored.revision) == (2, 2, 2)
    assert (theirs.unopened, theirs.last_at) == (1, LATER)
    after = {version.unit_id: version.version for version in rows(InboxVersion)}
    assert after[bystander] == before[bystander]
    assert all(after[unit_id] > before[unit_id] for unit_id in (sender.unit_id, recipient.unit_id))


def test_l1_a_reply_is_logged(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    reply(recipient, thread_id)
    logged = rows(AccessLogRow)[-1]
    assert (logged.action, logged.user_id, logged.unit_id) == ("reply", recipient.user_id, recipient.unit_id)


@pytest.mark.parametrize("body", ["", " \n ", "å" * 10_001, "NUL\x00", "data:image/png;base64,AAAA", "\u2066dold"])
def test_s4_s8_a_bad_text_is_refused(app: Flask, body: str) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    with nothing_written(), pytest.raises(Refused) as refused:
        reply(recipient, thread_id, body)
    assert list(refused.value.problems) == ["body"]


def test_other_units_get_not_found(app: Flask) -> None:
    sender, recipient = pair()
    stranger = user(unit_id=unit())
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    for thread_number in (thread_id, 987_654):
        with nothing_written(), pytest.raises(NotFound):
            reply(stranger, thread_number, version=1)


def test_a_receptionist_replies_only_where_the_unit_allows_it(app: Flask) -> None:
    sender = user(unit_id=unit())
    strict, relaxed = unit(), unit(receptionists_may_write=True)
    receptionist = user(unit_id=strict, role=Role.RECEPTIONIST)
    refused = thread(sender, strict, now=NOW)
    with nothing_written(), pytest.raises(NotAllowed):
        reply(receptionist, refused)
    allowed = thread(sender, relaxed, now=NOW)
    reply(user(unit_id=relaxed, role=Role.RECEPTIONIST), allowed)
    assert row(Thread, id=allowed).message_count == 2


def test_p3_a_protected_identity_is_answered_by_who_has_claimed_it(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, protected=True)
    with nothing_written(), pytest.raises(NotFound):
        reply(recipient, thread_id)
    threads.claim(recipient, thread_id, now=LATER)
    reply(recipient, thread_id)
    assert count(Message) == 2


# Two at once --------------------------------------------------------------------------------------------------------


def test_an_answer_written_before_another_one_came_is_a_conflict(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(recipient)
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    reply(recipient, thread_id, version=1)
    with nothing_written(), pytest.raises(Conflict):
        reply(second, thread_id, version=1)


def test_opening_and_claiming_are_no_conflict_for_a_half_written_answer(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.open_thread(colleague(recipient), thread_id, now=LATER)
    threads.claim(recipient, thread_id, now=LATER)
    threads.acknowledge(recipient, thread_id, now=LATER)
    reply(recipient, thread_id, version=1)
    assert count(Message) == 2


def test_two_colleagues_answering_at_once_send_one_answer(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(recipient)
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    results = race(app, [partial(reply, actor, thread_id, version=1) for actor in (recipient, second) * 3])
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 5 + ["Sent"]
    assert (count(Message), row(Thread).message_count, row(Thread).version) == (2, 2, 2)


def test_s7_the_same_answer_twice_is_one_message_even_after_the_thread_moved_on(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    again = {"version": 1, "submission_id": "s2"}
    reply(recipient, thread_id, **again)
    with nothing_written():
        assert reply(recipient, thread_id, **again) == Sent(thread_id, again=True)


def test_s7_twenty_times_the_same_answer_at_once_is_one_message(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    results = race(app, [partial(reply, recipient, thread_id, version=1, submission_id="s2")] * 20)
    assert [result for result in results if not isinstance(result, Sent)] == []
    assert sorted(result.again for result in results) == [False] + [True] * 19
    assert count(Message) == 2


def test_s7_somebody_elses_submission_is_refused(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(recipient)
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    reply(recipient, thread_id, submission_id="s2")
    with nothing_written(), pytest.raises(Refused):
        reply(second, thread_id, submission_id="s2")


# B5: closing and reopening ------------------------------------------------------------------------------------------


def test_b5_a_new_message_reopens(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.close(sender, thread_id, version=1, now=NOW)
    reply(recipient, thread_id, "En sak till.", expects_reply=True)
    assert row(Thread).closed_at is None
    event = rows(ThreadEvent)[-1]
    assert (event.kind, event.at, event.user_name) == (EventKind.REOPENED, LATER, "Karin B.")
    assert open_duties() == [(sender.unit_id, DutyKind.REPLY)]


def test_b5_answering_and_closing_in_one(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    reply(recipient, thread_id, close=True)
    assert row(Thread).closed_at == LATER
    assert row(Obligation).ended_by == DutyEnd.REPLIED
    assert [event.kind for event in rows(ThreadEvent)] == [EventKind.CLOSED]


def test_b5_a_sender_who_adds_and_closes_ends_the_recipients_duty(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    reply(sender, thread_id, "Det har löst sig.", close=True)
    assert (row(Thread).closed_at, row(Obligation).ended_by) == (LATER, DutyEnd.CLOSED)


def test_b5_asking_and_closing_is_a_contradiction(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    with nothing_written(), pytest.raises(Refused) as refused:
        reply(recipient, thread_id, expects_reply=True, close=True)
    assert list(refused.value.problems) == ["expects_reply"]
