"""Turns a scene into steps: who does what at which moment, and in which words."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from lcweb.demo import people, texts, turns
from lcweb.demo.conversation import Conversation, Trade
from lcweb.demo.courses import Beat, Course, Scene
from lcweb.demo.days import MINUTE, Days
from lcweb.demo.patients import Patient, Register
from lcweb.demo.people import Person
from lcweb.demo.places import BY_NAME, UNITS, DemoUnit
from lcweb.demo.readings import Visits, next_visit
from lcweb.demo.steps import Acknowledge, Claim, Close, Open, Reply, Send, Step, StoryStep
from lcweb.domain.compose import Confirmation, DisclosureBasis, NewThread
from lcweb.domain.deadlines import due_at
from lcweb.domain.permissions import Role
from lcweb.domain.rules import Rules
from lcweb.domain.workdays import local_day

LONG_SINCE = 8  # working days: nothing of it is left to be due
OTHER_BASES = ("God man har lämnat samtycke.", "Framtidsfullmakt, dottern har samtyckt.")


@dataclass
class Side:
    """A unit's part in one story. `seen`: who there has opened the newest message from the other side."""

    unit: DemoUnit
    person: Person  # who wrote, or who will take it
    at_hand: Person
    seen: set[str] = field(default_factory=set)


@dataclass
class Storyteller:
    """Keeps conversations from repeating themselves, most of all in the same inbox."""

    days: Days
    visits: Visits
    register: Register
    rules: Rules
    told: Counter[str] = field(default_factory=Counter)
    told_at: Counter[tuple[str, str]] = field(default_factory=Counter)

    def tell(self, number: int, scene: Scene) -> list[Step]:
        talk = self._conversation(scene)
        patient = self._patient(scene, talk)
        return Story(number, scene, talk, patient, self).tell()

    def writer(self, unit: DemoUnit, username: str = "") -> Person:
        writers = _writers(unit)
        weights = [4 if person.role is Role.NURSE else 1 for person in writers]
        (drawn,) = self.days.rng.choices(writers, weights=weights)
        return next((person for person in writers if person.username == username), drawn)

    def colleague(self, unit: DemoUnit, of: Person) -> Person:
        """Who may write there too."""
        return self.days.rng.choice([person for person in _writers(unit) if person is not of])

    def licensed(self, unit: DemoUnit, person: Person) -> Person:
        """The person, or for a receptionist somebody licensed there: who may take back what the unit has sent."""
        others = [other for other in _writers(unit) if other.licensed]
        return person if person.licensed else self.days.rng.choice(others)

    def _conversation(self, scene: Scene) -> Conversation:
        units = (scene.sender, scene.recipient)

        def worn(talk: Conversation) -> tuple[int, int, float]:
            here = max(self.told_at[talk.subject, unit] for unit in units)
            return here, self.told[talk.subject], self.days.rng.random()

        talk = min(_fitting(scene.course, scene.sender, scene.recipient), key=worn)
        self.told[talk.subject] += 1
        self.told_at.update((talk.subject, unit) for unit in units)
        return talk

    def _patient(self, scene: Scene, talk: Conversation) -> Patient:
        area = self._area(scene)
        if scene.reserve_number:
            return self.register.without_number(area)
        pairs = frozenset(frozenset({scene.sender, other}) for other in (scene.recipient, scene.to) if other)
        return self.register.patient(area, pairs, younger=talk.younger)

    def _area(self, scene: Scene) -> str:
        """The home-care unit of the thread, or any in the same municipality."""
        units = [BY_NAME[scene.sender], BY_NAME[scene.to or scene.recipient]]
        municipal = next((unit for unit in units if unit.is_municipal), units[0])
        if municipal.trade is Trade.HOME_CARE:
            return municipal.name
        homes = [unit.name for unit in UNITS if _is_home(unit, municipal.municipality)]
        return self.days.rng.choice(homes)


def can_tell(course: Course, sender: str, recipient: str) -> bool:
    """Whether there are words for such a course between these two units, and whoever else it takes."""
    third = not course.to_another or others_like(recipient)
    fourth = Beat.TAKE_OVER not in course.beats or len(_writers(BY_NAME[recipient])) > 1
    return bool(third and fourth and _fitting(course, sender, recipient))


def others_like(name: str) -> list[str]:
    """The units nearby that do the same: one of them may be the right one instead."""
    here = BY_NAME[name]
    return [
        unit.name
        for unit in UNITS
        if (unit.trade, unit.municipality) == (here.trade, here.municipality) and unit is not here
    ]


def _fitting(course: Course, sender: str, recipient: str) -> tuple[Conversation, ...]:
    return texts.find(BY_NAME[sender].trade, BY_NAME[recipient].trade, course.needs)


def _writers(unit: DemoUnit) -> list[Person]:
    return [person for person in people.staff_of(unit.name) if person.may_write_from(unit)]


