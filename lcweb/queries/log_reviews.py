"""Reviews of the access log (L3): those that a reviewer's organizations have had, and one with its rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from lcweb.db import reading
from lcweb.domain.errors import NotFound
from lcweb.domain.log_reviews import LogVerdict
from lcweb.facts import reviewed_by
from lcweb.models import AccessLogRow, LogFinding, LogReview, LogReviewRow, Organization, Unit, User
from lcweb.queries.access_log import written

PAGE_SIZE = 25


class ReviewHead(NamedTuple):
    """`unit` None: all of the organization's. `among`: how many rows there were to draw from. Days are inclusive."""

    id: int
    organization: str
    unit: str | None
    kind: str
    from_day: date
    to_day: date
    wanted: int
    among: int
    made_by: str
    made_at: datetime
    ended_at: datetime | None


class ReviewRow(NamedTuple):
    """In the history. `findings`: how many rows each verdict holds for."""

    head: ReviewHead
    rows: int
    findings: dict[LogVerdict, int]

    @property
    def judged(self) -> int:
        return sum(self.findings.values())


class ReviewList(NamedTuple):
    rows: list[ReviewRow]
    page: int
    pages: int


class FindingRow(NamedTuple):
    id: int
    verdict: LogVerdict
    words: str
    by: str
    at: datetime


class ReviewedRow(NamedTuple):
    """One row of the log to be judged. `patient`: as people write the number, empty where none was named.

    `findings`: the one that holds first, then those before it. `is_own`: the reader's own act.
    """

    id: int
    at: datetime
    action: str
    person: str
    title: str
    unit: str
    patient: str
    thread_id: int | None
    why: str
    is_own: bool
    findings: list[FindingRow]

    @property
    def latest_id(self) -> int:
        """What a form carries, so that it is refused when somebody else was first; 0: not judged yet."""
        return self.findings[0].id if self.findings else 0


@dataclass(frozen=True)
class Review:
    head: ReviewHead
    rows: list[ReviewedRow]

    @property
    def left(self) -> int:
        return sum(not row.findings for row in self.rows)


class OrganizationChoice(NamedTuple):
    id: int
    name: str


def own_organizations(user_id: int, *, now: datetime) -> list[OrganizationChoice]:
    """Those that the person reviews, closed ones too."""
    own = select(Organization.id, Organization.name).where(Organization.id.in_(reviewed_by(user_id, now)))
    return [OrganizationChoice(*row) for row in reading().execute(own.order_by(Organization.name))]


def history(user_id: int, *, page: int, now: datetime) -> ReviewList:
    """The newest first. A page that is too far on is the last one."""
    own = LogReview.organization_id.in_(reviewed_by(user_id, now))
    total = reading().scalar(select(func.count()).select_from(LogReview).where(own)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(page, pages)
    rows = _heads().where(own).order_by(LogReview.id.desc()).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    heads = [ReviewHead(*row) for row in reading().execute(rows)]
    ids = [head.id for head in heads]
    counts, findings = _counts(ids), _findings_by_review(ids)
    return ReviewList([ReviewRow(head, counts.get(head.id, 0), findings[head.id]) for head in heads], page, pages)


def get_review(review_id: int, *, user_id: int, now: datetime) -> Review:
    """Its rows in the log's order. Raises NotFound, also for another organization's."""
    own = _heads().where(LogReview.id == review_id, LogReview.organization_id.in_(reviewed_by(user_id, now)))
    head = reading().execute(own).first()
    if head is None:
        raise NotFound("review")
    return Review(ReviewHead(*head), _rows(review_id, user_id))


def _heads() -> Select:
    return (
        select(
            LogReview.id, Organization.name, Unit.name, LogReview.kind, LogReview.from_day, LogReview.to_day,
            LogReview.wanted, LogReview.among, User.name, LogReview.made_at, LogReview.ended_at,
        )
        .join(Organization, Organization.id == LogReview.organization_id)
        .join(User, User.id == LogReview.made_by_id)
        .outerjoin(Unit, Unit.id == LogReview.unit_id)
    )  # fmt: skip


def _counts(review_ids: Sequence[int]) -> dict[int, int]:
    rows = select(LogReviewRow.review_id, func.count()).where(LogReviewRow.review_id.in_(review_ids))
    return dict(tuple(row) for row in reading().execute(rows.group_by(LogReviewRow.review_id)))


def _findings_by_review(review_ids: Sequence[int]) -> defaultdict[int, dict[LogVerdict, int]]:
    later = aliased(LogFinding)
    followed = select(later.id).where(later.review_row_id == LogFinding.review_row_id, later.id > LogFinding.id)
    holding = (
        select(LogReviewRow.review_id, LogFinding.verdict, func.count())
        .join(LogReviewRow, LogReviewRow.id == LogFinding.review_row_id)
        .where(LogReviewRow.review_id.in_(review_ids), ~followed.exists())
        .group_by(LogReviewRow.review_id, LogFinding.verdict)
    )
    found: defaultdict[int, dict[LogVerdict, int]] = defaultdict(dict)
    for review_id, verdict, count in reading().execute(holding):
        found[review_id][LogVerdict(verdict)] = count
    return found


def _rows(review_id: int, user_id: int) -> list[ReviewedRow]:
    log = AccessLogRow
    rows = (
        select(
            LogReviewRow.id, log.at, log.action, User.name, User.title, Unit.name, log.patient_number, log.thread_id,
            LogReviewRow.why, log.user_id,
        )
        .join(log, log.id == LogReviewRow.log_row_id)
        .join(User, User.id == log.user_id)
        .join(Unit, Unit.id == log.unit_id)
        .where(LogReviewRow.review_id == review_id)
        .order_by(log.id)
    )  # fmt: skip
    findings = _findings(review_id)
    return [
        ReviewedRow(*told, written(number), thread_id, why, by == user_id, findings[told[0]])
        for *told, number, thread_id, why, by in reading().execute(rows)
    ]


def _findings(review_id: int) -> defaultdict[int, list[FindingRow]]:
    columns = LogFinding.review_row_id, LogFinding.id, LogFinding.verdict, LogFinding.words, User.name
    rows = (
        select(*columns, LogFinding.found_at)
        .join(User, User.id == LogFinding.found_by_id)
        .join(LogReviewRow, LogReviewRow.id == LogFinding.review_row_id)
        .where(LogReviewRow.review_id == review_id)
        .order_by(LogFinding.id.desc())
    )
    found: defaultdict[int, list[FindingRow]] = defaultdict(list)
    for row_id, finding_id, verdict, *rest in reading().execute(rows):
        found[row_id].append(FindingRow(finding_id, LogVerdict(verdict), *rest))
    return found
