"""The recipient lists' rows: added and ended, never deleted (S2)."""

from dataclasses import dataclass
from datetime import date

from lcweb.db import transaction
from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.permissions import Act, Actor, Role
from lcweb.domain.recipients import CaseType
from lcweb.models import RecipientEntry, Unit


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """`valid_to` is the last day, included; None: until further notice."""

    municipality: str
    case_type: CaseType
    area: str
    unit_id: int
    position: int
    valid_from: date
    valid_to: date | None = None


def add_entry(actor: Actor, new: NewEntry) -> int:
    """Raises NotAllowed, NotFound for another municipality's list, Refused."""
    actor.require(Act.EDIT_LIST)
    _require_reach(actor, new.municipality)
    if new.valid_to is not None and new.valid_to < new.valid_from:
        raise Refused({"valid_to": "Sista dagen kan inte vara före den första."})
    with transaction() as session:
        if session.get(Unit, new.unit_id) is None:
            raise Refused({"unit": "Enheten finns inte. Välj en annan."})
        entry = RecipientEntry(**{name: getattr(new, name) for name in new.__dataclass_fields__})
        session.add(entry)
        session.flush()
        return entry.id


def end_entry(actor: Actor, entry_id: int, last_day: date) -> None:
    """Raises NotAllowed, NotFound, Refused."""
    actor.require(Act.EDIT_LIST)
    with transaction() as session:
        entry = session.get(RecipientEntry, entry_id)
        if entry is None:
            raise NotFound("entry")
        _require_reach(actor, entry.municipality)
        if last_day < entry.valid_from:
            raise Refused({"valid_to": "Sista dagen kan inte vara före den första."})
        entry.valid_to = last_day


def _require_reach(actor: Actor, municipality: str) -> None:
    if Role.SYSTEM_ADMIN not in actor.roles and municipality not in actor.municipalities:
        raise NotFound("list")
