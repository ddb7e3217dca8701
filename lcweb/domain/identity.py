"""The patient's identity number and what a list may show of a patient (P1, P2, P3).

Of reserve numbers four sorts are known by their form; each is disjoint from the others and from personnummer:

- national (Inera's "Nationellt reservID" 1.0): XXYYMMDDNNGC. XX is the century of birth + 3, 6, 9 … 78, or 00 with a
  running number instead of a date (MM 20–99, DD 40–59); NN are letters, G a digit (sex) or a letter; no letter is
  I, O, Q, V or W. C: the eleven characters before it, a letter counting as its ASCII value, times 2, 1, 2 …, the
  digits of the products added up and filled to a multiple of ten.
- Stockholm: 99, the year of issue (not of birth), five digits, and Luhn's check digit over all twelve.
- Västra Götaland: a date, K, M or X, a running number 06–89, and Luhn's check digit with K=5, M=7, X=8. The date may be
  a guess, so no year of birth is read off it.
- Värmland: a date, S, one of F U X P L, a digit, and a letter but V (1–9 in their test systems); no check digit. Only F
  says that the date is the patient's.

Any other sort is stated by hand. The regional forms are known from how other care systems read them, not from the
regions' own specifications: that is why a form only ever leads to a question, and never to a refusal.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PROTECTED_LABEL = "Skyddade uppgifter"
OLDEST = 1850  # year of birth; nobody older is anybody's patient

_RESERVE_FORM = re.compile(r"[0-9A-ZÅÄÖ]{6,20}")
_TYPEABLE = re.compile(r"[0-9A-Za-zÅÄÖåäö]*")
_NATIONAL = re.compile(r"(?P<series>\d\d)(?P<date>\d{6})[A-HJ-NPR-UX-Z]{2}[0-9A-HJ-NPR-UX-Z]\d", re.ASCII)
_RUNNING = re.compile(r"\d\d[2-9]\d[45]\d", re.ASCII)
_STOCKHOLM = re.compile(r"99(?:19|20)\d{8}", re.ASCII)
_VASTRA_GOTALAND = re.compile(r"(?P<date>\d{8})[KMX](?:0[6-9]|[1-8]\d)\d", re.ASCII)
_VARMLAND = re.compile(r"(?P<date>\d{8})S[FUXPL]\d[A-UW-Z1-9]", re.ASCII)
_LETTER_VALUES = str.maketrans("KMX", "578")
#: What is neither a letter nor ASCII: every dash but the usual one is among it.
RARE = re.compile(r"[^\x00-\x7f\w]")
_IN_TEXT = re.compile(r"(?<!\d)(?:\d\d)?\d\d([ .-]?)\d\d\1\d\d ?[+-]? ?\d{4}(?!\d)", re.ASCII)


class NumberType(StrEnum):
    PERSONAL = "personal"
    COORDINATION = "coordination"
    NATIONAL_RESERVE = "national_reserve"
    STOCKHOLM_RESERVE = "stockholm_reserve"
    VASTRA_GOTALAND_RESERVE = "vastra_gotaland_reserve"
    VARMLAND_RESERVE = "varmland_reserve"
    OTHER_RESERVE = "other_reserve"

    @property
    def is_reserve(self) -> bool:
        return self not in (NumberType.PERSONAL, NumberType.COORDINATION)


_DATED = ((_VASTRA_GOTALAND, NumberType.VASTRA_GOTALAND_RESERVE), (_VARMLAND, NumberType.VARMLAND_RESERVE))

#: The OID of each sort's issuer. A sort stated by hand has none.
ISSUERS = {
    NumberType.PERSONAL: "1.2.752.129.2.1.3.1",
    NumberType.COORDINATION: "1.2.752.129.2.1.3.3",
    NumberType.NATIONAL_RESERVE: "1.2.752.74.9.1",
    NumberType.STOCKHOLM_RESERVE: "1.2.752.97.3.1.3",
    NumberType.VASTRA_GOTALAND_RESERVE: "1.2.752.113.11.0.2.1.1.1",
    NumberType.VARMLAND_RESERVE: "1.2.752.74.9.2",
}

TYPE_NAMES = {
    NumberType.PERSONAL: "personnummer",
    NumberType.COORDINATION: "samordningsnummer",
    NumberType.NATIONAL_RESERVE: "nationellt reservnummer",
    NumberType.STOCKHOLM_RESERVE: "reservnummer från Region Stockholm",
    NumberType.VASTRA_GOTALAND_RESERVE: "reservnummer från Västra Götalandsregionen",
    NumberType.VARMLAND_RESERVE: "reservnummer från Region Värmland",
    NumberType.OTHER_RESERVE: "reservnummer",
}


class Doubt(StrEnum):
    """Why a number is not taken as it stands. All but EMPTY, FORM and CENTURY yield to a confirmation (P1)."""

    EMPTY = "empty"
    CENTURY = "century"
    FORM = "form"
    CHECK_DIGIT = "check_digit"
    DATE = "date"
    FUTURE = "future"
    RESERVE = "reserve"  # of a known form
    OTHER_NUMBER = "other_number"


@dataclass(frozen=True)
class PatientNumber:
    """`text` without spaces and dashes: twelve digits, or a reserve number's own form."""

    text: str
    type: NumberType

    @property
    def issuer(self) -> str:
        """An OID; empty when nobody knows."""
        return ISSUERS.get(self.type, "")

    @property
    def birth_year(self) -> int | None:
        """None where the number promises nothing of it."""
        if self.type is NumberType.NATIONAL_RESERVE:
            century = _national_century(int(self.text[:2]))
            return century and century * 100 + int(self.text[2:4])
        dated = not self.type.is_reserve or (self.type is NumberType.VARMLAND_RESERVE and self.text[9] == "F")
        return int(self.text[:4]) if dated else None

    @property
    def shown(self) -> str:
        """As people write it: 19121212-1212."""
        return self.text if self.type.is_reserve else dashed(self.text)


