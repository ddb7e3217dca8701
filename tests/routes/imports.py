"""Import and export. One import goes through the table's rows in their order: checked, saved, undone."""

from io import BytesIO
from typing import Any

from lcweb.domain.imports import ImportNoun
from lcweb.models import ImportJob
from lcweb.queries import units
from tests.importing import file, line
from tests.rows import rows
from tests.web.world import World

TABLE = """
                          nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  imports.show         in     404    404    404    404     404    200    200    404    404    404
POST imports.upload       401    404    404    404    404     404    303    303    404    404    404
GET  imports.template     in     404    404    404    404     404    200    200    404    404    404
GET  imports.export       in     404    404    404    404     404    200    200    404    404    404
GET  imports.job          in     404    404    404    404     404    200    200    404    404    404
POST imports.check        401    404    404    404    404     404    303    303    404    404    404
POST imports.save         401    404    404    404    404     404    303    303    404    404    404
POST imports.undo         401    404    404    404    404     404    303    303    404    404    404
POST imports.discard      401    404    404    404    404     404    409    409    404    404    404
"""

#: The same, of who stands in some relation to the unit and its thread (tests/web/neighbours.py).
NEIGHBOURS = """
                           party former returner heir rival varberg reviewer
GET  imports.job           404   404    404      404  404   404     404
POST imports.check         404   404    404      404  404   404     404
POST imports.save          404   404    404      404  404   404     404
POST imports.undo          404   404    404      404  404   404     404
POST imports.discard       404   404    404      404  404   404     404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(
    (
        "imports.show", "imports.upload", "imports.template", "imports.export", "imports.job", "imports.check",
        "imports.save", "imports.undo", "imports.discard",
    ),
    "admin",
)  # fmt: skip
NAMES = {
    ("POST", "imports.upload"): ("noun", "whole", "file"),
    ("GET", "imports.export"): ("datum", "municipality", "case_type"),
    ("GET", "imports.job"): ("visa", "sida"),
    ("POST", "imports.save"): ("visa", "sida"),
    ("POST", "imports.discard"): ("visa", "sida"),
    ("POST", "imports.undo"): ("visa", "sida"),
}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if endpoint != "imports.upload":
        return None
    with world.app.app_context():
        unit = units.get_unit(world.unit_id).name
    content = file(ImportNoun.LISTS, line(ImportNoun.LISTS, enhet=unit))
    return {"noun": "lists", "file": (BytesIO(content), "listor.csv")}


def arguments(world: World) -> dict[str, Any]:
    with world.app.app_context():
        first = rows(ImportJob)[0].id
    return {"job_id": first, "noun": "lists", "form": "csv"}
