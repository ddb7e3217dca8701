"""What the operator's watch is told: no names, no numbers of patients, and 503 only without a database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from lcweb import machine
from lcweb.domain.outbox import WORKER_LEASE
from lcweb.services import lease, outbox, reminders
from tests.clock import Clock
from tests.factories import RULES
from tests.page import Browser
from tests.postman import FRIDAY, Postman, nurse
from tests.web.surroundings import Usage, stamped
from tests.web.visits import writes

WELL = {"database": "ok", "schema": {"ok": True}, "disk": {"ok": True}}
IDLE = {"ok": True, "oldest_queued_seconds": None, "failed_last_week": 0}


def health(web: Browser) -> tuple[int, dict[str, Any]]:
    answer = web.client.get("/halsa")
    return answer.status_code, answer.get_json()


@pytest.fixture(autouse=True)
def disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """`disk(0)`: so many bytes are left of it; by itself there are plenty, whatever this machine has."""

    def left(free: int) -> None:
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _folder: Usage(10**12, 10**12 - free, free))

    left(10**11)
    return left


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
    assert health(web) == (200, WELL | {"status": "degraded", "worker": worker, "outbox": IDLE})


@pytest.mark.parametrize(("seconds", "ok"), [(0, True), (179, True), (180, False), (86_400, False)])
def test_a_worker_is_well_until_it_has_missed_three_rounds(
    web: Browser, clock: Clock, round_made: Callable[[], None], seconds: int, ok: bool
) -> None:
    round_made()
    clock.forward(seconds=seconds)
    worker = {"ok": ok, "seconds_since_last_round": seconds}
    status = "ok" if ok else "degraded"
    assert health(web) == (200, WELL | {"status": status, "worker": worker, "outbox": IDLE})


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


@pytest.mark.parametrize(("free", "ok"), [(machine.LEAST_ROOM, True), (machine.LEAST_ROOM - 1, False)])
def test_a_disk_that_is_nearly_full_is_told_of_before_it_is(
    web: Browser, round_made: Callable[[], None], disk: Callable[[int], None], free: int, ok: bool
) -> None:
    round_made()
    disk(free)
    status, said = health(web)
    assert (status, said["status"], said["disk"]) == (200, "ok" if ok else "degraded", {"ok": ok})


def test_tables_of_another_version_are_told_of(web: Browser, round_made: Callable[[], None]) -> None:
    """The pages may work all the same: a revision says whether old processes may run on."""
    round_made()
    with stamped(web, "0001"):
        status, said = health(web)
    assert (status, said["status"], said["schema"]) == (200, "degraded", {"ok": False})


def test_asking_writes_nothing_and_needs_no_sign_in(web: Browser) -> None:
    with writes(web.app) as changed:
        answer = web.client.get("/halsa")
    assert (answer.status_code, answer.mimetype, "Set-Cookie" in answer.headers) == (200, "application/json", False)
    assert changed == set()
