"""Phrases: added, changed and ended. A change ends the old row and adds a new one, so that nothing is ever lost."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, phrases
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.models import Phrase, Unit


def add(actor: Actor, *, unit_id: int | None, title: str, body: str, now: datetime) -> int:
    """`unit_id` None: common to all units. Adding the same twice is once. Raises NotAllowed, NotFound, Refused."""
    actor.require(Act.EDIT_PHRASES)
    if not phrases.may_edit(actor, unit_id):
        raise NotFound("phrases")
    _check(title, body)
    with transaction() as session:
        place = session.get(Unit, unit_id) if unit_id is not None else None
        if unit_id is not None and (place is None or place.closed_at is not None):
            raise NotFound("unit")
        living = _living(session, unit_id)
        twin = _of_title(living, title)
        if twin is not None and twin.body == guards.normalized(body):
            return twin.id
        _check_title(twin)
        if len(living) >= phrases.MOST:
            raise Refused({"form": f"Det finns redan {phrases.MOST} fraser här. Avsluta en som inte behövs först."})
        return _put(session, actor, unit_id=unit_id, title=title, body=body, now=now)


def change(actor: Actor, phrase_id: int, *, title: str, body: str, now: datetime) -> int:
    """The new row's id, or the old one's when nothing has changed.

    Raises NotAllowed, NotFound (also another unit's), Refused, and Conflict when somebody has changed or ended it.
    """
    actor.require(Act.EDIT_PHRASES)
    with transaction() as session:
        old = _own(session, actor, phrase_id)
        _check(title, body)
        if (old.title, old.body) == (guards.normalized(title), guards.normalized(body)) and old.ended_at is None:
            return old.id
        _end(session, old, actor=actor, now=now)
        _check_title(_of_title(_living(session, old.unit_id), title))
        return _put(session, actor, unit_id=old.unit_id, title=title, body=body, now=now)


def end(actor: Actor, phrase_id: int, *, now: datetime) -> None:
    """Raises NotAllowed, NotFound (also another unit's), and Conflict when somebody has changed or ended it."""
    actor.require(Act.EDIT_PHRASES)
    with transaction() as session:
        _end(session, _own(session, actor, phrase_id), actor=actor, now=now)


def _check(title: str, body: str) -> None:
    problems = phrases.problems(title, body)
    if problems:
        raise Refused(problems)


def _check_title(twin: Phrase | None) -> None:
    """Two of one title could not be told apart in the list."""
    if twin is not None:
        raise Refused({"title": f"Det finns redan en fras som heter {twin.title}. Välj en annan rubrik."})


def _own(session: Session, actor: Actor, phrase_id: int) -> Phrase:
    phrase = session.get(Phrase, phrase_id)
    if phrase is None or not phrases.may_edit(actor, phrase.unit_id):
        raise NotFound("phrase")
    return phrase


def _living(session: Session, unit_id: int | None) -> list[Phrase]:
    return list(session.scalars(select(Phrase).where(Phrase.unit_id == unit_id, Phrase.ended_at.is_(None))))


def _of_title(living: list[Phrase], title: str) -> Phrase | None:
    wanted = guards.normalized(title).casefold()
    return next((phrase for phrase in living if phrase.title.casefold() == wanted), None)


def _end(session: Session, phrase: Phrase, *, actor: Actor, now: datetime) -> None:
    """By a condition in the statement: of two at once, one is told of the other."""
    living = update(Phrase).where(Phrase.id == phrase.id, Phrase.ended_at.is_(None))
    if session.execute(living.values(ended_by=actor.name, ended_at=now)).rowcount == 0:
        session.refresh(phrase)
        raise Conflict(f"{phrase.ended_by} har ändrat eller avslutat frasen.")


def _put(session: Session, actor: Actor, *, unit_id: int | None, title: str, body: str, now: datetime) -> int:
    phrase = Phrase(
        unit_id=unit_id, title=guards.normalized(title), body=guards.normalized(body), made_by=actor.name, made_at=now
    )
    session.add(phrase)
    session.flush()
    return phrase.id
