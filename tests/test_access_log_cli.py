"""`log verify` and `log anchor`, and the anchor that the worker makes once a day (L2)."""

import logging
import os
import syslog
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from lcweb import anchors, worker
from lcweb.config import Settings
from lcweb.db import db, transaction
from lcweb.domain.access_log import Anchor, Head, LogAction
from lcweb.models import LogHead
from lcweb.services import access_log
from tests import databases
from tests.at import at
from tests.clock import Clock
from tests.factories import user
from tests.rows import row

NOW = at("Tue 2026-11-17 10:00")


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system's log is told."""
    lines: list[str] = []
    monkeypatch.setattr(syslog, "syslog", lambda _priority, line: lines.append(line))
    return lines


def write(times: int = 1) -> None:
    person = user()
    with transaction() as session:
        for _ in range(times):
            access_log.write(session, LogAction.SEARCH, actor=person, now=NOW)


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["log", *words], catch_exceptions=False)
    return result.exit_code, result.output.strip()


def tampered(*statements: str) -> None:
    """As whoever owns the tables can, and at once: the triggers are there again afterwards."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            kept = []
        else:
            found = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%log%'"
            kept = [(name, sql) for name, sql in connection.execute(text(found))]
        for statement in (*(f"DROP TRIGGER {name}" for name, _ in kept), *statements, *(sql for _, sql in kept)):
            connection.exec_driver_sql(statement)


# log verify ---------------------------------------------------------------------------------------------------------


def test_a_whole_log_is_said_to_be_whole(app: Flask) -> None:
    assert run(app, "verify") == (0, "0 rows, all as they were written, by the head")
    write(3)
    assert run(app, "verify") == (0, "3 rows, all as they were written, by the head")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE access_log SET user_id = user_id, action = 'open' WHERE id = 2",
         "Error: row 2 is not as it was written; 1 rows before it are whole"),
        ("DELETE FROM access_log WHERE id = 2", "Error: row 2 is missing; 1 rows before it are whole"),
        ("DELETE FROM access_log WHERE id = 3", "Error: row 3 is cut off; 2 rows before it are whole"),
        ("UPDATE access_log SET patient_number = '1' WHERE id = 1",
         "Error: row 1 is not as it was written (or LCWEB_LOG_KEY is another than it was); 0 rows before it are whole"),
    ],
)  # fmt: skip
def test_the_first_broken_row_is_named(app: Flask, statement: str, said: str) -> None:
    write(3)
    tampered(statement)
    assert run(app, "verify") == (1, said)


def test_another_key_reads_nothing_and_the_derived_one_can_be_kept(bare_app: Flask, settings: Settings) -> None:
    with bare_app.app_context():
        write(3)
    derived = settings.sealing_key.decode()
    for changes, code in (({"log_key": "j" * 32}, 1), ({"secret_key": "n" * 40, "log_key": derived}, 0)):
        with databases.opened(replace(settings, **changes)) as other:
            assert run(other, "verify")[0] == code


def test_a_log_cut_off_with_its_head_is_found_by_the_anchors(app: Flask, settings: Settings, clock: Clock) -> None:
    write(3)
    file = ("--anchors", str(settings.anchor_file))
    assert run(app, "anchor")[0] == 0
    write(2)
    assert run(app, "anchor")[0] == 0
    assert run(app, "verify", *file) == (0, "5 rows, all as they were written, by the head and 2 anchors")
    seal = "(SELECT seal FROM access_log WHERE id = 4)"
    tampered("DELETE FROM access_log WHERE id = 5", f"UPDATE log_head SET last_id = 4, seal = {seal}")
    assert run(app, "verify")[0] == 0
    assert run(app, "verify", *file) == (1, "Error: row 5 is cut off; 4 rows before it are whole")


def test_a_file_that_is_no_file_of_anchors_is_one_line(app: Flask, tmp_path: Path) -> None:
    write()
    (tmp_path / "anchors.txt").write_text("hello\n", "utf-8")
    code, said = run(app, "verify", "--anchors", str(tmp_path / "anchors.txt"))
    assert (code, said) == (1, f"Error: {tmp_path / 'anchors.txt'}: line 1 is no anchor")
    assert run(app, "verify", "--anchors", str(tmp_path / "gone.txt"))[0] == 2


# log anchor ---------------------------------------------------------------------------------------------------------


def test_an_anchor_is_a_line_in_a_file_and_in_the_systems_log(
    app: Flask, settings: Settings, clock: Clock, told: list[str]
) -> None:
    assert run(app, "anchor") == (1, "Error: there is nothing to anchor yet")
    write(3)
    line = f"2026-11-17T09:00:00+00:00 3 {row(LogHead).seal}"
    assert run(app, "anchor") == (0, line)
    assert settings.anchor_file.read_text("utf-8") == f"{line}\n"
    assert told == [f"lcweb access log: {line}"]


def test_a_line_that_was_broken_off_swallows_none_and_is_told(tmp_path: Path) -> None:
    path, anchor = tmp_path / "anchors.txt", Anchor(NOW, Head(7, "0" * 64))
    anchors.append(path, anchor)
    with path.open("a") as file:
        file.write("2026-11-1")
    assert anchors.find_latest(path) is None
    anchors.append(path, anchor)
    assert anchors.find_latest(path) == anchor
    with pytest.raises(ValueError, match="line 2 is no anchor"):
        anchors.read(path)


# Once a day ---------------------------------------------------------------------------------------------------------


def one_round(settings: Settings, moment: str) -> list[str]:
    """The days of which there is an anchor."""
    worker.one_round(settings, now=at(moment), holder="one")
    return [f"{found.at:%d %H.%M} {found.head.last_id}" for found in written(settings.anchor_file)]


def written(path: Path) -> list[Anchor]:
    return anchors.read(path) if path.exists() else []


def test_the_worker_anchors_at_its_first_round_of_a_day(app: Flask, settings: Settings, clock: Clock) -> None:
    assert one_round(settings, "Mon 2026-11-16 23:50") == []
    write(2)
    first = "16 22.52 2"
    assert one_round(settings, "Mon 2026-11-16 23:52") == [first]
    write()
    assert one_round(settings, "Mon 2026-11-16 23:58") == [first]
    assert one_round(settings, "Tue 2026-11-17 00:01") == [first, "16 23.01 3"]  # Stockholm's day
    assert one_round(settings, "Tue 2026-11-17 16:00") == [first, "16 23.01 3"]
    assert one_round(settings, "Fri 2026-11-20 09:00") == [first, "16 23.01 3", "20 08.00 3"]


def test_a_disk_that_takes_no_anchor_stops_no_round(
    app: Flask, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken, caplog.at_level(logging.ERROR):
        broken.setattr(os, "fsync", full)
        assert worker.one_round(settings, now=NOW, holder="one")
    assert "could not be noted" in caplog.text and "No space left" in caplog.text


# A long log ---------------------------------------------------------------------------------------------------------


@pytest.mark.prove
def test_a_long_log_is_read_in_little_memory_and_at_fifty_thousand_rows_a_second(
    app: Flask, scale: Callable[[int, int], int]
) -> None:
    thousands = scale(2, 100)
    for _ in range(thousands):
        write(1000)
    before = time.process_time()
    assert run(app, "verify")[0] == 0
    seconds = time.process_time() - before
    tracemalloc.start()
    assert run(app, "verify")[0] == 0
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 12_000_000, "bytes"
    assert scale(0, thousands * 1000) / seconds > scale(-1, 50_000)
