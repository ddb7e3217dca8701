"""Every state, where newcomers look for it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, select

from lcweb.demo import patients
from lcweb.demo.people import KARLEKEN, MEDICINE, NORR, REST, SOUTH
from lcweb.domain.drafts import unpacked
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind, Side, State, side_of, state_of
from lcweb.domain.workdays import local_day
from lcweb.models import (
    Draft,
    InternalNote,
    LogFinding,
    LogReview,
    Obligation,
    Thread,
    ThreadEvent,
    ThreadParty,
    Unit,
    User,
)
from tests.at import day
from tests.demo.looking import LISTED, MAIN, SUNDAY_NIGHT, duties_of, id_of, rows, values


@pytest.mark.parametrize("name", MAIN)
def test_every_state_of_answering(halland: Flask, now: datetime, name: str) -> None:
    duties = duties_of(name)
    assert 6 <= len(duties) <= 13
    assert sum(duty.due_at <= now for duty in duties) == 2
    assert sum(duty.unopened > 0 for duty in duties) >= 3
    assert sum(duty.unopened == 0 and duty.claimed_by is None for duty in duties) >= 2
    assert {duty.kind for duty in duties} == set(DutyKind)
    assert {duty.recipient for duty in duties} == {True, False}  # a question that came back is among them
    assert [duty.claimed_by for duty in duties if duty.protected] == [None]
    holders = {duty.claimed_by for duty in duties if duty.recipient} - {None}
    assert len(holders) >= 2
    assert holders & set(LISTED)


@pytest.mark.parametrize("name", MAIN)
def test_duties_for_today_and_for_later(halland: Flask, now: datetime, name: str) -> None:
    ahead = sorted(local_day(duty.due_at) for duty in duties_of(name) if duty.due_at > now)
    next_day = {SUNDAY_NIGHT: day("Mon 2026-11-23")}.get(now, local_day(now))
    assert ahead.count(next_day) >= 2
    assert ahead[-1] > next_day


@pytest.mark.parametrize("name", MAIN)
def test_every_state_of_what_is_not_to_be_answered(halland: Flask, name: str) -> None:
    unit_id = id_of(name)
    open_duty = select(Obligation.id).where(Obligation.thread_id == Thread.id, Obligation.ended_at.is_(None))
    mine = select(Thread.id, ThreadParty.unopened).join(ThreadParty).where(ThreadParty.unit_id == unit_id)
    sent = mine.where(Thread.sender_unit_id == unit_id, Thread.closed_at.is_(None))
    owed_to_us = open_duty.where(Obligation.owed_to_unit_id == unit_id).exists()
    assert len(rows(sent.where(owed_to_us))) >= 5
    answered = rows(sent.where(~open_duty.exists(), Thread.message_count > 1))
    assert {row.unopened > 0 for row in answered} == {True, False}
    assert len(rows(mine.where(Thread.closed_at.is_not(None)))) >= 20
    assert len(rows(mine.where(Thread.closed_at.is_(None), Thread.message_count == 1, ~open_duty.exists()))) >= 2


@pytest.mark.parametrize("name", MAIN)
def test_a_thread_has_been_reopened(halland: Flask, name: str) -> None:
    reopened = select(ThreadEvent.thread_id).where(ThreadEvent.kind == EventKind.REOPENED)
    waiting = select(Obligation.id).where(Obligation.unit_id == id_of(name), Obligation.ended_at.is_(None))
    assert values(waiting.where(Obligation.thread_id.in_(reopened)))


def test_few_are_overdue_and_most_were_answered_in_time(halland: Flask, now: datetime) -> None:
    overdue = values(select(Unit.name).join(Obligation, Obligation.unit_id == Unit.id).where(
        Obligation.ended_at.is_(None), Obligation.due_at <= now
    ))  # fmt: skip
    assert 9 <= len(overdue) <= 15
    assert len(set(overdue)) <= 6
    ended = values(select(Obligation.ended_at <= Obligation.due_at).where(Obligation.ended_at.is_not(None)))
    assert 0.85 < sum(ended) / len(ended) < 0.98


#: Nobody has decided on disposal: it is kept for thirty days at least, and the demo is as old as that.
SHOWN = set(State) - {State.DISPOSED}
ACCOUNT_UNITS = (*MAIN, "Vuxenpsykiatrisk mottagning Halmstad", MEDICINE, SOUTH, REST)


def test_whatever_can_become_of_a_thread_has_become_of_one(halland: Flask) -> None:
    assert {state_of(**row._mapping) for row in rows(_states())} == SHOWN
    assert set(values(select(Obligation.kind))) == set(DutyKind)
    assert set(values(select(Obligation.ended_by).where(Obligation.ended_by.is_not(None)))) == set(DutyEnd)
    assert set(values(select(ThreadEvent.kind))) == set(EventKind) - {EventKind.UNIT_CLOSED, EventKind.ESCALATED}


@pytest.mark.parametrize("name", MAIN)
def test_the_two_main_units_see_every_state_from_every_side(halland: Flask, name: str) -> None:
    found = {state_of(**row._mapping) for row in rows(_own(name, _states()))}
    sides = {side_of(**row._mapping) for row in rows(_own(name, _sides()))}
    assert (found, sides) == (SHOWN, set(Side))
    mine = select(Thread.id).join(ThreadParty).where(ThreadParty.unit_id == id_of(name))
    kinds = set(values(select(ThreadEvent.kind).where(ThreadEvent.thread_id.in_(mine))))
    assert kinds >= set(EventKind) - {EventKind.DUE_MOVED, EventKind.UNIT_CLOSED, EventKind.ESCALATED}
    assert values(select(InternalNote.id).where(InternalNote.unit_id == id_of(name)))


@pytest.mark.parametrize("name", ACCOUNT_UNITS)
def test_every_listed_account_has_something_that_went_another_way(halland: Flask, name: str) -> None:
    mine = select(Thread.id).join(ThreadParty).where(ThreadParty.unit_id == id_of(name))
    kinds = set(values(select(ThreadEvent.kind).where(ThreadEvent.thread_id.in_(mine))))
    assert kinds >= {EventKind.FORWARDED, EventKind.RETURNED, EventKind.CALLBACK, EventKind.VOIDED}
    assert DutyKind.RETURNED in {duty.kind for duty in duties_of(name)}
    assert {side_of(**row._mapping) for row in rows(_own(name, _sides()))} == set(Side)


def test_a_closed_day_has_moved_what_karleken_waits_for(halland: Flask) -> None:
    moved = select(ThreadEvent.thread_id).where(ThreadEvent.kind == EventKind.DUE_MOVED)
    assert values(select(Thread.id).where(Thread.id.in_(moved), Thread.sender_unit_id == id_of(KARLEKEN)))


def test_most_old_threads_are_in_the_records_and_some_are_not(halland: Flask, now: datetime) -> None:
    old = select(ThreadParty.transferred_at.is_not(None)).join(Thread, Thread.id == ThreadParty.thread_id)
    closed = old.where(Thread.created_at < now - timedelta(days=30), Thread.closed_at.is_not(None))
    transferred = values(closed.where(ThreadParty.left_at.is_(None)))
    assert 0.6 < sum(transferred) / len(transferred) < 0.97


def test_somebody_has_begun_to_write(halland: Flask) -> None:
    begun = select(User.username, Unit.name, Draft.thread_id.is_not(None)).join(User, Draft.user_id == User.id)
    found = sorted(tuple(row) for row in rows(begun.join(Unit, Draft.unit_id == Unit.id)))
    assert found == [("peter.ryden", NORR, True), ("vardcentral", KARLEKEN, False), ("vardcentral", KARLEKEN, True)]


def test_a_begun_letter_names_a_patient_that_nobody_can_be(halland: Flask) -> None:
    (packed,) = values(select(Draft.fields).where(Draft.thread_id.is_(None)))
    fields = unpacked(packed).fields
    assert fields["patient_id"][8:11] in patients.TEST_SERIALS
    assert fields["recipient_unit"] == str(id_of(SOUTH))


def _states() -> Select[Any]:
    """What state_of asks for."""
    return select(
        Thread.closed_at.is_not(None).label("closed"),
        Thread.returned_at.is_not(None).label("returned"),
        Thread.withdrawn_at.is_not(None).label("withdrawn"),
        Thread.voided_at.is_not(None).label("voided"),
        Thread.disposed_at.is_not(None).label("disposed"),
    ).distinct()


def _sides() -> Select[Any]:
    """What side_of asks for."""
    is_sender = (ThreadParty.unit_id == Thread.sender_unit_id).label("is_sender")
    return select(is_sender, ThreadParty.left_at.is_not(None).label("has_left")).distinct()


def _own(name: str, query: Select[Any]) -> Select[Any]:
    parties = query.select_from(Thread).join(ThreadParty, ThreadParty.thread_id == Thread.id)
    return parties.where(ThreadParty.unit_id == id_of(name))


# The log ------------------------------------------------------------------------------------------------------------


def test_one_review_of_the_log_has_ended_and_one_is_under_way(halland: Flask) -> None:
    ended, under_way = rows(select(LogReview.kind, LogReview.ended_at, LogReview.among).order_by(LogReview.id))
    assert (ended.kind, ended.ended_at is not None) == ("sample", True)
    assert (under_way.kind, under_way.ended_at) == ("same_surname,unclaimed,after_hours", None)
    assert set(values(select(LogFinding.verdict))) == {"in_order", "follow_up"}
