"""Two units: Anna's clinic writes, Karin's home care unit answers."""

from collections.abc import Iterator

import pytest
from flask import Flask

from lcweb.domain.people import UnitKind
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import RULES, thread, unit, user, version_of
from tests.providers.lying import Lying, lying_provider
from tests.web.talk import Talk, answer
from tests.web.visits import Visitor, Write


@pytest.fixture
def anna(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        actor = user("Anna Lind", unit_id=unit("Vårdcentralen Kärleken"), username="anna", phone="035-13 10 10")
    return Visitor(bare_app, actor)


@pytest.fixture
def karin(bare_app: Flask, clock: Clock) -> Visitor:
    with bare_app.app_context():
        unit_id = unit("Hemsjukvård Norr", kind=UnitKind.HOME_CARE, phone="035-13 20 00", acute_phone="035-13 20 01")
        actor = user("Karin Berg", unit_id=unit_id, username="karin")
    return Visitor(bare_app, actor)


@pytest.fixture
def write(anna: Visitor, karin: Visitor, clock: Clock) -> Write:
    """`write(subject="…")`: a new thread from Anna to Karin's unit; its id."""

    def send(**overrides: object) -> int:
        with anna.context():
            return thread(anna.actor, karin.unit_id, now=clock.now, **overrides)

    return send


@pytest.fixture
def sent_on(anna: Visitor, karin: Visitor, write: Write, clock: Clock) -> int:
    """A thread that Karin's unit has read and sent on to another; a minute later Anna added "Hissen är trasig."."""
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    with karin.context():
        threads.forward(
            karin.actor, thread_id, unit_id=unit("Hemsjukvård Söder"), reason="other_area", words="",
            version=version_of(thread_id), now=clock.now, rules=RULES,
        )  # fmt: skip
    clock.forward(minutes=1)
    answer(anna, thread_id, "Hissen är trasig.", clock)
    return thread_id


@pytest.fixture
def talk(anna: Visitor, karin: Visitor, clock: Clock) -> Write:
    """`talk("anna asks", "karin answers")`: a new thread in which that has happened; its id."""

    def happen(*steps: str) -> int:
        story = Talk(anna, karin, clock)
        for step in steps:
            story.step(step)
        return story.id

    return happen


@pytest.fixture
def lying(clock: Clock) -> Iterator[Lying]:
    """An identity provider at work. The test file's `settings` name it."""
    with lying_provider(clock) as provider:
        yield provider
