"""A clinic, a unit that answers it, and a third."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from flask import Flask

from lcweb.db import transaction
from lcweb.domain.imports import ImportNoun
from lcweb.domain.log_reviews import Plan
from lcweb.domain.outbox import MailStatus
from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.reminders import Kind
from lcweb.domain.search import SearchQuery
from lcweb.domain.workdays import local_day
from lcweb.models import OutboxMail
from lcweb.queries import units
from lcweb.services import (
    calendar,
    commissions,
    imports,
    log_reviews,
    people,
    phrases,
    recipients,
    search,
    settings,
    suggestions,
    threads,
)
from lcweb.services.invitations import Link
from lcweb.services.suggestions import NewSuggestion
from lcweb.spreadsheets import files
from tests.clock import Clock
from tests.factories import PATIENT, RULES, organization, submission_id, thread, unit, user, version_of
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
        add_commission(receiving, clock)
        add_phrase(receiving, clock)
        organization("Huvudman utan enheter")
        add_import(receiving, clock)
        add_rows(receiving, clock)
        plan_a_change(clock)
        add_failed_mail(receiving, clock)
        calendar.halve_day(operator(), date(2026, 12, 23), calendar.Place(unit_id=receiving), now=clock.now)
        reader = user("Karin Berg", unit_id=receiving, username="karin")
        add_log_review(reader, clock)
        add_suggestion(reader, clock)
        new = NewPerson(username="ny", name="Nils Ny", title="Sjuksköterska")
        invited = people.add_person(operator(), new, Role.NURSE, unit_id=receiving, now=clock.now)
        return World(app, clock, clinic=user("Anna Lind"), reader=reader, elsewhere=unit(), invited=invited)


def add_commission(unit_id: int, clock: Clock) -> int:
    return commissions.add(operator(), hsa_id="TSTNMT2321000115-PROV", unit_id=unit_id, now=clock.now)


def add_phrase(unit_id: int, clock: Clock) -> int:
    return phrases.add(operator(), unit_id=unit_id, title="Hälsning", body="Hej!", now=clock.now)


def add_suggestion(actor: Actor, clock: Clock) -> int:
    new = NewSuggestion(municipality="Halmstad", case_type=CaseType.GENERAL, words="Söder har flyttat.")
    return suggestions.suggest(actor, new, now=clock.now)


def add_log_review(reader: Actor, clock: Clock) -> int:
    """Of what the reader has done, begun by a colleague of the reviewer who looks at it."""
    search.search(reader, SearchQuery(patient_numbers=(PATIENT.replace("-", ""),)), now=clock.now)
    own, today = units.get_unit(reader.require_unit()).organization_id, local_day(clock.now)
    birgitta = user("Birgitta Ahl", role=Role.LOG_REVIEWER, organization_id=own)
    plan = Plan(organization_id=own, unit_id=None, rules=(), wanted=1, from_day=today, to_day=today)
    return log_reviews.begin(birgitta, plan, now=clock.now, rules=RULES)


def add_rows(unit_id: int, clock: Clock) -> None:
    """Halmstad's list, with one area twice, so that a row of it can end."""
    for area in ("Söder", "Norr", "Norr"):
        new = recipients.NewEntry(municipality="Halmstad", case_type=CaseType.GENERAL, area=area, unit_id=unit_id,
                                  valid_from=date(2026, 11, 2))  # fmt: skip
        recipients.add_entry(operator(), new, now=clock.now)


def plan_a_change(clock: Clock) -> None:
    """Of a setting: one that may still be taken back."""
    day = clock.now.date() + timedelta(days=30)
    settings.change_rule(operator(), "draft_days", "20", day, seen=0, base=RULES, now=clock.now)


def add_failed_mail(unit_id: int, clock: Clock) -> None:
    now = clock.now
    mail = OutboxMail(
        kind=Kind.OVERDUE, unit_id=unit_id, day=local_day(now), slot="new", status=MailStatus.FAILED,
        message_id=uuid4().hex, address="enhet@lcweb.test", attempts=8, created_at=now, next_try_at=now, ended_at=now,
        error="550 5.1.1 User unknown",
    )  # fmt: skip
    with transaction() as session:
        session.add(mail)


def add_import(unit_id: int, clock: Clock) -> int:
    """A file with a row for Halmstad's list, not yet checked."""
    content = file(ImportNoun.LISTS, line(ImportNoun.LISTS, enhet=units.get_unit(unit_id).name))
    lines = files.lines_of(ImportNoun.LISTS, content)
    return imports.begin(operator(), ImportNoun.LISTS, lines, file_name="listor.csv", whole=False, now=clock.now)
