"""Forward and return: the thread goes to another unit, and the one that had it sees nothing later (B1)."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, threads
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.threads import DutyEnd, DutyKind, EventKind, ForwardReason, Move, ReturnReason
from lcweb.models import Message, Thread, ThreadEvent, ThreadParty, Unit
from lcweb.services import access_log, hints, search
from lcweb.services.threads.duties import end_all_duties, end_duty, last_asked, open_duties, put_duty
from lcweb.services.threads.parts import add_event, moved, own_side, require_move, require_version
from lcweb.services.units.standing import hold_open, require_open


def forward(
    actor: Actor,
    thread_id: int,
    *,
    unit_id: int | None,
    reason: str,
    words: str,
    version: int,
    hints_confirmed: int = 0,
    now: datetime,
    rules: Rules,
) -> str:
    """To another recipient, with a new duty and a new term (B1); after a return it is the sender who does it.

    Returns the new unit's name. Raises NotFound, Refused, Asked (S5), and Conflict when the thread has moved on.
    """
    actor.require(Act.HANDLE)
    with transaction() as session:
        hold_open(session, unit_id)
        thread, party = own_side(session, actor, thread_id, may_act=True)
        require_version(thread, version)
        require_move(Move.FORWARD, thread, party)
        unit = _new_recipient(session, thread, unit_id, threads.sending_on_problems(ForwardReason, reason, words))
        hints.ask(session, subject="", body=words, patient_number=thread.patient_number, confirmed=hints_confirmed)
        said = _said(session, thread, EventKind.FORWARDED, reason, words, unit.name, actor=actor, now=now)
        if party.unit_id == thread.recipient_unit_id:
            _leave(session, thread, party, said, EventKind.FORWARDED, now=now)
        _receive(session, thread, unit, was=party.unit_id, now=now, rules=rules)
        access_log.write(session, LogAction.FORWARD, actor=actor, thread=thread, now=now)
        moved(session, thread, party.unit_id)
        return unit.name


def give_back(
    actor: Actor,
    thread_id: int,
    *,
    suggested_unit_id: int | None,
    reason: str,
    words: str,
    version: int,
    hints_confirmed: int = 0,
    now: datetime,
    rules: Rules,
) -> None:
    """Återsänd: the sender is to send it on, or close it, within `return_days`.

    Raises NotFound, Refused, Asked (S5), and Conflict when the thread has moved on.
    """
    actor.require(Act.HANDLE)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        require_version(thread, version)
        require_move(Move.RETURN, thread, party)
        problems = threads.sending_on_problems(ReturnReason, reason, words)
        right = _suggested(session, thread, suggested_unit_id, problems)
        hints.ask(session, subject="", body=words, patient_number=thread.patient_number, confirmed=hints_confirmed)
        said = _said(session, thread, EventKind.RETURNED, reason, words, right, actor=actor, now=now)
        _leave(session, thread, party, said, EventKind.RETURNED, now=now)
        _come_back(session, thread, now=now, rules=rules)
        access_log.write(session, LogAction.RETURN, actor=actor, thread=thread, now=now)
        moved(session, thread)


def _new_recipient(session: Session, thread: Thread, unit_id: int | None, problems: dict[str, str]) -> Unit:
    unit = session.get(Unit, unit_id) if unit_id else None
    if unit is None:
        problems = {"recipient_unit": "Välj vilken enhet som ska få ärendet."} | problems
    elif unit.id == thread.sender_unit_id:
        problems = {"recipient_unit": "Enheten har skickat ärendet. Återsänd det i stället."} | problems
    elif unit.id == thread.recipient_unit_id and thread.returned_at is None:
        problems = {"recipient_unit": "Enheten har redan ärendet. Välj en annan."} | problems
    if problems or unit is None:
        raise Refused(problems)
    own_id = thread.sender_unit_id if thread.returned_at else thread.recipient_unit_id
    require_open(session, unit, "recipient_unit", own_id=own_id)
    return unit


def _suggested(session: Session, thread: Thread, unit_id: int | None, problems: dict[str, str]) -> str | None:
    """The right unit's name, if the person has named one."""
    unit = session.get(Unit, unit_id) if unit_id else None
    if unit_id and (unit is None or unit.id in (thread.sender_unit_id, thread.recipient_unit_id)):
        problems = problems | {"suggested_unit": "Välj en annan enhet, eller ingen."}
    if problems:
        raise Refused(problems)
    if unit is not None:
        require_open(session, unit, "suggested_unit", own_id=thread.recipient_unit_id)
    return unit.name if unit else None


