"""Keeping the recipient lists: S2 and the table of who may."""

from typing import Any

import pytest
from flask import Flask

from lcweb.domain.errors import NotAllowed, NotFound, Refused
from lcweb.domain.permissions import UNIT_ROLES, Actor, Role, operator
from lcweb.domain.recipients import CaseType
from lcweb.models import RecipientEntry
from lcweb.services import recipients
from lcweb.services.recipients import NewEntry
from tests.at import day
from tests.factories import LONG_AGO, organization, unit, user
from tests.rows import nothing_written, row

MONDAY, TUESDAY = day("Mon 2026-11-16"), day("Tue 2026-11-17")


def new_entry(unit_id: int, **fields: Any) -> NewEntry:
    values: dict[str, Any] = {
        "municipality": "Halmstad",
        "case_type": CaseType.GENERAL,
        "area": "Norr",
        "unit_id": unit_id,
        "position": 1,
        "valid_from": MONDAY,
    }
    return NewEntry(**(values | fields))


def list_admin(municipality: str | None) -> Actor:
    return user(role=Role.LIST_ADMIN, organization_id=organization(municipality=municipality))


def test_s2_a_row_is_added_until_further_notice(app: Flask) -> None:
    somewhere = unit()
    entry_id = recipients.add_entry(operator(), new_entry(somewhere), now=LONG_AGO)
    stored = row(RecipientEntry)
    assert (stored.id, stored.municipality, stored.case_type) == (entry_id, "Halmstad", "general")
    assert (stored.area, stored.unit_id, stored.position) == ("Norr", somewhere, 1)
    assert (stored.valid_from, stored.valid_to) == (MONDAY, None)


def test_s2_a_row_is_ended_never_deleted(app: Flask) -> None:
    entry_id = recipients.add_entry(operator(), new_entry(unit()), now=LONG_AGO)
    recipients.end_entry(operator(), entry_id, TUESDAY, now=LONG_AGO)
    assert row(RecipientEntry).valid_to == TUESDAY


def test_s2_a_row_may_hold_for_one_day_but_not_end_before_it_begins(app: Flask) -> None:
    somewhere = unit()
    with nothing_written(), pytest.raises(Refused) as refused:
        recipients.add_entry(operator(), new_entry(somewhere, valid_from=TUESDAY, valid_to=MONDAY), now=LONG_AGO)
    assert list(refused.value.problems) == ["valid_to"]
    entry_id = recipients.add_entry(
        operator(), new_entry(somewhere, valid_from=TUESDAY, valid_to=TUESDAY), now=LONG_AGO
    )
    with nothing_written(), pytest.raises(Refused):
        recipients.end_entry(operator(), entry_id, MONDAY, now=LONG_AGO)


def test_a_list_administrator_keeps_the_own_municipalitys_list(app: Flask) -> None:
    own, somewhere = list_admin("Halmstad"), unit()
    entry_id = recipients.add_entry(own, new_entry(somewhere), now=LONG_AGO)
    recipients.end_entry(own, entry_id, TUESDAY, now=LONG_AGO)
    assert row(RecipientEntry).valid_to == TUESDAY


@pytest.mark.parametrize("municipality", ["Varberg", None], ids=["another's", "none"])
def test_another_municipalitys_list_is_not_found(app: Flask, municipality: str | None) -> None:
    other, somewhere = list_admin(municipality), unit()
    entry_id = recipients.add_entry(operator(), new_entry(somewhere), now=LONG_AGO)
    with nothing_written(), pytest.raises(NotFound):
        recipients.add_entry(other, new_entry(somewhere), now=LONG_AGO)
    with nothing_written(), pytest.raises(NotFound):
        recipients.end_entry(other, entry_id, TUESDAY, now=LONG_AGO)


@pytest.mark.parametrize("role", [*sorted(UNIT_ROLES), Role.LOG_REVIEWER])
def test_others_only_read(app: Flask, role: Role) -> None:
    actor = user(role=role, organization_id=None if role in UNIT_ROLES else organization(municipality="Halmstad"))
    somewhere = unit()
    entry_id = recipients.add_entry(operator(), new_entry(somewhere), now=LONG_AGO)
    with nothing_written(), pytest.raises(NotAllowed):
        recipients.add_entry(actor, new_entry(somewhere), now=LONG_AGO)
    with nothing_written(), pytest.raises(NotAllowed):
        recipients.end_entry(actor, entry_id, TUESDAY, now=LONG_AGO)


def test_an_unknown_row_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        recipients.end_entry(operator(), 987_654, TUESDAY, now=LONG_AGO)


def test_an_unknown_unit_is_refused(app: Flask) -> None:
    with nothing_written(), pytest.raises(Refused):
        recipients.add_entry(operator(), new_entry(987_654), now=LONG_AGO)
