"""Every address and field that takes an object's id, asked for objects that are not one's own: nothing read or written.

Which variables of an address are ids, and of what, is read from the app's own map (tests/web/foreign.py, VARIABLES);
which fields are, each noun says (tests/routes/, `IDS`). An address or a field that looks like one and is not named
fails. Whoever passes the gate asks: who does not is answered in tests/test_every_route.py. `make test` asks for the
foreign object of the right kind, and in turn for one that there is not or of another kind; `make prove` asks for all.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from lcweb.domain.permissions import IN_UNIT, Act
from lcweb.models import AccessLogRow
from lcweb.web.access import PUBLIC, need_of
from tests import routes
from tests.clock import Clock
from tests.factories import OTHER_PATIENT
from tests.rows import everything, rows
from tests.test_every_route import EXPECTED
from tests.web.foreign import MADE_UP, PLACES, SECRETS, TOKENS, UNKNOWN, VARIABLES, Scene, Stranger, make_scene
from tests.web.ids import Takes

IDS: dict[tuple[str, str], dict[str, Takes]] = routes.gathered("IDS")
#: Of digits, and no object's id.
NO_IDS = {"code", "keep_days", "version", "seen", "value", "wanted"}
#: Kept as it was typed, and looked at when it is taken up again.
DRAFTED = {("POST", "drafts.save_letter", "recipient_unit")}
#: What a refused request writes: that the person was there, and that the own thread was shown again (L1).
HARMLESS = {"user_session", "access_log"}
NUMBER = OTHER_PATIENT.replace("-", "")


class Slot(NamedTuple):
    """Where an id goes: a variable of the address, or a field (of the form, or of a GET's query)."""

    method: str
    rule: Rule
    name: str
    takes: Takes
    in_address: bool

    @property
    def endpoint(self) -> str:
        return self.rule.endpoint


class Request(NamedTuple):
    slot: Slot
    value: str
    address: str
    fields: dict[str, Any]


def slots(app: Flask) -> list[Slot]:
    found = []
    for method, endpoint in EXPECTED:
        rule = next(app.url_map.iter_rules(endpoint))
        names: list[str] = re.findall(r"<id:(\w+)>", rule.rule)
        found += [Slot(method, rule, name, Takes(VARIABLES[name]), in_address=True) for name in names]
        fields = IDS.get((method, endpoint), {})
        found += [Slot(method, rule, name, takes, in_address=False) for name, takes in fields.items()]
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_id_is_known(bare_app: Flask, clock: Clock) -> None:
    """What a faultless request sends as bare digits is an id, unless it is said not to be."""
    scene = make_scene(bare_app, clock)
    named = {(slot.method, slot.endpoint, slot.name) for slot in slots(bare_app)}
    world = scene.strangers["rival"].world
    sent = {
        (*route, name)
        for route in EXPECTED
        for name, value in routes.fields(world, route[1], scene.strangers["rival"].thread_id).items()
        if route[0] == "POST" and str(value).isdigit() and name not in NO_IDS
    }
    assert sent - named == DRAFTED
    assert {(method, endpoint) for method, endpoint in IDS} - EXPECTED.keys() == set()


@pytest.mark.prove
def test_nobody_reads_or_writes_what_is_somebody_elses(
    bare_app: Flask, clock: Clock, scale: Callable[[Any, Any], Any]
) -> None:
    scene = make_scene(bare_app, clock)
    wrong: list[str] = []
    untried = {(slot.endpoint, slot.name) for slot in slots(bare_app)}
    for name, stranger in scene.strangers.items():
        requests = list(planned(scene, name, few=scale(True, False)))
        untried -= {(request.slot.endpoint, request.slot.name) for request in requests}
        with bare_app.app_context():
            before, logged = everything(), len(rows(AccessLogRow, patient_number=NUMBER))
        for request in requests:
            wrong += [f"{name}: {describe(request)} {fault}" for fault in faults(name, stranger, request)]
        with bare_app.app_context():
            after = everything()
            assert len(rows(AccessLogRow, patient_number=NUMBER)) == logged, f"{name} was shown the patient"
        wrong += [f"{name} wrote {table}" for table in after.keys() - HARMLESS if after[table] != before[table]]
    assert wrong == []
    assert untried == set(), "no stranger passes the gate of these: add one to tests/web/foreign.py"


def planned(scene: Scene, name: str, *, few: bool) -> Iterator[Request]:
    stranger = scene.strangers[name]
    known = routes.arguments(stranger.world) | {"thread_id": stranger.thread_id} | stranger.instead
    for turn, slot in enumerate(slots(stranger.visitor.app)):
        if passes(stranger, slot.endpoint) and slot.takes.by in ("", name):
            fields = faultless(stranger, slot)
            right = fields.get(slot.name) if slot.takes.kind == "version" else None
            asked = [value for value in values(scene, name, slot) if value != right]
            for value in chosen(asked, turn) if few else asked:
                yield request_for(slot, value, known, fields)


def passes(stranger: Stranger, endpoint: str) -> bool:
    with stranger.visitor.app.app_context():
        need = need_of(endpoint)
    actor = stranger.visitor.actor
    if need == PUBLIC or (need in IN_UNIT and actor.unit_id is None) or endpoint.startswith("invitations."):
        return False
    return actor.may(need) if isinstance(need, Act) else True


def values(scene: Scene, name: str, slot: Slot) -> list[str]:
    """The foreign object of the right kind first, then one that there is not, then of all other kinds, then made up."""
    kind, numbers = slot.takes.kind, {kind: value for kind, value in scene.ids.items() if value.isdigit()}
    if kind.endswith(" page"):  # another one that nobody knows is a page of one's own
        return [scene.ids[kind]]
    first = [number for known, number in numbers.items() if known == kind]
    if kind == "person" and name != "admin":  # what a person may do to others, nobody does to oneself
        first.append(str(scene.strangers[name].visitor.actor.user_id))
    others = [number for known, number in numbers.items() if known != kind]
    made_up = [] if slot.takes.optional else [value for value in MADE_UP if value or not slot.in_address]
    found = dict.fromkeys(number if kind not in PLACES else f"enhet-{number}" for number in
                          (*first, UNKNOWN, *others, *made_up))  # fmt: skip
    return [value for value in found if not scene.may_use(name, kind, value)]


def chosen(asked: list[str], turn: int) -> list[str]:
    """The first, and of the rest another one for each slot."""
    return [*asked[:1], *(asked[1 + turn % (len(asked) - 1) :][:1] if len(asked) > 1 else ())]


def faultless(stranger: Stranger, slot: Slot) -> dict[str, Any]:
    """What a form would send; of a GET, nothing."""
    if slot.method == "GET":
        return {}
    return routes.fields(stranger.world, slot.endpoint, stranger.thread_id) | stranger.fields(slot.endpoint)


def request_for(slot: Slot, value: str, known: dict[str, Any], fields: dict[str, Any]) -> Request:
    """Faultless, but for the one id."""
    known = known | {slot.name: value} if slot.in_address else known
    address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: quote(str(known[found[1]]), safe=""), slot.rule.rule)
    if slot.in_address:
        return Request(slot, value, address, fields)
    if slot.method == "GET":
        return Request(slot, value, f"{address}?{slot.name}={quote(value)}", fields)
    return Request(slot, value, address, {**fields, **slot.takes.along, slot.name: value})


