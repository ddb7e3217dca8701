"""Loggkontroll (L3): which rows of the log are drawn, what points at one, and what may be found of it.

What is written down is taken again as it was: a review's `kind` is SAMPLE or its rules, a row's `why` SAMPLE or the
rules that pointed at it, with commas between.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from lcweb.domain import guards, identity
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Refused
from lcweb.domain.search import day_problem, read_day
from lcweb.domain.workdays import Calendar

MOST_ROWS = 100  # of one review: what a person can judge with care
USUAL_ROWS = 20
LONGEST = timedelta(days=366)
MAX_WORDS = 1_000  # characters of a finding


class LogRule(StrEnum):
    SAME_SURNAME = "same_surname"
    OWN_RECORD = "own_record"
    UNCLAIMED = "unclaimed"
    AFTER_HOURS = "after_hours"
    PROTECTED = "protected"


class Way(StrEnum):
    """How rows are drawn."""

    SAMPLE = "sample"
    RULES = "rules"


class LogVerdict(StrEnum):
    IN_ORDER = "in_order"
    FOLLOW_UP = "follow_up"
    UNAUTHORISED = "unauthorised"


SAMPLE = Way.SAMPLE.value
#: Verdicts that say nothing without words.
NEED_WORDS = {
    LogVerdict.FOLLOW_UP: "Skriv vad som ska följas upp, och av vem.",
    LogVerdict.UNAUTHORISED: "Skriv varför åtkomsten är obehörig, och vad du har gjort åt det.",
}

#: What only looks.
LOOKING = frozenset({LogAction.OPEN, LogAction.SHOWN_BY_POLL, LogAction.PRINT, LogAction.EXPORT})
#: What shows that the unit has had the thread in hand.
HANDLING = frozenset(
    {
        LogAction.SEND, LogAction.REPLY, LogAction.ACKNOWLEDGE, LogAction.CLAIM, LogAction.RELEASE,
        LogAction.TAKE_OVER, LogAction.CLOSE, LogAction.REOPEN, LogAction.FORWARD, LogAction.RETURN,
        LogAction.WITHDRAW, LogAction.VOID, LogAction.CORRECT, LogAction.TRANSFER, LogAction.NOTE,
    }
)  # fmt: skip


# Asking ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TypedPlan:
    """The page's fields, as typed. One of the two numbers says what the review is about."""

    organization_id: int | None = None
    unit_id: int | None = None
    way: str = ""
    rules: Sequence[str] = ()
    wanted: str = ""
    from_day: str = ""
    to_day: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`rules` empty: any row. Days are inclusive, in Stockholm."""

    organization_id: int | None
    unit_id: int | None
    rules: tuple[LogRule, ...]
    wanted: int
    from_day: date
    to_day: date

    @property
    def kind(self) -> str:
        return joined(self.rules)


def plan(typed: TypedPlan, *, today: date) -> Plan:
    """Raises Refused with everything that is wrong: form-field name → sentence."""
    found = {
        "place": None if typed.organization_id or typed.unit_id else NO_PLACE,
        "way": None if typed.way in set(Way) else "Välj stickprov eller regler.",
        "rules": _rules_problem(typed),
        "wanted": None if _count(typed.wanted) else f"Skriv ett helt tal från 1 till {MOST_ROWS}.",
        "from_day": _day_problem(typed.from_day, "Skriv den första dagen."),
        "to_day": _day_problem(typed.to_day, "Skriv den sista dagen."),
    }
    problems = {field: sentence for field, sentence in found.items() if sentence}
    if not problems:
        problems = _period_problems(read_day(typed.from_day), read_day(typed.to_day), today)
    if problems:
        raise Refused(problems)
    return Plan(
        organization_id=typed.organization_id, unit_id=typed.unit_id, wanted=_count(typed.wanted),
        rules=tuple(rule for rule in LogRule if typed.way == Way.RULES and rule in typed.rules),
        from_day=read_day(typed.from_day), to_day=read_day(typed.to_day),
    )  # fmt: skip


NO_PLACE = "Välj vad kontrollen ska gälla."


def _rules_problem(typed: TypedPlan) -> str | None:
    if typed.way != Way.RULES or set(typed.rules) & set(LogRule):
        return None
    return "Kryssa för minst en regel."


def _count(typed: str) -> int:
    """0: none that can be used."""
    number = int(typed) if re.fullmatch(r"[0-9]{1,4}", typed.strip()) else 0
    return number if number <= MOST_ROWS else 0


def _day_problem(typed: str, empty: str) -> str | None:
    return day_problem(typed) if typed.strip() else empty


def _period_problems(first: date, last: date, today: date) -> dict[str, str]:
    if first > last:
        return {"to_day": "Den sista dagen ligger före den första. Byt plats på dem."}
    if last > today:
        return {"to_day": "Den dagen har inte varit än. Välj i dag eller tidigare."}
    return {"from_day": "Välj en period på högst ett år."} if last - first >= LONGEST else {}


def joined(rules: Iterable[LogRule]) -> str:
    return ",".join(rules) or SAMPLE


# Drawing --------------------------------------------------------------------------------------------------------------


class LoggedAct(NamedTuple):
    """A row of the log and what the rules ask about it.

    `calendar` is that of the unit acted from, on that day. `patients`: the patient's names, as the thread has it or,
    without a thread, as any thread of that number has it. `is_handled`: somebody at the unit has at some time had the
    thread in hand.
    """

    row_id: int
    at: datetime
    action: str
    person: str
    calendar: Calendar
    patients: Collection[str] = ()
    is_protected: bool = False
    is_handled: bool = True


class Drawn(NamedTuple):
    row_id: int
    why: str


def pointing(act: LoggedAct, rules: Iterable[LogRule]) -> list[LogRule]:
    """Which of the rules point at the row."""
    return [rule for rule in rules if _POINTS[rule](act)]


def draw(
    found: Sequence[Drawn], wanted: int, *, pick: Callable[[Sequence[Drawn], int], Sequence[Drawn]]
) -> list[Drawn]:
    """All of them, or so many as are wanted by `pick`, which nobody shall be able to foretell; in the log's order."""
    return sorted(found if len(found) <= wanted else pick(found, wanted))


