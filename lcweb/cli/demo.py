"""Filling an empty instance with invented data."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import click
from flask.cli import AppGroup

import lcweb.demo as demo_data
from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.cli.settings import settings
from lcweb.services import follow_up

T = TypeVar("T")

demo = AppGroup("demo", help="Invented data to try the app with.")


@demo.command("load")
@spoken
def load() -> None:
    """Fill an empty instance; only in demo mode."""
    if not settings().demo:
        raise click.ClickException("Demo data is only loaded in demo mode (demo = true in lcweb.toml).")
    _load()


def load_if_empty() -> bool:
    """What `prepare` does in demo mode. False: there was something already, and nothing was touched."""
    if not demo_data.is_empty():
        return False
    _load()
    return True


def _load() -> None:
    try:
        demo_data.load(now=clock.now(), rules=settings().rules, progress=_bar)
        follow_up.rebuild(now=clock.now(), rules=settings().rules)
    except demo_data.NotEmpty:
        raise
    except BaseException:
        click.echo("The demo data is only loaded in part: delete the database and start again.", err=True)
        raise
    click.echo("Demo data loaded.")


def _bar(items: Sequence[T], label: str) -> Iterator[T]:
    with click.progressbar(items, label=f"{label:<22}") as bar:
        yield from bar
