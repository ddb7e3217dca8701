"""`make bench`: how much of a bare Flask answer's speed the app keeps, what a large table costs, and the access log."""

import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from time import perf_counter
from typing import Any, NamedTuple

import click

from tests.bench import load, log, report, sending
from tests.bench.bare import DATABASE
from tests.bench.cases import CASES, Case, Site
from tests.bench.client import Connection
from tests.bench.fill import count, fill
from tests.bench.places import Size
from tests.bench.rounds import Bare, measure
from tests.bench.servers import Room, app_environ, rooms, served
from tests.databases import make_settings, opened

MOST_MEASURED = 20  # units whose people take turns, so that no unit has hundreds of readings in a day
THREADS = click.IntRange(100, 400_000)
FOLLOW_UP = "follow-up"
QUICK = {"threads": 2000, "against": 200, "seconds": 1.0}


class Order(NamedTuple):
    """What is to be measured. `only` None: everything but the load. `part`: a pattern of cases' names."""

    seconds: float
    only: str | None
    part: str
    load_seconds: float
    people: int
    direct: bool

    def wants(self, what: str) -> bool:
        return self.only in (None, what) or (what == "pages" and self.only == FOLLOW_UP)

    @property
    def cases(self) -> list[Case]:
        wanted = [case for case in CASES if re.search(self.part, case.name)] if self.wants("pages") else []
        return [case for case in wanted if self.only != FOLLOW_UP or case.name.startswith(FOLLOW_UP)]


@click.command()
@click.option("--threads", type=THREADS, default=200_000, show_default=True, help="In the table that is measured.")
@click.option("--against", type=THREADS, default=2000, show_default=True, help="In the table it is compared with.")
@click.option(
    "--seconds", type=click.FloatRange(0.01, 60), default=3.0, show_default=True, help="Each case, each round."
)
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option(
    "--only",
    type=click.Choice(["pages", "follow-up", "log", "sending", "load"]),
    help="The pages beside a bare answer, of those the follow-up alone, the access log, messages sent one by one and "
    "four at a time, or many people at once, which is measured only when it is asked for.",
)
@click.option("--case", "part", default="", help="Of the pages only those whose name this pattern finds.")
@click.option(
    "--load-seconds", type=click.FloatRange(1, 3600), default=600.0, show_default=True, help="Of --only load."
)
@click.option("--people", type=click.IntRange(10, 2000), default=2000, show_default=True, help="Likewise: at inboxes.")
@click.option(
    "--direct", is_flag=True, help="Likewise: no nginx, which otherwise stands in front when it is installed."
)
@click.option("--quick", is_flag=True, help="2 000 threads against 200, rounds of one second.")
def main(
    threads: int, against: int, seconds: float, database: str, only: str | None, part: str, load_seconds: float,
    people: int, direct: bool, quick: bool,
) -> None:  # fmt: skip
    """Measure the app on throw-away databases. Fails only when an answer is wrong, never because it is slow."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))  # so that servers are stopped then too
    if quick:
        threads, against, seconds = QUICK["threads"], QUICK["against"], QUICK["seconds"]
    click.echo(report.machine())
    for name, room in rooms(database):
        _bench(name, room, _sizes(threads, against), Order(seconds, only, part, load_seconds, people, direct))


def _sizes(threads: int, against: int) -> list[Size]:
    """The measured units are as many in both, so that their pages are the same."""
    counts = [threads, against] if against < threads else [threads]
    measured = min(MOST_MEASURED, min(counts) // 100)
    return [Size(count, measured) for count in counts]


def _bench(name: str, open_room: Callable[[], Any], sizes: list[Size], order: Order) -> None:
    with ExitStack() as stack:
        room: Room = stack.enter_context(open_room())
        click.echo(f"\n{name}: {report.size(sizes[0])}")
        urls = [_filled(room, size, order) for size in (sizes if order.wants("pages") else sizes[:1])]
        database = room.settle()
        if order.wants("pages"):
            _told(_pages(stack, room, urls, sizes, database, order.seconds, order.cases))
        app = stack.enter_context(opened(make_settings(urls[0], room.folder)))
        if order.wants("log"):
            _told(log.told(log.measure(app, order.seconds)))
        if order.wants("sending"):
            _told(sending.measure(app, sizes[0], urls[0], room.folder, order.seconds))
        if order.only == "load":
            _told(
                load.measure(app, sizes[0], urls[0], room.folder, order.people, order.load_seconds, direct=order.direct)
            )


def _told(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _pages(
    stack: ExitStack,
    room: Room,
    urls: list[str],
    sizes: list[Size],
    database: tuple[int, ...],
    seconds: float,
    cases: list[Case],
) -> Iterator[str]:
    server = stack.enter_context(served("tests.bench.bare:app", room.folder, {DATABASE: urls[0]}))
    bare = Bare(stack.enter_context(Connection(server.port)), (server.pid,))
    sites = [_site(stack, room, url, size, database) for url, size in zip(urls, sizes, strict=True)]
    return report.table(measure(bare, sites, seconds, cases), sizes)


def _filled(room: Room, size: Size, order: Order) -> str:
    url = room.new_database()
    with opened(make_settings(url, room.folder)) as app:
        fill(app, size)
        if not any(case.name.startswith(FOLLOW_UP) for case in order.cases):
            return url
        before = perf_counter()
        count(app)
        click.echo(f"follow-up counted in {perf_counter() - before:.0f} s")
    return url


def _site(stack: ExitStack, room: Room, url: str, size: Size, database: tuple[int, ...]) -> Site:
    app = stack.enter_context(opened(make_settings(url, room.folder)))
    server = stack.enter_context(served("app:app", room.folder, app_environ(url, room.folder)))
    return Site(app, size, stack.enter_context(Connection(server.port)), (server.pid, *database))


if __name__ == "__main__":
    main()
