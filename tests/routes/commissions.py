"""Medarbetaruppdrag."""

from typing import Any

from lcweb.queries import commissions
from tests.web.ids import Takes
from tests.web.world import World, add_commission

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  commissions.show     in     404    404    404    404     404    404    200    404    404    404
POST commissions.add      401    404    404    404    404     404    404    303    404    404    404
POST commissions.end      401    404    404    404    404     404    404    303    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(("commissions.show", "commissions.add", "commissions.end"), "admin")
_FIELDS = {"commission", "hsa_id", "unit"}
#: What the views ask of a form or of the address.
NAMES = {("POST", "commissions.add"): _FIELDS, ("POST", "commissions.end"): _FIELDS}

IDS = {
    ("POST", "commissions.add"): {"unit": Takes("any unit")},
    ("POST", "commissions.end"): {"commission": Takes("commission")},
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    known: dict[str, dict[str, Any]] = {
        "commissions.add": {"hsa_id": "TSTNMT2321000115-NYTT", "unit": str(world.unit_id)},
        "commissions.end": {"commission": str(_current(world)) if endpoint == "commissions.end" else ""},
    }
    return known.get(endpoint)


def _current(world: World) -> int:
    """One that holds."""
    with world.app.app_context():
        found = [row.id for row in commissions.current()]
        return found[0] if found else add_commission(world.unit_id, world.clock)
