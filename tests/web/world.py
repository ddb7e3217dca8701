"""A clinic, a unit that answers it, and one faultless request for every address."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from lcweb.domain.permissions import Actor
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import PASSWORD, thread, unit, user, version_of
from tests.web.visits import Visitor, letter


@dataclass(frozen=True)
class World:
    """A clinic, and a unit that answers it."""

    app: Flask
    clock: Clock
    clinic: Actor
    reader: Actor

    @property
    def unit_id(self) -> int:
        return self.reader.require_unit()

    def has_thread(self, endpoint: str) -> bool:
        return "thread_id" in next(self.app.url_map.iter_rules(endpoint)).arguments

    def new_thread(self) -> int:
        with self.app.app_context():
            return thread(self.clinic, self.unit_id, now=self.clock.now, expects_reply=False)

    def thread_for(self, person: Actor | None) -> int:
        """Acknowledged, and in the person's hands where they belong to the unit."""
        thread_id = self.new_thread()
        with self.app.app_context():
            threads.acknowledge(self.reader, thread_id, now=self.clock.now)
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
        fields: dict[str, dict[str, Any]] = {
            "sign_in.sign_in": {"username": "karin", "password": PASSWORD},
            "sign_in.switch_unit": {"unit": str(self.unit_id)},
            "compose.send": letter_home,
            "compose.recipient": letter_home,
            "threads.reply": {"body": "Ja, vi kommer på måndag.", "version": self.version(thread_id)},
            "threads.close": {"version": self.version(thread_id)},
        }
        return fields.get(endpoint, {})

    def version(self, thread_id: int) -> str:
        with self.app.app_context():
            return str(version_of(thread_id)) if thread_id else ""


def make_world(app: Flask, clock: Clock, *, receptionists_may_write: bool = False) -> World:
    with app.app_context():
        receiving = unit(receptionists_may_write=receptionists_may_write)
        return World(
            app, clock, clinic=user("Anna Lind"), reader=user("Karin Berg", unit_id=receiving, username="karin")
        )
