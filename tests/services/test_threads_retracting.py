"""Withdraw, void, correct: what can still be done about a message that was sent."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import Asked, Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.threads import DutyKind, State
from lcweb.models import AccessLogRow, Message, Obligation, SearchDocument, Thread, ThreadParty
from lcweb.services import threads
from tests.factories import RULES, colleague, pair, submission_id, thread, unit, user, version_of
from tests.race import race
from tests.rows import nothing_written, row, rows
from tests.services.test_threads_sending_on import MONDAY, TUESDAY, WEDNESDAY, Three, open_duties


@pytest.fixture
def three(app: Flask) -> Three:
    sender, recipient = pair()
    third = user("Cecilia Dahl", unit_id=unit("Hemsjukvård Söder"))
    return Three(sender, recipient, third, thread(sender, recipient.require_unit(), now=MONDAY))


def message_ids(three: Three) -> list[int]:
    return [message.id for message in rows(Message, thread_id=three.thread_id)]


def withdraw(three: Three, actor: Actor, index: int) -> None:
    threads.withdraw(actor, three.thread_id, message_ids(three)[index], now=TUESDAY)


def void(three: Three, actor: Actor, index: int, reason: str = "wrong_patient") -> bool:
    return threads.void(actor, three.thread_id, message_ids(three)[index], reason=reason, now=TUESDAY)


def correct(three: Three, actor: Actor, index: int = 0, body: str = "Jag menade tisdag.", **how: Any) -> None:
    values: dict[str, Any] = {"version": version_of(three.thread_id), "submission_id": submission_id()}
    threads.correct(actor, three.thread_id, message_ids(three)[index], body, **(values | how), now=TUESDAY, rules=RULES)


# Withdraw -------------------------------------------------------------------------------------------------------------


def test_an_unopened_thread_is_withdrawn_as_a_whole(three: Three) -> None:
    withdraw(three, three.sender, 0)
    assert open_duties(three.thread_id) == []
    own, theirs = three.page(three.sender), three.page(three.recipient)
    assert (own.head.state, own.subject, own.messages[0].body, own.messages[0].withdrawn) == (
        State.WITHDRAWN, "Såromläggning", "Kan ni lägga om såret på måndag?", True,
    )  # fmt: skip
    assert (theirs.head.is_hidden, theirs.subject, theirs.messages) == (True, "Återtaget ärende", ())
    assert (theirs.patient_name, theirs.patient_number.text) == ("", "")
    assert row(ThreadParty, unit_id=three.recipient.unit_id).unopened == 0
    assert [event.kind for event in theirs.events] == ["withdrawn"]


@pytest.mark.parametrize("seen_by", ["opening", "acknowledging", "answering", "polling"])
def test_what_the_other_unit_has_seen_cannot_be_withdrawn(three: Three, seen_by: str) -> None:
    if seen_by == "opening":
        threads.open_thread(three.recipient, three.thread_id, now=MONDAY)
    elif seen_by == "acknowledging":
        threads.acknowledge(three.recipient, three.thread_id, now=MONDAY)
    elif seen_by == "polling":
        threads.shown_by_poll(three.recipient, three.thread_id, now=MONDAY)
    else:
        three.reply(three.recipient, "Ja.", now=MONDAY)
    assert three.page(three.sender).withdrawable == ()
    with nothing_written(), pytest.raises(Conflict, match="har redan visats"):
        withdraw(three, three.sender, 0)


def test_a_colleague_s_look_is_no_opening_by_the_other_unit(three: Three) -> None:
    threads.open_thread(colleague(three.sender), three.thread_id, now=MONDAY)
    withdraw(three, three.sender, 0)
    assert row(Thread).withdrawn_at == TUESDAY


def test_a_withdrawn_answer_leaves_the_question_unanswered_with_its_first_date(three: Three) -> None:
    due_at = open_duties(three.thread_id)
    three.reply(three.recipient, "Nej.", close=True, now=MONDAY)
    withdraw(three, three.recipient, 1)
    assert open_duties(three.thread_id) == due_at
    assert [message.body for message in three.page(three.sender).messages] == ["Kan ni lägga om såret på måndag?"]
    assert (row(Thread).closed_at, row(Thread).message_count) == (None, 1)


def test_a_withdrawn_promise_goes_and_the_first_duty_comes_back(three: Three) -> None:
    """B2."""
    due_at = open_duties(three.thread_id)
    three.reply(three.recipient, "Vi återkommer.", callback_day=WEDNESDAY.date(), now=MONDAY)
    assert open_duties(three.thread_id) != due_at
    withdraw(three, three.recipient, 1)
    assert open_duties(three.thread_id) == due_at


def test_a_second_question_stands_when_the_first_is_withdrawn(three: Three) -> None:
    due_at = open_duties(three.thread_id)
    three.reply(three.sender, "Och kan ni ta prover?", expects_reply=True, now=MONDAY)
    withdraw(three, three.sender, 0)
    assert open_duties(three.thread_id) == due_at
    assert [message.body for message in three.page(three.recipient).messages] == ["Och kan ni ta prover?"]
    assert row(ThreadParty, unit_id=three.recipient.unit_id).unopened == 1


@pytest.mark.parametrize("another", [True, False])
def test_b5_what_was_withdrawn_while_it_was_closed_is_not_owed_when_it_is_opened_again(
    three: Three, another: bool
) -> None:
    """The second question stands for itself; information is nothing to answer."""
    three.reply(three.sender, "En sak till.", now=MONDAY, expects_reply=another)
    threads.close(three.sender, three.thread_id, version=2, now=MONDAY)
    withdraw(three, three.sender, 0)
    threads.reopen(three.sender, three.thread_id, now=WEDNESDAY, rules=RULES)
    assert [duty.message_id for duty in rows(Obligation) if duty.ended_at is None] == message_ids(three)[1:] * another


def test_a_question_that_is_withdrawn_leaves_the_information_to_be_acknowledged(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=MONDAY, expects_reply=False)
    scene = Three(sender, recipient, sender, thread_id)
    acknowledge = open_duties(thread_id)
    scene.reply(sender, "Kan ni svara?", expects_reply=True, now=MONDAY)
    withdraw(scene, sender, 1)
    assert open_duties(thread_id) == acknowledge


def test_withdrawing_twice_is_once(three: Three) -> None:
    withdraw(three, three.sender, 0)
    with nothing_written():
        withdraw(three, three.sender, 0)


@pytest.mark.parametrize("call", [threads.withdraw, threads.void, threads.correct])
def test_only_the_own_unit_s_messages_can_be_retracted(three: Three, call: Any) -> None:
    """And the unit that has no side in the thread is told that it does not exist."""
    extra: dict[str, Any] = {"reason": "wrong_patient"} if call is threads.void else {}
    if call is threads.correct:
        extra = {"body": "Nej.", "version": 1, "submission_id": submission_id(), "rules": RULES}
    for actor in (three.recipient, three.third):
        for message_id in (message_ids(three)[0], 987_654):
            with nothing_written(), pytest.raises(NotFound):
                call(actor, three.thread_id, message_id, now=TUESDAY, **extra)
    with nothing_written(), pytest.raises(Refused):
        call(three.sender, three.thread_id, None, now=TUESDAY, **extra)


def test_a_receptionist_retracts_nothing(three: Three) -> None:
    desk = colleague(three.sender, "Rut Ros", role=Role.RECEPTIONIST)
    for attempt in (withdraw, void, correct):
        with nothing_written(), pytest.raises(NotAllowed):
            attempt(three, desk, 0)


def test_opening_and_withdrawing_at_once_never_both_succeed(app: Flask, three: Three) -> None:
    race(
        app,
        [
            lambda: threads.open_thread(three.recipient, three.thread_id, now=TUESDAY),
            lambda: withdraw(three, three.sender, 0),
        ],
    )
    withdrawn = row(Thread).withdrawn_at is not None
    page = three.page(three.recipient)
    assert (page.opened_by == ()) == withdrawn
    assert (page.messages == ()) == withdrawn


# Void -----------------------------------------------------------------------------------------------------------------


def test_voiding_the_first_message_hides_the_whole_thread_from_everybody(three: Three) -> None:
    three.reply(three.recipient, "Tove är inte inskriven.", now=MONDAY)
    threads.note(three.recipient, three.thread_id, "Ring dottern.", submission_id=submission_id(), now=MONDAY)
    three.forward(words="Tove bor i Söder.")
    assert void(three, three.sender, 0)
    for actor in (three.sender, three.recipient, three.third):
        page = three.page(actor)
        assert (page.head.state, page.subject, page.messages, page.notes) == (
            State.VOIDED, "Makulerat ärende", (), (),
        )  # fmt: skip
        assert (page.patient_name, page.patient_number.text, page.disclosure_words) == ("", "", "")
        assert [event.words for event in page.events if event.words] == []
    assert open_duties(three.thread_id) == []
    assert rows(SearchDocument) == []


def test_the_text_is_hidden_and_not_deleted(three: Three) -> None:
    void(three, three.sender, 0)
    assert row(Message).body == "Kan ni lägga om såret på måndag?"
    assert [logged.action for logged in rows(AccessLogRow)] == ["send", "void"]


def test_everybody_who_had_the_text_finds_the_thread_unopened_again(three: Three) -> None:
    """Also the unit that has sent it on: it may have acted on another patient's text."""
    threads.open_thread(three.recipient, three.thread_id, now=MONDAY)
    three.forward()
    threads.open_thread(three.third, three.thread_id, now=TUESDAY)
    void(three, three.sender, 0)
    unopened = {party.unit_id: party.unopened for party in rows(ThreadParty)}
    assert unopened == {three.sender.unit_id: 0, three.recipient.unit_id: 1, three.third.unit_id: 1}


