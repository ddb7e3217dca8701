"""What must stand in the tables after a fault, whatever happened: held against what people were told, and by itself."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, and_, func, select, text

from lcweb.db import Base, db, log_key
from lcweb.domain.access_log import LogAction, verify
from lcweb.domain.threads import DutyKind
from lcweb.models import AccessLogRow, Draft, Message, Obligation, Thread, User
from lcweb.queries import access_log
from tests.faults.writers import Book, Told
from tests.rows import rows

#: A written act → what the access log calls it.
ACTIONS = {
    "send": {LogAction.SEND},
    "reply": {LogAction.REPLY},
    "acknowledge": {LogAction.ACKNOWLEDGE},
    "claim": {LogAction.CLAIM, LogAction.TAKE_OVER},
    "close": {LogAction.CLOSE},
    "draft": {LogAction.DRAFT},
}


def faults(book: Book) -> list[str]:
    """Everything that is not as it must be. Needs an app context."""
    return [*_database(), *_chain(), *_messages(book), *_moves(book), *_drafts(book), *_logged(), *_duties()]


# By itself ------------------------------------------------------------------------------------------------------------


def _database() -> Iterator[str]:
    """The file is whole, every reference leads somewhere, and nothing unique is there twice."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            said = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            yield from (f"integrity_check: {line}" for line in said if line != "ok")
            yield from (f"foreign_key_check: {row}" for row in connection.execute(text("PRAGMA foreign_key_check")))
    for table in Base.metadata.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint) and (lost := _lost(constraint)):
                yield f"{lost} rows of {table.name} refer to no {constraint.referred_table.name}"
            if isinstance(constraint, UniqueConstraint) and (twice := _twice(table, constraint)):
                yield f"{twice} rows of {table.name} are there twice"


def _lost(constraint: ForeignKeyConstraint) -> int:
    table, referred = constraint.table, constraint.referred_table.alias()
    pairs = [(element.parent, referred.c[element.column.name]) for element in constraint.elements]
    there = select(referred).where(and_(*(own == other for own, other in pairs))).exists()
    return _number(select(func.count()).select_from(table).where(*(own.is_not(None) for own, _ in pairs), ~there))


def _twice(table: Any, constraint: UniqueConstraint) -> int:
    columns = [*constraint.columns]
    filled = [column.is_not(None) for column in columns]
    several = select(*columns).where(*filled).group_by(*columns).having(func.count() > 1).subquery()
    return _number(select(func.count()).select_from(several))


def _number(query: Any) -> int:
    with db.engine.connect() as connection:
        return connection.execute(query).scalar_one()


def _chain() -> Iterator[str]:
    """L2."""
    with access_log.whole() as found:
        verdict = verify(log_key(), found.rows, head=found.head)
    if verdict.fault:
        yield f"access log: row {verdict.broken} {verdict.fault}"


def _logged() -> Iterator[str]:
    """L1: for each message one row of the log, by its author, and no row for a message that is not there."""
    written = Counter((message.thread_id, message.author_id) for message in rows(Message))
    kinds = (LogAction.SEND, LogAction.REPLY)
    logged = Counter((row.thread_id, row.user_id) for row in rows(AccessLogRow) if row.action in kinds)
    yield from (f"messages without their row of the log: {key}" for key in written - logged)
    yield from (f"rows of the log without their message: {key}" for key in logged - written)
    first = Counter(row.thread_id for row in rows(AccessLogRow) if row.action == LogAction.SEND)
    yield from (f"thread {thread.id} was begun {first[thread.id]} times" for thread in rows(Thread)
                if first[thread.id] != 1)  # fmt: skip


def _duties() -> Iterator[str]:
    """B1–B3, B5: whose turn it is, as the messages themselves tell it."""
    messages, owed, begun = defaultdict(list), defaultdict(list), {}
    for message in rows(Message):
        messages[message.thread_id].append(message)
    for duty in rows(Obligation):
        begun[duty.message_id] = duty
        if duty.ended_at is None:
            owed[duty.thread_id].append(duty.unit_id)
    for thread in rows(Thread):
        own = messages[thread.id]
        if thread.message_count != len(own) or not own:
            yield f"thread {thread.id} counts {thread.message_count} messages and has {len(own)}"
            continue
        if not _arose(thread, own[0], begun.get(own[0].id)):
            yield f"thread {thread.id}: no duty arose with its first message, or another's"
        if not _is_turn(thread, own, owed[thread.id], begun):
            yield f"thread {thread.id}: {owed[thread.id]} owe an answer, which the messages do not tell"


def _arose(thread: Any, first: Any, duty: Any) -> bool:
    kind = DutyKind.REPLY if first.expects_reply else DutyKind.ACKNOWLEDGE
    return duty is not None and (duty.kind, duty.unit_id) == (kind, thread.recipient_unit_id)


def _is_turn(thread: Any, messages: list[Any], owing: list[int], begun: dict[int, Any]) -> bool:
    """Nobody in a closed thread; never who wrote last; whoever was asked and has neither answered nor closed."""
    last = messages[-1]
    other = thread.recipient_unit_id if last.unit_id == thread.sender_unit_id else thread.sender_unit_id
    if thread.closed_at is not None:
        return owing == []
    if last.expects_reply:
        return owing == [other]
    return owing == [] or (owing == [other] and _began_earlier(messages, begun, other))


def _began_earlier(messages: list[Any], begun: dict[int, Any], unit_id: int) -> bool:
    duties = (begun.get(message.id) for message in messages)
    return any(duty and duty.ended_at is None and duty.unit_id == unit_id for duty in duties)


# Held against what people were told -----------------------------------------------------------------------------------


def _messages(book: Book) -> Iterator[str]:
    """None that was told is lost, none is there twice, and none was made up."""
    found = {message.submission_id: message.body for message in rows(Message)}
    bodies = Counter(found.values())
    for told in _of(book, "send", "reply"):
        if found.get(told.submission) != told.body:
            yield f"{told.kind} {told.submission} was told to be sent and is not there as it was written"
    yield from (f"{times} messages have the text {body}" for body, times in bodies.items() if times > 1)
    strange = (submission for submission, body in found.items() if book.sent.get(submission) != body)
    yield from (f"message {submission} is not as anybody wrote it" for submission in strange)


def _moves(book: Book) -> Iterator[str]:
    """What was told to be done in a thread stands in the log as often, at least: an untold try may stand there too."""
    names = {user.id: user.username for user in rows(User)}
    logged = Counter((row.action, names[row.user_id], row.thread_id) for row in rows(AccessLogRow))
    told = Counter((each.kind, each.username, each.thread_id) for each in _of(book, "acknowledge", "claim"))
    for (kind, username, thread_id), times in told.items():
        there = sum(logged[action, username, thread_id] for action in ACTIONS[kind])
        if there < times:
            yield f"{kind} in {thread_id} was told {times} times and is logged {there} times"
    closed = {each.thread_id for each in _of(book, "close")}  # twice is once
    for thread_id in closed - {row.thread_id for row in rows(AccessLogRow) if row.action == LogAction.CLOSE}:
        yield f"thread {thread_id} was told to be closed, which is not logged"


def _drafts(book: Book) -> Iterator[str]:
    kept = {draft.page_id: draft.fields for draft in rows(Draft)}
    for told in _of(book, "draft"):
        if told.body not in kept.get(told.submission, ""):
            yield f"draft {told.submission} was told to be kept and is not there"


def _of(book: Book, *kinds: str) -> list[Told]:
    return [told for told in book.told if told.kind in kinds]
