"""Rounds in which a bare answer and the app's take turns, so that whatever else the machine does meets both alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import NamedTuple

import click

from tests.bench import work
from tests.bench.cases import BARE, Case, Site
from tests.bench.client import Connection
from tests.bench.fill import forget_readings

ROUNDS = 3
TURN = 0.1  # seconds until the next one's turn; a bare answer, which is quick, has a third of it


@dataclass
class Figures:
    """One case on one server: the seconds that each answer took, by round, and the CPU seconds of server and client."""

    rounds: list[list[float]] = field(default_factory=list)
    server: float = 0
    client: float = 0

    @property
    def times(self) -> list[float]:
        return [taken for times in self.rounds for taken in times]

    @property
    def per_second(self) -> float:
        return len(self.times) / sum(self.times)

    @property
    def median(self) -> float:
        return median(self.times)

    @property
    def p99(self) -> float:
        return quantiles(self.times, n=100, method="inclusive")[98]

    @property
    def work(self) -> float:
        """CPU seconds of the server for one answer, its database's with them."""
        return self.server / len(self.times)

    def share_of(self, other: "Figures") -> float:
        """This rate as a share of the other's in the same round; the middle one of the rounds."""
        pairs = zip(self.rounds, other.rounds, strict=True)
        return median(len(own) / sum(own) * sum(others) / len(others) for own, others in pairs)


class Bare(NamedTuple):
    """The bare app's server."""

    connection: Connection
    pids: tuple[int, ...]


@dataclass
class Result:
    """`bare` took turns with the case's `sites`."""

    case: Case
    bare: Figures
    sites: list[Figures]


@dataclass
class Lane:
    """One server's part in a round."""

    case: Case
    connection: Connection
    requests: Iterator[bytes]
    pids: tuple[int, ...]
    figures: Figures
    turn: float

    def warm_up(self, answers: int) -> None:
        """These are checked and not timed."""
        for request in islice(self.requests, answers):
            self.case.check(self.connection.ask(request))
        self.figures.rounds.append([])

    def run(self) -> None:
        total, before = 0.0, work.seconds(self.pids)
        while total < self.turn:
            total += self._ask(next(self.requests))
        self.figures.server += work.seconds(self.pids) - before

    def _ask(self, request: bytes) -> float:
        before, worked = perf_counter(), process_time()
        answer = self.connection.ask(request)
        self.figures.client += process_time() - worked
        taken = perf_counter() - before
        self.case.check(answer)
        self.figures.rounds[-1].append(taken)
        return taken


def measure(bare: Bare, sites: list[Site], seconds: float, cases: Iterable[Case]) -> list[Result]:
    results = [Result(case, Figures(), [Figures() for _ in (sites[:1] if case.of_bare else sites)]) for case in cases]
    for number in range(1, ROUNDS + 1):
        click.echo(f"round {number} of {ROUNDS}")
        for result in results:
            # Enough for each unit's first reading of the day, after which its inbox stays as it is.
            _round(_lanes(result, bare, sites, min(seconds, TURN)), seconds, warm_up=len(sites[0].people))
    return results


def _lanes(result: Result, bare: Bare, sites: list[Site], turn: float) -> list[Lane]:
    beside = BARE[result.case.beside]
    lanes = [Lane(beside, bare.connection, beside.requests(None), bare.pids, result.bare, turn / 3)]
    if result.case.of_bare:
        own = result.case.requests(None)
        return [*lanes, Lane(result.case, bare.connection, own, bare.pids, result.sites[0], turn)]
    for site, figures in zip(sites, result.sites, strict=True):
        forget_readings(site.app)
        lanes.append(Lane(result.case, site.connection, result.case.requests(site), site.pids, figures, turn))
    return lanes


def _round(lanes: list[Lane], seconds: float, *, warm_up: int) -> None:
    for lane in lanes:
        lane.warm_up(warm_up)
    for _ in range(round(seconds / lanes[-1].turn)):
        for lane in lanes:
            lane.run()
