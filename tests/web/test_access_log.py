"""L1: which address leaves which rows, and that without its row none hands out anything about a patient."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import insert, table, text
from werkzeug.test import TestResponse

from lcweb.db import db
from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Role
from lcweb.models import AccessLogRow, Message, Unit
from lcweb.services import access_log, threads
from tests import routes
from tests.clock import Clock
from tests.factories import OTHER_PATIENT, PATIENT, RULES, submission_id, thread, user, version_of
from tests.hidden import given_away
from tests.rows import rows
from tests.test_every_route import EXPECTED, READERS, SIGNED_OUT, reader_of, visitor
from tests.web.visits import IDENTITY, Visitor, letter, writes
from tests.web.world import World, make_world

Logged = list[tuple[str, str]]
NUMBER, OTHER_NUMBER = PATIENT.replace("-", ""), OTHER_PATIENT.replace("-", "")
#: What a page about the thread would show.
TEXTS = (*IDENTITY, "Såromläggning", "lägga om såret", "Vi har läst det")

#: A faultless request of who may → the row that it leaves about the thread's patient. No other address leaves any.
ROWS = {
    ("POST", "compose.send"): LogAction.SEND,
    ("GET", "threads.show"): LogAction.OPEN,
    ("POST", "threads.reply"): LogAction.REPLY,
    ("POST", "threads.acknowledge"): LogAction.ACKNOWLEDGE,
    ("POST", "threads.claim"): LogAction.CLAIM,
    ("POST", "threads.release"): LogAction.RELEASE,
    ("POST", "threads.close"): LogAction.CLOSE,
    ("POST", "threads.reopen"): LogAction.REOPEN,
    ("POST", "threads.transfer"): LogAction.TRANSFER,
    ("POST", "threads.note"): LogAction.NOTE,
    ("POST", "threads.forward"): LogAction.FORWARD,
    ("POST", "threads.give_back"): LogAction.RETURN,
    ("POST", "threads.withdraw"): LogAction.WITHDRAW,
    ("POST", "threads.void"): LogAction.VOID,
    ("POST", "threads.correct"): LogAction.CORRECT,
    ("POST", "drafts.save_reply"): LogAction.DRAFT,
    ("POST", "drafts.save_letter"): LogAction.DRAFT,
    ("GET", "print.show"): LogAction.PRINT,
    ("GET", "archive.show"): LogAction.EXPORT,
    ("GET", "poll.thread"): LogAction.SHOWN_BY_POLL,
    ("POST", "search.find"): LogAction.SEARCH,
    # A reviewer's: about the patient that was asked for or shown.
    ("POST", "access_log.find"): LogAction.LOG_REVIEW,
    ("POST", "access_log.export"): LogAction.LOG_EXPORT,
    ("GET", "log_reviews.review"): LogAction.LOG_REVIEW,
    ("POST", "log_reviews.export"): LogAction.LOG_EXPORT,
    ("POST", "log_extracts.make"): LogAction.LOG_EXTRACT,
}
#: They name no patient.
OF_NOBODY = {("POST", "search.find")}


@pytest.fixture
def world(bare_app: Flask, clock: Clock) -> World:
    bare_app.config["PROPAGATE_EXCEPTIONS"] = False  # what a view raises becomes a page, as in operation
    return make_world(bare_app, clock)


@contextmanager
def no_table(_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The statement itself fails."""
    with monkeypatch.context() as broken:
        broken.setattr(access_log, "_APPEND", insert(table("gone")))
        yield


_REFUSING = {
    "sqlite": ("CREATE TRIGGER refuse BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'no'); END",),
    "postgresql": (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
        "CREATE TRIGGER refuse BEFORE INSERT ON access_log FOR EACH ROW EXECUTE FUNCTION refuse()",
    ),
}
_TAKING_AGAIN = {
    "sqlite": ("DROP TRIGGER refuse",),
    "postgresql": ("DROP TRIGGER refuse ON access_log", "DROP FUNCTION refuse()"),
}


