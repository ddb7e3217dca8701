"""What a person reads off a tally of follow-up: shares, medians and 90th percentiles, and no numbers about too few."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lcweb.domain.follow_up import Count, Spread, Tally

#: Fewer of anything than this are not shown apart: a figure about so few may be a figure about somebody.
FEWEST = 5


class Share(NamedTuple):
    """`part` of `whole`. Too few to be shown apart: `percent` is None."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Whole per cent, a half one up."""
        return None if self.whole < FEWEST else (200 * self.part + self.whole) // (2 * self.whole)


class Middle(NamedTuple):
    """Of `number` values: the median and the 90th percentile, each the least value that reaches so far up among them.

    None: too few to be shown apart.
    """

    number: int
    median: int | None
    ninetieth: int | None


class Figures(NamedTuple):
    """What a person reads off a tally. `overdue` is as it stands now, whatever the period."""

    sent: int
    received: int
    answered_in_time: Share
    answer_hours: Middle  # tenths of office hours
    answer_days: Middle
    overdue: int
    days_read: Share
    sent_wrong: Share
    received_wrong: Share
    urgent: int
    prescription: int
    opening_hours: Middle  # tenths of office hours
    transferred: Share


def figures(tally: Tally, *, overdue: int = 0) -> Figures:
    def share(part: Count, whole: Count) -> Share:
        return Share(tally.counts[part], tally.counts[whole])

    return Figures(
        sent=tally.counts[Count.SENT],
        received=tally.counts[Count.RECEIVED],
        answered_in_time=share(Count.IN_TIME, Count.DUE),
        answer_hours=middle(tally.spreads[Spread.ANSWER_HOURS]),
        answer_days=middle(tally.spreads[Spread.ANSWER_DAYS]),
        overdue=overdue,
        days_read=share(Count.DAYS_READ, Count.DAYS),
        sent_wrong=share(Count.SENT_WRONG, Count.SENT),
        received_wrong=share(Count.RECEIVED_WRONG, Count.RECEIVED),
        urgent=tally.counts[Count.URGENT],
        prescription=tally.counts[Count.PRESCRIPTION],
        opening_hours=middle(tally.spreads[Spread.OPENING_HOURS]),
        transferred=share(Count.TRANSFERRED, Count.CLOSED),
    )


def middle(values: Mapping[int, int]) -> Middle:
    """`values`: value → how many have it."""
    number = sum(values.values())
    if number < FEWEST:
        return Middle(number, None, None)
    return Middle(number, _reaching(values, -(-number // 2)), _reaching(values, -(-9 * number // 10)))


def _reaching(values: Mapping[int, int], place: int) -> int:
    """The value in that place when all stand in order; the first is 1."""
    so_far = 0
    for value in sorted(values):
        so_far += values[value]
        if so_far >= place:
            return value
    raise ValueError("no such place")


def median(numbers: Iterable[int]) -> int | None:
    """Of units' own figures, the least that half of them reach; None of none."""
    found = Counter(numbers)
    return _reaching(found, -(-found.total() // 2)) if found else None
