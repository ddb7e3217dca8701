"""The recipient lists as administrators know them: every row, as it was known at a moment (S2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import func, select

from lcweb.db import reading
from lcweb.domain import recipient_lists
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.recipient_lists import Finding, Mark, Row
from lcweb.domain.recipients import CaseType, EditKind, Period
from lcweb.domain.workdays import local_day
from lcweb.models import RecipientEdit, RecipientEntry, RecipientList, RecipientSuggestion, RecipientVersion, Unit

#: What the history tells of a row, in the order of the form; units are told by name.
FIELDS = ("area", "unit", "note", "valid_from", "valid_to", "position", "removed")


class ListRow(NamedTuple):
    """`unit` is its name today. `valid_to` is the last day, included; None: until further notice."""

    entry_id: int
    municipality: str
    case_type: CaseType
    position: int
    area: str
    unit_id: int
    unit: str
    note: str
    valid_from: date
    valid_to: date | None

    @property
    def period(self) -> Period:
        return Period(self.valid_from, self.valid_to)


class Summary(NamedTuple):
    """One list at a glance, today. `changed_by` and `changed_at` are None when nobody has edited it."""

    municipality: str
    case_type: CaseType
    in_force: int
    coming: int
    wrong: list[Finding]
    suggestions: int
    changed_by: str | None
    changed_at: datetime | None


class Parts(NamedTuple):
    """A list's rows on a day: in force, to come, ended."""

    in_force: list[ListRow]
    coming: list[ListRow]
    ended: list[ListRow]


class FieldChange(NamedTuple):
    name: str
    before: Any
    after: Any


class RowChange(NamedTuple):
    """`is_new`: the edit added the row, so that there was nothing before."""

    entry_id: int
    area: str
    is_new: bool
    fields: list[FieldChange]


class Edit(NamedTuple):
    """`undoes`: kind, who and when of the edit that this one took back."""

    id: int
    kind: EditKind
    by: str
    at: datetime
    undoes: tuple[EditKind, str, datetime] | None
    rows: list[RowChange]


class PreviewRow(NamedTuple):
    row: ListRow
    mark: Mark


def rows(municipality: str | None, case_type: CaseType | None, *, known_at: datetime) -> list[ListRow]:
    """Every row that was not removed, ended ones and those to come too, in the lists' order and each list's own.

    As the last edit until `known_at`, that moment included, had left it. None: every municipality, every case type.
    """
    newest = (
        select(RecipientVersion.entry_id, func.max(RecipientVersion.edit_id).label("edit_id"))
        .join(RecipientEdit, RecipientEdit.id == RecipientVersion.edit_id)
        .where(RecipientEdit.made_at <= known_at)
        .group_by(RecipientVersion.entry_id)
    )
    if municipality is not None:
        newest = newest.where(RecipientEdit.municipality == municipality)
    if case_type is not None:
        newest = newest.where(RecipientEdit.case_type == case_type)
    known = newest.subquery()
    found = reading().execute(
        select(
            RecipientEntry.id, RecipientEntry.municipality, RecipientEntry.case_type, RecipientVersion.position,
            RecipientVersion.area, Unit.id, Unit.name, RecipientVersion.note, RecipientVersion.valid_from,
            RecipientVersion.valid_to,
        )
        .join(RecipientVersion, RecipientVersion.entry_id == RecipientEntry.id)
        .join(known, (known.c.entry_id == RecipientVersion.entry_id) & (known.c.edit_id == RecipientVersion.edit_id))
        .join(Unit, Unit.id == RecipientVersion.unit_id)
        .where(RecipientVersion.removed.is_(False))
    )  # fmt: skip
    made = (ListRow(entry, place, CaseType(kind), *rest) for entry, place, kind, *rest in found)
    return sorted(made, key=_order)


def in_force(rows: Iterable[ListRow], day: date) -> list[ListRow]:
    """Those that hold on the day, in the order they came."""
    return [row for row in rows if row.period.covers(day)]


