"""Who is signed in, with which roles, and from which units they may choose."""

from datetime import timedelta

import pytest
from flask import Flask

from lcweb.db import GLANCES, db, release_reading
from lcweb.domain.permissions import Act, Role, operator
from lcweb.glances import Glances
from lcweb.models import Edition, SettingChange, User
from lcweb.queries.signed_in import Glanced, SignedIn, find_signed_in, glance, own_units
from lcweb.services import people, sessions, settings
from tests.at import at, day
from tests.factories import LONG_AGO, PASSWORD, RULES, organization, pair, thread, unit, user
from tests.rows import row, rows
from tests.web.visits import statements

NOW = at("Tue 2026-11-17 10:00")
IDLE = timedelta(minutes=30)


def token_of(user_id: int) -> str:
    username = row(User, id=user_id).username
    return sessions.sign_in(
        username, PASSWORD, address="127.0.0.1", lifetime=timedelta(hours=12), now=NOW, demo=False
    ).token


def find(token: str, **later: float) -> SignedIn | None:
    """Whom a glance finds, too."""
    now = NOW + timedelta(**later)
    glanced = glance(Glances(db.engines[GLANCES]), token, idle=IDLE, now=now)
    found = find_signed_in(token, idle=IDLE, now=now)
    alike = Glanced(found.actor.roles, found.actor.unit_id, found.how, found.inbox_version) if found else None
    assert glanced == alike
    return found


def test_a_person_comes_with_unit_roles_and_the_inbox_s_version_in_one_statement(app: Flask) -> None:
    nurse = user("Anna Lind", unit_id=unit("Kärleken", receptionists_may_write=True), phone="035-1")
    token = token_of(nurse.user_id)
    with statements() as asked:
        found = find_signed_in(token, idle=IDLE, now=NOW)
    assert len(asked) == 1
    edition = rows(Edition)[0].value
    assert found == SignedIn(
        actor=nurse, active_at=NOW, ends_at=NOW + timedelta(hours=12), inbox_version=1, how="password", edition=edition
    )


@pytest.mark.parametrize(
    ("later", "there"),
    [
        ({"minutes": 29, "seconds": 59}, True),
        ({"minutes": 30}, False),
        ({"hours": 12}, False),
    ],
)
def test_an_idle_session_is_nobody_s(app: Flask, later: dict[str, float], there: bool) -> None:
    assert (find(token_of(user().user_id), **later) is not None) is there


def test_a_touched_session_lives_on_until_its_last_hour(app: Flask) -> None:
    token = token_of(user().user_id)
    for minutes in range(20, 720, 20):
        sessions.touch(token, now=NOW + timedelta(minutes=minutes))
    assert find(token, minutes=719) is not None
    assert find(token, minutes=720) is None


def test_a_signed_out_and_a_made_up_token_are_nobody_s(app: Flask) -> None:
    token = token_of(user().user_id)
    sessions.sign_out(token, now=NOW)
    assert [find(made_up) for made_up in (token, "", "x", "\0", "å" * 10_000)] == [None] * 5


def test_roles_are_those_of_the_chosen_unit_and_of_no_unit(app: Flask) -> None:
    """A nurse here and a manager there is one of the two at a time; a list administrator is that everywhere."""
    here, there = unit(), unit()
    person = user(unit_id=here)
    people.add_membership(operator(), person.user_id, Role.UNIT_MANAGER, unit_id=there, now=LONG_AGO)
    municipality = organization(municipality="Hylte")
    people.add_membership(operator(), person.user_id, Role.LIST_ADMIN, organization_id=municipality, now=LONG_AGO)
    token = token_of(person.user_id)
    roles = []
    for unit_id in (None, here, there):
        token = sessions.switch_unit(token, unit_id, now=NOW).token if unit_id else token
        found = find(token)
        assert found
        assert (found.actor.unit_id, found.actor.several_units) == (unit_id, True)
        assert found.actor.municipalities == {"Hylte"}
        roles.append(found.actor.roles - {Role.LIST_ADMIN})
    assert roles == [set(), {Role.NURSE}, {Role.UNIT_MANAGER}]


def test_own_units_come_by_name_with_what_is_unopened_in_one_statement(app: Flask) -> None:
    sender, recipient = pair()
    other = unit("Aneby")
    people.add_membership(operator(), recipient.user_id, Role.RECEPTIONIST, unit_id=other, now=LONG_AGO)
    people.add_membership(
        operator(), recipient.user_id, Role.LOG_REVIEWER, organization_id=organization(), now=LONG_AGO
    )
    for _ in range(2):
        thread(sender, recipient.require_unit(), now=NOW)
    with statements() as asked:
        found = own_units(recipient.user_id, now=NOW)
    assert found == [(other, "Aneby", 0), (recipient.unit_id, recipient.unit_name, 2)]
    assert len(asked) == 1


def test_an_administrator_has_no_unit_to_choose(app: Flask) -> None:
    assert own_units(user(role=Role.SYSTEM_ADMIN).user_id, now=NOW) == []


@pytest.mark.parametrize("begun", [False, True])
def test_whether_receptionists_write_is_the_latest_change_in_force(app: Flask, begun: bool) -> None:
    """And how the unit began until there is one."""
    person = user(role=Role.RECEPTIONIST, unit_id=unit(receptionists_may_write=begun))
    elsewhere, token = unit(), token_of(person.user_id)
    plan = {"now": NOW - timedelta(days=1)}
    today, tomorrow = day("Tue 2026-11-17"), day("Wed 2026-11-18")
    settings.change_receptionists(operator(), elsewhere, True, today, seen=0, **plan)
    assert may_write(token) is begun
    settings.change_receptionists(operator(), person.require_unit(), not begun, today, seen=0, **plan)
    settings.change_receptionists(operator(), person.require_unit(), begun, tomorrow, seen=1, **plan)
    assert may_write(token) is not begun
    back = rows(SettingChange)[-1].id
    settings.take_back(operator(), back, base=RULES, now=NOW)
    assert may_write(token) is not begun


def may_write(token: str) -> bool:
    release_reading()
    found = find(token)
    assert found
    assert found.actor.receptionists_may_write is found.actor.may(Act.WRITE)
    return found.actor.receptionists_may_write
