"""The own unit's threads by word, number, unit, period and status (P4). The caller has logged the search (L1)."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    cast,
    column,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from lcweb.db import reading
from lcweb.domain.search import SearchQuery, Status, Term
from lcweb.domain.workdays import ONE_DAY, moment_at
from lcweb.models import Message, Obligation, SearchDocument, Thread, ThreadParty, Unit

PAGE_SIZE = 50
FEW = 5000  # texts, of all units

#: SQLite's index over the documents; what is asked of it is asked of the column of its own name.
_FTS = table("search_fts", column("rowid"), column("search_fts"))


class SearchRow(NamedTuple):
    """`patient` is all a list may show (P2). A unit that has left the thread learns nothing of its present state."""

    thread_id: int
    subject: str
    patient: str
    other_unit: str
    duty_kind: str | None
    due_at: datetime | None
    ours: bool
    unopened: bool
    messages: int
    closed: bool
    withdrawn: bool
    left_how: str | None
    last_at: datetime


class Found(NamedTuple):
    """`total` counts every page's."""

    rows: list[SearchRow]
    total: int
    more: bool


def find_threads(
    *, unit_id: int, user_id: int, may_open_protected: bool, query: SearchQuery, page: int, now: datetime
) -> Found:
    """Latest first. `page` counts from 1. What asks for nothing finds nothing."""
    if query.is_empty:
        return Found([], 0, more=False)
    wanted = [
        *_visible(unit_id=unit_id, user_id=user_id, may_open_protected=may_open_protected),
        *(_holds(term, texts, unit_id) for term, texts in zip(query.terms, _texts(query.terms), strict=True)),
        *_narrowed(query, unit_id=unit_id, now=now),
    ]
    threads = select(ThreadParty.thread_id).join(Thread, Thread.id == ThreadParty.thread_id).where(*wanted)
    offset = (page - 1) * PAGE_SIZE
    found = reading().execute(_rows(unit_id, threads, offset)).all()
    total = found[0].total if found else _count(threads) if offset else 0
    return Found([_row(*row[:-1]) for row in found], total, more=total > offset + PAGE_SIZE)


def _count(threads: Select) -> int:
    return reading().execute(select(func.count()).select_from(threads.subquery())).scalar_one()


def _visible(*, unit_id: int, user_id: int, may_open_protected: bool) -> list[ColumnElement[bool]]:
    """P3: a protected identity is found by those alone who may open it."""
    opens = [] if may_open_protected else [or_(~Thread.protected, ThreadParty.claimed_by_id == user_id)]
    return [
        ThreadParty.unit_id == unit_id,
        Thread.voided_at.is_(None),
        or_(Thread.withdrawn_at.is_(None), Thread.sender_unit_id == unit_id),
        *opens,
    ]


def _holds(term: Term, text: FromClause, unit_id: int) -> ColumnElement[bool]:
    """In one of the texts that the unit may read; or as the patient's number. `text`: anybody's that have the term."""
    own = aliased(ThreadParty)
    readable = (
        select(text.c.thread_id)
        .join(own, and_(own.thread_id == text.c.thread_id, own.unit_id == unit_id))
        .outerjoin(Message, Message.id == text.c.message_id)
        .where(*_readable(text, own, unit_id))
    )
    # Worked out first and for itself: else PostgreSQL asks it of each of the unit's threads.
    found = readable.cte().prefix_with("MATERIALIZED", dialect="postgresql")
    return or_(Thread.id.in_(select(found.c.thread_id)), _is_about(term.numbers))


def _texts(terms: Sequence[Term]) -> list[FromClause]:
    """Of each term the texts that have it. Where those are few PostgreSQL shall begin with them: by itself it reads
    every text of the unit's threads, which is quicker only for a word that nearly everybody uses.
    """
    having = [
        select(
            SearchDocument.thread_id, SearchDocument.unit_id, SearchDocument.message_id, SearchDocument.event_id
        ).where(_matches(term))
        for term in terms
    ]  # fmt: skip
    if not having or reading().dialect.name != "postgresql":
        return [texts.subquery() for texts in having]
    counts = [select(func.count()).select_from(texts.limit(FEW + 1).subquery()).scalar_subquery() for texts in having]
    return [
        texts.cte().prefix_with("MATERIALIZED") if count <= FEW else texts.subquery()
        for texts, count in zip(having, reading().execute(select(*counts)).one(), strict=True)
    ]


def _readable(text: FromClause, own: type[ThreadParty], unit_id: int) -> list[ColumnElement[bool]]:
    """Not another unit's own, not withdrawn or voided, and nothing from after the unit left the thread."""
    message, event = text.c.message_id, text.c.event_id
    kept = and_(
        or_(message.is_(None), message <= func.coalesce(own.last_message_id, 0)),
        or_(event.is_(None), event <= func.coalesce(own.last_event_id, 0)),
    )
    return [
        or_(text.c.unit_id.is_(None), text.c.unit_id == unit_id),
        Message.voided_at.is_(None),
        or_(Message.withdrawn_at.is_(None), Message.unit_id == unit_id),
        or_(own.left_at.is_(None), kept),
    ]


