"""The own unit's threads by word, number, unit, period and status (P4), the same on both databases."""

import unicodedata
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from lcweb.db import transaction
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.search import SearchQuery, Status, terms
from lcweb.models import InternalNote, Message, SearchDocument, Thread, ThreadEvent, ThreadParty
from lcweb.queries import search
from lcweb.queries.search import Found
from lcweb.services import search as verbs
from lcweb.services import threads
from tests.at import at, day
from tests.factories import (
    OTHER_PATIENT,
    RULES,
    colleague,
    pair,
    submission_id,
    thread,
    unit,
    version_of,
)
from tests.rows import row, rows
from tests.web.visits import statements

MONDAY, TUESDAY = at("Mon 2026-11-16 09:00"), at("Tue 2026-11-17 09:00")


def look(person: Actor, words: str = "", *, page: int = 1, now: datetime = TUESDAY, **fields: Any) -> Found:
    return search.find_threads(
        unit_id=person.require_unit(), user_id=person.user_id, may_open_protected=Role.UNIT_MANAGER in person.roles,
        query=SearchQuery(terms=terms(words), **fields), page=page, now=now,
    )  # fmt: skip


def ids(found: Found) -> list[int]:
    return [row.thread_id for row in found.rows]


def change(model: Any, where: dict[str, Any], **values: Any) -> None:
    """What another verb would do, without the rest of it."""
    with transaction() as session:
        session.execute(update(model).filter_by(**where).values(**values))


def answer(person: Actor, thread_id: int, body: str, *, now: datetime = TUESDAY) -> None:
    threads.reply(
        person, thread_id, body, expects_reply=False, close=False, version=version_of(thread_id),
        submission_id=submission_id(), now=now, rules=RULES,
    )  # fmt: skip


# What is found --------------------------------------------------------------------------------------------------------

CORPUS: dict[str, dict[str, Any]] = {
    "sheep": {"subject": "Besök på gården", "body": "Patienten har får hemma. Ring 035-13 10 10 först."},
    "father": {"subject": "Far och son", "body": "Hans far följer med. Hembesök på måndag."},
    "wound": {"subject": "Såromläggning", "body": 'Byt förband "Mepilex" varje dag.'},
    "again": {"subject": "ÅTERBESÖK", "body": "Blodtryck 140/90.", "patient_name": "Åke Öst",
              "patient_id": OTHER_PATIENT},
    "hands": {"subject": "Kateter", "body": unicodedata.normalize("NFD", "Händer och fötter är kalla")},
    "zinc": {"subject": "Zinkpasta", "body": "Använd zink 🌍 som a AND b NOT c"},
}  # fmt: skip
TOVE = ["sheep", "father", "wound", "hands", "zinc"]
QUERIES: dict[str, list[str]] = {
    "får": ["sheep"],
    "far": ["father"],
    "FÅR": ["sheep"],
    "fa\u030ar": ["sheep"],
    "fär": [],
    "hem": ["sheep", "father"],
    "far hem": ["father"],
    "hem far": [],
    "far son hans": ["father"],
    "besök får": ["sheep"],
    "såromlägg": ["wound"],
    "omläggning": [],
    "sår": ["wound"],
    "sar": [],
    "återbesök": ["again"],
    "Åter": ["again"],
    "ater": [],
    "öst åke": ["again"],
    "ost": [],
    "tove": TOVE,
    '"': [],
    "*": [],
    "": [],
    "🌍": [],
    "-": [],
    "\\": [],
    "a AND": ["zinc"],
    "NOT": ["zinc"],
    "mepi*": ["wound"],
    '"mepilex" "': ["wound"],
    "får:*": ["sheep"],
    "får & far": [],
    "får OR far": [],
    "NEAR(a b)": [],
    "'; DROP TABLE thread --": [],
    "tokens:får": [],
    "\0får": ["sheep"],
    "x" * 5000: [],
    "191212-1212": [],
    "20000101-2384": TOVE,
    "000101-2384": TOVE,
    "18900101\u20139802": ["again"],
    "9001019802 blod": ["again"],
    "189001019802 får": [],
    "2384": [],
    "035": ["sheep"],
    "140": ["again"],
    "händer": ["hands"],
    "fo\u0308tter ha\u0308nd": ["hands"],
    "zin": ["zinc"],
    "z": ["zinc"],
    "b": ["sheep", "wound", "again", "zinc"],
}


