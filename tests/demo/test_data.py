"""The demo data: invented people only, and the same whenever it is loaded."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Row, func, or_, select

from lcweb import demo
from lcweb.cli.demo import load_if_empty
from lcweb.db import UtcDateTime, db, reading
from lcweb.demo import lists, patients
from lcweb.demo.accounts import DEMO_ACCOUNTS
from lcweb.demo.people import KARLEKEN
from lcweb.domain.people import DEMO_PASSWORD, MUNICIPALITIES
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import local_day
from lcweb.models import (
    Membership,
    Organization,
    ReadingRow,
    RecipientEntry,
    Thread,
    Unit,
    User,
)
from lcweb.services import sessions
from tests.demo.looking import LISTED, MONDAY_MORNING, RULES, WEDNESDAY, count, rows, values

#: The ranges that the Swedish Post and Telecom Authority keeps free for books and films.
INVENTED_PHONE = re.compile(r"040-628 04 \d\d|031-390 06 ([0-4]\d|50)|070-174 06 (0[5-9]|[1-9]\d)")


def luhn(digits: str) -> bool:
    """Written anew: the code under test must not be the only one to know it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value if value < 10 else value - 9
    return total % 10 == 0


# Places and people --------------------------------------------------------------------------------------------------


def test_as_much_as_promised(halland: Flask) -> None:
    assert count(Unit) >= 38
    assert count(User) >= 78
    assert count(Thread) == 300


def test_every_unit_says_that_it_is_invented(on_wednesday: Flask) -> None:
    units = rows(select(Unit.name, Unit.note, Unit.hsa_id, Unit.phone, Unit.acute_phone, Unit.notify_email))
    for unit in units:
        assert "DEMO" in unit.note
        assert "DEMO" not in unit.name
        assert re.fullmatch(r"TSTNMT2321000115-\d{4}", unit.hsa_id)
        assert INVENTED_PHONE.fullmatch(unit.phone), unit.phone
        assert INVENTED_PHONE.fullmatch(unit.acute_phone), unit.acute_phone
        assert re.fullmatch(r"[a-z.]+@[a-z-]+\.example", unit.notify_email), unit.notify_email
    assert all(INVENTED_PHONE.fullmatch(phone) for phone in values(select(User.phone)) if phone)


def test_the_organizations(on_wednesday: Flask) -> None:
    found = dict(rows(select(Organization.name, Organization.municipality)))
    assert {name for name, municipality in found.items() if municipality is None} >= {"Region Halland"}
    assert sorted(filter(None, found.values())) == sorted(MUNICIPALITIES)
    clinics = values(select(Organization.name).join(Unit).where(Unit.name == Organization.name))
    assert len(clinics) == 5


def test_every_organization_has_somebody_to_ask_who_is_invented(on_wednesday: Flask) -> None:
    told = dict(rows(select(Organization.name, Organization.contact)))
    assert all("påhittad" in words and ".example" in words and "08-465 004 " in words for words in told.values())
    assert (
        told["Region Halland"]
        == "Samordnare för vårdmeddelanden (påhittad): 08-465 004 01, rutin@region-halland.example"
    )


def test_receptionists_may_write_in_one_unit_and_not_at_karleken(on_wednesday: Flask) -> None:
    allowed = values(select(Unit.name).where(Unit.receptionists_may_write))
    assert allowed
    assert KARLEKEN not in allowed


def test_the_listed_accounts_sign_in_with_their_roles(on_wednesday: Flask) -> None:
    assert [username for username, _ in DEMO_ACCOUNTS] == sorted(LISTED, key=[n for n, _ in DEMO_ACCOUNTS].index)
    for username, (role, places) in LISTED.items():
        found = _memberships(username)
        assert {row.role for row in found} == {role}, username
        assert {row.place for row in found if row.place} == places, username
        _sign_in(username)
    assert reading().execute(select(User.licensed).where(User.username == "enhetschef")).scalar_one()


def test_every_account_has_the_demo_password(on_wednesday: Flask) -> None:
    _sign_in("karin.berg")


def _memberships(username: str) -> list[Row[Any]]:
    place = func.coalesce(Unit.name, Organization.name).label("place")
    query = select(Membership.role, place).join(User).where(User.username == username)
    return rows(query.outerjoin(Unit).outerjoin(Organization, Membership.organization_id == Organization.id))


