"""The unit's inbox: whose turn it is, in which order, and how many."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask import Flask

from lcweb.domain.permissions import Actor
from lcweb.domain.threads import State, WaitingOn
from lcweb.models import InboxVersion
from lcweb.queries import inbox
from lcweb.queries.inbox import HandledBy, Inbox
from lcweb.services import drafts, threads
from lcweb.services.drafts import WrittenOn
from tests.at import at
from tests.factories import RULES, colleague, pair, submission_id, thread, version_of
from tests.rows import row
from tests.web.visits import statements, steps_of

MONDAY, TUESDAY = at("Mon 2026-11-16 09:00"), at("Tue 2026-11-17 09:00")


@dataclass
class Units:
    """A sender and a recipient, and their inboxes on Tuesday morning."""

    sender: Actor
    recipient: Actor
    asked: int = field(default=0)

    def ask(self, **overrides: Any) -> int:
        """Each a minute after the one before, so that the order is known."""
        self.asked += 1
        now = overrides.pop("now", MONDAY.replace(minute=self.asked))
        return thread(self.sender, self.recipient.require_unit(), now=now, **overrides)

    def answer(self, thread_id: int, *, by: Actor | None = None, expects_reply: bool = False) -> None:
        threads.reply(
            by or self.recipient, thread_id, "Ja.", expects_reply=expects_reply, close=False,
            version=version_of(thread_id), submission_id=submission_id(), now=TUESDAY, rules=RULES,
        )  # fmt: skip


@pytest.fixture
def units(app: Flask) -> Units:
    return Units(*pair())


def look(person: Actor, whose: WaitingOn = WaitingOn.US, by: HandledBy = HandledBy.ANYONE, page: int = 1) -> Inbox:
    return inbox.get_inbox(
        unit_id=person.require_unit(), user_id=person.user_id, whose=whose, handled_by=by, page=page, now=TUESDAY
    )


def begin(person: Actor, thread_id: int | None = None) -> None:
    """To answer, or a letter."""
    written_on = WrittenOn(page="sida", after="", submission_id=f"{person.user_id}-{thread_id}")
    if thread_id is None:
        drafts.save_letter(person, {"body": "Kan ni"}, written_on=written_on, now=TUESDAY)
    else:
        drafts.save_reply(person, thread_id, {"body": "Ja."}, written_on=written_on, now=TUESDAY)


def ids(found: Inbox) -> list[int]:
    return [row.thread_id for row in found.rows]


def test_a_row_is_all_that_a_list_may_show(units: Units) -> None:
    """P2."""
    thread_id = units.ask()
    (row,) = look(units.recipient).rows
    assert row == inbox.InboxRow(
        thread_id=thread_id, subject="Såromläggning", patient="T.T. f. 2000", other_unit=units.sender.unit_name,
        other_phone="035-10 00 01", duty_kind="reply", due_at=at("Thu 2026-11-19 16:30"), unopened=True, messages=1,
        handler_id=None, handler=None, state=State.OPEN, left_how=None, last_at=MONDAY.replace(minute=1),
    )  # fmt: skip
    (mirrored,) = look(units.sender, WaitingOn.THEM).rows
    assert (mirrored.other_unit, mirrored.unopened, mirrored.handler) == (units.recipient.unit_name, False, "Anna L.")


def test_each_thread_stands_on_one_side_at_each_unit(units: Units) -> None:
    asked, answered, asked_back, done = (units.ask() for _ in range(4))
    for thread_id in (answered, asked_back, done):
        threads.open_thread(units.recipient, thread_id, now=TUESDAY)
    units.answer(answered)
    units.answer(asked_back, expects_reply=True)
    units.answer(done)
    threads.open_thread(units.sender, done, now=TUESDAY)
    sides = {
        name: [ids(look(person, whose)) for whose in (WaitingOn.US, WaitingOn.THEM, WaitingOn.NOBODY)]
        for name, person in {"recipient": units.recipient, "sender": units.sender}.items()
    }
    assert sides == {
        "recipient": [[asked], [asked_back], [answered, done]],
        "sender": [[asked_back, answered], [asked], [done]],
    }


def test_the_oldest_deadline_comes_first_and_what_has_none_last(units: Units) -> None:
    later, sooner = units.ask(now=TUESDAY), units.ask(now=MONDAY)
    units.answer(sooner, by=units.sender)
    news = units.ask(now=MONDAY, expects_reply=False)
    threads.close(units.sender, news, version=version_of(news), now=TUESDAY)
    assert ids(look(units.recipient)) == [sooner, later, news]


def test_counts_are_of_the_whole_unit_whatever_is_shown(units: Units) -> None:
    mine, other, _free = (units.ask() for _ in range(3))
    threads.claim(units.recipient, mine, now=TUESDAY)
    threads.claim(colleague(units.recipient), other, now=TUESDAY)
    threads.open_thread(units.recipient, mine, now=TUESDAY)
    for by, shown in ((HandledBy.ANYONE, 3), (HandledBy.ME, 1), (HandledBy.NOBODY, 1)):
        found = look(units.recipient, by=by)
        assert (len(found.rows), found.counts[:5]) == (shown, (3, 1, 1, 0, 2))
    assert inbox.count_unopened(units.recipient.require_unit()) == 2
    assert look(units.sender).counts[:5] == (0, 0, 0, 3, 0)


def test_the_next_deadline_ahead_is_when_words_change(units: Units) -> None:
    units.ask(now=at("Wed 2026-11-11 09:00"))
    assert look(units.recipient).counts.next_due_at is None
    units.ask(now=TUESDAY)
    units.ask(now=MONDAY)
    for person in (units.recipient, units.sender):
        assert look(person).counts.next_due_at == at("Thu 2026-11-19 16:30")


def test_pages_hold_a_fixed_number(units: Units, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    threads_asked = [units.ask() for _ in range(4)]
    pages = [look(units.recipient, page=number) for number in (1, 2, 3)]
    assert [ids(page) for page in pages] == [threads_asked[:2], threads_asked[2:], []]
    assert [page.more for page in pages] == [True, False, False]


def test_another_unit_sees_nothing_of_it(units: Units) -> None:
    units.ask()
    stranger, _ = pair()
    found = look(stranger)
    assert (found.rows, found.counts) == ([], inbox.InboxCounts(0, 0, 0, 0, 0, None))


def test_a_person_s_own_drafts_are_marked_and_the_begun_letters_counted(units: Units) -> None:
    """Those of the unit acted from; colleagues' and the other unit's are not told of."""
    begun, _other = units.ask(), units.ask()
    begin(units.recipient, begun)
    begin(units.sender, begun)
    begin(units.recipient)
    second = colleague(units.recipient)
    found = {person.user_id: look(person) for person in (units.recipient, second)}
    assert [row.has_draft for row in found[units.recipient.user_id].rows] == [True, False]
    assert [row.has_draft for row in found[second.user_id].rows] == [False, False]
    assert {user_id: one.counts.letters for user_id, one in found.items()} == {
        units.recipient.user_id: 1,
        second.user_id: 0,
    }
    (marked, _) = look(units.sender, WaitingOn.THEM).rows
    assert (marked.has_draft, look(units.sender).counts.letters) == (True, 0)
    elsewhere = replace(units.sender, user_id=units.recipient.user_id)
    assert (look(elsewhere, WaitingOn.THEM).rows[0].has_draft, look(elsewhere).counts.letters) == (False, 0)


@pytest.mark.parametrize("count", [0, 1, 12])
@pytest.mark.parametrize("whose", list(WaitingOn))
def test_two_statements_whatever_the_number_of_rows(units: Units, count: int, whose: WaitingOn) -> None:
    for _ in range(count):
        units.answer(units.ask())
    with statements() as asked:
        look(units.sender, whose)
    assert len(asked) == 2


def test_every_change_raises_the_version(units: Units) -> None:
    before = row(InboxVersion, unit_id=units.recipient.unit_id).version
    units.ask()
    assert row(InboxVersion, unit_id=units.recipient.unit_id).version == before + 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("whose", WaitingOn)
def test_no_statement_looks_through_what_belongs_to_other_units(app: Flask, whose: WaitingOn) -> None:
    """An inbox costs what is in it, however many open threads there are elsewhere."""
    person = pair()[0]
    with statements() as asked:
        inbox.get_inbox(
            unit_id=person.require_unit(), user_id=person.user_id, whose=whose, handled_by=HandledBy.ANYONE, page=1,
            now=TUESDAY,
        )  # fmt: skip
    looked = [step for step in steps_of(asked) if step.startswith(("SCAN", "SEARCH")) and " anon_" not in step]
    assert looked and [step for step in looked if not step.removesuffix(" LEFT-JOIN").endswith(")")] == []
