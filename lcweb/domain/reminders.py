"""Which reminder mails a unit is owed at a given moment (A3, B4, M1–M3).

The worker asks every minute. The answer depends on the facts and the moment alone, and stays the same for as long as
it is true: a missed hour loses no mail, and the unique key keeps a repeated answer from becoming a second one (M2).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from lcweb.domain import escalation, readings
from lcweb.domain.deadlines import is_due_today, is_overdue
from lcweb.domain.escalation import Late, Step
from lcweb.domain.readings import Reading
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import Calendar, local_day, moment_at


class Kind(StrEnum):
    """What a reminder is about; also the name of its mail template."""

    READING_FIRST = "reading_first"
    READING_SECOND = "reading_second"
    READING_SHORTFALL = "reading_shortfall"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    OVERDUE_MANAGER = "overdue_manager"
    FOLLOW_UP_REPORT = "follow_up_report"  # to who asks for it: see domain/report_wishes.py
    OVERDUE_ORGANIZATION = "overdue_organization"  # about one unit, whose id is the slot
    LOG_REVIEW = "log_review"  # to an organization's reviewers: see domain/log_review_reminders.py


class Recipient(StrEnum):
    """Whose address; what to do when there is none is M4. A reviewer's mail is about an organization, not a unit.

    ASKER: who has asked for it. It goes to nobody else.
    """

    UNIT = "unit"
    MANAGER = "manager"
    REVIEWER = "reviewer"
    ASKER = "asker"
    ORGANIZATION = "organization"


@dataclass(frozen=True, kw_only=True)
class UnitFacts:
    """All that decides one unit's reminders.

    `readings` cover at least today and the previous working day. `open_dues` are the due moments of the duties not yet
    ended. `manager_told_at` is when the unit's last OVERDUE_MANAGER row was made. `started_at` is the moment from which
    the unit is measured, None when that is long ago: a day that had opened before it asks for no readings.
    `late`: the overdue ones among them that a reply ends, with the steps of the ladder that each has taken.
    `rules_before` are those of its previous working day, by which that day is judged; None: they are today's.
    """

    unit_id: int
    calendar: Calendar
    readings: tuple[Reading, ...]
    open_dues: tuple[datetime, ...]
    late: tuple[Late, ...] = ()
    organization_id: int | None = None
    manager_told_at: datetime | None = None
    started_at: datetime | None = None
    rules_before: Rules | None = None


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """One mail owed, to a unit or (`unit_id` None) to an organization, a reviewer of it, or who asked.

    `count` is readings missing, threads waiting or days without a review: all that the mail may tell (M1).
    `climbing`: the duties that take a step of the ladder by it.
    """

    kind: Kind
    unit_id: int | None = None
    organization_id: int | None = None
    day: date
    slot: str
    count: int
    climbing: tuple[Late, ...] = ()

    @property
    def key(self) -> tuple[Kind, int, int, date, str]:
        """Unique among all outbox rows (M2): kind, unit or 0, organization or 0, day, slot."""
        return self.kind, self.unit_id or 0, self.organization_id or 0, self.day, self.slot

    @property
    def receiver_id(self) -> int:
        return self.unit_id or self.organization_id or 0

    @property
    def about_unit_id(self) -> int | None:
        """The unit whose duties it is about, whoever receives it; None: it is about an organization."""
        return int(self.slot) if self.kind is Kind.OVERDUE_ORGANIZATION else self.unit_id


def recipient_of(kind: Kind) -> Recipient:
    if kind is Kind.FOLLOW_UP_REPORT:
        return Recipient.ASKER
    if kind is Kind.LOG_REVIEW:
        return Recipient.REVIEWER
    if kind is Kind.OVERDUE_ORGANIZATION:
        return Recipient.ORGANIZATION
    return Recipient.MANAGER if kind in (Kind.READING_SHORTFALL, Kind.OVERDUE_MANAGER) else Recipient.UNIT


def due(facts: UnitFacts, *, now: datetime, rules: Rules) -> tuple[Reminder, ...]:
    """The reminders owed at `now`, those already made among them: the caller leaves out known keys (M2).

    The rest become rows in one transaction, for an OVERDUE_MANAGER row silences OVERDUE for the rest of its day.
    None on the unit's days off (A3), and none from closing time on, when nothing can be done about them today.
    """
    view = _View(facts, now, rules)
    if not view.is_before_closing:
        return ()
    asks = ((kind, ask(view)) for kind, ask in _ASKS.items())
    return tuple(_reminder(kind, ask, view) for kind, ask in asks if ask.count)


def _reminder(kind: Kind, ask: "_Ask", view: "_View") -> Reminder:
    to_organization = kind is Kind.OVERDUE_ORGANIZATION
    return Reminder(
        kind=kind,
        unit_id=None if to_organization else view.facts.unit_id,
        organization_id=view.facts.organization_id if to_organization else None,
        day=view.day,
        slot=ask.slot,
        count=ask.count,
        climbing=ask.climbing,
    )


def still_due(reminder: Reminder, facts: UnitFacts, *, now: datetime, rules: Rules) -> Reminder | None:
    """`reminder` with the count of this moment, or None when it is superseded (M3). For the re-check before sending.

    Superseded is what has been done, what its successor has overtaken, and what belongs to an earlier day or to a day
    now closed. Only the steps of an overdue duty outlive their day, because each is made once and not repeated.
    """
    if reminder.kind in (Kind.OVERDUE, Kind.OVERDUE_MANAGER):
        return _still_overdue(reminder, facts, now=now)
    if reminder.kind is Kind.OVERDUE_ORGANIZATION:
        count = sum(Step.ORGANIZATION in late.taken for late in facts.late)
        return replace(reminder, count=count) if count else None
    return next((again for again in due(facts, now=now, rules=rules) if again.key == reminder.key), None)


def is_overtaken(reminder: Reminder, facts: UnitFacts, *, now: datetime, rules: Rules) -> bool:
    """Whether the day's second reminder is due, which asks for what the first one asked for."""
    asked = (again.kind for again in due(facts, now=now, rules=rules))
    return reminder.kind is Kind.READING_FIRST and Kind.READING_SECOND in asked