def test_the_same_words_find_the_same_threads_on_both_databases(app: Flask) -> None:
    sender, recipient = pair()
    made = {name: thread(sender, recipient.require_unit(), now=MONDAY, **fields) for name, fields in CORPUS.items()}
    assert list(made.values()) == [1, 2, 3, 4, 5, 6]
    names = {thread_id: name for name, thread_id in made.items()}
    for person in (sender, recipient):
        found = {words: look(person, words) for words in QUERIES}
        assert {words: [names[i] for i in ids(each)] for words, each in found.items()} == QUERIES
        assert [each.total for each in found.values()] == [len(expected) for expected in QUERIES.values()]


def test_every_word_must_be_found_each_in_any_text_of_the_thread(app: Flask) -> None:
    sender, recipient = pair()
    one, other = (thread(sender, recipient.require_unit(), now=MONDAY, subject="Förband") for _ in range(2))
    answer(recipient, one, "Vi kommer på fredag")
    answer(recipient, other, "Vi kommer på torsdag")
    assert ids(look(sender, "testsson förband måndag fred")) == [one]


def test_a_row_is_all_that_a_list_may_show(app: Flask) -> None:
    """P2."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=MONDAY)
    (found,) = look(recipient, "sår").rows
    assert found == search.SearchRow(
        thread_id=thread_id, subject="Såromläggning", patient="T.T. f. 2000", other_unit=sender.unit_name,
        duty_kind="reply", due_at=at("Thu 2026-11-19 16:30"), ours=True, unopened=True, messages=1, closed=False,
        withdrawn=False, left_how=None, last_at=MONDAY,
    )  # fmt: skip
    (mirrored,) = look(sender, "sår").rows
    assert (mirrored.other_unit, mirrored.ours, mirrored.unopened) == (recipient.unit_name, False, False)


@pytest.mark.parametrize("few", [search.FEW, 1])
def test_the_latest_comes_first_in_pages_and_all_are_counted(
    app: Flask, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Whichever way PostgreSQL takes."""
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    monkeypatch.setattr(search, "FEW", few)
    sender, recipient = pair()
    early, late, later = (thread(sender, recipient.require_unit(), now=MONDAY.replace(minute=m)) for m in (1, 2, 3))
    answer(recipient, early, "Ja.")
    pages = [look(sender, "sår", page=number) for number in (1, 2, 3)]
    assert [ids(page) for page in pages] == [[early, later], [late], []]
    assert [(page.total, page.more) for page in pages] == [(3, True), (3, False), (3, False)]


def test_three_statements_at_most_whatever_is_asked(app: Flask) -> None:
    sender, recipient = pair()
    for _ in range(3):
        thread(sender, recipient.require_unit(), now=MONDAY)
    with statements() as asked:
        look(sender, "sår måndag tove", patient_numbers=("200001012384",), status=Status.OVERDUE)
    assert len(asked) <= 3


# Filters --------------------------------------------------------------------------------------------------------------


def test_a_number_of_its_own_field_narrows(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.require_unit(), now=MONDAY)
    other = thread(sender, recipient.require_unit(), now=MONDAY, patient_id=OTHER_PATIENT)
    assert ids(look(sender, patient_numbers=("189001019802",))) == [other]
    assert ids(look(sender, "såret", patient_numbers=("189001019802", "x"))) == [other]
    assert ids(look(sender, "finnsinte", patient_numbers=("189001019802",))) == []


