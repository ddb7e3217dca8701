"""Mottagarlistor, as their administrators edit them: Halmstad's list of other questions."""

from typing import Any

from lcweb.domain.recipients import CaseType
from lcweb.queries import recipient_lists as queries
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                              nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  recipient_lists.overview in     404    404    404    404     404    200    200    404    404    404
GET  recipient_lists.show     in     404    404    404    404     404    200    200    404    404    404
POST recipient_lists.preview  401    404    404    404    404     404    200    200    404    404    404
POST recipient_lists.add      401    404    404    404    404     404    303    303    404    404    404
POST recipient_lists.change   401    404    404    404    404     404    303    303    404    404    404
POST recipient_lists.end      401    404    404    404    404     404    303    303    404    404    404
POST recipient_lists.move     401    404    404    404    404     404    303    303    404    404    404
POST recipient_lists.undo     401    404    404    404    404     404    303    303    404    404    404
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                             party former returner heir rival varberg reviewer
GET  recipient_lists.show    404   404    404      404  404   404     404
POST recipient_lists.preview 404   404    404      404  404   404     404
POST recipient_lists.add     404   404    404      404  404   404     404
POST recipient_lists.change  404   404    404      404  404   404     404
POST recipient_lists.end     404   404    404      404  404   404     404
POST recipient_lists.move    404   404    404      404  404   404     404
POST recipient_lists.undo    404   404    404      404  404   404     404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys((line.split()[1] for line in TABLE.strip().splitlines()[1:]), "lists")

_ROW = ("area", "unit", "note", "valid_from", "valid_to", "last_day", "preview_day", "entry", "edit", "direction")
_POSTED = (*_ROW, "seen", "confirmed", "sida")
#: What the view asks of the form or the address.
NAMES = {
    ("POST", f"recipient_lists.{verb}"): _POSTED for verb in ("preview", "add", "change", "end", "move", "undo")
} | {("GET", "recipient_lists.show"): ("datum", "rad", "sida")}

_PLACE = ("Halmstad", CaseType.GENERAL)

_ENTRY = {"entry": Takes("row"), "seen": Takes("version")}
IDS = {
    ("GET", "recipient_lists.show"): {"rad": Takes("row")},
    ("POST", "recipient_lists.preview"): {
        "entry": Takes("row", optional=True),
        "unit": Takes("any unit", ignored=True),
    },
    ("POST", "recipient_lists.add"): {"unit": Takes("any unit"), "seen": Takes("version")},
    ("POST", "recipient_lists.change"): _ENTRY | {"unit": Takes("any unit")},
    ("POST", "recipient_lists.end"): _ENTRY,
    ("POST", "recipient_lists.move"): _ENTRY,
    ("POST", "recipient_lists.undo"): {"edit": Takes("edit"), "seen": Takes("version")},
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it; whatever has been done before."""
    noun, _, verb = endpoint.partition(".")
    if noun != "recipient_lists":
        return None
    with world.app.app_context():
        rows, edit = queries.rows(*_PLACE, known_at=world.clock.now), queries.last_edit(*_PLACE)
    typed = {"area": rows[0].area, "unit": str(world.unit_id), "note": f"Nr {edit}", "valid_from": "2026-11-02"}
    open_ended = [row for row in rows if row.valid_to is None and row.area == "Norr"]
    known: dict[str, dict[str, Any]] = {
        "preview": typed | {"entry": str(rows[0].entry_id)},
        "add": typed | {"area": f"Område {edit}"},
        "change": typed | {"entry": str(rows[0].entry_id)},
        "end": {"entry": str(open_ended[-1].entry_id), "last_day": "2026-11-20"},
        "move": {"entry": str(rows[-1].entry_id), "direction": "upp"},
        "undo": {"edit": str(edit)},
    }
    return known.get(verb, {}) | {"seen": str(edit)}


def arguments(_world: World) -> dict[str, Any]:
    return {"municipality": _PLACE[0], "case_type": _PLACE[1].value}
