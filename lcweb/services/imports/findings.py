"""What saving the file would make wrong with a list: an area without anybody, two for one area, an empty list (S2)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.domain import recipient_lists
from lcweb.domain.imports import Outcome, Words
from lcweb.domain.imports.lists import ListRow
from lcweb.domain.recipient_lists import Row
from lcweb.domain.recipients import CaseType, Period
from lcweb.domain.workdays import local_day
from lcweb.models import Unit
from lcweb.services.imports.known import ending, rows_of

MOST = 50  # sentences that a person is shown

Place = tuple[str, str]


def findings(
    session: Session, outcomes: Iterable[Outcome], missing: Iterable[ListRow], *, words: Words, now: datetime
) -> list[str]:
    """Sentences, of the lists that the file changes."""
    planned = [outcome.plan for outcome in outcomes if isinstance(outcome.plan, ListRow)]
    ended = {row.id: row for row in missing}
    places = {(row.municipality, row.case_type) for row in (*planned, *ended.values())}
    before = rows_of(session, places)
    after = _after(before, planned, ended, now=now)
    units = _units(session)
    was, becomes, found = _by_place(before, units), _by_place(after, units), []
    for place in sorted(places):
        caused = recipient_lists.caused(was.get(place, []), becomes.get(place, []), local_day(now))
        name = f"{place[0]}, {words.case_types[CaseType(place[1])]}"
        found += [f"{name}: {finding.sentence}" for finding in caused]
    return found[:MOST]


def _after(
    before: Iterable[ListRow], planned: Iterable[ListRow], ended: Mapping[int | None, ListRow], *, now: datetime
) -> list[ListRow]:
    changed = {row.id: row for row in planned if row.id}
    for row in ended.values():
        last = ending(row, now=now).get("valid_to")
        if isinstance(last, date):
            changed[row.id] = replace(row, valid_to=last)
    kept = [changed.get(row.id, row) for row in before if row.id not in ended or row.id in changed]
    new = (replace(row, id=-place) for place, row in enumerate((row for row in planned if row.id is None), 1))
    return [*kept, *new]


def _units(session: Session) -> dict[int, tuple[str, date | None]]:
    rows = session.execute(select(Unit.id, Unit.name, Unit.closed_at))
    return {id: (name, local_day(closed_at) if closed_at else None) for id, name, closed_at in rows}


def _by_place(rows: Iterable[ListRow], units: Mapping[int, tuple[str, date | None]]) -> dict[Place, list[Row]]:
    found: defaultdict[Place, list[Row]] = defaultdict(list)
    for row in rows:
        name, closed_on = units[row.unit_id]
        period = Period(row.valid_from, row.valid_to)
        found[row.municipality, row.case_type].append(Row(row.id or 0, row.area, row.unit_id, name, period, closed_on))
    return dict(found)
