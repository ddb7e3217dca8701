"""Inställningar."""

from typing import Any

from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  settings.show        in     404    404    404    404     404    404    200    404    404    404
POST settings.change_list 401    404    404    404    404     404    404    303    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = {"settings.show": "admin", "settings.change_list": "admin"}


def fields(_world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    known = {"settings.change_list": {"list": "acute", "acute": "akut*"}}
    return known.get(endpoint)
