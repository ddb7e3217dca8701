"""One worker works, the others stand by."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from lcweb.db import db
from lcweb.models import Lease
from lcweb.services import lease
from tests.at import at

TTL = timedelta(seconds=150)
NOON = at("Fri 2026-11-20 12:00")


def acquire(holder: str, seconds: int = 0, *, name: str = "worker") -> bool:
    return lease.acquire(name, holder=holder, now=NOON + timedelta(seconds=seconds), ttl=TTL)


def held() -> tuple[str, datetime, datetime]:
    with db.engine.connect() as connection:
        row = connection.execute(select(Lease.holder, Lease.beat_at, Lease.expires_at)).one()
    return row.holder, row.beat_at, row.expires_at


def test_the_first_gets_it_and_the_second_does_not(app: Flask) -> None:
    assert acquire("one")
    assert not acquire("two", 60)
    assert held() == ("one", NOON, NOON + TTL)


def test_the_holder_renews_it(app: Flask) -> None:
    assert acquire("one")
    assert acquire("one", 60)
    assert held() == ("one", NOON + timedelta(seconds=60), NOON + timedelta(seconds=210))
    assert not acquire("two", 209)


def test_it_is_taken_over_from_the_moment_it_has_run_out(app: Flask) -> None:
    assert acquire("one")
    assert not acquire("two", 149)
    assert acquire("two", 150)
    assert not acquire("one", 151)


def test_a_released_one_is_free_at_once_and_its_last_beat_stays_known(app: Flask) -> None:
    assert acquire("one")
    lease.release("worker", holder="one")
    assert held()[1] == NOON
    assert acquire("two")


def test_only_the_holder_releases_it(app: Flask) -> None:
    assert acquire("one")
    lease.release("worker", holder="two")
    assert not acquire("two", 60)


def test_leases_of_other_names_are_others(app: Flask) -> None:
    assert acquire("one")
    assert acquire("two", name="another")


def test_of_several_at_once_one_gets_it(app: Flask) -> None:
    def one_worker(number: int) -> bool:
        with app.app_context():
            return acquire(f"worker {number}")

    with ThreadPoolExecutor(6) as workers:
        assert sum(workers.map(one_worker, range(6))) == 1
        assert sum(workers.map(one_worker, range(6))) == 1  # the holder's renewal
