"""What administrators decide: most pages ask for it, all day, and each process keeps it for as long as it holds.

The edition comes with the session, in the request's first statement; whatever is then read is of that edition or a
newer one. What has been written is therefore never older for the next request, in whichever process it is answered.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from flask import current_app, g

T = TypeVar("T")
#: Answers of one edition that a process keeps at most.
MOST = 2000


def is_of(edition: str) -> None:
    """This request only reads, and its session was read together with that edition."""
    g.edition = edition


def kept(key: Hashable, ask: Callable[[], T]) -> T:
    """The answer, which nobody may change. A request that may write asks anew each time, and so does a command."""
    edition = g.get("edition")
    if edition is None:
        return ask()
    answers = _of(edition)
    if key in answers:
        found: T = answers[key]
        return found
    if len(answers) >= MOST:
        answers.clear()
    answers[key] = answer = ask()
    return answer


def _of(edition: str) -> dict[Hashable, Any]:
    editions: dict[str, dict[Hashable, Any]] = current_app.extensions.setdefault("lcweb_kept", {})
    if edition not in editions:
        editions.clear()
    return editions.setdefault(edition, {})
