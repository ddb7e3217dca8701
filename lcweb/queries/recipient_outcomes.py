"""What became of the messages that were sent by the rows of a recipient list."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Row, func, select

from lcweb.db import reading
from lcweb.domain.recipients import CaseType
from lcweb.domain.threads import EventKind, ReturnReason
from lcweb.models import RecipientEntry, Thread, ThreadEvent


class Outcome(NamedTuple):
    """Threads sent by one row: how many, of which so many were returned as sent wrong, or sent on by a recipient."""

    sent: int
    wrong: int
    forwarded: int


def outcomes(municipality: str, case_type: CaseType, *, since: datetime) -> dict[int, Outcome]:
    """By the row's id, of threads begun `since` then; rows that nothing was sent by are not there.

    A voided thread was about another patient and does not count.
    """
    counted = (
        RecipientEntry.municipality == municipality,
        RecipientEntry.case_type == case_type,
        Thread.created_at >= since,
        Thread.voided_at.is_(None),
    )
    by_row = (
        select(Thread.recipient_entry_id, func.count())
        .join(RecipientEntry, RecipientEntry.id == Thread.recipient_entry_id)
        .where(*counted)
        .group_by(Thread.recipient_entry_id)
    )
    sent = dict(tuple(row) for row in reading().execute(by_row))
    wrong, forwarded = _sent_on(
        reading().execute(
            select(Thread.recipient_entry_id, ThreadEvent.thread_id, ThreadEvent.kind, ThreadEvent.reason)
            .join(Thread, Thread.id == ThreadEvent.thread_id)
            .join(RecipientEntry, RecipientEntry.id == Thread.recipient_entry_id)
            .where(*counted, ThreadEvent.kind.in_((EventKind.RETURNED, EventKind.FORWARDED)))
            .order_by(ThreadEvent.thread_id, ThreadEvent.id)
        )
    )
    return {entry_id: Outcome(count, wrong[entry_id], forwarded[entry_id]) for entry_id, count in sent.items()}


def _sent_on(moves: Iterable[Row]) -> tuple[Counter[int], Counter[int]]:
    """Threads returned as wrong, and forwarded, by row. `moves` are in their order, thread by thread."""
    wrong: Counter[int] = Counter()
    forwarded: Counter[int] = Counter()
    for (entry_id, _thread), of_thread in groupby(moves, key=lambda move: (move.recipient_entry_id, move.thread_id)):
        told = [(move.kind, move.reason) for move in of_thread]
        wrong[entry_id] += (EventKind.RETURNED, ReturnReason.WRONG_RECIPIENT) in told
        forwarded[entry_id] += _was_forwarded([kind for kind, _reason in told])
    return wrong, forwarded


def _was_forwarded(kinds: list[str]) -> bool:
    """By a recipient. What comes next after a return is the sender's doing: nobody else has the thread then."""
    before = [None, *kinds]
    return any(
        kind == EventKind.FORWARDED and last != EventKind.RETURNED for last, kind in zip(before, kinds, strict=False)
    )
