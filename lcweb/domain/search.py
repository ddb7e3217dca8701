"""Words to be found by, and what a person asks for (P4)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lcweb.domain.errors import Refused
from lcweb.domain.identity import compact

MAX_TYPED = 200  # characters of free text
MAX_WORDS = 10
MAX_LETTERS = 300  # of one word; at six characters each still less than PostgreSQL's longest word
YEARS = range(2000, 2101)

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxy0123456789")
_RUN = re.compile(r"[^\W_]+")  # of what str.isalnum says yes to
_DASHES = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d+"
_NUMBER = re.compile(rf"(?<![^\W_])((?:[0-9]{{2}})?[0-9]{{6}})[{_DASHES} \u00a0]?([0-9]{{4}})(?![^\W_])")
_PATIENT_ID = re.compile(r"[0-9A-ZÅÄÖ]{6,20}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CENTURIES = ("18", "19", "20")


class Status(StrEnum):
    ANY = "any"
    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True)
class Term:
    """Words that one text of the thread must hold, or a number that the thread's patient must have.

    `words` are as `tokens` gives them. `prefix`: the last of them may go on.
    """

    words: tuple[str, ...]
    prefix: bool = False
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SearchQuery:
    """`patient_numbers` are all that the typed one may stand for: ten digits say no century. Days are inclusive."""

    terms: tuple[Term, ...] = ()
    patient_numbers: tuple[str, ...] = ()
    unit_id: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    status: Status = Status.ANY

    @property
    def is_empty(self) -> bool:
        asked = (self.terms, self.patient_numbers, self.unit_id, self.from_day, self.to_day)
        return not any(asked) and self.status is Status.ANY

    @property
    def named_patients(self) -> list[tuple[str, ...]]:
        """One entry for each identity number that was typed, wherever it was."""
        named = [self.patient_numbers, *(term.numbers for term in self.terms)]
        return [numbers for numbers in dict.fromkeys(named) if numbers]


@dataclass(frozen=True, kw_only=True)
class TypedSearch:
    """The search page's fields, as typed."""

    words: str = ""
    patient_id: str = ""
    unit_id: int | None = None
    from_day: str = ""
    to_day: str = ""
    status: Status = Status.ANY


def tokens(text: str) -> list[str]:
    """Runs of letters and digits, in order, each spelt in ASCII that no database finds anything in to interpret.

    A character's code is no other's beginning, so whatever begins alike is spelt alike: prefixes stay prefixes.
    Å is one letter and no A, however it was composed.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    return [_spelt(run[:MAX_LETTERS]) for run in _RUN.findall(folded)]


def _spelt(run: str) -> str:
    is_plain = run.isascii() and "z" not in run
    return run if is_plain else "".join(c if c in _PLAIN else f"z{ord(c):05x}" for c in run)


def document(text: str, *, without: frozenset[str] = frozenset()) -> str:
    """What is stored of a text: each of its words once."""
    return " ".join(word for word in dict.fromkeys(tokens(text)) if word not in without)


def identity_words(name: str, number: str) -> frozenset[str]:
    """The words, in any usual spelling, that a protected identity must not be found by (P3)."""
    parts = (number, number[2:], number[:8], number[2:8], number[-4:])
    return frozenset(tokens(f"{name} {' '.join(parts)}"))


def query(typed: TypedSearch) -> SearchQuery:
    """Raises Refused with everything that is wrong: form-field name → sentence."""
    found = {
        "words": _words_problem(typed.words),
        "patient_id": patient_problem(typed.patient_id),
        "from_day": day_problem(typed.from_day),
        "to_day": day_problem(typed.to_day),
    }
    problems = {field: sentence for field, sentence in found.items() if sentence}
    if problems:
        raise Refused(problems)
    asked = SearchQuery(
        terms=terms(typed.words), patient_numbers=patient_numbers_of(compact(typed.patient_id)), unit_id=typed.unit_id,
        from_day=read_day(typed.from_day), to_day=read_day(typed.to_day), status=typed.status,
    )  # fmt: skip
    _refuse_what_finds_nothing(asked)
    return asked


def terms(typed: str) -> tuple[Term, ...]:
    """All of them must be found, the last word as the beginning of one (P4)."""
    text, found, at = unicodedata.normalize("NFC", typed), [], 0
    for number in _NUMBER.finditer(text):
        found += [Term((word,)) for word in tokens(text[at : number.start()])]
        found.append(Term(tuple(tokens(number[0])), numbers=patient_numbers_of(number[1] + number[2])))
        at = number.end()
    found += [Term((word,)) for word in tokens(text[at:])]
    return (*found[:-1], *(Term(last.words, True, last.numbers) for last in found[-1:]))


def patient_numbers_of(number: str) -> tuple[str, ...]:
    """All that a number without spaces may stand for: ten digits say no century."""
    if len(number) == 10 and number.isdigit():
        return tuple(century + number for century in _CENTURIES)
    return (number,) if number else ()


def _words_problem(typed: str) -> str | None:
    if len(typed) > MAX_TYPED:
        return f"Sökorden är {len(typed)} tecken. Högst {MAX_TYPED} får plats – ta bort några ord."
    if len(tokens(typed)) > MAX_WORDS:
        return f"Sök på högst {MAX_WORDS} ord åt gången."
    if typed.strip() and not tokens(typed):
        return "Skriv minst en bokstav eller siffra att söka på."
    return None


def patient_problem(typed: str) -> str | None:
    """The sentence for what can be no patient's number at all."""
    number = compact(typed)
    if not number or (_PATIENT_ID.fullmatch(number) and any(c.isdigit() for c in number)):
        return None
    return "Det här är inget identitetsnummer. Skriv tio eller tolv siffror, eller reservnumret som det står."


def day_problem(typed: str) -> str | None:
    """The sentence for what is no day."""
    try:
        read_day(typed)
    except ValueError:
        return "Det datumet finns inte. Skriv det som 2026-11-16."
    return None


def read_day(typed: str) -> date | None:
    """Raises ValueError; only years in which there may be threads are days at all."""
    if not typed.strip():
        return None
    if not _DAY.fullmatch(typed.strip()):
        raise ValueError("form")
    day = date.fromisoformat(typed.strip())
    if day.year not in YEARS:
        raise ValueError("year")
    return day


def _refuse_what_finds_nothing(asked: SearchQuery) -> None:
    if asked.is_empty:
        raise Refused({"words": "Skriv vad du söker: ett ord, ett personnummer, en enhet eller en dag."})
    if asked.from_day and asked.to_day and asked.from_day > asked.to_day:
        raise Refused({"to_day": "Den sista dagen ligger före den första. Byt plats på dem."})
