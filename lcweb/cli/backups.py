"""Backups, their way back, and the move from SQLite to PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from lcweb import clock
from lcweb.backups import moving, restoring, taking
from lcweb.backups.folder import Tell
from lcweb.backups.restoring import Restored
from lcweb.cli.errors import spoken
from lcweb.cli.settings import settings
from lcweb.domain.backups import Manifest

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Else instance/backups.")
@click.option("--keep", type=click.IntRange(min=1), help="Delete older backups in that folder until so many are left.")
@spoken
def backup(folder: Path | None, keep: int | None) -> None:
    """Take a backup while app and worker run, and prove it."""
    folder = folder or settings().instance / "backups"
    with _speaking(), _bar("Copying") as tell:
        taken = taking.take(folder, keep=keep, now=clock.now(), tell=tell)
    click.echo(f"{taken.path}: {_holds(taken.manifest)}")
    for name in taken.gone:
        click.echo(f"{name} deleted")
    click.echo(f"Not in it, and to be kept elsewhere: {settings().anchor_file} and the settings with their keys.")


@click.command("restore")
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Also when the database holds something. It is kept beside.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@spoken
def restore(file: Path, replace: bool, yes: bool) -> None:
    """Put a backup back, proved, in the database's place. App and worker must be stopped."""
    with _speaking():
        manifest = restoring.manifest_of(file)
        where = restoring.place(now=clock.now())
        click.echo(f"{file.name}: {_holds(manifest)}")
        if not where.is_empty():
            if not replace:
                raise click.ClickException("the database is not empty: --replace puts the backup in its place")
            if not yes:
                said = f"What was done after {manifest.made_at:%Y-%m-%d %H:%M} UTC will not be there. Go on?"
                click.confirm(said, abort=True)
        with _bar("Restoring") as tell:
            restored = restoring.restore(
                file, manifest, where, anchor_file=settings().anchor_file, now=clock.now(), tell=tell
            )
    for line in _told(restored, manifest):
        click.echo(line)


@click.command("move")
@click.argument("database_url")
@spoken
def move(database_url: str) -> None:
    """Copy everything from SQLite into the empty PostgreSQL database DATABASE_URL, and prove it row by row.

    App and worker must be stopped. A password in the address can be seen in the list of processes: leave it out and set
    PGPASSWORD.
    """
    with _speaking(), _bar("Moving") as tell:
        moved = moving.move(database_url, now=clock.now(), tell=tell)
    for table, counted in moved.tables.items():
        if counted.rows:
            click.echo(f"{table} {counted.rows} rows, the same on both sides ({counted.digest[:16]}…)")
    rows = sum(counted.rows for counted in moved.tables.values())
    click.echo(f"{rows} rows in {len(moved.tables)} tables moved; the access log's {moved.log_rows} rows are whole.")
    click.echo(f"Now set LCWEB_DATABASE_URL to {moved.url} (with its password), run `check`, and start app and worker.")
    click.echo(f"The SQLite file is as it was: keep {moved.source} away from the app, and delete it in time.")


def _holds(manifest: Manifest) -> str:
    contents = manifest.contents
    log = f"access log of {contents.head.last_id} rows" if contents.head else "no sealed access log"
    return (
        f"{manifest.kind} of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC, revision {contents.revision}, "
        f"{contents.rows} rows in {len(contents.counts)} tables, {log}, sha256 {manifest.sha256[:16]}…"
    )


def _told(restored: Restored, manifest: Manifest) -> Iterator[str]:
    moment = f"{manifest.made_at:%Y-%m-%d %H:%M} UTC"
    yield f"restored and proved: {restored.contents.rows} rows, revision {restored.contents.revision}" + (
        ", to which it was brought" if restored.upgraded else ""
    )
    if restored.aside:
        yield f"The old database is kept as {restored.aside}: delete it when nobody needs it any more."
    yield f"{restored.ended.sessions} sessions and {restored.ended.links} links to choose a password have been ended."
    yield f"People, roles, passwords and second factors stand as they did at {moment}: end anew what was ended since."
    if restored.mails:
        yield f"{restored.mails} mails wait; one that was sent after {moment} goes out again if it is still owed."
    if restored.lost:
        lost = restored.lost
        yield (
            f"The access log does not reach the anchor of {lost.anchor.at:%Y-%m-%d %H:%M} UTC at row "
            f"{lost.anchor.head.last_id}: {lost.rows} rows or more are lost, or it is another history. "
            f"Note it. The anchors lie in {lost.file} now; `log anchor` begins a new file."
        )


@contextmanager
def _bar(label: str) -> Iterator[Tell]:
    with click.progressbar(length=1, label=label) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = max(1, of)
            bar.update(done - bar.pos)

        yield tell


@contextmanager
def _speaking() -> Iterator[None]:
    """A disk that is full or a folder that is not ours is one line."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(str(error)) from error
