"""Påminnelser: the mails' wording."""

from typing import Any

from lcweb import facts
from lcweb.db import db
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                            nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  mail_wording.show      in     404    404    404    404     404    404    200    404    404    404
GET  mail_wording.edit      in     404    404    404    404     404    404    200    404    404    404
POST mail_wording.change    401    404    404    404    404     404    404    303    404    404    404
POST mail_wording.restore   401    404    404    404    404     404    404    303    404    404    404
POST mail_wording.preview   401    404    404    404    404     404    404    200    404    404    404
POST mail_wording.try_out   401    404    404    404    404     404    404    200    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(
    (f"mail_wording.{view}" for view in ("show", "edit", "change", "restore", "preview", "try_out")), "admin"
)

_NAMES = ("subject", "body", "applies_from", "seen")
#: What the views ask of the form.
NAMES = {("POST", f"mail_wording.{view}"): _NAMES for view in ("change", "restore", "preview", "try_out")}

IDS = {("POST", f"mail_wording.{view}"): {"seen": Takes("version")} for view in ("change", "restore")}


def arguments(_world: World) -> dict[str, Any]:
    return {"mail_kind": "reading_first"}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if not endpoint.startswith("mail_wording."):
        return None
    with world.app.app_context(), db.engine.connect() as connection:
        seen = facts.setting_turns(connection, "mail:reading_first")
    day = "2026-12-07" if endpoint == "mail_wording.change" else "2026-12-08"
    return {"subject": "Läs inkorgen", "body": "Läs den: {länk}", "applies_from": day, "seen": str(seen)}
