"""Working days at the command line: `calendar close`, `half-day`, `open`, `show`."""

import pytest
from click.testing import Result
from flask import Flask

from lcweb.models import CalendarMark, Obligation
from tests.at import at
from tests.clock import Clock
from tests.factories import organization, pair, thread, unit
from tests.rows import nothing_written, row, rows


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["calendar", *words])


def said(app: Flask, *words: str) -> list[str]:
    result = run(app, *words)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_a_dry_run_tells_what_the_closing_then_does(app: Flask, clock: Clock) -> None:
    sender, recipient = pair()
    thread(sender, recipient.unit_id, now=clock.now)
    day = ("2026-11-19", "--unit", str(recipient.unit_id))
    with nothing_written():
        lines = said(app, "close", *day, "--dry-run")
    assert lines == [
        "1 open duties would move later",
        f"{recipient.unit_name}: 1 from 2026-11-20 16:30 to 2026-11-23 16:30",
    ]
    assert said(app, "close", *day) == ["2026-11-19 closed; 1 open duties moved later"]
    assert row(Obligation).due_at == at("Mon 2026-11-23 16:30")
    assert said(app, "open", *day) == [
        "2026-11-19 is an ordinary day again; duties that had moved keep their later time"
    ]
    assert row(Obligation).due_at == at("Mon 2026-11-23 16:30")


def test_a_half_day_moves_nothing(app: Flask, clock: Clock) -> None:
    with nothing_written():
        assert said(app, "half-day", "2027-04-30", "--dry-run") == ["0 open duties would move later"]
    assert said(app, "half-day", "2027-04-30") == ["2027-04-30 is a half day"]
    assert row(CalendarMark).kind == "half"


def test_the_year_is_shown(app: Flask, clock: Clock) -> None:
    organization("Region Halland")
    said(app, "close", "2027-05-07", "--organization", "Region Halland")
    lines = said(app, "show", "2027", "--organization", "Region Halland")
    assert lines[0] == "2027: 252 working days for Region Halland"
    assert "Fri 2027-05-07 closed; closed for Region Halland by Driften" in lines
    assert "Wed 2027-01-06 Trettondedag jul" in lines
    everyone = said(app, "show", "2027")
    assert everyone[0] == "2027: 253 working days for everyone"
    assert "Fri 2027-05-07 bridge day; closed for Region Halland by Driften" in everyone


def test_only_what_was_made_for_the_place_is_opened(app: Flask, clock: Clock) -> None:
    clinic = unit()
    said(app, "close", "2027-05-07")
    result = run(app, "open", "2027-05-07", "--unit", str(clinic))
    assert (result.exit_code, result.output) == (1, "Error: 2027-05-07 is not marked there\n")
    said(app, "open", "2027-05-07")
    assert [mark.ended_by for mark in rows(CalendarMark)] == ["Driften"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("close", "2026-11-21"), "lördag eller söndag"),
        (("close", "2026-11-17", "--dry-run"), "Bara kommande dagar"),
        (("half-day", "2027-05-07", "--unit", "987654"), "Det finns ingen enhet med nummer 987654."),
        (("show", "2027", "--unit", "987654"), "place"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_cannot_be_done_is_said_in_one_line(
    app: Flask, clock: Clock, words: tuple[str, ...], sentence: str
) -> None:
    with nothing_written():
        result = run(app, *words)
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output
