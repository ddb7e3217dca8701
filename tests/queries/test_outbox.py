"""Mails by state, unit, kind and period, page by page; and the units that are not reached (M4)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from lcweb.db import transaction
from lcweb.domain.outbox import MailState, MailStatus
from lcweb.domain.reminders import Kind
from lcweb.models import OutboxMail, Unit
from lcweb.queries import outbox as queries
from lcweb.queries.outbox import MailFilter
from tests.at import at, day
from tests.factories import organization, unit
from tests.web.visits import statements

NOW = at("Tue 2026-11-17 10:00")
ADDRESS = "enhet@lcweb.test"


def put(unit_id: int, status: str = "failed", *, back: int = 0, kind: Kind = Kind.OVERDUE, **values: object) -> int:
    """A mail of so many days ago."""
    made = NOW - timedelta(days=back)
    ended_at = None if status in ("queued", "sending") else made
    fields = {
        "kind": kind, "unit_id": unit_id, "day": made.date(), "slot": "new", "status": status, "attempts": 1,
        "message_id": f"{unit_id}-{status}-{back}-{kind}", "address": ADDRESS, "created_at": made, "next_try_at": made,
        "ended_at": ended_at, "error": "550 unknown" if status == "failed" else None,
    }  # fmt: skip
    mail = OutboxMail(**(fields | values))
    with transaction() as session:
        session.add(mail)
        session.flush()
        return mail.id


def ids(wanted: MailFilter) -> list[int]:
    return [mail.id for mail in queries.mails(wanted).rows]


def test_each_choice_narrows_the_list(app: Flask) -> None:
    first, second = unit(), unit()
    failed, queued = put(first), put(first, "queued", back=1)
    sending, sent = put(second, "sending", back=2), put(second, "sent", back=3, kind=Kind.DUE_TODAY)
    superseded = put(second, "superseded", back=4)
    assert ids(MailFilter()) == [failed, queued, sending, sent, superseded]
    assert ids(MailFilter(state=MailState.WAITING)) == [queued, sending]
    assert ids(MailFilter(state=MailState.SENT)) == [sent]
    assert ids(MailFilter(state=MailState.SUPERSEDED)) == [superseded]
    assert ids(MailFilter(unit_id=first)) == [failed, queued]
    assert ids(MailFilter(kind=Kind.DUE_TODAY)) == [sent]
    days = MailFilter(first=day("Sat 2026-11-14"), last=day("Sun 2026-11-15"))
    assert ids(days) == [sending, sent]
    assert ids(MailFilter(state=MailState.FAILED, unit_id=second)) == []
    assert queries.failed_ids(MailFilter(), limit=5) == [failed]
    assert queries.failed_ids(days, limit=5) == []


def test_a_day_is_stockholm_s(app: Flask) -> None:
    mail_id = put(unit(), created_at=at("Tue 2026-11-17 00:10"))
    assert ids(MailFilter(first=date(2026, 11, 17))) == [mail_id]
    assert ids(MailFilter(last=date(2026, 11, 16))) == []


def test_when_the_next_try_is_and_that_there_is_none(app: Flask) -> None:
    place = unit()
    put(place)
    put(place, "queued", back=1, error="451 later")
    rows = queries.mails().rows
    assert [(mail.next_try_at, mail.error) for mail in rows] == [
        (None, "550 unknown"), (NOW - timedelta(days=1), "451 later"),
    ]  # fmt: skip


def test_the_unreachable_are_those_of_whom_nothing_has_arrived_since(app: Flask) -> None:
    region = organization(notify_email="region@lcweb.test")
    lost, found, quiet = (
        unit(name, organization_id=region, notify_email=ADDRESS) for name in ("Borta", "Framme", "Tyst")
    )
    bare = unit("Utan adress")
    put(lost, back=3)
    put(lost, "sent", back=4)
    put(lost, back=1, error="554 blocked")
    put(found, back=2)
    put(found, "sent", back=1, kind=Kind.DUE_TODAY)
    put(quiet, "superseded")
    everyone = queries.unreachable(admin=None)
    assert [(one.unit, one.address, one.since, one.error) for one in everyone] == [
        ("Borta", ADDRESS, NOW - timedelta(days=3), "554 blocked"),
        ("Utan adress", None, None, None),
    ]
    assert [one.unit for one in queries.unreachable(admin="admin@lcweb.test")] == ["Borta"]
    assert queries.unreachable([found, quiet], admin=None) == []
    assert [one.unit_id for one in queries.unreachable([lost, bare], admin=None)] == [lost, bare]


def test_a_closed_unit_is_no_longer_missed(app: Flask) -> None:
    gone = unit(notify_email=ADDRESS)
    put(gone)
    with transaction() as session:
        session.execute(update(Unit).where(Unit.id == gone).values(closed_at=NOW))
    assert queries.unreachable(admin=None) == []


@pytest.mark.parametrize("status", [MailStatus.QUEUED, MailStatus.SENDING])
def test_a_mail_that_is_still_being_tried_is_not_lost_yet(app: Flask, status: str) -> None:
    put(unit(notify_email=ADDRESS, manager_email=ADDRESS), status, error="451 later")
    assert queries.unreachable(admin=None) == []


def test_as_many_statements_however_many_units_and_mails(app: Flask) -> None:
    counts = []
    for _ in range(3):
        place = unit(notify_email=ADDRESS)
        for back in range(3):
            put(place, back=back)
        with statements() as asked:
            queries.unreachable(admin=None)
            queries.mails()
        counts.append(len(asked))
    assert counts == [6, 6, 6]
