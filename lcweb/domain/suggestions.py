"""Förslag: what a reader says is wrong with a recipient list, and what an administrator answers. About no patient."""

from enum import StrEnum

from lcweb.domain import guards, identity
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Actor, Role
from lcweb.domain.recipients import CaseType

MAX_WORDS = 500  # characters, of a suggestion and of its answer
MOST_OPEN = 20  # undecided suggestions of one person


class Decision(StrEnum):
    """What became of a suggestion."""

    TAKEN = "taken"
    DECLINED = "declined"


def problems(*, municipality: str, case_type: str, words: str) -> dict[str, str]:
    """Everything that stops a suggestion: form-field name → sentence."""
    found = {
        "municipality": None if municipality in MUNICIPALITIES else "Välj vilken kommuns lista det gäller.",
        "case_type": None if case_type in set(CaseType) else "Välj vilken ärendetyp det gäller.",
        "words": _words_problem(words, what="Förslaget", empty="Skriv vad som inte stämmer."),
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def decision_problems(decision: str, answer: str) -> dict[str, str]:
    """Everything that stops a decision. Who has suggested something that is declined is told why."""
    if decision not in set(Decision):
        return {"form": "Välj Tas om hand eller Avböj."}
    empty = "Skriv varför förslaget avböjs. Den som har föreslagit läser det." if decision == Decision.DECLINED else ""
    problem = _words_problem(answer, what="Svaret", empty=empty)
    return {"answer": problem} if problem else {}


def within_reach(actor: Actor) -> frozenset[str] | None:
    """The municipalities whose suggestions an administrator decides on. None: all of them."""
    return None if Role.SYSTEM_ADMIN in actor.roles else actor.municipalities


def _words_problem(raw: str, *, what: str, empty: str) -> str | None:
    words = guards.normalized(raw)
    if not words:
        return empty or None
    problem = guards.text_problem(words, what=what, most=MAX_WORDS)
    if problem is None and identity.numbers_in(words):
        return f"{what} innehåller ett personnummer. Listan gäller ingen viss patient – ta bort numret."
    return problem
