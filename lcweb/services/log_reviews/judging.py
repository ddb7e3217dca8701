"""The rows of a review are shown and judged (L3)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.log_reviews import TypedFinding, finding_problems
from lcweb.domain.permissions import Act, Actor
from lcweb.facts import reviewed_by
from lcweb.models import AccessLogRow, LogFinding, LogReview, LogReviewRow, User
from lcweb.services import access_log

NOTHING_CHOSEN = "Välj en bedömning för minst en rad."


class Judged(NamedTuple):
    """`new` findings were kept; `left` rows have none yet, and with none left the review has ended."""

    new: int
    left: int


def shown(actor: Actor, review_id: int, *, now: datetime, action: LogAction = LogAction.LOG_REVIEW) -> None:
    """Logs that the review's rows are looked at, once for each patient in them; the caller shows nothing before that.

    `action`: what is done with what is shown. Raises NotAllowed, NotFound (also another organization's).
    """
    actor.require(Act.SEE_LOG)
    with transaction() as session:
        _own(session, review_id, actor=actor, now=now)
        numbers = (
            select(AccessLogRow.patient_number)
            .join(LogReviewRow, LogReviewRow.log_row_id == AccessLogRow.id)
            .where(LogReviewRow.review_id == review_id, AccessLogRow.patient_number != "")
            .distinct()
        )
        access_log.write_review(session, action, session.scalars(numbers).all(), actor=actor, now=now)


def judge(actor: Actor, review_id: int, typed: Sequence[TypedFinding], *, now: datetime) -> Judged:
    """Keeps the findings, all or none. One is never changed: a later one follows, and holds, also after the end.

    The same finding once more, as from a form sent twice, is not kept again. Nobody judges what they have done
    themselves. Raises NotAllowed, NotFound, Refused, and Conflict: somebody has judged one of the rows since.
    """
    actor.require(Act.SEE_LOG)
    with transaction() as session:
        review = _own(session, review_id, actor=actor, now=now, lock=True)
        doers = _doers(session, review_id)
        if any(finding.row_id not in doers for finding in typed):
            raise NotFound("row")
        _require_sound(typed, doers, actor)
        latest = _latest(session, review_id)
        new = [finding for finding in typed if not _is_there(finding, latest.get(finding.row_id), actor)]
        _require_seen(session, new, latest)
        session.add_all(_row(finding, actor, now) for finding in new)
        left = len(doers.keys() - latest.keys() - {finding.row_id for finding in new})
        if not left and review.ended_at is None:
            review.ended_at = now
        return Judged(len(new), left)


def _own(session: Session, review_id: int, *, actor: Actor, now: datetime, lock: bool = False) -> LogReview:
    """`lock`: two who judge at once come one after the other. Raises NotFound."""
    own = select(LogReview).where(
        LogReview.id == review_id, LogReview.organization_id.in_(reviewed_by(actor.user_id, now))
    )
    review = session.scalar(own.with_for_update() if lock else own)
    if review is None:
        raise NotFound("review")
    return review


def _doers(session: Session, review_id: int) -> dict[int, int]:
    """Each row of the review → who did what it tells of."""
    rows = select(LogReviewRow.id, AccessLogRow.user_id).join(AccessLogRow, AccessLogRow.id == LogReviewRow.log_row_id)
    return dict(tuple(row) for row in session.execute(rows.where(LogReviewRow.review_id == review_id)))


def _require_sound(typed: Sequence[TypedFinding], doers: dict[int, int], actor: Actor) -> None:
    problems: dict[str, str] = {} if typed else {"form": NOTHING_CHOSEN}
    for finding in typed:
        problems |= finding_problems(finding, is_own=doers[finding.row_id] == actor.user_id)
    if problems:
        raise Refused(problems)


def _latest(session: Session, review_id: int) -> dict[int, LogFinding]:
    """Each judged row → the finding that holds."""
    newest = (
        select(func.max(LogFinding.id))
        .join(LogReviewRow, LogReviewRow.id == LogFinding.review_row_id)
        .where(LogReviewRow.review_id == review_id)
        .group_by(LogFinding.review_row_id)
    )
    found = session.scalars(select(LogFinding).where(LogFinding.id.in_(newest)))
    return {finding.review_row_id: finding for finding in found}


def _is_there(typed: TypedFinding, latest: LogFinding | None, actor: Actor) -> bool:
    if latest is None or latest.found_by_id != actor.user_id:
        return False
    return (latest.verdict, latest.words) == (typed.verdict, guards.normalized(typed.words))


def _require_seen(session: Session, new: Sequence[TypedFinding], latest: dict[int, LogFinding]) -> None:
    """Raises Conflict."""
    for finding in new:
        known = latest.get(finding.row_id)
        if known and known.id != finding.seen:
            by = session.scalar(select(User.name).where(User.id == known.found_by_id))
            raise Conflict(f"{by} har bedömt en av raderna sedan du öppnade sidan.")


def _row(finding: TypedFinding, actor: Actor, now: datetime) -> LogFinding:
    return LogFinding(
        review_row_id=finding.row_id, verdict=finding.verdict, words=guards.normalized(finding.words),
        found_by_id=actor.user_id, found_at=now,
    )  # fmt: skip
