"""Reminding, and asking when an answer is due."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import inspect

from lcweb import clock
from lcweb import worker as process
from lcweb.cli.errors import spoken
from lcweb.cli.settings import rules_on, settings
from lcweb.db import db, reading
from lcweb.domain.deadlines import due_at
from lcweb.domain.errors import NotFound
from lcweb.domain.outbox import MailStatus
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import STOCKHOLM, Calendar, local, local_day
from lcweb.facts import calendars, common_calendar
from lcweb.models import CalendarMark
from lcweb.production import require_safe
from lcweb.services import drafts, outbox, reminders
from lcweb.services.outbox import Delivered

CALENDAR_YEARS = range(1990, 2200)  # beyond, the holidays are guesswork

worker = AppGroup("worker", help="Reminder mails (A3, B4).")


class Moment(click.ParamType):
    """2026-11-23T11:05, Stockholm time unless it says otherwise."""

    name = "moment"

    def convert(self, value: str, _param: click.Parameter | None, _context: click.Context | None) -> datetime:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise click.ClickException(f"{value} is no moment; write it like 2026-11-23T11:05") from None
        if found.year not in CALENDAR_YEARS:
            raise click.ClickException(f"{value} is outside the calendar")
        return found if found.tzinfo else found.replace(tzinfo=STOCKHOLM)


class Day(click.ParamType):
    name = "day"

    def convert(self, value: str, _param: click.Parameter | None, _context: click.Context | None) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise click.ClickException(f"{value} is no day; write it like 2026-04-30") from None


@worker.command("run")
@spoken
def run() -> None:
    """Remind every minute until stopped. Several may run; one works and the others stand by."""
    require_safe(settings(), [])
    process.run(current_app._get_current_object())


@worker.command("tick")
@click.option("--at", type=Moment(), help="As if it were this moment, in Stockholm time: 2026-11-23T11:05.")
@click.option("--dry-run", is_flag=True, help="Only say what would be sent.")
@spoken
def tick(at: datetime | None, dry_run: bool) -> None:
    """Remind once, whether or not a worker runs."""
    now = at or clock.now()
    if dry_run:
        _say_plan(now)
        return
    _say_round(now)
    if at is None:  # a moment that somebody made up deletes nothing
        drafts.sweep(now=now, rules=rules_on(local_day(now)))


def _say_plan(now: datetime) -> None:
    plan = outbox.planned(
        reminders.preview(now=now, rules=process.rules_of_days(settings())), admin=settings().admin_email
    )
    for mail in plan:
        click.echo(f"would send {_line(mail)}")
    click.echo(f"{len(plan)} would be queued, {len(outbox.waiting(now=now))} wait since before")


def _say_round(now: datetime) -> None:
    reminders.tick(now=now, rules=process.rules_of_days(settings()))
    totals: Counter[str] = Counter()
    for mail in process.deliver_waiting(settings(), now=now):
        word = "delayed" if mail.status is MailStatus.QUEUED else mail.status.value
        totals[word] += 1
        click.echo(f"{word} {_line(mail)}{_reason(mail)}")
    click.echo(", ".join(f"{totals[word]} {word}" for word in ("sent", "superseded", "delayed", "failed")))


def _line(mail: Delivered) -> str:
    owed = mail.reminder
    return (
        f"{owed.kind} to {mail.address or 'no address'} for {mail.unit_name} "
        f"(day {owed.day}, slot {owed.slot}, count {owed.count})"
    )


def _reason(mail: Delivered) -> str:
    again = f", next try {local(mail.next_try_at):%Y-%m-%d %H:%M}" if mail.next_try_at else ""
    return f": {mail.error}{again}" if mail.error else ""


@click.command("deadline")
@click.argument("received", type=Moment())
@click.option("--unit", "unit_id", type=int, help="By this unit's calendar (its number); else by the common one.")
@click.option("--half-day", "half_days", type=Day(), multiple=True, help="Take this day for a half day too.")
@spoken
def deadline(received: datetime, unit_id: int | None, half_days: tuple[date, ...]) -> None:
    """When a message received at this moment must be answered (T5)."""
    known = inspect(db.engine).has_table(CalendarMark.__tablename__)
    rules = rules_on(local_day(received)) if known else settings().rules
    calendar = _calendar(unit_id, rules) if known else Calendar(half_day_closes=rules.half_day_closes)
    calendar = replace(calendar, half=calendar.half | frozenset(half_days))
    click.echo(local(due_at(received, calendar, rules.answer_days)).isoformat())


def _calendar(unit_id: int | None, rules: Rules) -> Calendar:
    """Raises NotFound."""
    if unit_id is not None:
        found = calendars(reading(), rules, [unit_id])
        if unit_id not in found:
            raise NotFound(f"there is no unit {unit_id}")
        return found[unit_id]
    return common_calendar(reading(), rules)
