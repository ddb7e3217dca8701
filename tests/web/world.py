"""A clinic, a unit that answers it, and a third."""

from dataclasses import dataclass
from datetime import date

from flask import Flask

from lcweb.domain.imports import ImportNoun
from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.queries import units
from lcweb.services import imports, people, phrases, recipients, threads
from lcweb.services.invitations import Link
from lcweb.spreadsheets import files
from tests.clock import Clock
from tests.factories import RULES, submission_id, thread, unit, user, version_of
from tests.importing import file, line


@dataclass(frozen=True)
class World:
    """A clinic, a unit that answers it, and a third that a thread may be sent on to."""

    app: Flask
    clock: Clock
    clinic: Actor
    reader: Actor
    elsewhere: int
    invited: Link  # to the reader's unit

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

    def version(self, thread_id: int) -> str:
        with self.app.app_context():
            return str(version_of(thread_id)) if thread_id else ""


def make_world(app: Flask, clock: Clock, *, receptionists_may_write: bool = False) -> World:
    with app.app_context():
        receiving = unit(receptionists_may_write=receptionists_may_write)
        add_phrase(receiving, clock)
        add_import(receiving, clock)
        add_rows(receiving, clock)
        reader = user("Karin Berg", unit_id=receiving, username="karin")
        new = NewPerson(username="ny", name="Nils Ny", title="Sjuksköterska")
        invited = people.add_person(operator(), new, Role.NURSE, unit_id=receiving, now=clock.now)
        return World(app, clock, clinic=user("Anna Lind"), reader=reader, elsewhere=unit(), invited=invited)


def add_phrase(unit_id: int, clock: Clock) -> int:
    return phrases.add(operator(), unit_id=unit_id, title="Hälsning", body="Hej!", now=clock.now)


def add_rows(unit_id: int, clock: Clock) -> None:
    """Halmstad's list, with one area twice, so that a row of it can end."""
    for area in ("Söder", "Norr", "Norr"):
        new = recipients.NewEntry(municipality="Halmstad", case_type=CaseType.GENERAL, area=area, unit_id=unit_id,
                                  valid_from=date(2026, 11, 2))  # fmt: skip
        recipients.add_entry(operator(), new, now=clock.now)


def add_import(unit_id: int, clock: Clock) -> int:
    """A file with a row for Halmstad's list, not yet checked."""
    content = file(ImportNoun.LISTS, line(ImportNoun.LISTS, enhet=units.get_unit(unit_id).name))
    lines = files.lines_of(ImportNoun.LISTS, content)
    return imports.begin(operator(), ImportNoun.LISTS, lines, file_name="listor.csv", whole=False, now=clock.now)