class Doubtful(ValueError):
    """`sort`: what the number would be, once confirmed. `centuries`: how ten digits would be written as twelve."""

    def __init__(
        self, doubt: Doubt, *, sort: NumberType = NumberType.OTHER_RESERVE, centuries: tuple[str, ...] = ()
    ) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt
        self.sort = sort
        self.centuries = centuries


def classify(raw: str, *, today: date, reserve_confirmed: bool = False) -> PatientNumber:
    """A personnummer or samordningsnummer; with `reserve_confirmed`, any number of a plausible form (P1).

    Raises Doubtful.
    """
    text = compact(raw)
    try:
        return _unconfirmed(text, today, over_hundred="+" in raw)
    except Doubtful as doubtful:
        if reserve_confirmed and may_be_reserve(doubtful.doubt) and _RESERVE_FORM.fullmatch(text):
            return PatientNumber(text, doubtful.sort)
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


def compact(raw: str) -> str:
    """Without white space, every kind of dash, and the plus sign that people over a hundred have for one.

    Capitals for small letters; what has no number's form stays as it is.
    """
    whole = unicodedata.normalize("NFC", raw)
    kept = "".join(
        c for c in whole if not c.isspace() and unicodedata.category(c) != "Pd" and c not in "\N{MINUS SIGN}+"
    )
    return kept.upper() if _TYPEABLE.fullmatch(kept) else kept


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character == "\N{MINUS SIGN}"


def dashed(twelve: str) -> str:
    return f"{twelve[:8]}-{twelve[8:]}"


def numbers_in(text: str) -> set[str]:
    """Each personnummer and samordningsnummer that stands in a text, as its last ten digits (S5)."""
    plain = RARE.sub(lambda rare: "-" if _is_dash(rare[0]) else rare[0], text)
    found = (re.sub(r"\D", "", match[0]) for match in _IN_TEXT.finditer(re.sub(r"[^\S\n]", " ", plain)))
    return {digits[-10:] for digits in found if _is_number(digits)}


def _is_number(digits: str) -> bool:
    """Ten or twelve; whether born yet is of no interest."""
    eras = (digits,) if len(digits) == 12 else tuple(century + digits for century in ("19", "20"))
    return _luhn(digits[-10:]) and any(_born(twelve) for twelve in eras)


