"""What a thread's texts can be found by (P4), and that somebody has searched (L1).

All but `search` work within the verb that writes, takes back or voids the text.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain.access_log import LogAction
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.search import SearchQuery, document, identity_words
from lcweb.models import InternalNote, SearchDocument, Thread, ThreadEvent, ThreadParty
from lcweb.prepared import do
from lcweb.services import access_log

_NAMES = ("thread_id", "message_id", "event_id", "note_id", "unit_id", "tokens")
_ADD = insert(SearchDocument.__table__).values({name: bindparam(name) for name in _NAMES})
_THREAD_ID, _MESSAGE_ID = bindparam("thread_id"), bindparam("message_id")
_ADD_LETTER = insert(SearchDocument.__table__).values(
    [
        {"thread_id": _THREAD_ID, "message_id": None, "tokens": bindparam("head")},
        {"thread_id": _THREAD_ID, "message_id": _MESSAGE_ID, "tokens": bindparam("body")},
    ]
)


def search(actor: Actor, query: SearchQuery, *, now: datetime) -> None:
    """Logs the search, once for each patient that it names; the caller shows nothing before that."""
    actor.require(Act.SEE_THREADS)
    unit_id = actor.require_unit()
    with transaction() as session:
        named = [number for numbers in query.named_patients for number in _meant(session, numbers, unit_id)]
        for number in dict.fromkeys(named) or [""]:
            access_log.write(session, LogAction.SEARCH, actor=actor, patient_number=number, now=now)


def add_letter(session: Session, thread: Thread, message_id: int, body: str) -> None:
    """A new thread: the subject, and the patient's name unless it is protected (P3); and its first message."""
    name = "" if thread.protected else thread.patient_name
    head = _words(thread, f"{thread.subject} {name}")
    words = _words(thread, body)
    if head and words:
        do(session, _ADD_LETTER, thread_id=thread.id, head=head, message_id=message_id, body=words)
        return
    _write(session, thread, head)
    _write(session, thread, words, message_id=message_id)


def add_message(session: Session, thread: Thread, message_id: int, body: str) -> None:
    _add(session, thread, body, message_id=message_id)


def add_event(session: Session, event: ThreadEvent) -> None:
    """The words that were given with it, if any."""
    _add(session, session.get_one(Thread, event.thread_id), event.words or "", event_id=event.id)


def add_note(session: Session, note: InternalNote) -> None:
    """Found by the note's own unit alone."""
    thread = session.get_one(Thread, note.thread_id)
    _add(session, thread, note.body, note_id=note.id, unit_id=note.unit_id)


def hide_message(session: Session, message_id: int, from_others_of_unit: int | None) -> None:
    """Withdrawn: only the author's unit finds it. None, voided: nobody does."""
    _hide(session, SearchDocument.message_id == message_id, from_others_of_unit)


def hide_thread(session: Session, thread_id: int, keep_for_unit: int | None) -> None:
    """Withdrawn: only the sender unit finds it. None, voided: nobody does."""
    _hide(session, SearchDocument.thread_id == thread_id, keep_for_unit)


def _add(session: Session, thread: Thread, text: str, *, unit_id: int | None = None, **of: int) -> None:
    _write(session, thread, _words(thread, text), unit_id=unit_id, **of)


def _words(thread: Thread, text: str) -> str:
    hidden = identity_words(thread.patient_name, thread.patient_number) if thread.protected else frozenset()
    return document(text, without=hidden)


def _write(session: Session, thread: Thread, words: str, **of: int | None) -> None:
    if words:
        do(session, _ADD, **dict.fromkeys(_NAMES) | {"thread_id": thread.id, "tokens": words} | of)


def _hide(session: Session, of: ColumnElement[bool], keep_for_unit: int | None) -> None:
    """Texts that another unit had for itself alone go too."""
    session.flush()
    if keep_for_unit is None:
        session.execute(delete(SearchDocument).where(of))
        return
    session.execute(delete(SearchDocument).where(of, SearchDocument.unit_id != keep_for_unit))
    session.execute(update(SearchDocument).where(of).values(unit_id=keep_for_unit))


def _meant(session: Session, numbers: tuple[str, ...], unit_id: int) -> list[str]:
    """Of ten digits those centuries that the unit has a patient of; the ten themselves when it has none."""
    if len(numbers) == 1:
        return list(numbers)
    known = session.scalars(
        select(Thread.patient_number)
        .join(ThreadParty, ThreadParty.thread_id == Thread.id)
        .where(ThreadParty.unit_id == unit_id, Thread.patient_number.in_(numbers))
        .distinct()
    )
    return sorted(known) or [numbers[0][2:]]