def test_the_unit_is_the_other_one_or_for_the_sender_any_it_was_sent_on_to(app: Flask) -> None:
    sender, recipient = pair()
    third = unit()
    one, other = thread(sender, recipient.require_unit(), now=MONDAY), thread(sender, third, now=MONDAY)
    assert ids(look(sender, unit_id=recipient.unit_id)) == [one]
    assert ids(look(recipient, unit_id=sender.unit_id)) == [one]
    assert ids(look(recipient, unit_id=third)) == ids(look(sender, unit_id=sender.unit_id)) == []
    send_on(one, recipient, third)
    assert ids(look(sender, unit_id=recipient.unit_id)) == [one]
    assert ids(look(sender, unit_id=third)) == [one, other]
    assert ids(look(recipient, unit_id=third)) == []


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (("Mon 2026-11-16", "Mon 2026-11-16"), True),
        (("Tue 2026-11-17", "Tue 2026-11-17"), True),
        (("Wed 2026-11-18", "Wed 2026-11-18"), True),
        ((None, "Sun 2026-11-15"), False),
        ((None, "Mon 2026-11-16"), True),
        (("Wed 2026-11-18", None), True),
        (("Thu 2026-11-19", None), False),
    ],
)
def test_the_period_is_when_the_thread_went_on_by_stockholm_s_days(
    app: Flask, days: tuple[str | None, str | None], found: bool
) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=at("Mon 2026-11-16 00:30"))
    answer(recipient, thread_id, "Ja.", now=at("Wed 2026-11-18 23:30"))
    from_day, to_day = (day(each) if each else None for each in days)
    assert bool(look(sender, from_day=from_day, to_day=to_day).rows) == found


def test_the_status_is_open_overdue_or_closed(app: Flask) -> None:
    sender, recipient = pair()
    late = thread(sender, recipient.require_unit(), now=at("Mon 2026-11-09 09:00"))
    fresh, done, left = (thread(sender, recipient.require_unit(), now=MONDAY.replace(minute=m)) for m in (3, 2, 1))
    threads.close(sender, done, version=version_of(done), now=TUESDAY)
    send_on(left, recipient, unit())
    got = {status: ids(look(recipient, "såret", status=status)) for status in Status}
    assert got == {
        Status.ANY: [fresh, done, left, late],
        Status.OPEN: [fresh, late],
        Status.OVERDUE: [late],
        Status.CLOSED: [done, left],
    }
    assert ids(look(sender, status=Status.OPEN)) == [fresh, left, late]


# Who finds it ---------------------------------------------------------------------------------------------------------


def send_on(thread_id: int, by: Actor, to: int) -> None:
    """As forwarding leaves it: the old unit keeps its side up to now, the new one begins."""
    last = max(message.id for message in rows(Message, thread_id=thread_id))
    with transaction() as session:
        event = ThreadEvent(thread_id=thread_id, at=TUESDAY, kind="forwarded", unit_name="", user_name="",
                            words="Tillhör Söderområdet")  # fmt: skip
        session.add(event)
        session.add(ThreadParty(thread_id=thread_id, unit_id=to, unopened=1, last_at=TUESDAY))
        session.flush()
        verbs.add_event(session, event)
        event_id = event.id
    side = {"thread_id": thread_id, "unit_id": by.unit_id}
    change(ThreadParty, side, left_at=TUESDAY, left_how="forwarded", last_message_id=last, last_event_id=event_id)
    change(Thread, {"id": thread_id}, recipient_unit_id=to)


def test_only_the_units_of_the_thread_find_it(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.require_unit(), now=MONDAY)
    for stranger in pair():
        asked = [look(stranger, "såret"), look(stranger, "20000101-2384"), look(stranger, status=Status.OPEN),
                 look(stranger, patient_numbers=("200001012384",))]  # fmt: skip
        assert [each.total for each in asked] == [0, 0, 0, 0]


def test_a_unit_that_has_left_finds_what_it_had_seen_and_nothing_later(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=MONDAY)
    send_on(thread_id, recipient, unit())
    answer(sender, thread_id, "Hissen är trasig")
    with transaction() as session:
        later = ThreadEvent(thread_id=thread_id, at=TUESDAY, kind="returned", unit_name="", user_name="",
                            words="Fel hiss")  # fmt: skip
        session.add(later)
        session.flush()
        verbs.add_event(session, later)
    words = ("såret", "tove", "söderområdet", "hissen", "hiss", "fel", "200001012384")
    assert [look(recipient, each).total for each in words] == [1, 1, 1, 0, 0, 0, 1]
    assert [look(sender, each).total for each in words] == [1] * 7
    (found,) = look(recipient, "såret").rows
    assert (found.left_how, found.duty_kind, found.due_at) == ("forwarded", None, None)


