"""Days that are opened again: the mark is ended and kept, and no deadline moves earlier (T5)."""

from datetime import timedelta

import pytest
from flask import Flask

from lcweb.db import transaction
from lcweb.domain.calendar import Place
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Role, operator
from lcweb.facts import calendar_of, calendars
from lcweb.models import CalendarMark, Obligation
from lcweb.queries.calendar import living_marks
from lcweb.services import calendar
from tests.at import at, day
from tests.factories import RULES, organization, pair, thread, unit, user
from tests.race import race
from tests.rows import nothing_written, row, rows

ADMIN = operator()
NOW = at("Mon 2026-11-16 10:00")
WEDNESDAY = day("Wed 2026-11-18")


def close(place: Place) -> int:
    calendar.close_day(ADMIN, WEDNESDAY, place, now=NOW, rules=RULES)
    return rows(CalendarMark)[-1].id


def works(unit_id: int) -> bool:
    with transaction() as session:
        return calendar_of(session, unit_id, RULES).is_working_day(WEDNESDAY)


def test_t5_taken_back_and_closed_again_a_duty_moves_once(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=at("Mon 2026-11-16 09:00"))
    friday = at("Fri 2026-11-20 16:30")
    first = close(Place())
    assert row(Obligation).due_at == friday
    calendar.open_again(ADMIN, first, now=NOW)
    assert (works(recipient.unit_id), row(Obligation).due_at) == (True, friday)
    assert calendar.close_day(ADMIN, WEDNESDAY, Place(), now=NOW, rules=RULES) == 0
    assert (works(recipient.unit_id), row(Obligation).due_at) == (False, friday)
    kept = rows(CalendarMark)
    assert [(mark.ended_by, mark.ended_at) for mark in kept] == [("Driften", NOW), (None, None)]


def test_new_duties_count_a_day_that_is_open_again(app: Flask) -> None:
    sender, recipient = pair()
    calendar.open_again(ADMIN, close(Place()), now=NOW)
    thread(sender, recipient.unit_id, now=NOW)
    assert row(Obligation).due_at == at("Thu 2026-11-19 16:30")


def test_marks_on_top_of_each_other_are_taken_back_one_by_one(app: Flask) -> None:
    """The unit's own, its organization's and everyone's: the day is open when the last has ended."""
    ours = organization()
    clinic, neighbour, stranger = unit(organization_id=ours), unit(organization_id=ours), unit()
    marks = [close(Place(unit_id=clinic)), close(Place(organization_id=ours)), close(Place())]
    assert [works(one) for one in (clinic, neighbour, stranger)] == [False, False, False]
    calendar.open_again(ADMIN, marks[2], now=NOW)
    assert [works(one) for one in (clinic, neighbour, stranger)] == [False, False, True]
    calendar.open_again(ADMIN, marks[1], now=NOW)
    assert [works(one) for one in (clinic, neighbour, stranger)] == [False, True, True]
    calendar.open_again(ADMIN, marks[0], now=NOW)
    assert works(clinic)
    assert living_marks(WEDNESDAY, Place(unit_id=clinic)) == []


def test_only_coming_days_and_only_once(app: Flask) -> None:
    mark_id = close(Place())
    with nothing_written(), pytest.raises(NotFound):
        calendar.open_again(ADMIN, 987_654, now=NOW)
    for moment in ("Wed 2026-11-18 00:00", "Thu 2026-11-19 08:00"):
        with nothing_written(), pytest.raises(Refused):
            calendar.open_again(ADMIN, mark_id, now=at(moment))
    calendar.open_again(ADMIN, mark_id, now=at("Tue 2026-11-17 23:59"))
    with nothing_written(), pytest.raises(Conflict, match="Driften har redan öppnat dagen igen"):
        calendar.open_again(ADMIN, mark_id, now=NOW)


def test_of_two_at_once_one_has_opened_it(app: Flask) -> None:
    mark_id = close(Place())
    got = race(app, [lambda: calendar.open_again(ADMIN, mark_id, now=NOW)] * 3)
    assert sorted(type(answer).__name__ for answer in got) == ["Conflict", "Conflict", "NoneType"]


@pytest.mark.parametrize("role", [Role.NURSE, Role.UNIT_MANAGER])
def test_nobody_else_opens_a_day_again(app: Flask, role: Role) -> None:
    mark_id, person = close(Place()), user(role=role)
    with nothing_written(), pytest.raises(NotAllowed):
        calendar.open_again(person, mark_id, now=NOW)


def test_a_unit_s_calendar_is_the_same_alone_and_among_all(app: Flask) -> None:
    """Each way of marking a day, for it, for its organization, for everyone, and for others."""
    ours, theirs = organization("Halmstads kommun"), organization("Region Halland")
    units = [unit(organization_id=ours), unit(organization_id=ours), unit(organization_id=theirs)]
    places = [Place(), Place(organization_id=ours), Place(organization_id=theirs), *(Place(unit_id=id) for id in units)]
    for number, place in enumerate(places):
        calendar.close_day(ADMIN, day("Mon 2026-11-30") + timedelta(weeks=number), place, now=NOW, rules=RULES)
        calendar.halve_day(ADMIN, day("Tue 2026-12-01") + timedelta(weeks=number), place, now=NOW)
    with transaction() as session:
        alone = {unit_id: calendar_of(session, unit_id, RULES) for unit_id in units}
        assert alone == calendars(session, RULES, units)
    assert [len(alone[unit_id].closed) for unit_id in units] == [3, 3, 3]
