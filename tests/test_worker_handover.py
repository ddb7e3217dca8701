"""A worker that dies, hangs or sleeps: the next one takes over, and who comes back to life writes and sends nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from lcweb import clock as lcweb_clock
from lcweb import worker
from lcweb.config import ROOT, Settings
from lcweb.db import db, transaction
from lcweb.domain.outbox import MailStatus
from lcweb.models import Draft, Lease, OutboxMail, Unit
from lcweb.services import drafts, lease, outbox, reminders
from tests import factories
from tests.clock import Clock
from tests.factories import LONG_AGO
from tests.postman import ELEVEN, Postman, nurse
from tests.rows import count, row, rows

TTL = timedelta(seconds=150)
PATIENCE = 60  # seconds for a process to say what it is waited for


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, admin_email="admin@lcweb.test")


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Postman:
    postman = Postman()
    monkeypatch.setattr(worker, "post_of", lambda _settings: postman.post())
    return postman


def asleep(clock: Clock) -> None:
    """The machine sleeps for ten minutes, and worker two takes over."""
    clock.forward(minutes=10)
    assert lease.acquire("worker", holder="two", now=clock.now, ttl=TTL)


def falls_asleep_before(module: Any, name: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, as it comes to that function."""
    wakes = getattr(module, name)

    def sleeps(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(module, name, wakes)
        asleep(clock)
        return wakes(*arguments, **named)

    monkeypatch.setattr(module, name, sleeps)


def mails() -> list[tuple[str, int]]:
    return [(mail.status, mail.attempts) for mail in rows(OutboxMail)]


def round_of_one(settings: Settings, clock: Clock) -> list[outbox.Delivered]:
    return worker.one_round(settings, now=clock.now, holder="one")


# Asleep at any point of a round ---------------------------------------------------------------------------------------


def test_who_wakes_while_queueing_queues_nothing(
    app: Flask, settings: Settings, clock: Clock, postman: Postman, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    nurse("Enhet A")
    clock.set(ELEVEN)
    falls_asleep_before(reminders, "_queue", clock, monkeypatch)
    assert round_of_one(settings, clock) == []
    assert (mails(), postman.sent) == ([], [])
    assert "Worker one was away for too long, and another has taken over." in caplog.text
    assert len(worker.one_round(settings, now=clock.now, holder="two")) == 1
    assert len(postman.sent) == 1


def test_who_wakes_before_a_claim_claims_nothing(
    app: Flask, settings: Settings, clock: Clock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse("Enhet A"), nurse("Enhet B")
    clock.set(ELEVEN)
    falls_asleep_before(outbox, "_claim", clock, monkeypatch)
    assert round_of_one(settings, clock) == []
    assert (mails(), postman.sent) == ([(MailStatus.QUEUED, 0)] * 2, [])
    assert len(worker.one_round(settings, now=clock.now, holder="two")) == 2
    assert len(postman.sent) == 2


def test_who_wakes_between_claim_and_sending_sends_nothing(
    app: Flask, settings: Settings, clock: Clock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its claim has run out meanwhile, and the mail is the next worker's."""
    nurse("Enhet A")
    clock.set(ELEVEN)
    falls_asleep_before(outbox, "_end_without_sending", clock, monkeypatch)
    assert round_of_one(settings, clock) == []
    assert (mails(), postman.sent) == ([(MailStatus.SENDING, 1)], [])
    assert len(worker.one_round(settings, now=clock.now, holder="two")) == 1
    assert (mails(), len(postman.sent)) == ([(MailStatus.SENT, 2)], 1)


def test_a_claim_that_another_has_taken_is_not_sent_without_leases_either(
    app: Flask, settings: Settings, clock: Clock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`worker tick` holds none."""
    nurse("Enhet A")
    clock.set(ELEVEN)
    reminders.tick(now=clock.now, rules=settings.rules)
    end = outbox._end_without_sending

    def claimed_anew(mail: Any, now: datetime) -> Any:
        with transaction() as session:
            session.execute(update(OutboxMail).values(attempts=OutboxMail.attempts + 1))
        return end(mail, now)

    monkeypatch.setattr(outbox, "_end_without_sending", claimed_anew)
    assert list(worker.deliver_waiting(settings, now=clock.now)) == []
    assert postman.sent == []


def test_what_had_left_is_written_down_as_sent_by_whoever_sent_it(
    app: Flask, settings: Settings, clock: Clock, postman: Postman
) -> None:
    """It is a fact, and keeps the next worker from sending the mail again."""
    nurse("Enhet A")
    clock.set(ELEVEN)
    postman.on_the_way = lambda: asleep(clock)
    assert [mail.status for mail in round_of_one(settings, clock)] == [MailStatus.SENT]
    assert worker.one_round(settings, now=clock.now, holder="two") == []
    assert (mails(), len(postman.sent)) == ([(MailStatus.SENT, 1)], 1)


def test_who_wakes_after_the_mails_sweeps_nothing(
    app: Flask, settings: Settings, clock: Clock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = nurse("Enhet A")
    clock.set(ELEVEN)
    page = drafts.WrittenOn(page="sida", after="", submission_id="sida")
    drafts.save_letter(person, {"body": "Kan ni"}, written_on=page, now=clock.now)
    clock.set("Fri 2026-12-11 11:00")
    falls_asleep_before(drafts, "sweep", clock, monkeypatch)
    round_of_one(settings, clock)
    assert count(Draft) == 1


def test_a_lease_that_has_run_out_and_nobody_took_still_holds(
    app: Flask, settings: Settings, clock: Clock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nobody to disturb."""
    nurse("Enhet A")
    clock.set(ELEVEN)
    queue = reminders._queue

    def late(*arguments: Any) -> Any:
        clock.forward(minutes=10)
        return queue(*arguments)

    monkeypatch.setattr(reminders, "_queue", late)
    assert len(round_of_one(settings, clock)) == 1


def test_only_what_is_within_is_held(app: Flask, clock: Clock) -> None:
    assert lease.acquire("worker", holder="one", now=clock.now, ttl=TTL)
    with lease.held("worker", holder="one"), transaction() as session:
        session.execute(update(Lease).values(beat_at=clock.now))
    with lease.held("worker", holder="two"), pytest.raises(lease.LeaseLost), transaction() as session:
        session.execute(update(Lease).values(name="lost"))
    with transaction() as session:
        assert session.scalars(select(Lease.name)).all() == ["worker"]


# Real processes -------------------------------------------------------------------------------------------------------

#: As `worker run`, with a round each second.
PROCESS = """
from datetime import timedelta
from lcweb import config, create_app, logs, worker
settings = config.load()
logs.configure(settings.log_format, "DEBUG")
worker.ROUND = timedelta(seconds=1)
worker.run(create_app(settings))
"""


@dataclass
class Process:
    process: subprocess.Popen[bytes]
    log: Path

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def stop(self) -> None:
        """It does nothing more when this returns, and is not at its end."""
        self.send(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)

    def said(self, words: str) -> bool:
        return words in self.log.read_text("utf-8")

    def wait_until(self, true: Callable[[], bool]) -> None:
        for _ in range(PATIENCE * 20):
            if true():
                return
            assert self.process.poll() is None, self.log.read_text("utf-8")
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
        raise AssertionError(self.log.read_text("utf-8"))


@contextmanager
def at_work(settings: Settings, name: str) -> Iterator[Process]:
    ours = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "SECRET_KEY": "k" * 40,
            "DEMO": "1", "ADMIN_EMAIL": "admin@lcweb.test"}  # fmt: skip
    environment = os.environ | {f"LCWEB_{key}": value for key, value in ours.items()}
    log = settings.instance / f"{name}.log"
    with log.open("wb") as written:
        process = subprocess.Popen([sys.executable, "-c", PROCESS], cwd=ROOT, env=environment, stderr=written)
    try:
        yield Process(process, log)
    finally:
        for end in (signal.SIGCONT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                process.send_signal(end)
        process.wait(PATIENCE)


def holder() -> str:
    with db.engine.connect().execution_options(readonly=True) as connection:
        return connection.execute(select(Lease.holder)).scalar() or ""


def queued() -> Callable[[], tuple[str, int]]:
    """One mail that waits, and how it stands. Its own time is over, so whoever takes it up ends it without sending.

    In office hours a real worker queues mails of its own besides.
    """
    with transaction() as session:
        session.add(
            OutboxMail(
                kind="reading_first", unit_id=session.scalars(select(Unit.id)).first(), day=LONG_AGO.date(),
                slot="11:00", status="queued", message_id="<1@lcweb.test>", attempts=0, created_at=LONG_AGO,
                next_try_at=LONG_AGO,
            )
        )  # fmt: skip

    def stands() -> tuple[str, int]:
        mail = row(OutboxMail, message_id="<1@lcweb.test>")
        return mail.status, mail.attempts

    return stands


def is_free() -> bool:
    """Whether nobody is in the midst of a transaction that keeps others from the lease."""
    with suppress(OperationalError), db.engine.begin() as connection:
        connection.execute(select(Lease.name).with_for_update(nowait=True))
        return True
    return False


def stop_at_rest(process: Process) -> None:
    """Whoever is stopped in a transaction keeps its locks for as long: then it goes on until it has ended."""
    process.stop()
    while not is_free():
        process.send(signal.SIGCONT)
        process.wait_until(is_free)
        process.stop()


def test_a_stopped_process_whose_lease_was_taken_stands_by_when_it_wakes(app: Flask, settings: Settings) -> None:
    factories.unit()
    with at_work(settings, "one") as one:
        one.wait_until(lambda: bool(holder()))
        own = holder()
        stop_at_rest(one)
        taken = lcweb_clock.now() + TTL + timedelta(seconds=1)  # one far ahead would be a clock's that was set back
        assert lease.acquire("worker", holder="two", now=taken, ttl=timedelta(minutes=1))
        stands = queued()
        one.send(signal.SIGCONT)
        one.wait_until(lambda: one.said(f"Worker {own} stands by."))
        assert (holder(), stands()) == ("two", (MailStatus.QUEUED, 0))
        lease.release("worker", holder="two")
        with transaction() as session:  # as if as much time had passed for it, too
            session.execute(update(Lease).values(expires_at=LONG_AGO))
        one.wait_until(lambda: holder() == own)
        one.wait_until(lambda: stands() != (MailStatus.QUEUED, 0))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_the_next_process_takes_over(app: Flask, settings: Settings, end: signal.Signals) -> None:
    """At once after an orderly end; of one that was killed when its lease has run out."""
    with at_work(settings, "one") as one:
        one.wait_until(lambda: bool(holder()))
        first = holder()
        with at_work(settings, "two") as two:
            two.wait_until(lambda: two.said("stands by."))
            one.send(end)
            one.process.wait(PATIENCE)
            if end is signal.SIGKILL:
                assert holder() == first
                with transaction() as session:  # its 150 seconds pass
                    session.execute(update(Lease).values(expires_at=LONG_AGO))
            two.wait_until(lambda: holder() != first)
