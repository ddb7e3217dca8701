"""A role and a person's time end: at once, by the date alone, and never the last system administrator's."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.models import Change, Membership, User, UserSession
from lcweb.services import people, sessions
from tests.at import at
from tests.factories import LONG_AGO, PASSWORD, unit, user
from tests.race import race
from tests.rows import nothing_written, row, rows

NOW = at("Tue 2026-11-17 10:00")
MIDNIGHT = at("Wed 2026-11-18 00:00")


def signed_in(person: Actor) -> str:
    return sessions.sign_in(
        row(User, id=person.user_id).username, PASSWORD, address="::1", lifetime=timedelta(hours=12), now=NOW,
        demo=False,
    ).token  # fmt: skip


def end(session: Session, user_id: int, moment: object, *, actor: Actor | None = None) -> bool:
    return people.end_person_row(session, session.get_one(User, user_id), moment, actor=actor or operator(), now=NOW)


def end_role(session: Session, membership_id: int) -> bool:
    return people.end_membership_row(session, session.get_one(Membership, membership_id), actor=operator(), now=NOW)


def test_an_end_now_revokes_the_sessions_in_the_same_transaction(app: Flask) -> None:
    person, other = user(), user()
    for one in (person, person, other):
        signed_in(one)
    with transaction() as session:
        assert end(session, person.user_id, NOW)
    assert [s.revoked_at for s in rows(UserSession, user_id=person.user_id)] == [NOW, NOW]
    assert row(UserSession, user_id=other.user_id).revoked_at is None


def test_an_end_ahead_leaves_the_sessions_and_can_be_taken_back_with_both_written_down(app: Flask) -> None:
    person = user()
    signed_in(person)
    for moment in (MIDNIGHT, MIDNIGHT, None):
        with transaction() as session:
            end(session, person.user_id, moment)
    assert row(UserSession).revoked_at is None
    kept = rows(Change, noun=Noun.PERSON, row_id=person.user_id)
    assert [(c.what, c.after) for c in kept[1:]] == [
        (What.ENDED, f'{{"ended_at": "{MIDNIGHT.isoformat()}"}}'),
        (What.REOPENED, '{"ended_at": null}'),
    ]


def test_the_last_role_in_a_unit_takes_the_sessions_there_along(app: Flask) -> None:
    person = user()
    manager = people.add_membership(
        operator(), person.user_id, Role.UNIT_MANAGER, unit_id=person.require_unit(), now=LONG_AGO
    )
    signed_in(person)
    with transaction() as session:
        assert end_role(session, manager)
    assert row(UserSession).revoked_at is None
    with transaction() as session:
        assert end_role(session, row(Membership, user_id=person.user_id, role=Role.NURSE).id)
        assert not end_role(session, manager)
    assert row(UserSession).revoked_at == NOW
    assert [c.what for c in rows(Change, noun=Noun.MEMBERSHIP, row_id=manager)] == [What.ADDED, What.ENDED]


def test_a_role_elsewhere_keeps_its_session(app: Flask) -> None:
    person = user()
    there = people.add_membership(operator(), person.user_id, Role.NURSE, unit_id=unit(), now=LONG_AGO)
    token = signed_in(person)
    sessions.switch_unit(token, person.require_unit(), now=NOW)
    with transaction() as session:
        end_role(session, there)
    assert [s.revoked_at for s in rows(UserSession, unit_id=person.unit_id)] == [None]


def test_the_last_system_administrator_keeps_time_and_role(app: Flask) -> None:
    last = user(role=Role.SYSTEM_ADMIN)
    invited, leaving = user(role=Role.SYSTEM_ADMIN), user(role=Role.SYSTEM_ADMIN)
    with transaction() as session:
        session.get_one(User, invited.user_id).password_hash = ""
        end(session, leaving.user_id, MIDNIGHT)
    role = row(Membership, user_id=last.user_id).id
    for moment in (NOW, MIDNIGHT):
        with nothing_written(), pytest.raises(Refused, match="en annan systemadministratör"), transaction() as session:
            end(session, last.user_id, moment)
    with nothing_written(), pytest.raises(Refused, match="en annan systemadministratör"), transaction() as session:
        end_role(session, role)


def test_nobody_ends_themselves(app: Flask) -> None:
    person, _other = user(role=Role.SYSTEM_ADMIN), user(role=Role.SYSTEM_ADMIN)
    with nothing_written(), pytest.raises(Refused, match="inte avsluta dig själv"), transaction() as session:
        end(session, person.user_id, NOW, actor=person)


def test_two_administrators_who_end_each_other_leave_one(app: Flask) -> None:
    pair = user(role=Role.SYSTEM_ADMIN), user(role=Role.SYSTEM_ADMIN)

    def ending(actor: Actor, other: Actor) -> bool:
        with transaction() as session:
            return end(session, other.user_id, NOW, actor=actor)

    done = race(app, [lambda: ending(*pair), lambda: ending(*reversed(pair))])
    assert sorted(map(type, done), key=str) == sorted([bool, Refused], key=str)
    assert len([person for person in rows(User) if person.ended_at is None]) == 1
