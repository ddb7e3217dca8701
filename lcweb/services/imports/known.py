"""What the lines of a file are held against, read once for many lines."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from lcweb.domain.imports import ImportNoun, Outcome, Words, lists, people, units
from lcweb.domain.imports.cells import numbers_of
from lcweb.domain.imports.jobs import reach_of
from lcweb.domain.imports.lists import KnownLists, ListRow, state_of
from lcweb.domain.imports.people import KnownPeople
from lcweb.domain.imports.units import KnownUnits
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Actor
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.facts import known_organizations, known_units, open_unit_rows, person_rows
from lcweb.models import RecipientEntry, Unit, User

Cells = Mapping[str, str]

#: Values of one IN: a database has a limit, and a statement of this size is kept compiled.
_AT_ONCE = 500


def outcomes(
    session: Session, noun: ImportNoun, lines: Sequence[Cells], *, actor: Actor, words: Words, now: datetime
) -> list[Outcome]:
    """What would become of each line as the database is now, whatever the lines say against each other."""
    if noun is ImportNoun.LISTS:
        known_lists = _lists(session, lines, actor=actor, words=words)
        return [lists.check(cells, known_lists, words) for cells in lines]
    if noun is ImportNoun.UNITS:
        known = _units(session, lines)
        return [units.check(cells, known, words) for cells in lines]
    known_people = _people(session, lines, actor=actor, now=now)
    return [people.check(cells, known_people, words) for cells in lines]


def places_named(lines: Iterable[Cells], words: Words) -> set[tuple[str, str]]:
    """The lists that the file names, by municipality and case type; what is no list is named by a fault."""
    kinds = {word.casefold(): kind.value for kind, word in words.case_types.items()}
    towns = {name.casefold(): name for name in MUNICIPALITIES}
    named = ((cells.get("municipality", "").casefold(), cells.get("case_type", "").casefold()) for cells in lines)
    return {(towns[town], kinds[kind]) for town, kind in named if town in towns and kind in kinds}


def missing_rows(
    session: Session, lines: Sequence[Cells], named: Collection[int], *, actor: Actor, words: Words, now: datetime
) -> list[ListRow]:
    """Of the lists that the file names, the rows that hold today or later; but for those that it names."""
    reach = reach_of(actor)
    own = [place for place in places_named(lines, words) if reach is None or place[0] in reach]
    goes_on = or_(RecipientEntry.valid_to.is_(None), RecipientEntry.valid_to >= local_day(now))
    return [row for row in rows_of(session, own, goes_on) if row.id not in named]


def ending(row: ListRow, *, now: datetime) -> dict[str, object]:
    """What ends a row from today on: one that has not begun holds on no day at all."""
    yesterday = local_day(now) - ONE_DAY
    return {"valid_to": yesterday} if row.valid_from <= yesterday else {"removed": True}


# Lists ----------------------------------------------------------------------------------------------------------------


def _lists(session: Session, lines: Sequence[Cells], *, actor: Actor, words: Words) -> KnownLists:
    unnumbered = [cells for cells in lines if not cells.get("number")]
    alike = rows_of(session, places_named(unnumbered, words))
    return KnownLists(
        rows={row.id: row for row in _by_number(session, numbers_of(lines)) if row.id},
        units=known_units(session),
        reach=reach_of(actor),
        alike={state_of(row): row.id for row in reversed(alike) if row.id},
    )


def _by_number(session: Session, numbers: Collection[int | None]) -> list[ListRow]:
    return [row for some in slices(numbers) for row in _list_rows(session, RecipientEntry.id.in_(some))]


def rows_of(session: Session, places: Collection[tuple[str, str]], *also: Any) -> list[ListRow]:
    key = tuple_(RecipientEntry.municipality, RecipientEntry.case_type)
    return [row for some in slices(places) for row in _list_rows(session, key.in_(some), *also)]


def _list_rows(session: Session, *wanted: Any) -> list[ListRow]:
    entry = RecipientEntry
    found = session.execute(
        select(
            entry.id, entry.municipality, entry.case_type, entry.area, entry.unit_id, entry.note, entry.valid_from,
            entry.valid_to,
        ).where(entry.removed.is_(False), *wanted).order_by(entry.id)
    )  # fmt: skip
    return [ListRow(**row._mapping) for row in found]


# Units ----------------------------------------------------------------------------------------------------------------


def _units(session: Session, lines: Sequence[Cells]) -> KnownUnits:
    taken = session.execute(select(Unit.id, Unit.name, Unit.hsa_id)).all()
    return KnownUnits(
        rows={row.id: row for some in slices(numbers_of(lines)) for row in open_unit_rows(session, Unit.id.in_(some))},
        names={name: id for id, name, _ in taken},
        hsa_ids={hsa_id: id for id, _, hsa_id in taken if hsa_id},
        organizations=known_organizations(session),
    )


# People ---------------------------------------------------------------------------------------------------------------


def _people(session: Session, lines: Sequence[Cells], *, actor: Actor, now: datetime) -> KnownPeople:
    taken = session.execute(select(User.id, User.username, User.hsa_id)).all()
    found = (person_rows(session, User.id.in_(some), now=now) for some in slices(numbers_of(lines)))
    return KnownPeople(
        rows={row.id: row for rows in found for row in rows},
        usernames={username: id for id, username, _ in taken},
        hsa_ids={hsa_id: id for id, _, hsa_id in taken if hsa_id},
        units=known_units(session),
        organizations=known_organizations(session),
        own_id=actor.user_id or None,
        today=local_day(now),
    )


def slices(values: Collection[Any]) -> Iterator[list[Any]]:
    rest = iter(sorted(value for value in values if value))
    while some := list(islice(rest, _AT_ONCE)):
        yield some
