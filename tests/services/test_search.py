"""What the search index holds (P4), and that whoever searches is logged (L1)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from lcweb.db import db, transaction
from lcweb.domain.errors import NotAllowed, NotFound
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.search import SearchQuery, TypedSearch, query
from lcweb.models import AccessLogRow, InternalNote, Message, SearchDocument, ThreadEvent
from lcweb.services import search
from tests.at import at
from tests.databases import make_settings, opened
from tests.factories import OTHER_PATIENT, organization, pair, submission_id, thread, user
from tests.rows import nothing_written, row, rows

NOW = at("Mon 2026-11-16 09:00")


def log_of(person: Actor, **typed: Any) -> list[str]:
    """The patient's number of each row that this search leaves in the log."""
    before = len(rows(AccessLogRow))
    search.search(person, query(TypedSearch(**typed)), now=NOW)
    written = rows(AccessLogRow)[before:]
    assert {(r.action, r.user_id, r.unit_id, r.thread_id, r.at) for r in written} == {
        ("search", person.user_id, person.unit_id, None, NOW)
    }
    return [r.patient_number for r in written]


# The log --------------------------------------------------------------------------------------------------------------


def test_l1_a_search_is_logged_with_the_patients_that_it_names(app: Flask) -> None:
    person = user()
    assert log_of(person, words="sår") == [""]
    assert log_of(person, words="20000101-2384") == ["200001012384"]
    assert log_of(person, words="sår 20000101-2384", patient_id=OTHER_PATIENT) == ["189001019802", "200001012384"]
    assert log_of(person, patient_id="99H12345") == ["99H12345"]


def test_l1_ten_digits_are_logged_as_the_patients_of_the_unit_that_they_reach(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.require_unit(), now=NOW)
    assert log_of(recipient, patient_id="000101-2384") == ["200001012384"]
    assert log_of(user(), patient_id="000101-2384") == ["0001012384"]


@pytest.mark.parametrize("role", [Role.LIST_ADMIN, Role.SYSTEM_ADMIN, Role.LOG_REVIEWER])
def test_who_sees_no_threads_searches_none(app: Flask, role: Role) -> None:
    person = user(role=role, organization_id=None if role is Role.SYSTEM_ADMIN else organization())
    with nothing_written(), pytest.raises(NotAllowed):
        search.search(person, SearchQuery(unit_id=1), now=NOW)


def test_who_has_chosen_no_unit_searches_none(app: Flask) -> None:
    nowhere = Actor(user_id=user().user_id, name="Tor Två", title="", roles=frozenset({Role.NURSE}))
    with nothing_written(), pytest.raises(NotFound):
        search.search(nowhere, SearchQuery(unit_id=1), now=NOW)


