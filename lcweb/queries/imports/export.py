"""What there is, as the cells of an import: read in again, nothing of it changes anything."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.changes import Noun
from lcweb.domain.imports import COLUMNS, ImportNoun, Words, lists, people, units
from lcweb.domain.imports.jobs import reach_of
from lcweb.domain.imports.lists import ListRow
from lcweb.domain.imports.places import Units
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.phrases import alphabetical
from lcweb.domain.recipient_lists import end_of
from lcweb.domain.recipients import CaseType
from lcweb.facts import known_organizations, known_units, open_unit_rows, person_rows
from lcweb.models import Change
from lcweb.queries import recipient_lists

Cells = dict[str, str]


def list_cells(
    actor: Actor, *, municipality: str | None, case_type: CaseType | None, day: date, words: Words
) -> Iterator[tuple[str, ...]]:
    """Of the lists that the person edits: the rows known at the end of the day that hold on it or later.

    None: every municipality, every case type.
    """
    reach = reach_of(actor)
    known = _units_known(end_of(day))
    for row in recipient_lists.rows(municipality, case_type, known_at=end_of(day)):
        holds = row.valid_to is None or row.valid_to >= day
        if holds and (reach is None or row.municipality in reach):
            made = ListRow(
                id=row.entry_id, municipality=row.municipality, case_type=row.case_type, area=row.area,
                unit_id=row.unit_id, note=row.note, valid_from=row.valid_from, valid_to=row.valid_to,
            )  # fmt: skip
            yield _in_order(ImportNoun.LISTS, lists.cells_of(made, known, words))


def unit_cells(*, words: Words) -> Iterator[tuple[str, ...]]:
    """The open ones, by organization and name."""
    organizations = known_organizations(reading())
    found = [units.cells_of(row, organizations, words) for row in open_unit_rows(reading())]
    for cells in sorted(found, key=lambda cells: (alphabetical(cells["organization"]), alphabetical(cells["name"]))):
        yield _in_order(ImportNoun.UNITS, cells)


def people_cells(*, now: datetime, words: Words) -> Iterator[tuple[str, ...]]:
    """Who is still here, by name; one line for each role, and one for whoever has none."""
    places = (known_units(reading()), known_organizations(reading()))
    rank = {role.value: place for place, role in enumerate(Role)}
    for row in sorted(person_rows(reading(), now=now), key=lambda row: (alphabetical(row.name), row.id)):
        roles = sorted(row.held, key=lambda held: (rank[held[0]], held[1] or 0, held[2] or 0))
        for held in roles or [None]:
            yield _in_order(ImportNoun.PEOPLE, people.cells_of(row, held, *places, words))


def _in_order(noun: ImportNoun, cells: Cells) -> tuple[str, ...]:
    return tuple(cells[column.name] for column in COLUMNS[noun])


def _units_known(moment: datetime) -> Units:
    """With the names and HSA-ids that they had then."""
    later = select(Change.row_id, Change.before).where(
        Change.noun == Noun.UNIT, Change.made_at > moment, Change.before.is_not(None)
    )
    were: dict[int, dict[str, str | None]] = {}
    for unit_id, before in reading().execute(later.order_by(Change.id.desc())):
        were.setdefault(unit_id, {}).update(json.loads(before))  # the earliest of the later changes has the last word
    names = ("name", "hsa_id")
    return Units(tuple(
        replace(unit, **{name: were[unit.id][name] for name in names if name in were.get(unit.id, {})})
        for unit in known_units(reading()).known
    ))  # fmt: skip
