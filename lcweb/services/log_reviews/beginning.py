"""A review of the log is begun: its rows are drawn, and kept with why (L3)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import SystemRandom
from typing import NamedTuple

from sqlalchemy import Connection, select

from lcweb.db import transaction
from lcweb.domain.errors import Refused
from lcweb.domain.log_reviews import NO_PLACE, Drawn, Plan, draw
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import RulesOfDays
from lcweb.facts import reviewed_by
from lcweb.models import LogReview, LogReviewRow, Organization, Unit
from lcweb.services.log_reviews.drawing import candidates
from lcweb.services.reminders import fresh_reading

Pick = Callable[[Sequence[Drawn], int], Sequence[Drawn]]
CHANCE = SystemRandom()

NO_ROWS = "Ingen annan än du har gjort något under den perioden. Välj en annan period."


def begin(actor: Actor, plan: Plan, *, now: datetime, rules: RulesOfDays, pick: Pick = CHANCE.sample) -> int:
    """The review's id. The person's own acts are left out; where no rule points at any row it has ended at once.

    `pick` draws; nobody can foretell the usual one. Raises NotAllowed, Refused.
    """
    actor.require(Act.SEE_LOG)
    with fresh_reading() as reader:
        place = _place(reader, plan, actor, now)
        rows, found = candidates(reader, plan, place.unit_ids, except_user=actor.user_id, rules=rules)
    if not rows:
        raise Refused({"from_day": NO_ROWS})
    drawn = draw(found, plan.wanted, pick=pick)
    with transaction() as session:
        review = LogReview(
            organization_id=place.organization_id, unit_id=plan.unit_id, kind=plan.kind, from_day=plan.from_day,
            to_day=plan.to_day, wanted=plan.wanted, among=len(found), made_by_id=actor.user_id, made_at=now,
            ended_at=None if drawn else now,
        )  # fmt: skip
        session.add(review)
        session.flush()
        session.add_all(LogReviewRow(review_id=review.id, log_row_id=row_id, why=why) for row_id, why in drawn)
        return review.id


class _Place(NamedTuple):
    organization_id: int
    unit_ids: list[int]


def _place(reader: Connection, plan: Plan, actor: Actor, now: datetime) -> _Place:
    """The organization's units, closed ones too, or the one that was chosen. Raises Refused for what is not theirs."""
    own = reviewed_by(actor.user_id, now)
    if plan.unit_id is not None:
        organization = reader.scalar(
            select(Unit.organization_id).where(Unit.id == plan.unit_id, Unit.organization_id.in_(own))
        )
    else:
        organization = reader.scalar(
            select(Organization.id).where(Organization.id == plan.organization_id, Organization.id.in_(own))
        )
    if organization is None:
        raise Refused({"place": NO_PLACE})
    units = list(reader.scalars(select(Unit.id).where(Unit.organization_id == organization)))
    return _Place(organization, units if plan.unit_id is None else [plan.unit_id])
