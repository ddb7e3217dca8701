"""Files for imports, made and read as a person at the screen does."""

from collections.abc import Sequence
from datetime import date, datetime

from lcweb.domain.imports import COLUMNS, ImportNoun, Verdict
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.workdays import local_day
from lcweb.models import ImportLine
from lcweb.queries import imports as queries
from lcweb.services import imports
from lcweb.spreadsheets import as_csv, files
from lcweb.spreadsheets.files import Form
from lcweb.web.words import FILE_WORDS
from tests.rows import rows

LIST_LINE = {
    "kommun": "Halmstad", "ärendetyp": "Övrig fråga eller information", "område": "Norr", "enhet": "Hemsjukvård Norr",
    "gäller från": "2026-01-01",
}  # fmt: skip
UNIT_LINE = {
    "huvudman": "Halmstads kommun", "namn": "Hemsjukvård Väster", "slag": "Kommunal hälso- och sjukvård",
    "kommun": "Halmstad", "telefon": "035-18 00 00", "akuttelefon": "035-18 00 09", "öppnar": "08:00",
    "stänger": "16:30",
}  # fmt: skip
PERSON_LINE = {
    "användarnamn": "eva.alm", "namn": "Eva Alm", "titel": "Sjuksköterska", "legitimerad": "ja",
    "roll": "legitimerad personal", "enhet": "Hemsjukvård Norr",
}  # fmt: skip
LINES = {ImportNoun.LISTS: LIST_LINE, ImportNoun.UNITS: UNIT_LINE, ImportNoun.PEOPLE: PERSON_LINE}


def line(noun: ImportNoun, **changes: str) -> tuple[str, ...]:
    """A faultless new line but for `changes`, by the heading with _ for what is no letter."""
    known = {column.heading.replace(" ", "_").replace("-", "_"): column.heading for column in COLUMNS[noun]}
    cells = LINES[noun] | {known[name]: text for name, text in changes.items()}
    return tuple(cells.get(column.heading, "") for column in COLUMNS[noun])


def file(noun: ImportNoun, *lines: Sequence[str]) -> bytes:
    return as_csv([column.heading for column in COLUMNS[noun]], lines)


def begun(noun: ImportNoun, content: bytes, *, now: datetime, actor: Actor | None = None, whole: bool = False) -> int:
    """Read and checked; the job's number."""
    person = actor or operator()
    lines = files.lines_of(noun, content)
    job_id = imports.begin(person, noun, lines, file_name="fil.csv", whole=whole, now=now)
    while imports.check(person, job_id, words=FILE_WORDS, now=now):
        pass
    return job_id


def saved(noun: ImportNoun, content: bytes, *, now: datetime, actor: Actor | None = None, whole: bool = False) -> int:
    job_id = begun(noun, content, now=now, actor=actor, whole=whole)
    imports.save(actor or operator(), job_id, words=FILE_WORDS, now=now)
    return job_id


def verdicts(job_id: int) -> list[tuple[int, str]]:
    """Line and verdict, in the order of the lines."""
    found = ((row.line, row.verdict) for row in rows(ImportLine, job_id=job_id))
    return sorted(found)


def faults(job_id: int) -> dict[int, list[str]]:
    job = queries.get_job(operator(), job_id)
    return {line.number: line.faults for line in queries.lines(job, Verdict.FAULTY, most=100_000)}


def exported(
    noun: ImportNoun, *, now: datetime, form: Form = Form.CSV, day: date | None = None, actor: Actor | None = None
) -> bytes:
    """As the page gives it."""
    if noun is ImportNoun.LISTS:
        asked = {"municipality": None, "case_type": None, "day": day or local_day(now)}
        cells = queries.list_cells(actor or operator(), **asked, words=FILE_WORDS)
    elif noun is ImportNoun.UNITS:
        cells = queries.unit_cells(words=FILE_WORDS)
    else:
        cells = queries.people_cells(now=now, words=FILE_WORDS)
    return files.exported(noun, form, cells, title="Blad")
