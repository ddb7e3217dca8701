"""Organizations and units. Whoever calls the verbs says `units.close(…)`."""

from lcweb.services.units.closing import Closed, close
from lcweb.services.units.editing import (
    add_organization,
    add_unit,
    change_contact,
    change_organization,
    change_unit,
    close_organization,
    organization_id_by_name,
    unit_id_by_name,
)
from lcweb.services.units.rows import change_organization_row, change_unit_row, put_organization, put_unit

__all__ = [
    "Closed",
    "add_organization",
    "add_unit",
    "change_contact",
    "change_organization",
    "change_organization_row",
    "change_unit",
    "change_unit_row",
    "close",
    "close_organization",
    "organization_id_by_name",
    "put_organization",
    "put_unit",
    "unit_id_by_name",
]
