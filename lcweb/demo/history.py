"""Three hundred threads and every unit's readings over the last sixty working days, played in the order of time."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from random import Random

from lcweb.demo import desk, log_reviews, readings, scenes
from lcweb.demo.days import Days
from lcweb.demo.patients import Register
from lcweb.demo.people import Actors
from lcweb.demo.progress import Progress
from lcweb.demo.readings import Visits
from lcweb.demo.steps import Read, Step, World
from lcweb.demo.stories import Storyteller
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import local_day
from lcweb.services.readings import How

SEED = 2321000115


def load(actors: Actors, unit_ids: Mapping[str, int], *, now: datetime, rules: Rules, progress: Progress) -> None:
    world = World(actors, unit_ids, rules)
    for step in progress(plan(now=now, rules=rules), "Messages and readings"):
        step.play(world)


def plan(*, now: datetime, rules: Rules) -> list[Step]:
    """The same for the same `now`; nothing in it lies after `now`."""
    days = Days(now, Random(SEED))
    visits = readings.plan(days)
    register = Register(days.rng, local_day(now))
    teller = Storyteller(days, visits, register, rules)
    told = [step for number, scene in enumerate(scenes.plan(days)) for step in teller.tell(number, scene)]
    return sorted(
        [*_reads(visits, days.rng), *told, *desk.plan(days, register), *log_reviews.plan(days)], key=attrgetter("at")
    )


def _reads(visits: Visits, rng: Random) -> Iterator[Read]:
    for unit, of_unit in visits.items():
        for visit in of_unit:
            how = How.BUTTON if rng.random() < 0.2 else How.PAGE
            yield Read(at=visit.at, person=visit.person, unit=unit, how=how)