def parts(rows: Iterable[ListRow], today: date) -> Parts:
    found = Parts([], [], [])
    for row in rows:
        if row.period.covers(today):
            found.in_force.append(row)
        else:
            (found.coming if row.valid_from > today else found.ended).append(row)
    return found


def standing_after(rows: Iterable[ListRow], today: date) -> dict[int, str]:
    """The area that a row comes after, among those that have not ended; "" for the first."""
    living = [row for row in rows if row.valid_to is None or row.valid_to >= today]
    return {row.entry_id: before for row, before in zip(living, ["", *(row.area for row in living)], strict=False)}


def last_edit(municipality: str, case_type: CaseType) -> int:
    """What a form carries, so that it is refused when somebody else was first; 0 before the list's first edit."""
    wanted = select(RecipientList.edit_id).where(
        RecipientList.municipality == municipality, RecipientList.case_type == case_type
    )
    return reading().scalar(wanted) or 0


def closed_units() -> dict[int, date]:
    """The day on which each closed unit was closed."""
    closed = reading().execute(select(Unit.id, Unit.closed_at).where(Unit.closed_at.is_not(None)))
    return {unit_id: local_day(closed_at) for unit_id, closed_at in closed}


def guarded(rows: Iterable[ListRow], closed: Mapping[int, date]) -> list[Row]:
    """As the guards look at them."""
    return [Row(row.entry_id, row.area, row.unit_id, row.unit, row.period, closed.get(row.unit_id)) for row in rows]


def overview(municipalities: Collection[str], *, now: datetime) -> list[Summary]:
    """Every list of these municipalities, those without a row too."""
    today, closed, waiting, changed = local_day(now), closed_units(), _waiting(), _changed()
    own: dict[tuple[str, str], list[ListRow]] = {}
    for row in rows(None, None, known_at=now):
        own.setdefault((row.municipality, row.case_type), []).append(row)
    found = []
    for place in ((name, kind) for name in MUNICIPALITIES if name in municipalities for kind in CaseType):
        known = own.get(place, [])
        split, wrong = parts(known, today), recipient_lists.wrong(guarded(known, closed), today)
        by, at = changed.get(place, (None, None))
        found.append(Summary(*place, len(split.in_force), len(split.coming), wrong, waiting.get(place, 0), by, at))
    return found


def history(
    municipality: str, case_type: CaseType, *, after: int = 0, limit: int | None = None, skip: int = 0
) -> list[Edit]:
    """Newest first, each with what it changed. `after`: only later ones than the edit of that number."""
    edit = RecipientEdit
    wanted = (
        select(edit.id, edit.kind, edit.made_by, edit.made_at, edit.undoes_id)
        .where(edit.municipality == municipality, edit.case_type == case_type, edit.id > after)
        .order_by(edit.id.desc())
        .limit(limit)
        .offset(skip)
    )
    found = reading().execute(wanted).all()
    changes = _changes(municipality, case_type, [edit.id for edit in found])
    undone = _named(edit.undoes_id for edit in found)
    return [
        Edit(edit_id, EditKind(kind), by, at, undone.get(undoes), changes.get(edit_id, []))
        for edit_id, kind, by, at, undoes in found
    ]


def count_edits(municipality: str, case_type: CaseType) -> int:
    own = select(func.count()).where(RecipientEdit.municipality == municipality, RecipientEdit.case_type == case_type)
    return reading().scalar(own) or 0


def is_edit_of(municipality: str, case_type: CaseType, edit_id: int) -> bool:
    edit = RecipientEdit
    own = select(edit.id).where(edit.id == edit_id, edit.municipality == municipality, edit.case_type == case_type)
    return reading().scalar(own) is not None


