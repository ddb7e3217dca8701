"""Which rows of a recipient list are in force (S2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class CaseType(StrEnum):
    """Ärendetyp."""

    SINGLE_HOME_VISIT = "single_home_visit"
    HOME_CARE_ENROLMENT = "home_care_enrolment"
    HOME_CARE_DISCHARGE = "home_care_discharge"
    GENERAL = "general"


@dataclass(frozen=True)
class Period:
    """From a first day to a last, both included; without `last` it goes on."""

    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def ended_before(periods: Iterable[Period], day: date) -> date | None:
    """The last day of a row that no longer holds on `day`, when no other of `periods` does; else None."""
    periods = tuple(periods)
    if any(period.covers(day) for period in periods):
        return None
    return max((period.last for period in periods if period.last and period.last < day), default=None)
