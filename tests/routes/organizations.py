"""Huvudmän."""

from typing import Any

from lcweb.domain.changes import Noun
from lcweb.queries import changes, units
from tests.factories import organization
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  organizations.show   in     404    404    404    404     404    404    200    404    404    404
POST organizations.add    401    404    404    404    404     404    404    303    404    404    404
POST organizations.change 401    404    404    404    404     404    404    303    404    404    404
POST organizations.close  401    404    404    404    404     404    404    303    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(
    ("organizations.show", "organizations.add", "organizations.change", "organizations.close"), "admin"
)
_FIELDS = {"organization", "seen", "name", "hsa_id", "municipality", "notify_email", "contact", "names_in_extract"}
#: What the views ask of a form or of the address.
NAMES = {
    ("GET", "organizations.show"): {"huvudman"},
    ("POST", "organizations.add"): _FIELDS,
    ("POST", "organizations.change"): _FIELDS,
    ("POST", "organizations.close"): _FIELDS,
}

_CHOSEN = {"organization": Takes("organization"), "seen": Takes("version")}
IDS = {
    ("GET", "organizations.show"): {"huvudman": Takes("organization")},
    ("POST", "organizations.change"): _CHOSEN,
    ("POST", "organizations.close"): _CHOSEN,
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if not endpoint.startswith("organizations."):
        return None
    row_id = str(_without_units(world))
    with world.app.app_context():
        seen = str(changes.latest(Noun.ORGANIZATION, int(row_id)))
        count = len(units.organizations())
    known: dict[str, dict[str, Any]] = {
        "organizations.add": {"name": f"Huvudman, ny {count}"},
        "organizations.change": {"organization": row_id, "seen": seen, "name": f"Huvudman, ändrad {count}"},
        "organizations.close": {"organization": row_id, "seen": seen},
    }
    return known.get(endpoint)


def _without_units(world: World) -> int:
    """One that may be closed."""
    with world.app.app_context():
        found = [row.id for row in units.organizations() if not row.units and row.closed_at is None]
        return found[0] if found else organization()
