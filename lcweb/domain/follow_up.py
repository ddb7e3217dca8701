"""What each figure of follow-up is, counted from facts as they were (B1, T5, A2).

A fact falls on one Stockholm day, of one unit and one case type. A day's facts make a tally; tallies add up to months,
units to municipalities; figures are what a person reads off a tally. Percentiles are exact: a tally keeps each value.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from lcweb.domain.deadlines import receipt_day
from lcweb.domain.periods import Span, month_of
from lcweb.domain.threads import DutyEnd, ReturnReason
from lcweb.domain.workdays import ONE_DAY, Calendar, local_day

#: Office hours are counted in tenths.
TENTH = timedelta(minutes=6)

#: A unit's calendar on a day: as days are marked now (T1, T2), with the hours and rules of that day.
CalendarOn = Callable[[date], Calendar]


class Count(StrEnum):
    """What is counted one by one, and on which day."""

    SENT = "sent"  # a thread, on the day it was sent
    SENT_WRONG = "sent_wrong"  # of those: some unit returned it as sent to the wrong recipient
    RECEIVED = "received"  # a thread, on the day it first came to the unit
    RECEIVED_WRONG = "received_wrong"  # of those: the unit returned it as sent to the wrong recipient
    URGENT = "urgent"  # a return because the matter was acute, on the day of the return
    PRESCRIPTION = "prescription"  # a return because it was about a prescription
    DUE = "due"  # a duty to reply, on its due day, once that moment has passed
    IN_TIME = "in_time"  # of those: answered, forwarded or returned before that moment (B1)
    CLOSED = "closed"  # a thread that the unit has a side in, on the day it was closed
    TRANSFERRED = "transferred"  # of those: the unit has noted that it is in its own record
    DAYS = "days"  # a working day of the unit that is over (T1)
    DAYS_READ = "days_read"  # of those: with as many counted readings as that day asked for (A2)


class Spread(StrEnum):
    """What has a value each."""

    ANSWER_HOURS = "answer_hours"  # tenths of office hours from receipt to answer, on the day of the answer
    ANSWER_DAYS = "answer_days"  # working days after the receipt day (T4); 0 is the same day
    OPENING_HOURS = "opening_hours"  # tenths of office hours from receipt to the first opening, on that day


#: What answers a duty (B1). Any other end before it was due leaves nothing to judge.
ANSWERS = frozenset({DutyEnd.REPLIED, DutyEnd.FORWARDED, DutyEnd.RETURNED})


# Facts --------------------------------------------------------------------------------------------------------------


class Duty(NamedTuple):
    """A duty to reply. What followed from a voided or withdrawn message is no fact."""

    case_type: str
    received_at: datetime
    due_at: datetime
    ended_at: datetime | None
    ended_by: str | None


class Sent(NamedTuple):
    """`entry_id`: the row of the recipient list that it was sent by, if any."""

    case_type: str
    sent_at: datetime
    returned_wrong: bool
    entry_id: int | None = None


class Received(NamedTuple):
    """`opened_at`: when somebody of the unit first had it on screen."""

    case_type: str
    received_at: datetime
    opened_at: datetime | None
    returned_wrong: bool


class Returned(NamedTuple):
    case_type: str
    returned_at: datetime
    reason: str


class Closed(NamedTuple):
    case_type: str
    closed_at: datetime
    transferred: bool


class WorkingDay(NamedTuple):
    day: date
    read: bool


class Facts(NamedTuple):
    """One unit's."""

    duties: Iterable[Duty] = ()
    sent: Iterable[Sent] = ()
    received: Iterable[Received] = ()
    returned: Iterable[Returned] = ()
    closed: Iterable[Closed] = ()
    days: Iterable[WorkingDay] = ()


# Counting -----------------------------------------------------------------------------------------------------------


