"""Former imports, and one import's lines with what would become of each."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Row, func, select

from lcweb.db import reading
from lcweb.domain.errors import NotFound
from lcweb.domain.imports import COLUMNS, ImportNoun, State, Verdict, may_see
from lcweb.domain.imports.jobs import Difference
from lcweb.domain.permissions import Actor
from lcweb.models import ImportJob, ImportLine

#: Which cells tell a person what a line is about.
_ABOUT = {
    ImportNoun.LISTS: ("municipality", "case_type", "area", "unit"),
    ImportNoun.UNITS: ("name", "organization"),
    ImportNoun.PEOPLE: ("name", "role", "unit", "organization"),
}


class Job(NamedTuple):
    """`whole`: what the file lacks of its lists is ended. `municipalities`: those that its lines name.

    `findings`: what the file would make wrong with a list.
    """

    id: int
    noun: ImportNoun
    file_name: str
    whole: bool
    municipalities: list[str]
    findings: list[str]
    state: State
    lines: int
    checked: int
    made_by: str
    made_at: datetime
    saved_by: str | None
    saved_at: datetime | None
    undone_by: str | None
    undone_at: datetime | None


class JobLine(NamedTuple):
    """`missing`: the row stands in no line of the file. `about`: what it is, in the file's own words."""

    number: int
    about: str
    verdict: Verdict
    faults: list[str]
    hints: list[str]
    differences: list[Difference]
    missing: bool


def jobs(actor: Actor, *, most: int) -> list[Job]:
    """The newest first, of those that the person may see."""
    found = []
    for row in reading().execute(_jobs().order_by(ImportJob.id.desc())):
        if _may_see(actor, row):
            found.append(_job(row))
        if len(found) == most:
            break
    return found


def get_job(actor: Actor, job_id: int) -> Job:
    """Raises NotFound also for one that the person may not see."""
    row = reading().execute(_jobs().where(ImportJob.id == job_id)).first()
    if row is None or not _may_see(actor, row):
        raise NotFound("import")
    return _job(row)


def counts(job_id: int) -> dict[Verdict, int]:
    """Of each verdict that there is, in the order in which a person wants to know of them."""
    query = select(ImportLine.verdict, func.count()).where(ImportLine.job_id == job_id, ImportLine.verdict.is_not(None))
    found = dict(tuple(row) for row in reading().execute(query.group_by(ImportLine.verdict)))
    return {verdict: found[verdict] for verdict in Verdict if verdict in found}


def lines(job: Job, verdict: Verdict | None, *, most: int, after: int = 0) -> list[JobLine]:
    """In the file's order, those that it lacks first. `after`: how many are left out at the beginning."""
    columns = (ImportLine.line, ImportLine.cells, ImportLine.verdict, ImportLine.reason)
    query = select(*columns).where(ImportLine.job_id == job.id, ImportLine.verdict.is_not(None))
    if verdict is not None:
        query = query.where(ImportLine.verdict == verdict)
    rows = reading().execute(query.order_by(ImportLine.line, ImportLine.id).limit(most).offset(after))
    return [_line(job.noun, *row) for row in rows]


def _jobs() -> select:
    job = ImportJob
    return select(
        job.id, job.noun, job.file_name, job.options, job.state, job.lines, job.checked, job.made_by, job.made_at,
        job.saved_by, job.saved_at, job.undone_by, job.undone_at, job.made_by_id,
    )  # fmt: skip


def _may_see(actor: Actor, row: Row) -> bool:
    places = json.loads(row.options)["municipalities"]
    return may_see(actor, ImportNoun(row.noun), made_by_id=row.made_by_id, municipalities=places)


def _job(row: Row) -> Job:
    options = json.loads(row.options)
    return Job(row.id, ImportNoun(row.noun), row.file_name, options["whole"], options["municipalities"],
               options.get("findings", []), State(row.state), *row[5:13])  # fmt: skip


def _line(noun: ImportNoun, number: int, cells: str, verdict: str, reason: str | None) -> JobLine:
    said = json.loads(reason) if reason else {}
    return JobLine(
        number, _about(noun, json.loads(cells)), Verdict(verdict), said.get("faults", []), said.get("hints", []),
        [(heading, before, after) for heading, before, after in said.get("differences", [])],
        said.get("missing", False),
    )  # fmt: skip


def _about(noun: ImportNoun, cells: Mapping[str, str]) -> str:
    told = [cells[name] for name in _ABOUT[noun] if cells.get(name)]
    rest = (cells[column.name] for column in COLUMNS[noun] if cells.get(column.name))
    return " · ".join(told) or next(rest, "")
