"""The Swedish names of an organization's and a unit's fields, and their values in words."""

from collections.abc import Callable
from datetime import datetime, time

from lcweb.queries import units
from lcweb.web import words
from lcweb.web.filters import clock_words, moment_words

ORGANIZATION_FIELDS = {
    "name": "Namn",
    "municipality": "Kommun",
    "hsa_id": "HSA-id",
    "notify_email": "E-post",
    "contact": "Kontakt",
    "names_in_extract": "Namn i loggutdrag",
    "closed_at": "Stängd",
}

UNIT_FIELDS = {
    "name": "Namn",
    "kind": "Slag",
    "organization_id": "Huvudman",
    "municipality": "Kommun",
    "hsa_id": "HSA-id",
    "phone": "Telefon",
    "acute_phone": "Telefon för akuta ärenden",
    "opens": "Öppnar",
    "closes": "Stänger",
    "street": "Besöksadress",
    "notify_email": "E-post för påminnelser",
    "manager_email": "E-post till enhetsansvarig",
    "note": "Anteckning",
    "closed_at": "Stängd",
    "successor_id": "Tar över",
}


def in_words() -> Callable[[str, object], str]:
    """`shown(name, value)`, which knows the names of all units and organizations once one is asked for."""
    names: dict[str, dict[int, str]] = {}

    def named(field: str, value: object) -> str:
        if not names:
            names["successor_id"] = {unit.id: unit.name for unit in units.all_units()}
            names["organization_id"] = {row.id: row.name for row in units.organizations()}
        return names[field].get(int(str(value)), str(value))

    def shown(field: str, value: object) -> str:
        if field in ("organization_id", "successor_id"):
            return named(field, value)
        if field == "kind":
            return words.UNIT_KINDS.get(str(value), str(value))
        if field in ("opens", "closes"):
            return clock_words(time.fromisoformat(str(value)))
        if isinstance(value, bool):
            return "ja" if value else "nej"
        return moment_words(datetime.fromisoformat(str(value))) if field == "closed_at" else str(value)

    return shown
