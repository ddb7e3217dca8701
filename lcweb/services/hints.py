"""The hints (S5): asked about once, and their word lists changed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lcweb import facts
from lcweb.db import transaction
from lcweb.domain import guards, hints
from lcweb.domain.compose import Confirmation
from lcweb.domain.errors import Asked, Refused
from lcweb.domain.hint_words import DEFAULTS, HintList
from lcweb.domain.permissions import Act, Actor
from lcweb.models import HintWords
from lcweb.prepared import do

#: A column for a statement of the caller's: whether any list is another than the default one.
ANY_CHANGED = select(HintWords.id).exists()


def ask(
    session: Session, *, subject: str, body: str, patient_number: str, confirmed: int, any_changed: bool = True
) -> None:
    """Raises Asked until `confirmed` is the count of this very text: a text that was changed is asked about again.

    `any_changed`: False when the caller has found that no list is.
    """
    words = facts.hint_lists(do(session, facts.HINT_WORDS)) if any_changed else {}
    found = hints.find(subject=subject, body=body, patient_number=patient_number, words=words)
    if found.total and found.total != confirmed:
        raise Asked(Confirmation.HINTS, found.sentence, count=found.total)


def change_list(actor: Actor, name: HintList, words: str, *, now: datetime) -> None:
    """Keeps the list as it was; nothing is written when nothing changes. Raises NotAllowed, Refused."""
    actor.require(Act.EDIT_SETTINGS)
    problem = hints.list_problem(words)
    if problem:
        raise Refused({name.value: problem})
    whole = guards.normalized(words)
    with transaction() as session:
        if (DEFAULTS | facts.hint_words(session))[name] != whole:
            session.add(HintWords(list_name=name.value, words=whole, changed_by=actor.name, changed_at=now))