def test_a_note_is_found_by_its_own_unit_alone(app: Flask) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=MONDAY)
    with transaction() as session:
        note = InternalNote(thread_id=thread_id, unit_id=recipient.require_unit(), author_id=recipient.user_id,
                            author_name="Karin Berg", body="Nyckeln ligger hos grannen", written_at=MONDAY,
                            submission_id=submission_id())  # fmt: skip
        session.add(note)
        session.flush()
        verbs.add_note(session, note)
    assert (ids(look(recipient, "nyckeln")), ids(look(sender, "nyckeln"))) == ([thread_id], [])


@pytest.mark.parametrize("by", ["its documents", "its columns"])
@pytest.mark.parametrize("how", ["withdrawn", "voided"])
def test_a_hidden_message_is_found_by_nobody_or_by_who_wrote_it(app: Flask, how: str, by: str) -> None:
    """Each of the two is enough: what one forgets, the other hides."""
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=MONDAY)
    answer(sender, thread_id, "Hissen är trasig")
    message = rows(Message)[-1]
    if by == "its documents":
        with transaction() as session:
            verbs.hide_message(session, message.id, message.unit_id if how == "withdrawn" else None)
    else:
        change(Message, {"id": message.id}, **{f"{how}_at": TUESDAY})
    assert ids(look(recipient, "hissen")) == []
    assert ids(look(sender, "hissen")) == ([thread_id] if how == "withdrawn" else [])
    assert ids(look(recipient, "såret")) == ids(look(sender, "såret")) == [thread_id]


@pytest.mark.parametrize("by", ["its documents", "its columns"])
@pytest.mark.parametrize("how", ["withdrawn", "voided"])
def test_a_hidden_thread_is_found_by_nobody_or_by_its_sender(app: Flask, how: str, by: str) -> None:
    sender, recipient = pair()
    thread_id = thread(sender, recipient.require_unit(), now=MONDAY)
    if by == "its documents":
        with transaction() as session:
            verbs.hide_thread(session, thread_id, sender.unit_id if how == "withdrawn" else None)
    else:
        change(Thread, {"id": thread_id}, **{f"{how}_at": TUESDAY})
        assert look(recipient, "20000101-2384").total == look(recipient, status=Status.ANY, unit_id=1).total == 0
    assert ids(look(recipient, "såret")) == []
    assert ids(look(sender, "såret")) == ([thread_id] if how == "withdrawn" else [])


def test_p3_a_protected_identity_is_never_found_by_name_or_number(app: Flask) -> None:
    """And by other words only by those who may open it."""
    sender, recipient = pair()
    thread_id = thread(
        sender, recipient.require_unit(), now=MONDAY, protected=True, subject="Besök hos Tove",
        body="Tove Testsson, 20000101-2384 och 000101-2384, har flyttat.",
    )  # fmt: skip
    manager, bystander = colleague(recipient, role=Role.UNIT_MANAGER), colleague(recipient)
    threads.claim(recipient, thread_id, now=MONDAY)
    people = (sender, recipient, manager, bystander)
    for hidden in ("tove", "testsson", "20000101-2384", "200001012384", "000101-2384", "2384", "20000101"):
        assert [look(person, hidden).total for person in people] == [0, 0, 0, 0], hidden
    assert [look(person, patient_numbers=("200001012384",)).total for person in people] == [0, 0, 0, 0]
    assert [ids(look(person, "flyttat")) for person in people] == [[thread_id], [thread_id], [thread_id], []]
    assert look(manager, "flyttat").rows[0].patient == "Skyddade uppgifter"


def test_nothing_of_a_protected_identity_stands_in_the_index(app: Flask) -> None:
    sender, recipient = pair()
    thread(sender, recipient.require_unit(), now=MONDAY, protected=True, subject="Besök hos Tove")
    words = {word for document in rows(SearchDocument) for word in document.tokens.split()}
    assert "besz000f6k" in words
    assert not words & {"tove", "testsson", "200001012384", "20000101", "2384"}
    assert row(Thread).patient_name == "Tove Testsson"
