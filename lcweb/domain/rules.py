"""The routine's numbers, as one value. Each is a setting; the defaults are those of the routine (`routine.md`)."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol, Self


class ReadingRule(StrEnum):
    """How a working day's readings are counted (A2)."""

    SPACED = "spaced"
    AM_PM = "am_pm"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Days, times and gaps of the routine. Times of day are Stockholm time (T3)."""

    answer_days: int = 3  # T5, in working days
    callback_days: int = 10  # B2, the latest working day that a unit may promise
    return_days: int = 1  # working days for the sender to send on, or close, what came back
    readings_per_day: int = 2  # A2
    reading_gap: timedelta = timedelta(minutes=60)  # A2
    reading_rule: ReadingRule = ReadingRule.SPACED  # A2
    first_reminder: time = time(11, 0)  # A3
    second_reminder: time = time(15, 0)  # A3
    half_day_reminder: time = time(10, 30)  # A3
    shortfall_at: time = time(8, 30)  # A3, to the unit manager
    half_day_closes: time = time(12, 0)  # T2
    draft_days: int = 14  # days that a draft is kept after it was last saved
    review_days: int = 30  # L3, days without an ended log review until its reviewers are reminded
    escalate_manager_days: int = 0  # B4, working days after the due day; 0: as soon as the answer is late
    escalate_organization_days: int = 3  # working days after the due day; 0: the organization is never told

    def on(self, _day: date) -> Self:
        """The same on every day: a `RuleBook` is what knows of changes."""
        return self


class RulesOfDays(Protocol):
    """For who decides about more than one day: each day by the rules that were in force on it."""

    def on(self, day: date) -> Rules: ...


class RuleChange(NamedTuple):
    """`value` of the field `name` of `Rules`, from a day on."""

    name: str
    value: object
    applies_from: date


@dataclass(frozen=True)
class RuleBook:
    """The configuration's rules and what administrators have changed, in the order in which they did."""

    base: Rules
    changes: tuple[RuleChange, ...] = ()

    def on(self, day: date) -> Rules:
        """A change holds from its day until another's; of two from one day, the one that was made last."""
        return replace(self.base, **{change.name: change.value for change in self._until(day)})

    def in_force(self, name: str, day: date) -> RuleChange | None:
        """The change that decides on `day`. None: it is as the configuration has it."""
        return next((change for change in reversed(self._until(day)) if change.name == name), None)

    def _until(self, day: date) -> list[RuleChange]:
        begun = (change for change in self.changes if change.applies_from <= day)
        return sorted(begun, key=lambda change: change.applies_from)
