"""The worker's rounds and process, and what an operator runs by hand: `worker run`, `worker tick`, `deadline`."""

import logging
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select, update

from lcweb import worker
from lcweb.config import ROOT, Settings
from lcweb.db import db, transaction
from lcweb.domain.outbox import MailStatus
from lcweb.domain.permissions import operator
from lcweb.models import Draft, Lease, SignInAttempt, Unit
from lcweb.services import attempts, calendar, drafts, lease, outbox, reminders
from lcweb.services.calendar import Place
from tests import databases, factories
from tests.at import at, day
from tests.clock import Clock
from tests.postman import ELEVEN, FRIDAY, Postman, nurse, read
from tests.rows import count


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, admin_email="admin@lcweb.test")


def one_round(settings: Settings, moment: str, holder: str = "one") -> list[tuple[str, MailStatus]]:
    delivered = worker.one_round(settings, now=at(moment), holder=holder)
    return [(mail.reminder.kind.value, mail.status) for mail in delivered]


def files(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.mail_folder.glob("*"))


def by(postman: Postman, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "post_of", lambda _settings: postman.post())


# Rounds -------------------------------------------------------------------------------------------------------------


def test_a_round_queues_and_sends(app: Flask, settings: Settings, clock: Clock) -> None:
    person = nurse("Enhet A")
    assert one_round(settings, f"{FRIDAY} 10:59") == []
    assert one_round(settings, ELEVEN) == [("reading_first", MailStatus.SENT)]
    assert files(settings) == [f"2026-11-20T110000-reading_first-{person.unit_id}.eml"]
    assert one_round(settings, f"{FRIDAY} 11:01") == []


def test_a_worker_away_from_five_to_eleven_until_twenty_to_twelve_sends_one_mail(
    app: Flask, settings: Settings, clock: Clock
) -> None:
    nurse("Enhet A")
    assert one_round(settings, f"{FRIDAY} 10:55") == []
    assert one_round(settings, f"{FRIDAY} 11:40", holder="restarted") == [("reading_first", MailStatus.SENT)]
    assert [one_round(settings, f"{FRIDAY} 11:{minute}", holder="restarted") for minute in (41, 42, 43)] == [[]] * 3
    assert len(files(settings)) == 1


def test_another_worker_stands_by_while_the_first_is_at_work(app: Flask, settings: Settings, clock: Clock) -> None:
    nurse("Enhet A")
    assert one_round(settings, f"{FRIDAY} 10:59") == []
    assert one_round(settings, ELEVEN, holder="two") == []
    assert one_round(settings, f"{FRIDAY} 11:02", holder="two") == [("reading_first", MailStatus.SENT)]
    assert one_round(settings, f"{FRIDAY} 11:03", holder="one") == []


