"""Who has changed what, newest first."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from lcweb.db import reading
from lcweb.domain.changes import Noun
from lcweb.models import Change


class ChangeRow(NamedTuple):
    """`fields`: name, before and after of each field that changed."""

    what: str
    by: str
    at: datetime
    fields: list[tuple[str, Any, Any]]


def history(noun: Noun, row_id: int, *, limit: int = 50) -> list[ChangeRow]:
    return _rows(Change.noun == noun, Change.row_id == row_id, limit=limit)


def since(noun: Noun, row_id: int, seen: int) -> list[ChangeRow]:
    """What has changed after the change numbered `seen`: what a form that came too late tells of."""
    return _rows(Change.noun == noun, Change.row_id == row_id, Change.id > seen, limit=50)


def latest(noun: Noun, row_id: int) -> int:
    """What a form carries, so that it is refused when somebody else was first; 0 when nothing was ever changed."""
    newest = select(func.max(Change.id)).where(Change.noun == noun, Change.row_id == row_id)
    return reading().scalar(newest) or 0


def fields_of(before: str | None, after: str) -> list[tuple[str, Any, Any]]:
    """A change's own JSON: each field with its value before and after."""
    was = json.loads(before) if before else {}
    return [(name, was.get(name), value) for name, value in json.loads(after).items()]


def _rows(*wanted: ColumnElement[bool], limit: int) -> list[ChangeRow]:
    columns = select(Change.what, Change.made_by, Change.made_at, Change.before, Change.after)
    rows = reading().execute(columns.where(*wanted).order_by(Change.id.desc()).limit(limit))
    return [ChangeRow(what, by, at, fields_of(before, after)) for what, by, at, before, after in rows]
