"""Fraser: texts that a unit's people put into their messages. About no patient, so they may stand in any page."""

import unicodedata
from collections.abc import Container
from functools import lru_cache

from lcweb.domain import guards, identity
from lcweb.domain.permissions import Act, Actor, Role

MAX_TITLE = 60  # characters
MAX_BODY = 2_000
MOST = 50  # phrases of one unit, and as many common ones: they all come along in the page

_LAST_LETTERS = str.maketrans("åäöæø", "{|}|}")  # the three characters that follow z


def may_edit_all(actor: Actor) -> bool:
    """The common ones too; a unit manager edits the own unit's."""
    return Role.SYSTEM_ADMIN in actor.roles


def may_edit(actor: Actor, unit_id: int | None) -> bool:
    """`unit_id` None: common to all units."""
    own = unit_id is not None and unit_id == actor.unit_id
    return may_edit_all(actor) or (own and actor.may(Act.EDIT_PHRASES))


def problems(title: str, body: str) -> dict[str, str]:
    """Everything that stops the phrase: form-field name → sentence."""
    found = {"title": _title_problem(title), "body": _body_problem(body)}
    return {field: sentence for field, sentence in found.items() if sentence}


@lru_cache(4096)  # names of units are sorted again and again
def alphabetical(title: str) -> str:
    """A key for sorting as Swedish does: å, ä and ö after z, other accents as their letter."""
    plain = unicodedata.normalize("NFC", title).casefold().translate(_LAST_LETTERS)
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))


def free_title(title: str, taken: Container[str]) -> str:
    """`title`, or with a number when a phrase of that name is among `taken`, which holds names in lower case."""
    free, number = title, 1
    while free.casefold() in taken:
        number += 1
        free = f"{title[: MAX_TITLE - 5]} ({number})"
    return free


def appended(text: str, addition: str) -> str:
    """Where no cursor is known: at the end, on a line of its own unless the text ends in white space."""
    return f"{text}\n{addition}" if text and not text[-1].isspace() else text + addition


def _title_problem(raw: str) -> str | None:
    title = guards.normalized(raw)
    if not title:
        return "Skriv en kort rubrik, som den ska stå i listan."
    problem = guards.text_problem(title, what="Rubriken", most=MAX_TITLE, lines=False)
    return problem or _identity_problem(title, what="Rubriken")


def _body_problem(raw: str) -> str | None:
    body = guards.normalized(raw)
    if not body:
        return "Skriv den text som ska läggas in."
    return guards.text_problem(body, what="Texten", most=MAX_BODY) or _identity_problem(body, what="Texten")


def _identity_problem(text: str, *, what: str) -> str | None:
    if not identity.numbers_in(text):
        return None
    return f"{what} innehåller ett personnummer. En fras används för många patienter – ta bort numret."
