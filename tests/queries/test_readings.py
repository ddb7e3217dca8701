"""Where the unit stands with today's readings (A4)."""

from flask import Flask

from lcweb.domain.permissions import Actor
from lcweb.domain.readings import ReadingDuty
from lcweb.queries import readings as queries
from lcweb.services import readings
from lcweb.services.readings import How
from tests.at import at
from tests.factories import RULES, colleague, user
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
