"""Files for their owner alone, on the disk when they are said to be, and under their name only once they are whole."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lcweb.domain.backups import Unusable

#: Of what is being written. A killed command leaves it, and the next one takes it away.
PART = ".part"
CHUNK = 1 << 20  # bytes

Tell = Callable[[int, int], None]  # how much is done, of how much


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Makes the folder, for its owner alone, and keeps other commands of this sort out. Raises Unusable, OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(f"another backup or restore is at work in {folder}") from None
        yield
    finally:
        os.close(handle)


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """An empty file beside it, for this user's eyes only; gone afterwards unless it was renamed."""
    part = path.with_name(path.name + PART)
    _remove(part)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield part
    finally:
        _remove(part)


def finish(part: Path, path: Path) -> None:
    """The part gets its name, and both are on the disk."""
    settle(part)
    os.replace(part, path)
    settle(path.parent)


def settle(path: Path) -> None:
    """A file or folder is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: Path, target: Path, tell: Tell) -> str:
    """The SHA-256 of what was copied."""
    digest, size, done = hashlib.sha256(), source.stat().st_size, 0
    with source.open("rb") as reader, target.open("wb") as writer:
        while chunk := reader.read(CHUNK):
            writer.write(chunk)
            digest.update(chunk)
            tell(done := done + len(chunk), size)
    return digest.hexdigest()


def companions(database: Path) -> list[Path]:
    """What SQLite lays beside a database, as far as it is there."""
    beside = (database.with_name(database.name + ending) for ending in ("-wal", "-shm", "-journal"))
    return [path for path in beside if path.exists()]


def _remove(part: Path) -> None:
    for path in (*companions(part), part):
        path.unlink(missing_ok=True)
