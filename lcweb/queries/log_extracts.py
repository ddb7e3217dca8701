"""A patient's extract of the log (L4): what has been done from the units of the reviewer's organizations."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, select

from lcweb.db import reading
from lcweb.domain.log_extracts import ExtractQuery
from lcweb.domain.workdays import ONE_DAY, moment_at
from lcweb.facts import reviewed_by
from lcweb.models import AccessLogRow, Organization, Unit, User
from lcweb.queries.access_log import written


class ExtractRow(NamedTuple):
    """`person` None: the unit's organization names nobody."""

    at: datetime
    organization: str
    unit: str
    action: str
    person: str | None


class Extract(NamedTuple):
    """`patient`: the number as people write it. `rows`: the oldest first."""

    patient: str
    rows: list[ExtractRow]

    @property
    def names_people(self) -> bool:
        return any(row.person for row in self.rows)


def extract(query: ExtractQuery, *, user_id: int, now: datetime) -> Extract:
    rows = (
        select(
            AccessLogRow.at, Organization.name, Unit.name, AccessLogRow.action,
            case((Organization.names_in_extract, User.name)),
        )
        .join(Unit, Unit.id == AccessLogRow.unit_id)
        .join(Organization, Organization.id == Unit.organization_id)
        .join(User, User.id == AccessLogRow.user_id)
        .where(AccessLogRow.patient_number == query.patient_number)
        .where(Unit.organization_id.in_(reviewed_by(user_id, now)), *_period(query))
        .order_by(AccessLogRow.at, AccessLogRow.id)
    )  # fmt: skip
    return Extract(written(query.patient_number), [ExtractRow(*row) for row in reading().execute(rows)])


def _period(query: ExtractQuery) -> Iterator[ColumnElement[bool]]:
    if query.from_day:
        yield AccessLogRow.at >= moment_at(query.from_day, time.min)
    if query.to_day:
        yield AccessLogRow.at < moment_at(query.to_day + ONE_DAY, time.min)
