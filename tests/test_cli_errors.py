"""A database that cannot be used is one line at the command line, whichever command meets it."""

import re
from pathlib import Path

import pytest
from flask import Flask

from lcweb.config import ROOT
from tests.databases import make_settings, opened

NOWHERE = "postgresql+psycopg://nobody:hemlig@127.0.0.1:1/nothing"
COMMANDS = (
    "backup",
    "calendar open 2026-12-23",
    "commissions list",
    "commissions end SE162321000255-O00001",
    "log anchor",
    "log verify",
    "people add-organization Kommunen --municipality Halmstad",
    "settings list",
    "units list",
    "units close Hemsjukvården",
    "worker tick",
)


def said(app: Flask, words: str) -> str:
    result = app.test_cli_runner().invoke(args=words.split())
    assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
    assert result.output.count("Error: ") == 1
    return str(result.output.splitlines()[-1])


@pytest.mark.parametrize("command", [*COMMANDS, "deadline 2026-12-22T09:00", "prepare"])
def test_a_database_that_does_not_answer(tmp_path: Path, command: str) -> None:
    with opened(make_settings(NOWHERE, tmp_path)) as app, app.app_context():
        found = said(app, command)
    assert found.startswith("Error: the database does not answer: connection failed: ")
    assert "127.0.0.1" in found and "hemlig" not in found


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_without_tables_is_to_be_prepared(empty_database_url: str, tmp_path: Path, command: str) -> None:
    with opened(make_settings(empty_database_url, tmp_path)) as app, app.app_context():
        found = said(app, command)
    lacks = "has no tables yet" if command == "backup" else "lacks tables of this version"
    assert found == f"Error: the database {lacks}: run `prepare`"


@pytest.mark.parametrize("path", sorted(Path(ROOT, "lcweb", "cli").glob("*.py")), ids=lambda path: path.name)
def test_every_command_says_it_in_a_line(path: Path) -> None:
    source = path.read_text("utf-8")
    commands, spoken = (re.findall(words, source, re.MULTILINE) for words in (r"^@\w+\.command\(", "^@spoken$"))
    assert len(commands) == len(spoken)
