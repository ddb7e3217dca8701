"""Signing in in two steps: what is asked for, and that no code and no step is taken twice."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from lcweb.domain.errors import Conflict, NotFound, Refused, Throttled
from lcweb.domain.people import FREE_FAILURES_ACCOUNT, LONGEST_WAIT, token_hash
from lcweb.domain.permissions import Actor, Role, operator
from lcweb.domain.second_factor import CODES, SET_UP_WITHIN, SIGN_IN_WITHIN, step_of
from lcweb.models import Change, RecoveryCode, SecondFactor, SignInStep, UserSession
from lcweb.queries import account as queries
from lcweb.queries import people as people_queries
from lcweb.queries.signed_in import find_signed_in
from lcweb.services import invitations, people, second_factor
from lcweb.services.second_factor import Entered
from lcweb.services.sessions import CodeAsked, SignedIn
from tests.at import at
from tests.codes import ADDRESS, LIFETIME, Phone, app_code, by_password, key, turned_on
from tests.factories import PASSWORD, colleague, unit, user
from tests.race import race
from tests.rows import count, everything, nothing_written, row, rows

SET_UP = at("Tue 2026-11-17 08:00")
NOW = SET_UP + timedelta(minutes=10)
STEP = timedelta(seconds=30)


@pytest.fixture
def anna(app: Flask) -> Actor:
    return user()


@pytest.fixture
def phone(anna: Actor) -> Phone:
    return turned_on(anna, SET_UP)


def step(actor: Actor, now: object = NOW) -> str:
    """The password is typed."""
    asked = by_password(actor, now)
    assert isinstance(asked, CodeAsked)
    return asked.token


def enter(token: str, code: str, now: object = NOW, *, address: str = ADDRESS) -> Entered:
    return second_factor.sign_in(token, code, key=key(), address=address, lifetime=LIFETIME, now=now)


def alive(token: str, now: object = NOW) -> bool:
    return find_signed_in(token, idle=timedelta(hours=2), now=now) is not None


# Setting it up --------------------------------------------------------------------------------------------------------


def test_a_first_right_code_turns_it_on_and_ends_what_a_password_alone_had_opened(app: Flask, anna: Actor) -> None:
    elsewhere = by_password(anna, SET_UP).token
    phone = turned_on(anna, SET_UP)
    factor = row(SecondFactor, user_id=anna.user_id)
    assert (factor.confirmed_at, factor.last_step) == (SET_UP, step_of(SET_UP))
    assert queries.find_factor(anna.user_id) == (SET_UP, CODES)
    assert (alive(elsewhere, SET_UP), alive(phone.session, SET_UP)) == (False, True)
    assert row(UserSession, token_hash=token_hash(phone.session)).how == "password+totp"
    assert rows(Change)[-1].after == '{"second_factor": "på"}'


def test_neither_the_secret_nor_a_code_is_in_the_tables(phone: Phone) -> None:
    kept = repr(everything())
    assert len(phone.secret) == 32, "160 bits"
    assert len(set(phone.recovery_codes)) == CODES
    assert [secret for secret in (phone.secret, *phone.recovery_codes) if secret in kept] == []


def test_until_it_is_confirmed_a_password_is_enough(app: Flask, anna: Actor) -> None:
    second_factor.begin(anna, PASSWORD, key=key(), address=ADDRESS, now=NOW)
    assert isinstance(by_password(anna, NOW), SignedIn)
    assert queries.find_factor(anna.user_id) is None


def test_it_is_begun_with_the_password_and_begun_anew_with_another_secret(app: Flask, anna: Actor) -> None:
    with nothing_written(), pytest.raises(Refused, match="Skriv ditt lösenord"):
        second_factor.begin(anna, "", key=key(), address=ADDRESS, now=NOW)
    with pytest.raises(Refused, match="Lösenordet stämmer inte"):
        second_factor.begin(anna, "fel lösenord", key=key(), address=ADDRESS, now=NOW)
    secrets = []
    for _ in range(2):
        second_factor.begin(anna, PASSWORD, key=key(), address=ADDRESS, now=NOW)
        secrets.append(second_factor.begun(anna, key=key(), now=NOW))
    assert secrets[0] != secrets[1]
    with nothing_written(), pytest.raises(Refused, match="Koden stämmer inte"):
        second_factor.confirm(anna, app_code(secrets[0], NOW), token="x", key=key(), now=NOW)
    over = NOW + SET_UP_WITHIN
    with nothing_written(), pytest.raises(NotFound):
        second_factor.confirm(anna, app_code(secrets[1], over), token="x", key=key(), now=over)


def test_what_is_on_is_not_begun_again(anna: Actor, phone: Phone) -> None:
    with nothing_written(), pytest.raises(Conflict):
        second_factor.begin(anna, PASSWORD, key=key(), address=ADDRESS, now=NOW)
    with nothing_written(), pytest.raises(NotFound):
        second_factor.begun(anna, key=key(), now=NOW)


def test_confirmed_twice_at_once_gives_one_set_of_codes(app: Flask, anna: Actor) -> None:
    tokens = [by_password(anna, NOW).token for _ in range(2)]
    second_factor.begin(anna, PASSWORD, key=key(), address=ADDRESS, now=NOW)
    code = app_code(second_factor.begun(anna, key=key(), now=NOW), NOW)
    confirms = [partial(second_factor.confirm, anna, code, token=token, key=key(), now=NOW) for token in tokens]
    results = race(app, confirms)
    assert sorted(type(result).__name__ for result in results)[0] == "Confirmed"
    assert len([result for result in results if isinstance(result, (Conflict, NotFound))]) == 1
    assert count(RecoveryCode) == CODES


# Signing in -----------------------------------------------------------------------------------------------------------


def test_the_password_gives_a_step_and_the_code_a_session(anna: Actor, phone: Phone) -> None:
    sessions_before = count(UserSession)
    token = step(anna)
    assert count(UserSession) == sessions_before, "a password signs nobody in"
    assert token not in repr(everything())
    entered = enter(token, phone.code(NOW))
    assert (alive(entered.signed_in.token), entered.signed_in.unit_id) == (True, anna.unit_id)
    assert row(UserSession, token_hash=token_hash(entered.signed_in.token)).how == "password+totp"
    assert entered.codes_left is None


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_telephone_may_be_half_a_minute_wrong(anna: Actor, phone: Phone, seconds: int) -> None:
    assert enter(step(anna), phone.code(NOW + timedelta(seconds=seconds))).signed_in.token


@pytest.mark.parametrize("seconds", [-60, 60])
def test_and_no_more(anna: Actor, phone: Phone, seconds: int) -> None:
    with pytest.raises(Refused):
        enter(step(anna), phone.code(NOW + timedelta(seconds=seconds)))


def test_a_code_is_taken_once_and_no_older_one_after_it(anna: Actor, phone: Phone) -> None:
    code = phone.code(NOW)
    enter(step(anna), code)
    for replayed in (code, phone.code(NOW - STEP)):
        with pytest.raises(Refused):
            enter(step(anna), replayed)
    assert enter(step(anna), phone.code(NOW + STEP)).signed_in.token


def test_the_code_that_turned_it_on_is_spent(anna: Actor, phone: Phone) -> None:
    with pytest.raises(Refused):
        enter(step(anna, SET_UP), phone.code(SET_UP), SET_UP)


def test_a_step_is_used_once_and_is_over_after_five_minutes(anna: Actor, phone: Phone) -> None:
    token = step(anna)
    enter(token, phone.code(NOW))
    with nothing_written(), pytest.raises(NotFound):
        enter(token, phone.code(NOW + STEP))
    late = NOW + SIGN_IN_WITHIN
    slow = step(anna)
    with nothing_written(), pytest.raises(NotFound):
        enter(slow, phone.code(late), late)
    with nothing_written(), pytest.raises(NotFound):
        enter("gissat", phone.code(NOW))
    step(anna, late)
    assert {found.expires_at > late for found in rows(SignInStep)} == {True}, "what is over is cleared away"


def test_one_code_at_two_browsers_at_once_lets_one_in(app: Flask, anna: Actor, phone: Phone) -> None:
    tokens = [step(anna) for _ in range(4)]
    results = race(app, [partial(enter, token, phone.code(NOW)) for token in tokens])
    assert sorted(type(result).__name__ for result in results) == ["Entered", "Refused", "Refused", "Refused"]


def test_one_recovery_code_at_two_browsers_at_once_lets_one_in(app: Flask, anna: Actor, phone: Phone) -> None:
    tokens = [step(anna) for _ in range(4)]
    results = race(app, [partial(enter, token, phone.recovery_codes[0]) for token in tokens])
    assert sorted(type(result).__name__ for result in results) == ["Entered", "Refused", "Refused", "Refused"]


def test_one_step_with_two_right_codes_at_once_gives_one_session(app: Flask, anna: Actor, phone: Phone) -> None:
    token, sessions_before = step(anna), count(UserSession)
    results = race(app, [partial(enter, token, code) for code in (phone.code(NOW), *phone.recovery_codes[:3])])
    assert sorted(type(result).__name__ for result in results) == ["Entered", "NotFound", "NotFound", "NotFound"]
    assert count(UserSession) == sessions_before + 1


def test_a_recovery_code_is_typed_as_one_likes_and_taken_once(anna: Actor, phone: Phone) -> None:
    code = phone.recovery_codes[3]
    entered = enter(step(anna), f" {code[:5].upper()} - {code[5:]} ")
    assert entered.codes_left == CODES - 1
    with pytest.raises(Refused):
        enter(step(anna), code)


def test_somebody_else_s_codes_are_wrong(app: Flask, anna: Actor, phone: Phone) -> None:
    other = turned_on(user("Bo Ek"), SET_UP)
    for code in (other.code(NOW), other.recovery_codes[0]):
        with pytest.raises(Refused):
            enter(step(anna), code)


def test_who_is_shut_out_or_has_no_role_left_is_not_let_in_by_a_code(anna: Actor, phone: Phone) -> None:
    token = step(anna)
    people.end_person(operator(), anna.user_id, NOW.date(), seen=None, now=NOW)
    with pytest.raises((NotFound, Refused)):
        enter(token, phone.code(NOW + timedelta(days=1)), NOW + timedelta(days=1))
    waiting = step(anna)
    people.end_person_now(operator(), anna.user_id, now=NOW)
    with pytest.raises(NotFound):
        enter(waiting, phone.code(NOW))


def test_with_another_key_the_app_is_not_heard_but_recovery_codes_are(anna: Actor, phone: Phone) -> None:
    """The database alone makes no codes: a copy of it is sealed."""
    rest = {"key": b"another", "address": ADDRESS, "lifetime": LIFETIME, "now": NOW}
    with pytest.raises(Refused):
        second_factor.sign_in(step(anna), phone.code(NOW), **rest)
    assert second_factor.sign_in(step(anna), phone.recovery_codes[0], **rest).signed_in.token


# Throttling -----------------------------------------------------------------------------------------------------------


def guess(actor: Actor, times: int) -> object:
    """That many wrong codes, each as early as it is heard, the password typed anew each time; the last moment."""
    now = NOW
    for _ in range(times):
        try:
            enter(step(actor, now), "000000", now)
        except Refused:
            continue
        except Throttled as throttled:
            now += timedelta(seconds=throttled.seconds)
            with pytest.raises(Refused):
                enter(step(actor, now), "000000", now)
    return now


def test_wrong_codes_wait_longer_and_longer_and_the_password_wins_no_new_tries(anna: Actor, phone: Phone) -> None:
    assert guess(anna, FREE_FAILURES_ACCOUNT + 1) == NOW
    token = step(anna)
    with nothing_written(), pytest.raises(Throttled) as first:
        enter(token, phone.code(NOW))
    now = guess(anna, 14)
    with pytest.raises(Throttled) as last:
        enter(step(anna, now), phone.code(now), now)
    assert first.value.seconds < last.value.seconds <= LONGEST_WAIT.total_seconds()
    later = now + LONGEST_WAIT
    assert enter(step(anna, later), phone.code(later), later).signed_in.token, "never locked for good"


def test_codes_are_counted_for_one_account_alone(app: Flask, anna: Actor, phone: Phone) -> None:
    bo = user("Bo Ek")
    other = turned_on(bo, SET_UP)
    guess(anna, FREE_FAILURES_ACCOUNT + 1)
    assert enter(step(bo), other.code(NOW)).signed_in.token


# Changing it ----------------------------------------------------------------------------------------------------------


def proof(phone: Phone, **changes: object) -> dict[str, object]:
    return {"password": PASSWORD, "code": phone.code(NOW), "key": key(), "address": ADDRESS, "now": NOW} | changes


def test_new_recovery_codes_end_the_old_ones(anna: Actor, phone: Phone) -> None:
    fresh = second_factor.renew_codes(anna, **proof(phone))
    assert len(set(fresh) | set(phone.recovery_codes)) == 2 * CODES
    with pytest.raises(Refused):
        enter(step(anna), phone.recovery_codes[0])
    assert enter(step(anna), fresh[0]).codes_left == CODES - 1


@pytest.mark.parametrize("wrong", [{"password": "fel lösenord"}, {"code": "000000"}, {"password": ""}, {"code": ""}])
def test_password_and_code_are_asked_for_and_wrong_ones_change_nothing(
    anna: Actor, phone: Phone, wrong: dict[str, object]
) -> None:
    before = everything()
    for verb in (second_factor.renew_codes, partial(second_factor.remove, token=phone.session)):
        with pytest.raises(Refused):
            verb(anna, **proof(phone, **wrong))
    after = everything()
    assert {name for name in after if after[name] != before[name]} <= {"sign_in_attempt"}


def test_it_is_removed_by_its_owner_who_stays_signed_in_here_alone(anna: Actor, phone: Phone) -> None:
    elsewhere = enter(step(anna), phone.code(NOW)).signed_in.token
    token = second_factor.remove(anna, token=phone.session, **proof(phone, code=phone.code(NOW + STEP)))
    assert [alive(one) for one in (phone.session, elsewhere, token)] == [False, False, True]
    assert (count(SecondFactor), count(RecoveryCode)) == (0, 0)
    assert row(UserSession, token_hash=token_hash(token)).how == "password"
    assert isinstance(by_password(anna, NOW), SignedIn)
    with nothing_written(), pytest.raises(Conflict):
        second_factor.remove(anna, token=token, **proof(phone))


# Reset by an administrator --------------------------------------------------------------------------------------------


def test_an_administrator_resets_it_and_the_person_is_signed_out_everywhere(anna: Actor, phone: Phone) -> None:
    admin, waiting = user("Siv Admin", role=Role.SYSTEM_ADMIN), step(anna)
    with nothing_written():
        assert second_factor.reset(admin, anna.user_id, now=NOW, dry_run=True)
    assert second_factor.reset(admin, anna.user_id, now=NOW)
    assert not alive(phone.session)
    with pytest.raises(NotFound):
        enter(waiting, phone.code(NOW))
    assert isinstance(by_password(anna, NOW), SignedIn)
    change = rows(Change)[-1]
    assert (change.made_by, change.before) == ("Siv Admin", '{"second_factor": "på"}')
    with nothing_written():
        assert not second_factor.reset(admin, anna.user_id, now=NOW)


def test_a_manager_resets_it_for_who_has_roles_in_the_own_unit_alone(anna: Actor, phone: Phone) -> None:
    manager = colleague(anna, "Lena Wik", role=Role.UNIT_MANAGER)
    stranger = user("Mia Berg", role=Role.UNIT_MANAGER)
    with nothing_written(), pytest.raises(NotFound):
        second_factor.reset(stranger, anna.user_id, now=NOW)
    people.add_membership(operator(), anna.user_id, Role.NURSE, unit_id=(place := unit()), now=NOW)
    with nothing_written(), pytest.raises(Refused, match="Be systemadministratören"):
        second_factor.reset(manager, anna.user_id, now=NOW)
    ended = next(role.id for role in people_queries.roles_of([anna.user_id]) if role.unit_id == place)
    people.end_role(operator(), anna.user_id, ended, now=NOW)
    assert second_factor.reset(manager, anna.user_id, now=NOW)


def test_one_s_own_is_removed_with_password_and_code_and_not_by_a_reset(app: Flask) -> None:
    admin = user("Siv Admin", role=Role.SYSTEM_ADMIN)
    turned_on(admin, SET_UP)
    with nothing_written(), pytest.raises(Refused, match="Mitt konto"):
        second_factor.reset(admin, admin.user_id, now=NOW)


def test_a_link_for_a_new_password_does_not_take_it_away(anna: Actor, phone: Phone) -> None:
    """Whoever gets hold of a link must not thereby get round the code."""
    link = invitations.invite(operator(), anna.user_id, now=NOW)
    invitations.use(link.token, "fyra ord som bara jag kan", now=NOW)
    assert not alive(phone.session)
    asked = by_password(anna, NOW, "fyra ord som bara jag kan")
    assert isinstance(asked, CodeAsked)
    assert enter(asked.token, phone.code(NOW)).signed_in.token
