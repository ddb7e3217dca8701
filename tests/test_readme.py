"""What the README says is what the code does: settings, commands, places, pictures, accounts."""

import re
from pathlib import Path

import click
import pytest
from flask import Flask

from lcweb.config import PREFIX, RULE_SETTINGS, SETTINGS
from lcweb.demo.accounts import DEMO_ACCOUNTS
from lcweb.provider_settings import PROVIDER_SETTINGS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")

FLASKS_OWN = {"run", "shell", "routes"}


def rows_of(heading: str) -> list[list[str]]:
    """The cells of every table row below a heading, header rows left out."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in section.splitlines() if line[:1] == "|"]
    return [row for row in rows if row[0].startswith("`")]


def leaf_commands(group: click.Group, before: str = "") -> set[str]:
    """Alembic's own are one line in the README, not fifteen."""
    found = set()
    for name, command in group.commands.items():
        if isinstance(command, click.Group) and name != "db":
            found |= leaf_commands(command, f"{before}{name} ")
        else:
            found.add(f"{before}{name}")
    return found


def test_the_settings_are_those_of_the_code() -> None:
    told = [tuple(row) for row in rows_of("Settings")]
    of_providers = [(f"`{PREFIX}OIDC_<KEY>_{s.name}`", s.default or "none", s.about) for s in PROVIDER_SETTINGS]
    others = [(f"`{PREFIX}{s.name}`", s.default, s.about) for s in SETTINGS + RULE_SETTINGS]
    assert (told[-len(of_providers) :], told[: -len(of_providers)]) == (of_providers, others)


def test_the_commands_are_those_of_the_code(bare_app: Flask) -> None:
    told = {row[0].strip("`") for row in rows_of("Commands")}
    assert told == leaf_commands(bare_app.cli) - FLASKS_OWN


@pytest.mark.parametrize("text", [README, OPERATIONS], ids=["README", "operations"])
def test_every_named_file_exists(text: str) -> None:
    named = re.findall(r"`((?:lcweb|templates|static|tests|docs)/[\w./-]+)`", text)
    made_at_setup = {"static/vendor/"}
    assert [path for path in named if path not in made_at_setup and not (ROOT / path).exists()] == []


def test_every_picture_and_link_exists() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", README)
    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []


def test_the_accounts_are_those_of_the_sign_in_page() -> None:
    told = {(row[0].strip("`"), row[1]) for row in rows_of("Two commands")}
    assert told == set(DEMO_ACCOUNTS)


def test_every_make_target_is_told() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert {target for target in targets if f"make {target}" not in README} == {"help"}
