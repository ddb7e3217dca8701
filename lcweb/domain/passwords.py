"""Which passwords are taken: long ones that nobody guesses. No rule about which kinds of characters."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from lcweb.domain.identity import numbers_in

MIN_PASSWORD = 12  # characters
MAX_PASSWORD = 200
#: Fewer tries than this to guess it, by someone who knows what is common and who it is about: not taken.
MIN_GUESSES = 10**8

_WORD = re.compile(r"\w+")
_SHORTEST_WORD = 3
_LONGEST_READ = 64
_REPEATED = re.compile(r"(.{1,16}?)\1+")
_L3TTERS = str.maketrans("4@3€0$5!1|7+", "aaeeossiiltt")
_UNACCENTED = str.maketrans("åäöé", "aaoe")
#: What people here think of first, the most likely first. Months and seasons, since many change with them.
_NEAR_AT_HAND = (
    "lösenord", "lösenordet", "vårdmeddelanden", "vårdmeddelande", "meddelanden", "meddelande", "lcweb", "hemligt",
    "hemlig", "hemlighet", "välkommen", "sommar", "sommaren", "vinter", "vintern", "höst", "hösten", "vår", "våren",
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag", "jul", "påsk", "midsommar",
    "vård", "vården", "vårdcentral", "vårdcentralen", "hemsjukvård", "hemsjukvården", "sjukvård", "sjukhus",
    "sjukhuset", "sjuksköterska", "sköterska", "undersköterska", "distriktssköterska", "läkare", "doktor",
    "reception", "receptionist", "patient", "patienten", "psykiatri", "rehab", "kommun", "kommunen", "region",
    "regionen", "halland", "hallands", "halmstad", "hylte", "laholm", "falkenberg", "varberg", "kungsbacka",
    "sverige", "inloggning", "logga", "dator", "tangentbord", "telefon", "personal", "arbete", "jobb", "jobbet",
    "admin", "administratör", "chef", "enhet", "inkorg", "journal", "fotboll", "älskling", "älskar", "kärlek",
)  # fmt: skip
_YEARS = tuple(str(year) for year in range(2040, 1939, -1))


class Weakness(StrEnum):
    """What makes a long password easy to guess."""

    NEAR_AT_HAND = "near at hand"
    COMMON = "common"
    PATTERN = "pattern"


_BECAUSE = {
    Weakness.NEAR_AT_HAND: "det bygger på ditt namn, din enhet eller ett annat ord som ligger nära till hands",
    Weakness.COMMON: "det liknar lösenord som är vanliga",
    Weakness.PATTERN: "det upprepar sig, följer en rad på tangentbordet eller är ett datum",
}


def normalized(password: str) -> str:
    """NFC: å is the same whether the keyboard sends one character or a with a ring. Nothing else is changed."""
    return unicodedata.normalize("NFC", password)


def problem(password: str) -> str | None:
    """The sentence for one that is too short or too long; `password` is normalized. How it is guessed comes after."""
    if len(password) < MIN_PASSWORD:
        return f"Lösenordet måste ha minst {MIN_PASSWORD} tecken."
    if len(password) > MAX_PASSWORD or any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        return f"Lösenordet får ha högst {MAX_PASSWORD} tecken, och inga styrtecken."
    if numbers_in(password):
        return "Lösenordet innehåller ett personnummer, som andra kan känna till. Välj något annat."
    return None


def weak(because: Weakness) -> str:
    return f"Lösenordet är för lätt att gissa: {_BECAUSE[because]}. Ta hellre flera ord som inte hör ihop."


def likely_words(about: Iterable[str]) -> list[str]:
    """In lower case, the most likely first: what is known `about` the person, then what everybody here thinks of."""
    texts = [text.lower() for text in about]
    own = [word for text in texts for word in _WORD.findall(text) if len(word) >= _SHORTEST_WORD]
    joined = ["".join(_WORD.findall(text)) for text in texts]
    known = dict.fromkeys((*joined, *own, *_NEAR_AT_HAND, *_YEARS))
    return [word for word in dict.fromkeys((*known, *(word.translate(_UNACCENTED) for word in known))) if word]


def readings_of(password: str) -> list[tuple[str, int]]:
    """How a guesser reads it: as it is, with l3tters for d1gits, in one word, without repetition; and what that costs.

    The number is how many times more tries it takes to come on that reading. Of a long one its beginning says enough.
    """
    beginning = password[:_LONGEST_READ]
    plain = beginning.lower().translate(_L3TTERS)
    readings = {beginning: 1, plain: 2}
    for reading, factor in list(readings.items()):
        readings.setdefault("".join(_WORD.findall(reading)), factor * 2)
    for reading, factor in list(readings.items()):
        readings.setdefault(_REPEATED.sub(r"\1", reading), factor * (1 + len(reading)))
    return [(reading, factor) for reading, factor in readings.items() if reading]
