"""Everything that ends a session ends it at once, says why, and leaves what had ended as it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from lcweb.db import transaction
from lcweb.domain.errors import NotFound
from lcweb.domain.people import token_hash
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.sessions import Why
from lcweb.models import Membership, SecondFactor, User, UserSession
from lcweb.queries.sessions import open_sessions
from lcweb.queries.signed_in import find_signed_in
from lcweb.services import invitations, people, second_factor, sessions, units
from tests.at import at, day
from tests.factories import LONG_AGO, PASSWORD, organization, unit, user
from tests.rows import nothing_written, row, rows

NOW = at("Tue 2026-11-17 10:00")
LATER = NOW + timedelta(minutes=5)
IDLE = timedelta(minutes=30)


def signed_in(person: Actor, *, unit_id: int | None = None, now: object = NOW) -> str:
    return sessions.sign_in(
        row(User, id=person.user_id).username, PASSWORD, address="::1", lifetime=timedelta(hours=12), now=now,
        demo=False, browser="Chrome, Windows", unit_id=unit_id,
    ).token  # fmt: skip


def alive(token: str, *, now: object = LATER) -> bool:
    return find_signed_in(token, idle=IDLE, now=now) is not None


def roles_of(person: Actor) -> list[int]:
    return [found.id for found in rows(Membership, user_id=person.user_id) if found.ended_at is None]


def handle_of(token: str) -> str:
    return row(UserSession, token_hash=token_hash(token)).handle


def lose_role(person: Actor) -> None:
    people.end_role(operator(), person.user_id, roles_of(person)[0], now=LATER)


def choose_password(person: Actor) -> None:
    link = invitations.invite(operator(), person.user_id, now=LATER)
    invitations.use(link.token, "ett helt nytt lösenord", now=LATER)


def reset_second_factor(person: Actor) -> None:
    with transaction() as session:
        session.add(SecondFactor(user_id=person.user_id, secret="x", made_at=NOW, confirmed_at=NOW, last_step=0))
    assert second_factor.reset(operator(), person.user_id, now=LATER)


ENDINGS: dict[Why, Callable[[Actor, str], object]] = {
    Why.SIGNED_OUT: lambda _person, token: sessions.sign_out(token, now=LATER),
    Why.SWITCHED: lambda person, token: sessions.switch_unit(token, person.require_unit(), now=LATER),
    Why.ELSEWHERE: lambda person, token: sessions.end_own(person, handle_of(token), but="", now=LATER),
    Why.ROLE_ENDED: lambda person, _token: lose_role(person),
    Why.PERSON_ENDED: lambda person, _token: people.end_person_now(operator(), person.user_id, now=LATER),
    Why.PASSWORD_CHANGED: lambda person, _token: choose_password(person),
    Why.SECOND_FACTOR: lambda person, _token: reset_second_factor(person),
    Why.ADMINISTRATOR: lambda person, _token: sessions.end_all(operator(), person.user_id, but="", now=LATER),
    Why.UNIT_CLOSED: lambda person, _token: units.close(
        operator(), person.require_unit(), successor_id=None, with_people=False, seen=None, now=LATER
    ),
}


@pytest.mark.parametrize("why", ENDINGS)
def test_each_ending_ends_every_copy_at_once_and_says_why(app: Flask, why: Why) -> None:
    person, other = user(), user()
    token, others = signed_in(person), signed_in(other)
    ENDINGS[why](person, token)
    ended = row(UserSession, token_hash=token_hash(token))
    assert (ended.revoked_at, ended.revoked_why) == (LATER, why)
    assert (alive(token), alive(others)) == (False, True)
    assert row(UserSession, user_id=other.user_id).revoked_why is None


def test_every_reason_that_can_be_stored_has_its_ending() -> None:
    """A restored backup ends everybody's: tests/test_restores_cli.py."""
    assert ENDINGS.keys() == set(Why) - {Why.IDLE, Why.TOO_OLD, Why.RESTORED}


def test_what_has_ended_keeps_its_reason(app: Flask) -> None:
    person = user()
    token = signed_in(person)
    sessions.sign_out(token, now=NOW)
    lose_role(person)
    assert (row(UserSession).revoked_at, row(UserSession).revoked_why) == (NOW, Why.SIGNED_OUT)


def test_of_two_units_only_the_sessions_in_the_lost_one_end(app: Flask) -> None:
    person = user()
    there = unit()
    people.add_membership(operator(), person.user_id, Role.NURSE, unit_id=there, now=LONG_AGO)
    lost, kept, choosing = (signed_in(person, unit_id=wanted) for wanted in (person.unit_id, there, None))
    lose_role(person)
    assert [alive(token) for token in (lost, kept, choosing)] == [False, True, True]


