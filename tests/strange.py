"""Patient numbers as nobody should type them: random characters, and sound numbers with something done to them."""

import sys
from collections.abc import Iterator
from random import Random

_SOUND = (
    "20000101-2384",
    "19701063-2383",
    "000101-2384",
    "22790814AA01",
    "992026009801",
    "18900101K065",
    "18900101SF2A",
)
_LIKELY = "0123456789-+ –ABKMSXåÄ"
_NASTY = "\0\t\n\r\u00a0\u200b\u2028\u202e\ufeff٢２²ⅫßıſﬁÅ\ud800\udfff🌍'\"<>%{}\\"


def strange_numbers(random: Random, count: int) -> Iterator[str]:
    """Always the same ones for the same `random`."""
    makers = (_likely, _any, _spoilt, _digits)
    return (makers[place % len(makers)](random) for place in range(count))


def _likely(random: Random) -> str:
    return "".join(random.choices(_LIKELY, k=random.randint(0, 24)))


def _any(random: Random) -> str:
    """Any code point, lone surrogates too."""
    return "".join(chr(random.randint(0, sys.maxunicode)) for _ in range(random.randint(0, 16)))


def _digits(random: Random) -> str:
    return "".join(random.choices("0123456789", k=random.choice((9, 10, 11, 12, 12, 12, 13, 400))))


def _spoilt(random: Random) -> str:
    """One to three characters put in, taken out or changed."""
    typed = list(random.choice(_SOUND))
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(typed) + 1)
        typed[place : place + random.randint(0, 1)] = random.choices(_LIKELY + _NASTY, k=random.randint(0, 2))
    return "".join(typed)
