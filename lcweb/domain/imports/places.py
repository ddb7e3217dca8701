"""Units and organizations as files name them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lcweb.domain import hsa_ids
from lcweb.domain.imports.cells import Cells, shown


@dataclass(frozen=True)
class KnownUnit:
    id: int
    name: str
    hsa_id: str | None
    closed: bool


@dataclass(frozen=True)
class KnownOrganization:
    id: int
    name: str
    closed: bool


@dataclass(frozen=True)
class Units:
    """Names in exactly their letters first; then whatever their case."""

    known: tuple[KnownUnit, ...]

    @cached_property
    def by_id(self) -> dict[int, KnownUnit]:
        return {unit.id: unit for unit in self.known}

    @cached_property
    def by_name(self) -> dict[str, KnownUnit]:
        return {unit.name.casefold(): unit for unit in self.known} | {unit.name: unit for unit in self.known}

    @cached_property
    def by_hsa_id(self) -> dict[str, KnownUnit]:
        return {unit.hsa_id: unit for unit in self.known if unit.hsa_id}

    def find(
        self, line: Cells, *, name_column: str, name: str, hsa_column: str = "", hsa_id: str = "",
        kept: int | None = None,
    ) -> KnownUnit | None:  # fmt: skip
        """The HSA-id wins over the name. Closed units are faults, but for the one that the row has already."""
        column, written = (hsa_column, hsa_id) if hsa_id else (name_column, name)
        if not written:
            line.fault(name_column, "Enhet saknas.")
            return None
        found = self.by_hsa_id.get(hsa_ids.normalized(hsa_id)) if hsa_id else None
        if not hsa_id:
            found = self.by_name.get(name) or self.by_name.get(name.casefold())
        if found is None:
            kind = "Det finns ingen enhet med HSA-id" if hsa_id else "Det finns ingen enhet som heter"
            line.fault(column, f"{kind} {shown(written)}.")
        elif found.closed and found.id != kept:
            line.fault(column, f"{found.name} är stängd.")
        return found


@dataclass(frozen=True)
class Organizations:
    known: tuple[KnownOrganization, ...]

    @cached_property
    def by_id(self) -> dict[int, KnownOrganization]:
        return {organization.id: organization for organization in self.known}

    @cached_property
    def by_name(self) -> dict[str, KnownOrganization]:
        return _named(self.known)

    def find(self, line: Cells, name: str, *, kept: int | None = None) -> KnownOrganization | None:
        found = self.by_name.get(name) or self.by_name.get(name.casefold())
        if not name:
            line.fault("organization", "Huvudman saknas.")
        elif found is None:
            line.fault("organization", f"Det finns ingen huvudman som heter {shown(name)}.")
        elif found.closed and found.id != kept:
            line.fault("organization", f"{found.name} är avslutad.")
        return found


def _named(known: Iterable[KnownOrganization]) -> dict[str, KnownOrganization]:
    known = tuple(known)
    return {found.name.casefold(): found for found in known} | {found.name: found for found in known}