@contextmanager
def refusing_database(app: Flask, _monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The statement is right, and the database takes no row."""
    _execute(app, _REFUSING)
    try:
        yield
    finally:
        _execute(app, _TAKING_AGAIN)


def _execute(app: Flask, statements: dict[str, tuple[str, ...]]) -> None:
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements[connection.dialect.name]:
            connection.execute(text(statement))


BREAKS = (no_table, refusing_database)


def logged(app: Flask, ask: Callable[[], TestResponse], *, by: Visitor) -> tuple[TestResponse, Logged]:
    """The answer, and action and patient of the rows that it has left, all of them in the person's name."""
    with app.app_context():
        before = len(rows(AccessLogRow))
    answer = ask()
    with app.app_context():
        left = rows(AccessLogRow)[before:]
    assert {(found.user_id, found.unit_id) for found in left} <= {(by.actor.user_id, by.actor.unit_id)}
    return answer, [(found.action, found.patient_number) for found in left]


def faults_without_log(world: World, ask: Callable[[], TestResponse], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """What is wrong with the answer when no row can be written: it must be the page for faults, and nothing else."""
    for broken in BREAKS:
        with broken(world.app, monkeypatch), writes(world.app) as changed:
            answer = ask()
        if answer.status_code != 500 or "<h1" not in answer.text or "Något gick fel hos oss" not in answer.text:
            yield f"answers {answer.status_code} with {broken.__name__}"
        if changed - {"user_session"}:
            yield f"wrote {changed} with {broken.__name__}"
        yield from (f"shows {word} with {broken.__name__}" for word in given_away(TEXTS, answer.text))


# A faultless request ------------------------------------------------------------------------------------------------


def test_each_address_leaves_its_row_and_hands_out_nothing_without_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked by who may: no page of the administration shows a patient, or leaves a row."""
    people = {name: visitor(world, name) for name in ("nurse", *sorted(set(READERS.values())))}
    nurse, got, wrong = people["nurse"], {}, []
    for method, endpoint in EXPECTED:
        person = people[reader_of(endpoint)]
        person = Visitor(world.app, person.person) if endpoint.startswith(SIGNED_OUT) else person
        thread_id = prepared(world, nurse, endpoint) if world.has_thread(endpoint) else 0
        ask = partial(routes.ask, world, method, endpoint, person, thread_id)
        if (method, endpoint) in ROWS:
            wrong += [f"{endpoint} {fault}" for fault in faults_without_log(world, ask, monkeypatch)]
        answer, got[method, endpoint] = logged(world.app, ask, by=person)
        words = () if endpoint == "metrics.show" else IDENTITY  # whose decimals may be anything
        if given_away(words, answer.text) and not got[method, endpoint]:
            wrong.append(f"{endpoint} shows a patient and leaves no row")
    assert wrong == []
    known = {route: [(action.value, "" if route in OF_NOBODY else NUMBER)] for route, action in ROWS.items()}
    assert got == {route: known.get(route, []) for route in EXPECTED}


def prepared(world: World, nurse: Visitor, endpoint: str) -> int:
    """A thread in which the move can be made."""
    if endpoint in ("threads.acknowledge", "threads.claim"):
        return world.new_thread()
    thread_id = world.thread_for(nurse.person)
    if endpoint == "threads.reopen" and nurse.actor.unit_id:
        with nurse.context():
            threads.close(nurse.actor, thread_id, version=version_of(thread_id), now=world.clock.now)
    return thread_id


# What else a page may answer ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scene:
    world: World
    nurse: Visitor
    thread_id: int  # in the nurse's hands

    @property
    def at(self) -> str:
        return f"/arenden/{self.thread_id}"

    def post(self, move: str, **fields: str) -> TestResponse:
        known = {"version": self.world.version(self.thread_id)}
        return self.nurse.send(f"{self.at}/{move}", **(known | fields))

    def compose(self, **changes: str) -> TestResponse:
        return self.nurse.send("/arenden/ny", **letter(self.world.clinic.require_unit(), **changes))

    def search(self, **typed: str) -> TestResponse:
        return self.nurse.send("/sok", **typed)


Case = Callable[[Scene], Callable[[], TestResponse]]


def changed_poll(scene: Scene) -> Callable[[], TestResponse]:
    address = poll_of(scene)
    with scene.nurse.context():
        threads.release(scene.nurse.actor, scene.thread_id, now=scene.world.clock.now)
    return lambda: scene.nurse.fetch(address)


def unchanged_poll(scene: Scene) -> Callable[[], TestResponse]:
    address = poll_of(scene)
    return lambda: scene.nurse.fetch(address)


def poll_of(scene: Scene) -> str:
    return scene.nurse.get(scene.at).root.get_one(id="thread")["hx-get"]


def own_letter(scene: Scene) -> Callable[[], TestResponse]:
    typed = letter(scene.world.clinic.require_unit(), patient_id=OTHER_PATIENT)
    address = scene.nurse.send("/arenden/ny/utkast", **typed).location
    return lambda: scene.nurse.fetch(address)


def list_of_letters(scene: Scene) -> Callable[[], TestResponse]:
    own_letter(scene)
    return lambda: scene.nurse.fetch("/arenden/ny")


def own_reply(scene: Scene) -> Callable[[], TestResponse]:
    scene.post("utkast", body="Ja, vi")
    return lambda: scene.nurse.fetch(scene.at)


def brought_by_poll(scene: Scene) -> Callable[[], TestResponse]:
    with scene.nurse.context():
        more = {"expects_reply": False, "close": False, "version": version_of(scene.thread_id)}
        threads.reply(scene.world.clinic, scene.thread_id, "Tack!", submission_id=submission_id(),
                      now=scene.world.clock.now, rules=RULES, **more)  # fmt: skip
        last = rows(Message, thread_id=scene.thread_id)[-1].id
    return lambda: scene.post("oppnat", up_to=str(last))


def unread_print(scene: Scene) -> Callable[[], TestResponse]:
    thread_id = scene.world.new_thread()
    return lambda: scene.nurse.fetch(f"/arenden/{thread_id}/utskrift")


def protected(scene: Scene, path: str) -> Callable[[], TestResponse]:
    """Claimed by nobody (P3)."""
    with scene.nurse.context():
        thread_id = thread(scene.world.clinic, scene.nurse.unit_id, now=scene.world.clock.now, protected=True)
    return lambda: scene.nurse.fetch(path.format(thread_id))


OPENED = [("open", NUMBER)]
CASES: dict[str, tuple[Case, int, Logged]] = {
    "a refused reply": (lambda scene: lambda: scene.post("svara", body=" "), 400, OPENED),
    "a reply from a page that is too old": (
        lambda scene: lambda: scene.post("svara", body="Ja", version="0"), 409, OPENED
    ),
    "a reply without a token": (lambda scene: lambda: scene.post("svara", body="Ja", csrf_token=None), 400, OPENED),
    "a phrase put into a reply": (
        lambda scene: lambda: scene.post("svara", insert_phrase="ja", phrase="1", body="Ja"), 200, OPENED
    ),
    "a refused note": (lambda scene: lambda: scene.post("anteckning", note=""), 400, OPENED),
    "the thread with a draft": (own_reply, 200, OPENED),
    "what a poll brought is used": (brought_by_poll, 204, OPENED),
    "the poll of a changed thread": (changed_poll, 200, [("shown_by_poll", NUMBER)]),
    "the poll of an unchanged thread": (unchanged_poll, 204, []),
    "the print with notes": (
        lambda scene: lambda: scene.nurse.fetch(f"{scene.at}/utskrift?anteckningar=ja"), 200, [("print", NUMBER)]
    ),
    "the print of what nobody has read": (unread_print, 303, []),
    "a search by number": (lambda scene: lambda: scene.search(patient_id=PATIENT), 200, [("search", NUMBER)]),
    "a search by ten digits": (lambda scene: lambda: scene.search(patient_id=PATIENT[2:]), 200, [("search", NUMBER)]),
    "a search by name": (lambda scene: lambda: scene.search(words="Tove"), 200, [("search", "")]),
    "a refused search": (lambda scene: lambda: scene.search(), 400, []),
    "a letter about a patient with an open thread": (lambda scene: scene.compose, 409, [("search", NUMBER)]),
    "a letter that goes on there": (
        lambda scene: lambda: scene.compose(continue_in=str(scene.thread_id)), 200, OPENED
    ),
    "a refused letter about another patient": (
        lambda scene: lambda: scene.compose(patient_id=OTHER_PATIENT, subject=""), 400, []
    ),
    "the own letter's draft": (own_letter, 200, [("draft_shown", OTHER_NUMBER)]),
    "the list of own drafts": (list_of_letters, 200, []),
    "a protected identity": (lambda scene: protected(scene, "/arenden/{}"), 200, []),
    "a protected identity's poll": (lambda scene: protected(scene, "/poll/arenden/{}"), 404, []),
    "a protected identity's print": (lambda scene: protected(scene, "/arenden/{}/utskrift"), 404, []),
    "the inbox": (lambda scene: lambda: scene.nurse.fetch("/inkorg"), 200, []),
    "the inbox's poll": (lambda scene: lambda: scene.nurse.fetch("/poll/inkorg"), 200, []),
    "the menu's poll": (lambda scene: lambda: scene.nurse.fetch("/poll/meny"), 200, []),
}  # fmt: skip


def test_what_else_is_answered_leaves_its_row_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    nurse, got, wrong = visitor(world, "nurse"), {}, []
    for name, (prepare, _status, row) in CASES.items():
        ask = prepare(Scene(world, nurse, world.thread_for(nurse.person)))
        if row:
            wrong += [f"{name} {fault}" for fault in faults_without_log(world, ask, monkeypatch)]
        answer, left = logged(world.app, ask, by=nurse)
        got[name] = (answer.status_code, left)
        typed_there = name == "a refused letter about another patient"
        if not left and not typed_there and given_away(IDENTITY, answer.text):
            wrong.append(f"{name} shows a patient and leaves no row")
    assert wrong == []
    assert got == {name: (status, row) for name, (_prepare, status, row) in CASES.items()}


def test_the_log_is_shown_to_nobody_whose_looking_is_not_logged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reviewer's page holds whole numbers (L3): by patient, by unit, of nobody, and what the typed one may be."""
    nurse = visitor(world, "nurse")
    nurse.fetch(f"/arenden/{world.thread_for(nurse.person)}")
    with world.app.app_context():
        place = rows(Unit, id=world.unit_id)[0].organization_id
        reviewer = Visitor(world.app, user("Lo Logg", role=Role.LOG_REVIEWER, organization_id=place))
    asked: dict[str, dict[str, str]] = {NUMBER: {"patient_id": PATIENT}, "": {"unit": str(world.unit_id)}}
    for number, typed in asked.items():
        ask = partial(reviewer.send, "/logg", **typed)
        assert list(faults_without_log(world, ask, monkeypatch)) == []
        answer, left = logged(world.app, ask, by=reviewer)
        assert (answer.status_code, PATIENT in answer.text, left) == (200, True, [("log_review", number)])


def test_each_look_is_a_row_and_a_list_none(world: World) -> None:
    """As many rows as times that something was handed out, and of that thread alone."""
    nurse = visitor(world, "nurse")
    thread_id, other = world.thread_for(nurse.person), world.thread_for(nurse.person)
    looks = [f"/arenden/{thread_id}", f"/arenden/{thread_id}/utskrift", f"/poll/arenden/{thread_id}"]
    lists = [f"/inkorg?vy={tab}" for tab in ("att-besvara", "vantar", "avslutade")] + [
        "/poll/inkorg",
        "/poll/meny",
        "/sok",
    ]
    with nurse.context():
        before = len(rows(AccessLogRow))
    for address in [*looks, *lists, *looks, *lists]:
        answer = nurse.fetch(address)
        assert answer.status_code == 200
        assert address in looks or not given_away(IDENTITY, answer.text), address
    with nurse.context():
        left = [(row.action, row.thread_id, row.user_id, row.unit_id) for row in rows(AccessLogRow)[before:]]
    once = [(action, thread_id, nurse.actor.user_id, nurse.unit_id) for action in ("open", "print", "shown_by_poll")]
    assert left == once * 2
    assert other not in {row[1] for row in left}
