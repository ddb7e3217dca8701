"""In which browsers a person is signed in, and what ended a session that is no longer taken."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lcweb.db import db, release_reading
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.sessions import Why
from lcweb.models import Membership, User, UserSession
from lcweb.queries import sessions as queries
from lcweb.queries.signed_in import find_signed_in
from lcweb.services import people, sessions, units
from tests.at import at
from tests.factories import PASSWORD, unit, user
from tests.rows import row

NOW = at("Tue 2026-11-17 10:00")
IDLE = timedelta(minutes=30)


def signed_in(person: Actor, *, browser: str = "Chrome, Windows", minutes: int = 0) -> str:
    """The token of a session that began so long after ten."""
    username = row(User, id=person.user_id).username
    return sessions.sign_in(
        username, PASSWORD, address="::1", lifetime=timedelta(hours=12), now=NOW + timedelta(minutes=minutes),
        demo=False, browser=browser,
    ).token  # fmt: skip


def why(token: str, **later: float) -> Why | None:
    release_reading()
    assert find_signed_in(token, idle=IDLE, now=NOW + timedelta(**later)) is None
    return queries.why_ended(token, idle=IDLE, now=NOW + timedelta(**later))


def set_row(model: Any, **values: Any) -> None:
    with db.engine.begin() as connection:
        connection.execute(db.update(model).values(**values))


def test_one_s_own_living_ones_are_listed_latest_first_and_the_asking_one_is_known(app: Flask) -> None:
    anna, other = user("Anna Lind", unit_id=unit("Kärleken")), user()
    gone, here, there = signed_in(anna), signed_in(anna), signed_in(anna, browser="Safari, iPhone", minutes=1)
    signed_in(other)
    sessions.sign_out(gone, now=NOW)
    found = queries.open_sessions(anna.user_id, token=here, idle=IDLE, now=NOW + timedelta(minutes=2))
    assert [(one.unit, one.browser, one.how, one.is_this) for one in found] == [
        ("Kärleken", "Safari, iPhone", "password", False),
        ("Kärleken", "Chrome, Windows", "password", True),
    ]
    assert len({one.handle for one in found}) == 2
    assert {here, there}.isdisjoint(one.handle for one in found)
    assert queries.open_sessions(anna.user_id, token=here, idle=IDLE, now=NOW + timedelta(minutes=31)) == []


@pytest.mark.parametrize(
    ("later", "reason"), [({"minutes": 30}, Why.IDLE), ({"hours": 12}, Why.IDLE), ({"hours": 13}, Why.IDLE)]
)
def test_the_clock_alone_ends_an_idle_one(app: Flask, later: dict[str, float], reason: Why) -> None:
    assert why(signed_in(user()), **later) is reason


def test_and_one_that_is_too_old(app: Flask) -> None:
    token = signed_in(user())
    sessions.touch(token, now=NOW + timedelta(hours=11, minutes=50))
    assert why(token, hours=12) is Why.TOO_OLD


def test_a_person_s_last_day_passes(app: Flask) -> None:
    token = signed_in(user())
    set_row(User, ended_at=NOW + timedelta(minutes=10))
    assert why(token, minutes=10) is Why.PERSON_ENDED


def test_a_role_that_was_to_end_does_and_no_other_unit_s_role_keeps_the_session(app: Flask) -> None:
    """Denied where nothing says otherwise: it does not go on without a unit."""
    person = user()
    token = signed_in(person)
    set_row(Membership, ended_at=NOW + timedelta(minutes=10))
    people.add_membership(operator(), person.user_id, Role.NURSE, unit_id=unit(), now=NOW)
    assert why(token, minutes=10) is Why.ROLE_ENDED


def test_a_stored_reason_is_told_and_an_unknown_one_is_nobody_s_guess(app: Flask) -> None:
    token = signed_in(user())
    sessions.sign_out(token, now=NOW)
    assert why(token, hours=1) is Why.SIGNED_OUT
    for unknown in (None, "made up"):
        set_row(UserSession, revoked_why=unknown)
        assert why(token) is None
    assert why("made up") is None


def test_a_closed_unit_has_no_name_to_sign_in_for(app: Flask) -> None:
    unit_id = unit("Kärleken")
    assert queries.open_unit_name(unit_id) == "Kärleken"
    units.close(operator(), unit_id, successor_id=None, with_people=False, seen=None, now=NOW)
    release_reading()
    assert [queries.open_unit_name(number) for number in (unit_id, 2_147_483_647)] == [None, None]
