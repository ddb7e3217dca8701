"""Organizations and units as their pages show them."""

from lcweb.queries.units.closing import Consequences, ListRow, consequences
from lcweb.queries.units.rows import (
    OrganizationRow,
    UnitList,
    UnitRow,
    all_units,
    find,
    get_unit,
    heir_of,
    organizations,
)

__all__ = [
    "Consequences",
    "ListRow",
    "OrganizationRow",
    "UnitList",
    "UnitRow",
    "all_units",
    "consequences",
    "find",
    "get_unit",
    "heir_of",
    "organizations",
]
