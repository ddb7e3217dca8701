"""A line of a file of units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from lcweb.domain import hsa_ids
from lcweb.domain.imports.cells import Cells, clock_text, number_of, shown
from lcweb.domain.imports.jobs import ImportNoun, Outcome, Verdict, Words, faulty
from lcweb.domain.imports.places import Organizations
from lcweb.domain.people import MUNICIPALITIES, UnitKind
from lcweb.domain.units import NewUnit, unit_problems
from lcweb.domain.workdays import OfficeHours


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    id: int
    organization_id: int
    name: str
    kind: str
    municipality: str
    hsa_id: str | None
    phone: str
    acute_phone: str
    notify_email: str | None
    manager_email: str | None
    opens: time
    closes: time
    street: str
    note: str


@dataclass(frozen=True, kw_only=True)
class UnitPlan:
    id: int | None
    new: NewUnit


@dataclass(frozen=True, kw_only=True)
class KnownUnits:
    """`rows`: the open ones that the lines name by number. `names`, `hsa_ids`: whose each is, closed units' too."""

    rows: Mapping[int, UnitRow]
    names: Mapping[str, int]
    hsa_ids: Mapping[str, int]
    organizations: Organizations


def cells_of(row: UnitRow, organizations: Organizations, words: Words) -> dict[str, str]:
    """As an export writes it."""
    return {
        "number": str(row.id),
        "organization": organizations.by_id[row.organization_id].name,
        "name": row.name,
        "kind": words.unit_kinds[UnitKind(row.kind)],
        "municipality": row.municipality,
        "hsa_id": row.hsa_id or "",
        "phone": row.phone,
        "acute_phone": row.acute_phone,
        "notify_email": row.notify_email or "",
        "manager_email": row.manager_email or "",
        "opens": clock_text(row.opens),
        "closes": clock_text(row.closes),
        "street": row.street,
        "note": row.note,
    }


def check(cells: Mapping[str, str], known: KnownUnits, words: Words) -> Outcome:
    number = number_of(cells)
    row = known.rows.get(number) if number else None
    line = Cells(ImportNoun.UNITS, cells, cells_of(row, known.organizations, words) if row else None)
    if row and line.says_what_was():
        return Outcome(verdict=Verdict.UNCHANGED, row_id=row.id)
    if number is not None and row is None:
        line.fault("number", f"Det finns ingen öppen enhet med nummer {shown(cells['number'])}.")
    new = _wanted(line, row, known, words)
    if line.faults or new is None:
        return faulty(line.faults, row.id if row else None)
    differences = line.differences(_cells_of_new(new, known.organizations, words))
    if row and not differences:
        return Outcome(verdict=Verdict.UNCHANGED, row_id=row.id)
    return Outcome(
        verdict=Verdict.CHANGED if row else Verdict.ADDED, row_id=row.id if row else None, differences=differences,
        hints=tuple(line.hints), plan=UnitPlan(id=row.id if row else None, new=new),
    )  # fmt: skip


def _wanted(line: Cells, row: UnitRow | None, known: KnownUnits, words: Words) -> NewUnit | None:
    organization = known.organizations.find(line, line.text("organization"))
    kind = line.choice("kind", words.unit_kinds, missing="Slag saknas.", unknown="{} är inget slags enhet.")
    name = line.text("municipality")
    municipality = next((place for place in MUNICIPALITIES if place.casefold() == name.casefold()), name)
    line.no_identity("name", "street", "note")
    line.phone_hint("phone", "acute_phone")
    new = NewUnit(
        organization_id=organization.id if organization else 0, name=line.text("name"), kind=kind or UnitKind.HOME_CARE,
        municipality=municipality, phone=line.text("phone"), acute_phone=line.text("acute_phone"),
        hsa_id=hsa_ids.normalized(line.text("hsa_id")) or None, notify_email=line.text("notify_email") or None,
        manager_email=line.text("manager_email") or None, hours=_hours(line), note=line.text("note"),
        street=line.text("street"),
    )  # fmt: skip
    for name, sentence in unit_problems(new).items():
        line.fault(name, sentence)
    _taken(line, row, new, known)
    return new


def _hours(line: Cells) -> OfficeHours:
    opens, closes = line.clock("opens", OfficeHours.opens), line.clock("closes", OfficeHours.closes)
    if closes > opens:
        return OfficeHours(opens=opens, closes=closes)
    line.fault("closes", "Enheten måste stänga efter att den har öppnat.")
    return OfficeHours()


def _taken(line: Cells, row: UnitRow | None, new: NewUnit, known: KnownUnits) -> None:
    own = row.id if row else None
    by_name, by_hsa_id = known.names.get(new.name), known.hsa_ids.get(new.hsa_id or "")
    if by_name not in (None, own):
        line.fault("name", f"Namnet finns redan, på enhet nummer {by_name}. Skriv numret om det är den enheten.")
    if by_hsa_id not in (None, own):
        line.fault("hsa_id", f"HSA-id:t är upptaget av enhet nummer {by_hsa_id}.")


def _cells_of_new(new: NewUnit, organizations: Organizations, words: Words) -> dict[str, str]:
    row = UnitRow(
        id=0, organization_id=new.organization_id, name=new.name, kind=new.kind, municipality=new.municipality,
        hsa_id=new.hsa_id, phone=new.phone, acute_phone=new.acute_phone, notify_email=new.notify_email,
        manager_email=new.manager_email, opens=new.hours.opens, closes=new.hours.closes, street=new.street,
        note=new.note,
    )  # fmt: skip
    return cells_of(row, organizations, words)
