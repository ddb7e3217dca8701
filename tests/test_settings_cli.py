"""Dated settings from the command line, and the commands that follow them."""

import pytest
from click.testing import Result
from flask import Flask

from lcweb.models import SettingChange
from tests.clock import Clock
from tests.factories import unit
from tests.postman import FRIDAY, THURSDAY, nurse
from tests.rows import nothing_written, row, rows


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=list(words))


def test_what_holds_and_what_is_planned(app: Flask, clock: Clock) -> None:
    desk = unit("Kolla", receptionists_may_write=True)
    assert run(app, "settings", "set", "answer_days", "5", "--from", "2026-11-23").output == (
        "changed: answer_days 5 from 2026-11-23\n"
    )
    said = run(app, "settings", "list").output.splitlines()
    assert said[0] == "answer_days 3 as configured; 5 from 2026-11-23"
    assert said[4:7] == ["reading_gap 60 as configured", "reading_rule spaced as configured",
                         "first_reminder 11:00 as configured"]  # fmt: skip
    assert said[-1] == f"receptionists_may_write {desk} (Kolla) yes as configured"
    clock.set("Mon 2026-11-23 08:00")
    assert run(app, "settings", "list").output.startswith("answer_days 5 since 2026-11-23\n")
    assert row(SettingChange).made_by == "Driften"


def test_a_unit_s_receptionists(app: Flask, clock: Clock) -> None:
    unit_id = unit("Kolla")
    told = run(app, "settings", "set", "receptionists_may_write", "yes", "--from", "2026-11-18", "--unit", str(unit_id))
    assert told.output == "changed: receptionists_may_write yes from 2026-11-18\n"
    assert run(app, "settings", "list").output.splitlines()[-1] == (
        f"receptionists_may_write {unit_id} (Kolla) no as configured; yes from 2026-11-18"
    )


def test_a_dry_run_writes_nothing(app: Flask, clock: Clock) -> None:
    with nothing_written():
        told = run(app, "settings", "set", "answer_days", "5", "--from", "2026-11-23", "--dry-run")
    assert (told.exit_code, told.output) == (0, "would be changed: answer_days 5 from 2026-11-23\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("answer_days", "0", "--from", "2026-11-23"), "Skriv ett helt tal från 1 till 60."),
        (("answer_days", "5", "--from", "2026-11-17", "--dry-run"), "En ändring gäller tidigast från i morgon."),
        (("x", "5", "--from", "2026-11-23"), "Invalid value"),
        (("answer_days", "5", "--from", "2026-11-23", "--unit", "1"), "--unit belongs to receptionists_may_write"),
        (("receptionists_may_write", "yes", "--from", "2026-11-23"), "--unit belongs to receptionists_may_write"),
        (("receptionists_may_write", "maybe", "--from", "2026-11-23", "--unit", "1"), "is yes or no"),
        (("receptionists_may_write", "yes", "--from", "2026-11-23", "--unit", "4711"), "unit"),
        (("answer_days", "5"), "Missing option '--from'"),
    ],
)
def test_what_cannot_be_done_is_one_line(app: Flask, clock: Clock, words: tuple[str, ...], said: str) -> None:
    with nothing_written():
        told = run(app, "settings", "set", *words)
    assert told.exit_code != 0
    assert said in told.output
    assert "Traceback" not in told.output


def test_a_deadline_is_counted_by_the_rules_of_the_day_it_was_received(app: Flask, clock: Clock) -> None:
    run(app, "settings", "set", "answer_days", "5", "--from", "2026-11-23")
    for received, due in (("2026-11-20T09:00", "2026-11-25T16:30:00+01:00"),
                          ("2026-11-23T09:00", "2026-11-30T16:30:00+01:00")):  # fmt: skip
        assert run(app, "deadline", received).output.strip() == due


def test_a_tick_at_a_moment_goes_by_that_day_s_rules(app: Flask, clock: Clock) -> None:
    nurse("Kolla", read_until=None)
    run(app, "settings", "set", "first_reminder", "9:30", "--from", "2026-11-20")
    assert len(rows(SettingChange)) == 1
    for moment, asked in (
        (f"{THURSDAY[4:]}T09:30", False),
        (f"{FRIDAY[4:]}T09:29", False),
        (f"{FRIDAY[4:]}T09:30", True),
    ):
        said = run(app, "worker", "tick", "--at", moment, "--dry-run").output
        assert ("slot 09:30" in said) is asked
