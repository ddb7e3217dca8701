"""Signing in by an identity provider, where none is configured: there is no such address for anybody."""

from typing import Any

from lcweb.web.errors import TEXT_FIELDS
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
POST providers.begin      404    404    404    404    404     404    404    404    404    404    404
GET  providers.answer     404    404    404    404    404     404    404    404    404    404    404
GET  providers.signed_out 404    404    404    404    404     404    404    404    404    404    404
"""

ELSEWHERE = dict.fromkeys(("providers.answer", "providers.signed_out"), "tests/web/test_providers.py")
#: What the views ask of a form or of the address; the page that says that there is none gives back any text.
NAMES = {
    ("POST", "providers.begin"): set(TEXT_FIELDS),
    ("GET", "providers.answer"): {"code", "error", "iss", "state", *TEXT_FIELDS},
    ("GET", "providers.signed_out"): set(TEXT_FIELDS),
}


def arguments(_world: World) -> dict[str, Any]:
    return {"key": "prov"}
