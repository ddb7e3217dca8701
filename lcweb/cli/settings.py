"""The settings of the app that the command runs in, and the dated changes of what administrators may change."""

from datetime import date, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from lcweb import clock, facts
from lcweb.cli.errors import spoken
from lcweb.config import Settings
from lcweb.db import reading, release_reading
from lcweb.domain.permissions import operator
from lcweb.domain.rules import Rules
from lcweb.domain.settings import READERS, RECEPTIONISTS, as_typed
from lcweb.domain.workdays import local_day
from lcweb.queries import settings as queries
from lcweb.queries.settings import Dated
from lcweb.services import settings as services

WORDS = {"yes": True, "1": True, "no": False, "0": False}

dated = AppGroup("settings", help="The routine's numbers, changed from a day on.")


def settings() -> Settings:
    return current_app.extensions["lcweb"].settings


def rules_on(day: date) -> Rules:
    """The configuration's rules with what administrators have changed up to that day."""
    return facts.rule_book(reading(), settings().rules).on(day)


@dated.command("list")
@spoken
def show() -> None:
    """What holds today, since when, and what is planned."""
    today = local_day(clock.now())
    for name, setting in queries.rules(settings().rules, today=today).items():
        click.echo(_line(name, setting))
    for unit in queries.receptionists(today=today):
        if unit.setting.value or unit.setting.planned:
            click.echo(_line(f"{RECEPTIONISTS} {unit.unit_id} ({unit.unit})", unit.setting))


@dated.command("set")
@click.argument("name", type=click.Choice([*READERS, RECEPTIONISTS]))
@click.argument("value")
@click.option("--from", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Its first day: 2026-12-07.")
@click.option("--unit", "unit_id", type=int, help="Of receptionists_may_write: the unit's number.")
@click.option("--dry-run", is_flag=True, help="Only say whether it could be done.")
@spoken
def change(name: str, value: str, day: datetime, unit_id: int | None, dry_run: bool) -> None:
    """Change NAME to VALUE from a day on, tomorrow at the earliest."""
    if (name == RECEPTIONISTS) != (unit_id is not None):
        raise click.UsageError(f"--unit belongs to {RECEPTIONISTS}, and to nothing else")
    seen = facts.setting_turns(reading(), name, unit_id)
    release_reading()
    how = {"seen": seen, "now": clock.now(), "dry_run": dry_run}
    if unit_id is None:
        services.change_rule(operator(), name, value, day.date(), base=settings().rules, **how)
    elif value in WORDS:
        services.change_receptionists(operator(), unit_id, WORDS[value], day.date(), **how)
    else:
        raise click.UsageError(f"{RECEPTIONISTS} is yes or no")
    click.echo(f"{'would be changed' if dry_run else 'changed'}: {name} {value} from {day:%Y-%m-%d}")


def _line(name: str, setting: Dated) -> str:
    since = f"since {setting.since}" if setting.since else "as configured"
    planned = "".join(f"; {_word(turn.value)} from {turn.applies_from}" for turn in setting.planned)
    return f"{name} {_word(setting.value)} {since}{planned}"


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else as_typed(value)