@dataclass
class Tally:
    """Adds up: that of two months is the sum of theirs."""

    counts: Counter[str] = field(default_factory=Counter)
    spreads: defaultdict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, other: "Tally") -> None:
        self.counts.update(other.counts)
        for name, values in other.spreads.items():
            self.spreads[name].update(values)

    def add_kept(self, kept: "Kept") -> None:
        counts, spreads = kept
        self.counts.update(counts)
        for name, values in spreads.items():
            known = self.spreads[name]
            for value, number in values.items():
                known[int(value)] += number


#: By day and case type; working days, which no case type has, under ALL_TYPES; what was sent by a row of a
#: recipient list once more under BY_ROW and the row's number.
Days = defaultdict[tuple[date, str], Tally]
ALL_TYPES = ""
BY_ROW = "#"


def count(facts: Facts, calendar_on: CalendarOn, *, now: datetime) -> Days:
    """Everything that has happened by `now`."""
    days: Days = defaultdict(Tally)
    for day, case_type, what in _counted(facts, now):
        days[day, case_type].counts[what] += 1
    for day, case_type, what, value in _valued(facts, calendar_on):
        days[day, case_type].spreads[what][value] += 1
    return days


def _counted(facts: Facts, now: datetime) -> Iterator[tuple[date, str, Count]]:
    for duty in facts.duties:
        verdict = in_time(duty, now=now)
        if verdict is not None:
            yield local_day(duty.due_at), duty.case_type, Count.DUE
        if verdict:
            yield local_day(duty.due_at), duty.case_type, Count.IN_TIME
    for sent in facts.sent:
        yield from _both(sent.sent_at, sent.case_type, Count.SENT, Count.SENT_WRONG, also=sent.returned_wrong)
        if sent.entry_id is not None:
            row = f"{BY_ROW}{sent.entry_id}"
            yield from _both(sent.sent_at, row, Count.SENT, Count.SENT_WRONG, also=sent.returned_wrong)
    for came in facts.received:
        yield from _both(came.received_at, came.case_type, Count.RECEIVED, Count.RECEIVED_WRONG,
                         also=came.returned_wrong)  # fmt: skip
    for back in facts.returned:
        what = {ReturnReason.URGENT: Count.URGENT, ReturnReason.PRESCRIPTION: Count.PRESCRIPTION}.get(back.reason)
        if what:
            yield local_day(back.returned_at), back.case_type, what
    for closed in facts.closed:
        yield from _both(closed.closed_at, closed.case_type, Count.CLOSED, Count.TRANSFERRED, also=closed.transferred)
    for working in facts.days:
        yield working.day, ALL_TYPES, Count.DAYS
        if working.read:
            yield working.day, ALL_TYPES, Count.DAYS_READ


def _both(at: datetime, case_type: str, what: Count, part: Count, *, also: bool) -> Iterator[tuple[date, str, Count]]:
    yield local_day(at), case_type, what
    if also:
        yield local_day(at), case_type, part


def _valued(facts: Facts, calendar_on: CalendarOn) -> Iterator[tuple[date, str, Spread, int]]:
    for duty in facts.duties:
        if duty.ended_at is not None and duty.ended_by in ANSWERS:
            day = local_day(duty.ended_at)
            hours = tenths(office_time(duty.received_at, duty.ended_at, calendar_on))
            yield day, duty.case_type, Spread.ANSWER_HOURS, hours
            yield day, duty.case_type, Spread.ANSWER_DAYS, working_days(duty.received_at, duty.ended_at, calendar_on)
    for came in facts.received:
        if came.opened_at is not None:
            hours = tenths(office_time(came.received_at, came.opened_at, calendar_on))
            yield local_day(came.opened_at), came.case_type, Spread.OPENING_HOURS, hours


def in_time(duty: Duty, *, now: datetime) -> bool | None:
    """Whether it was answered before it was due (T5). None: not due yet, or ended so that nothing was left to answer.

    An answer at the due moment itself is late, as everywhere (T4). Ended otherwise after it was due, it is late too:
    by then nobody had answered.
    """
    if now < duty.due_at:
        return None
    if duty.ended_at is not None and duty.ended_at < duty.due_at:
        return True if duty.ended_by in ANSWERS else None
    return False


