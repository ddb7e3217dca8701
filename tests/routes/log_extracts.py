"""Loggutdrag."""

from typing import Any

from tests.factories import PATIENT
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  log_extracts.show    in     404    404    404    404     404    404    404    200    404    404
POST log_extracts.make    401    404    404    404    404     404    404    404    200    404    404
"""

#: The person who may, where a nurse may not.
READERS = {"log_extracts.show": "log", "log_extracts.make": "log"}
NAMES = {("POST", "log_extracts.make"): ("patient_id", "from_day", "to_day", "filetype")}


def fields(_world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    return {"patient_id": PATIENT} if endpoint == "log_extracts.make" else None
