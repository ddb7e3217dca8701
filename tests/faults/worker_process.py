"""A worker in a process of its own, which can be killed. What it does is `worker.beat`, as in operation.

Replaced are its metronome, which would be asked for a round once a minute and is asked again at once, and its clock: it
starts at a given moment, and whoever has killed the worker at work sets it forward by as long as the others would have
had to wait.
"""

import logging
import time
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from threading import Event
from typing import NamedTuple

from lcweb import clock, create_app, worker
from tests.databases import make_settings

PAUSE = 0.2  # seconds between two rounds
#: Forks each worker from a process that has loaded the app already and has no thread.
CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["lcweb", "tests.faults.worker_process"])


class Place(NamedTuple):
    """`skipped`: seconds that the clock has been set forward by; all workers share it."""

    database_url: str
    instance: Path
    smtp_url: str
    begins_at: datetime
    started: float
    skipped: "Synchronized[float]"

    def now(self) -> datetime:
        return self.begins_at + timedelta(seconds=time.monotonic() - self.started + self.skipped.value)


def place(database_url: str, instance: Path, smtp_url: str, begins_at: datetime) -> Place:
    return Place(database_url, instance, smtp_url, begins_at, time.monotonic(), CONTEXT.Value("d", 0.0))


def started(at: Place) -> ForkServerProcess:
    process = CONTEXT.Process(target=work, args=(at,), daemon=True)
    process.start()
    return process


def work(at: Place) -> None:
    """Rounds without an end. Its holder of the lease is its process number."""
    logging.disable(logging.CRITICAL)
    clock.now = at.now
    app = create_app(make_settings(at.database_url, at.instance, smtp_url=at.smtp_url))
    never, holder = Event(), str(CONTEXT.current_process().pid)
    while not never.wait(PAUSE):
        worker.beat(app, holder=holder, stopping=never)
