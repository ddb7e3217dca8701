"""A backup: taken while everybody works, proved, and only then under its name."""

from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from lcweb.backups import folder, postgresql, sqlite
from lcweb.backups.folder import PART, Tell
from lcweb.db import db, log_key, snapshot
from lcweb.domain.backups import (
    Contents,
    Kind,
    Manifest,
    Unusable,
    is_backup,
    manifest_name,
    name_of,
    outdated,
    written,
)
from lcweb.queries import backups as queries

OF_KIND: dict[Kind, ModuleType] = {Kind.SQLITE: sqlite, Kind.POSTGRESQL: postgresql}


class Taken(NamedTuple):
    """`gone`: older backups that made room."""

    path: Path
    manifest: Manifest
    gone: list[str]


def take(into: Path, *, keep: int | None, now: datetime, tell: Tell) -> Taken:
    """The file and its manifest in that folder. Older ones go once the new one is there. Raises Unusable, OSError."""
    kind = Kind(db.engine.dialect.name)
    path = into / name_of(kind, now)
    with folder.held(into):
        _sweep(into)
        if path.exists():
            raise Unusable(f"{path} is already there")
        with folder.part_of(path) as part, folder.part_of(into / manifest_name(path.name)) as told:
            contents = _copy(kind, part, tell)
            OF_KIND[kind].prove(part, contents)
            manifest = Manifest(kind=kind, made_at=now, contents=contents, size=part.stat().st_size,
                                sha256=folder.sha256(part))  # fmt: skip
            told.write_text(written(manifest, log_key()), "utf-8")
            # The manifest first: a manifest without its backup is nothing, and nobody takes it for one.
            folder.finish(told, into / manifest_name(path.name))
            folder.finish(part, path)
        return Taken(path, manifest, _make_room(into, path.name, keep))


def _copy(kind: Kind, part: Path, tell: Tell) -> Contents:
    """What stands in the copy, asked for within its snapshot: nothing can have changed between. Raises Unusable."""
    with snapshot() as connection:
        contents = queries.contents(connection)
        OF_KIND[kind].copy(connection, part, tell)
        if kind is Kind.POSTGRESQL:  # a file of SQLite's is asked itself
            queries.require_chain(connection)
    return contents


def _make_room(into: Path, made: str, keep: int | None) -> list[str]:
    if keep is None:
        return []
    gone = outdated((path.name for path in into.iterdir()), made=made, keep=keep)
    for name in gone:
        (into / name).unlink()
        (into / manifest_name(name)).unlink(missing_ok=True)
    return gone


def _sweep(into: Path) -> None:
    """What killed commands have left: parts, and manifests of files that never came."""
    for path in sorted(into.iterdir()):
        name = path.name.removesuffix(PART).removesuffix(".json")
        is_part = path.name.endswith(PART) or path.name.endswith((f"{PART}-wal", f"{PART}-shm", f"{PART}-journal"))
        is_lonely = path.name == manifest_name(name) and not (into / name).exists()
        if is_backup(name.partition(PART)[0]) and (is_part or is_lonely):
            path.unlink()
