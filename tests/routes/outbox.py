"""Utskick."""

from typing import Any

from lcweb.models import OutboxMail
from tests.rows import rows
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  outbox.show          in     404    404    404    404     404    404    200    404    404    404
POST outbox.try_again     401    404    404    404    404     404    404    303    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = {"outbox.show": "admin", "outbox.try_again": "admin"}

_FILTER = ("lage", "enhet", "slag", "fran", "till")
NAMES = {("GET", "outbox.show"): (*_FILTER, "sida"), ("POST", "outbox.try_again"): (*_FILTER, "mail", "alla")}

IDS = {
    ("GET", "outbox.show"): {"enhet": Takes("any unit", ignored=True)},
    ("POST", "outbox.try_again"): {"mail": Takes("mail", ignored=True)},
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if endpoint != "outbox.try_again":
        return None
    with world.app.app_context():
        return {"mail": str(rows(OutboxMail)[0].id)}
