"""An import's life until it is saved: its lines are kept as they were read, and checked some at a time."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, identity
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.imports import (
    ACTS,
    ImportNoun,
    Outcome,
    State,
    Verdict,
    Words,
    lists,
    may_see,
    municipalities_of,
    repeats,
)  # fmt: skip
from lcweb.domain.imports.lists import ListRow
from lcweb.domain.imports.places import Units
from lcweb.domain.permissions import Actor
from lcweb.facts import known_units
from lcweb.models import ImportJob, ImportLine
from lcweb.services.imports.findings import findings
from lcweb.services.imports.known import missing_rows, outcomes

CHUNK = 500  # lines of one request, where a page asks again and again
LONGEST_NAME = 120  # characters of a file's name

FileLine = tuple[int, Mapping[str, str]]
#: A line's verdict, its reason as JSON, and the row that it is about.
Told = tuple[str, str, int | None]


@dataclass(frozen=True)
class KeptLine:
    """A line of the file, and what is known of it; `number` 0: a row that the file lacks."""

    id: int
    number: int
    cells: Mapping[str, str]
    verdict: str | None
    reason: str | None
    row_id: int | None


def begin(
    actor: Actor, noun: ImportNoun, lines: Sequence[FileLine], *, file_name: str, whole: bool, now: datetime
) -> int:
    """The job's number. `whole`: what the file lacks of the lists it names is ended. Raises NotAllowed, Refused."""
    actor.require(ACTS[noun])
    if not lines:
        raise Refused({"file": "Filen har bara rubriker. Lägg till minst en rad."})
    options = {"whole": whole and noun is ImportNoun.LISTS, "municipalities": municipalities_of(c for _, c in lines)}
    with transaction() as session:
        job = ImportJob(
            noun=noun, file_name=_name(file_name), options=_json(options),
            state=State.CHECKING, lines=len(lines), checked=0, made_by_id=actor.user_id or None, made_by=actor.name,
            made_at=now,
        )  # fmt: skip
        session.add(job)
        session.flush()
        kept = ((number, _json(cells)) for number, cells in lines)
        session.execute(
            insert(ImportLine), [{"job_id": job.id, "line": number, "cells": cells} for number, cells in kept]
        )
        _keep_repeats(session, job)
        return job.id


def check(actor: Actor, job_id: int, *, words: Words, now: datetime, most: int | None = CHUNK) -> bool:
    """The next lines, or all of them. Whether any are left. Raises NotFound."""
    with transaction() as session:
        job = own_job(session, actor, job_id)
        if job.state != State.CHECKING:
            return False
        noun = ImportNoun(job.noun)
        lines = _lines(session, job_id, unchecked=True, most=most)
        found = outcomes(session, noun, [line.cells for line in lines], actor=actor, words=words, now=now)
        _keep_outcomes(
            session, [(line, told(_repeats_of(line), outcome)) for line, outcome in zip(lines, found, strict=True)]
        )
        job.checked += len(lines)
        if job.checked < job.lines:
            return True
        job.state = State.CHECKED
        if noun is ImportNoun.LISTS:
            _finish_lists(session, job, actor=actor, words=words, now=now)
        return False


def discard(actor: Actor, job_id: int, *, now: datetime) -> None:
    """Its lines go, the job itself is remembered. Raises NotFound, and Conflict when it has been saved."""
    with transaction() as session:
        job = own_job(session, actor, job_id)
        if job.state not in (State.CHECKING, State.CHECKED):
            raise Conflict(saved_already(job))
        job.state = State.DISCARDED
        session.execute(delete(ImportLine).where(ImportLine.job_id == job_id))


def restart(actor: Actor, job_id: int) -> None:
    """Everything is checked anew: the database is no longer what it was checked against."""
    with transaction() as session:
        job = own_job(session, actor, job_id)
        if job.state != State.CHECKED:
            return
        job.state, job.checked = State.CHECKING, 0
        session.execute(delete(ImportLine).where(ImportLine.job_id == job_id, ImportLine.line == 0))
        own = update(ImportLine).where(ImportLine.job_id == job_id)
        session.execute(own.values(verdict=None, reason=None, row_id=None))
        _keep_repeats(session, job)


def own_job(session: Session, actor: Actor, job_id: int) -> ImportJob:
    """Locked. Raises NotFound also for one that the person may not see."""
    job = session.get(ImportJob, job_id, with_for_update=True)
    if job is None:
        raise NotFound("import")
    places = json.loads(job.options)["municipalities"]
    if not may_see(actor, ImportNoun(job.noun), made_by_id=job.made_by_id, municipalities=places):
        raise NotFound("import")
    return job


