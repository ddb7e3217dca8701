"""Closing a unit: nothing is lost, everybody sees what is theirs, and every duty keeps its time (S1, S2, T5)."""

from typing import Any

import pytest
from flask import Flask

from lcweb.db import Base, db, release_reading
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import operator
from lcweb.domain.reminders import Kind
from lcweb.models import (
    Change,
    Draft,
    InboxVersion,
    InternalNote,
    Membership,
    Message,
    Obligation,
    OutboxMail,
    Phrase,
    RecipientEdit,
    RecipientEntry,
    Thread,
    ThreadEvent,
    ThreadParty,
    Unit,
)
from lcweb.queries.threads import get_head
from lcweb.queries.units import consequences
from lcweb.services import reminders, threads
from lcweb.services.outbox import deliver, waiting
from tests.at import at, day
from tests.factories import RULES, submission_id, version_of
from tests.postman import Postman
from tests.rows import everything, nothing_written, row, rows
from tests.services import closing
from tests.services.closing import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    House,
    duties,
    fill,
    furnish,
    opened,
    page,
    reply,
    seen_by,
    write,
)
from tests.services.walk import texts


@pytest.fixture
def house(app: Flask) -> House:
    return closing.build()


def keys() -> dict[str, set[Any]]:
    """Of every row of every table but that of the sides, whose key names the unit."""
    with db.engine.connect() as connection:
        return {
            table.name: set(map(tuple, connection.execute(db.select(*table.primary_key))))
            for table in Base.metadata.sorted_tables
            if table.name not in ("thread_party", "opening")
        }


# Without a successor --------------------------------------------------------------------------------------------------


def test_with_three_open_threads_it_is_refused_and_says_how_many(house: House) -> None:
    for number in range(3):
        write(house.anna, house.karin, f"fråga{number}")
    with nothing_written(), pytest.raises(Refused) as refused:
        house.close(successor_id=None)
    assert refused.value.problems == {
        "successor": "Hemsjukvård Norr har 3 ärenden som är öppna eller olästa. Välj vilken enhet som tar över dem, "
        "eller läs och avsluta dem först."
    }


def test_what_nobody_has_read_stands_in_the_way_too(house: House) -> None:
    """An answer that nobody has seen must not disappear with the unit."""
    thread_id = write(house.karin, house.anna, "fråga")
    reply(house.anna, thread_id, "svar", close=False)
    threads.close(house.karin, thread_id, version=version_of(thread_id), now=MONDAY)
    with pytest.raises(Refused) as refused:
        house.close(successor_id=None)
    assert "ett ärende som är öppet eller oläst" in refused.value.problems["successor"]
    opened(house.karin, thread_id)
    house.close(successor_id=None)


def test_an_empty_unit_closes_its_rows_end_yesterday_and_its_people_lose_their_roles(house: House) -> None:
    furnish(house)
    done = house.close(successor_id=None)
    assert (done.successor, done.threads, done.list_rows, done.people) == (None, 0, 3, 1)
    closed = row(Unit, id=house.north)
    assert (closed.closed_at, closed.successor_id) == (TUESDAY, None)
    entries = {entry.area: entry for entry in rows(RecipientEntry)}
    assert (entries["Norr"].valid_to, entries["Norr"].removed) == (day("Mon 2026-11-16"), False)
    assert [entries[area].removed for area in ("Nordväst", "Centrum", "Förr")] == [True, True, False]
    assert row(RecipientEdit, kind="unit_closed").made_by == "Driften"
    assert row(Membership, unit_id=house.north).ended_at == TUESDAY
    assert row(Phrase, unit_id=house.north).ended_by == "Driften"
    assert [change.what for change in rows(Change, noun="unit", row_id=house.north)] == ["added", "closed"]


