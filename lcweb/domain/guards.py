"""What a text may hold (S4, S8): sentences for what it may not, never silent repair of what a person wrote."""

import re
import unicodedata

MAX_BODY = 10_000  # characters (S8)
MAX_SUBJECT = 120

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Unicode's categories Cc and Cs, and _BIDI. A pattern finds them sooner than a look at each character does.
_INVISIBLE = re.compile(f"[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff{''.join(sorted(_BIDI))}]")
_INVISIBLE_BUT_LINES = re.compile(_INVISIBLE.pattern.replace(r"\x00-\x1f", r"\x00-\x08\x0b-\x1f"))
_DATA_URL = re.compile(r"\bdata:(?:[\w.+-]+/[\w.+-]+)?(?:;[\w.+=-]+)*,", re.IGNORECASE)
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/]{300,}|(?:[A-Za-z0-9+/]{60,}\s){4,}")  # in one line, or broken as mail does


def normalized(raw: str) -> str:
    """NFC, newlines as one character, no white space at either end (S8)."""
    return unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()


def body_problem(raw: str, *, what: str = "Meddelandet", empty: str = "Skriv ett meddelande.") -> str | None:
    body = normalized(raw)
    if not body:
        return empty
    return text_problem(body, what=what, most=MAX_BODY)


def text_problem(text: str, *, what: str, most: int, lines: bool = True) -> str | None:
    """A sentence, or None. `what` names the field in the sentence: 'Meddelandet'."""
    if len(text) > most:
        return f"{what} har {len(text)} tecken. Högst {most} får plats – korta texten."
    if _has_controls(text, lines=lines):
        return f"{what} innehåller osynliga styrtecken. Klistra in texten som ren text eller skriv om den."
    if _has_attachment(text):
        return f"{what} innehåller en inklistrad bild eller fil. Bilagor går inte att skicka här."
    return None


def _has_controls(text: str, *, lines: bool) -> bool:
    return bool((_INVISIBLE_BUT_LINES if lines else _INVISIBLE).search(text))


def _has_attachment(text: str) -> bool:
    """S4: a picture or a file pasted as text."""
    return bool(_DATA_URL.search(text) or _BASE64_RUN.search(text))