def lines_of(session: Session, job_id: int) -> list[KeptLine]:
    """In the file's order, after the rows that it lacks."""
    return _lines(session, job_id, unchecked=False, most=None)


def saved_already(job: ImportJob) -> str:
    if job.state == State.SAVED:
        return f"{job.saved_by} har redan sparat importen."
    return "Importen är inte längre aktuell. Läs in filen på nytt."


def told(repeated: Sequence[str], outcome: Outcome) -> Told:
    """Verdict, reason and row as they are kept. `repeated`: what other lines of the file say against this one."""
    faults = [*repeated, *outcome.faults]
    said = {"faults": faults, "differences": outcome.differences, "hints": outcome.hints}
    reason = _json({name: what for name, what in said.items() if what})
    return Verdict.FAULTY if faults else outcome.verdict, reason, outcome.row_id


def told_of_missing(row: ListRow, *, words: Words, units: Units) -> tuple[dict[str, str], Told]:
    """Of a row that the file lacks: its cells, and that it ends."""
    said = _json({"missing": True})
    return lists.cells_of(row, units, words), (Verdict.ENDED, said, row.id)


def _finish_lists(session: Session, job: ImportJob, *, actor: Actor, words: Words, now: datetime) -> None:
    """What only all lines together tell: the rows that the file lacks, and what it would make wrong with a list."""
    lines = lines_of(session, job.id)
    cells, options, missing = [line.cells for line in lines], json.loads(job.options), []
    if options["whole"]:
        named = {line.row_id for line in lines if line.row_id}
        missing = missing_rows(session, cells, named, actor=actor, words=words, now=now)
        _keep_missing(session, job.id, missing, words=words)
    if not any(line.verdict == Verdict.FAULTY for line in lines):
        found = outcomes(session, ImportNoun.LISTS, cells, actor=actor, words=words, now=now)
        options["findings"] = findings(session, found, missing, words=words, now=now)
        job.options = _json(options)


def _keep_missing(session: Session, job_id: int, rows: Iterable[ListRow], *, words: Words) -> None:
    units = known_units(session)
    values = []
    for row in rows:
        cells, (verdict, reason, row_id) = told_of_missing(row, words=words, units=units)
        values.append({"job_id": job_id, "line": 0, "cells": _json(cells), "verdict": verdict,
                       "reason": reason, "row_id": row_id})  # fmt: skip
    if values:
        session.execute(insert(ImportLine), values)


def _keep_repeats(session: Session, job: ImportJob) -> None:
    """What the lines say against each other, before any is checked."""
    lines = lines_of(session, job.id)
    found = repeats(ImportNoun(job.noun), [(line.number, line.cells) for line in lines])
    values = [
        {"id": line.id, "reason": _json({"faults": found[line.number]})} for line in lines if line.number in found
    ]
    if values:
        session.execute(update(ImportLine), values)


def _repeats_of(line: KeptLine) -> list[str]:
    """Of a line that has not been checked."""
    return json.loads(line.reason)["faults"] if line.reason else []


def _keep_outcomes(session: Session, kept: Iterable[tuple[KeptLine, Told]]) -> None:
    values = [
        {"id": line.id, "verdict": verdict, "reason": reason, "row_id": row} for line, (verdict, reason, row) in kept
    ]
    if values:
        session.execute(update(ImportLine), values)


def _lines(session: Session, job_id: int, *, unchecked: bool, most: int | None) -> list[KeptLine]:
    columns = (
        ImportLine.id,
        ImportLine.line,
        ImportLine.cells,
        ImportLine.verdict,
        ImportLine.reason,
        ImportLine.row_id,
    )
    query = select(*columns).where(ImportLine.job_id == job_id).order_by(ImportLine.line, ImportLine.id).limit(most)
    if unchecked:
        query = query.where(ImportLine.verdict.is_(None))
    return [
        KeptLine(id, number, json.loads(cells), verdict, reason, row_id)
        for id, number, cells, verdict, reason, row_id in session.execute(query)
    ]


def _name(raw: str) -> str:
    """Of the file, without its folder; an identity number in it is not kept."""
    name = guards.normalized(raw.replace("\\", "/").rpartition("/")[2])
    plain = "".join(c for c in name if c.isprintable())[:LONGEST_NAME]
    return "fil" if not plain or identity.numbers_in(plain) else plain


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
