"""Suggestions about the recipient lists: made by everyone who reads them, decided on once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lcweb.db import transaction
from lcweb.domain import guards, suggestions
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act, Actor
from lcweb.domain.suggestions import Decision
from lcweb.models import RecipientEntry, RecipientSuggestion
from lcweb.services.recipients import require_reach

_ALREADY = {Decision.TAKEN: "tagit hand om", Decision.DECLINED: "avböjt"}


@dataclass(frozen=True, kw_only=True)
class NewSuggestion:
    """As typed. `entry_id`: the row that it is about, which then says which list."""

    municipality: str = ""
    case_type: str = ""
    entry_id: int | None = None
    words: str


def suggest(actor: Actor, new: NewSuggestion, *, now: datetime) -> int:
    """The same twice while nobody has decided is once. Raises NotAllowed, NotFound for an unknown row, Refused."""
    actor.require(Act.SUGGEST)
    with transaction() as session:
        municipality, case_type = _list_of(session, new)
        problems = suggestions.problems(municipality=municipality, case_type=case_type, words=new.words)
        if problems:
            raise Refused(problems)
        row = RecipientSuggestion(
            municipality=municipality, case_type=case_type, entry_id=new.entry_id, words=guards.normalized(new.words),
            made_by_id=actor.user_id, made_by=actor.name, made_in=actor.unit_name, made_at=now,
        )  # fmt: skip
        twin = _find_twin(session, row)
        if twin is not None:
            return twin
        _check_number(session, actor)
        session.add(row)
        session.flush()
        return row.id


def decide(actor: Actor, suggestion_id: int, *, decision: str, answer: str, now: datetime) -> None:
    """Once, by whoever is first; the same person's same decision again changes nothing.

    Raises NotAllowed, NotFound (also of a list out of reach), Refused, and Conflict when somebody else has decided.
    """
    actor.require(Act.EDIT_LIST)
    with transaction() as session:
        row = session.get(RecipientSuggestion, suggestion_id)
        if row is None:
            raise NotFound("suggestion")
        require_reach(actor, row.municipality)
        made = {"decision": decision, "answer": guards.normalized(answer) or None, "decided_by": actor.name}
        if not _decide(session, row, made, now) and made != {name: getattr(row, name) for name in made}:
            raise Conflict(f"{row.decided_by} har redan {_ALREADY[Decision(row.decision)]} förslaget.")


def _decide(session: Session, row: RecipientSuggestion, made: dict[str, str | None], now: datetime) -> bool:
    """By a condition in the statement. False when it was decided on before. Raises Refused."""
    if row.decision is not None:
        return False
    problems = suggestions.decision_problems(made["decision"] or "", made["answer"] or "")
    if problems:
        raise Refused(problems)
    waiting = update(RecipientSuggestion).where(
        RecipientSuggestion.id == row.id, RecipientSuggestion.decision.is_(None)
    )
    first = session.execute(waiting.values(**made, decided_at=now)).rowcount == 1
    session.refresh(row)
    return first


def _list_of(session: Session, new: NewSuggestion) -> tuple[str, str]:
    """Of its row, when it is about one. A row whose adding was undone does not exist."""
    if new.entry_id is None:
        return new.municipality, new.case_type
    entry = session.get(RecipientEntry, new.entry_id)
    if entry is None or entry.removed:
        raise NotFound("entry")
    return entry.municipality, entry.case_type


def _find_twin(session: Session, row: RecipientSuggestion) -> int | None:
    """The person's own of the same words about the same, not decided on: a double click, or a retry."""
    names = ("municipality", "case_type", "entry_id", "words", "made_by_id")
    same = select(RecipientSuggestion.id).filter_by(**{name: getattr(row, name) for name in names}, decision=None)
    return session.scalar(same.limit(1))


def _check_number(session: Session, actor: Actor) -> None:
    waiting = select(func.count()).where(
        RecipientSuggestion.made_by_id == actor.user_id, RecipientSuggestion.decision.is_(None)
    )
    if session.scalar(waiting) >= suggestions.MOST_OPEN:
        raise Refused(
            {
                "form": f"Du har redan {suggestions.MOST_OPEN} förslag som ingen har tagit ställning till. Vänta tills "
                "någon har svarat, eller säg till kontakten för din organisation."
            }
        )
