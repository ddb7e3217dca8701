"""Medarbetaruppdrag: added, ended, and each change kept."""

import json
from functools import partial

import pytest
from flask import Flask

from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Role, operator
from lcweb.models import Change, Commission
from lcweb.queries import commissions as queries
from lcweb.services import commissions, units
from tests.at import at
from tests.factories import LONG_AGO, unit, user
from tests.race import race
from tests.rows import nothing_written, row, rows

NOW = at("Tue 2026-11-17 10:00")
HSA_ID = "TSTNMT2321000115-UPPDRAG1"


def test_one_is_added_ended_and_given_to_another_unit(app: Flask) -> None:
    first, second = unit("Kolla"), unit("Breared")
    added = commissions.add(operator(), hsa_id=f" {HSA_ID.lower()} ", unit_id=first, now=NOW)
    assert [(c.hsa_id, c.unit, c.goes_to) for c in queries.current()] == [(HSA_ID, "Kolla", None)]
    assert commissions.end(operator(), added, now=NOW) == HSA_ID
    assert queries.current() == []
    assert commissions.add(operator(), hsa_id=HSA_ID, unit_id=second, now=NOW) == added
    assert [c.unit for c in queries.current()] == ["Breared"]
    assert [(c.what, json.loads(c.after)) for c in rows(Change, noun=Noun.COMMISSION)] == [
        (What.ADDED, {"hsa_id": HSA_ID, "unit_id": first}),
        (What.ENDED, {"ended_at": NOW.isoformat()}),
        (What.REOPENED, {"unit_id": second, "ended_at": None}),
    ]
    assert [(c.what, c.unit) for c in queries.history()] == [
        (What.REOPENED, "Breared"), (What.ENDED, None), (What.ADDED, "Kolla"),
    ]  # fmt: skip


def test_the_same_twice_is_once_and_another_unit_is_refused(app: Flask) -> None:
    place = unit("Kolla")
    added = commissions.add(operator(), hsa_id=HSA_ID, unit_id=place, now=NOW)
    other = unit()
    with nothing_written():
        assert commissions.add(operator(), hsa_id=HSA_ID, unit_id=place, now=NOW) == added
        with pytest.raises(Refused, match="Uppdraget hör redan till Kolla"):
            commissions.add(operator(), hsa_id=HSA_ID, unit_id=other, now=NOW)


@pytest.mark.parametrize("hsa_id", ["", " ", "20000101-2384", "SE2321000115", "SE2321000115-\0", "x" * 5000])
def test_what_is_no_hsa_id_is_refused(app: Flask, hsa_id: str) -> None:
    place = unit()
    with nothing_written(), pytest.raises(Refused) as refused:
        commissions.add(operator(), hsa_id=hsa_id, unit_id=place, now=NOW)
    assert list(refused.value.problems) == ["hsa_id"]


def test_a_unit_that_is_not_there_or_closed_gets_none(app: Flask) -> None:
    closed = unit()
    units.close(operator(), closing_id := closed, successor_id=None, with_people=False, seen=None, now=LONG_AGO)
    for unit_id in (closing_id, 999):
        with nothing_written(), pytest.raises(NotFound):
            commissions.add(operator(), hsa_id=HSA_ID, unit_id=unit_id, now=NOW)


def test_a_closed_unit_s_goes_to_who_took_over(app: Flask) -> None:
    closing, heir = unit("Breared"), unit("Kolla")
    commissions.add(operator(), hsa_id=HSA_ID, unit_id=closing, now=LONG_AGO)
    units.close(operator(), closing, successor_id=heir, with_people=False, seen=None, now=LONG_AGO)
    assert [(c.unit, c.goes_to) for c in queries.current()] == [("Breared", "Kolla")]


def test_what_has_ended_cannot_end(app: Flask) -> None:
    added = commissions.add(operator(), hsa_id=HSA_ID, unit_id=unit(), now=NOW)
    commissions.end(operator(), added, now=NOW)
    with nothing_written():
        with pytest.raises(Conflict, match="är redan avslutat"):
            commissions.end(operator(), added, now=NOW)
        with pytest.raises(NotFound):
            commissions.end(operator(), 999, now=NOW)


@pytest.mark.parametrize("role", [Role.NURSE, Role.UNIT_MANAGER, Role.LIST_ADMIN, Role.LOG_REVIEWER])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_system_administrator_may(app: Flask, role: Role) -> None:
    place = unit()
    in_unit = role in (Role.NURSE, Role.UNIT_MANAGER)
    actor = user(role=role, unit_id=place if in_unit else None, organization_id=None if in_unit else 1)
    with nothing_written():
        with pytest.raises(NotAllowed):
            commissions.add(actor, hsa_id=HSA_ID, unit_id=place, now=NOW)
        with pytest.raises(NotAllowed):
            commissions.end(actor, 1, now=NOW)


def test_two_who_add_the_same_at_once_add_it_once(app: Flask) -> None:
    place = unit()
    adding = partial(commissions.add, operator(), hsa_id=HSA_ID, unit_id=place, now=NOW)
    race(app, [adding] * 4)
    assert (row(Commission).unit_id, len(rows(Change, noun=Noun.COMMISSION))) == (place, 1)
