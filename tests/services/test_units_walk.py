"""Whatever three units have done to their threads, one of them can be closed into another, and the rules still hold."""

from collections.abc import Callable
from random import Random

import pytest
from flask import Flask

from lcweb.db import release_reading
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Actor, operator
from lcweb.models import Obligation, Thread, ThreadParty
from lcweb.queries.threads import get_head, get_thread
from lcweb.services import threads, units
from tests.factories import colleague, unit, user, version_of
from tests.rows import count, row, rows
from tests.services.walk import Walk, texts

Scale = Callable[[int, int], int]
Seen = dict[tuple[int, int], frozenset[str]]


def seen() -> Seen:
    """What each unit reads in each thread."""
    release_reading()
    sides = [(party.thread_id, party.unit_id) for party in rows(ThreadParty)]
    return {
        (thread_id, unit_id): texts(get_thread(get_head(thread_id=thread_id, unit_id=unit_id)))
        for thread_id, unit_id in sides
    }


def settle(walk: Walk, one: Actor, other: Actor) -> None:
    """What is open between the two is closed, and what they had not read is read: a unit cannot write to itself."""
    for thread in rows(Thread):
        if {thread.sender_unit_id, thread.recipient_unit_id} != {one.unit_id, other.unit_id}:
            continue
        sender = one if thread.sender_unit_id == one.unit_id else other
        for person in (one, other):
            threads.open_thread(person, thread.id, now=walk.now)
        if thread.closed_at is None:
            threads.close(sender, thread.id, version=version_of(thread.id), now=walk.now)


def stay(walk: Walk, thread_id: int) -> None:
    """The walk stands at that thread, as if it had begun there."""
    walk.thread_id, walk.age, walk.version = thread_id, 0, 1
    walk.hidden, walk.kept = {person.require_unit(): set() for person in walk.people}, {}
    release_reading()
    walk.pages = walk._pages()


def check_passed(before: Seen, after: Seen, closed: Actor, successor: Actor) -> None:
    """Another unit reads what it read; the successor what either of the two did, and no more than that."""
    for thread in rows(Thread):
        pair = {thread.sender_unit_id, thread.recipient_unit_id} == {closed.unit_id, successor.unit_id}
        for (thread_id, unit_id), known in before.items():
            if thread_id == thread.id and unit_id not in (closed.unit_id, successor.unit_id):
                assert after[thread_id, unit_id] == known, "another unit reads something else"
        if pair:
            continue
        both = before.get((thread.id, closed.unit_id)), before.get((thread.id, successor.unit_id))
        if any(known is not None for known in both):
            assert after[thread.id, successor.unit_id] >= frozenset().union(*(known or () for known in both)) - {""}


@pytest.mark.prove
def test_after_any_walk_a_unit_closes_into_another_and_every_rule_holds(app: Flask, scale: Scale) -> None:
    for round_number in range(scale(1, 8)):
        people = [user(name, unit_id=unit()) for name in ("Anna Lind", "Karin Berg", "Cecilia Dahl")]
        closed, successor, other = people
        walk = Walk(Random(20261124 + round_number), people, [colleague(person, "Bo Ek") for person in people])
        first = count(Thread)
        for step in range(scale(60, 120)):
            if step % 12 == 0:
                walk.age = 1_000  # a new thread
            walk.step()
        settle(walk, closed, successor)
        before, sides = seen(), count(ThreadParty)
        owed = {duty.id: duty.due_at for duty in rows(Obligation, ended_at=None)}
        units.close(operator(), closed.require_unit(), successor_id=successor.unit_id, with_people=False, seen=None,
                    now=walk.now)  # fmt: skip
        check_passed(before, seen(), closed, successor)
        assert count(ThreadParty) == sides
        assert {duty.id: duty.due_at for duty in rows(Obligation, ended_at=None)} == owed
        assert closed.unit_id not in {duty.unit_id for duty in rows(Obligation, ended_at=None)}
        walk.taken_over = {closed.require_unit(): successor.require_unit()}
        walk.people = [successor, other]
        walk.colleagues = [person for person in walk.colleagues if person.unit_id != closed.unit_id]
        go_on(walk, [thread.id for thread in rows(Thread)][first:], scale(2, 6))


def go_on(walk: Walk, thread_ids: list[int], steps: int) -> None:
    """The invariants at each thread, and after some more moves in it."""
    for thread_id in thread_ids:
        stay(walk, thread_id)
        walk._check({})
        for _ in range(steps):
            walk.step()


def test_what_is_open_between_the_two_is_in_the_way(app: Flask) -> None:
    one, other = user(unit_id=unit()), user(unit_id=unit())
    walk = Walk(Random(1), [one, other], [])
    walk.step()
    with pytest.raises(Refused):
        units.close(operator(), one.require_unit(), successor_id=other.unit_id, with_people=False, seen=None,
                    now=walk.now)  # fmt: skip
    assert row(Thread).closed_at is None