def faults(name: str, stranger: Stranger, request: Request) -> Iterator[str]:
    answer = sent(stranger, request)
    if answer.status_code not in fitting(stranger, request):
        yield f"is answered {answer.status_code}"
    yield from (f"shows {word}" for word in hidden_from(name) if word in answer.text)


def fitting(stranger: Stranger, request: Request) -> tuple[int, ...]:
    """405: an address that is none is that of a page which only GET knows. Oneself one is told about, by 400."""
    slot, made_up = request.slot, request.value in MADE_UP
    if slot.in_address:
        oneself = slot.takes.kind == "person" and request.value == str(stranger.visitor.actor.user_id)
        return (404, *((405,) if made_up else ()), *((400,) if oneself else ()))
    if slot.takes.ignored or (made_up and slot.method == "GET"):
        return (200, 204, 303, 400, 404)
    return (400, 404, 409)


def sent(stranger: Stranger, request: Request) -> TestResponse:
    if request.slot.method == "GET":
        return stranger.visitor.fetch(request.address)
    return stranger.visitor.send(request.address, **request.fields)


def hidden_from(name: str) -> tuple[str, ...]:
    """An administrator sees every unit and person, and no patient; a colleague sees the unit's threads."""
    return {"admin": SECRETS, "colleague": ("ett brev",)}.get(name, TOKENS)


def describe(request: Request) -> str:
    slot = request.slot
    return f"{slot.method} {slot.endpoint} {slot.name}={request.value!r} ({slot.takes.kind})"
