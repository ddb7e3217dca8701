"""What is counted follows the facts, whenever they come to be known, and nothing is counted twice (T1, T5, A2)."""

from datetime import date, time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, update

from lcweb.db import release_reading, transaction
from lcweb.domain.calendar import Place
from lcweb.domain.figures import Figures, Middle, Share
from lcweb.domain.follow_up import Month
from lcweb.domain.periods import Span
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.workdays import OfficeHours
from lcweb.models import FollowUpMonth, FollowUpState, ReadingRow
from lcweb.queries.follow_up import Wanted, Where, view
from lcweb.services import calendar, follow_up, readings, threads, units
from tests.at import at, day
from tests.factories import RULES, pair, submission_id, thread, unit, user, version_of
from tests.rows import row, rows
from tests.services.hours import change_hours

NOVEMBER = Span(date(2026, 11, 1), date(2026, 11, 30))
WRITTEN = at("Mon 2026-11-16 09:00")


@pytest.fixture(autouse=True)
def few_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thread is enough to see what becomes of it."""
    monkeypatch.setattr("lcweb.domain.figures.FEWEST", 1)


def figures(unit_id: int | None, now: str, span: Span = NOVEMBER) -> Figures:
    """After the worker has counted at that moment."""
    follow_up.tick(now=at(now), rules=RULES)
    release_reading()
    return view(Wanted(Where(unit_id=unit_id), span), now=at(now)).total


def answer(person: Actor, thread_id: int, when: str) -> None:
    threads.reply(
        person, thread_id, "Vi kommer.", expects_reply=False, close=False, version=version_of(thread_id),
        submission_id=submission_id(), now=at(when), rules=RULES,
    )  # fmt: skip


def test_a_thread_from_its_sending_to_its_answer(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=WRITTEN)
    assert figures(sender.unit_id, "Mon 2026-11-16 10:00").sent == 1
    threads.open_thread(recipient, thread_id, now=at("Mon 2026-11-16 11:00"))
    answer(recipient, thread_id, "Wed 2026-11-18 09:30")
    threads.transfer(recipient, thread_id, now=at("Wed 2026-11-18 09:40"))
    threads.close(sender, thread_id, version=version_of(thread_id), now=at("Wed 2026-11-18 10:00"))
    before_due = figures(recipient.unit_id, "Thu 2026-11-19 16:29")
    assert before_due.received == 1 and before_due.opening_hours == Middle(1, 20, 20)
    assert before_due.answer_hours == Middle(1, 175, 175) and before_due.answer_days == Middle(1, 2, 2)
    assert before_due.answered_in_time == Share(0, 0), "judged before it was due"
    assert figures(recipient.unit_id, "Thu 2026-11-19 16:31").answered_in_time == Share(1, 1)
    assert before_due.transferred == Share(1, 1)
    assert figures(sender.unit_id, "Thu 2026-11-19 16:31").transferred == Share(0, 1)


def test_a_late_answer_is_late_for_good(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=WRITTEN)
    overdue = figures(recipient.unit_id, "Fri 2026-11-20 10:00")
    assert (overdue.answered_in_time, overdue.overdue) == (Share(0, 1), 1)
    answer(recipient, thread_id, "Mon 2026-11-23 09:00")
    late = figures(recipient.unit_id, "Mon 2026-11-23 10:00")
    assert (late.answered_in_time, late.overdue, late.answer_days) == (Share(0, 1), 0, Middle(1, 5, 5))


def test_t5_a_day_closed_meanwhile_moves_the_duty_and_is_no_time_to_answer_in(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=WRITTEN)
    figures(recipient.unit_id, "Mon 2026-11-16 10:00")
    place = Place(unit_id=recipient.unit_id)
    calendar.close_day(operator(), day("Wed 2026-11-18"), place, now=at("Tue 2026-11-17 09:00"), rules=RULES)
    answer(recipient, thread_id, "Fri 2026-11-20 09:00")  # due on Friday now, no longer on Thursday
    found = figures(recipient.unit_id, "Fri 2026-11-20 17:00")
    assert found.answered_in_time == Share(1, 1) and found.answer_days == Middle(1, 3, 3)
    assert found.days_read.whole == 20 - 5 - 1, "a closed day asks for no readings"


def test_a2_days_are_judged_when_they_are_over_also_by_what_is_recorded_late(app: Flask) -> None:
    unit_id = unit()
    person = user(unit_id=unit_id)
    readings.record(person, readings.How.PAGE, now=at("Mon 2026-11-16 09:00"), rules=RULES)
    monday = Span(day("Mon 2026-11-16"), day("Mon 2026-11-16"))
    assert figures(unit_id, "Mon 2026-11-16 16:29", monday).days_read == Share(0, 0)
    assert figures(unit_id, "Mon 2026-11-16 16:30", monday).days_read == Share(0, 1)
    with transaction() as session:  # a row that another machine had kept back
        late = {"unit_id": unit_id, "user_id": person.user_id, "read_at": at("Mon 2026-11-16 13:00"), "how": "page"}
        session.execute(insert(ReadingRow.__table__).values(**late))
    assert figures(unit_id, "Wed 2026-11-18 09:00", monday).days_read == Share(1, 1)


def test_a_merged_units_figures_go_on_in_its_successor(app: Flask) -> None:
    sender, recipient = pair()
    first = thread(sender, recipient.unit_id, now=WRITTEN)
    answer(recipient, first, "Tue 2026-11-17 09:00")
    second = thread(sender, recipient.unit_id, now=at("Tue 2026-11-17 10:00"), patient_id="18900101-9802")
    figures(recipient.unit_id, "Tue 2026-11-17 11:00")
    heir = unit("Hemsjukvård Väster")
    units.close(operator(), recipient.unit_id, successor_id=heir, with_people=True, seen=None,
                now=at("Wed 2026-11-18 09:00"))  # fmt: skip
    nurse = user("Eva Ek", unit_id=heir)
    answer(nurse, second, "Thu 2026-11-19 09:00")
    found = figures(heir, "Mon 2026-11-23 17:00")
    assert (found.received, found.answered_in_time, found.answer_days.number) == (2, Share(2, 2), 2)
    everybody = figures(None, "Mon 2026-11-23 17:00")
    assert (everybody.sent, everybody.received) == (2, 2), "somebody's were counted twice"
    assert figures(sender.unit_id, "Mon 2026-11-23 17:00").sent == 2


def test_t3_office_hours_are_those_of_the_day_not_of_today(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.unit_id, now=at("Mon 2026-11-16 15:30"))
    answer(recipient, thread_id, "Tue 2026-11-17 09:00")
    assert figures(recipient.unit_id, "Tue 2026-11-17 10:00").answer_hours == Middle(1, 20, 20)
    change_hours(recipient.unit_id, OfficeHours(opens=time(7), closes=time(20)), now=at("Wed 2026-11-18 09:00"))
    assert figures(recipient.unit_id, "Wed 2026-11-18 10:00").answer_hours == Middle(1, 20, 20)
    later = thread(sender, recipient.unit_id, now=at("Wed 2026-11-18 15:30"), patient_id="18900101-9802")
    answer(recipient, later, "Thu 2026-11-19 09:00")
    assert figures(recipient.unit_id, "Thu 2026-11-19 10:00").answer_hours == Middle(2, 20, 65)


# The counting itself --------------------------------------------------------------------------------------------------


def kept() -> tuple[list[Any], str]:
    found = [
        (kept.unit_id, kept.month, *(getattr(kept, part) for part in Month._fields)) for kept in rows(FollowUpMonth)
    ]
    return found, row(FollowUpState).stamp


def test_a_round_without_news_writes_nothing_and_keeps_the_views(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=WRITTEN)
    follow_up.tick(now=at("Mon 2026-11-16 10:00"), rules=RULES)
    before = kept()
    assert follow_up.tick(now=at("Mon 2026-11-16 10:01"), rules=RULES) == 0
    assert kept() == before


def test_counted_anew_it_is_the_same(app: Flask) -> None:
    sender, recipient = pair()
    for hour in ("09:00", "10:00", "11:00"):
        thread_id = thread(sender, recipient.unit_id, now=at(f"Mon 2026-11-16 {hour}"))
        follow_up.tick(now=at(f"Mon 2026-11-16 {hour}"), rules=RULES)
        answer(recipient, thread_id, f"Tue 2026-11-17 {hour}")
    now = at("Fri 2026-11-20 10:00")
    follow_up.tick(now=now, rules=RULES)
    counted, stamp = kept()
    told: list[tuple[int, int]] = []
    rebuilt = follow_up.rebuild(now=now, rules=RULES, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)] and rebuilt == follow_up.Rebuilt(units=2, months=0)
    assert kept()[0] == counted and kept()[1] != stamp


@pytest.mark.parametrize("column", Month._fields)
def test_what_was_written_over_is_mended_by_a_rebuild(app: Flask, column: str) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=WRITTEN)
    now = at("Mon 2026-11-16 10:00")
    follow_up.tick(now=now, rules=RULES)
    counted, _stamp = kept()
    with transaction() as session:
        session.execute(update(FollowUpMonth).values({column: "{}"}))
        wrong = {"unit_id": sender.unit_id, "month": date(2024, 10, 1), "counted_at": now}
        wrong |= dict.fromkeys(Month._fields, "{}")
        session.execute(insert(FollowUpMonth.__table__).values(**wrong))
    follow_up.rebuild(now=now, rules=RULES)
    assert kept()[0] == counted
