"""What happens in a thread, step by step, by the verbs themselves."""

from dataclasses import dataclass

from lcweb.domain.permissions import Actor
from lcweb.services import threads
from tests.clock import Clock
from tests.factories import RULES, submission_id, thread, version_of
from tests.web.visits import Visitor


def answer(person: Visitor, thread_id: int, body: str, clock: Clock) -> None:
    """The person has read the thread first."""
    with person.context():
        threads.open_thread(person.actor, thread_id, now=clock.now)
        threads.reply(
            person.actor, thread_id, body, expects_reply=False, close=False, version=version_of(thread_id),
            submission_id=submission_id(), now=clock.now, rules=RULES,
        )  # fmt: skip


def note(person: Visitor, thread_id: int, body: str, clock: Clock) -> None:
    with person.context():
        threads.note(person.actor, thread_id, body, submission_id=submission_id(), now=clock.now)


@dataclass
class Talk:
    """One thread between two people's units; each step happens at the clock's time."""

    anna: Visitor
    karin: Visitor
    clock: Clock
    id: int = 0

    def step(self, name: str) -> None:
        """`anna asks`, `karin answers`, `karin claims` …"""
        who, what = name.split(maxsplit=1)
        with self.anna.context():
            getattr(self, what.replace(" ", "_"))({"anna": self.anna, "karin": self.karin}[who].actor)

    def asks(self, person: Actor, **overrides: object) -> None:
        self.id = thread(person, self.karin.unit_id, now=self.clock.now, **overrides)

    def informs(self, person: Actor) -> None:
        self.asks(person, expects_reply=False)

    def opens(self, person: Actor) -> None:
        threads.open_thread(person, self.id, now=self.clock.now)

    def claims(self, person: Actor) -> None:
        threads.claim(person, self.id, now=self.clock.now)

    def acknowledges(self, person: Actor) -> None:
        threads.acknowledge(person, self.id, now=self.clock.now)

    def answers(self, person: Actor, *, expects_reply: bool = False, close: bool = False) -> None:
        threads.reply(
            person, self.id, "Vi kommer på måndag.", expects_reply=expects_reply, close=close,
            version=version_of(self.id), submission_id=submission_id(), now=self.clock.now, rules=RULES,
        )  # fmt: skip

    def asks_back(self, person: Actor) -> None:
        self.answers(person, expects_reply=True)

    def closes(self, person: Actor) -> None:
        threads.close(person, self.id, version=version_of(self.id), now=self.clock.now)
