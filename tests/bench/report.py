"""The figures as lines of text."""

import os
import platform
from collections.abc import Iterator

from tests.bench.cases import BARE, CASES
from tests.bench.places import Size
from tests.bench.rounds import Figures, Result

WIDTH = max(len(case.name) for case in CASES)
HEAD = f"{'':{WIDTH}}  {'per s':>7}  {'of bare':>7}  {'median ms':>9}  {'p99 ms':>7}  {'CPU ms':>7}  {'of bare':>7}"


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0]
    quiet = f"{cores} cores, load {load:.1f}, Python {platform.python_version()}; one granian process, one connection"
    if load < cores / 2:
        return quiet
    return f"{quiet}\nTHE MACHINE IS BUSY with other work, which delays slow answers more: go by the CPU columns"


def size(of: Size) -> str:
    threads = f"{_thousands(of.threads)} threads ({_thousands(of.open)} open)"
    return f"{threads}, {of.units} units, {_thousands(of.people)} people"


def table(results: list[Result], sizes: list[Size]) -> Iterator[str]:
    """One line for each case; with two sizes, also how much more time and CPU the large table takes."""
    yield HEAD + (f"  time, CPU × those at {_thousands(sizes[1].threads)}" if len(sizes) > 1 else "")
    for name in BARE:
        bare = _all_bare(results, name)
        if not bare.rounds:
            continue
        yield _line(name, bare, bare)
    for result in results:
        yield _line(result.case.name, result.sites[0], result.bare) + _growth(*result.sites)
    yield _client(results)


def _line(name: str, figures: Figures, bare: Figures) -> str:
    rate, share = _thousands(round(figures.per_second)), figures.share_of(bare)
    times = f"{figures.median * 1000:9.2f}  {figures.p99 * 1000:7.2f}"
    return f"{name:{WIDTH}}  {rate:>7}  {share:7.3f}  {times}  {figures.work * 1000:7.3f}  {_ratio(bare, figures):7.3f}"


def _growth(large: Figures, small: Figures | None = None) -> str:
    return f"  {small.share_of(large):5.2f} {_ratio(large, small):5.2f}" if small else ""


def _ratio(one: Figures, other: Figures) -> float:
    """Of CPU for an answer; 0 where it is not known."""
    return one.work / other.work if other.work else 0.0


def _all_bare(results: list[Result], name: str) -> Figures:
    bare = [result.bare for result in results if result.case.beside == name]
    return Figures([times for one in bare for times in one.rounds], sum(one.server for one in bare))


def _client(results: list[Result]) -> str:
    """Whether the bare answer measures the server, and not who asks."""
    share = sum(result.bare.client for result in results) / sum(sum(result.bare.times) for result in results)
    judged = "the server is what is measured" if share < 0.5 else "THE CLIENT IS TOO SLOW for these ratios"
    return f"The client itself worked {share:.0%} of the time that a bare answer took: {judged}."


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", " ")
