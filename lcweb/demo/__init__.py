"""Invented data for a demo: units, people, lists, threads and readings, made by the same verbs as real ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import func, select

from lcweb.db import db, reading, release_reading
from lcweb.demo.progress import Progress, silent
from lcweb.domain.rules import Rules
from lcweb.models import Organization, Unit, User


class NotEmpty(ValueError):
    """The instance holds something already, and demo data never mixes with anything else."""


def load(*, now: datetime, rules: Rules, progress: Progress = silent) -> None:
    """Loads everything; the same for the same `now`. Raises NotEmpty."""
    from lcweb.demo import history, lists, people, phrases, places, settings, year  # no app process fills one: late.py

    if not is_empty():
        raise NotEmpty("The instance is not empty: demo data is only loaded into an empty one.")
    with _hasty_commits():
        unit_ids = places.load(now=now, progress=progress)
        lists.load(unit_ids, now=now)
        phrases.load(unit_ids, now=now)
        settings.load(now=now, rules=rules)
        actors = people.load(unit_ids, now=now, progress=progress)
        lists.edit(now=now)
        history.load(actors, unit_ids, now=now, rules=rules, progress=progress)
        year.load(now=now, rules=rules)


def is_empty() -> bool:
    """No organization, no unit and no account."""
    tables = (Organization, Unit, User)
    return not any(reading().execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


@contextmanager
def _hasty_commits() -> Iterator[None]:
    """SQLite does not wait for the disk after each of some thousand commits: a power cut may lose the last of them,
    never the database, and the demo is loaded anew. Whoever connects afterwards waits again.
    """
    if db.engine.dialect.name == "sqlite":
        release_reading()
        connection = db.engine.raw_connection()  # the pool's only one, so the verbs get it too
        connection.cursor().execute("PRAGMA synchronous=NORMAL")
        connection.close()
    try:
        yield
    finally:
        release_reading()
        db.engine.dispose()
