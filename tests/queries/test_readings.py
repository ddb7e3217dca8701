"""Where the unit stands with today's readings (A4)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

import pytest
from flask import Flask

from lcweb.domain.calendar import DayKind
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.readings import ReadingDuty
from lcweb.domain.workdays import local, moment_at
from lcweb.queries import readings as queries
from lcweb.queries import units
from lcweb.queries.readings import DayReadings
from lcweb.services import calendar, outbox, readings, reminders
from lcweb.services.calendar import Place
from lcweb.services.readings import How
from tests.at import at, day
from tests.factories import RULES, colleague, user
from tests.postman import Postman, nurse
from tests.web.visits import statements


def read(person: Actor, *moments: str) -> None:
    for moment in moments:
        readings.record(person, How.PAGE, now=at(moment), rules=RULES)


def duty(person: Actor, moment: str) -> ReadingDuty:
    return queries.todays_duty(person.require_unit(), now=at(moment), rules=RULES)[0]


def test_the_unit_s_readings_of_today_count_whoever_made_them(app: Flask) -> None:
    karin = user("Karin Berg")
    read(karin, "Tue 2026-11-17 08:05", "Tue 2026-11-17 08:30")
    read(colleague(karin, "Bo Ek"), "Tue 2026-11-17 13:10")
    found = duty(karin, "Tue 2026-11-17 14:00")
    assert [(reading.at, reading.by) for reading in found.counted] == [
        (at("Tue 2026-11-17 08:05"), "Karin B."),
        (at("Tue 2026-11-17 13:10"), "Bo E."),
    ]
    assert found.met


def test_neither_yesterday_s_nor_another_unit_s_are_among_them(app: Flask) -> None:
    karin = user("Karin Berg")
    read(karin, "Mon 2026-11-16 16:29")
    read(user("Anna Lind"), "Tue 2026-11-17 08:05")
    found = duty(karin, "Tue 2026-11-17 09:00")
    assert (found.counted, found.remaining) == ((), 2)


def test_the_day_begins_at_midnight_in_stockholm(app: Flask) -> None:
    """23.30 UTC the day before."""
    karin = user("Karin Berg")
    read(karin, "Tue 2026-11-17 00:30")
    assert len(duty(karin, "Tue 2026-11-17 09:00").counted) == 1
    assert len(duty(karin, "Mon 2026-11-16 23:59").counted) == 0


def test_three_statements_whatever_the_number_of_readings(app: Flask) -> None:
    karin = user("Karin Berg")
    for count in (1, 30):
        read(karin, *["Tue 2026-11-17 08:05"] * count)
        with statements() as asked:
            duty(karin, "Tue 2026-11-17 09:00")
        assert len(asked) == 3


# The last thirty days -------------------------------------------------------------------------------------------------

NOW = at("Tue 2026-11-17 14:00")


def last_days(unit_id: int, now: datetime = NOW) -> list[DayReadings]:
    return queries.last_days(units.get_unit(unit_id), now=now, rules=RULES)


def of(text: str, found: list[DayReadings]) -> DayReadings:
    return next(row for row in found if row.day == day(text))


def test_thirty_days_without_weekends_newest_first(app: Flask) -> None:
    found = last_days(user().require_unit())
    assert (found[0].day, found[-1].day, len(found)) == (day("Tue 2026-11-17"), day("Mon 2026-10-19"), 22)
    assert [row.day for row in found] == sorted((row.day for row in found), reverse=True)
    assert all(row.fell_short for row in found[1:])
    assert found[0].fell_short is None


def test_a2_what_counted_and_whether_it_was_enough(app: Flask) -> None:
    karin = user("Karin Berg")
    read(karin, "Mon 2026-11-16 08:00", "Mon 2026-11-16 08:30", "Mon 2026-11-16 16:29", "Fri 2026-11-13 16:30")
    read(karin, "Tue 2026-11-17 08:00", "Thu 2026-11-12 09:00")
    found = last_days(karin.require_unit())
    monday = of("Mon 2026-11-16", found)
    assert [(local(r.at).strftime("%H:%M"), r.by) for r in monday.counted] == [
        ("08:00", "Karin B."), ("16:29", "Karin B."),
    ]  # fmt: skip
    assert (monday.asked, monday.fell_short) == (2, False)
    assert [len(of(text, found).counted) for text in ("Tue 2026-11-17", "Fri 2026-11-13", "Thu 2026-11-12")] == [
        1, 0, 1,
    ]  # fmt: skip


def test_days_off_and_half_days_are_named(app: Flask) -> None:
    karin = user("Karin Berg")
    place, before = Place(unit_id=karin.unit_id), at("Wed 2026-04-01 08:00")
    calendar.close_day(operator(), day("Mon 2026-04-27"), place, now=before, rules=RULES)
    calendar.halve_day(operator(), day("Thu 2026-04-30"), Place(), now=before)
    read(karin, "Thu 2026-04-30 09:00", "Mon 2026-04-27 09:00")
    found = last_days(karin.require_unit(), at("Mon 2026-05-04 08:00"))
    first_of_may, walpurgis, closed = (
        of(text, found) for text in ("Fri 2026-05-01", "Thu 2026-04-30", "Mon 2026-04-27")
    )
    assert (first_of_may.kind, first_of_may.holiday, first_of_may.asked) == (DayKind.HOLIDAY, "Första maj", 0)
    assert (walpurgis.kind, walpurgis.asked, walpurgis.fell_short) == (DayKind.HALF, 1, False)
    assert (closed.kind, closed.asked, closed.fell_short, closed.counted) == (DayKind.CLOSED, 0, False, ())


def test_the_day_s_reminders_with_what_became_of_them(app: Flask) -> None:
    person = nurse("Kärleken", read_until="Mon 2026-11-16")
    for moment, postman in (("Tue 2026-11-17 11:00", Postman()), ("Tue 2026-11-17 15:00", Postman(refuses="550"))):
        reminders.tick(now=at(moment), rules=RULES)
        for mail_id in outbox.waiting(now=at(moment)):
            outbox.deliver(mail_id, now=at(moment), rules=RULES, post=postman.post())
    found = last_days(person.require_unit(), at("Tue 2026-11-17 15:30"))
    assert [tuple(mail) for mail in found[0].reminders] == [
        ("reading_first", at("Tue 2026-11-17 11:00"), "sent"),
        ("reading_second", at("Tue 2026-11-17 15:00"), "queued"),
    ]
    assert [row.reminders for row in found[1:]] == [[]] * 21


def test_days_before_the_unit_was_there_are_left_out(app: Flask) -> None:
    unit = units.get_unit(user().require_unit())
    for created, first in (("Mon 2026-11-09 08:00", "Mon 2026-11-09"), ("Mon 2026-11-09 08:01", "Tue 2026-11-10")):
        found = queries.last_days(unit._replace(created_at=at(created)), now=NOW, rules=RULES)
        assert found[-1].day == day(first)
    assert queries.last_days(unit._replace(created_at=at("Tue 2026-11-17 09:00")), now=NOW, rules=RULES) == []


def test_nor_is_any_after_it_closed(app: Flask) -> None:
    unit = units.get_unit(user().require_unit())._replace(closed_at=at("Thu 2026-11-12 08:00"))
    assert queries.last_days(unit, now=NOW, rules=RULES)[0].day == day("Wed 2026-11-11")


def test_four_statements_however_much_there_is(app: Flask) -> None:
    karin = user("Karin Berg")
    unit = units.get_unit(karin.require_unit())
    for count in (1, 30):
        read(karin, *["Mon 2026-11-16 08:05"] * count)
        with statements() as asked:
            queries.last_days(unit, now=NOW, rules=RULES)
        assert len(asked) == 4


# Against brute force: minute by minute, with the rule spelled out once more.


def spelled_out(moments: list[datetime], day_: date, *, closed: set[date], half: set[date]) -> tuple[int, int]:
    """Counted and asked on a Monday to Friday of the tests' weeks, which hold no holiday (A2, T2)."""
    if day_ in closed:
        return 0, 0
    closes = 12 * 60 if day_ in half else 16 * 60 + 30
    minutes = sorted(at_.hour * 60 + at_.minute for at_ in (local(moment) for moment in moments) if at_.date() == day_)
    last, done = -60, 0
    for minute in minutes:
        if minute < closes and minute - last >= 60:
            last, done = minute, done + 1
    return done, 1 if day_ in half else 2


