"""A backup put back: proved and brought up to date in a place of its own, and only then in the old database's."""

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from flask_migrate import upgrade
from sqlalchemy.exc import DatabaseError

from lcweb import anchors
from lcweb.backups import beside, folder, postgresql, sqlite
from lcweb.backups.folder import Tell
from lcweb.db import db, log_key, snapshot
from lcweb.domain.access_log import Anchor
from lcweb.domain.backups import Contents, Kind, Manifest, Unusable, difference, manifest_name, read, stamp
from lcweb.logs import kinds
from lcweb.queries import backups as queries
from lcweb.queries import revisions
from lcweb.services import backups as verbs
from lcweb.services.backups import Ended

Place = sqlite.Place | postgresql.Place
_PLACES: dict[Kind, type[Place]] = {Kind.SQLITE: sqlite.Place, Kind.POSTGRESQL: postgresql.Place}


class Lost(NamedTuple):
    """What the anchors know of the log beyond its end. `file`: where they were set aside, since they fit no more."""

    anchor: Anchor
    rows: int
    file: Path


class Restored(NamedTuple):
    """`contents`: what stands there now. `aside`: where the old database is kept. `mails`: still in the queue."""

    contents: Contents
    upgraded: bool
    aside: str | None
    ended: Ended
    mails: int
    lost: Lost | None


def manifest_of(backup: Path) -> Manifest:
    """Of a file that this code can put back here. Raises Unusable, OSError."""
    beside_it = backup.with_name(manifest_name(backup.name))
    if not beside_it.exists():
        raise Unusable(f"{beside_it.name} is missing beside it: without its manifest a backup cannot be proved")
    try:
        manifest = read(beside_it.read_text("utf-8"), log_key())
    except UnicodeDecodeError:
        raise Unusable("the manifest is damaged") from None
    if manifest.kind is not (ours := Kind(db.engine.dialect.name)):
        raise Unusable(f"it is a backup of {manifest.kind}, and LCWEB_DATABASE_URL names {ours}")
    if manifest.contents.revision not in revisions.known():
        raise Unusable(f"its tables are of revision {manifest.contents.revision}, which this version does not know: "
                       "it is newer; put that version in place first")  # fmt: skip
    if backup.stat().st_size != manifest.size or folder.sha256(backup) != manifest.sha256:
        raise Unusable(f"{backup.name} is damaged: it is not what the manifest says")
    return manifest


def place(*, now: datetime) -> Place:
    """Where the settings' database is or is to be. Raises Unusable while anybody works in it."""
    found = _PLACES[Kind(db.engine.dialect.name)](db.engine.url.render_as_string(hide_password=False))
    found.require_idle()
    if not found.is_empty():
        require_no_worker(now)
    return found


def require_no_worker(now: datetime) -> None:
    """Raises Unusable while one has the lease."""
    try:
        with snapshot() as connection:
            until = queries.worker_until(connection, now)
    except DatabaseError:  # too damaged to be asked
        until = None
    finally:
        beside.let_go()
    if until:
        seconds = int((until - now).total_seconds()) + 1
        raise Unusable(f"a worker is at work: stop it (one that was killed is forgotten in {seconds} s)")


def restore(
    backup: Path, manifest: Manifest, where: Place, *, anchor_file: Path, now: datetime, tell: Tell
) -> Restored:
    """Raises Unusable, and then the old database is as it was."""
    with where.unfinished(backup, manifest, tell) as url:
        with beside.opened(url):
            upgraded = _bring_up_to_date(manifest.contents.revision)
            ended = verbs.end_what_opened_doors(now=now)
        aside = where.put_in_place(now)
    contents, mails = _proved_again(None if upgraded else manifest.contents)
    return Restored(contents, upgraded, aside, ended, mails, _compare_anchors(anchor_file, contents, now))


def _bring_up_to_date(revision: str) -> bool:
    """Raises Unusable."""
    if revision == revisions.newest():
        return False
    try:
        upgrade()
    except Exception as error:
        raise Unusable(
            f"its tables could not be brought from revision {revision} to this version's: {kinds(error)}"
        ) from None
    return True


def _proved_again(expected: Contents | None) -> tuple[Contents, int]:
    """In its place, as the app will read it. Raises Unusable."""
    with snapshot() as connection:
        if connection.dialect.name == "sqlite":
            sqlite.require_sound(connection)
        contents = queries.contents(connection)
        queries.require_chain(connection)
        if expected and (said := difference(expected, contents)):
            raise Unusable(f"the restored database is not what it should be: {said}")
        return contents, queries.mails_waiting(connection)


def _compare_anchors(path: Path, contents: Contents, now: datetime) -> Lost | None:
    """Anchors that no longer fit are set aside and never thrown away: they prove what was lost. None: all fit."""
    if not path.exists():
        return None
    try:
        noted = anchors.read(path)
        with snapshot() as connection:
            fits = queries.chain(connection, noted).fault is None
        latest = max(noted, key=lambda anchor: anchor.head.last_id, default=None)
    except ValueError as error:
        raise Unusable(f"the database is restored, but {error}: compare it by hand") from None
    if fits or latest is None:
        return None
    aside = path.with_name(f"{path.stem}.before-{stamp(now)}{path.suffix}")
    path.rename(aside)
    return Lost(latest, max(0, latest.head.last_id - (contents.head.last_id if contents.head else 0)), aside)
