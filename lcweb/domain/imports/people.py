"""A line of a file of people: a person, and one role of that person's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lcweb.domain import hsa_ids
from lcweb.domain.imports.cells import Cells, day_text, number_of, shown
from lcweb.domain.imports.jobs import Difference, ImportNoun, Outcome, Verdict, Words, faulty
from lcweb.domain.imports.places import Organizations, Units
from lcweb.domain.people import NewPerson, person_problems
from lcweb.domain.permissions import UNIT_ROLES, Role
from lcweb.domain.workdays import ONE_DAY, local_day, moment_at

#: A role and its place: a unit's number, an organization's, or neither.
Held = tuple[str, int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    id: int
    username: str
    name: str
    title: str
    licensed: bool
    phone: str | None
    email: str | None
    hsa_id: str | None
    ended_at: datetime | None
    held: frozenset[Held]


@dataclass(frozen=True, kw_only=True)
class PersonPlan:
    """`ended_at`: the first moment without the person. `held` None: the line gives no role."""

    id: int | None
    new: NewPerson
    ended_at: datetime | None
    held: Held | None


@dataclass(frozen=True, kw_only=True)
class KnownPeople:
    """`rows`: those that the lines name by number, and who are still here. `usernames`, `hsa_ids`: whose each is."""

    rows: Mapping[int, PersonRow]
    usernames: Mapping[str, int]
    hsa_ids: Mapping[str, int]
    units: Units
    organizations: Organizations
    own_id: int | None
    today: date


def last_day(ended_at: datetime | None) -> date | None:
    """The last day on which the person is still here at all."""
    return local_day(ended_at - timedelta(microseconds=1)) if ended_at else None


def cells_of(
    row: PersonRow, held: Held | None, known_units: Units, organizations: Organizations, words: Words
) -> dict[str, str]:
    """As an export writes it."""
    role, unit_id, organization_id = held or ("", None, None)
    return {
        "number": str(row.id),
        "username": row.username,
        "name": row.name,
        "title": row.title,
        "licensed": "ja" if row.licensed else "nej",
        "phone": row.phone or "",
        "email": row.email or "",
        "hsa_id": row.hsa_id or "",
        "role": words.roles[Role(role)] if role else "",
        "unit": known_units.by_id[unit_id].name if unit_id else "",
        "organization": organizations.by_id[organization_id].name if organization_id else "",
        "last_day": day_text(last_day(row.ended_at)),
    }


def check(cells: Mapping[str, str], known: KnownPeople, words: Words) -> Outcome:
    number = number_of(cells)
    row = known.rows.get(number) if number else None
    was = cells_of(row, None, known.units, known.organizations, words) if row else None
    line = Cells(ImportNoun.PEOPLE, cells, was)
    if number is not None and row is None:
        line.fault("number", f"Det finns ingen person med nummer {shown(cells['number'])}.")
    held = _held(line, row, known, words)
    if row and held in (None, *row.held):
        line.was = cells_of(row, held, known.units, known.organizations, words)
        if not line.faults and line.says_what_was():
            return Outcome(verdict=Verdict.UNCHANGED, row_id=row.id)
    plan = _wanted(line, row, held, known)
    if line.faults:
        return faulty(line.faults, row.id if row else None)
    differences = line.differences(_cells_of_plan(plan, known, words))
    return Outcome(
        verdict=_verdict(line, row, plan, differences), row_id=row.id if row else None, differences=differences,
        hints=tuple(line.hints), plan=plan if differences else None,
    )  # fmt: skip


def _verdict(line: Cells, row: PersonRow | None, plan: PersonPlan, differences: tuple[Difference, ...]) -> Verdict:
    """A new role of somebody who is here is something added."""
    if row is None or (plan.held and plan.held not in row.held):
        return Verdict.ADDED
    if [heading for heading, _, _ in differences] == [line.headings["last_day"]] and plan.ended_at:
        return Verdict.ENDED
    return Verdict.CHANGED if differences else Verdict.UNCHANGED


def _held(line: Cells, row: PersonRow | None, known: KnownPeople, words: Words) -> Held | None:
    """None also for a fault, which is noted."""
    if not line.text("role") and row and not line.text("unit") and not line.text("organization"):
        return None
    role = line.choice("role", words.roles, missing="Roll saknas.", unknown="{} är ingen roll.")
    if role is None:
        return None
    unit_name, organization_name = line.text("unit"), line.text("organization")
    unit_id = organization_id = None
    if role in UNIT_ROLES:
        kept = {unit for held, unit, _ in row.held if unit and held == role} if row else set()
        named = known.units.by_name.get(unit_name)
        found = known.units.find(line, name_column="unit", name=unit_name,
                                 kept=named.id if named and named.id in kept else None)  # fmt: skip
        unit_id = found.id if found else None
    elif unit_name:
        line.fault("unit", f"En {words.roles[role]} har ingen enhet. Lämna cellen tom.")
    if role in (Role.LIST_ADMIN, Role.LOG_REVIEWER):
        found_too = known.organizations.find(line, organization_name)
        organization_id = found_too.id if found_too else None
    elif organization_name:
        line.fault("organization", "Huvudman anges bara för listadministratörer och loggranskare. Lämna cellen tom.")
    return (role.value, unit_id, organization_id)


def _wanted(line: Cells, row: PersonRow | None, held: Held | None, known: KnownPeople) -> PersonPlan:
    line.no_identity("username", "name", "title")
    line.phone_hint("phone")
    new = NewPerson(
        username=line.text("username").lower(), name=line.text("name"), title=line.text("title"),
        licensed=line.yes("licensed"), phone=line.text("phone") or None, email=line.text("email") or None,
        hsa_id=hsa_ids.normalized(line.text("hsa_id")) or None,
    )  # fmt: skip
    for name, sentence in person_problems(new).items():
        line.fault(name, sentence)
    own = row.id if row else None
    by_username, by_hsa_id = known.usernames.get(new.username), known.hsa_ids.get(new.hsa_id or "")
    if by_username not in (None, own):
        line.fault("username", f"Finns redan, som nummer {by_username}. Skriv numret om det är den personen.")
    if by_hsa_id not in (None, own):
        line.fault("hsa_id", f"HSA-id:t är upptaget av person nummer {by_hsa_id}.")
    return PersonPlan(id=own, new=new, ended_at=_ended_at(line, row, known), held=held)


def _ended_at(line: Cells, row: PersonRow | None, known: KnownPeople) -> datetime | None:
    day = line.day("last_day")
    if row and day == last_day(row.ended_at):
        return row.ended_at
    if day and day < known.today - ONE_DAY:
        line.fault("last_day", "Slutdatum kan inte ligga längre tillbaka än i går.")
    if day and row and row.id == known.own_id:
        line.fault("last_day", "Du kan inte avsluta dig själv. Be en annan systemadministratör.")
    return moment_at(day + ONE_DAY, time.min) if day else None


def _cells_of_plan(plan: PersonPlan, known: KnownPeople, words: Words) -> dict[str, str]:
    new = plan.new
    row = PersonRow(
        id=plan.id or 0, username=new.username, name=new.name, title=new.title, licensed=new.licensed, phone=new.phone,
        email=new.email, hsa_id=new.hsa_id, ended_at=plan.ended_at, held=frozenset(),
    )  # fmt: skip
    return cells_of(row, plan.held, known.units, known.organizations, words)
