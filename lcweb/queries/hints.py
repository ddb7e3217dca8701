"""The word lists of the hints (S5), and what a text would be asked about."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from lcweb import facts
from lcweb.db import reading
from lcweb.domain import hints
from lcweb.domain.hint_words import DEFAULTS, HintList
from lcweb.domain.hints import Hints
from lcweb.models import HintWords


class Change(NamedTuple):
    """`lines` after the change."""

    by: str
    at: datetime
    lines: int


class WordList(NamedTuple):
    """`changes`, newest first; none as long as the list is the default one."""

    name: HintList
    words: str
    changes: tuple[Change, ...]


def find(*, subject: str, body: str, patient_number: str) -> Hints:
    """What the verbs would ask about, for a page that is shown again (`services.hints.ask`)."""
    words = facts.hint_words(reading())
    return hints.find(subject=subject, body=body, patient_number=patient_number, words=words)


def word_lists() -> list[WordList]:
    """All lists, in the order of the page."""
    current = DEFAULTS | facts.hint_words(reading())
    changes: dict[str, list[Change]] = {name: [] for name in HintList}
    columns = select(HintWords.list_name, HintWords.changed_by, HintWords.changed_at, HintWords.words)
    for name, by, at, words in reading().execute(columns.order_by(HintWords.id.desc())):
        changes[name].append(Change(by, at, len(words.split("\n"))))
    return [WordList(name, current[name], tuple(changes[name])) for name in HintList]
