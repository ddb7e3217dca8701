"""One act of one person at one moment, and how it is done: through the same verbs as from the web."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import func, select

from lcweb.db import reading
from lcweb.demo.people import Actors, Person
from lcweb.domain.compose import NewThread
from lcweb.domain.permissions import Actor, operator
from lcweb.domain.recipients import CaseType
from lcweb.domain.rules import Rules
from lcweb.domain.suggestions import Decision
from lcweb.domain.threads import ForwardReason, ReturnReason, VoidReason
from lcweb.domain.workdays import local_day
from lcweb.models import Message, Thread
from lcweb.queries import recipients
from lcweb.services import calendar, drafts, readings, suggestions, threads
from lcweb.services.calendar import Place
from lcweb.services.drafts import WrittenOn
from lcweb.services.readings import How
from lcweb.services.suggestions import NewSuggestion


@dataclass
class World:
    """What has come to be so far. Stories are numbered by the plan, threads by the database."""

    actors: Actors
    unit_ids: Mapping[str, int]
    rules: Rules
    thread_ids: dict[int, int] = field(default_factory=dict)
    suggestion_ids: dict[str, int] = field(default_factory=dict)  # by their words

    def version(self, thread_id: int) -> int:
        return reading().execute(select(Thread.version).where(Thread.id == thread_id)).scalar_one()

    def last_message(self, thread_id: int, unit: str) -> int:
        """The unit's own newest one."""
        own = select(func.max(Message.id)).where(Message.unit_id == self.unit_ids[unit])
        return reading().execute(own.where(Message.thread_id == thread_id)).scalar_one()


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
        unit_id = world.unit_ids[self.recipient]
        new = replace(self.new, recipient_unit_id=unit_id, recipient_entry_id=self._row(unit_id))
        sent = threads.start(self.actor(world), new, submission_id=self.submission_id, now=self.at, rules=world.rules)
        world.thread_ids[self.story] = sent.thread_id

    def _row(self, unit_id: int) -> int | None:
        """Of a unit that stands in several rows of the list, one or the other."""
        if not self.new.municipality:
            return None
        listed = recipients.entries(self.new.municipality, CaseType(self.new.case_type), local_day(self.at))
        own = [row.entry_id for row in listed if row.unit_id == unit_id]
        return own[self.story % len(own)] if own else None


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
    callback_day: date | None = None

    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.reply(
            self.actor(world),
            thread_id,
            self.body,
            expects_reply=self.asks,
            close=self.closes,
            callback_day=self.callback_day,
            version=world.version(thread_id),
            submission_id=self.submission_id,
            now=self.at,
            rules=world.rules,
        )


class Close(StoryStep):
    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.close(self.actor(world), thread_id, version=world.version(thread_id), now=self.at)


class Reopen(StoryStep):
    def play(self, world: World) -> None:
        threads.reopen(self.actor(world), world.thread_ids[self.story], now=self.at, rules=world.rules)


class TakeOver(StoryStep):
    def play(self, world: World) -> None:
        threads.claim(self.actor(world), world.thread_ids[self.story], take_over=True, now=self.at)


class Transfer(StoryStep):
    def play(self, world: World) -> None:
        threads.transfer(self.actor(world), world.thread_ids[self.story], now=self.at)


class Withdraw(StoryStep):
    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.withdraw(self.actor(world), thread_id, world.last_message(thread_id, self.unit), now=self.at)


@dataclass(frozen=True, kw_only=True)
class Void(StoryStep):
    reason: VoidReason

    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        message_id = world.last_message(thread_id, self.unit)
        threads.void(self.actor(world), thread_id, message_id, reason=self.reason, now=self.at)


@dataclass(frozen=True, kw_only=True)
class Correct(StoryStep):
    body: str
    submission_id: str

    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.correct(
            self.actor(world),
            thread_id,
            world.last_message(thread_id, self.unit),
            self.body,
            version=world.version(thread_id),
            submission_id=self.submission_id,
            now=self.at,
            rules=world.rules,
        )


@dataclass(frozen=True, kw_only=True)
class Forward(StoryStep):
    """By the recipient, or by the sender after a return."""

    to: str
    reason: ForwardReason
    words: str

    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.forward(
            self.actor(world),
            thread_id,
            unit_id=world.unit_ids[self.to],
            reason=self.reason,
            words=self.words,
            version=world.version(thread_id),
            now=self.at,
            rules=world.rules,
        )


@dataclass(frozen=True, kw_only=True)
class GiveBack(StoryStep):
    """`suggested` may be empty: nobody knows who the right one is."""

    suggested: str
    reason: ReturnReason
    words: str

    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.give_back(
            self.actor(world),
            thread_id,
            suggested_unit_id=world.unit_ids.get(self.suggested),
            reason=self.reason,
            words=self.words,
            version=world.version(thread_id),
            now=self.at,
            rules=world.rules,
        )


@dataclass(frozen=True, kw_only=True)
class Note(StoryStep):
    body: str
    submission_id: str

    def play(self, world: World) -> None:
        thread_id = world.thread_ids[self.story]
        threads.note(self.actor(world), thread_id, self.body, submission_id=self.submission_id, now=self.at)


@dataclass(frozen=True, kw_only=True)
class BeginReply(StoryStep):
    body: str
    page: str
    submission_id: str

    def play(self, world: World) -> None:
        page = WrittenOn(page=self.page, after="", submission_id=self.submission_id)
        thread_id = world.thread_ids[self.story]
        drafts.save_reply(self.actor(world), thread_id, {"body": self.body}, written_on=page, now=self.at)


@dataclass(frozen=True, kw_only=True)
class BeginLetter(Step):
    """`typed`: what stands on the compose page; the recipient's number is filled in."""

    recipient: str
    typed: Mapping[str, str]
    page: str
    submission_id: str

    def play(self, world: World) -> None:
        typed = {**self.typed, "recipient_unit": str(world.unit_ids[self.recipient])}
        page = WrittenOn(page=self.page, after="", submission_id=self.submission_id)
        drafts.save_letter(self.actor(world), typed, written_on=page, now=self.at)


@dataclass(frozen=True, kw_only=True)
class CloseDay(Step):
    """The unit is closed on `day`; done by whoever runs the system."""

    day: date

    def play(self, world: World) -> None:
        place = Place(unit_id=world.unit_ids[self.unit])
        calendar.close_day(operator(), self.day, place, now=self.at, rules=world.rules)


@dataclass(frozen=True, kw_only=True)
class Suggest(Step):
    """Stämmer något inte? About the row of an area in Halmstad's list for home visits."""

    area: str
    words: str

    def play(self, world: World) -> None:
        listed = recipients.entries("Halmstad", CaseType.SINGLE_HOME_VISIT, local_day(self.at))
        entry_id = next(row.entry_id for row in listed if row.area == self.area)
        new = NewSuggestion(entry_id=entry_id, words=self.words)
        world.suggestion_ids[self.words] = suggestions.suggest(self.actor(world), new, now=self.at)


@dataclass(frozen=True, kw_only=True)
class Decline(Step):
    """By who keeps the list, in words."""

    words: str
    answer: str

    def play(self, world: World) -> None:
        keeper = replace(operator(), name=self.person.name)
        suggestion_id = world.suggestion_ids[self.words]
        suggestions.decide(keeper, suggestion_id, decision=Decision.DECLINED, answer=self.answer, now=self.at)
