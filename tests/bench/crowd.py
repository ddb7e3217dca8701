"""Many open connections, each of which asks something again and again, from one cheap thread."""

import heapq
import selectors
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from time import perf_counter

from tests.bench.client import Answer, Connection, WrongAnswer, whole

LATEST = 60.0  # seconds after which an answer counts as lost
#: What may happen to a connection.
BROKEN = (OSError, WrongAnswer)


@dataclass(eq=False)
class Seat:
    """Asks every so many seconds. `took(answer, seconds)`: whether it was right; the time counts from when it was due,
    so that a server which falls behind is seen to.
    """

    port: int
    every: float
    request: Callable[[], bytes]
    took: Callable[[Answer, float], bool]
    connection: Connection | None = None
    due: float = 0
    waits: bool = False
    received: bytes = b""

    def __lt__(self, other: "Seat") -> bool:
        return self.due < other.due


@dataclass
class Moment:
    """Something to be done so many seconds after the beginning."""

    after: float
    act: Callable[[], None]


class Crowd:
    """`errors`: wrong answers, lost ones, broken connections."""

    def __init__(self, seats: list[Seat]) -> None:
        self.errors = 0
        self._seats = seats
        self._turns: list[Seat] = []
        self._selector = selectors.DefaultSelector()

    def run(self, seconds: float, moments: Iterable[Moment] = ()) -> None:
        """Everybody begins at some moment of their turn, the same each time, and asks last before the time is up."""
        try:
            self._run(seconds, sorted(moments, key=lambda moment: moment.after))
        finally:
            for seat in self._seats:
                self._leave(seat)
            self._selector.close()

    def _run(self, seconds: float, moments: list[Moment]) -> None:
        for seat in self._seats:
            self._enter(seat)
        began, some = perf_counter(), Random(len(self._seats))
        for seat in self._seats:
            seat.due = began + seat.every * some.random()
        self._turns = list(self._seats)
        heapq.heapify(self._turns)
        until = began + seconds
        while (now := perf_counter()) < until or self._is_waiting(now, until):
            while moments and now >= began + moments[0].after:
                moments.pop(0).act()
            while self._turns and self._turns[0].due <= now < until:
                self._ask(heapq.heappop(self._turns))
            self._listen(now)
        self.errors += sum(seat.waits for seat in self._seats)
        for moment in moments:
            moment.act()

    def _is_waiting(self, now: float, until: float) -> bool:
        return now < until + LATEST and any(seat.waits for seat in self._seats)

    def _enter(self, seat: Seat) -> None:
        seat.connection, seat.received = Connection(seat.port), b""
        self._selector.register(seat.connection.socket, selectors.EVENT_READ, seat)

    def _leave(self, seat: Seat) -> None:
        if seat.connection:
            self._selector.unregister(seat.connection.socket)
            seat.connection.socket.close()
            seat.connection = None

    def _ask(self, seat: Seat) -> None:
        seat.waits = True
        try:
            if seat.connection is None:
                self._enter(seat)
            assert seat.connection
            seat.connection.socket.sendall(seat.request())
        except BROKEN:
            self._broke(seat)

    def _listen(self, now: float) -> None:
        pause = min(self._turns[0].due - now, 0.5) if self._turns else 0.5
        for key, _ in self._selector.select(max(pause, 0)):
            seat: Seat = key.data
            try:
                assert seat.connection
                seat.received += seat.connection.receive()
                answer = whole(seat.received)
            except BROKEN:
                self._broke(seat)
                continue
            if answer:
                self._took(seat, answer)

    def _took(self, seat: Seat, answer: Answer) -> None:
        with suppress(WrongAnswer):
            right = seat.took(answer, perf_counter() - seat.due)
            self.errors -= right
        self.errors += 1
        self._next(seat)

    def _broke(self, seat: Seat) -> None:
        """A server may close a connection on which nothing is asked; a browser then opens another."""
        self.errors += seat.waits
        self._leave(seat)
        if seat.waits:
            self._next(seat)

    def _next(self, seat: Seat) -> None:
        seat.waits, seat.received = False, b""
        seat.due += seat.every
        heapq.heappush(self._turns, seat)