def _still_overdue(reminder: Reminder, facts: UnitFacts, *, now: datetime) -> Reminder | None:
    # Not asked of `due`: the reminder's own row has set `manager_told_at`, and by that nothing would be new any more.
    replaced_by_today = reminder.kind is Kind.OVERDUE and reminder.day != local_day(now)
    count = sum(is_overdue(moment, now=now) for moment in facts.open_dues)
    return replace(reminder, count=count) if count and not replaced_by_today else None


class _Ask(NamedTuple):
    """What one kind has to say: nothing when `count` is 0."""

    slot: str
    count: int
    climbing: tuple[Late, ...] = ()


@dataclass(frozen=True)
class _View:
    """One unit's facts seen from one moment, in the words the kinds below are written in."""

    facts: UnitFacts
    now: datetime
    rules: Rules

    @property
    def day(self) -> date:
        return local_day(self.now)

    @property
    def is_before_closing(self) -> bool:
        calendar = self.facts.calendar
        return calendar.is_working_day(self.day) and self.now < calendar.closes_at(self.day)

    @property
    def is_half_day(self) -> bool:
        return self.facts.calendar.is_half_day(self.day)

    def has_struck(self, clock: time) -> bool:
        return self.now >= moment_at(self.day, clock)

    def is_measured(self, day: date) -> bool:
        started = self.facts.started_at
        return started is None or started <= self.facts.calendar.opens_at(day)

    @property
    def has_read_today(self) -> bool:
        return bool(self._duty.counted)

    @property
    def readings_left(self) -> int:
        """Readings still missing today; 0 when no further one could count, for then it is no use to ask."""
        possible = self.is_measured(self.day) and self._duty.next_counts_at
        return self._duty.remaining if possible else 0

    @property
    def readings_missed(self) -> int:
        """How far the unit's previous working day fell short, by the rules of that day."""
        rules = self.facts.rules_before or self.rules
        calendar = replace(self.facts.calendar, half_day_closes=rules.half_day_closes)
        day = calendar.previous_working_day(self.day)
        done = readings.counted(self.facts.readings, day=day, calendar=calendar, rules=rules)
        return max(0, readings.required(day, calendar, rules) - len(done)) if self.is_measured(day) else 0

    @property
    def due_today(self) -> int:
        return sum(is_due_today(moment, now=self.now) for moment in self.facts.open_dues) if self.is_open else 0

    @property
    def overdue(self) -> tuple[datetime, ...]:
        """Duties to mail about: none outside office hours, and none again on a day whose news has been told."""
        told = self.facts.manager_told_at
        if not self.is_open or (told and local_day(told) == self.day):
            return ()
        return tuple(moment for moment in self.facts.open_dues if is_overdue(moment, now=self.now))

    @property
    def newly_overdue(self) -> tuple[datetime, ...]:
        """Those of `overdue` that are so since the manager last was told of any."""
        told = self.facts.manager_told_at
        return tuple(moment for moment in self.overdue if told is None or told < moment)

    @property
    def news_for_manager(self) -> tuple[datetime, ...]:
        """Those of `overdue` whose time to be told to the manager has come since the last one was."""
        told = self.facts.manager_told_at or datetime.min.replace(tzinfo=self.now.tzinfo)
        begun = ((moment, self._begins_at(Step.MANAGER, moment)) for moment in self.overdue)
        return tuple(moment for moment, begins in begun if begins and told < begins <= self.now)

    def climbing(self, step: Step) -> tuple[Late, ...]:
        facts = self.facts
        return escalation.climbing(step, facts.late, now=self.now, calendar=facts.calendar, rules=self.rules)

    def _begins_at(self, step: Step, due: datetime) -> datetime | None:
        return escalation.begins_at(step, due, calendar=self.facts.calendar, rules=self.rules)

    @property
    def is_open(self) -> bool:
        return self.facts.calendar.is_open(self.now)

    @property
    def _duty(self) -> readings.ReadingDuty:
        facts = self.facts
        return readings.duty(facts.readings, now=self.now, calendar=facts.calendar, rules=self.rules)


