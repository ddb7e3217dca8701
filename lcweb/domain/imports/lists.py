"""A line of a file of recipient lists (S2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lcweb.domain.imports.cells import Cells, day_text, number_of, shown
from lcweb.domain.imports.jobs import ImportNoun, Outcome, Verdict, Words, faulty
from lcweb.domain.imports.places import KnownUnit, Units
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.recipients import CaseType

MAX_AREA = 200  # characters
MAX_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class ListRow:
    """A row of a list as it is, or as a line would have it; `id` None: new. `valid_to` is the last day, included."""

    id: int | None
    municipality: str
    case_type: str
    area: str
    unit_id: int
    note: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class KnownLists:
    """What the lines are held against. `reach`: the municipalities whose lists may be edited; None: all."""

    rows: Mapping[int, ListRow]
    units: Units
    reach: frozenset[str] | None
    alike: Mapping[tuple[object, ...], int] = field(default_factory=dict)  # of what a line without number says: its row


def state_of(row: ListRow) -> tuple[object, ...]:
    return row.municipality, row.case_type, row.area, row.unit_id, row.note, row.valid_from, row.valid_to


def cells_of(row: ListRow, units: Units, words: Words) -> dict[str, str]:
    """As an export writes it."""
    unit = units.by_id[row.unit_id]
    return {
        "number": str(row.id or ""),
        "municipality": row.municipality,
        "case_type": words.case_types[CaseType(row.case_type)],
        "area": row.area,
        "unit": unit.name,
        "unit_hsa_id": unit.hsa_id or "",
        "note": row.note,
        "valid_from": day_text(row.valid_from),
        "valid_to": day_text(row.valid_to),
    }


def check(cells: Mapping[str, str], known: KnownLists, words: Words) -> Outcome:
    number = number_of(cells)
    row = known.rows.get(number) if number else None
    own = row is not None and (known.reach is None or row.municipality in known.reach)
    line = Cells(ImportNoun.LISTS, cells, cells_of(row, known.units, words) if own and row else None)
    if own and row and line.says_what_was():
        return Outcome(verdict=Verdict.UNCHANGED, row_id=row.id)
    if number is not None and not own:
        line.fault("number", f"Det finns ingen rad med nummer {shown(cells['number'])} i de listor du sköter.")
    wanted = _wanted(line, row if own else None, known, words)
    if line.faults or wanted is None:
        return faulty(line.faults, row.id if own and row else None)
    if wanted.id is None and state_of(wanted) in known.alike:
        return Outcome(verdict=Verdict.UNCHANGED, row_id=known.alike[state_of(wanted)])
    return _outcome(line, row, wanted, known, words)


def _outcome(line: Cells, row: ListRow | None, wanted: ListRow, known: KnownLists, words: Words) -> Outcome:
    differences = line.differences(cells_of(wanted, known.units, words))
    if row is None:
        verdict = Verdict.ADDED
    elif not differences:
        return Outcome(verdict=Verdict.UNCHANGED, row_id=row.id)
    else:
        only_ended = wanted.valid_to is not None and [heading for heading, _, _ in differences] == [
            line.headings["valid_to"]
        ]
        verdict = Verdict.ENDED if only_ended else Verdict.CHANGED
    return Outcome(verdict=verdict, row_id=wanted.id, differences=differences, hints=tuple(line.hints), plan=wanted)


def _wanted(line: Cells, row: ListRow | None, known: KnownLists, words: Words) -> ListRow | None:
    municipality = _municipality(line, row, known)
    case_type = line.choice("case_type", words.case_types, missing="Ärendetyp saknas.",
                            unknown="{} är ingen ärendetyp.")  # fmt: skip
    if row and case_type and case_type != row.case_type:
        line.fault("case_type", "Raden hör till en annan ärendetyp. Avsluta den, och lägg till en ny rad utan nummer.")
    area = line.free("area", what="Området", most=MAX_AREA)
    if not area:
        line.fault("area", "Område saknas.")
    note = line.free("note", what="Noteringen", most=MAX_NOTE, lines=True)
    unit = _unit(line, row, known.units)
    first = line.day("valid_from", missing="Första dagen saknas.")
    last = line.day("valid_to")
    if first and last and last < first:
        line.fault("valid_to", "Sista dagen kan inte vara före den första.")
    if not (municipality and case_type and unit and first):
        return None
    return ListRow(id=row.id if row else None, municipality=municipality, case_type=case_type.value, area=area,
                   unit_id=unit.id, note=note, valid_from=first, valid_to=last)  # fmt: skip


def _municipality(line: Cells, row: ListRow | None, known: KnownLists) -> str | None:
    name = line.text("municipality")
    found = next((place for place in MUNICIPALITIES if place.casefold() == name.casefold()), None)
    if found is None:
        line.fault("municipality", f"{shown(name)} är ingen kommun i Halland." if name else "Kommun saknas.")
    elif known.reach is not None and found not in known.reach:
        line.fault("municipality", f"Du sköter inte listorna för {found}.")
    elif row and found != row.municipality:
        line.fault("municipality", "Raden hör till en annan kommun. Avsluta den, och lägg till en ny rad utan nummer.")
    return found


def _unit(line: Cells, row: ListRow | None, units: Units) -> KnownUnit | None:
    """A row may keep a unit that has been closed since; none is given one anew."""
    hsa_id, name = line.text("unit_hsa_id"), line.text("unit")
    if row and "unit_hsa_id" in line.given and not _is_new(line, "unit_hsa_id") and _is_new(line, "unit"):
        hsa_id = ""  # another name has been written, and the old HSA-id was left standing
    if row and "unit_hsa_id" not in line.given:
        hsa_id = ""
    return units.find(line, name_column="unit", name=name, hsa_column="unit_hsa_id", hsa_id=hsa_id,
                      kept=row.unit_id if row else None)  # fmt: skip


def _is_new(line: Cells, name: str) -> bool:
    return line.given.get(name) != line.was.get(name)
