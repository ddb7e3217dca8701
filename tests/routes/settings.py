"""Inställningar."""

from typing import Any

from lcweb import facts
from lcweb.db import db
from lcweb.domain.settings import RECEPTIONISTS
from lcweb.models import SettingChange
from tests.rows import row
from tests.web.ids import Takes
from tests.web.world import World

TABLE = """
                                   nobody nurse  writer desk   manager leader lists  admin  log    third  two
GET  settings.show                 in     404    404    404    404     404    404    200    404    404    404
POST settings.change_list          401    404    404    404    404     404    404    303    404    404    404
GET  settings.rule                 in     404    404    404    404     404    404    200    404    404    404
POST settings.change_rule          401    404    404    404    404     404    404    303    404    404    404
GET  settings.receptionists        in     404    404    404    404     404    404    200    404    404    404
POST settings.change_receptionists 401    404    404    404    404     404    404    303    404    404    404
POST settings.take_back            401    404    404    404    404     404    404    303    404    404    404
"""

#: The person who may, where a nurse may not.
READERS = dict.fromkeys(
    ("settings.show", "settings.change_list", "settings.rule", "settings.change_rule", "settings.receptionists",
     "settings.change_receptionists", "settings.take_back"),
    "admin",
)  # fmt: skip

#: What the views ask of the form and the address.
NAMES = {
    ("POST", "settings.change_list"): ("list", "acute", "acute_harmless", "prescribing", "prescribing_harmless"),
    ("POST", "settings.change_rule"): ("value", "applies_from", "seen"),
    ("GET", "settings.receptionists"): ("enhet",),
    ("POST", "settings.change_receptionists"): ("unit", "allowed", "applies_from", "seen"),
    ("POST", "settings.take_back"): ("change",),
}

IDS = {
    ("POST", "settings.change_rule"): {"seen": Takes("version")},
    ("GET", "settings.receptionists"): {"enhet": Takes("any unit", ignored=True)},
    ("POST", "settings.change_receptionists"): {"unit": Takes("any unit"), "seen": Takes("version")},
    ("POST", "settings.take_back"): {"change": Takes("setting")},
}


def arguments(_world: World) -> dict[str, Any]:
    return {"rule_slug": "svarstid"}


def fields(world: World, endpoint: str, _thread_id: int) -> dict[str, Any] | None:
    """What a person would send there, with nothing wrong in it."""
    if endpoint == "settings.change_list":
        return {"list": "acute", "acute": "akut*"}
    if endpoint == "settings.change_rule":
        return {"value": "5", "applies_from": "2026-12-07", "seen": _seen(world, "answer_days")}
    if endpoint == "settings.change_receptionists":
        seen = _seen(world, RECEPTIONISTS, world.elsewhere)
        return {"unit": str(world.elsewhere), "allowed": "ja", "applies_from": "2026-12-07", "seen": seen}
    return {"change": str(_planned(world))} if endpoint == "settings.take_back" else None


def _seen(world: World, name: str, unit_id: int | None = None) -> str:
    with world.app.app_context(), db.engine.connect() as connection:
        return str(facts.setting_turns(connection, name, unit_id))


def _planned(world: World) -> int:
    """The change whose day has not come."""
    with world.app.app_context():
        return row(SettingChange, name="draft_days").id