def _reading_first(view: _View) -> _Ask:
    """A3: none counted by 11.00, or by 10.30 on a half day. On a full day the second reminder overtakes it."""
    asked_at = view.rules.half_day_reminder if view.is_half_day else view.rules.first_reminder
    overtaken = not view.is_half_day and view.has_struck(view.rules.second_reminder)
    wanted = view.has_struck(asked_at) and not overtaken and not view.has_read_today
    return _Ask(_slot(asked_at), view.readings_left if wanted else 0)


def _reading_second(view: _View) -> _Ask:
    """A3: fewer than required by 15.00; a half day has no second reminder."""
    asked_at = view.rules.second_reminder
    wanted = view.has_struck(asked_at) and not view.is_half_day
    return _Ask(_slot(asked_at), view.readings_left if wanted else 0)


def _reading_shortfall(view: _View) -> _Ask:
    """A3: from 08.30, about the previous working day, to the manager."""
    told_at = view.rules.shortfall_at
    return _Ask(_slot(told_at), view.readings_missed if view.has_struck(told_at) else 0)


def _due_today(view: _View) -> _Ask:
    """B4: on the due day, from opening."""
    return _Ask("opening", view.due_today)


def _overdue(view: _View) -> _Ask:
    """B4: to the unit when something new is overdue, and then each working morning; always the count of all."""
    return _Ask("new" if view.newly_overdue else "morning", len(view.overdue))


def _overdue_manager(view: _View) -> _Ask:
    """B4: to the manager once for each duty: by what is written of its step, or where none is, by when it came."""
    news, climbing = view.news_for_manager, view.climbing(Step.MANAGER) if view.overdue else ()
    return _Ask("new", len(news) + sum(late.due_at not in news for late in climbing), climbing)


def _overdue_organization(view: _View) -> _Ask:
    """To the organization's contact, once for each duty; a mail for each unit and day."""
    climbing = view.climbing(Step.ORGANIZATION) if view.is_open and view.facts.organization_id else ()
    return _Ask(str(view.facts.unit_id), len(climbing), climbing)


def _slot(clock: time) -> str:
    return f"{clock:%H:%M}"


_ASKS: dict[Kind, Callable[[_View], _Ask]] = {
    Kind.READING_FIRST: _reading_first,
    Kind.READING_SECOND: _reading_second,
    Kind.READING_SHORTFALL: _reading_shortfall,
    Kind.DUE_TODAY: _due_today,
    Kind.OVERDUE: _overdue,
    Kind.OVERDUE_MANAGER: _overdue_manager,
    Kind.OVERDUE_ORGANIZATION: _overdue_organization,
}