def test_a_later_message_is_voided_alone_and_the_duty_it_ended_comes_back(three: Three) -> None:
    due_at = open_duties(three.thread_id)
    three.reply(three.recipient, "Kurt får besök på fredag.", close=True, now=MONDAY)
    assert not void(three, three.recipient, 1, "mixed_up")
    for actor in (three.sender, three.recipient):
        page = three.page(actor)
        assert [(message.body, message.voided) for message in page.messages] == [
            ("Kan ni lägga om såret på måndag?", False),
            ("", True),
        ]
    assert open_duties(three.thread_id) == due_at


def test_a_unit_that_has_sent_the_thread_on_can_still_void_what_it_wrote(three: Three) -> None:
    three.reply(three.recipient, "Kurt får besök på fredag.", now=MONDAY)
    three.forward()
    void(three, three.recipient, 1, "mixed_up")
    assert [message.body for message in three.page(three.third).messages] == ["Kan ni lägga om såret på måndag?", ""]


def test_a_reason_is_needed_and_a_second_time_changes_nothing(three: Three) -> None:
    with nothing_written(), pytest.raises(Refused):
        void(three, three.sender, 0, "")
    void(three, three.sender, 0)
    with nothing_written():
        assert void(three, three.sender, 0)


def test_nothing_can_be_done_in_a_voided_thread(three: Three) -> None:
    void(three, three.sender, 0)
    version = version_of(three.thread_id)
    attempts = [
        lambda: three.reply(three.sender, "Hej."),
        lambda: threads.reopen(three.sender, three.thread_id, now=WEDNESDAY, rules=RULES),
        lambda: threads.claim(three.recipient, three.thread_id, now=WEDNESDAY),
        lambda: three.forward(version=version),
        lambda: threads.note(three.sender, three.thread_id, "Hej.", submission_id=submission_id(), now=WEDNESDAY),
    ]
    for attempt in attempts:
        with nothing_written(), pytest.raises(Conflict):
            attempt()


