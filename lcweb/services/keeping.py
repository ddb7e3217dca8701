"""Gallring: the texts of threads that both sides have in their records go; the tombstone and the log stay."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, false, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from lcweb.db import transaction
from lcweb.domain import keeping
from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor, Role
from lcweb.models import (
    Disposal,
    DisposalPolicy,
    Draft,
    InternalNote,
    Message,
    Organization,
    SearchDocument,
    Thread,
    ThreadEvent,
    ThreadParty,
    Unit,
    User,
)
from lcweb.services import access_log, changes, inbox
from lcweb.services.reminders import fresh_reading

BATCH = 100  # threads in one transaction


class Disposed(NamedTuple):
    threads: int


def decide(actor: Actor, organization_id: int, *, keep_days: str, automatic: bool, now: datetime) -> None:
    """The organization's policy from now on. Raises NotAllowed, NotFound, Refused."""
    actor.require(Act.EDIT_SETTINGS)
    problem = keeping.keep_days_problem(keep_days)
    if problem:
        raise Refused({"keep_days": problem})
    with transaction() as session:
        row = _policy(session, organization_id)
        before = _fields(row)
        if row is None:
            row = DisposalPolicy(organization_id=organization_id)
            session.add(row)
        row.keep_days, row.automatic, row.ended_at = int(keep_days), automatic, None
        row.decided_by_id, row.decided_by, row.decided_at = actor.user_id, actor.name, now
        session.flush()
        changes.note(session, Noun.DISPOSAL, organization_id, What.CHANGED, before=before, after=_fields(row),
                     actor=actor, now=now)  # fmt: skip


def end(actor: Actor, organization_id: int, *, now: datetime) -> None:
    """From now on everything is kept. Raises NotAllowed, NotFound."""
    actor.require(Act.EDIT_SETTINGS)
    with transaction() as session:
        row = _policy(session, organization_id)
        if row is None or row.ended_at is not None:
            raise NotFound("policy")
        before = _fields(row)
        row.ended_at = now
        session.flush()
        changes.note(session, Noun.DISPOSAL, organization_id, What.ENDED, before=before, after=_fields(row),
                     actor=actor, now=now)  # fmt: skip


def count(actor: Actor, organization_id: int, *, now: datetime) -> int:
    """How many threads would go now. Writes nothing. Raises NotAllowed."""
    actor.require(Act.EDIT_SETTINGS)
    with fresh_reading() as reader:
        due = _due(reader, organization_id, now=now).subquery()
        return reader.scalar(select(func.count()).select_from(due)) or 0


def dispose(actor: Actor, organization_id: int, *, seen: int, now: datetime) -> Disposed:
    """What the preview showed, if it still is what it showed. Raises NotAllowed, NotFound, Conflict."""
    actor.require(Act.EDIT_SETTINGS)
    found = count(actor, organization_id, now=now)
    if found != seen:
        raise Conflict(f"Antalet ärenden som skulle gallras är nu {found}, inte {seen}. Se efter och bekräfta igen.")
    return _dispose(actor, organization_id, now=now)


def dispose_at_night(*, now: datetime) -> int:
    """What the policies that say so let go, in the name of who decided them; how many threads."""
    if not keeping.is_night(now):
        return 0
    living = (DisposalPolicy.automatic.is_(True), DisposalPolicy.ended_at.is_(None))
    with fresh_reading() as reader:
        policies = reader.execute(
            select(DisposalPolicy.organization_id, User.id, User.name, User.title)
            .join(User, User.id == DisposalPolicy.decided_by_id)
            .where(*living)
            .order_by(DisposalPolicy.organization_id)
        ).all()
    total = 0
    for organization_id, user_id, name, title in policies:
        decided_by = Actor(user_id=user_id, name=name, title=title, roles=frozenset({Role.SYSTEM_ADMIN}))
        total += _dispose(decided_by, organization_id, now=now).threads
    return total


def _policy(session: Session, organization_id: int) -> DisposalPolicy | None:
    if session.get(Organization, organization_id, with_for_update=True) is None:
        raise NotFound("organization")
    return session.get(DisposalPolicy, organization_id)


def _fields(row: DisposalPolicy | None) -> dict[str, object]:
    if row is None or row.ended_at is not None:
        return {"keep_days": None, "automatic": None}
    return {"keep_days": row.keep_days, "automatic": row.automatic}


# What goes --------------------------------------------------------------------------------------------------------


