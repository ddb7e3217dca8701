"""Användare."""

from typing import Any

from lcweb.models import Membership
from lcweb.queries import people
from tests.rows import rows
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  people.show          in     404    404    404    404     404    404    200    404    404    404
POST people.add           401    404    404    404    404     404    404    200    404    404    404
GET  people.person        in     404    404    404    404     404    404    200    404    404    404
POST people.change        401    404    404    404    404     404    404    303    404    404    404
POST people.invite        401    404    404    404    404     404    404    200    404    404    404
POST people.take_back_invitation 401 404 404   404    404     404    404    303    404    404    404
POST people.add_role      401    404    404    404    404     404    404    303    404    404    404
POST people.end_role      401    404    404    404    404     404    404    303    404    404    404
POST people.end           401    404    404    404    404     404    404    303    404    404    404
POST people.take_back_end 401    404    404    404    404     404    404    303    404    404    404
POST people.end_now       401    404    404    404    404     404    404    303    404    404    404
POST people.reset_second_factor 401 404 404    404    404     404    404    303    404    404    404
POST people.end_sessions  401    404    404    404    404     404    404    303    404    404    404
"""

PERSON = ("username", "name", "title", "licensed", "phone", "email", "hsa_id", "seen")
ROLE = ("role", "unit", "organization")
FILTER = ("q", "enhet", "roll", "visa", "sida")
NAMES = {
    ("GET", "people.show"): FILTER,
    ("POST", "people.add"): (*PERSON, *ROLE, *FILTER),
    ("POST", "people.change"): PERSON,
    ("POST", "people.add_role"): ROLE,
    ("POST", "people.end_role"): ("membership",),
    ("POST", "people.end"): ("last_day", "seen"),
}

#: The person who may, where a nurse may not.
READERS = {line.split()[1]: "admin" for line in TABLE.strip().splitlines()[1:]}

NEW = {"username": "helt.ny", "name": "Helga Ny", "title": "Sjuksköterska", "hsa_id": "TSTNMT2321000115-1A2B"}

IDS = {
    ("GET", "people.show"): {"enhet": Takes("any unit", ignored=True)},
    ("POST", "people.add"): {"unit": Takes("any unit")},
    ("POST", "people.add_role"): {"unit": Takes("any unit")},
    ("POST", "people.end_role"): {"membership": Takes("role")},
    ("POST", "people.change"): {"seen": Takes("version")},
    ("POST", "people.end"): {"seen": Takes("version")},
}


def arguments(world: World) -> dict[str, Any]:
    return {"user_id": world.invited.user_id}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if not endpoint.startswith("people."):
        return None
    unit = str(world.unit_id)
    with world.app.app_context():
        seen = str(people.latest_change(world.invited.user_id))
    known: dict[str, dict[str, Any]] = {
        "people.add": NEW | {"role": "nurse", "unit": unit},
        "people.change": {"username": "ny", "name": "Nils Nyare", "title": "Sjuksköterska", "seen": seen},
        "people.add_role": {"role": "receptionist", "unit": unit},
        "people.end_role": {"membership": str(role_of_the_invited(world))},
        "people.end": {"last_day": "2026-11-30", "seen": seen},
    }
    return known.get(endpoint)


def role_of_the_invited(world: World) -> int:
    """The newest that holds; one that there is not, when none does."""
    with world.app.app_context():
        held = rows(Membership, user_id=world.invited.user_id, ended_at=None)
        return held[-1].id if held else 987_654
