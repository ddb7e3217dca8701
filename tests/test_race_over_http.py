"""Many at the same threads at the same moment, by several app processes: nothing accepted is lost."""

import logging
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from lcweb.db import db, log_key
from lcweb.domain.access_log import LogAction, Verdict, verify
from lcweb.models import AccessLogRow, InternalNote, Message, Thread, ThreadEvent
from lcweb.queries import access_log
from tests import factories
from tests.factories import LONG_AGO
from tests.fleet import Server, Visitor, hidden, serving, username_of, visitors

Scale = Callable[[int, int], int]
log = logging.getLogger(__name__)
PROCESSES = 4
MOVES = {
    "kvittera": (LogAction.ACKNOWLEDGE,),
    "ta": (LogAction.CLAIM, LogAction.TAKE_OVER),
    "lamna-tillbaka": (LogAction.RELEASE,),
    "svara": (LogAction.REPLY,),
    "anteckning": (LogAction.NOTE,),
    "vidarebefordra": (LogAction.FORWARD,),
    "atersand": (LogAction.RETURN,),
}
#: Done twice they are done once: the second answer says so too, and nothing is written.
ONCE = {"avsluta": LogAction.CLOSE, "oppna-igen": LogAction.REOPEN}
#: Each of these raises Thread.version by one.
COUNTED = (LogAction.REPLY, LogAction.FORWARD, LogAction.RETURN, LogAction.CLOSE, LogAction.REOPEN)


@dataclass
class Racer:
    """One person at some threads. `accepted`: what the answers said had been done; `texts`: what they said is kept."""

    who: Visitor
    threads: list[int]
    units: list[int]
    random: Random
    statuses: Counter[int] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)

    def run(self, changes: int) -> None:
        moves = [*MOVES, *ONCE, "svara", "svara"]
        while changes:
            thread_id = self.random.choice(self.threads)
            page = self.who.visit(f"/arenden/{thread_id}")
            self.statuses[page.status] += 1
            if page.status != 200:  # of the two other units, and never sent on to this one
                continue
            changes -= 1
            if changes % 5 == 0:
                self.who.come_again()
            self._send(thread_id, self.random.choice(moves), hidden(page, "version"))

    def _send(self, thread_id: int, move: str, version: str) -> None:
        text, unit_id = f"text{uuid4().hex}", str(self.random.choice(self.units))
        fields = {
            "kvittera": {}, "lamna-tillbaka": {}, "oppna-igen": {}, "ta": {"take_over": "1"},
            "avsluta": {"version": version}, "anteckning": {"note": text, "submission_id": uuid4().hex},
            "svara": {"body": text, "version": version, "submission_id": uuid4().hex, "expects_reply": "1"},
            "vidarebefordra": {
                "recipient_unit": unit_id, "reason": "other_area", "words": text, "version": version,
            },
            "atersand": {"reason": "wrong_recipient", "words": text, "version": version},
        }[move]  # fmt: skip
        status = self.who.send(f"/arenden/{thread_id}/{move}", **fields).status
        self.statuses[status] += 1
        if status == 303:
            self.accepted[move] += 1
            if text in fields.values():
                self.texts.append(text)


@pytest.mark.prove
def test_four_processes_lose_nothing_that_they_have_accepted(
    app: Flask, database_url: str, tmp_path: Path, scale: Scale
) -> None:
    people = [factories.user(name, unit_id=factories.unit()) for name in ("Anna Lind", "Karin Berg", "Cecilia Dahl")]
    people.append(factories.colleague(people[1]))
    # Each unit has two of them from the start.
    around = [(people[0], people[1]), (people[1], people[2]), (people[2], people[0])]
    thread_ids = [factories.thread(sender, other.require_unit(), now=LONG_AGO) for sender, other in around]
    units = [person.require_unit() for person in people]
    server = Server(database_url, tmp_path, processes=PROCESSES)
    with serving(server), visitors(server.port, *map(username_of, people)) as signed_in:
        racers = [Racer(who, thread_ids, units, Random(number)) for number, who in enumerate(signed_in)]
        with ThreadPoolExecutor(PROCESSES) as together:
            list(together.map(lambda racer: racer.run(scale(10, 1000)), racers))
        processes = server.answered()
    statuses = sum((racer.statuses for racer in racers), Counter())
    log.info(
        "%s processes answered %s, accepted %s",
        processes,
        dict(statuses),
        dict(sum((racer.accepted for racer in racers), Counter())),
    )
    assert processes > 1
    assert set(statuses) <= {200, 303, 400, 404, 409}
    assert statuses[303] and statuses[409]
    assert "locked" not in server.log.read_text("utf-8")
    _nothing_is_lost(racers)


def _nothing_is_lost(racers: list[Racer]) -> None:
    accepted: Counter[str] = sum((racer.accepted for racer in racers), Counter())
    with db.engine.connect() as connection:
        logged = Counter(connection.execute(select(AccessLogRow.action)).scalars().all())
        kept = {
            word
            for column in (Message.body, ThreadEvent.words, InternalNote.body)
            for said in connection.execute(select(column)).scalars()
            for word in re.findall(r"text[0-9a-f]{32}", said or "")
        }
        versions = dict(map(tuple, connection.execute(select(Thread.id, Thread.version))))
        moves = dict(
            connection.execute(
                select(AccessLogRow.thread_id, func.count())
                .where(AccessLogRow.action.in_(COUNTED))
                .group_by(AccessLogRow.thread_id)
            ).all()
        )  # fmt: skip
    assert {move: sum(logged[action] for action in actions) for move, actions in MOVES.items()} == {
        move: accepted[move] for move in MOVES
    }
    assert all(logged[action] <= accepted[move] for move, action in ONCE.items())
    assert {text for racer in racers for text in racer.texts} == kept
    assert versions == {thread_id: 1 + moves.get(thread_id, 0) for thread_id in versions}
    with access_log.whole() as log:
        assert verify(log_key(), log.rows, head=log.head) == Verdict(sum(logged.values()))
