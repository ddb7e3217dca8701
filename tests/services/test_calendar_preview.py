"""What closing a day will move is told beforehand, and is exactly what then happens (T5)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from lcweb.db import transaction
from lcweb.domain.calendar import MarkKind, Move, Place, digest
from lcweb.domain.errors import Conflict, NotAllowed, Refused
from lcweb.domain.permissions import Actor, operator
from lcweb.models import CalendarMark, Obligation, ThreadEvent, Unit
from lcweb.services import calendar, threads
from tests.at import at, day
from tests.factories import (
    OTHER_PATIENT,
    RULES,
    organization,
    pair,
    submission_id,
    thread,
    unit,
    user,
    version_of,
)
from tests.race import race
from tests.rows import nothing_written, row, rows

ADMIN = operator()
NOW = at("Mon 2027-04-26 10:00")
WALPURGIS = day("Fri 2027-04-30")


def told(day_: date, place: Place, kind: MarkKind = MarkKind.CLOSED, now: datetime = NOW) -> list[Move]:
    with nothing_written():
        return calendar.preview(ADMIN, day_, kind, place, now=now, rules=RULES)


def test_closing_30_april_for_a_unit_says_beforehand_what_then_happens(app: Flask) -> None:
    sender, recipient = pair()
    elsewhere = user(unit_id=unit())
    for moment in ("Mon 2027-04-26 09:00", "Tue 2027-04-27 09:00", "Tue 2027-04-27 09:30"):
        thread(sender, recipient.unit_id, now=at(moment))
        thread(sender, elsewhere.unit_id, now=at(moment))
    place, now = Place(unit_id=recipient.unit_id), at("Tue 2027-04-27 10:00")
    moves = told(WALPURGIS, place, now=now)
    friday, monday = at("Fri 2027-04-30 16:30"), at("Mon 2027-05-03 16:30")
    assert moves == [Move(recipient.unit_name, friday, monday, 2)]
    assert calendar.close_day(ADMIN, WALPURGIS, place, now=now, rules=RULES, confirmed=digest(moves)) == 2
    dues = [duty.due_at for duty in rows(Obligation, unit_id=recipient.unit_id)]
    assert dues == [at("Thu 2027-04-29 16:30"), monday, monday]
    assert {duty.due_at for duty in rows(Obligation, unit_id=elsewhere.unit_id)} == {at("Thu 2027-04-29 16:30"), friday}
    assert [event.due_at for event in rows(ThreadEvent)] == [monday, monday]


def test_another_number_than_the_one_confirmed_is_asked_about_again(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=at("Tue 2027-04-27 09:00"))
    place, now = Place(unit_id=recipient.unit_id), at("Tue 2027-04-27 10:00")
    seen = digest(told(WALPURGIS, place, now=now))
    thread(sender, recipient.unit_id, now=at("Tue 2027-04-27 09:30"), patient_id=OTHER_PATIENT)
    for confirmed in (seen, "", "made up"):
        with nothing_written(), pytest.raises(Conflict):
            calendar.close_day(ADMIN, WALPURGIS, place, now=now, rules=RULES, confirmed=confirmed)
    again = digest(told(WALPURGIS, place, now=now))
    assert calendar.close_day(ADMIN, WALPURGIS, place, now=now, rules=RULES, confirmed=again) == 2


def test_t2_a_half_day_moves_nothing_and_says_so(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=at("Tue 2027-04-27 09:00"))
    assert told(WALPURGIS, Place(), MarkKind.HALF) == []


def test_t5_what_is_overdue_stays_overdue(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=at("Mon 2027-04-19 09:00"))
    with nothing_written():
        assert told(WALPURGIS, Place()) == []
    assert calendar.close_day(ADMIN, WALPURGIS, Place(), now=NOW, rules=RULES) == 0


def test_the_preview_refuses_what_the_closing_refuses(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        calendar.preview(user(), WALPURGIS, MarkKind.CLOSED, Place(), now=NOW, rules=RULES)
    for day_, place in ((day("Sat 2027-05-08"), Place()), (WALPURGIS, Place(unit_id=987_654))):
        with pytest.raises(Refused):
            told(day_, place)


def test_a_closed_units_days_are_not_marked(app: Flask) -> None:
    gone = unit("Gamla enheten")
    change_unit(gone, closed_at=NOW)
    with nothing_written(), pytest.raises(Refused) as refused:
        calendar.close_day(ADMIN, WALPURGIS, Place(unit_id=gone), now=NOW, rules=RULES)
    assert refused.value.problems == {"place": "Gamla enheten är avslutad och har inga fler dagar att ändra."}


def change_unit(unit_id: int, **values: Any) -> None:
    with transaction() as session:
        session.execute(update(Unit).where(Unit.id == unit_id).values(values))


def test_two_at_once_mark_the_day_once(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=at("Tue 2027-04-27 09:00"))
    now = at("Tue 2027-04-27 10:00")
    closing = lambda: calendar.close_day(ADMIN, WALPURGIS, Place(), now=now, rules=RULES)  # noqa: E731
    got = race(app, [closing] * 4)
    assert sorted(type(answer).__name__ for answer in got) == ["Refused", "Refused", "Refused", "int"]
    assert len(rows(CalendarMark)) == 1
    assert row(Obligation).due_at == at("Mon 2027-05-03 16:30")
    assert len(rows(ThreadEvent)) == 1


# Random duties and marks ----------------------------------------------------------------------------------------------


class Town:
    """Two organizations with two units each, a sender, and duties of every kind: asked, promised, returned, ended."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.organizations = [organization(), organization()]
        self.people = [user(unit_id=unit(organization_id=self.organizations[n % 2])) for n in range(4)]
        self.sender = user(unit_id=unit())

    def write(self) -> None:
        receiver, now = self.rng.choice(self.people), self.moment()
        thread_id = thread(self.sender, receiver.unit_id, now=now, expects_reply=self.rng.random() < 0.7)
        later = now + timedelta(minutes=5)
        threads.open_thread(receiver, thread_id, now=later)
        what = self.rng.random()
        if what < 0.2:
            self.promise(receiver, thread_id, later)
        elif what < 0.35:
            threads.give_back(receiver, thread_id, suggested_unit_id=None, reason="wrong_recipient", words="",
                              version=version_of(thread_id), now=later, rules=RULES)  # fmt: skip
        elif what < 0.45:
            threads.acknowledge(receiver, thread_id, now=later)

    def promise(self, receiver: Actor, thread_id: int, now: datetime) -> None:
        wanted = (now + timedelta(days=self.rng.randint(0, 9))).date()
        with suppress(Refused):  # perhaps no working day of the unit's
            threads.reply(
                receiver, thread_id, "Vi återkommer.", expects_reply=False, close=False, callback_day=wanted,
                version=version_of(thread_id), submission_id=submission_id(), now=now, rules=RULES,
            )  # fmt: skip

    def moment(self) -> datetime:
        """From six days before until now, so that some duties are overdue."""
        return NOW - timedelta(minutes=self.rng.randint(6, 6 * 24 * 60))

    def place(self) -> Place:
        kind = self.rng.randrange(4)
        if kind == 0:
            return Place()
        if kind == 1:
            return Place(organization_id=self.rng.choice(self.organizations))
        return Place(unit_id=self.rng.choice([*self.people, self.sender]).unit_id)


