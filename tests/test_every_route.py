"""Every address and every kind of person: who gets what, and which GETs write. A new address without a row fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, request, request_started
from werkzeug.test import TestResponse

from lcweb.domain.permissions import Actor, Role, operator
from lcweb.queries import units
from lcweb.services import people
from lcweb.web.access import PUBLIC, need_of
from tests import routes
from tests.clock import Clock
from tests.factories import LONG_AGO, organization, unit, user
from tests.web.visits import Visitor, writes
from tests.web.world import World, make_world

#: nobody: not signed in. writer and desk: receptionists, of a unit that lets them write and of one that does not.
#: manager and leader: unit managers, licensed and not. lists (of Halmstad), admin, log: the three administrators.
#: third: a nurse of a third unit. two: a nurse of two units who has chosen none.
#: A letter's draft to throw away is nobody's here: the table knows of none.
#: `in` and `unit` are 303 to the sign-in page and to the choice of unit; 303 leads anywhere else.
EXPECTED = routes.read_tables()
POSTS = [endpoint for method, endpoint in EXPECTED if method == "POST"]
GETS = [endpoint for method, endpoint in EXPECTED if method == "GET"]
WRITING_GETS = routes.gathered("WRITING_GETS")
READERS = routes.gathered("READERS")
ELSEWHERE = routes.gathered("ELSEWHERE")
#: Forms that give back what was typed with what they are about: it is shown again, which is logged (L1).
SHOWN_AGAIN = {
    "threads.reply", "threads.note", "threads.forward", "threads.give_back", "threads.correct", "drafts.save_reply",
    "log_reviews.judge",
}  # fmt: skip
#: Addresses that sign the visitor out.
SIGNED_OUT = ("sign_in.", "invitations.")
PLACES = {"/logga-in": "in", "/valj-enhet": "unit"}


@pytest.fixture
def world(bare_app: Flask, clock: Clock) -> World:
    return make_world(bare_app, clock)


def member(role: Role, **fields: Any) -> Callable[[World], Actor]:
    return lambda world: user(role=role, unit_id=world.unit_id, **fields)


def of_no_unit(_world: World) -> Actor:
    return user(role=Role.SYSTEM_ADMIN, email="prov@vard.test")


def of_halmstad(role: Role) -> Callable[[World], Actor]:
    return lambda _world: user(role=role, organization_id=organization(municipality="Halmstad"))


def of_its_organization(role: Role) -> Callable[[World], Actor]:
    return lambda world: user(role=role, organization_id=units.get_unit(world.unit_id).organization_id)


def of_two_units(_world: World) -> Actor:
    actor = user()
    people.add_membership(operator(), actor.user_id, Role.NURSE, unit_id=unit(), now=LONG_AGO)
    return actor


PEOPLE: dict[str, Callable[[World], Actor | None]] = {
    "nobody": lambda _world: None,
    "nurse": member(Role.NURSE),
    "writer": member(Role.RECEPTIONIST),
    "desk": member(Role.RECEPTIONIST),
    "manager": member(Role.UNIT_MANAGER, licensed=True),
    "leader": member(Role.UNIT_MANAGER),
    "lists": of_halmstad(Role.LIST_ADMIN),
    "admin": of_no_unit,
    "log": of_its_organization(Role.LOG_REVIEWER),
    "third": lambda _world: user("Cecilia Dahl"),
    "two": of_two_units,
}


def visitor(world: World, name: str) -> Visitor:
    with world.app.app_context():
        actor = PEOPLE[name](world)
    return Visitor(world.app, actor)


def outcome(answer: TestResponse) -> str:
    """As the table writes it."""
    return PLACES.get(answer.location or "", str(answer.status_code))


def all_routes(app: Flask) -> set[tuple[str, str]]:
    """What the app itself knows of."""
    return {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@contextmanager
def requested(app: Flask) -> Iterator[set[tuple[str, str]]]:
    """The addresses that really come in, whatever a test believes that it asks for."""
    seen: set[tuple[str, str]] = set()

    def note(_app: Flask) -> None:
        seen.add((request.method, request.endpoint or ""))

    with request_started.connected_to(note, app):
        yield seen


def test_the_table_names_every_address_and_no_other(bare_app: Flask) -> None:
    assert EXPECTED.keys() == all_routes(bare_app)


@pytest.mark.parametrize("name", PEOPLE)
def test_who_gets_what(bare_app: Flask, clock: Clock, name: str) -> None:
    """Every one of them is asked for: none is left that nobody requested."""
    world = make_world(bare_app, clock, receptionists_may_write=name == "writer")
    usual, got = visitor(world, name), {}
    of_unit = usual.person is not None and usual.person.unit_id == world.unit_id
    thread_id = world.thread_for(None)
    with requested(bare_app) as asked:
        for method, endpoint in EXPECTED:
            fresh = Visitor(world.app, usual.person) if endpoint.startswith(SIGNED_OUT) else usual
            if of_unit and world.has_thread(endpoint):  # the others leave the one as it is
                thread_id = world.thread_for(usual.person)
            got[method, endpoint] = outcome(routes.ask(world, method, endpoint, fresh, thread_id))
    assert got == {route: people[name] for route, people in EXPECTED.items()}
    assert all_routes(bare_app) - asked == set(), "nobody has requested these"


@pytest.mark.parametrize("name", ["third", "lists", "admin", "log"])
def test_another_units_thread_does_not_exist_and_nothing_is_written(world: World, name: str) -> None:
    """What you may not see answers 404, with none of its words."""
    stranger, thread_id = visitor(world, name), world.thread_for(None)
    addresses = [(method, endpoint) for method, endpoint in EXPECTED if world.has_thread(endpoint)]
    assert len(addresses) == 20
    with writes(world.app) as changed:
        answers = [routes.ask(world, method, endpoint, stranger, thread_id) for method, endpoint in addresses]
    assert changed == set()
    assert [answer.status_code for answer in answers] == [404] * len(addresses)
    assert not [answer for answer in answers if "Såromläggning" in answer.text or "Testsson" in answer.text]


def test_which_gets_write(world: World) -> None:
    readers = {name: visitor(world, name) for name in ("nurse", *sorted(set(READERS.values())))}
    thread_id, got = world.new_thread(), {}
    for endpoint in GETS:
        with writes(world.app) as changed:
            answer = routes.ask(world, "GET", endpoint, readers[reader_of(endpoint)], thread_id)
        assert answer.status_code in (200, 303) or endpoint in ELSEWHERE, endpoint
        got[endpoint] = changed
    assert got == {endpoint: WRITING_GETS.get(endpoint, set()) for endpoint in GETS}


def test_a_get_prolongs_the_session_at_most_once_a_minute_and_a_poll_never(world: World) -> None:
    readers = {name: visitor(world, name) for name in ("nurse", *sorted(set(READERS.values())))}
    thread_id, got = world.new_thread(), {}
    for endpoint in GETS:
        readers[reader_of(endpoint)] = reader = Visitor(world.app, readers[reader_of(endpoint)].person)
        got[endpoint] = [touches(world, endpoint, reader, thread_id, seconds=seconds) for seconds in (59, 1)]
    with world.app.app_context():
        deliberate = {name: need_of(name) != PUBLIC and not name.startswith("poll.") for name in GETS}
    assert got == {endpoint: [False, deliberate[endpoint]] for endpoint in GETS}


def touches(world: World, endpoint: str, reader: Visitor, thread_id: int, *, seconds: int) -> bool:
    """Whether a GET that much later is noted as activity."""
    world.clock.forward(seconds=seconds)
    with writes(world.app) as changed:
        routes.ask(world, "GET", endpoint, reader, thread_id)
    return "user_session" in changed


def reader_of(endpoint: str) -> str:
    return READERS.get(endpoint, "nurse")


@pytest.mark.parametrize("foreign", [False, True], ids=["no token", "another person's token"])
def test_a_post_without_a_token_of_ones_own_is_400_and_changes_nothing(world: World, foreign: bool) -> None:
    """Only a page that shows patients' data again is logged (L1)."""
    people = {name: visitor(world, name) for name in ("nurse", *sorted(set(READERS.values())))}
    thread_id = world.thread_for(people["nurse"].person)
    people["nurse"].fetch(routes.address(world, "threads.show", thread_id))
    for person in people.values():
        person.page = visitor(world, "third").get("/hjalp") if foreign else person.get("/halsa")
    got = {}
    for endpoint in POSTS:
        with writes(world.app) as changed:
            answer = routes.ask(world, "POST", endpoint, people[reader_of(endpoint)], thread_id)
        got[endpoint] = (answer.status_code, changed)
    assert got == {endpoint: (400, {"access_log"} if endpoint in SHOWN_AGAIN else set()) for endpoint in POSTS}


