"""An import as a whole: which sorts there are, who may see one, and what a line's verdict is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lcweb.domain.people import UnitKind
from lcweb.domain.permissions import Act, Actor, Role
from lcweb.domain.recipients import CaseType


class ImportNoun(StrEnum):
    LISTS = "lists"
    UNITS = "units"
    PEOPLE = "people"


#: What one must be allowed to do to import, to see an import, and to export.
ACTS = {ImportNoun.LISTS: Act.EDIT_LIST, ImportNoun.UNITS: Act.EDIT_PEOPLE, ImportNoun.PEOPLE: Act.EDIT_PEOPLE}


class State(StrEnum):
    CHECKING = "checking"
    CHECKED = "checked"
    SAVED = "saved"
    DISCARDED = "discarded"
    UNDONE = "undone"


class Verdict(StrEnum):
    FAULTY = "faulty"
    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


#: A column's heading, and its cell before and after.
Difference = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What would become of a line. `row_id`: the row that it is about, where there is one already.

    `plan`: what is to be written, for whoever saves it; None of a line that changes nothing.
    """

    verdict: Verdict
    row_id: int | None = None
    faults: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    hints: tuple[str, ...] = ()
    plan: object = None


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the file calls what the code calls otherwise."""

    case_types: Mapping[CaseType, str]
    unit_kinds: Mapping[UnitKind, str]
    roles: Mapping[Role, str]


def faulty(faults: Iterable[str], row_id: int | None = None) -> Outcome:
    return Outcome(verdict=Verdict.FAULTY, row_id=row_id, faults=tuple(faults))


def reach_of(actor: Actor) -> frozenset[str] | None:
    """The municipalities whose lists the person edits; None: all."""
    return None if Role.SYSTEM_ADMIN in actor.roles else actor.municipalities


def may_see(actor: Actor, noun: ImportNoun, *, made_by_id: int | None, municipalities: Iterable[str]) -> bool:
    """Who does the same work sees it; a list administrator the own imports and those of the own municipality alone."""
    if not actor.may(ACTS[noun]):
        return False
    reach, places = reach_of(actor), set(municipalities)
    own = made_by_id is not None and made_by_id == actor.user_id
    return reach is None or own or (bool(places) and places <= reach)


def municipalities_of(lines: Iterable[Mapping[str, str]]) -> list[str]:
    return sorted({cells["municipality"] for cells in lines if cells.get("municipality")})
