"""Enheter: the list, a unit's page, closing one."""

from typing import Any

from lcweb.domain.changes import Noun
from lcweb.queries import changes, units
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  units.show           in     404    404    404    303     303    404    200    404    404    404
POST units.add            401    404    404    404    404     404    404    303    404    404    404
GET  units.unit           in     404    404    404    200     200    404    200    404    404    404
POST units.change         401    404    404    404    303     303    404    303    404    404    404
GET  units.before_closing in     404    404    404    404     404    404    200    404    404    404
POST units.close          401    404    404    404    404     404    404    303    404    404    404
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                           party former returner heir rival varberg reviewer
GET  units.unit            404   404    404      404  404   404     404
POST units.change          404   404    404      404  404   404     404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(
    ("units.show", "units.add", "units.unit", "units.change", "units.before_closing", "units.close"), "admin"
)
_FIELDS = {"organization", "name", "kind", "municipality", "hsa_id", "phone", "acute_phone", "notify_email",
           "manager_email", "opens", "closes", "street", "note"}  # fmt: skip
_FILTER = {"q", "huvudman", "kommun", "visa", "sida"}
#: What the views ask of a form or of the address.
NAMES = {
    ("GET", "units.show"): _FILTER,
    ("POST", "units.add"): _FIELDS | _FILTER | {"seen", "receptionists_may_write"},
    ("POST", "units.change"): _FIELDS | {"seen", "receptionists_may_write"},
    ("POST", "units.close"): {"seen", "successor", "people", "confirmed"},
}

IDS = {
    ("GET", "units.show"): {"huvudman": Takes("organization", ignored=True)},
    ("POST", "units.add"): {"organization": Takes("organization")},
    ("POST", "units.change"): {"organization": Takes("organization", by="admin"), "seen": Takes("version")},
    ("POST", "units.close"): {"successor": Takes("any unit"), "seen": Takes("version")},
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if not endpoint.startswith("units."):
        return None
    with world.app.app_context():
        row = units.get_unit(world.unit_id)
        seen, taken = str(changes.latest(Noun.UNIT, row.id)), len(units.all_units())
    typed = {
        "organization": str(row.organization_id), "name": row.name, "kind": row.kind, "municipality": "Halmstad",
        "phone": "035-18 00 00", "acute_phone": "035-18 00 01", "opens": "08:00", "closes": "16:30", "seen": seen,
    }  # fmt: skip
    known: dict[str, dict[str, Any]] = {
        "units.add": typed | {"name": f"Ny enhet {taken}"},
        "units.change": typed | {"street": "Storgatan 1"},
        "units.close": _closing(world),
    }
    return known.get(endpoint)


def _closing(world: World) -> dict[str, str]:
    with world.app.app_context():
        seen = str(changes.latest(Noun.UNIT, world.elsewhere))
    return {"seen": seen, "successor": str(world.unit_id), "people": "nej", "confirmed": "ja"}


def arguments(world: World) -> dict[str, Any]:
    return {"unit_id": world.unit_id, "closing_id": world.elsewhere}
