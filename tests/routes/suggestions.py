"""Förslag om mottagarlistor."""

from typing import Any

from lcweb.queries import suggestions as known_suggestions
from tests.web.ids import Takes
from tests.web.world import World, add_suggestion

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  suggestions.new      in     200    200    200    200     200    200    200    200    200    unit
POST suggestions.add      401    303    303    303    303     303    303    303    303    303    403
GET  suggestions.show     in     404    404    404    404     404    200    200    404    404    404
POST suggestions.decide   401    404    404    404    404     404    303    303    404    404    404
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                           party former returner heir rival varberg reviewer
POST suggestions.decide    404   404    404      404  404   404     404
"""

#: The person who may, where a nurse may not.
READERS = {"suggestions.show": "admin", "suggestions.decide": "admin"}

SUGGESTION = ("municipality", "case_type", "entry", "words")
NAMES = {
    ("GET", "suggestions.new"): SUGGESTION,
    ("POST", "suggestions.add"): SUGGESTION,
    ("POST", "suggestions.decide"): ("suggestion", "decision", "answer"),
}

IDS = {
    ("GET", "suggestions.new"): {"entry": Takes("any row", ignored=True)},
    ("POST", "suggestions.add"): {"entry": Takes("any row", optional=True)},
    ("POST", "suggestions.decide"): {"suggestion": Takes("suggestion")},
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if endpoint == "suggestions.add":
        return {"municipality": "Halmstad", "case_type": "general", "words": "Norr har fått ett nytt nummer."}
    if endpoint == "suggestions.decide":
        return {"suggestion": str(_waiting(world)), "decision": "declined", "answer": "Numret stämmer."}
    return None


def _waiting(world: World) -> int:
    """One that nobody has decided on."""
    with world.app.app_context():
        found = known_suggestions.undecided(None)
        return found[0].id if found else add_suggestion(world.reader, world.clock)