# The index ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(app: Flask) -> int:
    """A thread with a message, an event with words and a note of each unit."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW, subject="Sår", body="Kom!")
    with transaction() as session:
        event = ThreadEvent(thread_id=thread_id, at=NOW, kind="returned", unit_name="", user_name="", words="Fel enhet")
        notes = [note(thread_id, person) for person in (sender, recipient)]
        session.add_all([event, *notes])
        session.flush()
        search.add_event(session, event)
        for each in notes:
            search.add_note(session, each)
    return thread_id


def note(thread_id: int, person: Actor) -> InternalNote:
    return InternalNote(
        thread_id=thread_id, unit_id=person.require_unit(), author_id=person.user_id, author_name=person.name,
        body="Ring", written_at=NOW, submission_id=submission_id(),
    )  # fmt: skip


def documents() -> list[tuple[str, int | None]]:
    return [(document.tokens, document.unit_id) for document in rows(SearchDocument)]


def hide(verb: Callable[..., None], *arguments: int | None) -> None:
    with transaction() as session:
        verb(session, *arguments)


def test_each_text_is_a_document_and_a_note_its_unit_s_own(filled: int) -> None:
    ours, theirs = (each.unit_id for each in rows(InternalNote))
    assert documents() == [
        ("sz000e5r tove testsson", None), ("kom", None), ("fel enhet", None), ("ring", ours), ("ring", theirs),
    ]  # fmt: skip
    assert {document.thread_id for document in rows(SearchDocument)} == {filled}


def test_what_holds_no_word_is_no_document(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=NOW, body="…")
    with transaction() as session:
        event = ThreadEvent(thread_id=thread_id, at=NOW, kind="closed", unit_name="", user_name="")
        session.add(event)
        session.flush()
        search.add_event(session, event)
    assert len(rows(SearchDocument)) == 1


def test_a_withdrawn_message_stays_with_who_wrote_it_and_a_voided_one_with_nobody(filled: int) -> None:
    message = row(Message)
    hide(search.hide_message, message.id, message.unit_id)
    assert documents()[1] == ("kom", message.unit_id)
    hide(search.hide_message, message.id, None)
    assert "kom" not in dict(documents())


def test_a_withdrawn_thread_stays_with_its_sender_and_a_voided_one_with_nobody(filled: int) -> None:
    ours = row(Message).unit_id
    hide(search.hide_thread, filled, ours)
    assert documents() == [(words, ours) for words in ("sz000e5r tove testsson", "kom", "fel enhet", "ring")]
    hide(search.hide_thread, filled, None)
    assert documents() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_index_follows_its_table(app: Flask, filled: int) -> None:
    """`rank` 1 also compares the index with the table that it is about."""
    check = text("INSERT INTO search_fts (search_fts, rank) VALUES ('integrity-check', 1)")
    word = text("SELECT count(*) FROM search_fts WHERE search_fts MATCH 'kom'")
    for happens in (
        lambda: None,
        lambda: hide(search.hide_message, row(Message).id, row(Message).unit_id),
        lambda: hide(search.hide_thread, filled, row(Message).unit_id),
        lambda: db.session.execute(text("UPDATE search_document SET tokens = 'kom nu' WHERE message_id IS NOT NULL")),
    ):
        happens()
        db.session.execute(check)
        assert db.session.execute(word).scalar_one() == 1
        db.session.commit()
    hide(search.hide_thread, filled, None)
    db.session.execute(check)
    assert db.session.execute(word).scalar_one() == 0


def test_a_search_reads_an_index_and_not_every_text(app: Flask, filled: int) -> None:
    on_sqlite = db.engine.dialect.name == "sqlite"
    with db.engine.connect() as connection:
        if on_sqlite:
            asked = "EXPLAIN QUERY PLAN SELECT rowid FROM search_fts WHERE search_fts MATCH '\"kom\" *'"
        else:
            connection.execute(text("SET enable_seqscan = off"))
            asked = (
                "EXPLAIN SELECT id FROM search_document WHERE array_to_tsvector(string_to_array(tokens, ' ')) "
                "@@ CAST('''kom'':*' AS tsquery)"
            )
        plan = " ".join(str(line) for line in connection.execute(text(asked.replace(":*", "\\:*"))))
    assert ("VIRTUAL TABLE INDEX" if on_sqlite else "ix_search_document_tokens") in plan


def test_what_was_there_before_the_index_is_put_in_as_if_it_were_sent_today(
    empty_database_url: str, tmp_path: Any
) -> None:
    """The migration's own spelling of words is a copy of the app's, frozen."""
    with opened(make_settings(empty_database_url, tmp_path)) as app, app.app_context():
        upgrade()
        sender, recipient = pair()
        for body in ("Får fa\u030ar z 🌍 ½ İSTANBUL ß ﬁ", "å" * 400, "…", "Hej " * 2000):
            thread(sender, recipient.require_unit(), now=NOW, body=body)
        thread(sender, recipient.require_unit(), now=NOW, protected=True, body="Tove 20000101-2384 Testsson flyttar")
        before = [(d.thread_id, d.message_id, d.unit_id, d.tokens) for d in rows(SearchDocument)]
        downgrade(revision="0001")
        upgrade()
        after = [(d.thread_id, d.message_id, d.unit_id, d.tokens) for d in rows(SearchDocument)]
        assert sorted(after, key=str) == sorted(before, key=str)
        assert len(after) == 9
        assert (5, 5, None, "flyttar") in after
