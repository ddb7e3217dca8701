"""Workers are killed while they remind: each mail that is owed leaves, and none becomes two."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import insert, select

from lcweb import worker
from lcweb.config import Settings
from lcweb.db import db, transaction
from lcweb.domain.outbox import CLAIM, WAITING, MailStatus
from lcweb.domain.reminders import Kind
from lcweb.models import Lease, OutboxMail, ReadingRow, Unit
from lcweb.services import reminders
from lcweb.services.readings import How
from tests import factories
from tests.at import at
from tests.faults import worker_process
from tests.faults.processes import wait_for
from tests.faults.worker_process import Place
from tests.mail_server import Said, smtp
from tests.postman import FRIDAY
from tests.rows import rows

log = logging.getLogger(__name__)
SEED, WORKERS = 20261126, 4
MORNING = at(f"{FRIDAY} 08:31")
#: After so long whoever was killed at work holds neither the lease nor a mail.
LEASE, ALL_CLAIMS = worker.LEASE + timedelta(seconds=1), CLAIM + timedelta(seconds=1)


class Workers:
    """Several at once. Who is killed is replaced."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.processes = [worker_process.started(place) for _ in range(WORKERS)]

    def kill(self, random: Random) -> None:
        """Mostly the one at work; then the clock is set forward, past its lease."""
        holder, chosen = _holder(), random.choice(self.processes)
        if random.random() < 0.7:
            chosen = next((process for process in self.processes if str(process.pid) == holder), chosen)
        bury(chosen)
        self.processes[self.processes.index(chosen)] = worker_process.started(self.place)
        if str(chosen.pid) == _holder():
            self.skip(LEASE)

    def skip(self, time: timedelta) -> None:
        with self.place.skipped.get_lock():
            self.place.skipped.value += time.total_seconds()


@contextmanager
def at_work(place: Place) -> Iterator[Workers]:
    workers = Workers(place)
    try:
        yield workers
    finally:
        for process in workers.processes:
            bury(process)


def bury(process: ForkServerProcess) -> None:
    process.kill()
    process.join()


def owing(number: int) -> set[str]:
    """Units that fell short yesterday and read twice today: each owes its manager one mail, all day. The addresses."""
    organization_id, person = factories.organization(), factories.user(role=factories.Role.SYSTEM_ADMIN)
    first = factories.unit("Enhet", organization_id=organization_id, manager_email="chef0@x.test")
    with transaction() as session:
        whole = dict(session.execute(select(Unit.__table__).where(Unit.id == first)).mappings().one())
        del whole["id"]
        others = [whole | {"name": f"Enhet {n}", "manager_email": f"chef{n}@x.test"} for n in range(1, number)]
        session.execute(insert(Unit), others)
        unit_ids = session.scalars(select(Unit.id).where(Unit.organization_id == organization_id)).all()
        moments = (at(f"{FRIDAY} 07:35"), at(f"{FRIDAY} 10:05"))
        session.execute(insert(ReadingRow), [
            {"unit_id": unit_id, "user_id": person.user_id, "read_at": moment, "how": How.PAGE}
            for unit_id in unit_ids for moment in moments
        ])  # fmt: skip
    return {f"chef{n}@x.test" for n in range(number)}


@pytest.mark.prove
def test_m2_m5_no_reminder_is_lost_or_doubled_when_workers_are_killed(
    app: Flask, settings: Settings, tmp_path: Path, scale: Callable[[int, int], int]
) -> None:
    """A mail may be handed over once more for each kill, under the same Message-ID."""
    kills, number = scale(6, 200), scale(60, 3000)
    addresses = owing(number)
    owed = reminders.preview(now=MORNING, rules=settings.rules)
    assert [reminder.kind for reminder in owed] == [Kind.READING_SHORTFALL] * number
    said, random = Said(), Random(SEED)
    with smtp(said) as port:
        place = worker_process.place(settings.database_url, tmp_path, f"smtp://127.0.0.1:{port}", MORNING)
        with at_work(place) as workers:
            kill_again_and_again(workers, said, random, kills=kills, number=number)
            workers.skip(ALL_CLAIMS)
            wait_for("mails wait and nobody sends them", lambda: not _waiting())
    log.info("%s kills, %s handed over, %s clock seconds skipped", kills, len(said.mails), place.skipped.value)
    check(said, addresses, kills)


def kill_again_and_again(workers: Workers, said: Said, random: Random, *, kills: int, number: int) -> None:
    """Some while the mails are being queued, the others as they leave, at any point of a mail's way."""
    never, at_once = Event(), kills // 10
    for kill in range(kills):
        if kill >= at_once:
            goal = len(said.mails) + random.randrange(1, max(2, 2 * (number - len(said.mails)) // (kills - kill + 2)))
            wait_for("no mail leaves", lambda goal=goal: len(said.mails) >= goal or not _waiting(queued=True))
        never.wait(random.random() * 0.3)
        workers.kill(random)
    workers.skip(ALL_CLAIMS)


def check(said: Said, addresses: set[str], kills: int) -> None:
    mails = [message_from_bytes(letter) for letter in said.mails]
    times = Counter(str(mail["Message-ID"]) for mail in mails)
    addressed = {(str(mail["To"]), str(mail["Message-ID"])) for mail in mails}
    queued = rows(OutboxMail)
    assert len(queued) == len({row.unit_id for row in queued}) == len(addresses)
    assert Counter(row.status for row in queued) == {MailStatus.SENT: len(addresses)}
    assert {f"<{row.message_id}@localhost>" for row in queued} == times.keys()
    assert {address for address, _ in addressed} == addresses
    assert len(addressed) == len(addresses)
    assert sum(times.values()) - len(times) <= kills


def _holder() -> str | None:
    with db.engine.connect().execution_options(readonly=True) as connection:
        return connection.scalar(select(Lease.holder))


def _waiting(*, queued: bool = False) -> bool:
    """Also while none has been queued yet. `queued`: those that no worker has begun with."""
    statuses = (MailStatus.QUEUED,) if queued else WAITING
    with db.engine.connect().execution_options(readonly=True) as connection:
        waits = connection.scalar(select(OutboxMail.id).where(OutboxMail.status.in_(statuses)).limit(1))
        return bool(waits) or connection.scalar(select(OutboxMail.id).limit(1)) is None
