"""Hints (S5): words and numbers in a text that call for one confirmation. Never a stop, and only counts are told.

A word list is text, one phrase a line, written by administrators. In a phrase a word that ends in `*` stands for all
words that begin so, and `*` alone for at most five words of the same sentence: `recept* * redan förny*`. What a list of
harmless phrases covers is not counted, nor what is denied: "ingen andnöd", "nekar andnöd och bröstsmärta".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lcweb.domain import guards, identity
from lcweb.domain.hint_words import DEFAULTS, HintList

MAX_WORDS = 10_000  # characters in a list

Span = tuple[int, int]

_FARTHEST = 80  # characters before a word in which its denial is looked for

_LINE = re.compile(r"(?:\w+(?:-\w+)*\*?)(?: (?:\*|\w+(?:-\w+)*\*?))*")
_BETWEEN = r"[^\w\n.!?:;]{1,3}"  # two words of one sentence
_SOME_WORDS = rf"(?:{_BETWEEN}\w+){{0,5}}?"
#: 112 within a telephone number, a blood pressure or a decimal is no cry for help.
_NUMBER = r"(?<![\d.,/-])(?<!\d ){}(?![.,/-]?\d| \d\d \d\d)"

_DENIAL = r"(?:ingen|inget|inga|inte|ej|icke|nekar|förnekar|varken|aldrig)"
_FILLER = (
    r"(?:alls|av|behov|det|direkt|fråga|frågan|heller|känd|känt|kända|längre|misstanke|nu|några|någon|något|om|på|som|"
    r"så|tecken|till|tyder|är)"
)
_FILLED = rf"(?: {_FILLER}){{0,4}}"
_DENIED_BEFORE = re.compile(rf"\b(?:{_DENIAL}|(?P<without>utan)){_FILLED} [\"'”(]?$")
#: "inte bara trött utan akut dålig": there "utan" says but.
_BUT = re.compile(r"\b(?:inte|ej|icke)\b[^.!?\n]*$")
#: A list whose last link is "eller" is denied as a whole; "ingen feber, andnöd" may well mean that there is andnöd.
_DENIED_LIST = re.compile(
    rf"\b{_DENIAL}{_FILLED} \w+(?:, ?(?:{_FILLER} )?\w+){{0,6}} (?:eller|el) (?:{_FILLER} ){{0,2}}\w+"
    r"|\b(?:för)?nekar(?: till)? \w+(?:, ?\w+){0,6} (?:och|samt) \w+"
)
_ANSWERED_NO = re.compile(r" ?[:=?] ?(?:nej|neg|0|(?:ingen|inget|inga)(?= ?(?:[.,;\n]|$)))\b")


@dataclass(frozen=True)
class Hints:
    """How many words and numbers call for a second look; never which."""

    acute: int = 0
    prescribing: int = 0
    other_numbers: int = 0
    subject_numbers: int = 0

    @property
    def total(self) -> int:
        """What the person confirms; a text with another count is asked about again."""
        return self.acute + self.prescribing + self.other_numbers + self.subject_numbers

    @property
    def sentence(self) -> str:
        """Empty when there is nothing to ask about."""
        told = (
            (self.acute, "Texten har {} ord som tyder på att det är akut. Är det akut – ring enheten."),
            (self.prescribing, "Texten har {} ord om recept eller ordination. Sådant går inte att beställa här."),
            (
                self.other_numbers,
                "Texten har {} identitetsnummer som inte är patientens. Ett ärende gäller en patient.",
            ),
            (self.subject_numbers, "Ämnet har {} identitetsnummer. Ta bort det, för ämnet syns i listor."),
        )
        return " ".join(sentence.format(count) for count, sentence in told if count)


def find(*, subject: str, body: str, patient_number: str, words: Mapping[HintList, str]) -> Hints:
    """`patient_number` as the thread keeps it. A list that `words` lacks is the default one."""
    lists = DEFAULTS | dict(words)
    text = f"{guards.normalized(subject)}\n{guards.normalized(body)}"
    plain = _plain(text)
    own = patient_number[-10:]
    return Hints(
        acute=_count(plain, lists[HintList.ACUTE], lists[HintList.ACUTE_HARMLESS]),
        prescribing=_count(plain, lists[HintList.PRESCRIBING], lists[HintList.PRESCRIBING_HARMLESS]),
        other_numbers=len(identity.numbers_in(text) - {own}),
        subject_numbers=len(identity.numbers_in(subject) | ({own} if _names(subject, patient_number) else set())),
    )


def list_problem(raw: str) -> str | None:
    """A sentence for the administrator, or None (S8)."""
    words = guards.normalized(raw)
    if not words:
        return "Skriv minst en rad. En tom lista frågar aldrig."
    problem = guards.text_problem(words, what="Listan", most=MAX_WORDS)
    if problem:
        return problem
    wrong = [place for place, line in enumerate(words.split("\n"), 1) if line.strip() and not _readable(line)]
    if wrong:
        return (
            f"Rad {wrong[0]} går inte att använda. Skriv ord med bokstäver, siffror och bindestreck, * sist i ett ord."
        )
    return None


def _readable(line: str) -> bool:
    """`*` alone stands between two words, once."""
    phrase = _plain(line.strip())
    return bool(_LINE.fullmatch(phrase)) and not phrase.endswith(" *") and phrase.split().count("*") <= 1


def _plain(text: str) -> str:
    """Small letters, one kind of dash, and single spaces that keep the lines."""
    dashes = identity.RARE.sub(lambda rare: "-" if unicodedata.category(rare[0]) == "Pd" else rare[0], text)
    return re.sub(r"[^\S\n]+", " ", dashes).lower()


def _names(subject: str, patient_number: str) -> bool:
    """The patient's own number, also a reserve number of any sort."""
    return bool(patient_number) and patient_number in identity.compact(subject).upper()


