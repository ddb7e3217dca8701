"""A clinic, a unit that answers it, and a third."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from flask import Flask

from lcweb.db import transaction
from lcweb.domain.outbox import MailStatus
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.reminders import Kind
from lcweb.domain.workdays import local_day
from lcweb.models import OutboxMail
from lcweb.services import calendar, phrases, threads
from tests.clock import Clock
from tests.factories import RULES, submission_id, thread, unit, user, version_of


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

    def version(self, thread_id: int) -> str:
        with self.app.app_context():
            return str(version_of(thread_id)) if thread_id else ""


def make_world(app: Flask, clock: Clock, *, receptionists_may_write: bool = False) -> World:
    with app.app_context():
        receiving = unit(receptionists_may_write=receptionists_may_write)
        add_phrase(receiving, clock)
        add_failed_mail(receiving, clock)
        calendar.halve_day(operator(), date(2026, 12, 23), calendar.Place(unit_id=receiving), now=clock.now)
        reader = user("Karin Berg", unit_id=receiving, username="karin")
        return World(app, clock, clinic=user("Anna Lind"), reader=reader, elsewhere=unit())


def add_phrase(unit_id: int, clock: Clock) -> int:
    return phrases.add(operator(), unit_id=unit_id, title="Hälsning", body="Hej!", now=clock.now)


def add_failed_mail(unit_id: int, clock: Clock) -> None:
    now = clock.now
    mail = OutboxMail(
        kind=Kind.OVERDUE, unit_id=unit_id, day=local_day(now), slot="new", status=MailStatus.FAILED,
        message_id=uuid4().hex, address="enhet@lcweb.test", attempts=8, created_at=now, next_try_at=now, ended_at=now,
        error="550 5.1.1 User unknown",
    )  # fmt: skip
    with transaction() as session:
        session.add(mail)
