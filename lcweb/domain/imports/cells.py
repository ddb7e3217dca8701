"""One line's cells turned into values, with every fault noted by its column."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import TypeVar

from lcweb.domain import guards, identity
from lcweb.domain.imports.columns import COLUMNS
from lcweb.domain.imports.jobs import Difference, ImportNoun

T = TypeVar("T")

LARGEST = 2_147_483_647  # a row's number in the database
LOST_ZERO = "Numret börjar inte med 0. Kontrollera att nollan inte har fallit bort."
MAX_SHOWN = 60  # characters of what somebody has written, in a sentence about it

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[.:](\d{2})(?::00)?", re.ASCII)
_DIGITS_ALONE = re.compile(r"[1-9][0-9]{5,}")


def shown(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]} …"


class Cells:
    """`was`: the row's cells as an export would write them now, where there is a row; a column that the file lacks
    leaves what was."""

    def __init__(self, noun: ImportNoun, cells: Mapping[str, str], was: Mapping[str, str] | None) -> None:
        self.headings = {column.name: column.heading for column in COLUMNS[noun]}
        self.given = {name: text for name, text in cells.items() if name in self.headings}
        self.was = was or {}
        self.faults: list[str] = []
        self.hints: list[str] = []

    def fault(self, name: str, sentence: str) -> None:
        self.faults.append(f"{self.headings[name]}: {sentence}" if name in self.headings else sentence)

    def text(self, name: str, default: str = "") -> str:
        return self.given.get(name, self.was.get(name, default))

    def free(self, name: str, *, what: str, most: int, lines: bool = False) -> str:
        """A text that people write freely. An identity number in it is a fault."""
        text = self.text(name)
        problem = guards.text_problem(text, what=what, most=most, lines=lines)
        if problem:
            self.fault(name, problem)
        self.no_identity(name)
        return text

    def no_identity(self, *names: str) -> None:
        for name in names:
            if identity.numbers_in(self.text(name)):
                self.fault(name, "Texten innehåller ett personnummer. Ta bort det.")

    def choice(self, name: str, words: Mapping[T, str], *, missing: str, unknown: str) -> T | None:
        text = self.text(name).casefold()
        found = next((value for value, word in words.items() if word.casefold() == text), None)
        if found is None:
            known = ", ".join(words.values())
            told = f"{unknown.format(shown(self.text(name)))} Det ska stå något av: {known}."
            self.fault(name, told if text else missing)
        return found

    def day(self, name: str, *, missing: str = "") -> date | None:
        """None also for a fault, which is noted; `missing`: the sentence for a day that has to be there."""
        text = self.text(name)
        if not text:
            if missing:
                self.fault(name, missing)
            return None
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self.fault(name, f"{shown(text)} är inget datum. Skriv det som 2026-11-17.")
        return None

    def clock(self, name: str, default: time) -> time:
        text = self.text(name)
        found = _CLOCK.fullmatch(text)
        if found and int(found[1]) < 24 and int(found[2]) < 60:
            return time(int(found[1]), int(found[2]))
        if text:
            self.fault(name, f"{shown(text)} är inget klockslag. Skriv det som 08:00.")
        return default

    def yes(self, name: str) -> bool:
        text = self.text(name, "nej").casefold()
        if text not in ("ja", "nej", ""):
            self.fault(name, f"{shown(text)} går inte att läsa. Skriv ja eller nej.")
        return text == "ja"

    def phone_hint(self, *names: str) -> None:
        """A spreadsheet that takes a telephone number for a number drops its first zero."""
        for name in names:
            if _DIGITS_ALONE.fullmatch(self.given.get(name, "")) and self.given[name] != self.was.get(name):
                self.hints.append(f"{self.headings[name]}: {LOST_ZERO}")

    def differences(self, becomes: Mapping[str, str]) -> tuple[Difference, ...]:
        """Against the row as it was, or as it was before there was one."""
        return tuple(
            (heading, self.was.get(name, ""), becomes[name])
            for name, heading in self.headings.items()
            if name != "number" and becomes[name] != self.was.get(name, "")
        )

    def says_what_was(self) -> bool:
        return bool(self.was) and all(self.was[name] == text for name, text in self.given.items())


def number_of(cells: Mapping[str, str]) -> int | None:
    """The row's number; None when the line has none, 0 when what stands there is no number."""
    text = cells.get("number", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST else 0


def numbers_of(lines: Iterable[Mapping[str, str]]) -> set[int]:
    return {number for number in map(number_of, lines) if number}


def day_text(day: date | None) -> str:
    return day.isoformat() if day else ""


def clock_text(clock: time) -> str:
    return f"{clock:%H:%M}"
