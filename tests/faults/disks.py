"""A disk of a few megabytes that can be filled and shut, where the system lets us have one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import absent

BLOCK = b"x" * 4096


@dataclass
class Disk:
    folder: Path

    def fill(self) -> None:
        """To the last byte."""
        try:
            with self._filler.open("wb", buffering=0) as file:
                while file.write(BLOCK):
                    pass
        except OSError:
            pass

    def clear(self) -> None:
        self._filler.unlink()

    def shut(self) -> None:
        """Nothing can be written; nothing may be open for writing just then."""
        _mount("-o", "remount,ro", self.folder)

    def reopen(self) -> None:
        _mount("-o", "remount,rw", self.folder)

    @property
    def _filler(self) -> Path:
        return self.folder / "filler"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Not for who may not mount one."""
    folder.mkdir()
    if os.geteuid() != 0 or not _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "lcweb-faults", folder):
        absent("mount", "a disk of our own needs root, and a system that lets it mount one")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def _mount(*words: str | Path) -> bool:
    return subprocess.run(["mount", *words], capture_output=True).returncode == 0
