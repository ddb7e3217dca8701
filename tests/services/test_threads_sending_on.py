"""Forward and return (B1): a new duty elsewhere, and the unit that had the thread sees nothing later."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from lcweb.db import release_reading
from lcweb.domain.errors import Asked, Conflict, NotFound, Refused
from lcweb.domain.permissions import Actor
from lcweb.domain.threads import DutyKind, Side, State
from lcweb.models import AccessLogRow, Message, Obligation, Thread, ThreadEvent, ThreadParty
from lcweb.queries.threads import ThreadPage, get_head, get_thread
from lcweb.services import threads
from tests.at import at
from tests.factories import RULES, pair, submission_id, thread, unit, user, version_of
from tests.race import race
from tests.rows import nothing_written, row, rows

MONDAY = at("Mon 2026-11-16 09:00")
TUESDAY = at("Tue 2026-11-17 09:00")
WEDNESDAY = at("Wed 2026-11-18 09:00")


@dataclass(frozen=True)
class Three:
    """A clinic that asked, home care that got the question, and another home care unit."""

    sender: Actor
    recipient: Actor
    third: Actor
    thread_id: int

    def page(self, actor: Actor) -> ThreadPage:
        release_reading()
        return get_thread(get_head(thread_id=self.thread_id, unit_id=actor.require_unit()))

    def forward(self, actor: Actor | None = None, to: Actor | None = None, **how: Any) -> str:
        values: dict[str, Any] = {"reason": "other_area", "words": "", "version": version_of(self.thread_id)}
        return threads.forward(
            actor or self.recipient, self.thread_id, unit_id=(to or self.third).unit_id,
            **({"now": TUESDAY} | values | how), rules=RULES,
        )  # fmt: skip

    def give_back(self, **how: Any) -> None:
        values: dict[str, Any] = {"reason": "wrong_recipient", "words": "", "suggested_unit_id": None}
        threads.give_back(
            self.recipient, self.thread_id, version=version_of(self.thread_id),
            **({"now": TUESDAY} | values | how), rules=RULES,
        )  # fmt: skip

    def reply(self, actor: Actor, body: str, **how: Any) -> None:
        threads.reply(
            actor, self.thread_id, body, version=version_of(self.thread_id), submission_id=submission_id(),
            **({"now": WEDNESDAY, "expects_reply": False, "close": False} | how), rules=RULES,
        )  # fmt: skip


@pytest.fixture
def three(app: Flask) -> Three:
    sender, recipient = pair()
    third = user("Cecilia Dahl", unit_id=unit("Hemsjukvård Söder"))
    return Three(sender, recipient, third, thread(sender, recipient.require_unit(), now=MONDAY))


def open_duties(thread_id: int) -> list[tuple[int, str, object]]:
    return [
        (duty.unit_id, duty.kind, duty.due_at)
        for duty in rows(Obligation, thread_id=thread_id)
        if duty.ended_at is None
    ]


# Forward --------------------------------------------------------------------------------------------------------------


def test_b1_a_forward_ends_the_duty_and_puts_a_new_one_with_a_term_of_its_own(three: Three) -> None:
    assert three.forward() == "Hemsjukvård Söder"
    assert open_duties(three.thread_id) == [(three.third.unit_id, DutyKind.REPLY, at("Fri 2026-11-20 16:30"))]
    ended = row(Obligation, unit_id=three.recipient.unit_id)
    assert (ended.ended_by, ended.ended_at, ended.due_at) == ("forwarded", TUESDAY, at("Thu 2026-11-19 16:30"))
    assert row(Thread).recipient_unit_id == three.third.unit_id


def test_an_information_is_still_to_be_acknowledged_by_whoever_gets_it(app: Flask) -> None:
    sender, recipient = pair()
    third = user(unit_id=unit())
    scene = Three(sender, recipient, third, thread(sender, recipient.require_unit(), now=MONDAY, expects_reply=False))
    threads.acknowledge(recipient, scene.thread_id, now=MONDAY)
    scene.forward()
    assert [kind for _, kind, _ in open_duties(scene.thread_id)] == [DutyKind.ACKNOWLEDGE]
    threads.acknowledge(third, scene.thread_id, now=WEDNESDAY)
    assert open_duties(scene.thread_id) == []


def test_b1_the_first_receipt_stays_visible(three: Three) -> None:
    threads.open_thread(three.recipient, three.thread_id, now=MONDAY)
    threads.acknowledge(three.recipient, three.thread_id, now=MONDAY)
    three.forward()
    threads.open_thread(three.third, three.thread_id, now=WEDNESDAY)
    threads.acknowledge(three.third, three.thread_id, now=WEDNESDAY)
    (message,) = three.page(three.sender).messages
    assert (message.opened_at, message.acknowledged_at, message.acknowledged_by) == (MONDAY, MONDAY, "Karin B.")


def test_the_unit_that_forwards_keeps_what_it_had_seen_and_nothing_later(three: Three) -> None:
    three.reply(three.recipient, "Vi tittar på det.", now=MONDAY)
    three.forward(words="Patienten har flyttat.")
    before = three.page(three.recipient)
    three.reply(three.third, "Vi tar över.", expects_reply=True)
    three.reply(three.sender, "Tack.")
    threads.close(three.sender, three.thread_id, version=version_of(three.thread_id), now=WEDNESDAY)
    after = three.page(three.recipient)
    assert [message.body for message in after.messages] == ["Kan ni lägga om såret på måndag?", "Vi tittar på det."]
    assert [event.kind for event in after.events] == ["forwarded"]
    assert (after.messages, after.events) == (before.messages, before.events)
    assert (after.head.side, after.head.state, after.head.duty, after.head.closed_at) == (
        Side.FORMER, State.OPEN, None, None,
    )  # fmt: skip


def test_a_unit_that_has_left_is_not_told_that_something_happens(three: Three) -> None:
    """Its open page asks, and gets no news until something that it has seen is hidden."""
    before = three.page(three.recipient).head.revision
    three.forward()
    left = three.page(three.recipient).head.revision
    three.reply(three.third, "Vi tar över.")
    three.reply(three.sender, "Tack.")
    assert three.page(three.recipient).head.revision == left > before
    first = rows(Message, thread_id=three.thread_id)[0].id
    threads.void(three.sender, three.thread_id, first, reason="wrong_patient", now=WEDNESDAY)
    assert three.page(three.recipient).head.revision > left


def test_the_new_unit_and_the_sender_read_everything_and_the_reason(three: Three) -> None:
    three.reply(three.recipient, "Vi tittar på det.", now=MONDAY)
    three.forward(words="Patienten har flyttat.")
    for actor in (three.sender, three.third):
        page = three.page(actor)
        assert len(page.messages) == 2
        (said,) = page.events
        assert (said.kind, said.by, said.unit, said.to_unit, said.reason, said.words) == (
            "forwarded", "Karin B.", three.recipient.unit_name, "Hemsjukvård Söder", "other_area",
            "Patienten har flyttat.",
        )  # fmt: skip
    assert row(ThreadParty, unit_id=three.third.unit_id).unopened == 2


def test_what_the_sender_owed_it_owes_the_new_unit(three: Three) -> None:
    """B3: the question that was asked back is still unanswered."""
    three.reply(three.recipient, "Vilket förband?", expects_reply=True, now=MONDAY)
    three.forward()
    owed = [d for d in rows(Obligation, unit_id=three.sender.unit_id) if d.ended_at is None]
    assert [(duty.owed_to_unit_id, duty.kind) for duty in owed] == [(three.third.unit_id, "reply")]
    assert len(open_duties(three.thread_id)) == 2
    three.reply(three.sender, "Det vita.")
    assert [unit_id for unit_id, _, _ in open_duties(three.thread_id)] == [three.third.unit_id]


def test_a_unit_that_gets_it_back_is_a_recipient_like_any_other(three: Three) -> None:
    three.forward()
    three.reply(three.third, "Det var ni.", now=WEDNESDAY)
    three.forward(three.third, three.recipient, now=WEDNESDAY)
    page = three.page(three.recipient)
    assert (page.head.side, len(page.messages), page.can_acknowledge) == (Side.RECIPIENT, 2, True)
    assert three.page(three.third).head.side is Side.FORMER
    assert row(ThreadParty, unit_id=three.recipient.unit_id).unopened == 2


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"to": "nobody"}, "recipient_unit"),
        ({"to": "sender"}, "recipient_unit"),
        ({"to": "recipient"}, "recipient_unit"),
        ({"reason": "because"}, "reason"),
        ({"reason": "other"}, "words"),
        ({"words": "x" * 501}, "words"),
        ({"words": "\x07"}, "words"),
    ],
)
def test_a_forward_without_a_unit_or_a_reason_is_refused(three: Three, how: dict[str, str], field: str) -> None:
    unit_id = getattr(three, how.get("to", "third"), None)
    values: dict[str, Any] = {"reason": "other_area", "words": ""} | {k: v for k, v in how.items() if k != "to"}
    with nothing_written(), pytest.raises(Refused) as refused:
        threads.forward(
            three.recipient, three.thread_id, unit_id=unit_id.unit_id if unit_id else 987_654, version=1, now=TUESDAY,
            rules=RULES, **values,
        )  # fmt: skip
    assert list(refused.value.problems) == [field]


def test_s5_another_patient_s_number_in_the_explanation_is_asked_about_once(three: Three) -> None:
    with nothing_written(), pytest.raises(Asked) as asked:
        three.forward(words="Gäller även 18900101-9802.")
    three.forward(words="Gäller även 18900101-9802.", hints_confirmed=asked.value.count)
    assert row(ThreadEvent).words == "Gäller även 18900101-9802."


def test_a_page_that_has_not_seen_the_latest_cannot_send_the_thread_on(three: Three) -> None:
    three.reply(three.sender, "En sak till.", now=MONDAY)
    with nothing_written(), pytest.raises(Conflict):
        three.forward(version=1)


@pytest.mark.parametrize("who", ["sender", "third"])
def test_only_the_recipient_sends_on_what_is_not_returned(three: Three, who: str) -> None:
    with nothing_written(), pytest.raises((Conflict, NotFound)):
        three.forward(getattr(three, who), three.third if who == "sender" else three.sender)


def test_after_a_forward_the_old_unit_can_neither_answer_nor_send_on(three: Three) -> None:
    three.forward()
    version = version_of(three.thread_id)
    send_on = {"reason": "other_area", "words": "", "version": version, "now": WEDNESDAY, "rules": RULES}
    attempts: list[Callable[[], object]] = [
        lambda: three.reply(three.recipient, "Vi kommer."),
        lambda: threads.forward(three.recipient, three.thread_id, unit_id=three.third.unit_id, **send_on),
        lambda: threads.close(three.recipient, three.thread_id, version=version, now=WEDNESDAY),
        lambda: threads.acknowledge(three.recipient, three.thread_id, now=WEDNESDAY),
        lambda: threads.reopen(three.recipient, three.thread_id, now=WEDNESDAY, rules=RULES),
    ]
    for attempt in attempts:
        with nothing_written(), pytest.raises(Conflict):
            attempt()


def test_two_who_forward_at_once_send_it_to_one_unit(app: Flask, three: Three) -> None:
    fourth = user(unit_id=unit("Hemsjukvård Väster"))
    done = race(app, [lambda: three.forward(version=1), lambda: three.forward(to=fourth, version=1)])
    assert sum(isinstance(outcome, Conflict) for outcome in done) == 1
    assert len(open_duties(three.thread_id)) == 1


# Return ---------------------------------------------------------------------------------------------------------------


def test_a_returned_thread_lies_with_the_sender_until_the_next_working_day(three: Three) -> None:
    three.give_back(suggested_unit_id=three.third.unit_id, words="Hör till Söder.")
    assert open_duties(three.thread_id) == [(three.sender.unit_id, DutyKind.RETURNED, at("Wed 2026-11-18 16:30"))]
    assert row(ThreadParty, unit_id=three.sender.unit_id).unopened == 1
    page = three.page(three.sender)
    (said,) = page.events
    assert (page.head.state, said.kind, said.reason, said.to_unit, said.words) == (
        State.RETURNED, "returned", "wrong_recipient", "Hemsjukvård Söder", "Hör till Söder.",
    )  # fmt: skip
    assert (three.page(three.recipient).head.side, three.page(three.recipient).head.left_how) == (
        Side.FORMER,
        "returned",
    )


def test_the_sender_sends_a_returned_thread_on_and_its_duty_ends(three: Three) -> None:
    three.give_back()
    three.forward(three.sender, now=WEDNESDAY)
    assert open_duties(three.thread_id) == [(three.third.unit_id, DutyKind.REPLY, at("Mon 2026-11-23 16:30"))]
    assert [event.kind for event in three.page(three.recipient).events] == ["returned"]
    assert three.page(three.sender).head.state is State.OPEN


def test_the_sender_may_send_it_to_the_same_unit_again(three: Three) -> None:
    three.give_back()
    three.forward(three.sender, three.recipient, now=WEDNESDAY)
    assert three.page(three.recipient).head.side is Side.RECIPIENT


def test_a_returned_thread_is_closed_and_opened_again_by_the_sender_alone(three: Three) -> None:
    three.give_back()
    threads.close(three.sender, three.thread_id, version=version_of(three.thread_id), now=TUESDAY)
    assert open_duties(three.thread_id) == []
    assert three.page(three.recipient).head.closed_at is None
    threads.reopen(three.sender, three.thread_id, now=WEDNESDAY, rules=RULES)
    assert open_duties(three.thread_id) == [(three.sender.unit_id, DutyKind.RETURNED, at("Thu 2026-11-19 16:30"))]


def test_nobody_answers_in_a_returned_thread(three: Three) -> None:
    three.give_back()
    for actor in (three.sender, three.recipient):
        with nothing_written(), pytest.raises(Conflict):
            three.reply(actor, "Hej.")


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "other"}, "words"),
        ({"suggested_unit_id": 987_654}, "suggested_unit"),
    ],
)
def test_a_return_without_a_reason_is_refused(three: Three, how: dict[str, Any], field: str) -> None:
    with nothing_written(), pytest.raises(Refused) as refused:
        three.give_back(**how)
    assert list(refused.value.problems) == [field]


def test_what_the_sender_owed_ends_when_the_thread_comes_back(three: Three) -> None:
    three.reply(three.recipient, "Vilket förband?", expects_reply=True, now=MONDAY)
    three.give_back()
    assert [kind for _, kind, _ in open_duties(three.thread_id)] == [DutyKind.RETURNED]


def test_l1_each_is_one_row_of_the_log(three: Three) -> None:
    three.give_back()
    three.forward(three.sender)
    assert [logged.action for logged in rows(AccessLogRow)] == ["send", "return", "forward"]
