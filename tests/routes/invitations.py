"""The page behind a link, where a password is chosen."""

from typing import Any

from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  invitations.show     200    200    200    200    200     200    200    200    200    200    200
POST invitations.use      in     in     in     in     in      in     in     in     in     in     in
"""

NAMES = {("POST", "invitations.use"): ("password", "again")}


def arguments(world: World) -> dict[str, Any]:
    return {"token": world.invited.token}


def fields(_world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    password = "ett alldeles eget"
    return {"password": password, "again": password} if endpoint == "invitations.use" else None
