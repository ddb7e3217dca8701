"""One act of one person at one moment, and how it is done: through the same verbs as from the web."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from lcweb.db import reading
from lcweb.demo.people import Actors, Person
from lcweb.domain.compose import NewThread
from lcweb.domain.permissions import Actor
from lcweb.domain.rules import Rules
from lcweb.models import Thread
from lcweb.services import readings, threads
from lcweb.services.readings import How


@dataclass
class World:
    """What has come to be so far. Stories are numbered by the plan, threads by the database."""

    actors: Actors
    unit_ids: Mapping[str, int]
    rules: Rules
    thread_ids: dict[int, int] = field(default_factory=dict)

    def version(self, thread_id: int) -> int:
        return reading().execute(select(Thread.version).where(Thread.id == thread_id)).scalar_one()


@dataclass(frozen=True, kw_only=True)
class Step:
    at: datetime
    person: Person
    unit: str

    def play(self, world: World) -> None:
        raise NotImplementedError

    def actor(self, world: World) -> Actor:
        return world.actors[self.person.username, self.unit]


@dataclass(frozen=True, kw_only=True)
class Read(Step):
    how: How

    def play(self, world: World) -> None:
        readings.record(self.actor(world), self.how, now=self.at, rules=world.rules)


@dataclass(frozen=True, kw_only=True)
class StoryStep(Step):
    story: int


@dataclass(frozen=True, kw_only=True)
class Send(StoryStep):
    recipient: str
    new: NewThread
    submission_id: str

    def play(self, world: World) -> None:
        new = replace(self.new, recipient_unit_id=world.unit_ids[self.recipient])
        sent = threads.start(self.actor(world), new, submission_id=self.submission_id, now=self.at, rules=world.rules)
        world.thread_ids[self.story] = sent.thread_id


class Open(StoryStep):
    def play(self, world: World) -> None:
        threads.open_thread(self.actor(world), world.thread_ids[self.story], now=self.at)


class Claim(StoryStep):
    def play(self, world: World) -> None:
        threads.claim(self.actor(world), world.thread_ids[self.story], now=self.at)


class Acknowledge(StoryStep):
    def play(self, world: World) -> None:
        threads.acknowledge(self.actor(world), world.thread_ids[self.story], now=self.at)


@dataclass(frozen=True, kw_only=True)
class Reply(StoryStep):
    body: str
    asks: bool
    closes: bool
    submission_id: str

    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.reply(
            self.actor(world),
            thread_id,
            self.body,
            expects_reply=self.asks,
            close=self.closes,
            version=world.version(thread_id),
            submission_id=self.submission_id,
            now=self.at,
            rules=world.rules,
        )


class Close(StoryStep):
    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.close(self.actor(world), thread_id, version=world.version(thread_id), now=self.at)
