"""Logg."""

from typing import Any

from tests.factories import PATIENT
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  access_log.show      in     404    404    404    404     404    404    404    200    404    404
POST access_log.find      401    404    404    404    404     404    404    404    200    404    404
POST access_log.export    401    404    404    404    404     404    404    404    200    404    404
"""

#: The person who may, where a nurse may not.
READERS = {"access_log.show": "log", "access_log.find": "log", "access_log.export": "log"}
_FIELDS = ("patient_id", "person", "unit", "action", "from_day", "to_day", "page", "filetype")
NAMES = {("POST", "access_log.find"): _FIELDS, ("POST", "access_log.export"): _FIELDS}


def fields(_world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    return {"patient_id": PATIENT} if endpoint in ("access_log.find", "access_log.export") else None


IDS = {
    ("POST", endpoint): {"unit": Takes("any unit", ignored=True)}
    for endpoint in ("access_log.find", "access_log.export")
}
