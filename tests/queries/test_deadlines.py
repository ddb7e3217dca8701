"""When an answer would be due, or is (T5)."""

from datetime import time

import pytest
from flask import Flask

from lcweb import facts
from lcweb.db import reading, release_reading, transaction
from lcweb.domain.deadlines import Origin, Source
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, OfficeHours
from lcweb.models import Unit
from lcweb.queries import deadlines as queries
from lcweb.queries import threads as thread_queries
from lcweb.services import calendar, settings, threads
from lcweb.services.calendar import Place
from tests.at import at, day
from tests.factories import RULES, new_thread, pair, submission_id, thread, unit, version_of
from tests.web.visits import statements

NOW = at("Tue 2026-11-17 10:00")


def test_without_a_unit_the_date_is_that_of_ordinary_hours(app: Flask) -> None:
    assert queries.preview(None, now=NOW, rules=RULES) == at("Fri 2026-11-20 16:30")


def test_the_chosen_unit_s_own_hours_and_closed_days_give_its_date(app: Flask) -> None:
    early = unit(hours=OfficeHours(opens=time(7), closes=time(15)))
    closed = unit()
    calendar.close_day(operator(), day("Thu 2026-11-19"), Place(closed), now=NOW, rules=RULES)
    assert queries.preview(early, now=NOW, rules=RULES) == at("Fri 2026-11-20 15:00")
    assert queries.preview(closed, now=NOW, rules=RULES) == at("Mon 2026-11-23 16:30")
    assert queries.preview(None, now=NOW, rules=RULES) == at("Fri 2026-11-20 16:30")


def test_a_day_closed_for_everyone_bears_on_every_date(app: Flask) -> None:
    calendar.close_day(operator(), day("Thu 2026-11-19"), Place(), now=NOW, rules=RULES)
    assert queries.preview(None, now=NOW, rules=RULES) == at("Mon 2026-11-23 16:30")


@pytest.mark.parametrize(("expects_reply", "due"), [(True, at("Fri 2026-11-20 16:30")), (False, None)])
def test_the_receipt_s_date_is_the_open_duty_to_answer(app: Flask, expects_reply: bool, due: object) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW, expects_reply=expects_reply)
    assert queries.sent_to(thread_id) == (recipient.unit_name, due)


def test_an_answered_thread_has_no_date(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    threads.reply(recipient, thread_id, "Ja.", expects_reply=False, close=False, version=1,
                  submission_id=submission_id(), now=NOW, rules=RULES)  # fmt: skip
    assert queries.sent_to(thread_id) == (recipient.unit_name, None)


@pytest.mark.parametrize("count", [0, 12])
def test_statements_do_not_grow_with_the_calendar(app: Flask, count: int) -> None:
    unit_id = unit()
    for number in range(count):
        marked = Calendar().add_working_days(day("Mon 2026-12-07"), number)
        calendar.halve_day(operator(), marked, Place(unit_id), now=NOW)
    with statements() as asked:
        queries.preview(unit_id, now=NOW, rules=RULES)
    assert len(asked) == 2


# Where it came from ---------------------------------------------------------------------------------------------------


def origin(thread_id: int, person: Actor, base: Rules = RULES) -> Origin | None:
    release_reading()
    head = thread_queries.get_head(thread_id=thread_id, unit_id=person.require_unit())
    return queries.origin(thread_queries.get_thread(head), facts.rule_book(reading(), base))


def test_both_units_are_told_from_which_day_and_by_which_setting(app: Flask) -> None:
    friday, monday = day("Fri 2026-11-20"), day("Mon 2026-11-23")
    settings.change_rule(operator(), "answer_days", "5", monday, seen=0, base=RULES, now=NOW)
    sender, recipient = pair()
    before = thread(sender, recipient.require_unit(), now=at("Fri 2026-11-20 16:29"))
    book = facts.rule_book(reading(), RULES)
    new = new_thread(recipient.unit_id, expects_reply=False, confirmed=frozenset({"new_thread"}))
    after = threads.start(sender, new, submission_id=submission_id(), now=at("Mon 2026-11-23 17:00"),
                          rules=book.on(monday)).thread_id  # fmt: skip
    for person in (sender, recipient):
        assert origin(before, person) == Origin(Source.ANSWER, 3, friday, None, True, False)
        assert origin(after, person) == Origin(Source.ANSWER, 5, day("Tue 2026-11-24"), monday, True, False)


def test_a_promise_was_the_unit_s_own_day_until_it_is_closed_and_opened_again(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    threads.reply(recipient, thread_id, "Vi återkommer.", expects_reply=False, close=False, version=1,
                  callback_day=day("Thu 2026-11-26"), submission_id=submission_id(), now=NOW, rules=RULES)  # fmt: skip
    assert [origin(thread_id, person).source for person in (sender, recipient)] == [Source.PROMISE] * 2
    later = at("Wed 2026-11-18 10:00")
    threads.close(sender, thread_id, version=version_of(thread_id), now=later)
    threads.reopen(sender, thread_id, now=later, rules=RULES)
    assert origin(thread_id, sender) == Origin(Source.ANSWER, 3, day("Wed 2026-11-18"), None, True, False)


def test_a_returned_thread_and_a_moved_day(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    calendar.close_day(operator(), day("Thu 2026-11-19"), Place(), now=NOW, rules=RULES)
    assert origin(thread_id, sender) == Origin(Source.ANSWER, 3, day("Tue 2026-11-17"), None, True, True)
    threads.give_back(recipient, thread_id, reason="wrong_recipient", words="", suggested_unit_id=None,
                      version=version_of(thread_id), now=NOW, rules=RULES)  # fmt: skip
    assert origin(thread_id, sender) == Origin(Source.RETURN, 1, day("Tue 2026-11-17"), None, True, False)


def test_what_can_no_longer_be_said_is_not_said(app: Flask) -> None:
    """The configuration has another number now, and the unit closes earlier than it did."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=at("Tue 2026-11-17 15:30"))
    with transaction() as session:
        session.get(Unit, recipient.unit_id).closes = time(15)
    assert origin(thread_id, sender, Rules(answer_days=4)) == Origin(Source.ANSWER, 3, None, None, False, False)


def test_nothing_owed_comes_from_nowhere(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW)
    threads.close(sender, thread_id, version=version_of(thread_id), now=NOW)
    assert origin(thread_id, sender) is None
