"""The process that reminds. APScheduler is only its metronome: what is owed is worked out anew in every round."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from uuid import uuid4

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from lcweb import anchors, at_work, clock
from lcweb.config import Settings
from lcweb.domain.access_log import Anchor
from lcweb.domain.outbox import WORKER_LEASE, MailStatus
from lcweb.domain.rules import RuleBook
from lcweb.domain.workdays import local_day
from lcweb.facts import rule_book
from lcweb.logs import failed
from lcweb.mail import Withheld, post_of
from lcweb.queries import access_log
from lcweb.services import attempts, drafts, follow_up, keeping, lease, outbox, reminders, sessions
from lcweb.services.outbox import Delivered

log = logging.getLogger(__name__)

ROUND = timedelta(seconds=60)
LEASE = timedelta(seconds=150)  # two missed rounds, and another process takes over
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def run(app: Flask) -> None:
    """Rounds until SIGTERM or SIGINT, which let the mail at hand go out. Raises ValueError as `post_of` does."""
    post_of(_settings(app))  # rather no start than a failure for each mail
    at_work.begin("worker", _settings(app).database_url)
    holder, stopping = _holder(), Event()
    scheduler = _metronome(partial(beat, app, holder=holder, stopping=stopping))
    # Waited for instead of handled: a handler's exception can strike anywhere, and a lock it leaves taken hangs us.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    scheduler.start()
    log.info("Worker %s is at work.", holder)
    signal.sigwait(STOP_SIGNALS)
    stopping.set()
    scheduler.shutdown(wait=True)
    with app.app_context():
        lease.release(WORKER_LEASE, holder=holder)
    log.info("Worker %s has stopped.", holder)


def one_round(settings: Settings, *, now: datetime, holder: str, stopping: Event | None = None) -> list[Delivered]:
    """Queues what is owed, sends what waits, sweeps drafts and sign-in failures, looks after sessions, anchors the log,
    counts, disposes.

    Nothing while another process holds the lease. Needs an app context.
    """
    if not _have_lease(holder, now):
        log.debug("Worker %s stands by.", holder)
        return []
    delivered: list[Delivered] = []
    try:
        _work(settings, delivered, now=now, holder=holder, stopping=stopping)
    except lease.LeaseLost:
        log.warning("Worker %s was away for too long, and another has taken over.", holder)
    return delivered


def _work(
    settings: Settings, delivered: list[Delivered], *, now: datetime, holder: str, stopping: Event | None
) -> None:
    """What is delivered is told even when the rest breaks. Raises LeaseLost before anything is written without it."""
    held, rules = partial(lease.held, WORKER_LEASE, holder=holder), rules_of_days(settings)

    def may_go_on(moment: datetime) -> bool:
        return not (stopping and stopping.is_set()) and _have_lease(holder, moment)

    with held():
        reminders.tick(now=now, rules=rules)
    delivered.extend(deliver_waiting(settings, now=now, may_go_on=may_go_on, held=held))
    with held():
        drafts.sweep(now=now, rules=rules.on(local_day(now)))
        attempts.sweep(now=now)
        sessions.set_back(lifetime=timedelta(hours=settings.session_hours), now=now)
        _anchor_once_a_day(settings.anchor_file, now=now)
        follow_up.tick(now=now, rules=rules)
        keeping.dispose_at_night(now=now)


def _anchor_once_a_day(path: Path, *, now: datetime) -> None:
    """L2. A disk that is full stops no mail."""
    try:
        latest = anchors.find_latest(path)
        head = access_log.find_head()
        if head and head.last_id and (latest is None or local_day(latest.at) != local_day(now)):
            anchors.append(path, Anchor(now, head))
    except OSError as error:
        log.error("The access log's head could not be noted in %s: %s", path, error)


def deliver_waiting(
    settings: Settings,
    *,
    now: datetime,
    may_go_on: Callable[[datetime], bool] = lambda _moment: True,
    held: outbox.Holding = nullcontext,
) -> Iterator[Delivered]:
    """Tries every mail whose time has come, as time passes from `now` on. One that breaks does not stop the others.

    Once a mail has found that nothing leaves, the round's others do not wait for a silent server, ten seconds each.
    Raises LeaseLost.
    """
    post, rules = post_of(settings), rules_of_days(settings)
    started = clock.now()
    for mail_id in outbox.waiting(now=now):
        # Many slow mails take their time; a claim or a re-check must not be as old as the round.
        moment = now + (clock.now() - started)
        if not may_go_on(moment):
            return
        try:
            delivered = outbox.deliver(mail_id, now=moment, rules=rules, post=post, held=held)
        except lease.LeaseLost:
            raise
        except Exception as error:
            failed(log, error, "mail %s: its claim runs out and it is tried again", mail_id)
            continue
        if delivered:
            yield delivered
            if delivered.nothing_leaves:
                post = replace(post, transport=Withheld(delivered.error or ""))


def rules_of_days(settings: Settings) -> RuleBook:
    """As they stand now: asked for anew in every round."""
    with reminders.fresh_reading() as reader:
        return rule_book(reader, settings.rules)


def beat(app: Flask, *, holder: str, stopping: Event) -> None:
    """In its own app context. What breaks is logged, and the next round comes all the same."""
    try:
        with app.app_context():
            for delivered in one_round(_settings(app), now=clock.now(), holder=holder, stopping=stopping):
                _note(delivered)
    except Exception as error:
        failed(log, error, "a round: the next one comes all the same")


def _note(delivered: Delivered) -> None:
    level = logging.WARNING if delivered.status in (MailStatus.FAILED, MailStatus.QUEUED) else logging.INFO
    reminder = delivered.reminder
    reason = f": {delivered.error}" if delivered.error else ""
    receiver = "unit" if reminder.unit_id else "organization"
    log.log(level, "%s: %s for %s %s%s", delivered.status, reminder.kind, receiver, reminder.receiver_id, reason)


def _have_lease(holder: str, moment: datetime) -> bool:
    return lease.acquire(WORKER_LEASE, holder=holder, now=moment, ttl=LEASE)


def _metronome(job: Callable[[], None]) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
    scheduler.add_job(
        job,
        IntervalTrigger(seconds=int(ROUND.total_seconds()), timezone=UTC),
        next_run_time=clock.now(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    return scheduler


def _holder() -> str:
    """Told apart also from one of the same number: in a container every process is number 1."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


def _settings(app: Flask) -> Settings:
    return app.extensions["lcweb"].settings
