"""Whether a text tells what it must not."""

import re
from collections.abc import Iterable

#: Keys, tokens and Message-IDs: four digits turn up in them by chance, and no text is hidden in them.
_DRAWN = re.compile(r"[0-9A-Za-z_.-]{20,}")
_BY_CHANCE = 4  # digits


def given_away(words: Iterable[str], text: str) -> list[str]:
    """Those of `words` that stand in it. A few digits do not count where they stand in what was drawn by lot."""
    written = _DRAWN.sub("", text)
    return [word for word in words if word in (written if word.isdigit() and len(word) <= _BY_CHANCE else text)]
