"""Fraser."""

from typing import Any

from lcweb.queries import phrases as known_phrases
from tests.web.ids import Takes
from tests.web.world import World, add_phrase

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  phrases.show         in     404    404    404    200     200    404    200    404    404    404
POST phrases.add          401    404    404    404    303     303    404    303    404    404    404
POST phrases.change       401    404    404    404    303     303    404    303    404    404    404
POST phrases.end          401    404    404    404    303     303    404    303    404    404    404
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                           party former returner heir rival varberg reviewer
POST phrases.change        404   404    404      404  404   404     404
POST phrases.end           404   404    404      404  404   404     404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(("phrases.show", "phrases.add", "phrases.change", "phrases.end"), "admin")

IDS = {
    ("GET", "phrases.show"): {"fras": Takes("phrase")},
    ("POST", "phrases.add"): {"unit": Takes("any unit", by="admin")},
    ("POST", "phrases.change"): {"phrase": Takes("phrase")},
    ("POST", "phrases.end"): {"phrase": Takes("phrase")},
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if not endpoint.startswith("phrases."):
        return None
    phrase = str(_phrase(world))
    known: dict[str, dict[str, Any]] = {
        "phrases.add": {"unit": "alla", "title": "Tack", "body": "Tack för hjälpen."},
        "phrases.change": {"phrase": phrase, "title": "Hälsning", "body": "Hej då!"},
        "phrases.end": {"phrase": phrase},
    }
    return known.get(endpoint)


def _phrase(world: World) -> int:
    """One of the unit's that has not ended."""
    with world.app.app_context():
        found = known_phrases.editable(world.unit_id)
        return found[0].id if found else add_phrase(world.unit_id, world.clock)
