"""Closing a unit: nothing is lost, everybody sees what is theirs, and every duty keeps its time (S1, S2, T5)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lcweb.db import Base, db, release_reading
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import UNIT_ROLES, Role, operator
from lcweb.domain.reminders import Kind
from lcweb.domain.search import TypedSearch
from lcweb.domain.search import query as typed_query
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
    UserSession,
)
from lcweb.queries import search as found_threads
from lcweb.queries.threads import ThreadPage, get_head, get_thread
from lcweb.queries.units import consequences
from lcweb.services import reminders, sessions, threads, units
from lcweb.services.outbox import deliver, waiting
from tests import factories
from tests.at import at, day
from tests.factories import PASSWORD, RULES, organization, submission_id, unit, user, version_of
from tests.postman import Postman
from tests.race import race
from tests.rows import everything, nothing_written, row, rows
from tests.services import closing
from tests.services.closing import MONDAY, TUESDAY, WEDNESDAY, House, fill, furnish, opened, reply, write
from tests.services.walk import texts


@pytest.fixture
def house(app: Flask) -> House:
    return closing.build()


def page(thread_id: int, unit_id: int) -> ThreadPage:
    release_reading()
    return get_thread(get_head(thread_id=thread_id, unit_id=unit_id))


def seen_by(unit_id: int) -> dict[int, frozenset[str]]:
    """Every thread that the unit can see, with every text that it reads there."""
    return {party.thread_id: texts(page(party.thread_id, unit_id)) for party in rows(ThreadParty, unit_id=unit_id)}


def keys() -> dict[str, set[Any]]:
    """Of every row of every table but that of the sides, whose key names the unit."""
    with db.engine.connect() as connection:
        return {
            table.name: set(map(tuple, connection.execute(db.select(*table.primary_key))))
            for table in Base.metadata.sorted_tables
            if table.name not in ("thread_party", "opening")
        }


def duties() -> dict[int, tuple[Any, ...]]:
    return {
        duty.id: (duty.thread_id, duty.received_at, duty.due_at, duty.kind) for duty in rows(Obligation, ended_at=None)
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


# The conversation goes on ---------------------------------------------------------------------------------------------


def test_what_the_old_unit_wrote_is_the_successors(house: House) -> None:
    ids = fill(house)
    house.close()
    sven = house.sven
    [question] = [message.id for message in rows(Message, thread_id=ids["asked"])]
    threads.correct(sven, ids["asked"], question, "rättelse", version=version_of(ids["asked"]),
                    submission_id=submission_id(), now=WEDNESDAY, rules=RULES)  # fmt: skip
    threads.withdraw(sven, ids["asked"], question, now=WEDNESDAY)
    assert "frågatre" not in texts(page(ids["asked"], house.anna.require_unit()))
    threads.acknowledge(sven, ids["unopened"], now=WEDNESDAY)
    reply(sven, ids["unopened"], "svarett", now=WEDNESDAY)
    assert "svarett" in texts(page(ids["unopened"], house.anna.require_unit()))
    opened(sven, ids["had by south"])
    assert threads.printed(sven, ids["had by south"], now=WEDNESDAY)
    for words in ("svartvå", "anteckningett", "frågafyra", "anteckningfem"):
        query = typed_query(TypedSearch(words=words))
        release_reading()
        found = found_threads.find_threads(unit_id=house.south, user_id=sven.user_id, may_open_protected=False,
                                           query=query, page=1, now=WEDNESDAY)  # fmt: skip
        assert found.total == 1, words


def test_an_answer_of_the_old_unit_that_is_voided_is_owed_again_by_the_successor(house: House) -> None:
    """With its first date (T5)."""
    thread_id = fill(house)["answered"]
    [ended] = rows(Obligation, thread_id=thread_id)
    house.close()
    answer = rows(Message, thread_id=thread_id)[1]
    threads.void(house.sven, thread_id, answer.id, reason="mixed_up", now=WEDNESDAY)
    [again] = rows(Obligation, thread_id=thread_id)
    assert (again.ended_at, again.unit_id, again.due_at) == (None, house.south, ended.due_at)


def test_a_closed_thread_is_opened_again_at_the_successor_with_what_was_left_undone(house: House) -> None:
    thread_id = write(house.anna, house.karin, "fråga")
    threads.close(house.anna, thread_id, version=version_of(thread_id), now=MONDAY)
    house.close()
    threads.reopen(house.sven, thread_id, now=WEDNESDAY, rules=RULES)
    [duty] = rows(Obligation, ended_at=None)
    assert (duty.unit_id, duty.owed_to_unit_id) == (house.south, house.anna.unit_id)


def test_a_question_of_the_old_unit_is_still_a_question_when_it_comes_back_and_is_sent_on(house: House) -> None:
    """B1: not an information, although the duty that it was has ended."""
    thread_id = write(house.karin, house.anna, "fråga")
    closing.give_back(house.anna, thread_id)
    house.close()
    closing.forward(house.sven, thread_id, house.cecilia.require_unit())
    [duty] = rows(Obligation, ended_at=None)
    assert (duty.unit_id, duty.owed_to_unit_id, duty.kind) == (house.cecilia.unit_id, house.south, "reply")


def test_what_the_old_units_own_page_has_polled_does_not_hinder_a_withdrawal(house: House) -> None:
    thread_id = write(house.karin, house.anna, "fråga")
    threads.shown_by_poll(house.karin, thread_id, now=MONDAY)
    house.close()
    [message] = page(thread_id, house.south).messages
    assert message.can_withdraw
    threads.withdraw(house.sven, thread_id, message.id, now=WEDNESDAY)


# People ---------------------------------------------------------------------------------------------------------------


def test_a_merge_takes_the_people_along_and_doubles_no_role(house: House) -> None:
    closing.give_role(house.karin, Role.UNIT_MANAGER, house.north)
    closing.give_role(house.sven, Role.NURSE, house.north)
    assert house.close(with_people=True).people == 2
    living = [(found.user_id, found.role, found.unit_id) for found in rows(Membership) if found.ended_at is None]
    ours = {found for found in living if found[2] in (house.north, house.south)}
    assert ours == {
        (house.karin.user_id, "nurse", house.south), (house.karin.user_id, "unit_manager", house.south),
        (house.sven.user_id, "nurse", house.south),
    }  # fmt: skip
    assert [found for found in living if found[2] == house.north] == []
    whats = [change.what for change in rows(Change, noun="membership")]
    assert whats.count("ended") == 3
    assert rows(Change, noun="unit", row_id=house.north)[-1].what == "merged"


def test_a_role_that_was_to_end_ends_as_planned_at_the_successor(house: House) -> None:
    ends_at = at("Thu 2026-12-31 17:00")
    with db.engine.begin() as connection:
        connection.execute(db.update(Membership).where(Membership.unit_id == house.north).values(ended_at=ends_at))
    house.close(with_people=True)
    assert [found.ended_at for found in rows(Membership, user_id=house.karin.user_id)] == [TUESDAY, ends_at]


def test_sessions_that_act_from_the_unit_end(house: House) -> None:
    for name in ("karin", "sven"):
        sessions.sign_in(name, PASSWORD, address="10.0.0.1", lifetime=RULES.reading_gap * 8, now=TUESDAY, demo=False)
    house.close()
    revoked = {found.unit_id: found.revoked_at for found in rows(UserSession)}
    assert revoked == {house.north: TUESDAY, house.south: None}


# A closed unit is nobody's recipient ----------------------------------------------------------------------------------


def test_nobody_writes_to_a_closed_unit_and_is_told_whom_to_write_to(house: House) -> None:
    to_cecilia, returned = write(house.anna, house.cecilia, "fråga"), write(house.anna, house.cecilia, "fråga")
    closing.give_back(house.cecilia, returned)
    house.close()
    instead = "Hemsjukvård Norr är stängd. Skriv till Hemsjukvård Söder i stället."
    calls: list[Callable[[], object]] = [
        lambda: write(house.anna, house.karin, "fråga"),
        lambda: closing.forward(house.cecilia, to_cecilia, house.north),
        lambda: closing.forward(house.anna, returned, house.north),
        lambda: threads.give_back(
            house.cecilia, to_cecilia, suggested_unit_id=house.north, reason="wrong_recipient", words="",
            version=version_of(to_cecilia), now=TUESDAY, rules=RULES,
        ),
    ]  # fmt: skip
    with nothing_written():
        for call in calls:
            with pytest.raises(Refused) as refused:
                call()
            assert list(refused.value.problems.values()) == [instead]


def test_a_thread_with_a_unit_closed_without_successor_can_be_read_and_kept_but_not_gone_on_with(house: House) -> None:
    thread_id = write(house.anna, house.karin, "fråga")
    opened(house.karin, thread_id)
    reply(house.karin, thread_id, "svar", close=True)
    opened(house.anna, thread_id)
    house.close(successor_id=None)
    own, sentence = rows(Message)[0].id, "Hemsjukvård Norr är stängd. Välj en annan enhet, eller ring."
    calls: list[Callable[[], object]] = [
        lambda: reply(house.anna, thread_id, "mer"),
        lambda: threads.reopen(house.anna, thread_id, now=TUESDAY, rules=RULES),
        lambda: threads.correct(house.anna, thread_id, own, "rättelse", version=version_of(thread_id),
                                submission_id=submission_id(), now=TUESDAY, rules=RULES),
    ]  # fmt: skip
    with nothing_written():
        for call in calls:
            with pytest.raises(Refused) as refused:
                call()
            assert refused.value.problems == {"form": sentence}
    shown = page(thread_id, house.anna.require_unit())
    assert shown.head.lacks_receiver
    assert {move.value for move in shown.head.moves} == {"claim", "release", "withdraw", "void", "transfer", "note"}
    threads.transfer(house.anna, thread_id, now=TUESDAY)
    threads.void(house.anna, thread_id, own, reason="wrong_patient", now=TUESDAY)
    assert rows(Obligation, ended_at=None) == []


def test_whoever_still_acts_from_the_closed_unit_finds_nothing_to_write_in(house: House) -> None:
    """A request that was under way."""
    kept = write(house.karin, house.anna, "fråga")
    threads.close(house.karin, kept, version=version_of(kept), now=MONDAY)
    house.close(successor_id=None)
    with nothing_written():
        with pytest.raises(NotFound):
            reply(house.karin, kept, "mer")
        with pytest.raises(Refused):
            write(house.karin, house.anna, "ny fråga")


# Who may, and once ----------------------------------------------------------------------------------------------------


def test_a_chain_of_closings_works(house: House) -> None:
    ids = fill(house)
    owed = duties()
    house.close()
    units.close(operator(), house.south, successor_id=house.cecilia.require_unit(), with_people=True, seen=None,
                now=WEDNESDAY)  # fmt: skip
    assert set(seen_by(house.cecilia.require_unit())) >= set(ids.values()) - {ids["forwarded"]}
    assert {key: value[2] for key, value in duties().items()} == {key: value[2] for key, value in owed.items()}
    with pytest.raises(Refused) as refused:
        write(house.anna, house.karin, "fråga")
    assert refused.value.problems["recipient_unit"].endswith("Skriv till Hemsjukvård Öster i stället.")


def test_closing_twice_or_into_what_is_no_open_unit_is_refused(house: House) -> None:
    gone = unit("Hemsjukvård Väster")
    units.close(operator(), gone, successor_id=None, with_people=False, seen=None, now=MONDAY)
    with nothing_written():
        for successor_id in (house.north, gone, 987_654):
            with pytest.raises(Refused) as refused:
                house.close(successor_id=successor_id)
            assert list(refused.value.problems) == ["successor"]
        with pytest.raises(Refused):
            house.close(successor_id=None, with_people=True)
        with pytest.raises(NotFound):
            units.close(operator(), 987_654, successor_id=None, with_people=False, seen=None, now=MONDAY)
        with pytest.raises(Conflict):
            units.close(operator(), gone, successor_id=house.north, with_people=False, seen=None, now=TUESDAY)
        with pytest.raises(Conflict):
            house.close(seen=0)  # the unit has been changed since


def test_of_two_administrators_at_once_one_closes_it(app: Flask, house: House) -> None:
    fill(house)
    third = house.cecilia.require_unit()
    outcomes = race(app, [lambda: house.close(), lambda: house.close(successor_id=third)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Closed", "Conflict"]


def test_a_message_that_is_sent_at_the_same_moment_is_never_left_behind(app: Flask, house: House) -> None:
    """Either it passes with the others, or its writer is told."""
    outcomes = race(app, [lambda: house.close(), *(lambda: write(house.anna, house.karin, "fråga") for _ in range(3))])
    assert {type(outcome).__name__ for outcome in outcomes} <= {"Closed", "int", "Refused"}
    assert {thread.recipient_unit_id for thread in rows(Thread)} <= {house.south}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
def test_only_system_administrators_close(house: House, role: Role) -> None:
    place = {"unit_id": house.north} if role in UNIT_ROLES else {"organization_id": organization()}
    actor = user(role=role, **place)
    with nothing_written(), pytest.raises(NotAllowed):
        units.close(actor, house.north, successor_id=house.south, with_people=False, seen=None, now=TUESDAY)


def test_nobody_gets_a_role_in_a_closed_unit(house: House) -> None:
    house.close()
    with nothing_written(), pytest.raises(Refused):
        factories.people.add_membership(operator(), house.sven.user_id, Role.NURSE, unit_id=house.north, now=TUESDAY)
