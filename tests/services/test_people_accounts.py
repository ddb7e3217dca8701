"""What system administrators do with people, and a manager with the own unit's: who may, and who was first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from lcweb.db import transaction
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.people import NewPerson
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role, operator
from lcweb.models import Membership, Unit, User, UserSession
from lcweb.queries import people as queries
from lcweb.services import people, sessions, threads
from tests.at import at, day
from tests.factories import LONG_AGO, PASSWORD, colleague, pair, thread, unit, user
from tests.race import race
from tests.rows import nothing_written, row, rows

NOW = at("Tue 2026-11-17 10:00")
LAST = day("Mon 2026-11-30")
KNOWN = NewPerson(username="nils", name="Nils Ek", title="Sjuksköterska", licensed=True)


@pytest.fixture
def nils(app: Flask) -> Actor:
    return user("Nils Ek", username="nils", unit_id=unit("Kärleken"))


@pytest.fixture
def manager(nils: Actor) -> Actor:
    return colleague(nils, "Lena Wik", role=Role.UNIT_MANAGER)


def seen(person: Actor) -> int:
    return queries.latest_change(person.user_id)


# Two at once ----------------------------------------------------------------------------------------------------------


def test_who_comes_second_with_an_old_page_changes_nothing(nils: Actor) -> None:
    old = seen(nils)
    people.change_person(operator(), nils.user_id, replace(KNOWN, title="Läkare"), seen=old, now=NOW)
    for verb in (
        lambda: people.change_person(operator(), nils.user_id, replace(KNOWN, name="X Y"), seen=old, now=NOW),
        lambda: people.end_person(operator(), nils.user_id, LAST, seen=old, now=NOW),
    ):
        with nothing_written(), pytest.raises(Conflict, match="Driften har ändrat uppgifterna"):
            verb()
    people.end_person(operator(), nils.user_id, LAST, seen=seen(nils), now=NOW)
    assert row(User, id=nils.user_id).ended_at == at("Tue 2026-12-01 00:00")


def test_of_two_at_the_same_moment_one_changes_the_person(app: Flask, nils: Actor) -> None:
    old = seen(nils)
    names = ("Nils Ett", "Nils Två")
    calls = [
        lambda name=name: people.change_person(
            operator(), nils.user_id, replace(KNOWN, name=name), seen=old, now=NOW
        )
        for name in names
    ]  # fmt: skip
    done = race(app, calls)
    assert sorted(type(one).__name__ for one in done) == ["Conflict", "bool"]
    assert row(User, id=nils.user_id).name == names[done.index(True)]


def test_one_role_added_twice_at_the_same_moment_is_one(app: Flask, nils: Actor) -> None:
    place = unit()
    add = [lambda: people.add_membership(operator(), nils.user_id, Role.NURSE, unit_id=place, now=NOW)] * 2
    assert len(set(race(app, add))) == 1
    assert len(rows(Membership, unit_id=place)) == 1


def test_one_username_taken_by_two_at_the_same_moment_is_one_s(app: Flask, nils: Actor) -> None:
    place = nils.require_unit()
    new = NewPerson(username="ny", name="Ny Person", title="Läkare")
    done = race(app, [lambda: people.add_person(operator(), new, Role.NURSE, unit_id=place, now=NOW)] * 2)
    assert sorted(type(one).__name__ for one in done) == ["Link", "Refused"]
    assert len(rows(User, username="ny")) == 1


def test_shutting_out_never_waits_for_what_others_have_changed(nils: Actor) -> None:
    people.end_person_now(operator(), nils.user_id, now=NOW)
    with nothing_written(), pytest.raises(Conflict, match="Nils Ek är redan avstängd"):
        people.end_person_now(operator(), nils.user_id, now=NOW)
    people.take_back_end(operator(), nils.user_id, now=NOW)
    with nothing_written(), pytest.raises(Conflict, match="inget slutdatum"):
        people.take_back_end(operator(), nils.user_id, now=NOW)


def test_what_cannot_be_is_refused_at_its_field(nils: Actor) -> None:
    for new, field in (
        (replace(KNOWN, username="\0"), "username"), (replace(KNOWN, name="\0"), "name"),
        (replace(KNOWN, hsa_id="SE\0"), "hsa_id"), (replace(KNOWN, hsa_id="19121212-1212"), "hsa_id"),
        (replace(KNOWN, email="x"), "email"), (replace(KNOWN, username="x" * 100_000), "username"),
    ):  # fmt: skip
        with nothing_written(), pytest.raises(Refused) as refused:
            people.change_person(operator(), nils.user_id, new, seen=seen(nils), now=NOW)
        assert list(refused.value.problems) == [field]
    for chosen in (None, day("Mon 2025-01-06")):
        with nothing_written(), pytest.raises(Refused) as refused:
            people.end_person(operator(), nils.user_id, chosen, seen=seen(nils), now=NOW)
        assert list(refused.value.problems) == ["last_day"]


def test_who_is_not_there_cannot_be_changed(nils: Actor, manager: Actor) -> None:
    managers = row(Membership, user_id=manager.user_id).id
    for verb in (
        lambda: people.change_person(operator(), 987_654, KNOWN, seen=0, now=NOW),
        lambda: people.end_person_now(operator(), 987_654, now=NOW),
        lambda: people.end_role(operator(), nils.user_id, managers, now=NOW),
    ):
        with nothing_written(), pytest.raises(NotFound):
            verb()


def test_signing_a_person_out_everywhere_spares_the_browser_of_who_does_it(app: Flask) -> None:
    admin, other = user(role=Role.SYSTEM_ADMIN, username="ada"), user(username="nils")
    here, _there, _nils = (
        sessions.sign_in(name, PASSWORD, address="::1", lifetime=timedelta(hours=1), now=NOW, demo=False).token
        for name in ("ada", "ada", "nils")
    )
    assert sessions.end_all(admin, other.user_id, but=here, now=NOW) == 1
    assert sessions.end_all(admin, admin.user_id, but=here, now=NOW) == 1
    assert sessions.end_all(admin, admin.user_id, but=here, now=NOW) == 0
    assert [s.revoked_at is None for s in rows(UserSession, user_id=admin.user_id)].count(True) == 1


def test_a_closed_unit_takes_nobody(nils: Actor) -> None:
    other = user()
    with transaction() as session:
        session.get_one(Unit, nils.require_unit()).closed_at = NOW
    with nothing_written(), pytest.raises(Refused, match="Kärleken är stängd"):
        people.add_membership(operator(), other.user_id, Role.NURSE, unit_id=nils.unit_id, now=NOW)


# A manager ------------------------------------------------------------------------------------------------------------


def test_a_manager_adds_somebody_who_is_known_by_username_or_hsa_id(nils: Actor, manager: Actor) -> None:
    user("Bo Ek", username="bo", hsa_id="SE2321000115-BO1")
    user("Eva Ås", username="eva")
    for who, name in ((" BO ", "Bo Ek"), ("eva", "Eva Ås"), ("se2321000115-bo1", "Bo Ek")):
        assert people.add_member(manager, nils.require_unit(), who, Role.RECEPTIONIST, now=NOW) == name
    assert len(rows(Membership, unit_id=nils.unit_id, role=Role.RECEPTIONIST)) == 2


def test_nobody_unknown_gone_or_the_manager_themselves(nils: Actor) -> None:
    lena = colleague(nils, role=Role.UNIT_MANAGER, username="lena")
    people.end_person_now(operator(), user(username="slutat").user_id, now=NOW)
    for who in ("", "ingen", "\0", "x" * 100_000, "%", "slutat", "lena"):
        with nothing_written(), pytest.raises(Refused) as refused:
            people.add_member(lena, nils.require_unit(), who, Role.NURSE, now=NOW)
        assert list(refused.value.problems) == ["who"]


def test_a_manager_gives_no_role_that_reaches_beyond_the_unit(nils: Actor, manager: Actor) -> None:
    user(username="bo")
    place, new = nils.require_unit(), replace(KNOWN, username="ny")
    for role in (None, *sorted(set(Role) - UNIT_ROLES)):
        with nothing_written(), pytest.raises(Refused) as known:
            people.add_member(manager, place, "bo", role, now=NOW)
        with nothing_written(), pytest.raises(Refused) as invited:
            people.invite_member(manager, place, new, role, now=NOW)
        assert list(known.value.problems) == list(invited.value.problems) == ["role"]


def test_another_unit_does_not_exist_for_a_manager(nils: Actor) -> None:
    stranger, place = user(role=Role.UNIT_MANAGER), nils.require_unit()
    role = row(Membership, user_id=nils.user_id).id
    for verb in (
        lambda: people.add_member(stranger, place, "nils", Role.NURSE, now=NOW),
        lambda: people.invite_member(stranger, place, replace(KNOWN, username="ny"), Role.NURSE, now=NOW),
        lambda: people.end_member_role(stranger, place, role, now=NOW),
        lambda: people.end_member_role(stranger, stranger.require_unit(), role, now=NOW),
        lambda: people.change_member(stranger, stranger.require_unit(), nils.user_id, KNOWN, seen=seen(nils), now=NOW),
    ):
        with nothing_written(), pytest.raises(NotFound):
            verb()


def test_a_manager_changes_who_has_no_role_elsewhere_and_never_themselves(nils: Actor, manager: Actor) -> None:
    place, new = nils.require_unit(), replace(KNOWN, username="nisse")
    assert people.change_member(manager, place, nils.user_id, new, seen=seen(nils), now=NOW)
    for person in (manager, nils):
        if person is nils:
            people.add_membership(operator(), nils.user_id, Role.NURSE, unit_id=unit(), now=NOW)
        with nothing_written(), pytest.raises(Refused):
            people.change_member(manager, place, person.user_id, KNOWN, seen=seen(person), now=NOW)
    with nothing_written(), pytest.raises(Refused, match="din egen roll"):
        people.end_member_role(manager, place, row(Membership, user_id=manager.user_id).id, now=NOW)


def test_a_role_there_ends_once(nils: Actor, manager: Actor) -> None:
    role = row(Membership, user_id=nils.user_id).id
    people.end_member_role(manager, nils.require_unit(), role, now=NOW)
    with nothing_written(), pytest.raises(Conflict, match="redan avslutad"):
        people.end_member_role(manager, nils.require_unit(), role, now=NOW)


# What they had taken --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["person", "role"])
def test_a_protected_thread_that_its_handler_has_left_is_not_locked(app: Flask, how: str) -> None:
    """P3: the unit manager opens it as it is, and a colleague by taking it over."""
    sender, karin = pair()
    bo, lena = colleague(karin, "Bo Ek"), colleague(karin, role=Role.UNIT_MANAGER)
    thread_id = thread(sender, karin.require_unit(), now=LONG_AGO, protected=True, patient_name="")
    threads.claim(karin, thread_id, now=NOW)
    if how == "person":
        people.end_person_now(operator(), karin.user_id, now=NOW)
    else:
        people.end_role(operator(), karin.user_id, row(Membership, user_id=karin.user_id).id, now=NOW)
    threads.open_thread(lena, thread_id, now=NOW)
    with pytest.raises(Conflict, match="Karin Berg har redan tagit"):
        threads.claim(bo, thread_id, now=NOW)
    threads.claim(bo, thread_id, take_over=True, now=NOW)
    threads.open_thread(bo, thread_id, now=NOW)