def _matches(term: Term) -> ColumnElement[bool]:
    """The words are opaque ASCII, so quoting them is all that either database's language needs."""
    quoted = [f'"{word}"' for word in term.words]
    if reading().dialect.name == "postgresql":
        words = " & ".join(word.replace('"', "'") for word in quoted) + (":*" if term.prefix else "")
        tokens = func.string_to_array(SearchDocument.tokens, literal_column("' '"))
        return func.array_to_tsvector(tokens).op("@@")(cast(words, TSQUERY))
    words = " AND ".join(quoted) + (" *" if term.prefix else "")
    # Joined, so that SQLite begins with the index; an IN of its rows was tried for each of the unit's threads.
    return and_(_FTS.c.rowid == SearchDocument.id, _FTS.c.search_fts.op("MATCH")(words))


def _is_about(numbers: tuple[str, ...]) -> ColumnElement[bool]:
    """P3: never a protected identity."""
    return and_(Thread.patient_number.in_(numbers), ~Thread.protected) if numbers else false()


def _narrowed(query: SearchQuery, *, unit_id: int, now: datetime) -> list[ColumnElement[bool]]:
    found = {
        Status.ANY: [],
        Status.OPEN: [~_finished()],
        Status.CLOSED: [_finished()],
        Status.OVERDUE: [ThreadParty.left_at.is_(None), _is_late(now)],
    }[query.status]
    if query.patient_numbers:
        found = [*found, _is_about(query.patient_numbers)]
    if query.unit_id:
        found = [*found, _was_with(query.unit_id, unit_id)]
    if query.from_day:
        found = [*found, ThreadParty.last_at >= moment_at(query.from_day, time.min)]
    if query.to_day:
        found = [*found, Thread.created_at < moment_at(query.to_day + ONE_DAY, time.min)]
    return found


def _finished() -> ColumnElement[bool]:
    """For the unit: what it has sent on or returned is done with."""
    return or_(Thread.closed_at.is_not(None), Thread.withdrawn_at.is_not(None), ThreadParty.left_at.is_not(None))


def _is_late(now: datetime) -> ColumnElement[bool]:
    duty = aliased(Obligation)
    return exists().where(duty.thread_id == Thread.id, duty.ended_at.is_(None), duty.due_at <= now)


def _was_with(other_id: int, unit_id: int) -> ColumnElement[bool]:
    """The sender follows its thread through every unit that it was forwarded to; the others know the sender."""
    other = aliased(ThreadParty)
    took_part = exists().where(other.thread_id == Thread.id, other.unit_id == other_id, other.unit_id != unit_id)
    return case((Thread.sender_unit_id == unit_id, took_part), else_=Thread.sender_unit_id == other_id)


def _rows(unit_id: int, threads: Select, offset: int) -> Select:
    """The page's threads first, with how many there are of them all; then what is told of those alone."""
    latest = (ThreadParty.last_at.desc(), Thread.id)
    page = threads.add_columns(func.count().over().label("total"))
    shown = page.order_by(*latest).limit(PAGE_SIZE).offset(offset).subquery()
    other = case((Thread.sender_unit_id == unit_id, Thread.recipient_unit_id), else_=Thread.sender_unit_id)
    open_duty = aliased(Obligation)
    duty_id = (
        select(open_duty.id)
        .where(open_duty.thread_id == Thread.id, open_duty.ended_at.is_(None), ThreadParty.left_at.is_(None))
        .order_by((open_duty.unit_id != unit_id), open_duty.id)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            Thread.id, Thread.subject, Thread.patient_label, Unit.name, Obligation.kind, Obligation.due_at,
            Obligation.unit_id == unit_id, ThreadParty.unopened, Thread.message_count, Thread.closed_at,
            Thread.withdrawn_at, ThreadParty.left_how, ThreadParty.last_at, shown.c.total,
        )
        .select_from(shown)
        .join(ThreadParty, and_(ThreadParty.thread_id == shown.c.thread_id, ThreadParty.unit_id == unit_id))
        .join(Thread, Thread.id == ThreadParty.thread_id)
        .join(Unit, Unit.id == other)
        .outerjoin(Obligation, Obligation.id == duty_id)
        .order_by(*latest)
    )  # fmt: skip


def _row(
    thread_id: int, subject: str, patient: str, other_unit: str, duty_kind: str | None, due_at: datetime | None,
    ours: bool | None, unopened: int, messages: int, closed_at: datetime | None, withdrawn_at: datetime | None,
    left_how: str | None, last_at: datetime,
) -> SearchRow:  # fmt: skip
    return SearchRow(
        thread_id, subject, patient, other_unit, duty_kind, due_at, bool(ours), unopened > 0, messages,
        closed_at is not None, withdrawn_at is not None, left_how, last_at,
    )  # fmt: skip
