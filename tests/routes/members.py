"""Vilka ser inkorgen."""

from typing import Any

from lcweb.queries import people
from tests.routes.people import NEW, PERSON, role_of_the_invited
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  members.show         in     404    404    404    200     200    404    200    404    404    404
POST members.add          401    404    404    404    303     303    404    303    404    404    404
POST members.invite_new   401    404    404    404    200     200    404    200    404    404    404
POST members.invite_again 401    404    404    404    200     200    404    200    404    404    404
GET  members.person       in     404    404    404    200     200    404    200    404    404    404
POST members.change       401    404    404    404    303     303    404    303    404    404    404
POST members.reset_second_factor 401 404 404   404    303     303    404    303    404    404    404
POST members.end_role     401    404    404    404    303     303    404    303    404    404    404
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                           party former returner heir rival varberg reviewer
GET  members.show          404   404    404      404  404   404     404
POST members.add           404   404    404      404  404   404     404
POST members.invite_new    404   404    404      404  404   404     404
POST members.invite_again  404   404    404      404  404   404     404
GET  members.person        404   404    404      404  404   404     404
POST members.change        404   404    404      404  404   404     404
POST members.reset_second_factor 404 404 404    404  404   404     404
POST members.end_role      404   404    404      404  404   404     404
"""

NAMES = {
    ("POST", "members.add"): ("who", "who_role"),
    ("POST", "members.invite_new"): (*PERSON, "role", "unit", "organization"),
    ("POST", "members.change"): PERSON,
    ("POST", "members.end_role"): ("membership",),
}

#: The person who may, where a nurse may not.
READERS = {line.split()[1]: "admin" for line in TABLE.strip().splitlines()[1:]}

IDS = {
    ("POST", "members.end_role"): {"membership": Takes("membership")},
    ("POST", "members.change"): {"seen": Takes("version")},
}


def arguments(world: World) -> dict[str, Any]:
    return {"unit_id": world.unit_id}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if not endpoint.startswith("members."):
        return None
    with world.app.app_context():
        seen = str(people.latest_change(world.invited.user_id))
    known: dict[str, dict[str, Any]] = {
        "members.add": {"who": "karin", "who_role": "receptionist"},
        "members.invite_new": NEW | {"username": "kollega", "hsa_id": "", "role": "nurse"},
        "members.change": {"username": "ny", "name": "Nils Nyare", "title": "Sjuksköterska", "seen": seen},
        "members.end_role": {"membership": str(role_of_the_invited(world))},
    }
    return known.get(endpoint)