def office_time(start: datetime, end: datetime, calendar_on: CalendarOn) -> timedelta:
    """How much of the time between the two the unit was open (T1–T3); 0 when `end` is not after `start`."""
    total, day = timedelta(), local_day(start)
    while day <= local_day(end):
        calendar = calendar_on(day)
        if calendar.is_working_day(day):
            total += max(timedelta(), min(end, calendar.closes_at(day)) - max(start, calendar.opens_at(day)))
        day += ONE_DAY
    return total


def tenths(time: timedelta) -> int:
    """Of hours, rounded; a half one up."""
    return (time + TENTH / 2) // TENTH


def working_days(received_at: datetime, ended_at: datetime, calendar_on: CalendarOn) -> int:
    """Working days after the receipt day (T4) until the day of the answer, which is one too if the unit works then."""
    day = receipt_day(received_at, calendar_on(local_day(received_at)))
    count = 0
    while day < local_day(ended_at):
        day += ONE_DAY
        count += calendar_on(day).is_working_day(day)
    return count


# Keeping ------------------------------------------------------------------------------------------------------------

#: A tally as JSON has it: counts, and by spread how many have each value.
Kept = tuple[dict[str, int], dict[str, dict[str, int]]]


class Month(NamedTuple):
    """One month as it is kept, each part as JSON: its days, and their sums for whoever asks about whole months.

    `by_type` has the working days under ALL_TYPES, which `total` has with all the rest. `by_row`: what was sent by
    each row of a recipient list, and how much of it came back.
    """

    counted: str
    total: str
    by_type: str
    by_row: str


def kept_month(days: Mapping[tuple[date, str], Tally]) -> Month:
    total, by_type, by_row = Tally(), defaultdict[str, Tally](Tally), defaultdict[str, Tally](Tally)
    for (_day, of_type), tally in days.items():
        if of_type.startswith(BY_ROW):
            by_row[of_type.removeprefix(BY_ROW)].add(tally)
        else:
            by_type[of_type].add(tally)
            total.add(tally)
    return Month(
        packed(days),
        _json(_kept(total)),
        _json({of_type: _kept(tally) for of_type, tally in sorted(by_type.items())}),
        _json({row: [tally.counts[what] for what in (Count.SENT, Count.SENT_WRONG)]
               for row, tally in sorted(by_row.items())}),
    )  # fmt: skip


def packed(days: Mapping[tuple[date, str], Tally]) -> str:
    """JSON: day → case type → tally. Equal tallies are written alike."""
    found: defaultdict[str, dict[str, Kept]] = defaultdict(dict)
    for (day, case_type), tally in sorted(days.items()):
        counts, spreads = _kept(tally)
        if counts or spreads:
            found[day.isoformat()][case_type] = counts, spreads
    return _json(found)


def unpacked(raw: str, span: Span | None = None) -> Days:
    """All of its days, or those of the span alone."""
    days: Days = defaultdict(Tally)
    for written, by_type in json.loads(raw).items():
        day = date.fromisoformat(written)
        if span is None or span.covers(day):
            for case_type, kept in by_type.items():
                days[day, case_type].add_kept(kept)
    return days


def _kept(tally: Tally) -> Kept:
    return (
        {str(what): number for what, number in sorted(tally.counts.items()) if number},
        {str(what): {str(value): number for value, number in sorted(values.items())}
         for what, values in sorted(tally.spreads.items()) if values},
    )  # fmt: skip


def _json(found: object) -> str:
    return json.dumps(found, separators=(",", ":"))


def by_month(days: Days, span: Span) -> dict[date, Days]:
    """By the month's first day; days outside the span are left out."""
    found: dict[date, Days] = {}
    for (day, case_type), tally in days.items():
        if span.covers(day):
            found.setdefault(month_of(day), defaultdict(Tally))[day, case_type] = tally
    return found
