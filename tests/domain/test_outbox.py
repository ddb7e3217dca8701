"""Which addresses do not work (M4)."""

from datetime import datetime

import pytest

from lcweb.domain.outbox import Addresses, Failure, MailState, MailStatus, Unreachable, statuses, unreachable
from lcweb.domain.reminders import Recipient
from tests.at import at

UNIT, MANAGER, REGION, ADMIN = (f"{name}@lcweb.test" for name in ("enhet", "chef", "region", "admin"))
EIGHT, NINE, TEN = (at(f"Tue 2026-11-17 {hour:02}:00") for hour in (8, 9, 10))


def addresses(
    unit: str | None = UNIT, manager: str | None = MANAGER, organization: str | None = None, admin: str | None = None
) -> Addresses:
    return Addresses(unit=unit, manager=manager, organization=organization, admin=admin)


def failed(address: str, moment: datetime, error: str = "550 unknown") -> Failure:
    return Failure(address, moment, error)


def test_nothing_has_been_tried_so_nothing_is_doubted() -> None:
    assert unreachable(addresses(), [], sent_at={}) == []


def test_since_the_first_failure_after_the_last_that_left_with_the_latest_answer() -> None:
    tries = [failed(UNIT, TEN, "550 gone"), failed(UNIT, NINE, "451 later"), failed(UNIT, at("Mon 2026-11-16 08:00"))]
    found = unreachable(addresses(), tries, sent_at={UNIT: EIGHT})
    assert found == [Unreachable(Recipient.UNIT, UNIT, NINE, "550 gone")]


@pytest.mark.parametrize("sent_at", [NINE, TEN])
def test_a_mail_that_left_since_ends_it(sent_at: datetime) -> None:
    assert unreachable(addresses(), [failed(UNIT, NINE)], sent_at={UNIT: sent_at}) == []


def test_another_address_is_not_doubted_for_the_old_one() -> None:
    assert unreachable(addresses(), [failed("gammal@lcweb.test", NINE)], sent_at={}) == []
    found = unreachable(addresses(), [failed(MANAGER, NINE)], sent_at={UNIT: TEN})
    assert found == [Unreachable(Recipient.MANAGER, MANAGER, NINE, "550 unknown")]


def test_m4_who_has_none_is_reached_by_the_next_one_in_line() -> None:
    by_region = addresses(unit=None, manager=" ", organization=REGION, admin=ADMIN)
    assert unreachable(by_region, [], sent_at={}) == []
    found = unreachable(by_region, [failed(REGION, NINE), failed(ADMIN, TEN)], sent_at={})
    assert found == [Unreachable(Recipient.UNIT, REGION, NINE, "550 unknown")]


def test_no_address_at_all_is_said_without_any_mail_and_once() -> None:
    assert unreachable(addresses(unit=None, manager=None), [], sent_at={}) == [Unreachable(Recipient.UNIT, None)]
    assert unreachable(addresses(manager=None), [], sent_at={}) == [Unreachable(Recipient.MANAGER, None)]
    assert unreachable(addresses(unit=None, manager=None, admin=ADMIN), [], sent_at={}) == []


def test_every_state_of_a_mail_can_be_asked_for_once() -> None:
    assert sorted(status for state in MailState for status in statuses(state)) == sorted(MailStatus)