def test_the_numbers_beforehand_tell_what_is_there(house: House) -> None:
    fill(house)
    furnish(house)
    recipients_of_norr = closing.entry(house.south, "Norr", valid_from=day("Mon 2026-11-16"))
    closing.recipients.add_entry(operator(), recipients_of_norr, now=MONDAY)
    release_reading()
    found = consequences(house.north, now=TUESDAY)
    assert (found.open_as_sender, found.open_as_recipient, found.closed, found.left) == (1, 3, 1, 3)
    assert (found.unread, found.duties, found.phrases, found.drafts, found.staff) == (0, 2, 1, 1, ["Karin Berg"])
    assert {entry.area: entry.alone for entry in found.lists} == {"Norr": False, "Nordväst": True, "Centrum": True}


# With a successor -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_people", [False, True], ids=["closed", "merged"])
def test_everything_is_accounted_for(house: House, with_people: bool) -> None:
    ids = fill(house)
    furnish(house)
    before, owed, all_rows = keys(), duties(), everything()
    seen = {name: seen_by(getattr(house, name).require_unit()) for name in ("anna", "karin", "sven", "cecilia")}
    done = house.close(with_people=with_people)
    assert done.threads == len(ids)
    after = keys()
    assert {name: lost for name, old in before.items() if (lost := old - after[name])} == {}
    for name in ("thread_party", "opening", "message", "internal_note", "obligation", "thread", "search_document"):
        assert len(everything()[name]) == len(all_rows[name]), name
    assert duties() == owed
    assert not [duty for duty in rows(Obligation, ended_at=None) if house.north in (duty.unit_id, duty.owed_to_unit_id)]
    now_seen = seen_by(house.south)
    assert set(now_seen) == set(ids.values())
    for thread_id, known in seen["karin"].items():
        assert now_seen[thread_id] >= known, "what the closed unit could see, its successor sees"
    assert seen_by(house.anna.require_unit()) == seen["anna"]
    assert seen_by(house.cecilia.require_unit()) == seen["cecilia"]
    assert not rows(Message, unit_id=house.north) and not rows(InternalNote, unit_id=house.north)
    assert {message.author_unit for message in rows(Message, author_id=house.karin.user_id)} == {"Hemsjukvård Norr"}
    handler = house.karin.user_id if with_people else None
    for name in ("answered", "had by south"):
        assert row(ThreadParty, thread_id=ids[name], unit_id=house.south).claimed_by_id == handler
    drafts = [draft.unit_id for draft in rows(Draft)]
    assert drafts == [house.south if with_people else house.north]


def test_each_open_thread_tells_both_sides_and_open_pages_fetch_anew(house: House) -> None:
    ids = fill(house)
    versions = {found.unit_id: found.version for found in rows(InboxVersion)}
    revisions = {found.id: found.revision for found in rows(Thread)}
    house.close()
    told = {event.thread_id for event in rows(ThreadEvent, kind="unit_closed")}
    assert told == {ids[name] for name in ("unopened", "answered", "asked", "had by south")}
    event = next(event for event in page(ids["asked"], house.anna.require_unit()).events)
    assert (event.kind, event.unit, event.to_unit) == ("unit_closed", "Hemsjukvård Norr", "Hemsjukvård Söder")
    assert all(found.revision > revisions[found.id] for found in rows(Thread))
    for unit_id in (house.anna.unit_id, house.south, house.north, house.cecilia.unit_id):
        assert row(InboxVersion, unit_id=unit_id).version > versions[unit_id]


def test_a_half_written_answer_learns_who_has_the_thread_now(house: House) -> None:
    thread_id = fill(house)["asked"]
    seen = version_of(thread_id)
    house.close()
    with pytest.raises(Conflict):
        threads.reply(house.anna, thread_id, "svar", expects_reply=False, close=False, version=seen,
                      submission_id=submission_id(), now=TUESDAY, rules=RULES)  # fmt: skip


