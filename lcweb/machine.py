"""What an operator must know of the machine around the database: the room that is left, the newest backup's age."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import make_url

from lcweb.config import Settings
from lcweb.domain.backups import is_backup, made_at, manifest_name

LEAST_ROOM = 1_000_000_000  # bytes: SQLite's log, a night's counting and a large import fit in


class Room(NamedTuple):
    """What is left of the disk, in bytes and as a share from 0 to 1."""

    free: int
    share: float


def find_room(settings: Settings) -> Room | None:
    """Of the disk with the instance folder or of SQLite's, whichever has less left. None: it cannot be told."""
    folders = {settings.instance}
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        folders.add(Path(url.database).parent)
    try:
        found = [shutil.disk_usage(folder) for folder in folders]
    except OSError:
        return None
    return min((Room(usage.free, usage.free / usage.total) for usage in found if usage.total), default=None)


def find_newest_backup(folder: Path) -> datetime | None:
    """When it was begun, by its name. None: there is none. Raises OSError when the folder cannot be read."""
    names = {path.name for path in folder.iterdir()}
    whole = (name for name in names if is_backup(name) and manifest_name(name) in names)
    return max(map(made_at, whole), default=None)