def preview(rows: Sequence[ListRow], changed: ListRow, day: date) -> list[PreviewRow]:
    """The list on a day as it would be with one row changed or, when its id is not there, added."""
    was = {row.entry_id: row for row in in_force(rows, day)}
    becomes = {row.entry_id: row for row in in_force(with_row(rows, changed), day)}
    both = sorted((was | becomes).values(), key=_order)
    return [PreviewRow(row, _mark(was.get(row.entry_id), becomes.get(row.entry_id))) for row in both]


def with_row(rows: Sequence[ListRow], changed: ListRow) -> list[ListRow]:
    return [*(row for row in rows if row.entry_id != changed.entry_id), changed]


def _mark(was: ListRow | None, becomes: ListRow | None) -> Mark:
    if was is None or becomes is None:
        return Mark.NEW if was is None else Mark.GONE
    return Mark.SAME if was == becomes else Mark.CHANGED


def _waiting() -> dict[tuple[str, str], int]:
    """Suggestions that nobody has decided on."""
    suggestion = RecipientSuggestion
    found = reading().execute(
        select(suggestion.municipality, suggestion.case_type, func.count())
        .where(suggestion.decision.is_(None))
        .group_by(suggestion.municipality, suggestion.case_type)
    )
    return {(municipality, case_type): count for municipality, case_type, count in found}


def _changed() -> dict[tuple[str, str], tuple[str, datetime]]:
    """Who edited each list last, and when; not how it was when histories began."""
    found = reading().execute(
        select(RecipientEdit.municipality, RecipientEdit.case_type, RecipientEdit.made_by, RecipientEdit.made_at)
        .join(RecipientList, RecipientList.edit_id == RecipientEdit.id)
        .where(RecipientEdit.kind != EditKind.BEGUN)
    )
    return {(municipality, case_type): (by, at) for municipality, case_type, by, at in found}


def _named(edit_ids: Iterable[int | None]) -> dict[int | None, tuple[EditKind, str, datetime]]:
    wanted = {edit_id for edit_id in edit_ids if edit_id}
    edit = RecipientEdit
    found = reading().execute(select(edit.id, edit.kind, edit.made_by, edit.made_at).where(edit.id.in_(wanted)))
    return {edit_id: (EditKind(kind), by, at) for edit_id, kind, by, at in found}


def _changes(municipality: str, case_type: CaseType, edit_ids: Collection[int]) -> dict[int, list[RowChange]]:
    """Of each edit, by what stood before it: all states of the list's rows, in their order."""
    version = RecipientVersion
    states = reading().execute(
        select(
            version.entry_id, version.edit_id, version.area, Unit.name, version.note, version.valid_from,
            version.valid_to, version.position, version.removed,
        )
        .join(RecipientEdit, RecipientEdit.id == version.edit_id)
        .join(Unit, Unit.id == version.unit_id)
        .where(RecipientEdit.municipality == municipality, RecipientEdit.case_type == case_type)
        .where(version.edit_id <= max(edit_ids, default=0))
        .order_by(version.entry_id, version.edit_id)
    )  # fmt: skip
    found: dict[int, list[RowChange]] = {edit_id: [] for edit_id in edit_ids}
    for entry_id, own in groupby(states, key=lambda state: state.entry_id):
        before: tuple[Any, ...] | None = None
        for _, edit_id, *state in own:
            if edit_id in found:
                found[edit_id].append(_change(entry_id, before, tuple(state)))
            before = tuple(state)
    return found


def _change(entry_id: int, before: tuple[Any, ...] | None, after: tuple[Any, ...]) -> RowChange:
    was = before or (None,) * len(after)
    fields = [FieldChange(*change) for change in zip(FIELDS, was, after, strict=True)]
    return RowChange(entry_id, after[0], before is None, [field for field in fields if field.before != field.after])


def _order(row: ListRow) -> tuple[int, str, int, int, int]:
    """Municipalities and case types in the order that people know them in; then the list's own."""
    known = row.municipality in MUNICIPALITIES
    place = MUNICIPALITIES.index(row.municipality) if known else len(MUNICIPALITIES)
    return place, row.municipality, list(CaseType).index(row.case_type), row.position, row.entry_id
