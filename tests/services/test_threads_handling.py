"""Acknowledge, claim, release, close: B1, B5."""

from functools import partial

import pytest
from flask import Flask

from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Role
from lcweb.domain.threads import DutyEnd, EventKind
from lcweb.models import AccessLogRow, InboxVersion, Message, Obligation, Thread, ThreadEvent, ThreadParty
from lcweb.services import threads
from tests.at import at
from tests.factories import RULES, colleague, pair, submission_id, thread, unit, user
from tests.race import race
from tests.rows import nothing_written, row, rows

NOW = at("Mon 2026-11-16 09:00")
LATER = at("Mon 2026-11-16 11:05")

VERBS = {
    "acknowledge": partial(threads.acknowledge, now=LATER),
    "claim": partial(threads.claim, now=LATER),
    "release": partial(threads.release, now=LATER),
    "close": partial(threads.close, version=1, now=LATER),
}


def versions() -> dict[int, int]:
    return {version.unit_id: version.version for version in rows(InboxVersion)}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_another_units_thread_is_not_found(app: Flask, verb: partial[None]) -> None:
    sender, recipient = pair()
    stranger = user(unit_id=unit())
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    for number in (thread_id, 987_654):
        with nothing_written(), pytest.raises(NotFound):
            verb(stranger, number)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_administrators_handle_nothing(app: Flask, verb: partial[None]) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    admin = user(role=Role.SYSTEM_ADMIN)
    with nothing_written(), pytest.raises(NotAllowed):
        verb(admin, thread_id)


@pytest.mark.parametrize("name", ["acknowledge", "close"])
def test_p3_a_protected_identity_must_be_claimed_first(app: Flask, name: str) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, protected=True, expects_reply=False)
    with nothing_written(), pytest.raises(NotFound):
        VERBS[name](recipient, thread_id)
    threads.claim(recipient, thread_id, now=NOW)
    threads.acknowledge(recipient, thread_id, now=LATER)
    threads.close(recipient, thread_id, version=1, now=LATER)
    assert row(Thread).closed_at == LATER


# Acknowledge --------------------------------------------------------------------------------------------------------


def test_b1_acknowledging_an_information_ends_its_duty(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, expects_reply=False)
    threads.acknowledge(recipient, thread_id, now=LATER)
    assert (row(Obligation).ended_at, row(Obligation).ended_by) == (LATER, DutyEnd.ACKNOWLEDGED)
    assert (row(Message).acknowledged_at, row(Message).acknowledged_by) == (LATER, "Karin B.")


