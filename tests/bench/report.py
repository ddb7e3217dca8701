"""The figures as lines of text."""

import os
import platform
from collections.abc import Iterator

from tests.bench.cases import BARE, CASES
from tests.bench.places import Size
from tests.bench.rounds import Figures, Result

WIDTH = max(len(case.name) for case in CASES)


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0]
    quiet = f"{cores} cores, load {load:.1f}, Python {platform.python_version()}; one granian process, one connection"
    if load < cores / 2:
        return quiet
    return f"{quiet}\nTHE MACHINE IS BUSY with other work, which delays slow answers more than quick ones"


def size(of: Size) -> str:
    threads = f"{_thousands(of.threads)} threads ({_thousands(of.open)} open)"
    return f"{threads}, {of.units} units, {_thousands(of.people)} people"


def table(results: list[Result], sizes: list[Size]) -> Iterator[str]:
    """One line for each case; with two sizes, also how many times longer an answer takes in the first."""
    against = f"  × the time at {_thousands(sizes[1].threads)}" if len(sizes) > 1 else ""
    yield f"{'':{WIDTH}}  {'per s':>7}  {'of bare':>7}  {'median ms':>9}  {'p99 ms':>7}{against}"
    for name in BARE:
        yield _line(name, _all_bare(results, name), 1.0)
    for result in results:
        first, *other = result.sites
        times = f"  {other[0].share_of(first):.2f}" if other else ""
        yield _line(result.case.name, first, first.share_of(result.bare)) + times
    yield _client(results)


def _line(name: str, figures: Figures, share: float) -> str:
    rate = _thousands(round(figures.per_second))
    return f"{name:{WIDTH}}  {rate:>7}  {share:7.3f}  {figures.median * 1000:9.2f}  {figures.p99 * 1000:7.2f}"


def _all_bare(results: list[Result], name: str) -> Figures:
    return Figures([times for result in results if result.case.beside == name for times in result.bare.rounds])


def _client(results: list[Result]) -> str:
    """Whether the bare answer measures the server, and not who asks."""
    share = sum(result.bare.client for result in results) / sum(sum(result.bare.times) for result in results)
    judged = "the server is what is measured" if share < 0.5 else "THE CLIENT IS TOO SLOW for these ratios"
    return f"The client itself worked {share:.0%} of the time that a bare answer took: {judged}."


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")
