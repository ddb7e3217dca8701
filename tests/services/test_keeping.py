"""Nothing goes by default; what goes is gone from every table, and the tombstone and the log stay (L2, L3)."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from lcweb.db import db, log_key, release_reading
from lcweb.domain.access_log import LogAction, Verdict, verify
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.reviews import LogQuery
from lcweb.domain.threads import ForwardReason, State
from lcweb.models import AccessLogRow, Disposal, InternalNote, Message, SearchDocument, Thread, ThreadEvent, Unit
from lcweb.queries import access_log
from lcweb.queries.threads import get_head, get_thread
from lcweb.services import keeping, threads
from tests.at import at
from tests.factories import OTHER_PATIENT, RULES, pair, submission_id, thread, unit, user, version_of
from tests.rows import everything, nothing_written, row, rows

WRITTEN = at("Mon 2026-06-01 09:00")
LATER = at("Tue 2026-11-17 10:00")
#: Words that stand nowhere else.
WORDS = (
    "Zebrasubject",
    "Zebrapatient",
    "Zebrabody",
    "Zebraanswer",
    "Zebranote",
    "Zebrawhy",
    "Zebradraft",
    "200001012384",
)


@pytest.fixture
def admin(app: Flask) -> Actor:
    return user("Ada Min", role=Role.SYSTEM_ADMIN)


def organization_of(person: Actor) -> int:
    return row(Unit, id=person.unit_id).organization_id


def finished(sender: Actor, recipient: Actor, *, transferred: bool = True, **fields: object) -> int:
    """Asked, answered, closed; in both records unless told otherwise."""
    thread_id = thread(sender, recipient.unit_id, now=WRITTEN, subject="Zebrasubject", patient_name="Zebrapatient",
                       body="Zebrabody", **fields)  # fmt: skip
    threads.open_thread(recipient, thread_id, now=WRITTEN)
    threads.note(recipient, thread_id, "Zebranote", submission_id=submission_id(), now=WRITTEN)
    threads.reply(
        recipient, thread_id, "Zebraanswer", expects_reply=False, close=False, version=version_of(thread_id),
        submission_id=submission_id(), now=WRITTEN + timedelta(hours=1), rules=RULES,
    )  # fmt: skip
    threads.open_thread(sender, thread_id, now=WRITTEN + timedelta(hours=2))
    if transferred:
        for person in (sender, recipient):
            threads.transfer(person, thread_id, now=WRITTEN + timedelta(hours=2))
    threads.close(sender, thread_id, version=version_of(thread_id), now=WRITTEN + timedelta(hours=3))
    return thread_id


def decide(admin: Actor, *people: Actor, days: str = "90", automatic: bool = False) -> None:
    for person in people:
        keeping.decide(admin, organization_of(person), keep_days=days, automatic=automatic, now=LATER)


def due(admin: Actor, person: Actor) -> int:
    release_reading()
    return keeping.count(admin, organization_of(person), now=LATER)


def test_nothing_goes_by_default_nor_by_one_sides_decision(admin: Actor) -> None:
    sender, recipient = pair()
    finished(sender, recipient)
    assert due(admin, sender) == 0
    decide(admin, sender)
    assert due(admin, sender) == 0
    decide(admin, recipient)
    assert due(admin, sender) == due(admin, recipient) == 1


def test_the_longer_of_the_two_times_holds(admin: Actor) -> None:
    sender, recipient = pair()
    finished(sender, recipient)
    decide(admin, sender, days="30")
    decide(admin, recipient, days="200")
    assert due(admin, sender) == 0


def test_only_closed_threads_that_both_have_in_their_records(admin: Actor) -> None:
    sender, recipient = pair()
    decide(admin, sender, recipient)
    finished(sender, recipient, transferred=False)
    open_still = thread(sender, recipient.unit_id, now=WRITTEN, patient_id=OTHER_PATIENT)
    assert due(admin, sender) == 0
    threads.transfer(sender, open_still, now=WRITTEN)
    assert due(admin, sender) == 0


def test_a_message_after_the_transfer_must_be_transferred_too(admin: Actor) -> None:
    sender, recipient = pair()
    decide(admin, sender, recipient)
    thread_id = finished(sender, recipient)
    threads.reply(
        recipient, thread_id, "Zebraanswer till", expects_reply=False, close=True, version=version_of(thread_id),
        submission_id=submission_id(), now=WRITTEN + timedelta(days=1), rules=RULES,
    )  # fmt: skip
    threads.open_thread(sender, thread_id, now=WRITTEN + timedelta(days=1))
    assert due(admin, sender) == 0


def test_what_is_disposed_of_is_gone_and_the_tombstone_and_the_log_stay(admin: Actor) -> None:
    sender, recipient = pair()
    thread_id = finished(sender, recipient)
    kept = finished(sender, recipient, transferred=False, patient_id=OTHER_PATIENT)
    decide(admin, sender, recipient)
    assert keeping.dispose(admin, organization_of(sender), seen=1, now=LATER).threads == 1
    release_reading()
    gone = row(Thread, id=thread_id)
    assert (gone.subject, gone.patient_name, gone.patient_number, gone.patient_label) == ("", "", "", "")
    assert gone.disposed_at == LATER and gone.closed_at and gone.sender_unit_id == sender.unit_id
    assert {message.body for message in rows(Message, thread_id=thread_id)} == {""}
    assert {note.body for note in rows(InternalNote, thread_id=thread_id)} == {""}
    assert {event.words for event in rows(ThreadEvent, thread_id=thread_id)} == {None}
    assert rows(SearchDocument, thread_id=thread_id) == [] != rows(SearchDocument, thread_id=kept)
    assert row(Thread, id=kept).subject == "Zebrasubject"
    logged = rows(AccessLogRow, action=LogAction.DISPOSE)
    assert [(found.thread_id, found.user_id, found.patient_number) for found in logged] == [
        (thread_id, admin.user_id, "200001012384")
    ]
    assert row(Disposal).threads == 1
    head = get_head(thread_id=thread_id, unit_id=sender.require_unit())
    page = get_thread(head)
    assert head.state is State.DISPOSED and page.subject == "Gallrat ärende" and not page.messages and not head.moves
    with access_log.whole() as log:
        assert verify(log_key(), log.rows, head=log.head) == Verdict(log.head.last_id)


def test_a_byte_search_finds_nothing_of_it(admin: Actor, tmp_path: object) -> None:
    """SQLite: the file after VACUUM. PostgreSQL: every row of every table, as a dump has them."""
    sender, recipient = pair()
    other = user("Eva Ek", unit_id=unit("Söder"))
    thread_id = finished(sender, recipient)
    moved = thread(sender, recipient.unit_id, now=WRITTEN, patient_id=OTHER_PATIENT, body="Zebrabody")
    threads.forward(
        recipient, moved, unit_id=other.unit_id, reason=ForwardReason.OTHER, words="Zebrawhy",
        version=version_of(moved), now=WRITTEN, rules=RULES,
    )  # fmt: skip
    for person in (sender, other):
        threads.transfer(person, moved, now=WRITTEN)
    threads.close(sender, moved, version=version_of(moved), now=WRITTEN)
    decide(admin, sender, recipient, other)
    assert found_in_the_database() >= {"Zebrasubject", "Zebrapatient", "Zebrabody", "Zebranote", "Zebrawhy"}
    keeping.dispose(admin, organization_of(sender), seen=2, now=LATER)
    release_reading()
    assert found_in_the_database() <= {"200001012384"}, "only the access log may still name the patient (L3)"
    assert row(Thread, id=thread_id).disposed_at


def found_in_the_database() -> set[str]:
    url = db.engine.url
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver = connection.connection.driver_connection
            driver.rollback()
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw = Path(url.database).read_bytes()
        return {word for word in WORDS if re.search(word.encode(), raw, re.IGNORECASE)}
    said = str(everything())
    with db.engine.connect() as connection:
        said += str(connection.execute(text("SELECT tokens FROM search_document")).all())
    return {word for word in WORDS if re.search(word, said, re.IGNORECASE)}


def test_l3_both_sides_reviewers_find_it_in_the_log_and_nobody_else(admin: Actor) -> None:
    sender, recipient = pair()
    finished(sender, recipient)
    decide(admin, sender, recipient)
    keeping.dispose(admin, organization_of(sender), seen=1, now=LATER)
    release_reading()
    stranger = user(role=Role.LOG_REVIEWER, organization_id=organization_of(user()))
    for person, seen in ((sender, 1), (recipient, 1), (None, 0)):
        reviewer = stranger if person is None else user(
            role=Role.LOG_REVIEWER, organization_id=organization_of(person)
        )  # fmt: skip
        asked = LogQuery(action=LogAction.DISPOSE)
        found = access_log.reviewed(asked, user_id=reviewer.user_id, page=1, now=LATER)
        assert len(found.rows) == seen


def test_a_preview_that_is_out_of_date_disposes_of_nothing(admin: Actor) -> None:
    sender, recipient = pair()
    finished(sender, recipient)
    decide(admin, sender, recipient)
    with nothing_written(), pytest.raises(Conflict, match="Antalet ärenden som skulle gallras är nu 1, inte 2"):
        keeping.dispose(admin, organization_of(sender), seen=2, now=LATER)


def test_the_worker_disposes_at_night_and_only_where_the_policy_says_so(admin: Actor) -> None:
    sender, recipient = pair()
    thread_id = finished(sender, recipient)
    decide(admin, sender, recipient)
    night = at("Wed 2026-11-18 02:00")
    assert keeping.dispose_at_night(now=night) == 0
    decide(admin, sender, automatic=True)
    assert keeping.dispose_at_night(now=at("Wed 2026-11-18 12:00")) == 0
    assert keeping.dispose_at_night(now=night) == 1
    assert row(Thread, id=thread_id).disposed_at == night
    assert rows(AccessLogRow, action=LogAction.DISPOSE)[0].user_id == admin.user_id
    assert keeping.dispose_at_night(now=night) == 0


def test_an_ended_policy_keeps_everything(admin: Actor) -> None:
    sender, recipient = pair()
    finished(sender, recipient)
    decide(admin, sender, recipient)
    keeping.end(admin, organization_of(sender), now=LATER)
    assert due(admin, sender) == 0
    with pytest.raises(NotFound):
        keeping.end(admin, organization_of(sender), now=LATER)


@pytest.mark.parametrize("days", ["", "29", "trettio", "-90", "1e3", "9" * 400, "٩٠"])
def test_days_that_are_none_are_refused(admin: Actor, days: str) -> None:
    sender, _recipient = pair()
    with pytest.raises(Refused, match="Skriv antalet dagar med siffror"):
        keeping.decide(admin, organization_of(sender), keep_days=days, automatic=False, now=LATER)


def test_only_a_system_administrator_decides(app: Flask) -> None:
    sender, _recipient = pair()
    for call in (
        lambda: keeping.decide(sender, 1, keep_days="90", automatic=False, now=LATER),
        lambda: keeping.end(sender, 1, now=LATER),
        lambda: keeping.count(sender, 1, now=LATER),
        lambda: keeping.dispose(sender, 1, seen=0, now=LATER),
    ):
        with pytest.raises(NotAllowed):
            call()
