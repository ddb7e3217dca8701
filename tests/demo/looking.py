"""What the tests of the demo data share: the moments at which it is loaded, and how they look at it."""

from typing import Any

from sqlalchemy import Row, Select, func, select

from lcweb.db import reading
from lcweb.demo.people import KARLEKEN, NORR
from lcweb.domain.permissions import Role
from lcweb.domain.rules import Rules
from lcweb.models import (
    Obligation,
    Thread,
    ThreadParty,
    Unit,
    User,
)
from tests.at import at

RULES = Rules()
WEDNESDAY = at("Wed 2026-11-18 10:42")
SUNDAY_NIGHT = at("Sun 2026-11-22 23:10")
MONDAY_MORNING = at("Mon 2026-11-23 08:05")
MOMENTS = (WEDNESDAY, SUNDAY_NIGHT, MONDAY_MORNING)
MAIN = (KARLEKEN, NORR)
LISTED = {
    "vardcentral": (Role.NURSE, {KARLEKEN}),
    "reception": (Role.RECEPTIONIST, {KARLEKEN}),
    "kommun": (Role.NURSE, {NORR}),
    "psykiatri": (Role.NURSE, {"Vuxenpsykiatrisk mottagning Halmstad"}),
    "specialist": (Role.NURSE, {"Medicinmottagningen Hallands sjukhus Halmstad"}),
    "enhetschef": (Role.UNIT_MANAGER, {KARLEKEN}),
    "listadmin": (Role.LIST_ADMIN, {"Halmstads kommun"}),
    "admin": (Role.SYSTEM_ADMIN, set()),
    "loggranskare": (Role.LOG_REVIEWER, {"Region Halland"}),
    "tva": (Role.NURSE, {"Hemsjukvård Söder", "Hemsjukvård – övriga Halmstad"}),
}


def rows(query: Select[Any]) -> list[Row[Any]]:
    return list(reading().execute(query))


def values(query: Select[Any]) -> list[Any]:
    return list(reading().execute(query).scalars())


def count(table: type[Any]) -> int:
    return reading().execute(select(func.count()).select_from(table)).scalar_one()


def id_of(name: str) -> int:
    return reading().execute(select(Unit.id).where(Unit.name == name)).scalar_one()


def duties_of(name: str) -> list[Row[Any]]:
    """The unit's open duties, each with its own side of the thread."""
    unit_id = id_of(name)
    query = (
        select(
            Obligation.due_at,
            Obligation.kind,
            ThreadParty.unopened,
            User.username.label("claimed_by"),
            Thread.protected,
            (Thread.recipient_unit_id == unit_id).label("recipient"),
        )
        .join(Thread, Obligation.thread_id == Thread.id)
        .join(ThreadParty, ThreadParty.thread_id == Thread.id)
        .outerjoin(User, ThreadParty.claimed_by_id == User.id)
    )
    own = ThreadParty.unit_id == unit_id
    return rows(query.where(Obligation.unit_id == unit_id, Obligation.ended_at.is_(None), own))
