"""Closing a unit at the command line, which first tells the same numbers as the page."""

from click.testing import Result
from flask import Flask

from lcweb.models import Thread, Unit
from tests.clock import Clock
from tests.rows import nothing_written, row, rows
from tests.services import closing


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["units", *words])


def test_a_dry_run_tells_the_numbers_and_writes_nothing(app: Flask, clock: Clock) -> None:
    house = closing.build()
    closing.fill(house)
    closing.furnish(house)
    with nothing_written():
        result = run(app, "close", "Hemsjukvård Norr", "--successor", "Hemsjukvård Söder", "--dry-run")
    assert (result.exit_code, result.output.splitlines()) == (0, [
        "open threads: 1 as sender, 3 as recipient",
        "unread elsewhere: 0",
        "closed threads: 1; sent on: 3",
        "open duties: 2",
        "people: 1; phrases: 1; drafts: 1",
        "list row: Halmstad, general, Norr (no other receiver)",
        "list row: Halmstad, general, Nordväst (no other receiver)",
        "list row: Halmstad, general, Centrum (no other receiver)",
    ])  # fmt: skip


def test_it_is_closed_listed_as_closed_and_not_closed_again(app: Flask, clock: Clock) -> None:
    house = closing.build()
    closing.fill(house)
    result = run(app, "close", "Hemsjukvård Norr")
    assert (result.exit_code, "Traceback" in result.output) == (1, False)
    assert "Hemsjukvård Norr har 4 ärenden som är öppna eller olästa." in result.output
    result = run(app, "close", "Hemsjukvård Norr", "--successor", "Hemsjukvård Söder", "--with-people")
    assert result.output.endswith("Hemsjukvård Norr closed; 8 threads went to Hemsjukvård Söder\n")
    assert row(Unit, id=house.north).successor_id == house.south
    assert house.north not in {thread.recipient_unit_id for thread in rows(Thread)}
    assert "är redan stängd" in run(app, "close", "Hemsjukvård Norr").output
    assert "Hemsjukvård Norr" not in run(app, "list").output
    assert "closed 2026-11-17, successor Hemsjukvård Söder" in run(app, "list", "--closed").output