def _is_home(unit: DemoUnit, municipality: str) -> bool:
    return unit.trade is Trade.HOME_CARE and unit.municipality == municipality


class Story:
    def __init__(self, number: int, scene: Scene, talk: Conversation, patient: Patient, teller: Storyteller) -> None:
        self.number, self.scene, self.talk, self.patient, self.teller = number, scene, talk, patient, teller
        self.days, self.rng = teller.days, teller.days.rng
        sender, recipient = BY_NAME[scene.sender], BY_NAME[scene.recipient]
        author, handler = teller.writer(sender), teller.writer(recipient, scene.handler)
        self.sender, self.recipient = Side(sender, author, author), Side(recipient, handler, handler)
        self.side_of_body = self.rng.choice(("vänster", "höger"))
        self.steps: list[Step] = []
        self.claimed = False
        self.at = self.sent_at = self._moment_of_sending()
        self.due = due_at(self.at, recipient.calendar, teller.rules.answer_days)
        self.pinned = self.days.on(scene.turned) if scene.turned is not None else None

    def tell(self) -> list[Step]:
        beats = self.scene.course.beats
        self._send()
        for place, beat in enumerate(beats):
            self.left = len(beats) - place  # this one among them
            _DO[beat](self)
        return self.steps

    # When -----------------------------------------------------------------------------------------------------------

    def _moment_of_sending(self) -> datetime:
        sent = self.scene.sent
        if sent < LONG_SINCE:
            return self.days.on(sent)
        if self.rng.random() < 0.06:
            return self.days.on(sent, time(17, 0), time(20, 30)) + timedelta(days=self.rng.choice((0, 0, 1)))
        return self.days.on(sent, last=time(16, 20))

    @property
    def _end(self) -> datetime:
        """What comes before the pinned beat must have happened by then."""
        return self.pinned if self.pinned and self.left > 1 else self.days.latest

    @property
    def cap(self) -> datetime:
        """Leaves as much time to each of the beats that are left."""
        return self.at + (self._end - self.at) / self.left

    @property
    def is_pinned(self) -> bool:
        """Whether the scene says when this beat is."""
        return self.pinned is not None and self.left == 1

    def soon(self) -> None:
        if self.pinned and self.is_pinned:
            self.move_to(self.pinned)
            return
        pause = timedelta(seconds=self.rng.randint(40, 360))
        self.move_to(self.at + min(pause, (self._end - self.at) / 3))

    def move_to(self, at: datetime) -> None:
        self.at = at.replace(microsecond=0)

    def _when_writing(self) -> datetime:
        """In time and often the same day; late where the scene says so."""
        if self.pinned and self.is_pinned:
            return self.pinned
        if self.scene.late:
            return self.days.between(self.due + 30 * MINUTE, min(self.cap, self.due + timedelta(days=2)))
        last = min(self.cap, self.due - 15 * MINUTE)
        if self.rng.random() < 0.45:
            last = min(last, self.at + timedelta(hours=5))
        first = self.at + 3 * MINUTE
        return self.days.between(first, last) if first < last else self.days.within(self.at, self.cap)

    # What -----------------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        scene, recipient = self.scene, self.recipient.unit
        basis, words = self._disclosure()
        new = NewThread(
            recipient_unit_id=None,
            municipality=recipient.municipality if recipient.is_municipal else "",
            case_type=self.talk.case_type,
            patient_id=self.patient.number,
            patient_name=self.patient.name,
            protected=scene.protected,
            subject=self.words(self.talk.subject),
            body=self.words(self.talk.body),
            expects_reply=self.talk.expects_reply,
            disclosure_basis=basis,
            disclosure_words=words,
            not_acute=True,
            reserve_type=self.patient.reserve_type,
            confirmed=frozenset({Confirmation.RESERVE_NUMBER} if self.patient.reserve_type else ()),
        )
        step = Send(
            at=self.at,
            person=self.sender.person,
            unit=scene.sender,
            story=self.number,
            recipient=scene.recipient,
            new=new,
            submission_id=self.new_id(),
        )
        self.steps.append(step)

    def _disclosure(self) -> tuple[DisclosureBasis, str]:
        chosen = self.rng.choices(list(DisclosureBasis), weights=(78, 18, 4))[0]
        return chosen, self.rng.choice(OTHER_BASES) if chosen is DisclosureBasis.OTHER else ""

    def words(self, raw: str) -> str:
        return texts.fill(
            raw,
            self.patient,
            side=self.side_of_body,
            soon=self.days.calendar.add_working_days(local_day(self.at), 2),
            later=local_day(self.sent_at) + timedelta(days=7),
        )

    def new_id(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def _visit(self, side: Side) -> None:
        """At the unit's next reading, by who made it; a protected identity by who has it."""
        visit = next_visit(self.teller.visits, side.unit.name, self.at)
        if visit and visit.at + 10 * MINUTE < self.cap:
            person = visit.person
            self.move_to(visit.at + timedelta(seconds=self.rng.randint(60, 540)))
        else:
            person = side.person
            self.move_to(self.days.between(self.at, self.cap))
        self._open(side, side.person if self.scene.protected else person)

    def _open(self, side: Side, person: Person) -> None:
        side.at_hand = person
        if self.scene.protected and side is self.recipient and not self.claimed:
            self.act(Claim, side)
            self.claimed = True
        self.act(Open, side)
        side.seen.add(person.username)

    def act(self, kind: type[StoryStep], side: Side, **more: Any) -> None:
        """`more`: what the kind of step has besides."""
        self.steps.append(kind(at=self.at, person=side.at_hand, unit=side.unit.name, story=self.number, **more))

    def hand_over(self, to: DemoUnit) -> None:
        """Another unit receives it from now on."""
        handler = self.teller.writer(to, self.scene.handler)
        self.recipient, self.claimed = Side(to, handler, handler), False
        self.due = due_at(self.at, to.calendar, self.teller.rules.answer_days)

    def _take(self) -> None:
        if not self.claimed:
            self.soon()
            self.by_handler(self.recipient)
            self.act(Claim, self.recipient)
            self.claimed = True

    def by_handler(self, side: Side) -> None:
        """Who handles it reads what has come before doing anything about it."""
        if side.person.username not in side.seen:
            self._open(side, side.person)
        side.at_hand = side.person

    def write(
        self, side: Side, raw: str, *, asks: bool = False, closes: bool = False, promises: int | None = None
    ) -> None:
        """`promises`: in how many working days the unit comes back (Återkommer)."""
        when = self._when_writing()
        self.move_to(when - min(5 * MINUTE, (when - self.at) / 2))
        self.by_handler(side)
        self.move_to(when)
        day = self.days.calendar.add_working_days(local_day(self.at), promises) if promises else None
        self.act(
            Reply,
            side,
            body=self.words(raw),
            asks=asks,
            closes=closes,
            submission_id=self.new_id(),
            callback_day=day,
        )
        other = self.sender if side is self.recipient else self.recipient
        other.seen.clear()
        self.due = self._due_after(other, day)

    def _due_after(self, other: Side, promised: date | None) -> datetime:
        if promised:
            return self.days.calendar.closes_at(promised)
        return due_at(self.at, other.unit.calendar, self.teller.rules.answer_days)

    def _close(self) -> None:
        """By whoever has just read the answer, or later by who wrote first."""
        if self.sender.seen and self.rng.random() < 0.6:
            self.soon()
        else:
            self.move_to(self.days.between(self.at, min(self.cap, self.at + timedelta(days=2))))
            self.sender.at_hand = self.sender.person
        self.act(Close, self.sender)

    def _come_back(self) -> None:
        """Some days after it was closed; a pinned one when its scene says."""
        if not self.is_pinned:
            self.move_to(min(self.at + timedelta(days=self.rng.uniform(2, 8)), self.cap))
            self.due = self.at + timedelta(days=1)  # nobody is owed anything: this only keeps it from waiting on
        self.write(self.sender, self.talk.again, asks=True)

    def _acknowledge(self) -> None:
        self.soon()
        self.act(Acknowledge, self.recipient)


_DO: dict[Beat, Callable[[Story], None]] = {
    Beat.OPEN: lambda story: story._visit(story.recipient),
    Beat.CLAIM: Story._take,
    Beat.ACKNOWLEDGE: Story._acknowledge,
    Beat.REPLY: lambda story: story.write(story.recipient, story.talk.reply),
    Beat.REPLY_AND_CLOSE: lambda story: story.write(story.recipient, story.talk.reply, closes=True),
    Beat.ASK: lambda story: story.write(story.recipient, story.talk.question, asks=True),
    Beat.READ: lambda story: story._visit(story.sender),
    Beat.ANSWER: lambda story: story.write(story.sender, story.talk.answer, asks=True),
    Beat.CLOSE: Story._close,
    Beat.COME_BACK: Story._come_back,
    Beat.REPLY_AGAIN: lambda story: story.write(story.recipient, story.talk.again_reply),
    Beat.CALL_BACK: turns.call_back,
    Beat.BEGIN: turns.begin_reply,
    Beat.NOTE: turns.note,
    Beat.TAKE_OVER: turns.take_over,
    Beat.FORWARD: turns.forward,
    Beat.RETURN: turns.give_back,
    Beat.SEND_ON: turns.send_on,
    Beat.WITHDRAW: turns.withdraw,
    Beat.VOID: turns.void,
    Beat.VOID_ANSWER: turns.void_answer,
    Beat.CORRECT: turns.correct,
    Beat.REOPEN: turns.reopen,
    Beat.TRANSFER: lambda story: turns.transfer(story, story.recipient),
    Beat.TRANSFER_OURS: lambda story: turns.transfer(story, story.sender),
}
