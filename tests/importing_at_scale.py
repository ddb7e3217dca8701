"""`python -m tests.importing_at_scale URL INSTANCE FAULTY MENDED`: a large file is refused, mended, saved and undone.

Tells as JSON what was found, how long each step took in seconds, and the process's peak memory in megabytes.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from lcweb.domain.errors import Conflict
from lcweb.domain.imports import ImportNoun, Verdict
from lcweb.domain.permissions import operator
from lcweb.queries import imports as queries
from lcweb.services import imports
from lcweb.spreadsheets import files
from lcweb.web.words import FILE_WORDS
from tests.at import at
from tests.databases import make_settings, opened

NOW = at("Tue 2026-11-17 10:00")


def main(url: str, instance: str, faulty: str, mended: str) -> None:
    took: dict[str, float] = {}
    with opened(make_settings(url, Path(instance))) as app, app.app_context():
        job_id = _checked(Path(faulty), took)
        job = queries.get_job(operator(), job_id)
        faults = {line.number: line.faults for line in queries.lines(job, Verdict.FAULTY, most=100_000)}
        refused = _is_refused(job_id)
        job_id = _checked(Path(mended), took)
        saved = _timed(took, "save", lambda: imports.save(operator(), job_id, words=FILE_WORDS, now=NOW))
        counts = queries.counts(job_id)
        _timed(took, "undo", lambda: imports.undo(operator(), job_id, now=NOW))
    peak = _peak()
    told = {"faults": faults, "refused": refused, "saved": saved, "counts": counts, "took": took, "peak": peak}
    sys.stdout.write(json.dumps(told))


def _peak() -> float:
    """Megabytes of this program alone: what getrusage tells begins with the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def _checked(file: Path, took: dict[str, float]) -> int:
    lines = _timed(took, "read", lambda: files.lines_of(ImportNoun.LISTS, file.read_bytes()))
    begin = {"file_name": file.name, "whole": False, "now": NOW}
    job_id = _timed(took, "keep", lambda: imports.begin(operator(), ImportNoun.LISTS, lines, **begin))
    _timed(took, "check", lambda: _check(job_id))
    return job_id


def _check(job_id: int) -> None:
    while imports.check(operator(), job_id, words=FILE_WORDS, now=NOW):
        pass


def _is_refused(job_id: int) -> bool:
    try:
        imports.save(operator(), job_id, words=FILE_WORDS, now=NOW)
    except Conflict:
        return True
    return False


def _timed(took: dict[str, float], step: str, do: Callable[[], Any]) -> Any:
    began = perf_counter()
    done = do()
    took[step] = round(perf_counter() - began, 2)
    return done


if __name__ == "__main__":
    main(*sys.argv[1:])
