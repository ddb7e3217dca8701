"""Läsningar och påminnelser of one unit."""

from typing import Any

from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  readings.show        in     404    404    404    200     200    404    200    404    404    404
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                           party former returner heir rival varberg reviewer
GET  readings.show         404   404    404      404  404   404     404
"""

#: The person who may, where a nurse may not.
READERS = {"readings.show": "admin"}


def arguments(world: World) -> dict[str, Any]:
    return {"unit_id": world.unit_id}
