"""Files of lists, units and people, read in and written out at the server."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.domain.imports import ImportNoun, Verdict
from lcweb.domain.permissions import operator
from lcweb.domain.workdays import local_day
from lcweb.queries import imports as queries
from lcweb.services import imports as services
from lcweb.spreadsheets import MAX_BYTES, files
from lcweb.spreadsheets.files import Form
from lcweb.web.words import FILE_WORDS, IMPORTS

imports = AppGroup("import", help="Recipient lists, units and people from a CSV or Excel file.")
export = AppGroup("export", help="Recipient lists, units and people as a file that import reads.")

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_target = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
_dry_run = click.option("--dry-run", is_flag=True, help="Check only: nothing is saved.")


@imports.command("lists")
@_file
@click.option("--whole", is_flag=True, help="The file is each list as a whole: rows that it lacks are ended.")
@_dry_run
@spoken
def import_lists(file: Path, whole: bool, dry_run: bool) -> None:
    """Rows of recipient lists."""
    _import(ImportNoun.LISTS, file, whole=whole, dry_run=dry_run)


@imports.command("units")
@_file
@_dry_run
@spoken
def import_units(file: Path, dry_run: bool) -> None:
    """Units with their numbers, addresses and hours."""
    _import(ImportNoun.UNITS, file, whole=False, dry_run=dry_run)


@imports.command("people")
@_file
@_dry_run
@spoken
def import_people(file: Path, dry_run: bool) -> None:
    """People, one line for each role. They choose a password by an invitation."""
    _import(ImportNoun.PEOPLE, file, whole=False, dry_run=dry_run)


@export.command("lists")
@_target
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="As they were known at the end of that day.")
@spoken
def export_lists(file: Path, day: datetime | None) -> None:
    """All recipient lists: the rows that hold today or later."""
    chosen = day.date() if day else local_day(clock.now())
    rows = queries.list_cells(operator(), municipality=None, case_type=None, day=chosen, words=FILE_WORDS)
    _export(ImportNoun.LISTS, file, rows)


@export.command("units")
@_target
@spoken
def export_units(file: Path) -> None:
    """The open units."""
    _export(ImportNoun.UNITS, file, queries.unit_cells(words=FILE_WORDS))


@export.command("people")
@_target
@spoken
def export_people(file: Path) -> None:
    """Those who are still here, one line for each role."""
    _export(ImportNoun.PEOPLE, file, queries.people_cells(now=clock.now(), words=FILE_WORDS))


def _import(noun: ImportNoun, file: Path, *, whole: bool, dry_run: bool) -> None:
    """Exit code 1 when a line is faulty; then nothing is saved."""
    with file.open("rb") as opened:
        lines = files.lines_of(noun, opened.read(MAX_BYTES + 1))
    job_id = services.begin(operator(), noun, lines, file_name=file.name, whole=whole, now=clock.now())
    _check(job_id, len(lines))
    job, counts = queries.get_job(operator(), job_id), queries.counts(job_id)
    for verdict in Verdict:
        click.echo(f"{verdict.value}: {counts.get(verdict, 0)}")
    for line in queries.lines(job, Verdict.FAULTY, most=len(lines)):
        click.echo(f"line {line.number}: {' '.join(line.faults)}", err=True)
    for finding in job.findings:
        click.echo(finding, err=True)
    if dry_run or Verdict.FAULTY in counts:
        services.discard(operator(), job_id, now=clock.now())
        if Verdict.FAULTY in counts:
            raise click.ClickException("nothing is saved: the file has faults")
        click.echo("nothing is saved: a dry run")
    else:
        saved = services.save(operator(), job_id, words=FILE_WORDS, now=clock.now())
        click.echo(f"{saved} saved as import {job_id}")


def _check(job_id: int, count: int) -> None:
    with click.progressbar(length=count, label="checking") as bar:
        while services.check(operator(), job_id, words=FILE_WORDS, now=clock.now()):
            bar.update(services.CHUNK)
        bar.update(count)


def _export(noun: ImportNoun, file: Path, rows: Iterable[Sequence[str]]) -> None:
    """The form is that of the file's name. Raises ValueError."""
    form = file.suffix.lower().removeprefix(".")
    if form not in set(Form):
        raise ValueError(f"{file.name} must end in .csv or .xlsx")
    file.write_bytes(files.exported(noun, Form(form), rows, title=IMPORTS[noun]))
    click.echo(f"{file} written")