@pytest.mark.parametrize(
    ("endpoint", "fields"),
    [
        ("compose.send", ("body", "subject", "patient_id", "patient_name")),
        ("threads.reply", ("body",)),
        ("threads.note", ("note",)),
        ("threads.forward", ("reason", "recipient_unit")),
        ("threads.give_back", ("words", "reason")),
        ("threads.correct", ("correction", "message")),
        ("drafts.save_letter", ("body", "subject", "patient_id", "patient_name")),
        ("drafts.save_reply", ("body",)),
        ("sign_in.sign_in", ("username",)),
    ],
)
def test_what_was_typed_comes_back_when_the_token_is_not_ones_own(
    world: World, endpoint: str, fields: tuple[str, ...]
) -> None:
    """S7. The page that brings it back has a token that is."""
    nurse = visitor(world, "nurse")
    thread_id = world.thread_for(nurse.person)
    typed = routes.fields(world, endpoint, thread_id)
    page = nurse.post(routes.address(world, endpoint, thread_id), csrf=False, **typed)
    assert page.status == 400
    assert [page.value(name) for name in fields] == [typed[name] for name in fields]
    assert page.root.get_one(id="error-summary").text.count("Försök igen från den här sidan") == 1
    assert routes.ask(world, "POST", endpoint, nurse, thread_id).status_code == 303
