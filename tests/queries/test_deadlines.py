"""When an answer would be due, or is (T5)."""

from datetime import time

import pytest
from flask import Flask

from lcweb.domain.permissions import operator
from lcweb.domain.workdays import Calendar, OfficeHours
from lcweb.queries import deadlines as queries
from lcweb.services import calendar, threads
from lcweb.services.calendar import Place
from tests.at import at, day
from tests.factories import RULES, pair, submission_id, thread, unit
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
