"""Follow-up's figures by brute force: whole tables read into lists, and every definition spelled out once more."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lcweb.domain.figures import Figures, Middle, Share
from lcweb.models import Message, Obligation, Opening, ReadingRow, Thread, ThreadEvent, ThreadParty
from tests.rows import rows

STOCKHOLM = ZoneInfo("Europe/Stockholm")
#: Days off in the months that the histories walk through, beside Saturdays and Sundays.
OFF = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 6)}


class Raw:
    """All rows there are. `answers`: what the definition takes for an answer."""

    def __init__(self, thread_ids: Iterable[int] | None = None) -> None:
        wanted = None if thread_ids is None else set(thread_ids)

        def of_threads(table: Any) -> list[Any]:
            return [row for row in rows(table) if wanted is None or row.thread_id in wanted]

        living = [row for row in rows(Thread) if wanted is None or row.id in wanted]
        self.threads = {row.id: row for row in living if row.voided_at is None and row.withdrawn_at is None}
        self.messages = {row.id: row for row in of_threads(Message)}
        self.duties = [row for row in of_threads(Obligation) if row.thread_id in self.threads]
        self.events = [row for row in of_threads(ThreadEvent) if row.thread_id in self.threads]
        self.parties = [row for row in of_threads(ThreadParty) if row.thread_id in self.threads]
        self.openings = [row for row in rows(Opening) if row.message_id in self.messages]
        self.readings = rows(ReadingRow)


def local(at: datetime) -> datetime:
    return at.astimezone(STOCKHOLM)


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, STOCKHOLM).astimezone(UTC)


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in OFF


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def open_minutes(start: datetime, end: datetime) -> float:
    total = 0.0
    for day in days(local(start).date(), local(end).date()):
        if works(day):
            begun, over = max(start, at(day, time(8))), min(end, at(day, time(16, 30)))
            total += max(0.0, (over - begun).total_seconds() / 60)
    return total


def days_to_answer(received: datetime, ended: datetime) -> int:
    day = local(received).date()
    if not works(day) or received >= at(day, time(16, 30)):
        day = next(later for later in days(day + timedelta(days=1), day + timedelta(days=20)) if works(later))
    return len([between for between in days(day, local(ended).date())[1:] if works(between)])


class Sums:
    """One unit's, between two days."""

    def __init__(self, raw: Raw, unit_id: int, *, first: date, last: date, now: datetime) -> None:
        self.raw, self.unit_id, self.first, self.last, self.now = raw, unit_id, first, last, now
        self.values: defaultdict[str, list[int]] = defaultdict(list)
        self.counts: Counter[str] = Counter()

    def within(self, moment: datetime | None) -> bool:
        return moment is not None and self.first <= local(moment).date() <= self.last

    def duties(self) -> None:
        for duty in self.raw.duties:
            thread, message = self.raw.threads[duty.thread_id], self.raw.messages[duty.message_id]
            if duty.unit_id != self.unit_id or duty.kind != "reply" or message.voided_at or message.withdrawn_at:
                continue
            is_answer = duty.ended_by in ("replied", "forwarded") or (
                duty.ended_by == "returned" and thread.sender_unit_id != self.unit_id
            )
            if duty.ended_at is None and duty.due_at <= self.now:
                self.counts["overdue"] += 1
            if self.within(duty.due_at) and duty.due_at <= self.now:
                before = duty.ended_at is not None and duty.ended_at < duty.due_at
                self.counts["due"] += is_answer or not before
                self.counts["in_time"] += is_answer and before
            if is_answer and self.within(duty.ended_at):
                self.values["hours"].append(int(open_minutes(duty.received_at, duty.ended_at) / 6 + 0.5))
                self.values["days"].append(days_to_answer(duty.received_at, duty.ended_at))

    def own_returns(self) -> list[tuple[int, datetime, str]]:
        return [
            (duty.thread_id, duty.received_at, event.reason)
            for duty in self.raw.duties
            for event in self.raw.events
            if duty.kind == "returned" and duty.owed_to_unit_id == self.unit_id
            and event.thread_id == duty.thread_id and event.kind == "returned" and event.at == duty.received_at
        ]  # fmt: skip

    def returns(self) -> None:
        for _thread_id, moment, reason in self.own_returns():
            self.counts[reason] += self.within(moment)

    def sent(self) -> None:
        for thread in self.raw.threads.values():
            if thread.sender_unit_id == self.unit_id and self.within(thread.created_at):
                self.counts["sent"] += 1
                self.counts["sent_wrong"] += any(
                    (event.thread_id, event.kind, event.reason) == (thread.id, "returned", "wrong_recipient")
                    for event in self.raw.events
                )

    def received(self) -> None:
        wrong = {thread_id for thread_id, _at, reason in self.own_returns() if reason == "wrong_recipient"}
        for thread in self.raw.threads.values():
            mine = [duty for duty in self.raw.duties if (duty.thread_id, duty.unit_id) == (thread.id, self.unit_id)]
            if thread.sender_unit_id == self.unit_id or not mine:
                continue
            came = min(duty.received_at for duty in mine)
            if self.within(came):
                self.counts["received"] += 1
                self.counts["received_wrong"] += thread.id in wrong
            opened = [
                opening.opened_at
                for opening in self.raw.openings
                if opening.unit_id == self.unit_id and self.raw.messages[opening.message_id].thread_id == thread.id
            ]
            if opened and self.within(min(opened)):
                self.values["opening"].append(int(open_minutes(came, min(opened)) / 6 + 0.5))

    def closed(self) -> None:
        for party in self.raw.parties:
            thread = self.raw.threads[party.thread_id]
            if party.unit_id == self.unit_id and party.left_at is None and self.within(thread.closed_at):
                self.counts["closed"] += 1
                self.counts["transferred"] += party.transferred_at is not None

    def days(self) -> None:
        for day in days(self.first, self.last):
            if works(day) and at(day, time(16, 30)) <= self.now:
                self.counts["days"] += 1
                self.counts["read"] += _twice(self.raw, self.unit_id, day)