def test_a_former_party_that_gets_it_back_sees_everything_and_who_left_stays_left(house: House) -> None:
    ids = fill(house)
    house.close()
    back = page(ids["had by south"], house.south).head
    assert (back.side, back.left_at, back.duty and back.duty.unit_id) == ("recipient", None, house.south)
    assert page(ids["forwarded"], house.south).head.side == "former"
    assert page(ids["returned"], house.south).head.side == "former"
    assert "svaråtta" in texts(page(ids["sent to south"], house.south))
    release_reading()
    with pytest.raises(NotFound):
        get_head(thread_id=ids["asked"], unit_id=house.north)


def test_the_lists_name_the_successor_from_today_with_the_same_area_note_and_last_day(house: House) -> None:
    furnish(house)
    house.close()
    new = {entry.area: entry for entry in rows(RecipientEntry, unit_id=house.south)}
    assert set(new) == {"Norr", "Nordväst", "Centrum"}
    found = [(new[area].valid_from, new[area].valid_to) for area in ("Norr", "Nordväst", "Centrum")]
    today = day("Tue 2026-11-17")
    assert found == [(today, None), (today, None), (day("Mon 2026-11-30"), day("Thu 2026-12-31"))]
    assert {(entry.position, entry.note == f"Om {area}") for area, entry in new.items()} == {(10, True)}


def test_an_area_that_the_successor_has_already_is_not_listed_twice(house: House) -> None:
    furnish(house)
    closing.recipients.add_entry(operator(), closing.entry(house.south, "Norr", valid_from=day("Mon 2026-11-02")),
                                 now=MONDAY)  # fmt: skip
    house.close()
    assert len(rows(RecipientEntry, unit_id=house.south, area="Norr")) == 1


def test_phrases_go_along_and_none_shadows_another(house: House) -> None:
    furnish(house)
    house.close()
    living = {phrase.title: phrase.body for phrase in rows(Phrase, ended_at=None)}
    assert living == {"hälsning": "Hej från söder!", "Hälsning (2)": "Hej från norr!"}


def test_tomorrows_mails_go_to_the_successor_and_queued_ones_are_superseded(house: House) -> None:
    """M3, B4."""
    write(house.anna, house.karin, "fråga")
    reminders.tick(now=at("Tue 2026-11-17 11:05"), rules=RULES)
    house.close(now=at("Tue 2026-11-17 11:10"))
    postman = Postman()
    for mail_id in waiting(now=at("Tue 2026-11-17 11:15")):
        deliver(mail_id, now=at("Tue 2026-11-17 11:15"), rules=RULES, post=postman.post())
    states = {mail.unit_id: mail.status for mail in rows(OutboxMail)}
    assert (states[house.north], states[house.south]) == ("superseded", "sent")
    owed = reminders.preview(now=at("Thu 2026-11-19 09:00"), rules=RULES)
    assert [mail.unit_id for mail in owed if mail.kind is Kind.DUE_TODAY] == [house.south]
    assert house.north not in {mail.unit_id for mail in reminders.preview(now=at("Thu 2026-11-19 15:05"), rules=RULES)}


def test_open_threads_between_the_two_are_refused_and_closed_ones_stay(house: House) -> None:
    """S1: a unit cannot write to itself."""
    thread_id = write(house.sven, house.karin, "frågatio")
    with nothing_written(), pytest.raises(Refused) as refused:
        house.close()
    assert "ett ärende som är öppet eller oläst med Hemsjukvård Söder" in refused.value.problems["successor"]
    opened(house.karin, thread_id)
    reply(house.karin, thread_id, "svartio", close=True)
    before = seen_by(house.south)
    assert house.close().threads == 0
    opened(house.sven, thread_id)
    assert seen_by(house.south) == before
    assert row(Thread).recipient_unit_id == house.north
    with pytest.raises(Refused) as refused:
        reply(house.sven, thread_id, "mer", now=WEDNESDAY)
    assert refused.value.problems == {"form": "Hemsjukvård Norr är stängd, och er enhet har tagit över efter den."}
