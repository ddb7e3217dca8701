"""A random walk through the moves of a thread, and what must hold after every step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from sqlalchemy import select

from lcweb.db import db, reading, release_reading
from lcweb.domain.errors import Conflict, NotAllowed, NotFound, Refused
from lcweb.domain.permissions import Actor
from lcweb.domain.threads import ForwardReason, Move, ReturnReason, Side, State, VoidReason, WaitingOn
from lcweb.models import Message, Obligation, Thread, ThreadParty
from lcweb.queries.inbox import _ours, _theirs, nobodys, thread_rows
from lcweb.queries.threads import ThreadHead, ThreadPage, get_head, get_thread
from lcweb.services import threads
from tests import factories
from tests.at import at
from tests.factories import RULES, submission_id

REFUSALS = (Conflict, NotAllowed, NotFound, Refused)
#: A thread is left for a new one after so many moves.
LIFE = 30


@dataclass
class Walk:
    """Three units and the thread that they are at. `said` numbers every text, so that each is found again."""

    random: Random
    people: list[Actor]
    colleagues: list[Actor]
    moves: list[Move] = field(default_factory=lambda: list(Move))  # a move that stands here twice is twice as likely
    checked: bool = True  # False: only walked, to have something to look at
    now: object = field(default_factory=lambda: at("Mon 2026-11-16 09:00"))
    thread_id: int = 0
    age: int = LIFE
    said: int = 0
    done: dict[Move, int] = field(default_factory=dict)
    version: int = 0
    hidden: dict[int, set[str]] = field(default_factory=dict)
    kept: dict[int, frozenset[str]] = field(default_factory=dict)
    pages: dict[int | None, ThreadPage] = field(default_factory=dict)
    taken_over: dict[int, int] = field(default_factory=dict)  # closed unit → who has its notes now

    def step(self) -> None:
        """One move by somebody, possible or not, and the invariants after it."""
        if self.age >= LIFE:
            self._begin()
        self.age += 1
        self.now += timedelta(minutes=self.random.choice((1, 10, 90, 900)))
        before = self.pages if self.checked else self._pages()
        actor = self.random.choice(self.people + self.colleagues)
        move = self.random.choice(self.moves)
        offered = move in before[actor.unit_id].head.moves if actor.unit_id in before else False
        if self.random.random() < 0.3:
            self._try(lambda: threads.open_thread(actor, self.thread_id, now=self.now))
            before = self._pages()
        made = self._try(lambda: MOVES[move](self, actor, before.get(actor.unit_id)))
        assert offered or not made, f"{move} was not offered, and yet it was made"
        if made:
            self.done[move] = self.done.get(move, 0) + 1
        if self.checked:
            self._check(before)

    def text(self) -> str:
        self.said += 1
        return f"text{1_000 + self.said}"  # never 112, which a hint would ask about

    def _begin(self) -> None:
        sender, other = self.random.sample(self.people, 2)
        release_reading()
        self.thread_id = factories.thread(
            sender, other.require_unit(), now=self.now, body=self.text(), expects_reply=self.random.random() < 0.7
        )
        self.age, self.version = 0, 1
        self.hidden = {person.require_unit(): set() for person in self.people}
        self.kept = {}
        self.pages = self._pages()

    def _try(self, call: Callable[[], object]) -> bool:
        try:
            call()
        except REFUSALS:
            return False
        finally:
            release_reading()
        return True

    def _pages(self) -> dict[int | None, ThreadPage]:
        found: dict[int | None, ThreadPage] = {}
        for person in self.people:
            try:
                head = get_head(thread_id=self.thread_id, unit_id=person.require_unit())
            except NotFound:
                continue
            found[person.unit_id] = get_thread(head)
        return found

    # What must hold ----------------------------------------------------------------------------------------------

    def _check(self, before: dict[int | None, ThreadPage]) -> None:
        with db.engine.connect() as connection:
            thread = connection.execute(select(Thread.__table__).where(Thread.id == self.thread_id)).one()
            duties = connection.execute(
                select(Obligation.unit_id).where(Obligation.thread_id == self.thread_id, Obligation.ended_at.is_(None))
            ).scalars().all()  # fmt: skip
            counted = connection.execute(
                select(Message.id).where(Message.thread_id == self.thread_id, Message.withdrawn_at.is_(None))
            ).all()
            unopened = connection.execute(
                select(ThreadParty.unopened).where(ThreadParty.thread_id == self.thread_id)
            ).scalars().all()  # fmt: skip
        pages = self.pages = self._pages()
        assert len(duties) == len(set(duties)), "two open duties of one unit"
        assert not (thread.closed_at and duties), "a closed thread has a duty"
        assert thread.version >= self.version, "the version fell"
        assert thread.message_count == len(counted) and min(unopened) >= 0
        self.version = thread.version
        between = {thread.sender_unit_id} | (set() if thread.returned_at else {thread.recipient_unit_id})
        assert set(duties) <= between, "a unit owes something in a thread that it does not have"
        for unit_id, page in pages.items():
            self._check_turn(page.head, duties)
            self._check_sight(page, before.get(unit_id))
        self._check_tabs(pages)

    def _check_turn(self, head: ThreadHead, duties: list[int]) -> None:
        if head.side is Side.FORMER:
            assert head.waiting_on is WaitingOn.NOBODY
            return
        expected = WaitingOn.US if head.own_unit_id in duties else WaitingOn.THEM if duties else WaitingOn.NOBODY
        assert head.waiting_on is expected, "whose turn it is does not agree with the duties"

    def _check_sight(self, page: ThreadPage, before: ThreadPage | None) -> None:
        """Visibility never widens: what was hidden stays so, and who has left sees nothing new."""
        unit_id, head = page.head.own_unit_id, page.head
        seen = texts(page)
        assert not seen & self.hidden[unit_id], "a hidden text is seen again"
        if before:
            gone = texts(before) - seen
            if head.side is not Side.FORMER or before.head.side is Side.FORMER:
                self.hidden[unit_id] |= gone
        if head.side is Side.FORMER:
            kept = self.kept.setdefault(unit_id, seen)
            assert {text for text in seen if not text.startswith("note")} <= {
                text for text in kept if not text.startswith("note")
            }, "a unit that has left sees something new"
        else:
            self.kept.pop(unit_id, None)
        own = tuple(
            f"note{unit}-" for unit in (unit_id, *(old for old, new in self.taken_over.items() if new == unit_id))
        )
        assert all(text.startswith(own) for text in seen if text.startswith("note")), "another's note"
        if page.head.is_hidden:
            assert not seen and page.patient_name == "" and page.patient_number.text == ""

    def _check_tabs(self, pages: dict[int | None, ThreadPage]) -> None:
        """Each thread stands under exactly one tab of each unit that has a side in it, and of no other."""
        for person in self.people:
            unit_id = person.require_unit()
            tabs = [tab(unit_id) for tab in (_ours, _theirs, nobodys)]
            query = thread_rows(unit_id).where(Thread.id == self.thread_id).with_only_columns(*tabs)
            rows = reading().execute(query).all()
            found = [sum(map(bool, under)) for under in zip(*rows, strict=True)] or [0, 0, 0]
            assert sorted(found) == ([0, 0, 1] if unit_id in pages else [0, 0, 0]), f"under the tabs {found}"


def texts(page: ThreadPage) -> frozenset[str]:
    """Every text that the unit can read in the thread."""
    words = [event.words for event in page.events if event.words]
    return frozenset(
        [message.body for message in page.messages if message.body] + words + [note.note for note in page.notes]
    )


# The moves ------------------------------------------------------------------------------------------------------------


def _version(page: ThreadPage | None) -> int:
    return page.head.version if page else 1


def _reply(walk: Walk, actor: Actor, page: ThreadPage | None) -> None:
    asks = walk.random.random() < 0.4
    later = (walk.now + timedelta(days=walk.random.randrange(1, 12))).date() if walk.random.random() < 0.3 else None
    threads.reply(
        actor, walk.thread_id, walk.text(), expects_reply=asks, close=not asks and walk.random.random() < 0.2,
        callback_day=later, version=_version(page), submission_id=submission_id(), now=walk.now, rules=RULES,
    )  # fmt: skip


def _message(walk: Walk, page: ThreadPage | None) -> int | None:
    """Mostly an own one; what is retracted already is left alone, since doing it twice is nothing."""
    own = [message for message in page.messages if message.own] if page else []
    if not own:
        return walk.random.randrange(1, 5)
    message = walk.random.choice(own)
    if message.withdrawn or message.voided:
        raise Conflict("retracted already")
    return message.id


def _correct(walk: Walk, actor: Actor, page: ThreadPage | None) -> None:
    threads.correct(
        actor, walk.thread_id, _message(walk, page), walk.text(), version=_version(page),
        submission_id=submission_id(), now=walk.now, rules=RULES,
    )  # fmt: skip


def _forward(walk: Walk, actor: Actor, page: ThreadPage | None) -> None:
    threads.forward(
        actor, walk.thread_id, unit_id=walk.random.choice(walk.people).unit_id,
        reason=walk.random.choice(list(ForwardReason)), words=walk.text(), version=_version(page), now=walk.now,
        rules=RULES,
    )  # fmt: skip


def _give_back(walk: Walk, actor: Actor, page: ThreadPage | None) -> None:
    threads.give_back(
        actor, walk.thread_id, suggested_unit_id=None, reason=walk.random.choice(list(ReturnReason)),
        words=walk.text(), version=_version(page), now=walk.now, rules=RULES,
    )  # fmt: skip


def _note(walk: Walk, actor: Actor, _page: ThreadPage | None) -> None:
    walk.said += 1
    body = f"note{actor.unit_id}-{walk.said}"
    threads.note(actor, walk.thread_id, body, submission_id=submission_id(), now=walk.now)


def _close(walk: Walk, actor: Actor, page: ThreadPage | None) -> None:
    if page and page.head.state in (State.CLOSED, State.RETURNED_CLOSED, State.WITHDRAWN, State.VOIDED):
        raise Conflict("closed already")
    threads.close(actor, walk.thread_id, version=_version(page), now=walk.now)


def _reopen(walk: Walk, actor: Actor, page: ThreadPage | None) -> None:
    if page and page.head.state in (State.OPEN, State.RETURNED):
        raise Conflict("open already")
    threads.reopen(actor, walk.thread_id, now=walk.now, rules=RULES)


def _claim(walk: Walk, actor: Actor, _page: ThreadPage | None) -> None:
    threads.claim(actor, walk.thread_id, take_over=walk.random.random() < 0.5, now=walk.now)


def _void(walk: Walk, actor: Actor, page: ThreadPage | None) -> None:
    if walk.random.random() < 0.6:
        raise Conflict("seldom, or no thread would live long")
    threads.void(actor, walk.thread_id, _message(walk, page), reason=walk.random.choice(list(VoidReason)), now=walk.now)


MOVES: dict[Move, Callable[[Walk, Actor, ThreadPage | None], object]] = {
    Move.ACKNOWLEDGE: lambda walk, actor, _: threads.acknowledge(actor, walk.thread_id, now=walk.now),
    Move.CLAIM: _claim,
    Move.RELEASE: lambda walk, actor, _: threads.release(actor, walk.thread_id, now=walk.now),
    Move.REPLY: _reply,
    Move.CORRECT: _correct,
    Move.FORWARD: _forward,
    Move.RETURN: _give_back,
    Move.WITHDRAW: lambda walk, actor, page: threads.withdraw(
        actor, walk.thread_id, _message(walk, page), now=walk.now
    ),
    Move.VOID: _void,
    Move.CLOSE: _close,
    Move.REOPEN: _reopen,
    Move.TRANSFER: lambda walk, actor, _: threads.transfer(actor, walk.thread_id, now=walk.now),
    Move.NOTE: _note,
}
