"""What raises the units' inbox versions, and in which order it waits for others who do."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import text

from lcweb.db import db, transaction
from lcweb.models import InboxVersion
from lcweb.services import inbox
from tests.factories import pair, unit
from tests.race import until_it_waits
from tests.rows import row

RAISE = text("UPDATE inbox_version SET version = version + 1 WHERE unit_id = :unit_id")
LOCK_AT_ONCE = text("SELECT version FROM inbox_version WHERE unit_id = :unit_id FOR UPDATE NOWAIT")
AS_THEY_LIE = text("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
LYING = text("SELECT unit_id FROM inbox_version ORDER BY ctid DESC LIMIT 1")


def version(unit_id: int) -> int:
    return row(InboxVersion, unit_id=unit_id).version


def touch(app: Flask, *unit_ids: int) -> None:
    with app.app_context(), transaction() as session:
        inbox.touch(session, *unit_ids)


@pytest.mark.parametrize("how_many", [1, 2, 3])
def test_each_unit_that_is_named_is_raised_once_and_no_other(app: Flask, how_many: int) -> None:
    units = [unit() for _ in range(4)]
    before = [version(unit_id) for unit_id in units]
    named = units[:how_many]
    touch(app, *reversed(named), *named)
    assert [version(unit_id) for unit_id in units] == [
        was + (unit_id in named) for was, unit_id in zip(before, units, strict=True)
    ]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_units_are_locked_in_order_wherever_they_lie(app: Flask) -> None:
    """Who waits for the first holds nothing of the second, and counts on from what the other has written."""
    low, high = sorted(actor.require_unit() for actor in pair())
    _lay_last(app, low)
    before = version(low), version(high)
    with ThreadPoolExecutor(1) as pool, db.engine.connect() as holder, db.engine.connect() as looking:
        holder.execute(RAISE, {"unit_id": low})
        touching = pool.submit(_touch_as_they_lie, app, high, low)
        until_it_waits(touching)
        looking.execute(LOCK_AT_ONCE, {"unit_id": high})
        looking.rollback()
        holder.commit()
        touching.result(10)
    assert (version(low), version(high)) == (before[0] + 2, before[1] + 1)


def _lay_last(app: Flask, unit_id: int) -> None:
    """Behind all others in the table: each change writes the row in another place."""
    for _ in range(1000):
        with db.engine.connect() as connection:
            if connection.execute(LYING).scalar_one() == unit_id:
                return
        touch(app, unit_id)
    raise AssertionError("it never came to lie there")


def _touch_as_they_lie(app: Flask, *unit_ids: int) -> None:
    """Without an index, which would have an order of its own."""
    with app.app_context(), transaction() as session:
        session.execute(AS_THEY_LIE)
        inbox.touch(session, *unit_ids)
