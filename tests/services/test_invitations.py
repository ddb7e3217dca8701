"""A one-time link: kept as its hash, used once, and of no use to who must not become the person."""

from datetime import timedelta

import pytest
from flask import Flask

from lcweb.db import transaction
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused, Throttled
from lcweb.domain.people import DEMO_PASSWORD, NewPerson, token_hash
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import Change, Invitation, User, UserSession
from lcweb.queries import invitations as queries
from lcweb.services import invitations, people, sessions
from tests.at import at
from tests.factories import LONG_AGO, PASSWORD, colleague, organization, unit, user
from tests.race import race
from tests.rows import everything, nothing_written, row, rows

NOW = at("Tue 2026-11-17 10:00")
CHOSEN = "ett alldeles eget"


@pytest.fixture
def person(app: Flask) -> Actor:
    return user(username="nils")


def link(person: Actor, *, by: Actor | None = None) -> str:
    return invitations.invite(by or operator(), person.user_id, now=NOW).token


def sign_in(username: str = "nils", password: str = PASSWORD) -> str:
    return sessions.sign_in(username, password, address="::1", lifetime=timedelta(hours=12), now=NOW, demo=False).token


def works(token: str, *, now: object = NOW) -> bool:
    try:
        return queries.get_invited(token, now=now).username == "nils"
    except NotFound:
        return False


def test_a_new_person_has_a_role_and_a_link_and_no_way_in_before_it_is_used(app: Flask) -> None:
    new = NewPerson(username="Nils", name="Nils Ny", title="Sjuksköterska")
    made = people.add_person(operator(), new, Role.NURSE, unit_id=unit(), now=NOW)
    assert (made.username, made.anew, made.expires_at) == ("nils", False, at("Tue 2026-11-24 10:00"))
    assert (row(User).password_hash, row(User).licensed) == ("", True)
    for password in ("", CHOSEN):
        with pytest.raises(Refused):
            sign_in(password=password)
    invitations.use(made.token, CHOSEN, now=NOW)
    assert sign_in(password=CHOSEN)


def test_nothing_of_the_token_is_kept_but_its_hash(person: Actor) -> None:
    token = link(person)
    assert row(Invitation).token_hash == token_hash(token)
    assert len(token) >= 43
    assert token not in repr(everything())


def test_the_password_is_kept_as_a_hash_and_everywhere_else_the_person_is_signed_out(person: Actor) -> None:
    other = user()
    sign_in()
    sessions.sign_in(row(User, id=other.user_id).username, PASSWORD, address="::1", lifetime=timedelta(1), now=NOW,
                     demo=False)  # fmt: skip
    invitations.use(link(person), CHOSEN, now=NOW)
    assert CHOSEN not in repr(everything())
    assert row(UserSession, user_id=person.user_id).revoked_at == NOW
    assert row(UserSession, user_id=other.user_id).revoked_at is None
    assert rows(Change, noun=Noun.PERSON, row_id=person.user_id)[-1].made_by == "Anna Lind"
    with pytest.raises(Refused):
        sign_in()
    assert sign_in(password=CHOSEN)


def test_a_link_works_once(person: Actor) -> None:
    token = link(person)
    invitations.use(token, CHOSEN, now=NOW)
    assert not works(token)
    with nothing_written(), pytest.raises(NotFound):
        invitations.use(token, "ett helt annat ord", now=NOW)


def test_of_two_at_the_same_moment_one_wins(app: Flask, person: Actor) -> None:
    token = link(person)
    words = ("det första lösenordet", "det andra lösenordet")
    done = race(app, [lambda word=word: invitations.use(token, word, now=NOW) for word in words])
    assert sorted(map(str, map(type, done))) == sorted(map(str, [type(None), NotFound]))
    assert sign_in(password=words[done.index(None)])


def test_it_holds_to_the_last_second_of_seven_days(person: Actor) -> None:
    token = link(person)
    week = NOW + timedelta(days=7)
    assert works(token, now=week - timedelta(seconds=1))
    assert not works(token, now=week)
    with nothing_written(), pytest.raises(NotFound):
        invitations.use(token, CHOSEN, now=week)


def test_a_new_one_ends_the_older_and_it_can_be_taken_back(person: Actor) -> None:
    old, new = link(person), link(person)
    assert (works(old), works(new)) == (False, True)
    invitations.take_back(operator(), person.user_id, now=NOW)
    assert not works(new)
    with nothing_written(), pytest.raises(Conflict):
        invitations.take_back(operator(), person.user_id, now=NOW)


def test_two_administrators_at_once_leave_one_link(app: Flask, person: Actor) -> None:
    done = race(app, [lambda: link(person)] * 2)
    assert [works(token) for token in done].count(True) == 1


