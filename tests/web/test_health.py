"""What the operator's watch is told: no names, no numbers of patients, and 503 only without a database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from lcweb.domain.outbox import WORKER_LEASE
from lcweb.services import lease, outbox, reminders
from tests.clock import Clock
from tests.factories import RULES
from tests.page import Browser
from tests.postman import FRIDAY, Postman, nurse
from tests.web.visits import writes

IDLE = {"ok": True, "oldest_queued_seconds": None, "failed_last_week": 0}


def health(web: Browser) -> tuple[int, dict[str, Any]]:
    answer = web.client.get("/halsa")
    return answer.status_code, answer.get_json()


@pytest.fixture
def round_made(web: Browser, clock: Clock) -> Callable[[], None]:
    """A worker's round, now."""

    def make() -> None:
        with web.context():
            assert lease.acquire(WORKER_LEASE, holder="a", now=clock.now, ttl=timedelta(minutes=1))

    return make


@pytest.fixture
def queued(web: Browser, clock: Clock) -> int:
    """The reading reminder of a unit that has no address, made at eleven on a Friday (A3)."""
    clock.set(f"{FRIDAY} 11:00")
    with web.context():
        nurse(notify_email=None)
        assert len(reminders.tick(now=clock.now, rules=RULES)) == 1
        (mail_id,) = outbox.waiting(now=clock.now)
    return mail_id


def test_before_any_worker_has_run_the_words_say_so(web: Browser) -> None:
    worker = {"ok": False, "seconds_since_last_round": None}
    assert health(web) == (200, {"status": "degraded", "database": "ok", "worker": worker, "outbox": IDLE})


@pytest.mark.parametrize(("seconds", "ok"), [(0, True), (179, True), (180, False), (86_400, False)])
def test_a_worker_is_well_until_it_has_missed_three_rounds(
    web: Browser, clock: Clock, round_made: Callable[[], None], seconds: int, ok: bool
) -> None:
    round_made()
    clock.forward(seconds=seconds)
    worker = {"ok": ok, "seconds_since_last_round": seconds}
    status = "ok" if ok else "degraded"
    assert health(web) == (200, {"status": status, "database": "ok", "worker": worker, "outbox": IDLE})


@pytest.mark.parametrize(("seconds", "ok"), [(0, True), (899, True), (900, False)])
def test_a_mail_may_wait_a_quarter_of_an_hour(
    web: Browser, clock: Clock, round_made: Callable[[], None], queued: int, seconds: int, ok: bool
) -> None:
    clock.forward(seconds=seconds)
    round_made()
    status, said = health(web)
    assert (status, said["status"]) == (200, "ok" if ok else "degraded")
    assert said["outbox"] == IDLE | {"ok": ok, "oldest_queued_seconds": seconds}


@pytest.mark.parametrize(("days", "failed"), [(0, 1), (7, 1), (8, 0)])
def test_m4_a_mail_that_nobody_could_get_is_told_of_for_a_week(
    web: Browser, clock: Clock, round_made: Callable[[], None], queued: int, days: int, failed: int
) -> None:
    with web.context():
        outbox.deliver(queued, now=clock.now, rules=RULES, post=Postman().post(admin=None))
    clock.forward(days=days)
    round_made()
    status, said = health(web)
    assert (status, said["status"]) == (200, "degraded" if failed else "ok")
    assert said["outbox"] == IDLE | {"failed_last_week": failed}


def test_without_a_database_it_is_503(web: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("no route"))

    monkeypatch.setattr(Engine, "connect", unreachable)
    assert health(web) == (503, {"status": "failing", "database": "unreachable"})


def test_asking_writes_nothing_and_needs_no_sign_in(web: Browser) -> None:
    with writes(web.app) as changed:
        answer = web.client.get("/halsa")
    assert (answer.status_code, answer.mimetype, "Set-Cookie" in answer.headers) == (200, "application/json", False)
    assert changed == set()
