"""Månadsrapport. A system administrator's first place is everything, of which no mail tells."""

from typing import Any

from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  reports.show         in     200    200    200    200     200    200    200    404    200    404
POST reports.wish         401    303    303    303    303     303    303    404    404    303    404
"""

NAMES = {("GET", "reports.show"): ("plats", "manad"), ("POST", "reports.wish"): ("plats", "manad", "vill")}


def fields(_world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What anybody may who may see the page: to have no mail."""
    return {"vill": "nej"} if endpoint == "reports.wish" else None
