"""The end of a role and of a person's time; never of the last system administrator's."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from lcweb.domain.changes import Noun, What
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.sessions import Why
from lcweb.facts import still_here
from lcweb.models import Membership, Thread, ThreadParty, User, UserSession
from lcweb.services import changes, inbox, invitations, sessions

_ADMINISTRATORS = 0x6C637765_61646D6E  # pg_advisory_xact_lock's number: whether one is left is asked one at a time


def end_membership_row(
    session: Session, row: Membership, *, actor: Actor, now: datetime, import_id: int | None = None
) -> bool:
    """Within a verb's transaction, from `now` on. The person's sessions in the unit end with the last role there, and
    all of them with the last role anywhere.

    False when it had ended. Raises Refused for the last system administrator's.
    """
    if row.ended_at is not None and row.ended_at <= now:
        return False
    if row.role == Role.SYSTEM_ADMIN:
        _require_other_administrator(session, row.user_id, now=now)
    before = {"ended_at": row.ended_at}
    row.ended_at = now
    session.flush()
    if not _has_role(session, row.user_id, now=now):
        sessions.revoke(session, row.user_id, why=Why.ROLE_ENDED, now=now)
    if row.unit_id is not None and not _has_role(session, row.user_id, Membership.unit_id == row.unit_id, now=now):
        here = UserSession.unit_id == row.unit_id
        sessions.revoke(session, row.user_id, here, why=Why.ROLE_ENDED, now=now)
        _show_as_gone(session, row.user_id, ThreadParty.unit_id == row.unit_id)
    return changes.note(session, Noun.MEMBERSHIP, row.id, What.ENDED, before=before, after={"ended_at": now},
                        actor=actor, now=now, import_id=import_id)  # fmt: skip


def end_person_row(
    session: Session, row: User, ended_at: datetime | None, *, actor: Actor, now: datetime,
    import_id: int | None = None,
) -> bool:  # fmt: skip
    """Within a verb's transaction. `ended_at`: the first moment without the person, perhaps ahead; None takes it back.

    Once it is there, sessions and invitations are over at once, and an end taken back brings none of them to life
    again. False when nothing differs. Raises Refused for the last system administrator and for oneself.
    """
    before = {"ended_at": row.ended_at}
    end_sessions_of_ended(session, row, now=now)
    if ended_at is not None:
        _require_endable(session, row, actor=actor, now=now)
    row.ended_at = ended_at
    session.flush()
    if ended_at is not None and ended_at <= now:
        sessions.revoke(session, row.id, why=Why.PERSON_ENDED, now=now)
        invitations.end_links(session, row.id, now=now)
        _show_as_gone(session, row.id)
    what = What.REOPENED if ended_at is None else What.ENDED
    return changes.note(session, Noun.PERSON, row.id, what, before=before, after={"ended_at": ended_at}, actor=actor,
                        now=now, import_id=import_id)  # fmt: skip


def end_sessions_of_ended(session: Session, row: User, *, now: datetime) -> None:
    """Within a verb's transaction, before an end that has passed by the date alone is taken back: it wakes none."""
    if row.ended_at is not None and row.ended_at <= now:
        sessions.revoke(session, row.id, why=Why.PERSON_ENDED, now=now)


def _require_endable(session: Session, row: User, *, actor: Actor, now: datetime) -> None:
    """Raises Refused."""
    if row.id == actor.user_id:
        raise Refused({"last_day": "Du kan inte avsluta dig själv. Be en annan systemadministratör."})
    if _is_administrator(session, row.id, now=now):
        _require_other_administrator(session, row.id, now=now)


def _is_administrator(session: Session, user_id: int, *, now: datetime) -> bool:
    held = select(Membership.id).where(
        Membership.user_id == user_id, Membership.role == Role.SYSTEM_ADMIN, still_here(Membership, now)
    )
    return session.scalars(held).first() is not None


def _require_other_administrator(session: Session, user_id: int, *, now: datetime) -> None:
    """Somebody who can sign in and has no end ahead. Raises Refused.

    Serialised, so that two administrators who end each other do not both succeed.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_ADMINISTRATORS)))
    others = (
        select(User.id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.id != user_id, User.ended_at.is_(None), User.password_hash != "",
            Membership.role == Role.SYSTEM_ADMIN, Membership.ended_at.is_(None),
        )
    )  # fmt: skip
    if session.scalars(others).first() is None:
        raise Refused({"form": "Det måste finnas en annan systemadministratör som kan logga in. Lägg till en först."})


def _has_role(session: Session, user_id: int, *where: ColumnElement[bool], now: datetime) -> bool:
    held = select(Membership.id).where(Membership.user_id == user_id, still_here(Membership, now), *where)
    return session.scalars(held).first() is not None


def _show_as_gone(session: Session, user_id: int, *narrower: ColumnElement[bool]) -> None:
    """Open pages fetch anew what the person has claimed, to show that somebody else must take it over."""
    held = (
        select(ThreadParty.thread_id, ThreadParty.unit_id)
        .join(Thread, Thread.id == ThreadParty.thread_id)
        .where(ThreadParty.claimed_by_id == user_id, Thread.closed_at.is_(None), *narrower)
    )
    found = session.execute(held).all()
    for thread_id, unit_id in found:
        side = (ThreadParty.thread_id == thread_id, ThreadParty.unit_id == unit_id)
        session.execute(update(ThreadParty).where(*side).values(revision=ThreadParty.revision + 1))
    inbox.touch(session, *(unit_id for _, unit_id in found))
