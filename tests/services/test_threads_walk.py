"""Whatever three units do to a thread in whatever order, the rules of its life hold ("Life of a thread", B1–B5)."""

from collections.abc import Callable
from random import Random

import pytest
from flask import Flask

from lcweb.domain.threads import Move
from tests.factories import colleague, unit, user
from tests.services.walk import Walk

Scale = Callable[[int, int], int]


@pytest.mark.prove
def test_no_walk_through_the_moves_breaks_a_rule(app: Flask, scale: Scale) -> None:
    steps = scale(300, 20_000)
    people = [user(name, unit_id=unit()) for name in ("Anna Lind", "Karin Berg", "Cecilia Dahl")]
    walk = Walk(Random(20261123), people, [colleague(person, f"{person.name[0]}o Ek") for person in people])
    for number in range(steps):
        try:
            walk.step()
        except AssertionError as broken:
            raise AssertionError(f"step {number}, thread {walk.thread_id}: {broken}") from broken
    assert set(walk.done) == set(Move), "some move was never made"
    assert sum(walk.done.values()) > steps / 5
