"""Keeping what somebody has begun to write, until it is sent, thrown away or too old."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import drafts
from lcweb.domain.access_log import LogAction
from lcweb.domain.drafts import LETTER_FIELDS, REPLY_FIELDS, Content
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.identity import Doubtful, classify
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import local_day
from lcweb.models import Draft, ThreadParty
from lcweb.services import access_log
from lcweb.services.threads.drafts import is_sent, one_at_a_time
from lcweb.services.threads.parts import own_side

NEWER = "Du har skrivit vidare på en annan sida, och det nyare utkastet ligger kvar. Texten här är inte sparad."


@dataclass(frozen=True, kw_only=True)
class WrittenOn:
    """The page that a draft comes from.

    `page` is its own id, `after` that of the page whose draft it goes on from, `submission_id` what it will send (S7).
    """

    page: str
    after: str
    submission_id: str


def save_reply(actor: Actor, thread_id: int, typed: Mapping[str, str], *, written_on: WrittenOn, now: datetime) -> bool:
    """Keeps the own half-written answer. False when there is nothing to keep: the box is empty, or its text was sent.

    Whoever may see the thread may keep a draft in it, also when nothing can be sent there any more. Colleagues' pages
    learn that it was begun. Raises NotFound (also a protected identity not claimed, P3), NotAllowed, Refused (too
    long), and Conflict when a newer page has saved since.
    """
    fields = _checked(typed, REPLY_FIELDS)
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        thread, party = own_side(session, actor, thread_id, may_act=True)
        actor.require(Act.WRITE)
        if is_sent(session, written_on.submission_id):
            return False
        earlier = _find_reply(session, actor, thread_id)
        content = _follow(earlier, fields, written_on)
        if not drafts.is_begun(fields):
            _remove(session, earlier, party)
            return False
        if earlier is None:
            session.add(_begun(actor, content, now=now, thread_id=thread_id))
            party.revision += 1
            access_log.write(session, LogAction.DRAFT, actor=actor, thread=thread, now=now)
        else:
            earlier.fields, earlier.saved_at = drafts.packed(content), now
        return True


def save_letter(actor: Actor, typed: Mapping[str, str], *, written_on: WrittenOn, now: datetime) -> int | None:
    """Keeps a compose page; the draft's id. None when there is nothing to keep: nothing is written, or it was sent.

    Raises NotFound for another person's page, NotAllowed, Refused (too long), and Conflict as save_reply does.
    """
    fields = _checked(typed, LETTER_FIELDS)
    actor.require(Act.WRITE)
    actor.require_unit()
    try:
        with transaction() as session:
            return _save_letter(session, actor, fields, written_on=written_on, now=now)
    except IntegrityError:
        raise NotFound("another person's page") from None


def open_letter(actor: Actor, draft_id: int, *, now: datetime) -> None:
    """Logs that a compose page's draft is handed out again (L1). Raises NotFound unless it is the person's own."""
    actor.require(Act.WRITE)
    with transaction() as session:
        fields = drafts.unpacked(_own_letter(session, actor, draft_id).fields).fields
        number = _patient_number(fields, now)
        access_log.write(session, LogAction.DRAFT_SHOWN, actor=actor, patient_number=number, now=now)


def discard_reply(actor: Actor, thread_id: int) -> None:
    """Twice is once. Raises NotFound."""
    actor.require(Act.SEE_THREADS)
    with transaction() as session:
        _thread, party = own_side(session, actor, thread_id, may_act=True)
        _remove(session, _find_reply(session, actor, thread_id), party)


def discard_letter(actor: Actor, draft_id: int) -> None:
    """Raises NotFound unless it is the person's own."""
    actor.require(Act.WRITE)
    with transaction() as session:
        session.delete(_own_letter(session, actor, draft_id))


def sweep(*, now: datetime, rules: Rules) -> int:
    """Removes what nobody has gone on writing for `draft_days` days. Returns how many."""
    too_old = Draft.saved_at < now - timedelta(days=rules.draft_days)
    with transaction() as session:
        removed = session.execute(delete(Draft).where(too_old).returning(Draft.thread_id, Draft.unit_id)).all()
        for thread_id, unit_id in removed:
            side = (ThreadParty.thread_id == thread_id, ThreadParty.unit_id == unit_id)
            session.execute(update(ThreadParty).where(*side).values(revision=ThreadParty.revision + 1))
        return len(removed)


def _checked(typed: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    fields = drafts.kept(typed, names)
    problem = drafts.problem(fields)
    if problem:
        raise Refused({"form": problem})
    return fields


def _follow(earlier: Draft | None, fields: dict[str, str], written_on: WrittenOn) -> Content:
    stored = drafts.unpacked(earlier.fields) if earlier else None
    if not drafts.may_follow(stored, page=written_on.page, after=written_on.after):
        raise Conflict(NEWER)
    return Content(written_on.page, fields)


def _begun(
    actor: Actor, content: Content, *, now: datetime, thread_id: int | None = None, page_id: str | None = None
) -> Draft:
    return Draft(
        user_id=actor.user_id, unit_id=actor.require_unit(), thread_id=thread_id, page_id=page_id,
        fields=drafts.packed(content), begun_at=now, saved_at=now,
    )  # fmt: skip


def _remove(session: Session, draft: Draft | None, party: ThreadParty) -> None:
    if draft is not None:
        session.delete(draft)
        party.revision += 1


def _find_reply(session: Session, actor: Actor, thread_id: int) -> Draft | None:
    return session.scalar(
        select(Draft).where(
            Draft.user_id == actor.user_id, Draft.unit_id == actor.require_unit(), Draft.thread_id == thread_id
        )
    )


def _save_letter(
    session: Session, actor: Actor, fields: dict[str, str], *, written_on: WrittenOn, now: datetime
) -> int | None:
    one_at_a_time(session, actor)
    page_id = written_on.submission_id
    if is_sent(session, page_id):
        return None
    earlier = session.scalar(select(Draft).where(Draft.page_id == page_id))
    if earlier is not None and not _is_own(earlier, actor):
        raise NotFound("draft")
    content = _follow(earlier, fields, written_on)
    if not drafts.is_begun(fields):
        if earlier is not None:
            session.delete(earlier)
        return None
    draft = earlier or _begun(actor, content, now=now, page_id=page_id)
    before = "" if earlier is None else _patient_number(drafts.unpacked(earlier.fields).fields, now)
    draft.fields, draft.saved_at = drafts.packed(content), now
    session.add(draft)
    session.flush()
    number = _patient_number(fields, now)
    if earlier is None or number != before:  # L1: begun, or about a patient that no row names yet
        access_log.write(session, LogAction.DRAFT, actor=actor, patient_number=number, now=now)
    return draft.id


def _own_letter(session: Session, actor: Actor, draft_id: int) -> Draft:
    draft = session.get(Draft, draft_id)
    if draft is None or draft.thread_id is not None or not _is_own(draft, actor):
        raise NotFound("draft")
    return draft


def _is_own(draft: Draft, actor: Actor) -> bool:
    return (draft.user_id, draft.unit_id) == (actor.user_id, actor.require_unit())


def _patient_number(fields: Mapping[str, str], now: datetime) -> str:
    """Empty as long as what is typed is no whole number."""
    try:
        return classify(fields.get("patient_id", ""), today=local_day(now), reserve_confirmed=True).text
    except Doubtful:
        return ""
