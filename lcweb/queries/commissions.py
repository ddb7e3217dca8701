"""Medarbetaruppdrag: those that hold, and what has been done with them."""

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.changes import Noun
from lcweb.facts import heir
from lcweb.models import Change, Commission, Unit


class CommissionRow(NamedTuple):
    """`goes_to`: the unit that people now act from, where the mapped one has closed; None while it is open."""

    id: int
    hsa_id: str
    unit: str
    goes_to: str | None
    made_at: datetime


class CommissionChange(NamedTuple):
    """`unit` None: which unit it was for is not part of the change."""

    hsa_id: str
    unit: str | None
    what: str
    by: str
    at: datetime


def current() -> list[CommissionRow]:
    """By HSA-id."""
    columns = (Commission.id, Commission.hsa_id, Unit.id, Unit.name, Unit.closed_at, Commission.made_at)
    rows = reading().execute(
        select(*columns)
        .join(Unit, Unit.id == Commission.unit_id)
        .where(Commission.ended_at.is_(None))
        .order_by(Commission.hsa_id)
    )
    return [
        CommissionRow(id, hsa_id, unit, heir(reading(), unit_id).name if closed else None, made_at)
        for id, hsa_id, unit_id, unit, closed, made_at in rows.all()
    ]


def history(*, limit: int = 30) -> list[CommissionChange]:
    """Newest first, of all assignments."""
    rows = (
        reading()
        .execute(
            select(Commission.hsa_id, Change.after, Change.what, Change.made_by, Change.made_at)
            .join(Commission, Commission.id == Change.row_id)
            .where(Change.noun == Noun.COMMISSION)
            .order_by(Change.id.desc())
            .limit(limit)
        )
        .all()
    )
    units = reading().execute(select(Unit.id, Unit.name)) if rows else ()
    names = {unit.id: unit.name for unit in units}
    return [
        CommissionChange(hsa_id, names.get(json.loads(after).get("unit_id")), what, by, at)
        for hsa_id, after, what, by, at in rows
    ]