def _said(
    session: Session, thread: Thread, kind: EventKind, reason: str, words: str, to_unit: str | None, *, actor: Actor,
    now: datetime,
) -> ThreadEvent:  # fmt: skip
    """The line of the history that both sides read, which the words belong to."""
    event = add_event(
        session, thread, kind, actor=actor, now=now, to_unit_name=to_unit, reason=reason,
        words=guards.normalized(words) or None,
    )  # fmt: skip
    search.add_event(session, event)
    return event


def _leave(
    session: Session, thread: Thread, party: ThreadParty, said: ThreadEvent, how: EventKind, *, now: datetime
) -> None:
    """The unit keeps what it had seen, up to its own last line."""
    party.left_at, party.left_how, party.last_event_id = now, how, said.id
    party.last_message_id = session.scalar(select(func.max(Message.id)).where(Message.thread_id == thread.id))
    party.unopened = 0
    party.revision += thread.revision + 1  # from now on its own number alone says that something has changed for it
    session.flush()


def _receive(session: Session, thread: Thread, unit: Unit, *, was: int, now: datetime, rules: Rules) -> None:
    """`was`: the unit that sent it on. What the sender owes is from now on owed to the new unit."""
    message, kind = last_asked(session, thread)
    ended = end_duty(session, thread, unit_id=was, how=DutyEnd.FORWARDED, now=now)
    if ended is not None and ended.kind != DutyKind.RETURNED:
        kind = DutyKind(ended.kind)
    for duty in open_duties(session, thread):
        duty.owed_to_unit_id = unit.id
    thread.recipient_unit_id, thread.returned_at = unit.id, None
    _join(session, thread, unit, now=now)
    put_duty(
        session, message, unit_id=unit.id, owed_to=thread.sender_unit_id, kind=kind, days=rules.answer_days, now=now,
        rules=rules,
    )  # fmt: skip
    session.get_one(ThreadParty, (thread.id, thread.sender_unit_id)).last_at = now


def _join(session: Session, thread: Thread, unit: Unit, *, now: datetime) -> None:
    """Everything there is lies unopened before a unit that gets the thread, also when it had it once before."""
    party = session.get(ThreadParty, (thread.id, unit.id)) or ThreadParty(thread_id=thread.id, unit_id=unit.id)
    party.left_at = party.left_how = party.last_message_id = party.last_event_id = None
    party.claimed_by_id = party.claimed_at = None
    party.acknowledged_to, party.last_at = 0, now
    party.revision = (party.revision or 0) + 1
    party.unopened = session.scalar(
        select(func.count()).where(
            Message.thread_id == thread.id, Message.unit_id != unit.id, Message.withdrawn_at.is_(None)
        )
    )
    session.add(party)
    session.flush()


def _come_back(session: Session, thread: Thread, *, now: datetime, rules: Rules) -> None:
    """The sender is to see it at once, and to deal with it; what it may have owed the other unit is void."""
    message, _kind = last_asked(session, thread)
    end_all_duties(session, thread, how=DutyEnd.RETURNED, now=now)
    thread.returned_at = now
    party = session.get_one(ThreadParty, (thread.id, thread.sender_unit_id))
    party.unopened += 1
    party.last_at = now
    put_duty(
        session, message, unit_id=thread.sender_unit_id, owed_to=thread.recipient_unit_id, kind=DutyKind.RETURNED,
        days=rules.return_days, now=now, rules=rules,
    )  # fmt: skip
