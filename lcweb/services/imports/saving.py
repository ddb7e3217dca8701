"""Saving an import: all of it or nothing, and only what has been looked at."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.errors import Conflict, Refused
from lcweb.domain.imports import ImportNoun, Outcome, State, Verdict, Words, repeats
from lcweb.domain.permissions import Actor
from lcweb.facts import known_units
from lcweb.models import ImportJob
from lcweb.services.imports.jobs import KeptLine, lines_of, own_job, restart, saved_already, told, told_of_missing
from lcweb.services.imports.known import missing_rows, outcomes
from lcweb.services.imports.writing import WRITERS

CHANGED_SINCE = "Något har ändrats sedan filen kontrollerades. Ingenting är sparat, och filen kontrolleras på nytt."


class _Stale(Exception):
    """What the person has looked at is no longer what would be saved."""


def save(actor: Actor, job_id: int, *, words: Words, now: datetime) -> int:
    """How many lines changed something.

    Raises NotFound; Conflict when it is saved already, has faults, or the database has changed since it was checked:
    then it is to be checked again.
    """
    try:
        with transaction() as session:
            return _save(session, actor, job_id, words=words, now=now)
    except Refused as refused:
        restart(actor, job_id)
        raise Conflict(f"Ingenting är sparat. {' '.join(refused.problems.values())}") from None
    except (_Stale, IntegrityError):
        restart(actor, job_id)
        raise Conflict(CHANGED_SINCE) from None


def _save(session: Session, actor: Actor, job_id: int, *, words: Words, now: datetime) -> int:
    job = own_job(session, actor, job_id)
    if job.state != State.CHECKED:
        raise Conflict(saved_already(job) if job.state != State.CHECKING else "Filen är inte färdigkontrollerad.")
    lines = lines_of(session, job_id)
    if any(line.verdict == Verdict.FAULTY for line in lines):
        raise Conflict("Filen har fel. Rätta dem i filen och läs in den på nytt.")
    noun = ImportNoun(job.noun)
    saving = WRITERS[noun](session, job, actor=actor, now=now)
    saving.hold(lines, words)
    found = _unchanged(session, job, lines, actor=actor, words=words, now=now)
    changing = [(line, outcome) for line, outcome in found if outcome.plan is not None]
    saving.write(changing)
    job.state, job.saved_by, job.saved_at = State.SAVED, actor.name, now
    return len(changing)


def _unchanged(
    session: Session, job: ImportJob, lines: Sequence[KeptLine], *, actor: Actor, words: Words, now: datetime
) -> list[tuple[KeptLine, Outcome]]:
    """Each line with its outcome, which is the one that was looked at. Raises _Stale."""
    of_file = [line for line in lines if line.number]
    repeated = repeats(ImportNoun(job.noun), [(line.number, line.cells) for line in of_file])
    found = outcomes(session, ImportNoun(job.noun), [line.cells for line in of_file], actor=actor, words=words, now=now)
    for line, outcome in zip(of_file, found, strict=True):
        if told(repeated.get(line.number, ()), outcome) != (line.verdict, line.reason, line.row_id):
            raise _Stale
    missing = [line for line in lines if not line.number]
    if not json.loads(job.options)["whole"]:
        return list(zip(of_file, found, strict=True))
    return [
        *zip(of_file, found, strict=True),
        *_still_missing(session, of_file, missing, actor=actor, words=words, now=now),
    ]


def _still_missing(
    session: Session, of_file: Sequence[KeptLine], missing: Sequence[KeptLine], *, actor: Actor, words: Words,
    now: datetime,
) -> list[tuple[KeptLine, Outcome]]:  # fmt: skip
    named = {line.row_id for line in of_file if line.row_id}
    rows = missing_rows(session, [line.cells for line in of_file], named, actor=actor, words=words, now=now)
    units = known_units(session)
    known = {line.row_id: line for line in missing}
    if {row.id for row in rows} != known.keys():
        raise _Stale
    for row in rows:
        if told_of_missing(row, words=words, units=units)[0] != known[row.id].cells:
            raise _Stale
    return [(known[row.id], Outcome(verdict=Verdict.ENDED, row_id=row.id, plan=row)) for row in rows]
