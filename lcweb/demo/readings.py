"""When each unit has opened its inbox: mostly twice a working day, with lapses."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lcweb.demo import people
from lcweb.demo.days import HISTORY, Days
from lcweb.demo.people import Person
from lcweb.demo.places import UNITS, DemoUnit
from lcweb.domain.permissions import Role
from lcweb.domain.workdays import local_day, moment_at

#: Units of the listed accounts: read at most once today, so that the duty is there to be done.
ACCOUNT_UNITS = frozenset(name for person in people.STAFF[: len(people.DEMO_ACCOUNTS)] for name in person.places)
#: Units that look less often, and answer late: what reminders and follow-up are for.
SLOW_UNITS = ("Hemsjukvård – övriga Kungsbacka", "Vårdcentralen Breared")

DILIGENT, USUAL, SLOW = 0.985, 0.95, 0.72  # share of readings that are made


@dataclass(frozen=True)
class Visit:
    at: datetime
    person: Person


Visits = Mapping[str, Sequence[Visit]]


def plan(days: Days) -> Visits:
    """Each unit's readings by the unit's name, oldest first."""
    return {unit.name: [visit for visit in _of_unit(unit, days) if visit.at <= days.latest] for unit in UNITS}


def next_visit(visits: Visits, unit: str, after: datetime) -> Visit | None:
    of_unit = visits[unit]
    place = bisect_right(of_unit, after, key=lambda visit: visit.at)
    return of_unit[place] if place < len(of_unit) else None


def _of_unit(unit: DemoUnit, days: Days) -> Iterator[Visit]:
    readers = _readers(unit)
    for count in range(HISTORY, -1, -1):
        for at in _moments(unit, days.back(count), days):
            yield Visit(at, days.rng.choice(readers))


def _readers(unit: DemoUnit) -> list[Person]:
    """At a clinic the receptionists open the inbox three times as often as the nurses."""
    return [
        person for person in people.staff_of(unit.name) for _ in range(3 if person.role is Role.RECEPTIONIST else 1)
    ]


def _moments(unit: DemoUnit, day: date, days: Days) -> Iterator[datetime]:
    """A morning and an afternoon reading, now and then a further one; lapses by the unit's diligence."""
    rng, diligence = days.rng, _diligence(unit)
    morning = moment_at(day, unit.hours.opens) + timedelta(minutes=rng.uniform(3, 65))
    afternoon = moment_at(day, time(13, 0)) + timedelta(minutes=rng.uniform(0, 130))
    extra = morning + timedelta(minutes=rng.uniform(20, 180))
    reads_morning, reads_extra, reads_afternoon = (rng.random() for _ in range(3))
    if reads_morning < diligence:
        yield morning.replace(microsecond=0)
    if unit.name in ACCOUNT_UNITS and day == local_day(days.now):
        return
    if reads_extra < 0.12 * diligence:
        yield extra.replace(microsecond=0)
    if reads_afternoon < diligence:
        yield afternoon.replace(microsecond=0)


def _diligence(unit: DemoUnit) -> float:
    if unit.name in SLOW_UNITS:
        return SLOW
    return DILIGENT if unit.name in ACCOUNT_UNITS else USUAL
