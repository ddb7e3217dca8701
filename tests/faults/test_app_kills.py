"""The app is killed while people write: single processes, and all of them at once."""

import logging
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from lcweb.config import Settings
from lcweb.models import Message
from tests import factories
from tests.faults import ledger
from tests.faults.processes import App, environ_of, running, wait_for
from tests.faults.writers import Book, Writer, at_work
from tests.rows import count

log = logging.getLogger(__name__)
SEED = 20261126
UNITS, EACH = 4, 2


def people() -> dict[str, list[int]]:
    """Who writes → the units that they write to."""
    units = [factories.unit(f"Enhet {number}") for number in range(UNITS)]
    named = {f"skriver{unit_id}{number}": unit_id for unit_id in units for number in range(EACH)}
    for username, unit_id in named.items():
        factories.user(unit_id=unit_id, username=username)
    return {username: [other for other in units if other != own] for username, own in named.items()}


@pytest.mark.prove
def test_no_message_is_lost_or_doubled_when_the_app_is_killed_while_people_write(
    app: Flask, settings: Settings, tmp_path: Path, scale: Callable[[int, int], int]
) -> None:
    """Every other time one process alone, which its parent replaces while the other one answers."""
    kills, writes_between = scale(2, 200), scale(12, 52)
    random, book = Random(SEED), Book()
    names = people()
    with running(App(tmp_path, environ_of(settings.database_url, tmp_path))) as served:
        writers = [Writer(served.port, name, others, book, seed=n) for n, (name, others) in enumerate(names.items())]

        def kill_again_and_again() -> None:
            for number in range(kills):
                goal = len(book.told) + random.randrange(writes_between // 2, writes_between * 3 // 2)
                wait_for("people write no more", lambda goal=goal: still_up(served) and len(book.told) >= goal)
                if number % 2:
                    served.kill_all()
                else:
                    served.kill_one(random)
            wait_for("people write no more", lambda: still_up(served) and len(book.told) >= goal + UNITS * EACH)

        at_work(writers, kill_again_and_again)
    said = f"{kills} kills, {len(book.told)} writes told, {book.again} requests again, {served.starts} starts"
    log.info("%s, %s messages, troubles %s", said, count(Message), dict(book.troubles))
    assert ledger.faults(book) == []
    # A busy machine may keep a request waiting for SQLite's lock for longer than ten seconds: then it is told so.
    expected = ("somebody else was first", "status 503")
    assert [words for words in book.troubles if not words.endswith(expected)] == []
    assert served.starts == 1 + kills // 2


def still_up(served: App) -> bool:
    served.keep_up()
    return True
