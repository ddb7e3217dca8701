"""The patient's identity number and what a list may show of a patient (P1, P2, P3)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PROTECTED_LABEL = "Skyddade uppgifter"
_RESERVE_FORM = re.compile(r"[0-9A-ZÅÄÖ]{6,20}")


class NumberType(StrEnum):
    PERSONAL = "personal"
    COORDINATION = "coordination"
    RESERVE = "reserve"


class Doubt(StrEnum):
    """Why a number is not taken as it stands. All but EMPTY, FORM and CENTURY yield to a confirmation (P1)."""

    EMPTY = "empty"
    CENTURY = "century"
    FORM = "form"
    CHECK_DIGIT = "check_digit"
    DATE = "date"
    FUTURE = "future"
    OTHER_NUMBER = "other_number"


@dataclass(frozen=True)
class PatientNumber:
    """`text` without spaces and dashes: twelve digits, or a reserve number's own form."""

    text: str
    type: NumberType

    @property
    def birth_year(self) -> int | None:
        """None for a reserve number: its digits promise nothing."""
        return None if self.type is NumberType.RESERVE else int(self.text[:4])

    @property
    def shown(self) -> str:
        """As people write it: 19121212-1212."""
        return self.text if self.type is NumberType.RESERVE else f"{self.text[:8]}-{self.text[8:]}"


class Doubtful(ValueError):
    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


def classify(raw: str, *, today: date, reserve_confirmed: bool = False) -> PatientNumber:
    """A personnummer or samordningsnummer; with `reserve_confirmed`, any number of a plausible form (P1).

    Raises Doubtful.
    """
    text = _compact(raw)
    try:
        return _twelve_digits(text, today)
    except Doubtful as doubtful:
        if reserve_confirmed and may_be_reserve(doubtful.doubt) and _RESERVE_FORM.fullmatch(text):
            return PatientNumber(text, NumberType.RESERVE)
        raise


def may_be_reserve(doubt: Doubt) -> bool:
    """The check never stops a message about a real patient: the person at the screen may vouch for the number."""
    return doubt not in (Doubt.EMPTY, Doubt.FORM, Doubt.CENTURY)


def patient_label(name: str, number: PatientNumber, *, protected: bool) -> str:
    """All that a list may show (P2): 'T.T. f. 1912'. A protected identity shows neither (P3)."""
    if protected:
        return PROTECTED_LABEL
    words = name.split()
    initials = "".join(f"{word[0].upper()}." for word in dict.fromkeys((words[0], words[-1]))) if words else ""
    born = f"f. {number.birth_year}" if number.birth_year else "reservnummer"
    return f"{initials} {born}".strip()


def _compact(raw: str) -> str:
    """Without white space, every kind of dash, and the plus sign that people over a hundred have for one."""
    kept = (c for c in raw if not c.isspace() and unicodedata.category(c) != "Pd" and c not in "\N{MINUS SIGN}+")
    return "".join(kept).upper()


def _twelve_digits(text: str, today: date) -> PatientNumber:
    if not text:
        raise Doubtful(Doubt.EMPTY)
    if not (text.isascii() and text.isdigit()):
        raise Doubtful(Doubt.OTHER_NUMBER if _RESERVE_FORM.fullmatch(text) else Doubt.FORM)
    if len(text) == 10 and _could_lack_century(text, today):
        raise Doubtful(Doubt.CENTURY)
    if len(text) != 12:
        raise Doubtful(Doubt.OTHER_NUMBER if 6 <= len(text) <= 20 else Doubt.FORM)
    number = PatientNumber(text, _type_by_date(text, today))
    if not _luhn(text[2:]):
        raise Doubtful(Doubt.CHECK_DIGIT)
    return number


def _could_lack_century(text: str, today: date) -> bool:
    """Ten digits that begin with no date of any century are some other number."""
    for century in ("18", "19", "20"):
        try:
            _type_by_date(century + text, today)
            return True
        except Doubtful:
            continue
    return False


def _type_by_date(text: str, today: date) -> NumberType:
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    coordination = day >= 60
    if coordination:  # its month and day part may be unknown, written 00
        month, day = month or 1, (day - 60) or 1
    try:
        born = date(year, month, day)
    except ValueError:
        raise Doubtful(Doubt.DATE) from None
    if born > today:
        raise Doubtful(Doubt.FUTURE)
    if year < 1850:
        raise Doubtful(Doubt.DATE)
    return NumberType.COORDINATION if coordination else NumberType.PERSONAL


def _luhn(ten_digits: str) -> bool:
    doubled = (int(c) * (2 - i % 2) for i, c in enumerate(ten_digits))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