def figures(raw: Raw, unit_id: int, *, first: date, last: date, now: datetime) -> Figures:
    sums = Sums(raw, unit_id, first=first, last=last, now=now)
    for each in (sums.duties, sums.returns, sums.sent, sums.received, sums.closed, sums.days):
        each()
    counts, values = sums.counts, sums.values
    return Figures(
        sent=counts["sent"],
        received=counts["received"],
        answered_in_time=Share(counts["in_time"], counts["due"]),
        answer_hours=middle(values["hours"]),
        answer_days=middle(values["days"]),
        overdue=counts["overdue"],
        days_read=Share(counts["read"], counts["days"]),
        sent_wrong=Share(counts["sent_wrong"], counts["sent"]),
        received_wrong=Share(counts["received_wrong"], counts["received"]),
        urgent=counts["urgent"],
        prescription=counts["prescription"],
        opening_hours=middle(values["opening"]),
        transferred=Share(counts["transferred"], counts["closed"]),
    )


def _twice(raw: Raw, unit_id: int, day: date) -> bool:
    read = sorted(row.read_at for row in raw.readings if row.unit_id == unit_id and local(row.read_at).date() == day)
    counted: list[datetime] = []
    for moment in read:
        if moment < at(day, time(16, 30)) and (not counted or moment - counted[-1] >= timedelta(minutes=60)):
            counted.append(moment)
    return len(counted) >= 2


def middle(values: list[int]) -> Middle:
    """The nearest rank: no value between two."""
    if not values:
        return Middle(0, None, None)
    ordered = sorted(values)
    at_half = next(value for n, value in enumerate(ordered, 1) if n >= len(ordered) * 0.5)
    at_nine = next(value for n, value in enumerate(ordered, 1) if n * 10 >= len(ordered) * 9)
    return Middle(len(ordered), at_half, at_nine)
