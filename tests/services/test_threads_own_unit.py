"""What a unit does for itself: take over, reopen, transferred to record, internal notes, a promise (B2)."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import operator
from lcweb.domain.threads import DutyKind
from lcweb.models import AccessLogRow, InternalNote, SearchDocument, Thread, ThreadEvent, ThreadParty
from lcweb.queries import inbox
from lcweb.queries.inbox import HandledBy
from lcweb.services import calendar, threads
from tests.at import at, day
from tests.factories import RULES, colleague, pair, submission_id, thread, unit, user, version_of
from tests.race import race
from tests.rows import nothing_written, row, rows
from tests.services.test_threads_sending_on import MONDAY, TUESDAY, WEDNESDAY, Three, open_duties


@pytest.fixture
def three(app: Flask) -> Three:
    sender, recipient = pair()
    third = user("Cecilia Dahl", unit_id=unit("Hemsjukvård Söder"))
    return Three(sender, recipient, third, thread(sender, recipient.require_unit(), now=MONDAY))


# Take over ------------------------------------------------------------------------------------------------------------


def test_a_colleague_takes_over_on_purpose_and_the_history_says_so(three: Three) -> None:
    bo = colleague(three.recipient)
    threads.claim(three.recipient, three.thread_id, now=MONDAY)
    with nothing_written(), pytest.raises(Conflict, match="Karin Berg har redan tagit ärendet"):
        threads.claim(bo, three.thread_id, now=TUESDAY)
    threads.claim(bo, three.thread_id, take_over=True, now=TUESDAY)
    assert row(ThreadParty, unit_id=bo.unit_id).claimed_by_id == bo.user_id
    assert [(event.kind, event.user_name) for event in rows(ThreadEvent)] == [("taken_over", "Bo E.")]
    assert [logged.action for logged in rows(AccessLogRow)] == ["send", "claim", "take_over"]


def test_taking_over_what_nobody_has_is_taking_it(three: Three) -> None:
    threads.claim(three.recipient, three.thread_id, take_over=True, now=MONDAY)
    assert (rows(ThreadEvent), rows(AccessLogRow)[-1].action) == ([], "claim")


# Reopen ---------------------------------------------------------------------------------------------------------------


def test_b5_what_a_close_left_undone_is_owed_again_with_a_new_term(three: Three) -> None:
    threads.close(three.sender, three.thread_id, version=1, now=MONDAY)
    threads.reopen(three.sender, three.thread_id, now=WEDNESDAY, rules=RULES)
    assert open_duties(three.thread_id) == [(three.recipient.unit_id, DutyKind.REPLY, at("Mon 2026-11-23 16:30"))]
    assert row(Thread).closed_at is None


def test_what_was_answered_is_not_owed_again(three: Three) -> None:
    three.reply(three.recipient, "Ja.", close=True, now=MONDAY)
    threads.reopen(three.recipient, three.thread_id, now=TUESDAY, rules=RULES)
    assert open_duties(three.thread_id) == []
    assert [event.kind for event in rows(ThreadEvent)] == ["closed", "reopened"]


def test_reopening_twice_is_once(three: Three) -> None:
    threads.close(three.sender, three.thread_id, version=1, now=MONDAY)
    race_free = [threads.reopen(three.sender, three.thread_id, now=TUESDAY, rules=RULES) for _ in range(2)]
    assert (race_free, len(open_duties(three.thread_id))) == ([None, None], 1)
    with pytest.raises(NotFound):
        threads.reopen(three.third, three.thread_id, now=TUESDAY, rules=RULES)


# Transferred to record ------------------------------------------------------------------------------------------------


def waiting_for_the_record(three: Three) -> list[int]:
    found = inbox.get_inbox(
        unit_id=three.recipient.require_unit(), user_id=three.recipient.user_id, whose=inbox.WaitingOn.NOBODY,
        handled_by=HandledBy.NOT_TRANSFERRED, page=1, now=WEDNESDAY,
    )  # fmt: skip
    return [found.thread_id for found in found.rows]


def test_each_unit_transfers_for_itself_and_a_later_message_waits_again(three: Three) -> None:
    three.reply(three.recipient, "Ja.", now=MONDAY)
    for actor in (three.sender, three.recipient):
        threads.open_thread(actor, three.thread_id, now=MONDAY)
    assert waiting_for_the_record(three) == [three.thread_id]
    threads.transfer(three.recipient, three.thread_id, now=TUESDAY)
    assert waiting_for_the_record(three) == []
    assert (three.page(three.recipient).transferred, three.page(three.sender).transferred) == (
        (TUESDAY, "Karin B.", True),
        None,
    )
    three.reply(three.recipient, "Och tack.", now=WEDNESDAY)
    transferred = three.page(three.recipient).transferred
    assert transferred and not transferred.up_to_date
    assert [event.kind for event in three.page(three.sender).events] == ["transferred"]


def test_transferring_twice_is_once(three: Three) -> None:
    threads.transfer(three.recipient, three.thread_id, now=TUESDAY)
    with nothing_written():
        threads.transfer(three.recipient, three.thread_id, now=WEDNESDAY)


def test_a_unit_that_has_left_transfers_what_it_had_seen(three: Three) -> None:
    three.forward()
    assert waiting_for_the_record(three) == [three.thread_id]
    three.reply(three.third, "Ja.")
    threads.transfer(three.recipient, three.thread_id, now=WEDNESDAY)
    assert waiting_for_the_record(three) == []


# Internal notes -------------------------------------------------------------------------------------------------------


def note(three: Three, actor: Any, body: str, submission: str | None = None) -> None:
    threads.note(actor, three.thread_id, body, submission_id=submission or submission_id(), now=TUESDAY)


def test_a_note_is_seen_by_the_own_unit_alone(three: Three) -> None:
    note(three, three.recipient, "Har frågat doktor Ek.")
    assert [(n.by, n.note) for n in three.page(three.recipient).notes] == [("Karin B.", "Har frågat doktor Ek.")]
    assert three.page(three.sender).notes == ()
    assert [document.unit_id for document in rows(SearchDocument) if document.note_id] == [three.recipient.unit_id]


def test_a_note_changes_nothing_for_the_other_unit(three: Three) -> None:
    """Not even that something has happened: its open page asks and gets no news."""
    before = three.page(three.sender).head
    note(three, three.recipient, "Har frågat doktor Ek.")
    after = three.page(three.sender).head
    assert (after.revision, after.version) == (before.revision, before.version)
    assert three.page(three.recipient).head.revision > before.revision


@pytest.mark.parametrize("body", ["", "\n", "x" * 10_001, "a\x00b"])
def test_a_note_is_a_text_like_any_other(three: Three, body: str) -> None:
    with nothing_written(), pytest.raises(Refused) as refused:
        note(three, three.recipient, body)
    assert list(refused.value.problems) == ["note"]


def test_a_note_sent_twenty_times_is_one(app: Flask, three: Three) -> None:
    same = submission_id()
    done = race(app, [lambda: note(three, three.recipient, "En gång.", same)] * 20)
    assert (done, len(rows(InternalNote))) == ([None] * 20, 1)


# Återkommer (B2) ------------------------------------------------------------------------------------------------------


def promise(three: Three, callback_day: date, **how: Any) -> None:
    three.reply(three.recipient, "Vi återkommer.", callback_day=callback_day, now=TUESDAY, **how)


def test_b2_a_promise_ends_the_duty_and_puts_one_with_the_chosen_date(three: Three) -> None:
    promise(three, day("Wed 2026-11-25"))
    assert open_duties(three.thread_id) == [(three.recipient.unit_id, DutyKind.REPLY, at("Wed 2026-11-25 16:30"))]
    (event,) = three.page(three.sender).events
    assert (event.kind, event.due_at) == ("callback", at("Wed 2026-11-25 16:30"))


def test_b2_b3_a_promise_may_ask_something_too(three: Three) -> None:
    promise(three, day("Wed 2026-11-25"), expects_reply=True)
    assert {unit_id for unit_id, _, _ in open_duties(three.thread_id)} == {
        three.sender.unit_id,
        three.recipient.unit_id,
    }


@pytest.mark.parametrize(
    "promised",
    [
        day("Tue 2026-11-17"), day("Mon 2026-11-16"), day("Sat 2026-11-21"), day("Wed 2026-12-02"),
        date(1, 1, 1), date(9999, 12, 31),
    ],
)  # fmt: skip
def test_b2_not_today_no_day_off_and_at_most_ten_working_days(three: Three, promised: date) -> None:
    with nothing_written(), pytest.raises(Refused) as refused:
        promise(three, promised)
    assert list(refused.value.problems) == ["callback_day"]


def test_b2_the_tenth_working_day_may_be_promised(three: Three) -> None:
    promise(three, day("Tue 2026-12-01"))
    assert [due_at for _, _, due_at in open_duties(three.thread_id)] == [at("Tue 2026-12-01 16:30")]


def test_b2_after_closing_time_too(three: Three) -> None:
    three.reply(three.recipient, "I morgon.", callback_day=day("Wed 2026-11-18"), now=at("Tue 2026-11-17 17:00"))
    assert [due_at for _, _, due_at in open_duties(three.thread_id)] == [at("Wed 2026-11-18 16:30")]


def test_b2_a_promise_and_a_close_do_not_go_together(three: Three) -> None:
    with nothing_written(), pytest.raises(Refused):
        promise(three, day("Wed 2026-11-25"), close=True)


def test_t5_a_closed_day_moves_a_promise_as_any_other_date(three: Three) -> None:
    promise(three, day("Wed 2026-11-25"))
    calendar.close_day(operator(), day("Tue 2026-11-24"), calendar.Place(), now=WEDNESDAY, rules=RULES)
    assert [due_at for _, _, due_at in open_duties(three.thread_id)] == [at("Thu 2026-11-26 16:30")]


def test_a_page_from_before_the_forward_cannot_promise(three: Three) -> None:
    version = version_of(three.thread_id)
    three.forward()
    with nothing_written(), pytest.raises(Conflict):
        threads.reply(
            three.recipient, three.thread_id, "Vi återkommer.", expects_reply=False, close=False,
            callback_day=day("Wed 2026-11-25"), version=version, submission_id=submission_id(), now=WEDNESDAY,
            rules=RULES,
        )  # fmt: skip
