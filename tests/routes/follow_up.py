"""Uppföljning."""

from typing import Any

from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  follow_up.show       in     200    200    200    200     200    200    200    404    200    404
GET  follow_up.definitions in    200    200    200    200     200    200    200    404    200    404
GET  follow_up.export     in     200    200    200    200     200    200    200    404    200    404
"""

_ASKED = ("plats", "period", "dag", "fran", "till", "arendetyp")
NAMES = {("GET", "follow_up.show"): _ASKED, ("GET", "follow_up.export"): _ASKED}


IDS = {("GET", endpoint): {"plats": Takes("own place")} for endpoint in ("follow_up.show", "follow_up.export")}


def arguments(_world: World) -> dict[str, Any]:
    return {"kind": "csv"}
