"""Signing in and out. What is said, and how long one waits, is the same for those who exist and those who do not."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Row

from lcweb.domain.errors import NotFound, Refused, Throttled
from lcweb.domain.people import DEMO_PASSWORD, FREE_FAILURES_ACCOUNT, FREE_FAILURES_ADDRESS, LONGEST_WAIT, token_hash
from lcweb.domain.permissions import Role, operator
from lcweb.models import SignInAttempt, UserSession
from lcweb.queries import signed_in as queries
from lcweb.services import passwords, people, sessions
from lcweb.services.sessions import SignedIn
from tests.at import at
from tests.factories import LONG_AGO, PASSWORD, unit, user
from tests.race import race
from tests.rows import count, everything, nothing_written, row, rows

NOW = at("Tue 2026-11-17 08:00")
LIFETIME = timedelta(hours=12)


def sign_in(
    username: str = "anna", password: str = PASSWORD, *, now: datetime = NOW, address: str = "10.0.0.1"
) -> SignedIn:
    return sessions.sign_in(username, password, address=address, lifetime=LIFETIME, now=now, demo=False)


def fail(times: int, username: str = "anna", *, address: str = "10.0.0.1", now: datetime = NOW) -> datetime:
    """That many wrong passwords, each as early as it is heard; the moment of the last."""
    for _ in range(times):
        try:
            sign_in(username, "fel lösenord", now=now, address=address)
        except Throttled as throttled:
            now += timedelta(seconds=throttled.seconds)
            with pytest.raises(Refused):
                sign_in(username, "fel lösenord", now=now, address=address)
        except Refused:
            pass
    return now


def stored(token: str) -> Row[Any]:
    return row(UserSession, token_hash=token_hash(token))


def signed_in(token: str, *, now: datetime = NOW) -> queries.SignedIn | None:
    """What each request asks first."""
    return queries.find_signed_in(token, idle=timedelta(hours=2), now=now)


# Signing in ---------------------------------------------------------------------------------------------------------


def test_the_token_is_stored_nowhere_but_its_hash_is(app: Flask) -> None:
    anna = user(username="anna")
    token = sign_in().token
    session = stored(token)
    assert (session.user_id, session.unit_id, session.revoked_at) == (anna.user_id, anna.unit_id, None)
    assert (session.started_at, session.active_at, session.ends_at) == (NOW, NOW, NOW + LIFETIME)
    assert token not in repr(everything())
    assert len(token) >= 43, "256 bits"


def test_one_unit_is_chosen_and_two_are_asked_about(app: Flask) -> None:
    anna = user(username="anna")
    assert (sign_in().unit_id, sign_in().units) == (anna.unit_id, 1)
    people.add_membership(operator(), anna.user_id, Role.UNIT_MANAGER, unit_id=anna.unit_id, now=LONG_AGO)
    assert (sign_in().unit_id, sign_in().units) == (anna.unit_id, 1), "two roles, one unit"
    people.add_membership(operator(), anna.user_id, Role.NURSE, unit_id=unit(), now=LONG_AGO)
    assert (sign_in().unit_id, sign_in().units) == (None, 2)


def test_an_administrator_has_no_unit(app: Flask) -> None:
    user(username="chef", role=Role.SYSTEM_ADMIN)
    assert (sign_in("chef").unit_id, sign_in("chef").units) == (None, 0)


def test_the_name_may_be_typed_in_capitals_with_spaces(app: Flask) -> None:
    user(username="anna")
    assert sign_in("  ANNA ").unit_id


def test_a_new_token_each_time(app: Flask) -> None:
    user(username="anna")
    assert sign_in().token != sign_in().token
    assert count(UserSession) == 2


def test_unknown_name_and_wrong_password_are_told_apart_nowhere(app: Flask) -> None:
    user(username="anna")
    with pytest.raises(Refused) as wrong:
        sign_in("anna", "fel lösenord", address="10.0.0.1")
    with pytest.raises(Refused) as unknown:
        sign_in("finns inte", PASSWORD, address="10.0.0.2")
    assert wrong.value.problems == unknown.value.problems
    assert count(UserSession) == 0


@pytest.mark.parametrize("typed", ["", "x" * 10_000, "finns\x00inte", "' OR 1=1 --"])
def test_nothing_that_is_typed_breaks_the_sign_in(app: Flask, typed: str) -> None:
    user(username="anna")
    with pytest.raises(Refused):
        sign_in(typed, PASSWORD)
    with pytest.raises(Refused):
        sign_in("anna", typed)


def test_an_unknown_name_costs_a_verification_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user(username="anna")
    verified, hasher = [], passwords.HASHER

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            verified.append(password_hash)
            return hasher.verify(password_hash, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    for username in ("anna", "finns inte"):
        with pytest.raises(Refused):
            sign_in(username, "fel lösenord")
    assert len(verified) == 2


def test_the_demo_password_is_refused_outside_demo_mode(app: Flask) -> None:
    new = people.NewUser(username="anna", name="Anna Lind", title="Sjuksköterska", password=DEMO_PASSWORD)
    user_id = people.add_user(operator(), new, now=LONG_AGO, demo=True)
    people.add_membership(operator(), user_id, Role.SYSTEM_ADMIN, now=LONG_AGO)
    enter = partial(sessions.sign_in, "anna", DEMO_PASSWORD, address="10.0.0.1", lifetime=LIFETIME, now=NOW)
    with pytest.raises(Refused):
        enter(demo=False)
    assert enter(demo=True).token


# Signing out and switching ------------------------------------------------------------------------------------------


def test_signing_out_kills_the_token_however_often_it_was_copied(app: Flask) -> None:
    user(username="anna")
    here, elsewhere = sign_in().token, sign_in().token
    assert signed_in(here)
    sessions.sign_out(here, now=NOW)
    assert not signed_in(here)
    assert signed_in(elsewhere)
    sessions.sign_out(here, now=NOW + timedelta(hours=1))
    assert stored(here).revoked_at == NOW, "the first time"


def test_signing_out_with_an_unknown_token_is_no_error(app: Flask) -> None:
    with nothing_written():
        sessions.sign_out("gissat", now=NOW)


def test_switching_unit_gives_a_new_token_and_kills_the_old_one(app: Flask) -> None:
    anna = user(username="anna")
    other = unit()
    people.add_membership(operator(), anna.user_id, Role.NURSE, unit_id=other, now=LONG_AGO)
    old = sign_in().token
    later = NOW + timedelta(hours=1)
    fresh = sessions.switch_unit(old, other, now=later)
    assert fresh.token != old
    assert not signed_in(old, now=later)
    assert signed_in(fresh.token, now=later).actor.unit_id == other
    assert stored(fresh.token).ends_at == NOW + LIFETIME, "switching does not make the day longer"


def test_switching_to_a_unit_of_others_is_not_found(app: Flask) -> None:
    user(username="anna")
    token = sign_in().token
    strange = unit()
    with nothing_written(), pytest.raises(NotFound):
        sessions.switch_unit(token, strange, now=NOW)
    with nothing_written(), pytest.raises(NotFound):
        sessions.switch_unit("gissat", strange, now=NOW)


@pytest.mark.parametrize("how", ["signed out", "ended"])
def test_a_dead_token_cannot_be_switched_into_a_living_one(app: Flask, how: str) -> None:
    anna = user(username="anna")
    token = sign_in().token
    if how == "signed out":
        sessions.sign_out(token, now=NOW)
    later = NOW + (timedelta(minutes=1) if how == "signed out" else LIFETIME)
    with nothing_written(), pytest.raises(NotFound):
        sessions.switch_unit(token, anna.unit_id, now=later)


def test_a_deliberate_request_is_noted_on_its_own_session_alone(app: Flask) -> None:
    user(username="anna")
    mine, other = sign_in().token, sign_in().token
    later = NOW + timedelta(minutes=5)
    sessions.touch(mine, now=later)
    assert (stored(mine).active_at, stored(other).active_at) == (later, NOW)
    assert stored(mine).ends_at == NOW + LIFETIME


# Throttling ---------------------------------------------------------------------------------------------------------


def test_the_first_failures_are_free(app: Flask) -> None:
    user(username="anna")
    assert fail(FREE_FAILURES_ACCOUNT) == NOW
    assert sign_in().token


def test_then_each_failure_makes_the_wait_longer(app: Flask) -> None:
    user(username="anna")
    now = fail(FREE_FAILURES_ACCOUNT + 1)
    waits = []
    for _ in range(9):
        with pytest.raises(Throttled) as throttled:
            sign_in(now=now)
        waits.append(throttled.value.seconds)
        now = fail(1, now=now)
    assert waits == sorted(waits) and waits[0] < waits[3] < waits[6]
    assert waits[-1] <= LONGEST_WAIT.total_seconds() + 1


def test_while_one_waits_even_the_right_password_is_not_heard_and_nothing_is_counted(app: Flask) -> None:
    user(username="anna")
    now = fail(FREE_FAILURES_ACCOUNT + 1)
    with nothing_written(), pytest.raises(Throttled):
        sign_in(now=now)
    with nothing_written(), pytest.raises(Throttled):
        sign_in(password="fel lösenord", now=now)


def test_the_account_is_never_locked_for_good(app: Flask) -> None:
    user(username="anna")
    now = fail(60)
    with pytest.raises(Throttled) as throttled:
        sign_in(now=now)
    assert throttled.value.seconds <= LONGEST_WAIT.total_seconds() + 1
    assert sign_in(now=now + LONGEST_WAIT).token


def test_a_sign_in_clears_the_account_and_an_hour_forgets(app: Flask) -> None:
    user(username="anna")
    fail(FREE_FAILURES_ACCOUNT)
    sign_in()
    assert fail(FREE_FAILURES_ACCOUNT) == NOW
    later = NOW + timedelta(hours=1, seconds=1)
    assert fail(FREE_FAILURES_ACCOUNT, now=later) == later


def test_an_unknown_name_is_throttled_like_a_known_one(app: Flask) -> None:
    fail(FREE_FAILURES_ACCOUNT + 1, "finns inte")
    with pytest.raises(Throttled):
        sign_in("finns inte")


def test_one_address_trying_many_names_waits(app: Flask) -> None:
    user(username="anna")
    for number in range(FREE_FAILURES_ADDRESS + 1):
        fail(1, f"namn{number}")
    with pytest.raises(Throttled):
        sign_in()
    assert sign_in(address="10.0.0.2").token


def test_what_people_type_is_not_stored(app: Flask) -> None:
    """It may be a password in the wrong field."""
    fail(1, "mitthemligalösenord")
    assert "mitthemliga" not in repr(everything())
    assert all(len(attempt.key) == 64 for attempt in rows(SignInAttempt))


def test_failures_at_the_same_moment_are_all_counted(app: Flask) -> None:
    user(username="anna")
    results = race(app, [partial(sign_in, "anna", "fel lösenord")] * FREE_FAILURES_ACCOUNT)
    assert [type(result) for result in results] == [Refused] * FREE_FAILURES_ACCOUNT
    assert {attempt.failures for attempt in rows(SignInAttempt)} == {FREE_FAILURES_ACCOUNT}