def _count(plain: str, asking: str, harmless: str) -> int:
    hits = _found(plain, asking)
    if not hits:
        return 0
    covered = [*_found(plain, harmless), *(match.span() for match in _DENIED_LIST.finditer(plain))]
    return sum(not _is_harmless(plain, hit, covered) for hit in _apart(hits))


def _found(plain: str, words: str) -> list[Span]:
    present = [phrase for phrase, part in _phrases(words) if part in plain]
    return [match.span() for phrase in present for match in _pattern(phrase).finditer(plain)]


def _apart(spans: Iterable[Span]) -> Iterator[Span]:
    """The longest phrase of those that overlap, so that it counts once and not as its words."""
    end = 0
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if span[0] >= end:
            yield span
            end = span[1]


def _is_harmless(plain: str, hit: Span, covered: Iterable[Span]) -> bool:
    start, end = hit
    return (
        any(left <= start and end <= right for left, right in covered)
        or _is_denied(plain, start)
        or _ANSWERED_NO.match(plain, end) is not None
    )


def _is_denied(plain: str, start: int) -> bool:
    found = _DENIED_BEFORE.search(plain, max(0, start - _FARTHEST), start)
    if found is None:
        return False
    return not (found["without"] and _BUT.search(plain, max(0, found.start() - _FARTHEST), found.start()))


class _Phrase(NamedTuple):
    """`part` stands in every text that has it: a search for that is cheaper than the pattern's."""

    text: str
    part: str


@lru_cache(maxsize=16)
def _phrases(words: str) -> tuple[_Phrase, ...]:
    lines = dict.fromkeys(_plain(line.strip()) for line in words.split("\n") if line.strip())
    return tuple(_Phrase(line, max(line.replace("*", " ").split(), key=len, default="")) for line in lines)


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    if phrase.isdigit():
        return re.compile(_NUMBER.format(phrase))
    parts = [_SOME_WORDS if word == "*" else _BETWEEN + _word(word) for word in phrase.split(" ")]
    return re.compile(rf"\b{''.join(parts).removeprefix(_BETWEEN)}")


def _word(word: str) -> str:
    return re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) + r"\b"
