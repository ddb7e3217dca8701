"""A clinic, a unit that answers it, and one faultless request for every address."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from lcweb.domain.permissions import Actor, operator
from lcweb.models import Message
from lcweb.queries import phrases as known_phrases
from lcweb.services import phrases, threads
from tests.clock import Clock
from tests.factories import PASSWORD, RULES, submission_id, thread, unit, user, version_of
from tests.rows import rows
from tests.web.visits import Visitor, letter

#: What the smaller forms of a thread page send; the world fills in the unit and the message.
MOVES: dict[str, dict[str, Any]] = {
    "threads.note": {"note": "Har frågat doktor Ek."},
    "threads.forward": {"recipient_unit": "", "reason": "other_area", "words": "Patienten har flyttat."},
    "threads.give_back": {"suggested_unit": "", "reason": "wrong_recipient", "words": "Hör till Söder."},
    "threads.withdraw": {"message": ""},
    "threads.void": {"message": "", "reason": "mixed_up"},
    "threads.correct": {"message": "", "correction": "Jag menade tisdag."},
}


@dataclass(frozen=True)
class World:
    """A clinic, a unit that answers it, and a third that a thread may be sent on to."""

    app: Flask
    clock: Clock
    clinic: Actor
    reader: Actor
    elsewhere: int

    @property
    def unit_id(self) -> int:
        return self.reader.require_unit()

    def has_thread(self, endpoint: str) -> bool:
        return "thread_id" in next(self.app.url_map.iter_rules(endpoint)).arguments

    def new_thread(self) -> int:
        with self.app.app_context():
            return thread(self.clinic, self.unit_id, now=self.clock.now, expects_reply=False)

    def thread_for(self, person: Actor | None) -> int:
        """Opened, acknowledged and answered, and in the person's hands where they belong to the unit."""
        thread_id = self.new_thread()
        with self.app.app_context():
            threads.open_thread(self.reader, thread_id, now=self.clock.now)
            threads.acknowledge(self.reader, thread_id, now=self.clock.now)
            threads.reply(
                self.reader, thread_id, "Vi har läst det.", expects_reply=False, close=False,
                version=version_of(thread_id), submission_id=submission_id(), now=self.clock.now, rules=RULES,
            )  # fmt: skip
            if person and person.unit_id == self.unit_id:
                threads.claim(person, thread_id, now=self.clock.now)
        return thread_id

    def address(self, endpoint: str, thread_id: int) -> str:
        known = {"thread_id": thread_id, "filename": "css/lcweb.css"}
        needed = next(self.app.url_map.iter_rules(endpoint)).arguments
        with self.app.test_request_context():
            return self.app.url_for(endpoint, **{name: known[name] for name in needed})

    def ask(self, method: str, endpoint: str, visitor: Visitor, thread_id: int) -> TestResponse:
        address = self.address(endpoint, thread_id)
        return visitor.fetch(address) if method == "GET" else visitor.send(address, **self.fields(endpoint, thread_id))

    def fields(self, endpoint: str, thread_id: int) -> dict[str, Any]:
        """What a person would send there, with nothing wrong in it."""
        letter_home = letter(self.clinic.require_unit(), new_thread="ja")
        phrase = str(self.phrase()) if endpoint.startswith("phrases.") else ""
        fields: dict[str, dict[str, Any]] = {
            "sign_in.sign_in": {"username": "karin", "password": PASSWORD},
            "search.find": {"words": "sår"},
            "sign_in.switch_unit": {"unit": str(self.unit_id)},
            "compose.send": letter_home,
            "compose.recipient": letter_home,
            "drafts.save_letter": letter_home,
            "drafts.save_reply": {"body": "Ja, vi"},
            "drafts.discard_letter": {"draft": "987654"},
            "threads.mark_opened": {"up_to": "1"},
            "threads.reply": {"body": "Ja, vi kommer på måndag.", "version": self.version(thread_id)},
            "settings.change_list": {"list": "acute", "acute": "akut*"},
            "phrases.add": {"unit": "alla", "title": "Tack", "body": "Tack för hjälpen."},
            "phrases.change": {"phrase": phrase, "title": "Hälsning", "body": "Hej då!"},
            "phrases.end": {"phrase": phrase},
            "threads.close": {"version": self.version(thread_id)},
        }
        return fields.get(endpoint) or self._move_fields(endpoint, thread_id)

    def _move_fields(self, endpoint: str, thread_id: int) -> dict[str, Any]:
        if endpoint not in MOVES:
            return {}
        with self.app.app_context():
            own = [message.id for message in rows(Message, thread_id=thread_id) if message.unit_id == self.unit_id]
        known = {"recipient_unit": str(self.elsewhere), "message": str(own[0]) if own else "1"}
        fields = MOVES[endpoint] | {name: value for name, value in known.items() if name in MOVES[endpoint]}
        return fields | {"version": self.version(thread_id)}

    def phrase(self) -> int:
        """One of the unit's that has not ended."""
        with self.app.app_context():
            found = known_phrases.editable(self.unit_id)
            return found[0].id if found else add_phrase(self.unit_id, self.clock)

    def version(self, thread_id: int) -> str:
        with self.app.app_context():
            return str(version_of(thread_id)) if thread_id else ""


def make_world(app: Flask, clock: Clock, *, receptionists_may_write: bool = False) -> World:
    with app.app_context():
        receiving = unit(receptionists_may_write=receptionists_may_write)
        add_phrase(receiving, clock)
        reader = user("Karin Berg", unit_id=receiving, username="karin")
        return World(app, clock, clinic=user("Anna Lind"), reader=reader, elsewhere=unit())


def add_phrase(unit_id: int, clock: Clock) -> int:
    return phrases.add(operator(), unit_id=unit_id, title="Hälsning", body="Hej!", now=clock.now)
