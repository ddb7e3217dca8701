"""Every figure, counted bit by bit as things happen, is what brute force makes of the raw rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import pytest
from flask import Flask

from lcweb.db import release_reading
from lcweb.domain.figures import Figures, Middle, Share
from lcweb.domain.periods import Span
from lcweb.domain.threads import Move
from lcweb.queries.follow_up import Wanted, Where, view
from lcweb.services import follow_up, readings
from tests.at import at
from tests.factories import RULES, colleague, unit, user
from tests.services import brute
from tests.services.walk import Walk

Scale = Callable[[int, int], int]
FIRST, LAST = date(2026, 11, 1), date(2027, 1, 31)
#: In each a thousand histories' share, with a database of its own: every history leaves three units behind.
BATCHES = 100


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "batch" in metafunc.fixturenames:
        metafunc.parametrize("batch", range(BATCHES if metafunc.config.getoption("--prove") else 1))


@dataclass
class Past:
    """Three units' life together. They open their inboxes now and then, and the worker counts now and then."""

    walk: Walk
    random: Random
    begun_with: int = 1

    def live(self, steps: int) -> None:
        for _ in range(steps):
            self.walk.step()
            if self.random.random() < 0.4:
                person = self.random.choice(self.walk.people)
                readings.record(person, readings.How.PAGE, now=self.walk.now, rules=RULES)
            if self.random.random() < 0.2:
                self.walk.now += timedelta(hours=self.random.randrange(30))
            if self.random.random() < 0.1:
                follow_up.tick(now=self.walk.now, rules=RULES)
                release_reading()

    def check(self) -> None:
        first = FIRST + timedelta(days=self.random.randrange(40))
        some_days = Span(first, first + timedelta(days=self.random.randrange(60)))
        span = self.random.choice((Span(FIRST, LAST), some_days))
        raw = brute.Raw(self.thread_ids)
        for person in self.walk.people:
            unit_id = person.require_unit()
            expected = brute.figures(raw, unit_id, first=span.first, last=span.last, now=self.walk.now)
            found = view(Wanted(Where(unit_id=unit_id), span), now=self.walk.now).total
            assert found == expected, f"unit {unit_id}, {span}"
            self.met |= {name for name, figure in found._asdict().items() if _says_something(figure)}

    met: set[str] = field(default_factory=set)

    @property
    def thread_ids(self) -> range:
        return range(self.begun_with, self.walk.thread_id + 1)


@pytest.mark.prove
def test_no_figure_differs_from_brute_force(
    app: Flask, batch: int, scale: Scale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lcweb.domain.figures.FEWEST", 1)  # what is too little to be shown must be right, too
    monkeypatch.setattr("tests.services.walk.LIFE", 10)
    histories, steps = scale(2, 1_000 // BATCHES), 40
    random = Random(20261125 + batch)
    last_thread, met = 0, set[str]()
    for number in range(batch * histories, (batch + 1) * histories):
        people = [user(name, unit_id=unit()) for name in ("Anna Lind", "Karin Berg", "Cecilia Dahl")]
        walk = Walk(Random(number), people, [colleague(person, f"{person.name[0]}o Ek") for person in people])
        walk.checked = False
        walk.moves += [Move.RETURN, Move.RETURN, Move.REPLY, Move.REPLY]  # what the figures are most about
        walk.now = at("Mon 2026-11-02 09:00") + timedelta(days=random.randrange(40))
        past = Past(walk, random, begun_with=last_thread + 1)
        past.live(steps)
        follow_up.tick(now=walk.now, rules=RULES)
        release_reading()
        try:
            past.check()
        except AssertionError as broken:
            raise AssertionError(f"history {number}: {broken}") from broken
        met |= past.met
        last_thread = walk.thread_id
    assert len(met) > scale(0, len(Figures._fields) // 2), f"only {met} said anything"


def _says_something(figure: int | Share | Middle) -> bool:
    match figure:
        case Share():
            return figure.part > 0
        case Middle():
            return figure.ninetieth is not None
    return figure > 0