def _sign_in(username: str) -> None:
    enter = {"address": "", "lifetime": timedelta(hours=1), "now": WEDNESDAY}
    sessions.sign_in(username, DEMO_PASSWORD, demo=True, **enter)


# Patients -----------------------------------------------------------------------------------------------------------


def test_no_patient_has_a_real_number(halland: Flask) -> None:
    found = rows(select(Thread.patient_number, Thread.patient_number_type).distinct())
    assert {row.patient_number for row in found} >= {patients.RESERVE_NUMBER}
    for number, kind in found:
        if number != patients.RESERVE_NUMBER:
            assert number[8:11] in {"238", "239", *map(str, range(980, 990))}, number
            assert luhn(number[2:]), number
            assert (kind == "coordination") == (int(number[6:8]) > 60), number


def test_kinds_of_patients(halland: Flask) -> None:
    kinds = Counter(values(select(Thread.patient_number_type)))
    assert (kinds["other_reserve"], kinds["coordination"] > 0) == (1, True)
    assert 3 <= len(values(select(Thread.id).where(Thread.protected))) <= 9
    born = values(select(func.substr(Thread.patient_number, 1, 4)).where(Thread.patient_number_type == "personal"))
    old = sum(int(year) < 1961 for year in born)
    assert 0.7 < old / len(born) < 0.95


# Recipient lists ----------------------------------------------------------------------------------------------------


def test_each_municipality_has_a_list_for_each_case_type(on_wednesday: Flask) -> None:
    today = local_day(WEDNESDAY)
    in_force = or_(RecipientEntry.valid_to.is_(None), RecipientEntry.valid_to >= today)
    for municipality in MUNICIPALITIES:
        for case_type in CaseType:
            query = select(RecipientEntry.area).order_by(RecipientEntry.position).where(in_force)
            here = query.where(RecipientEntry.municipality == municipality, RecipientEntry.case_type == case_type)
            areas = values(here.where(RecipientEntry.valid_from <= today))
            assert len(areas) >= 3
            assert areas[-1] == lists.REST


# Time ---------------------------------------------------------------------------------------------------------------


def test_nothing_has_happened_after_now(halland: Flask, now: datetime) -> None:
    foreseen = {"due_at", "ends_at"}
    others = {"user_session", "sign_in_attempt"}  # other tests sign in
    moments = [
        column
        for table in db.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, UtcDateTime) and column.name not in foreseen and table.name not in others
    ]
    latest = {str(column): reading().execute(select(func.max(column))).scalar_one() for column in moments}
    assert {column: moment for column, moment in latest.items() if moment and moment >= now} == {}
    assert latest["thread.created_at"]


def test_the_same_now_gives_the_same_data(loaded: Callable[..., Flask]) -> None:
    first, second = (_dump(loaded(MONDAY_MORNING, copy)) for copy in (0, 1))
    assert first == second


def _dump(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Without what is random on purpose: password hashes, the edition, and the sessions of other tests."""
    random = ("edition", "sign_in_attempt", "user_session")
    tables = [table for table in db.metadata.sorted_tables if table.name not in random]
    with app.app_context():
        return {
            table.name: [
                tuple(row)
                for row in rows(
                    select(*(column for column in table.columns if column.name != "password_hash")).order_by(
                        *table.primary_key
                    )
                )
            ]
            for table in tables
        }


# Commands -----------------------------------------------------------------------------------------------------------


def test_only_an_empty_instance_is_filled(on_wednesday: Flask) -> None:
    before = count(ReadingRow), count(Thread)
    with pytest.raises(demo.NotEmpty):
        demo.load(now=WEDNESDAY, rules=RULES)
    assert load_if_empty() is False
    assert (count(ReadingRow), count(Thread)) == before


def test_the_command_refuses_in_one_line(on_wednesday: Flask) -> None:
    said = on_wednesday.test_cli_runner().invoke(args=["demo", "load"])
    assert (said.exit_code, said.output.count("\n")) == (1, 1)
    assert "not empty" in said.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_outside_demo_mode_nothing_is_loaded(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["demo", "load"])
    assert (said.exit_code, said.output.count("\n")) == (1, 1)
    assert "demo mode" in said.output
    assert demo.is_empty()