def test_b1_acknowledging_a_question_leaves_the_duty_to_answer(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.acknowledge(recipient, thread_id, now=LATER)
    assert row(Obligation).ended_at is None
    assert row(Message).acknowledged_at == LATER


def test_the_sender_sees_the_acknowledgement(app: Flask) -> None:
    """An event both units read, a new revision for the open page, new lists for both; no new version."""
    sender, recipient = pair()
    bystander = unit()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    before = versions()
    threads.acknowledge(recipient, thread_id, now=LATER)
    event = row(ThreadEvent)
    assert (event.kind, event.at) == (EventKind.ACKNOWLEDGED, LATER)
    assert (event.unit_name, event.user_name) == (recipient.unit_name, "Karin B.")
    assert (row(Thread).version, row(Thread).revision) == (1, 2)
    assert versions() == {unit_id: version + (unit_id != bystander) for unit_id, version in before.items()}


def test_acknowledging_twice_is_once(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, expects_reply=False)
    threads.acknowledge(recipient, thread_id, now=NOW)
    before = (rows(Thread), rows(Message), rows(Obligation), rows(ThreadEvent), rows(InboxVersion))
    threads.acknowledge(colleague(recipient), thread_id, now=LATER)
    assert (rows(Thread), rows(Message), rows(Obligation), rows(ThreadEvent), rows(InboxVersion)[:2]) == (
        *before[:4],
        before[4],
    )


def test_nobody_acknowledges_the_own_units_message(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, expects_reply=False)
    threads.acknowledge(sender, thread_id, now=LATER)
    assert (row(Message).acknowledged_at, row(Obligation).ended_at, rows(ThreadEvent)) == (None, None, [])


# Claim and release --------------------------------------------------------------------------------------------------


def test_claiming_names_the_person_in_the_own_unit_alone(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    before = versions()
    threads.claim(recipient, thread_id, now=LATER)
    mine, theirs = row(ThreadParty, unit_id=recipient.unit_id), row(ThreadParty, unit_id=sender.unit_id)
    assert (mine.claimed_by_id, mine.claimed_at) == (recipient.user_id, LATER)
    assert (theirs.claimed_by_id, theirs.claimed_at) == (sender.user_id, NOW)
    assert versions() == before | {recipient.unit_id: before[recipient.unit_id] + 1}
    assert row(Thread).version == 1


def test_what_a_colleague_has_claimed_is_a_conflict_with_the_name(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(recipient)
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.claim(recipient, thread_id, now=NOW)
    with nothing_written(), pytest.raises(Conflict, match=r"^Karin Berg har redan tagit ärendet\.$"):
        threads.claim(second, thread_id, now=LATER)


def test_of_ten_colleagues_claiming_at_once_one_gets_it(app: Flask) -> None:
    sender, recipient = pair()
    others = [colleague(recipient, f"Kollega {number}") for number in range(10)]
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    results = race(app, [partial(threads.claim, actor, thread_id, now=LATER) for actor in others])
    assert [type(result).__name__ for result in results if result is not None] == ["Conflict"] * 9
    winner = others[results.index(None)]
    assert row(ThreadParty, unit_id=recipient.unit_id).claimed_by_id == winner.user_id
    assert {str(result) for result in results if result} == {f"{winner.name} har redan tagit ärendet."}


def test_what_is_handed_back_can_be_claimed_by_a_colleague(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(recipient)
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.claim(recipient, thread_id, now=NOW)
    threads.release(recipient, thread_id, now=LATER)
    party = row(ThreadParty, unit_id=recipient.unit_id)
    assert (party.claimed_by_id, party.claimed_at) == (None, None)
    threads.claim(second, thread_id, now=LATER)
    assert row(ThreadParty, unit_id=recipient.unit_id).claimed_by_id == second.user_id


def test_only_who_has_it_hands_it_back(app: Flask) -> None:
    sender, recipient = pair()
    second = colleague(recipient)
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    with nothing_written(), pytest.raises(Conflict):
        threads.release(recipient, thread_id, now=LATER)
    threads.claim(recipient, thread_id, now=NOW)
    with nothing_written(), pytest.raises(Conflict):
        threads.release(second, thread_id, now=LATER)


# Close --------------------------------------------------------------------------------------------------------------


def test_b5_the_sender_may_close_at_any_time(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.close(sender, thread_id, version=1, now=LATER)
    assert (row(Thread).closed_at, row(Thread).version) == (LATER, 2)
    assert (row(Obligation).ended_at, row(Obligation).ended_by) == (LATER, DutyEnd.CLOSED)
    event = row(ThreadEvent)
    assert (event.kind, event.unit_name, event.user_name) == (EventKind.CLOSED, sender.unit_name, "Anna L.")


@pytest.mark.parametrize("expects_reply", [True, False], ids=["question", "information"])
def test_b5_the_recipient_may_not_close_what_it_owes(app: Flask, expects_reply: bool) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, expects_reply=expects_reply)
    with nothing_written(), pytest.raises(Refused) as refused:
        threads.close(recipient, thread_id, version=1, now=LATER)
    assert list(refused.value.problems) == ["form"]


def test_b5_acknowledging_a_question_is_not_enough_to_close_it(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.acknowledge(recipient, thread_id, now=NOW)
    with nothing_written(), pytest.raises(Refused):
        threads.close(recipient, thread_id, version=1, now=LATER)


def test_b5_the_recipient_closes_what_it_has_acknowledged_or_answered(app: Flask) -> None:
    sender, recipient = pair()
    information = thread(sender, recipient.unit_id, now=NOW, expects_reply=False)
    threads.acknowledge(recipient, information, now=NOW)
    threads.close(recipient, information, version=1, now=LATER)
    question = thread(sender, recipient.unit_id, now=NOW)
    threads.reply(recipient, question, "Ja.", expects_reply=False, close=False, version=1,
                  submission_id=submission_id(), now=NOW, rules=RULES)  # fmt: skip
    threads.close(recipient, question, version=2, now=LATER)
    assert [stored.closed_at for stored in rows(Thread)] == [LATER, LATER]


def test_closing_what_has_moved_on_is_a_conflict(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.reply(recipient, thread_id, "Ja.", expects_reply=True, close=False, version=1,
                  submission_id=submission_id(), now=NOW, rules=RULES)  # fmt: skip
    with nothing_written(), pytest.raises(Conflict):
        threads.close(sender, thread_id, version=1, now=LATER)


def test_closing_twice_is_once(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    threads.close(sender, thread_id, version=1, now=NOW)
    with nothing_written():
        threads.close(sender, thread_id, version=1, now=LATER)


def test_closing_and_answering_at_once_never_lose_the_answer(app: Flask) -> None:
    """One of the two sees that the other was first."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW)
    answer = partial(threads.reply, recipient, thread_id, "Ja.", expects_reply=False, close=False, version=1,
                     submission_id=submission_id(), now=LATER, rules=RULES)  # fmt: skip
    results = race(app, [answer, partial(threads.close, sender, thread_id, version=1, now=LATER)])
    assert [isinstance(result, Conflict) for result in results].count(True) == 1
    assert row(Thread).version == 2
    assert len(rows(Message)) == (1 if isinstance(results[0], Conflict) else 2)


def test_handling_is_logged_under_its_own_name(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=NOW, expects_reply=False)
    threads.acknowledge(recipient, thread_id, now=LATER)
    threads.claim(recipient, thread_id, now=LATER)
    threads.release(recipient, thread_id, now=LATER)
    threads.close(recipient, thread_id, version=1, now=LATER)
    assert [logged.action for logged in rows(AccessLogRow)] == ["send", "acknowledge", "claim", "release", "close"]
    assert {logged.unit_id for logged in rows(AccessLogRow)[1:]} == {recipient.unit_id}
