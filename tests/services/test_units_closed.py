"""After a unit has been closed: the conversation goes on at its successor, and nobody writes to it any more."""

from collections.abc import Callable

import pytest
from flask import Flask

from lcweb.db import db, release_reading
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import UNIT_ROLES, Role, operator
from lcweb.domain.search import TypedSearch
from lcweb.domain.search import query as typed_query
from lcweb.models import (
    Change,
    Membership,
    Message,
    Obligation,
    Thread,
    UserSession,
)
from lcweb.queries import search as found_threads
from lcweb.services import sessions, threads, units
from tests import factories
from tests.at import at
from tests.factories import PASSWORD, RULES, organization, submission_id, unit, user, version_of
from tests.race import race
from tests.rows import nothing_written, rows
from tests.services import closing
from tests.services.closing import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    House,
    duties,
    fill,
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


def test_nobody_gets_a_role_or_a_phrase_in_a_closed_unit(house: House) -> None:
    house.close()
    with nothing_written():
        with pytest.raises(Refused):
            factories.people.add_membership(
                operator(), house.sven.user_id, Role.NURSE, unit_id=house.north, now=TUESDAY
            )
        with pytest.raises(NotFound):
            closing.phrases.add(operator(), unit_id=house.north, title="Tack", body="Tack!", now=TUESDAY)
