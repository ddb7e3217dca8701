"""Proving that the access log is whole, and noting where it ends."""

from pathlib import Path

import click
from flask.cli import AppGroup

from lcweb import anchors as files
from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.cli.settings import settings
from lcweb.db import log_key
from lcweb.domain.access_log import Anchor, Verdict
from lcweb.domain.access_log import verify as verdict_on
from lcweb.queries import access_log as queries

log = AppGroup("log", help="The access log (L2).")


@log.command("verify")
@click.option(
    "--anchors", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Also against this file."
)
@spoken
def verify(path: Path | None) -> None:
    """Read the whole log; names the first row that is broken, and why."""
    anchors = files.read(path) if path else []
    with queries.whole() as found:
        verdict = verdict_on(log_key(), found.rows, head=found.head, anchors=anchors)
    if verdict.fault:
        raise click.ClickException(_broken(verdict))
    against = f" and {len(anchors)} anchors" if path else ""
    click.echo(f"{verdict.whole} rows, all as they were written, by the head{against}")


def _broken(verdict: Verdict) -> str:
    hint = "" if verdict.whole else " (or LCWEB_LOG_KEY is another than it was)"
    return f"row {verdict.broken} {verdict.fault}{hint}; {verdict.whole} rows before it are whole"


@log.command("anchor")
@spoken
def anchor() -> None:
    """Note where the log ends, in instance/log-anchors.txt and the system's log."""
    head = queries.find_head()
    if not head or not head.last_id:
        raise click.ClickException("there is nothing to anchor yet")
    click.echo(files.append(settings().anchor_file, Anchor(clock.now(), head)))
