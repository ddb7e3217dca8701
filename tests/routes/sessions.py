"""Inloggningar, and how a session goes on or is handed over."""

from typing import Any

from lcweb.web.errors import TEXT_FIELDS
from tests.web.world import World

#: Which session is another of one's own, the table does not know: nobody's is not found.
TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  sessions.show        in     200    200    200    200     200    200    200    200    200    200
POST sessions.end         401    404    404    404    404     404    404    404    404    404    404
POST sessions.end_others  401    303    303    303    303     303    303    303    303    303    303
POST sessions.go_on       401    303    303    303    303     303    303    303    303    303    303
GET  poll.session         401    200    200    200    200     200    200    200    200    200    200
POST sign_in.switch_person in    in     in     in     in      in     in     in     in     in     in
POST sign_in.forget_unit  in     in     in     in     in      in     in     in     in     in     in
"""

#: What is not found gives back a text, were there one.
NAMES = {("POST", "sessions.end"): ("session", *TEXT_FIELDS)}


def fields(_world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    return {"session": "x" * 16} if endpoint == "sessions.end" else None