@pytest.mark.prove
def test_a2_the_table_is_what_brute_force_finds(app: Flask, scale: Callable[[int, int], int]) -> None:
    rng = Random(30)
    for _ in range(scale(2, 25)):
        person = user()
        days = [day("Mon 2026-11-16") - timedelta(days=back) for back in range(28)]
        marked_days = rng.sample([d for d in days if d.weekday() < 5], 6)
        closed, half = set(marked_days[:3]), set(marked_days[3:])
        for marked in (*closed, *half):
            mark(marked, person, closed)
        moments = [moment_at(rng.choice(days), datetime.min.time()) + timedelta(minutes=rng.randint(400, 1100))
                   for _ in range(scale(50, 80))]  # fmt: skip
        for moment in moments:
            readings.record(person, How.PAGE, now=moment, rules=RULES)
        found = {row.day: (len(row.counted), row.asked) for row in last_days(person.require_unit()) if row.day in days}
        expected = {d: spelled_out(moments, d, closed=closed, half=half) for d in days if d.weekday() < 5}
        assert found == expected
        short = {row.day: row.fell_short for row in last_days(person.require_unit()) if row.day in days}
        assert short == {d: done < asked for d, (done, asked) in expected.items()}


def mark(day_: date, person: Actor, closed: set[date]) -> None:
    place, before = Place(unit_id=person.unit_id), at("Mon 2026-10-05 08:00")
    if day_ in closed:
        calendar.close_day(operator(), day_, place, now=before, rules=RULES)
    else:
        calendar.halve_day(operator(), day_, place, now=before)
