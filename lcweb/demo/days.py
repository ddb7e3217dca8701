"""Working days counted back from `now`, and believable moments on them. Whatever `now` is, no moment lies after it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from lcweb.domain.workdays import ONE_DAY, Calendar, local_day, moment_at

HISTORY = 60  # working days
MINUTE = timedelta(minutes=1)
JUST_OPENED = timedelta(minutes=20)


@dataclass
class Days:
    """`turn` is the day whose closing time comes next: today, or after hours the next working day.

    What was received `answer_days` working days before it falls due on it.
    """

    now: datetime
    rng: Random
    calendar: Calendar = field(default_factory=Calendar)

    def __post_init__(self) -> None:
        today = local_day(self.now)
        open_today = self.calendar.is_working_day(today) and self.now < self.calendar.closes_at(today)
        self.turn = today if open_today else self.calendar.next_working_day(today)
        self.latest = self.now - 2 * MINUTE
        self._back = [self.turn]

    def back(self, count: int) -> date:
        """The working day `count` working days before `turn`."""
        while len(self._back) <= count:
            self._back.append(self.calendar.previous_working_day(self._back[-1]))
        return self._back[count]

    def on(self, count: int, first: time = time(8, 5), last: time = time(11, 30)) -> datetime:
        """A moment between two Stockholm times, `count` working days before `turn`; just now when that is 0."""
        if count == 0:
            return self.just_now()
        return self.within(moment_at(self.back(count), first), moment_at(self.back(count), last))

    def just_now(self) -> datetime:
        """In the office hours that go on, or at the end of the last ones."""
        opened = self.calendar.opens_at(self.turn)
        if self.now >= opened + JUST_OPENED:
            return self.within(max(opened, self.now - timedelta(minutes=150)), self.latest)
        closed = self.calendar.closes_at(self.back(1))
        return self.within(closed - timedelta(minutes=50), min(closed + timedelta(minutes=60), self.latest))

    def within(self, first: datetime, last: datetime) -> datetime:
        seconds = (last - first).total_seconds()
        return (first + timedelta(seconds=self.rng.uniform(0.02, 0.98) * seconds)).replace(microsecond=0)

    def between(self, after: datetime, before: datetime) -> datetime:
        """A moment in office hours; at any hour when none lie in between."""
        spans = [span for span in self._office(after, before) if span[1] - span[0] > 2 * MINUTE] or [(after, before)]
        lengths = [(last - first).total_seconds() for first, last in spans]
        (span,) = self.rng.choices(spans, weights=lengths)
        return self.within(*span)

    def _office(self, after: datetime, before: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = local_day(after)
        while day <= local_day(before):
            if self.calendar.is_working_day(day):
                yield max(after, self.calendar.opens_at(day)), min(before, self.calendar.closes_at(day))
            day += ONE_DAY