@pytest.mark.parametrize("role", [Role.LIST_ADMIN, Role.LOG_REVIEWER, Role.SYSTEM_ADMIN])
def test_the_last_role_in_no_unit_takes_every_session_along(app: Flask, role: Role) -> None:
    user(role=Role.SYSTEM_ADMIN)
    place = None if role is Role.SYSTEM_ADMIN else organization()
    person = user(role=role, organization_id=place)
    token = signed_in(person)
    lose_role(person)
    people.add_membership(operator(), person.user_id, Role.NURSE, unit_id=unit(), now=LATER)
    assert not alive(token), "a new role wakes no old session"


def test_a_closed_unit_s_people_who_have_no_other_role_are_signed_out_whatever_they_acted_from(app: Flask) -> None:
    """One had two units and chose none; the first closed earlier."""
    first, second = unit(), unit()
    person = user(unit_id=first)
    people.add_membership(operator(), person.user_id, Role.NURSE, unit_id=second, now=LONG_AGO)
    token = signed_in(person)
    for unit_id in (first, second):
        assert alive(token)
        units.close(operator(), unit_id, successor_id=None, with_people=False, seen=None, now=LATER)
    assert row(UserSession).revoked_why == Why.UNIT_CLOSED


@pytest.mark.parametrize("back", ["taken back", "moved ahead"])
def test_an_end_that_has_passed_and_is_taken_back_brings_no_session_to_life(app: Flask, back: str) -> None:
    """Midnight ends it by the date alone; the administrator is there before the half hour is over."""
    person = user()
    last_minutes = at("Tue 2026-11-17 23:55")
    people.end_person(operator(), person.user_id, day("Tue 2026-11-17"), seen=None, now=NOW)
    token = signed_in(person, now=last_minutes)
    after = at("Wed 2026-11-18 00:05")
    assert (alive(token, now=last_minutes), alive(token, now=after)) == (True, False)
    if back == "taken back":
        people.take_back_end(operator(), person.user_id, now=after)
    else:
        people.end_person(operator(), person.user_id, day("Fri 2026-11-20"), seen=None, now=after)
    assert not alive(token, now=after)
    assert row(UserSession).revoked_why == Why.PERSON_ENDED


# One's own ------------------------------------------------------------------------------------------------------------


def test_only_one_s_own_others_can_be_ended(app: Flask) -> None:
    anna, karin = user(), user()
    here, there, hers = signed_in(anna), signed_in(anna), signed_in(karin)
    for handle in (handle_of(hers), handle_of(here), "x", "", "\0", "å" * 10_000):
        with nothing_written(), pytest.raises(NotFound):
            sessions.end_own(anna, handle, but=here, now=LATER)
    sessions.end_own(anna, handle_of(there), but=here, now=LATER)
    assert [alive(token) for token in (here, there, hers)] == [True, False, True]
    with nothing_written(), pytest.raises(NotFound):
        sessions.end_own(anna, handle_of(there), but=here, now=LATER)


def test_all_others_of_one_s_own_end_together(app: Flask) -> None:
    anna, karin = user(), user()
    here, *others = (signed_in(anna) for _ in range(3))
    hers = signed_in(karin)
    assert sessions.end_own_others(anna, but=here, now=LATER) == 2
    assert [alive(token) for token in (here, hers, *others)] == [True, True, False, False]
    assert sessions.end_own_others(anna, but=here, now=LATER) == 0


def test_an_administrator_s_own_others_end_as_one_s_own(app: Flask) -> None:
    admin = user(role=Role.SYSTEM_ADMIN)
    here, there = signed_in(admin), signed_in(admin)
    sessions.end_all(admin, admin.user_id, but=here, now=LATER)
    assert row(UserSession, token_hash=token_hash(there)).revoked_why == Why.ELSEWHERE


# A wanted unit --------------------------------------------------------------------------------------------------------


def test_a_wanted_unit_is_acted_from_at_once_by_those_who_have_a_role_there_alone(app: Flask) -> None:
    person = user()
    there, strange = unit(), unit()
    people.add_membership(operator(), person.user_id, Role.NURSE, unit_id=there, now=LONG_AGO)
    acting = [row(UserSession, token_hash=token_hash(signed_in(person, unit_id=wanted))).unit_id
              for wanted in (there, strange, 2_147_483_647, None)]  # fmt: skip
    assert acting == [there, None, None, None]
    single = signed_in(user("Bo Ek", unit_id=strange), unit_id=there)
    assert row(UserSession, token_hash=token_hash(single)).unit_id == strange


def test_the_browser_and_the_way_in_go_along_to_another_unit(app: Flask) -> None:
    person = user()
    fresh = sessions.switch_unit(signed_in(person), person.require_unit(), now=LATER).token
    found = open_sessions(person.user_id, token=fresh, idle=IDLE, now=LATER)
    assert [(one.browser, one.how, one.is_this) for one in found] == [("Chrome, Windows", "password", True)]
