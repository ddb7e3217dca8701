"""The ladder that a late answer climbs: the unit, its manager, its organization's contact (B4). Each step once."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, local_day


class Step(StrEnum):
    """Who is told. The unit itself is told at once and each working morning, which is no step."""

    MANAGER = "manager"
    ORGANIZATION = "organization"


class Late(NamedTuple):
    """A duty to reply that is overdue and open, and the steps that it has taken."""

    duty_id: int
    thread_id: int
    due_at: datetime
    taken: frozenset[Step] = frozenset()


def begins_at(step: Step, due: datetime, *, calendar: Calendar, rules: Rules) -> datetime | None:
    """From when the step is to be taken; None: never.

    So many working days after the due day, as the owing unit opens (T1); the manager's after 0 days is the due moment.
    """
    days = rules.escalate_manager_days if step is Step.MANAGER else rules.escalate_organization_days
    if days:
        return calendar.opens_at(calendar.add_working_days(local_day(due), days))
    return due if step is Step.MANAGER else None


def has_begun(step: Step, due: datetime, *, now: datetime, calendar: Calendar, rules: Rules) -> bool:
    begins = begins_at(step, due, calendar=calendar, rules=rules)
    return begins is not None and begins <= now


def climbing(step: Step, late: Iterable[Late], *, now: datetime, calendar: Calendar, rules: Rules) -> tuple[Late, ...]:
    """Those whose turn has come to take the step, and that have not."""
    waiting = (duty for duty in late if step not in duty.taken)
    return tuple(duty for duty in waiting if has_begun(step, duty.due_at, now=now, calendar=calendar, rules=rules))
