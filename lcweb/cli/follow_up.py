"""Counting follow-up anew."""

import click
from flask.cli import AppGroup

from lcweb import clock
from lcweb.cli.errors import spoken
from lcweb.cli.settings import settings
from lcweb.services import follow_up as verbs
from lcweb.worker import rules_of_days

follow_up = AppGroup("follow-up", help="The counted months of follow-up.")


@follow_up.command("rebuild")
@spoken
def rebuild() -> None:
    """Count every unit's months from the facts again. Takes minutes with many threads; the app runs meanwhile."""
    with click.progressbar(length=0, label="Counting units") as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        rebuilt = verbs.rebuild(now=clock.now(), rules=rules_of_days(settings()), progress=progress)
    click.echo(f"Counted {rebuilt.units} units anew; {rebuilt.months} months were not as they were.")
