"""The access log's head, noted outside the database: in a file of lines, and in the system's own log (L2)."""

import os
import syslog
from pathlib import Path

from lcweb.domain.access_log import Anchor, anchor_line, read_anchor

TAIL = 400  # bytes; more than a line has


def append(path: Path, anchor: Anchor) -> str:
    """The line, which is on the disk when this returns. Raises OSError."""
    line = anchor_line(anchor)
    begun = _tail(path)
    with path.open("ab") as file:
        # A line that a power cut has broken off must not swallow the next one.
        file.write(f"{line}\n".encode() if begun.endswith("\n") or not begun else f"\n{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    syslog.syslog(syslog.LOG_AUTH | syslog.LOG_NOTICE, f"lcweb access log: {line}")
    return line


def find_latest(path: Path) -> Anchor | None:
    """The last line's. None: there is none, or it is broken off. Raises OSError."""
    lines = _tail(path).splitlines()
    try:
        return read_anchor(lines[-1]) if lines else None
    except ValueError:
        return None


def read(path: Path) -> list[Anchor]:
    """Raises OSError, and ValueError for a line that is no anchor."""
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            found.append(read_anchor(line))
        except ValueError:
            raise ValueError(f"{path}: line {number} is no anchor") from None
    return found


def _tail(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read().decode("utf-8", "replace")
