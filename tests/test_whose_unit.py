"""Every address and everybody who stands in some relation to the unit and the thread that it is about.

tests/test_every_route.py asks what a role may; this module asks whose. A neighbour (tests/web/neighbours.py) is
answered as that matrix's person of the same role, but where a noun's `NEIGHBOURS` table says otherwise (tests/routes/).
An address with an id, which such a person may use at all, must have its row there. `make test` asks for those rows and
for every list; `make prove` asks for every address.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import routes
from tests.clock import Clock
from tests.test_every_route import EXPECTED, outcome
from tests.web.neighbours import INSIDE, LAST, LATER, LATER_PHONE, LATER_UNIT, LEFT, NEIGHBOURS, SECRETS, Neighbour
from tests.web.visits import Visitor
from tests.web.world import World, make_world

Route = tuple[str, str]

SAID = routes.read_tables("NEIGHBOURS")
#: Where something of a thread may stand without its id in the address.
LISTS = {
    ("GET", "inbox.show"), ("GET", "poll.inbox_list"), ("GET", "poll.menu"), ("GET", "search.show"),
    ("POST", "search.find"), ("GET", "compose.new"), ("POST", "compose.recipient"), ("GET", "access_log.show"),
    ("POST", "access_log.find"), ("GET", "recipients.show"), ("POST", "sign_in.switch_unit"),
}  # fmt: skip
#: They change the session, or end it.
ENDING = ("sign_in.switch_unit", "sign_in.forget_unit", "sign_in.switch_person", "sign_in.sign_out")
#: They show a thread with everything in it.
WHOLE = (("GET", "threads.show"), ("GET", "print.show"), ("GET", "archive.show"), ("GET", "poll.thread"))
REFUSED = {"in", "unit", "401", "403", "404"}


def expected(name: str) -> dict[Route, str]:
    usual = NEIGHBOURS[name].role
    return {route: SAID.get(route, {}).get(name, people[usual]) for route, people in EXPECTED.items()}


def in_order(chosen: Iterable[Route]) -> list[Route]:
    """The table's, but what ends the thread comes late, and what ends the session last.

    An invitation is used up by the first who asks: tests/test_every_route.py asks for it anew for each person.
    """
    rank = {name: place for place, name in enumerate((*LAST, *ENDING), 1)}
    asked = [route for route in EXPECTED if route in chosen and not route[1].startswith("invitations.")]
    return sorted(asked, key=lambda route: rank.get(route[1], 0))


def test_every_address_with_an_id_says_whose(bare_app: Flask) -> None:
    with_id = {rule.endpoint for rule in bare_app.url_map.iter_rules() if "<id:" in rule.rule}
    roles = {neighbour.role for neighbour in NEIGHBOURS.values()}
    used = {route for route, people in EXPECTED.items() if {people[role] for role in roles} - REFUSED}
    assert [route for route in used - SAID.keys() if route[1] in with_id] == []
    assert SAID.keys() - EXPECTED.keys() == set()


@pytest.mark.prove
def test_who_gets_whose(bare_app: Flask, clock: Clock, scale: Callable[[Any, Any], Any]) -> None:
    """Nothing of the thread in any answer to who is no side of it, and nothing later in any to who has left it."""
    world = make_world(bare_app, clock)
    chosen = in_order(scale({*SAID, *LISTS}, {*EXPECTED}))
    got, wrong = {}, []
    for name in NEIGHBOURS:
        answers = all_answers(world, name, chosen)
        got |= {(name, *route): outcome(answer) for route, answer in answers.items()}
        wrong += [(name, *route, word) for route, answer in answers.items() for word in leaks(name, route, answer)]
    assert wrong == []
    assert got == {(name, *route): expected(name)[route] for name in NEIGHBOURS for route in chosen}


def all_answers(world: World, name: str, chosen: Iterable[Route]) -> dict[Route, TestResponse]:
    with world.app.app_context():
        neighbour = NEIGHBOURS[name].make(world)
    return {route: asked(neighbour, *route) for route in chosen}


def asked(neighbour: Neighbour, method: str, endpoint: str) -> TestResponse:
    visitor, thread_id = neighbour.visitor, 0
    if (method, endpoint) == ("POST", "sign_in.sign_in"):
        visitor = Visitor(visitor.app, None)  # it would sign this one out
    if endpoint in ENDING:
        visitor.page = None  # its token went with the unit or the session that it was of
    if neighbour.world.has_thread(endpoint):
        thread_id = neighbour.thread_for(endpoint)
    return routes.ask(neighbour.world, method, endpoint, visitor, thread_id)


def leaks(name: str, route: Route, answer: TestResponse) -> list[str]:
    """What stands there and should not; and what a side of the thread should have got."""
    whole = name in INSIDE and route in WHOLE
    missing = [f"no {word}" for word in SECRETS if whole and word not in answer.text]
    hidden = [LATER] if name in INSIDE else [*SECRETS, LATER]
    hidden += [LATER_PHONE, LATER_UNIT] if whole and name in LEFT else []
    return missing + [word for word in hidden if word in answer.text]
