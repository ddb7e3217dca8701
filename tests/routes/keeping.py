"""Gallring."""

from typing import Any

from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  keeping.show         in     404    404    404    404     404    404    200    404    404    404
POST keeping.decide       401    404    404    404    404     404    404    303    404    404    404
POST keeping.end          401    404    404    404    404     404    404    303    404    404    404
POST keeping.dispose      401    404    404    404    404     404    404    303    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = {f"keeping.{name}": "admin" for name in ("show", "decide", "end", "dispose")}
NAMES = {
    ("GET", "keeping.show"): ("huvudman",),
    ("POST", "keeping.decide"): ("organization", "keep_days", "automatic"),
    ("POST", "keeping.end"): ("organization",),
    ("POST", "keeping.dispose"): ("organization", "seen"),
}


IDS = {("POST", f"keeping.{name}"): {"organization": Takes("organization")} for name in ("decide", "end", "dispose")}
IDS["GET", "keeping.show"] = {"huvudman": Takes("organization")}


def fields(_world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """Decided, and ended again; nothing is there to dispose of."""
    known = {"keeping.decide": {"organization": "1", "keep_days": "365"}, "keeping.end": {"organization": "1"},
             "keeping.dispose": {"organization": "1", "seen": "0"}}  # fmt: skip
    return known.get(endpoint)