def _unconfirmed(text: str, today: date, *, over_hundred: bool) -> PatientNumber:
    if not text:
        raise Doubtful(Doubt.EMPTY)
    if not _RESERVE_FORM.fullmatch(text):
        raise Doubtful(Doubt.FORM)
    known = _reserve_by_form(text, today)
    if known:
        raise Doubtful(Doubt.RESERVE, sort=known) if _checks(text, known) else Doubtful(Doubt.CHECK_DIGIT)
    if text.isdigit() and len(text) == 10:
        raise _of_ten_digits(text, today, over_hundred=over_hundred)
    if text.isdigit() and len(text) == 12:
        return _of_twelve_digits(text, today)
    raise Doubtful(Doubt.OTHER_NUMBER)


def _of_twelve_digits(text: str, today: date) -> PatientNumber:
    born = _born(text)
    if born is None:
        raise Doubtful(Doubt.DATE)
    if born > today:
        raise Doubtful(Doubt.FUTURE)
    if not _luhn(text[2:]):
        raise Doubtful(Doubt.CHECK_DIGIT)
    return PatientNumber(text, NumberType.COORDINATION if int(text[6:8]) >= 60 else NumberType.PERSONAL)


def _of_ten_digits(text: str, today: date, *, over_hundred: bool) -> Doubtful:
    """Ten digits that begin with no date of any century, or end in a wrong check digit, are some other number."""
    eras = [era for era in (f"{century}{text}" for century in (18, 19, 20)) if (_born(era) or date.max) <= today]
    if not eras:
        return Doubtful(Doubt.OTHER_NUMBER)
    if not _luhn(text):
        return Doubtful(Doubt.CHECK_DIGIT)
    old = [era for era in eras if today.year - int(era[:4]) >= 100]
    likely = old if over_hundred else [era for era in eras if not era.startswith("18")]
    return Doubtful(Doubt.CENTURY, centuries=tuple(likely or eras))


def _reserve_by_form(text: str, today: date) -> NumberType | None:
    if _STOCKHOLM.fullmatch(text):
        return NumberType.STOCKHOLM_RESERVE
    national = _NATIONAL.fullmatch(text)
    if national and _is_national_date(national["series"], national["date"], today):
        return NumberType.NATIONAL_RESERVE
    for form, sort in _DATED:
        found = form.fullmatch(text)
        if found and _is_past(found["date"], today):
            return sort
    return None


def _checks(text: str, sort: NumberType) -> bool:
    if sort is NumberType.NATIONAL_RESERVE:
        return _national_check(text)
    return sort is NumberType.VARMLAND_RESERVE or _luhn(text.translate(_LETTER_VALUES))


def _is_national_date(series: str, six_digits: str, today: date) -> bool:
    """00 has a running number in the date's place."""
    century = _national_century(int(series))
    if century is None:
        return series == "00" and _RUNNING.fullmatch(six_digits) is not None
    return _is_past(f"{century}{six_digits}", today)


def _national_century(series: int) -> int | None:
    """22 → 19, 23 → 20, and 24, which is 18 + 6 → 18; None where no century was meant."""
    return 18 + (series - 18) % 3 if 22 <= series <= 98 else None


def _national_check(text: str) -> bool:
    values = (int(c) if c.isdigit() else ord(c) for c in text[:11])
    products = (value * (2 - place % 2) for place, value in enumerate(values))
    return (sum(int(digit) for product in products for digit in str(product)) + int(text[11])) % 10 == 0


def _is_past(eight_digits: str, today: date) -> bool:
    day = _date(int(eight_digits[:4]), int(eight_digits[4:6]), int(eight_digits[6:]))
    return day is not None and day <= today


def _born(twelve: str) -> date | None:
    """Of a samordningsnummer (day + 60) the month and day part may be unknown, written 00."""
    year, month, day = int(twelve[:4]), int(twelve[4:6]), int(twelve[6:8])
    if day >= 60:
        month, day = month or 1, (day - 60) or 1
    return _date(year, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= OLDEST else None
    except ValueError:
        return None


def _luhn(digits: str) -> bool:
    """Of an even number of digits."""
    doubled = (int(c) * (2 - i % 2) for i, c in enumerate(digits))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0