# Correct --------------------------------------------------------------------------------------------------------------


def test_a_correction_points_at_the_old_message_which_stays(three: Three) -> None:
    correct(three, three.sender)
    old, new = three.page(three.recipient).messages
    assert (old.body, old.corrected) == ("Kan ni lägga om såret på måndag?", True)
    assert (new.body, new.corrects_sent_at, new.corrected) == ("Jag menade tisdag.", MONDAY, False)
    assert [kind for _, kind, _ in open_duties(three.thread_id)] == [DutyKind.REPLY]


def test_who_had_answered_is_to_acknowledge_the_correction(three: Three) -> None:
    three.reply(three.recipient, "Ja.", close=True, now=MONDAY)
    correct(three, three.sender)
    assert [(unit_id, kind) for unit_id, kind, _ in open_duties(three.thread_id)] == [
        (three.recipient.unit_id, DutyKind.ACKNOWLEDGE)
    ]
    assert row(Thread).closed_at is None
    threads.acknowledge(three.recipient, three.thread_id, now=WEDNESDAY)
    assert open_duties(three.thread_id) == []


@pytest.mark.parametrize("body", ["", " ", "x" * 10_001, "a\x00b", "data:text/plain;base64,AA"])
def test_s4_s8_a_correction_is_a_text_like_any_other(three: Three, body: str) -> None:
    with nothing_written(), pytest.raises(Refused) as refused:
        correct(three, three.sender, body=body)
    assert list(refused.value.problems) == ["correction"]


def test_s5_words_of_urgency_are_asked_about_once(three: Three) -> None:
    with nothing_written(), pytest.raises(Asked) as asked:
        correct(three, three.sender, body="Det är akut.")
    correct(three, three.sender, body="Det är akut.", hints_confirmed=asked.value.count)
    assert len(rows(Message)) == 2


def test_a_correction_of_what_is_gone_or_from_an_old_page_is_a_conflict(three: Three) -> None:
    three.reply(three.recipient, "Kurt får besök.", now=MONDAY)
    with nothing_written(), pytest.raises(Conflict):
        correct(three, three.sender, version=1)
    void(three, three.recipient, 1, "mixed_up")
    with nothing_written(), pytest.raises(Conflict):
        correct(three, three.recipient, 1)


def test_s7_twenty_identical_corrections_are_one_message(app: Flask, three: Three) -> None:
    same = {"version": version_of(three.thread_id), "submission_id": submission_id()}
    done = race(app, [lambda: correct(three, three.sender, **same)] * 20)
    assert [outcome for outcome in done if outcome is not None] == []
    assert len(rows(Message)) == 2


def test_an_obligation_remembers_what_ended_it(three: Three) -> None:
    three.reply(three.recipient, "Ja.", now=MONDAY)
    assert row(Obligation).ended_by_message_id == message_ids(three)[1]
