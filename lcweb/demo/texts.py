"""The invented conversations, found by who writes to whom, and their gaps filled for one patient and moment."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from textwrap import dedent

from lcweb.demo import (
    discharges,
    enrolments,
    home_visits,
    information,
    questions_from_clinics,
    questions_from_municipality,
    questions_from_rehab,
)
from lcweb.demo.conversation import Conversation, Trade
from lcweb.demo.patients import Patient

CONVERSATIONS: tuple[Conversation, ...] = (
    home_visits.ALL
    + enrolments.ALL
    + discharges.ALL
    + questions_from_municipality.ALL
    + questions_from_rehab.ALL
    + questions_from_clinics.ALL
    + information.ALL
)

_WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What a course of events asks of its conversation."""

    reply: bool = True
    question: bool = False
    again: bool = False
    correction: bool = False

    def met_by(self, talk: Conversation) -> bool:
        return (
            talk.expects_reply == self.reply
            and bool(talk.question) >= self.question
            and bool(talk.again) >= self.again
            and bool(talk.correction) >= self.correction
        )


@cache
def find(sender: Trade, receiver: Trade, needs: Needs) -> tuple[Conversation, ...]:
    between = (talk for talk in CONVERSATIONS if (talk.sender, talk.receiver) == (sender, receiver))
    return tuple(talk for talk in between if needs.met_by(talk))


def fill(raw: str, patient: Patient, *, side: str, soon: date, later: date) -> str:
    """`side` is "vänster" or "höger"; {dag} is the weekday of `soon`, {vecka} the week number of `later`."""
    words = {
        "han": "hon" if patient.woman else "han",
        "honom": "henne" if patient.woman else "honom",
        "hans": "hennes" if patient.woman else "hans",
        "maken": "maken" if patient.woman else "hustrun",
        "sida": side,
        "dag": _WEEKDAYS[soon.weekday()],
    }
    capitals = {word.capitalize(): filling.capitalize() for word, filling in words.items()}
    return _unwrapped(raw).format(**words, **capitals, vecka=later.isocalendar().week)


def _unwrapped(raw: str) -> str:
    """One line for each paragraph and list item: lines break at the reader's screen, not where the source did."""
    paragraphs = re.split(r"\n\s*\n", dedent(raw).strip())
    return "\n\n".join(re.sub(r"\s*\n(?!- )", " ", paragraph) for paragraph in paragraphs)
