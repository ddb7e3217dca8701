"""How a reminder mail is worded: the product's own words, or an administrator's with placeholders (A3, B4, M1).

A placeholder stands for a unit's or an organization's name, a count or the sign-in address: nothing else can ever get
into a mail.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from lcweb.domain import guards, identity
from lcweb.domain.reminders import Kind

MAX_SUBJECT = 100  # characters
MAX_BODY = 3_000

UNIT, LINK, COUNT = "{enhet}", "{länk}", "{antal}"
THREADS, OVERDUE = "{ärenden}", "{ärenden_försenade}"
READINGS, TIMES = "{läsningar}", "{gånger}"
ORGANIZATION, DAYS = "{huvudman}", "{dagar}"
PLACE = "{plats}"

_ABOUT_THREADS = (UNIT, LINK, COUNT, THREADS, OVERDUE)
_ABOUT_READINGS = (UNIT, LINK, COUNT, READINGS)
PLACEHOLDERS: dict[Kind, tuple[str, ...]] = {
    Kind.READING_FIRST: (*_ABOUT_READINGS, TIMES),
    Kind.READING_SECOND: (*_ABOUT_READINGS, TIMES),
    Kind.READING_SHORTFALL: _ABOUT_READINGS,
    Kind.DUE_TODAY: (UNIT, LINK, COUNT, THREADS),
    Kind.OVERDUE: _ABOUT_THREADS,
    Kind.OVERDUE_MANAGER: _ABOUT_THREADS,
    Kind.FOLLOW_UP_REPORT: (PLACE, LINK),
    Kind.OVERDUE_ORGANIZATION: _ABOUT_THREADS,
    Kind.LOG_REVIEW: (ORGANIZATION, LINK, COUNT, DAYS),
}

_BRACED = re.compile(r"\{[^{}\n]*\}")


class Wording(NamedTuple):
    subject: str
    body: str


def setting_name(kind: Kind) -> str:
    """What its changes are kept by."""
    return f"mail:{kind}"


def tidy(wording: Wording) -> Wording:
    """As it is kept."""
    return Wording(*(guards.normalized(part) for part in wording))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Each placeholder once: what it stands for is not looked through for others."""
    return _BRACED.sub(lambda found: values[found[0]], text)


def problems(kind: Kind, wording: Wording) -> dict[str, str]:
    """Everything that stops it: form-field name → sentence."""
    subject, body = tidy(wording)
    found = {"subject": _subject_problem(kind, subject), "body": _body_problem(kind, body)}
    return {field: sentence for field, sentence in found.items() if sentence}


def _subject_problem(kind: Kind, subject: str) -> str | None:
    if not subject:
        return "Skriv en ämnesrad."
    if len(subject.splitlines()) > 1:
        return "Ämnesraden måste vara en enda rad."
    if LINK in subject:
        return f"{LINK} hör hemma i texten. Ta bort det ur ämnesraden."
    return _text_problem(kind, subject, what="Ämnesraden", most=MAX_SUBJECT, lines=False)


def _body_problem(kind: Kind, body: str) -> str | None:
    if not body:
        return "Skriv en text."
    problem = _text_problem(kind, body, what="Texten", most=MAX_BODY, lines=True)
    if problem or LINK in body:
        return problem
    return f"Skriv {LINK} där adressen till inloggningen ska stå. Utan den vet mottagaren inte vart hen ska gå."


def _text_problem(kind: Kind, text: str, *, what: str, most: int, lines: bool) -> str | None:
    return (
        guards.text_problem(text, what=what, most=most, lines=lines)
        or _identity_problem(text, what=what)
        or _placeholder_problem(kind, text, what=what)
    )


def _identity_problem(text: str, *, what: str) -> str | None:
    if not identity.numbers_in(text):
        return None
    return f"{what} innehåller ett personnummer. Ett mejl får aldrig säga något om en patient – ta bort numret."


def _placeholder_problem(kind: Kind, text: str, *, what: str) -> str | None:
    known = PLACEHOLDERS[kind]
    unknown = next((name for name in _BRACED.findall(text) if name not in known), None)
    if unknown is not None:
        return f"{what}: {unknown} går inte att använda här. Det som går är {', '.join(known)}."
    if set(_BRACED.sub("", text)) & set("{}"):
        return f"{what} har en klammer utan sin andra hälft. Skriv till exempel {known[0]}."
    return None