def test_the_lease_is_kept_while_many_slow_mails_go_out(
    app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And each mail is claimed at its own time, not at the round's beginning."""
    for name in ("Enhet A", "Enhet B", "Enhet C"):
        nurse(name)

    def slowly() -> None:
        clock.forward(minutes=2)
        with app.app_context():
            assert not lease.acquire("worker", holder="two", now=clock.now, ttl=timedelta(seconds=150))

    postman = Postman(on_the_way=slowly)
    by(postman, monkeypatch)
    clock.set(ELEVEN)
    assert len(worker.one_round(settings, now=clock.now, holder="one")) == 3
    sent_at = [message["Date"].datetime for message in postman.sent]
    assert sent_at == [at(f"{FRIDAY} 11:00"), at(f"{FRIDAY} 11:02"), at(f"{FRIDAY} 11:04")]


def test_a_worker_that_lost_its_lease_sends_no_more(
    app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its machine slept; another has taken over."""
    nurse("Enhet A"), nurse("Enhet B")

    def asleep() -> None:
        clock.forward(minutes=4)
        with app.app_context():
            assert lease.acquire("worker", holder="two", now=clock.now, ttl=timedelta(seconds=150))

    by(Postman(on_the_way=asleep), monkeypatch)
    clock.set(ELEVEN)
    assert len(worker.one_round(settings, now=clock.now, holder="one")) == 1


def test_a_round_sweeps_old_drafts_and_a_made_up_moment_does_not(app: Flask, settings: Settings, clock: Clock) -> None:
    person = nurse("Enhet A")
    page = drafts.WrittenOn(page="sida", after="", submission_id="sida")
    for moment, draft_left in ((ELEVEN, 1), ("Fri 2026-12-04 11:01", 0)):
        drafts.save_letter(person, {"body": "Kan ni"}, written_on=page, now=at(ELEVEN))
        run(app, "worker", "tick", "--at", "2027-11-20T11:05")
        one_round(settings, moment)
        assert count(Draft) == draft_left
    drafts.save_letter(person, {"body": "Kan ni"}, written_on=page, now=at(ELEVEN))
    clock.set("Fri 2026-12-04 11:01")
    run(app, "worker", "tick")
    assert count(Draft) == 0


def test_a_round_sweeps_failures_that_matter_no_longer(app: Flask, settings: Settings, clock: Clock) -> None:
    attempts.note_failure(attempts.of_account("anna"), now=at(ELEVEN))
    for moment, left in ((f"{FRIDAY} 12:00", 1), (f"{FRIDAY} 12:01", 0)):
        one_round(settings, moment)
        assert count(SignInAttempt) == left


def test_a_worker_told_to_stop_leaves_the_rest_for_the_next(app: Flask, settings: Settings, clock: Clock) -> None:
    nurse("Enhet A")
    stopping = Event()
    stopping.set()
    assert worker.one_round(settings, now=at(ELEVEN), holder="one", stopping=stopping) == []
    assert len(outbox.waiting(now=at(ELEVEN))) == 1


def test_a_round_that_breaks_is_logged_and_the_next_one_comes(
    bare_app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with bare_app.app_context():
        nurse("Enhet A")
    clock.set(ELEVEN)
    with monkeypatch.context() as broken:
        broken.setattr(reminders, "tick", lambda **_arguments: 1 / 0)
        worker.beat(bare_app, holder="one", stopping=Event())
    assert "ZeroDivisionError at " in caplog.text
    assert "a round: the next one comes all the same" in caplog.text
    worker.beat(bare_app, holder="one", stopping=Event())
    assert len(files(settings)) == 1


def test_a_mail_that_breaks_does_not_stop_the_others(
    app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    nurse("Enhet A"), nurse("Enhet B")
    reminders.tick(now=at(ELEVEN), rules=settings.rules)
    broken = outbox.waiting(now=at(ELEVEN))[0]
    deliver = outbox.deliver
    monkeypatch.setattr(
        outbox, "deliver", lambda mail_id, **rest: 1 / 0 if mail_id == broken else deliver(mail_id, **rest)
    )
    assert one_round(settings, ELEVEN) == [("reading_first", MailStatus.SENT)]
    assert f"mail {broken}: its claim runs out and it is tried again" in caplog.text


def test_the_log_tells_what_could_not_be_sent_and_why(
    bare_app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with bare_app.app_context():
        person = nurse("Enhet A")
    by(Postman(refuses="451 busy"), monkeypatch)
    clock.set(ELEVEN)
    worker.beat(bare_app, holder="one", stopping=Event())
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"queued: reading_first for unit {person.unit_id}: 451 busy"
    ]


# worker tick --------------------------------------------------------------------------------------------------------


def run(app: Flask, *words: str) -> list[str]:
    result = app.test_cli_runner().invoke(args=list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def refused(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=list(words), catch_exceptions=False)
    assert result.exit_code in (1, 2)
    assert len(result.output.splitlines()) == 1, result.output
    return result.output


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(app: Flask, settings: Settings, clock: Clock) -> None:
    nurse("Vårdcentralen Kärleken")
    assert run(app, "worker", "tick", "--at", "2026-11-20T11:05", "--dry-run") == [
        "would send reading_first to enhet@lcweb.test for Vårdcentralen Kärleken (day 2026-11-20, slot 11:00, count 2)",
        "1 would be queued, 0 wait since before",
    ]
    assert files(settings) == []
    assert outbox.waiting(now=at(f"{FRIDAY} 12:00")) == []


def test_a_dry_run_tells_of_mails_that_wait_and_of_units_nobody_reaches(
    app: Flask, settings: Settings, clock: Clock
) -> None:
    nurse("Enhet A")
    reminders.tick(now=at(ELEVEN), rules=settings.rules)
    nurse("Enhet B", notify_email=None)
    assert run(app, "worker", "tick", "--at", "2026-11-20T11:05", "--dry-run") == [
        "would send reading_first to admin@lcweb.test for Enhet B (day 2026-11-20, slot 11:00, count 2)",
        "1 would be queued, 1 wait since before",
    ]


def test_a_tick_sends_and_the_next_has_nothing_to_send(app: Flask, settings: Settings, clock: Clock) -> None:
    nurse("Enhet A")
    assert run(app, "worker", "tick", "--at", "2026-11-20T11:05") == [
        "sent reading_first to enhet@lcweb.test for Enhet A (day 2026-11-20, slot 11:00, count 2)",
        "1 sent, 0 superseded, 0 delayed, 0 failed",
    ]
    assert run(app, "worker", "tick", "--at", "2026-11-20T11:06") == ["0 sent, 0 superseded, 0 delayed, 0 failed"]


def test_a_tick_without_a_moment_is_now_and_needs_no_lease(app: Flask, settings: Settings, clock: Clock) -> None:
    nurse("Enhet A")
    clock.set(ELEVEN)
    assert lease.acquire("worker", holder="one", now=clock.now, ttl=timedelta(seconds=150))
    assert run(app, "worker", "tick")[-1] == "1 sent, 0 superseded, 0 delayed, 0 failed"


def test_a_moment_may_have_an_offset(app: Flask, settings: Settings, clock: Clock) -> None:
    nurse("Enhet A")
    assert run(app, "worker", "tick", "--at", "2026-11-20T09:59Z")[-1].startswith("0 sent")
    assert run(app, "worker", "tick", "--at", "2026-11-20T10:00:00+00:00")[-1].startswith("1 sent")


def test_a_tick_tells_what_was_not_sent_and_why(
    app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse("Enhet A"), nurse("Enhet B"), nurse("Enhet C")
    with transaction() as session:  # no form takes such an address, but an older version may have
        session.execute(update(Unit).where(Unit.name == "Enhet B").values(notify_email="ingen adress"))
    person = nurse("Enhet D")
    reminders.tick(now=at(ELEVEN), rules=settings.rules)
    read(person, f"{FRIDAY} 11:02")
    by(Postman(refuses="451 busy"), monkeypatch)
    owed = "(day 2026-11-20, slot 11:00, count 2)"
    assert run(app, "worker", "tick", "--at", "2026-11-20T11:05") == [
        f"delayed reading_first to enhet@lcweb.test for Enhet A {owed}: 451 busy, next try 2026-11-20 11:06",
        f"failed reading_first to ingen adress for Enhet B {owed}: unusable address",
        f"delayed reading_first to enhet@lcweb.test for Enhet C {owed}: 451 busy, next try 2026-11-20 11:06",
        "superseded reading_first to enhet@lcweb.test for Enhet D (day 2026-11-20, slot 11:00, count 0)",
        "0 sent, 1 superseded, 2 delayed, 1 failed",
    ]


def test_a_bad_moment_is_one_line(app: Flask, clock: Clock) -> None:
    assert "i morgon is no moment" in refused(app, "worker", "tick", "--at", "i morgon")


def test_a_bad_mail_server_is_one_line_without_its_password(settings: Settings, clock: Clock) -> None:
    with databases.opened(replace(settings, demo=True, smtp_url="http://user:secret@h")) as app, app.app_context():
        for words in (("worker", "tick"), ("worker", "run")):
            said = refused(app, *words)
            assert "SMTP_URL" in said
            assert "secret" not in said


# deadline -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-16T09:00", "2026-11-19T16:30:00+01:00"),
        ("2026-11-20T16:29", "2026-11-25T16:30:00+01:00"),
        ("2026-11-20T16:30", "2026-11-26T16:30:00+01:00"),
        ("2026-01-02T09:00", "2026-01-08T16:30:00+01:00"),
        ("2026-03-31T10:00", "2026-04-07T16:30:00+02:00"),
        ("2026-06-17T09:00", "2026-06-23T16:30:00+02:00"),
        ("2026-12-22T09:00", "2026-12-29T16:30:00+01:00"),
        ("2026-12-23T16:30", "2027-01-04T16:30:00+01:00"),
        ("2026-12-31T10:00", "2027-01-08T16:30:00+01:00"),
        ("2026-12-22T08:00Z", "2026-12-29T16:30:00+01:00"),
        ("2026-12-23T10:29:59-05:00", "2026-12-30T16:30:00+01:00"),
        ("2026-12-23T10:30-05:00", "2027-01-04T16:30:00+01:00"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_table_of_t5(app: Flask, received: str, due: str) -> None:
    assert run(app, "deadline", received) == [due]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_half_days_may_be_assumed(app: Flask) -> None:
    assert run(app, "deadline", "2026-04-27T09:00") == ["2026-04-30T16:30:00+02:00"]
    assert run(app, "deadline", "2026-04-27T09:00", "--half-day", "2026-04-30") == ["2026-04-30T12:00:00+02:00"]
    calendar.halve_day(operator(), day("Mon 2026-05-04"), Place(), now=at("Mon 2026-04-20 09:00"))
    days = ("--half-day", "2026-04-27", "--half-day", "2026-04-30")
    assert run(app, "deadline", "2026-04-27T12:00", *days) == ["2026-05-04T12:00:00+02:00"]


def test_a_units_own_calendar_decides(app: Flask) -> None:
    unit_id = factories.unit("Enhet A")
    for closed, place in (("Tue 2026-11-17", Place()), ("Wed 2026-11-18", Place(unit_id=unit_id))):
        calendar.close_day(operator(), day(closed), place, now=at("Mon 2026-11-02 09:00"), rules=factories.RULES)
    assert run(app, "deadline", "2026-11-16T09:00") == ["2026-11-20T16:30:00+01:00"]
    assert run(app, "deadline", "2026-11-16T09:00", "--unit", str(unit_id)) == ["2026-11-23T16:30:00+01:00"]


def test_without_tables_nothing_is_marked(empty_database_url: str, tmp_path: Path) -> None:
    with databases.opened(databases.make_settings(empty_database_url, tmp_path)) as app, app.app_context():
        assert run(app, "deadline", "2026-12-22T09:00") == ["2026-12-29T16:30:00+01:00"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("i morgon",), "i morgon is no moment; write it like 2026-11-23T11:05"),
        (("2026-02-30T09:00",), "is no moment"),
        (("9999-12-31T09:00",), "outside the calendar"),
        (("0001-01-01T00:00+02:00",), "outside the calendar"),
        (("2026-04-27T09:00", "--half-day", "30 april"), "30 april is no day; write it like 2026-04-30"),
        (("2026-04-27T09:00", "--unit", "4711"), "there is no unit 4711"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bad_question_is_answered_with_one_line(app: Flask, words: tuple[str, ...], said: str) -> None:
    assert said in refused(app, "deadline", *words)


# The process --------------------------------------------------------------------------------------------------------


def lease_row() -> tuple[datetime, datetime] | None:
    """When the worker last was there, and until when it holds the lease."""
    with db.engine.connect() as connection:
        row = connection.execute(select(Lease.beat_at, Lease.expires_at)).first()
    return row and (row.beat_at, row.expires_at)


def first_beat(process: subprocess.Popen[str]) -> tuple[datetime, datetime] | None:
    patience = time.monotonic() + 60
    while (row := lease_row()) is None and process.poll() is None and time.monotonic() < patience:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
    return row


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_process_works_at_once_and_gives_the_lease_back(
    app: Flask, settings: Settings, end: signal.Signals
) -> None:
    ours = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "SECRET_KEY": "k" * 40,
            "DEMO": "1"}  # fmt: skip
    environment = os.environ | {f"LCWEB_{name}": value for name, value in ours.items()}
    command = [sys.executable, "-m", "flask", "--app", "app", "worker", "run"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        held = first_beat(process)
        process.send_signal(end)
        process.send_signal(signal.SIGTERM)  # as `serve` does after Ctrl-C
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, said
    assert "Traceback" not in said
    assert held
    assert held[1] - held[0] == timedelta(seconds=150)
    free = lease_row()
    assert free
    assert free[1] == free[0]