def changes(before: list[Any], after: list[Any]) -> list[Move]:
    """What has become of the duties, counted as a preview counts it; AssertionError when one moved earlier."""
    names = {found.id: found.name for found in rows(Unit)}
    counts: dict[tuple[str, datetime, datetime], int] = {}
    for old, new in zip(before, after, strict=True):
        assert new.due_at >= old.due_at
        if new.due_at != old.due_at:
            assert old.ended_at is None and old.due_at > NOW
            key = (names[old.unit_id], old.due_at, new.due_at)
            counts[key] = counts.get(key, 0) + 1
    return [Move(*key, count) for key, count in sorted(counts.items())]


def act(town: Town) -> None:
    """One random mark, taken back or made, with its preview held against what came of it."""
    rng, place = town.rng, town.place()
    living = [mark for mark in rows(CalendarMark) if mark.ended_at is None]
    before = rows(Obligation)
    if living and rng.random() < 0.3:
        calendar.open_again(ADMIN, rng.choice(living).id, now=NOW)
        assert rows(Obligation) == before
        return
    chosen = day("Mon 2027-04-26") + timedelta(days=rng.randint(1, 10))
    kind = MarkKind.HALF if rng.random() < 0.25 else MarkKind.CLOSED
    try:
        moves = told(chosen, place, kind)
    except Refused:
        with nothing_written(), pytest.raises(Refused):
            mark(chosen, place, kind, None)
        return
    moved = mark(chosen, place, kind, digest(moves))
    assert moved == sum(move.count for move in moves)
    assert changes(before, rows(Obligation)) == moves


def mark(chosen: date, place: Place, kind: MarkKind, confirmed: str | None) -> int:
    if kind is MarkKind.HALF:
        calendar.halve_day(ADMIN, chosen, place, now=NOW)
        return 0
    return calendar.close_day(ADMIN, chosen, place, now=NOW, rules=RULES, confirmed=confirmed)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(2))
def test_t5_the_preview_is_what_happens(app: Flask, seed: int, scale: Callable[[int, int], int]) -> None:
    """For random duties and marks of everyone, organizations and units, on top of each other and taken back."""
    town = Town(Random(seed))
    for _ in range(scale(14, 100)):
        town.write()
    for _ in range(scale(16, 80)):
        act(town)
    assert any(event.kind == "due_moved" for event in rows(ThreadEvent))
