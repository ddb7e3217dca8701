"""A closed unit's people and phrases. Each piece works within the closing's transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb.domain import phrases
from lcweb.domain.changes import Noun, What
from lcweb.domain.permissions import Actor, Role
from lcweb.facts import still_here
from lcweb.models import Membership, Phrase, Unit
from lcweb.services import changes
from lcweb.services.people import put_membership


def end_roles(session: Session, old: Unit, new: Unit | None, *, actor: Actor, now: datetime) -> int:
    """Each role in the unit ends; with `new` it goes on there, with the end that it may have had.

    Returns how many people.
    """
    held = select(Membership).where(Membership.unit_id == old.id, still_here(Membership, now)).order_by(Membership.id)
    roles = session.scalars(held).all()
    for role in roles:
        ends_at = role.ended_at
        role.ended_at = now
        session.flush()
        changes.note(session, Noun.MEMBERSHIP, role.id, What.ENDED, before={"ended_at": ends_at},
                     after={"ended_at": now}, actor=actor, now=now)  # fmt: skip
        if new is not None:
            _begin(session, role, new, ends_at=ends_at, actor=actor, now=now)
    return len({role.user_id for role in roles})


def _begin(
    session: Session, role: Membership, new: Unit, *, ends_at: datetime | None, actor: Actor, now: datetime
) -> None:
    """One that the person holds there already is not doubled."""
    begun = put_membership(
        session, role.user_id, Role(role.role), unit_id=new.id, organization_id=None, actor=actor, now=now
    )
    if ends_at is not None and begun.began_at == now:
        begun.ended_at = ends_at
        session.flush()


def pass_phrases(session: Session, old: Unit, new: Unit | None, *, actor: Actor, now: datetime) -> None:
    """Ended, and put anew at `new`, as a change does, so that what the unit's people were given can still be seen."""
    living = select(Phrase).where(Phrase.ended_at.is_(None)).order_by(Phrase.id)
    there = {} if new is None else _by_title(session, new)
    for phrase in session.scalars(living.where(Phrase.unit_id == old.id)).all():
        phrase.ended_by, phrase.ended_at = actor.name, now
        twin = there.get(phrase.title.casefold())
        if new is None or (twin is not None and twin.body == phrase.body):
            continue
        title = phrases.free_title(phrase.title, there)
        copy = Phrase(unit_id=new.id, title=title, body=phrase.body, made_by=actor.name, made_at=now)
        there[title.casefold()] = copy
        session.add(copy)
    session.flush()


def _by_title(session: Session, unit: Unit) -> dict[str, Phrase]:
    living = select(Phrase).where(Phrase.unit_id == unit.id, Phrase.ended_at.is_(None))
    return {phrase.title.casefold(): phrase for phrase in session.scalars(living)}
