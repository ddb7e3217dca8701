"""Utkast: what is kept of a message that somebody has begun and not sent. Patient data, like the message itself."""

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

MAX_FIELD = 20_000  # characters: twice what can be sent, so that a text can be kept until it has been shortened

#: What is kept of each form, by field name. A confirmation ("Ärendet är inte akut") is of the moment of sending: never.
REPLY_FIELDS = ("body", "expects_reply", "callback_day")
LETTER_FIELDS = (
    "municipality", "case_type", "recipient_unit", "patient_id", "reserve_type", "patient_name", "protected_identity",
    "subject", "body", "expects_reply", "disclosure_basis", "disclosure_words",
)  # fmt: skip
#: Without any of these nobody has begun to write: a mere choice is no draft.
WRITTEN = ("body", "subject", "patient_id", "patient_name", "reserve_type", "disclosure_words")


class Content(NamedTuple):
    """`page`: the page that it was last saved from. `fields`: what stands in the form, field name → text as typed."""

    page: str
    fields: dict[str, str]


def kept(typed: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """As typed, also what could not be sent; a line's end is one character, as it is in the box."""
    return {name: typed[name].replace("\r\n", "\n") for name in names if typed.get(name)}


def is_begun(fields: Mapping[str, str]) -> bool:
    return any(fields.get(name, "").strip() for name in WRITTEN)


def problem(fields: Mapping[str, str]) -> str | None:
    """The sentence when it is too long to be kept."""
    longest = max(map(len, fields.values()), default=0)
    if longest <= MAX_FIELD:
        return None
    return f"Texten är {longest} tecken lång. Högst {MAX_FIELD} kan sparas som utkast – korta den."


def may_follow(stored: Content | None, *, page: str, after: str) -> bool:
    """A page may overwrite its own draft and the one that it was opened with (`after`), never a newer page's."""
    return stored is None or stored.page in (page, after)


def packed(content: Content) -> str:
    """Pure ASCII, so that no database stumbles over a character that somebody pasted."""
    return json.dumps({"page": content.page, "fields": content.fields})


def unpacked(text: str) -> Content:
    return Content(**json.loads(text))
