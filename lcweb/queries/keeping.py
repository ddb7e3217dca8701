"""Each organization's policy for disposal, and what has been disposed of."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from lcweb.db import reading
from lcweb.domain.phrases import alphabetical
from lcweb.models import Disposal, DisposalPolicy, Organization


class PolicyRow(NamedTuple):
    """`keep_days` None: everything is kept."""

    organization_id: int
    organization: str
    keep_days: int | None
    automatic: bool
    decided_by: str | None
    decided_at: datetime | None


class DisposalRow(NamedTuple):
    organization: str
    threads: int
    closed_before: date
    made_by: str
    made_at: datetime


def policies() -> list[PolicyRow]:
    living = (DisposalPolicy.organization_id == Organization.id) & DisposalPolicy.ended_at.is_(None)
    rows = select(
        Organization.id, Organization.name, DisposalPolicy.keep_days, DisposalPolicy.automatic,
        DisposalPolicy.decided_by, DisposalPolicy.decided_at,
    ).outerjoin(DisposalPolicy, living)  # fmt: skip
    found = [PolicyRow(*row)._replace(automatic=bool(row.automatic)) for row in reading().execute(rows)]
    return sorted(found, key=lambda row: alphabetical(row.organization))


def disposals(*, limit: int = 50) -> list[DisposalRow]:
    """Newest first."""
    rows = (
        select(Organization.name, Disposal.threads, Disposal.closed_before, Disposal.made_by, Disposal.made_at)
        .join(Organization, Organization.id == Disposal.organization_id)
        .order_by(Disposal.id.desc())
        .limit(limit)
    )
    return [DisposalRow(*row) for row in reading().execute(rows)]
