"""The routine's numbers, as one value. Each is a setting; the defaults are those of the routine (`routine.md`)."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum


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
