"""The region's log reviews: one that has ended with something to follow up, and one that is half done (L3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from sqlalchemy import select

from lcweb.db import reading
from lcweb.demo.days import Days
from lcweb.demo.people import STAFF
from lcweb.demo.places import REGION
from lcweb.demo.steps import Step, World
from lcweb.domain.log_reviews import LogRule, Plan, TypedFinding
from lcweb.domain.permissions import Actor
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.models import LogReviewRow, User
from lcweb.services import log_reviews
from lcweb.services.units import organization_id_by_name

SEED = 5  # a demo is the same whenever it is loaded: here alone chance can be foretold
A_MONTH = timedelta(days=30)

FOLLOW_UP = "Öppnades sent på dagen. Frågar verksamhetschefen om hen var i tjänst."


@dataclass(frozen=True, kw_only=True)
class ReviewLog(Step):
    """`judged`: how many of the drawn rows, all in order; None: all, the last one to be followed up."""

    rules: tuple[LogRule, ...]
    wanted: int
    judged: int | None

    def actor(self, _world: World) -> Actor:
        user_id = reading().execute(select(User.id).where(User.username == self.person.username)).scalar_one()
        return Actor(
            user_id=user_id, name=self.person.name, title=self.person.title, roles=frozenset({self.person.role})
        )

    def play(self, world: World) -> None:
        """Of the month until the day before."""
        actor, last = self.actor(world), local_day(self.at) - ONE_DAY
        plan = Plan(
            organization_id=organization_id_by_name(self.unit), unit_id=None, rules=self.rules, wanted=self.wanted,
            from_day=last - A_MONTH, to_day=last,
        )  # fmt: skip
        review_id = log_reviews.begin(actor, plan, now=self.at, rules=world.rules, pick=Random(SEED).sample)
        log_reviews.shown(actor, review_id, now=self.at)
        findings = [TypedFinding(row_id=row_id, verdict="in_order") for row_id in _rows(review_id)][: self.judged]
        if self.judged is None:
            findings[-1] = replace(findings[-1], verdict="follow_up", words=FOLLOW_UP)
        if findings:
            log_reviews.judge(actor, review_id, findings, now=self.at + timedelta(seconds=50))


def plan(days: Days) -> Iterator[Step]:
    reviewer = next(person for person in STAFF if person.username == "loggranskare")
    rules = LogRule.SAME_SURNAME, LogRule.UNCLAIMED, LogRule.AFTER_HOURS
    yield ReviewLog(at=days.on(12), person=reviewer, unit=REGION, rules=(), wanted=6, judged=None)
    yield ReviewLog(at=days.on(1), person=reviewer, unit=REGION, rules=rules, wanted=8, judged=3)


def _rows(review_id: int) -> list[int]:
    rows = select(LogReviewRow.id).where(LogReviewRow.review_id == review_id).order_by(LogReviewRow.id)
    return list(reading().scalars(rows))