@lru_cache(maxsize=10_000)  # a log asks about the same pairs again and again
def has_same_surname(person: str, patient: str) -> bool:
    """A part of the person's surname is a word of the patient's name, which may be written surname first.

    The surname is the last word; of a hyphenated one, or of one such as O'Neill, each part counts.
    """
    surname = {part for part in _words(person.split()[-1] if person.split() else "") if len(part) > 1}
    return bool(surname & set(_words(patient)))


@lru_cache(maxsize=10_000)
def may_be_the_same(person: str, patient: str) -> bool:
    """Possibly the person's own record: all words of one name, at least two, stand in the other.

    A person's own identity number is not known here, so names are all that can be compared.
    """
    one, other = set(_words(person)), set(_words(patient))
    return min(len(one), len(other)) > 1 and (one <= other or other <= one)


def _words(name: str) -> list[str]:
    """Runs of letters, as one compares them."""
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()))


_POINTS: dict[LogRule, Callable[[LoggedAct], bool]] = {
    LogRule.SAME_SURNAME: lambda act: any(has_same_surname(act.person, patient) for patient in act.patients),
    LogRule.OWN_RECORD: lambda act: any(may_be_the_same(act.person, patient) for patient in act.patients),
    LogRule.UNCLAIMED: lambda act: act.action in LOOKING and not act.is_handled,
    LogRule.AFTER_HOURS: lambda act: not act.calendar.is_open(act.at),
    LogRule.PROTECTED: lambda act: act.is_protected,
}


# Judging --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class TypedFinding:
    """What is said of one row. `seen`: the row's latest finding when the page was shown, 0 when it had none."""

    row_id: int
    verdict: str = ""
    words: str = ""
    seen: int = 0


OWN_ROW = "Det här har du gjort själv. En annan loggranskare bedömer raden."


def finding_problems(typed: TypedFinding, *, is_own: bool) -> dict[str, str]:
    """Everything that stops it: form-field name → sentence. Nobody judges what they have done themselves."""
    verdict, words = f"verdict-{typed.row_id}", f"words-{typed.row_id}"
    if is_own:
        return {verdict: OWN_ROW}
    if typed.verdict not in set(LogVerdict):
        return {verdict: "Välj en bedömning till det du har skrivit."}
    problem = _words_problem(LogVerdict(typed.verdict), guards.normalized(typed.words))
    return {words: problem} if problem else {}


def _words_problem(verdict: LogVerdict, words: str) -> str | None:
    if not words:
        return NEED_WORDS.get(verdict)
    if identity.numbers_in(words):
        return "Texten innehåller ett personnummer. Ta bort det: vem raden gäller framgår ändå."
    return guards.text_problem(words, what="Texten", most=MAX_WORDS)