def _due(reader: Connection | Session, organization_id: int, *, now: datetime) -> Select[tuple[int]]:
    """Closed threads with a unit of the organization, that both sides have in their records as they are, and that both
    sides' organizations have kept as long as they decided.
    """
    policies = select(DisposalPolicy.organization_id, DisposalPolicy.keep_days)
    living = dict(tuple(row) for row in reader.execute(policies.where(DisposalPolicy.ended_at.is_(None))))
    sender, recipient = aliased(Unit), aliased(Unit)
    return (
        select(Thread.id)
        .join(sender, sender.id == Thread.sender_unit_id)
        .join(recipient, recipient.id == Thread.recipient_unit_id)
        .where(Thread.closed_at.is_not(None), Thread.disposed_at.is_(None), Thread.voided_at.is_(None),
               Thread.withdrawn_at.is_(None))
        .where(or_(sender.organization_id == organization_id, recipient.organization_id == organization_id))
        .where(_kept(sender, living, now=now), _kept(recipient, living, now=now))
        .where(_in_record(Thread.sender_unit_id), _in_record(Thread.recipient_unit_id))
        .order_by(Thread.id)
    )  # fmt: skip


def _kept(unit: type[Unit], living: Mapping[int, int], *, now: datetime) -> ColumnElement[bool]:
    """As long as the unit's organization has decided; without a decision for ever."""
    return or_(
        false(),
        *(
            and_(unit.organization_id == organization_id, Thread.closed_at < keeping.closed_before(days, now=now))
            for organization_id, days in living.items()
        ),
    )


def _in_record(unit_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The side has marked it as transferred, the last message that it could see included."""
    last = select(func.max(Message.id)).where(
        Message.thread_id == ThreadParty.thread_id,
        or_(ThreadParty.last_message_id.is_(None), Message.id <= ThreadParty.last_message_id),
        or_(Message.withdrawn_at.is_(None), Message.unit_id == ThreadParty.unit_id),
    )  # fmt: skip
    side = select(ThreadParty.thread_id).where(
        ThreadParty.thread_id == Thread.id,
        ThreadParty.unit_id == unit_id,
        ThreadParty.transferred_to >= last.scalar_subquery(),
    )
    return side.exists()


def _dispose(actor: Actor, organization_id: int, *, now: datetime) -> Disposed:
    """Some threads at a time, so that nobody waits long; each with its row in the access log (L1)."""
    disposal_id: int | None = None
    total = 0
    while True:
        with transaction() as session:
            policy = session.get(DisposalPolicy, organization_id)
            if policy is None or policy.ended_at is not None:
                break
            due = _due(session, organization_id, now=now).limit(BATCH).with_for_update(of=Thread)
            threads = session.scalars(select(Thread).where(Thread.id.in_(due)).order_by(Thread.id)).all()
            if not threads:
                break
            disposal = session.get(Disposal, disposal_id) if disposal_id else None
            if disposal is None:
                disposal = _begun(session, policy, actor=actor, now=now)
            for thread in threads:
                access_log.write_disposal(session, thread, user_id=actor.user_id, now=now)
                _empty(session, thread, disposal, now=now)
            disposal.threads += len(threads)
            disposal_id, total = disposal.id, total + len(threads)
    return Disposed(total)


def _begun(session: Session, policy: DisposalPolicy, *, actor: Actor, now: datetime) -> Disposal:
    disposal = Disposal(
        organization_id=policy.organization_id, closed_before=keeping.last_day(policy.keep_days, now=now), threads=0,
        made_by=actor.name, made_at=now,
    )  # fmt: skip
    session.add(disposal)
    session.flush()
    return disposal


def _empty(session: Session, thread: Thread, disposal: Disposal, *, now: datetime) -> None:
    """What is left tells that there was a thread, between whom and when: no patient, and no word that anybody wrote."""
    of_thread = {table: table.thread_id == thread.id for table in (Message, ThreadEvent, InternalNote)}
    session.execute(update(Message).where(of_thread[Message]).values(body=""))
    session.execute(update(ThreadEvent).where(of_thread[ThreadEvent]).values(words=None))
    session.execute(update(InternalNote).where(of_thread[InternalNote]).values(body=""))
    session.execute(delete(SearchDocument).where(SearchDocument.thread_id == thread.id))
    session.execute(delete(Draft).where(Draft.thread_id == thread.id))
    thread.subject = thread.patient_name = thread.patient_number = thread.patient_label = ""
    thread.patient_number_words = thread.patient_number_issuer = thread.disclosure_words = ""
    thread.protected = False
    thread.disposal_id, thread.disposed_at = disposal.id, now
    thread.version += 1
    thread.revision += 1
    session.flush()
    sides = session.scalars(select(ThreadParty.unit_id).where(ThreadParty.thread_id == thread.id)).all()
    inbox.touch(session, *sides)
