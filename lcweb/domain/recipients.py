"""Which rows of a recipient list are in force (S2), and which a person asks for."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

MAX_TYPED = 100  # characters; what is longer is cut, since a list that is looked through has nothing to refuse

_BETWEEN_WORDS = re.compile(r"[\s,;]+")
#: Of a telephone number in any spelling, or a street's number.
_NUMERIC = re.compile(r"[-+()/.0-9\u2010-\u2015]+")
_NO_DIGIT = re.compile(r"[^0-9]")
_SWEDEN = "+46"
_CHOICE = re.compile(r"([1-9][0-9]{0,8})(?:-([1-9][0-9]{0,8}))?")


class CaseType(StrEnum):
    """Ärendetyp."""

    SINGLE_HOME_VISIT = "single_home_visit"
    HOME_CARE_ENROLMENT = "home_care_enrolment"
    HOME_CARE_DISCHARGE = "home_care_discharge"
    GENERAL = "general"


class EditKind(StrEnum):
    """What an edit of a list was."""

    BEGUN = "begun"  # the rows that were there when histories began to be kept
    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    MOVED = "moved"
    UNDONE = "undone"
    IMPORTED = "imported"
    UNIT_CLOSED = "unit_closed"


@dataclass(frozen=True)
class Period:
    """From a first day to a last, both included; without `last` it goes on."""

    first: date
    last: date | None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Choice(NamedTuple):
    """What is chosen as the recipient. `entry_id`: the row of the list, named where the unit stands in several."""

    unit_id: int
    entry_id: int | None = None

    @property
    def value(self) -> str:
        """What a form sends: "12", or "12-34" for row 34."""
        return str(self.unit_id) if self.entry_id is None else f"{self.unit_id}-{self.entry_id}"


def read_choice(raw: str) -> Choice | None:
    """From its `value`. None for anything else."""
    found = _CHOICE.fullmatch(raw)
    return Choice(int(found[1]), int(found[2]) if found[2] else None) if found else None


def ended_before(periods: Iterable[Period], day: date) -> date | None:
    """The last day of a row that no longer holds on `day`, when no other of `periods` does; else None."""
    periods = tuple(periods)
    if any(period.covers(day) for period in periods):
        return None
    return max((period.last for period in periods if period.last and period.last < day), default=None)


@dataclass(frozen=True)
class Term:
    """One word, folded; or what was typed of a number, `words` as they stood and `digits` without what is between."""

    words: tuple[str, ...]
    digits: str = ""

    def is_in(self, text: str, numbers: Iterable[str]) -> bool:
        """`text` is folded, `numbers` are digits alone. A street's number is found in the text."""
        if self.digits and any(self.digits in number for number in numbers):
            return True
        return all(word in text for word in self.words)


def terms(typed: str) -> tuple[Term, ...]:
    """All of them must be found. Numeric words that follow each other are one telephone number."""
    words = [word for word in _BETWEEN_WORDS.split(_folded(typed[:MAX_TYPED])) if word]
    found: list[Term] = []
    for numeric, run in groupby(words, key=lambda word: _NUMERIC.fullmatch(word) is not None):
        if numeric:
            found += _number(tuple(run))
        else:
            found += [Term((word,)) for word in run]
    return tuple(found)


def is_found(asked: Iterable[Term], *, texts: Iterable[str], phones: Iterable[str]) -> bool:
    """Whether each term is a part of one of the texts or numbers; upper case is lower case, but å is no a."""
    text, numbers = _folded("\n".join(texts)), [_digits(phone) for phone in phones]
    return all(term.is_in(text, numbers) for term in asked)


def _number(words: tuple[str, ...]) -> list[Term]:
    digits = _digits("".join(words))
    return [Term(words, digits)] if digits else []


def _digits(number: str) -> str:
    """As it is dialled within Sweden."""
    if number.startswith(_SWEDEN):
        return "0" + _NO_DIGIT.sub("", number.removeprefix(_SWEDEN)).lstrip("0")
    return _NO_DIGIT.sub("", number)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