def test_a_made_up_one_is_nobody_s(person: Actor) -> None:
    for token in ("", "x", "\0", "å" * 5_000, "' OR 1=1 --"):
        assert not works(token)
        with nothing_written(), pytest.raises(NotFound):
            invitations.use(token, CHOSEN, now=NOW)


@pytest.mark.parametrize("ended", [NOW, at("Tue 2026-11-17 11:00")])
def test_a_person_who_has_ended_has_no_use_of_one(person: Actor, ended: object) -> None:
    token = link(person)
    with transaction() as session:
        people.end_person_row(session, session.get_one(User, person.user_id), ended, actor=operator(), now=NOW)
    assert not works(token, now=ended)
    with nothing_written(), pytest.raises(NotFound):
        invitations.use(token, CHOSEN, now=ended)
    with nothing_written(), pytest.raises(Refused, match="har slutat"):
        invitations.invite(operator(), person.user_id, now=ended)


def test_a_password_that_is_not_taken_uses_nothing_up(person: Actor) -> None:
    token = link(person)
    for password in ("", "elva tecken", DEMO_PASSWORD, "x" * 201, "a\0bcdefghijklmn"):
        with nothing_written(), pytest.raises(Refused) as refused:
            invitations.use(token, password, now=NOW)
        assert list(refused.value.problems) == ["password"]
    assert works(token)


def test_an_account_that_was_guessed_at_is_heard_again_at_once(person: Actor) -> None:
    for _ in range(6):
        with pytest.raises((Refused, Throttled)):
            sign_in(password="fel lösenord")
    invitations.use(link(person), CHOSEN, now=NOW)
    assert sign_in(password=CHOSEN)


# Who may ------------------------------------------------------------------------------------------------------------


def test_a_manager_makes_one_for_who_has_no_role_elsewhere(person: Actor) -> None:
    manager = colleague(person, role=Role.UNIT_MANAGER)
    assert works(link(person, by=manager))
    people.add_membership(operator(), person.user_id, Role.NURSE, unit_id=unit(), now=NOW)
    with nothing_written(), pytest.raises(Refused, match="har roller även på andra ställen"):
        link(person, by=manager)
    assert works(link(person))


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.LIST_ADMIN])
def test_nor_for_who_administers_besides(person: Actor, role: Role) -> None:
    manager = colleague(person, role=Role.UNIT_MANAGER)
    place = None if role is Role.SYSTEM_ADMIN else organization()
    people.add_membership(operator(), person.user_id, role, organization_id=place, now=NOW)
    with nothing_written(), pytest.raises(Refused):
        link(person, by=manager)


def test_a_manager_makes_none_for_oneself(person: Actor) -> None:
    """The page offers none either: whoever sits down at a session left open would keep the account."""
    manager = colleague(person, role=Role.UNIT_MANAGER)
    with nothing_written(), pytest.raises(Refused, match="inte göra en länk till dig själv"):
        link(manager, by=manager)


def test_another_units_people_are_nobody_to_a_manager(person: Actor) -> None:
    stranger = user(role=Role.UNIT_MANAGER)
    for someone in (person.user_id, 987_654):
        with nothing_written(), pytest.raises(NotFound):
            invitations.invite(stranger, someone, now=NOW)
    with nothing_written(), pytest.raises(NotAllowed):
        link(person, by=person)


@pytest.mark.parametrize("administrator", [True, False])
def test_a_managers_link_ends_when_the_person_is_given_more_elsewhere(person: Actor, administrator: bool) -> None:
    """It would open what the manager must not reach. A system administrator's own link stays."""
    manager = user(role=Role.SYSTEM_ADMIN) if administrator else colleague(person, role=Role.UNIT_MANAGER)
    token = link(person, by=manager)
    people.add_membership(operator(), person.user_id, Role.RECEPTIONIST, unit_id=person.unit_id, now=NOW)
    assert works(token)
    people.add_membership(operator(), person.user_id, Role.NURSE, unit_id=unit(), now=NOW)
    assert works(token) is administrator


def test_what_was_done_is_written_down_without_the_link(person: Actor) -> None:
    token = link(person, by=colleague(person, "Lena Wik", role=Role.UNIT_MANAGER))
    last = rows(Change, noun=Noun.PERSON, row_id=person.user_id)[-1]
    assert (last.what, last.made_by) == (What.INVITED, "Lena Wik")
    assert token not in last.after


def test_a_dry_run_makes_nothing(person: Actor) -> None:
    with nothing_written():
        invitations.invite(operator(), person.user_id, now=NOW, dry_run=True)
        new = NewPerson(username="ny", name="Ny Person", title="Läkare")
        people.add_person(operator(), new, Role.NURSE, unit_id=person.unit_id, now=LONG_AGO, dry_run=True)
