"""What a backup is called, what its manifest says and is sealed by, which ones are kept, how rows are compared."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, NamedTuple

from lcweb.domain.access_log import Head

#: Another way of writing a manifest down must have another name.
FORMAT = "lcweb backup 1"
_NAME = re.compile(r"lcweb-\d{8}T\d{6}Z\.(?:db|dump)")


class Unusable(ValueError):
    """What was asked for is not done, and why: one sentence for the operator, without anybody's data."""


class Kind(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


_STAMP = "%Y%m%dT%H%M%SZ"
_ENDING = {Kind.SQLITE: "db", Kind.POSTGRESQL: "dump"}


class Contents(NamedTuple):
    """A database at one moment: its schema's revision, the rows of each table, and where the access log ends.

    `head` None: the schema is from before the chain.
    """

    revision: str
    counts: Mapping[str, int]
    head: Head | None

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """`size` in bytes, `sha256` in hex: of the backup's one file."""

    kind: Kind
    made_at: datetime
    contents: Contents
    size: int
    sha256: str


# Names ----------------------------------------------------------------------------------------------------------------


def stamp(moment: datetime) -> str:
    """20261117T090000Z: sorted by name is sorted by time."""
    return moment.astimezone(UTC).strftime(_STAMP)


def name_of(kind: Kind, made_at: datetime) -> str:
    return f"lcweb-{stamp(made_at)}.{_ENDING[kind]}"


def made_at(name: str) -> datetime:
    """By the name of a backup."""
    return datetime.strptime(name, f"lcweb-{_STAMP}.{name.rpartition('.')[2]}").replace(tzinfo=UTC)


def manifest_name(name: str) -> str:
    return f"{name}.json"


def is_backup(name: str) -> bool:
    return _NAME.fullmatch(name) is not None


def outdated(names: Iterable[str], *, made: str, keep: int) -> list[str]:
    """Which backups go when the `keep` newest stay; `made`, the one just made, always does, whatever the clock said."""
    others = sorted(name for name in names if is_backup(name) and name != made)
    return others[: max(0, len(others) - (keep - 1))]


# The manifest ---------------------------------------------------------------------------------------------------------


def written(manifest: Manifest, key: bytes) -> str:
    """JSON. Its seal is made with the access log's key, so that nobody without the key can write another one."""
    contents = manifest.contents
    said = {
        "format": FORMAT,
        "kind": manifest.kind,
        "made_at": manifest.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "revision": contents.revision,
        "rows": dict(sorted(contents.counts.items())),
        "access_log": contents.head and {"rows": contents.head.last_id, "seal": contents.head.seal},
        "bytes": manifest.size,
        "sha256": manifest.sha256,
    }
    return json.dumps(said | {"seal": _seal(said, key)}, indent=1) + "\n"


def read(text: str, key: bytes) -> Manifest:
    """Raises Unusable for one that is damaged, changed, or sealed with another key."""
    try:
        said = json.loads(text)
        mark = said.pop("seal")
        sound = hmac.compare_digest(mark, _seal(said, key))
    except (ValueError, KeyError, TypeError, AttributeError):
        sound = False
    if not sound:
        raise Unusable("the manifest is damaged, or was sealed with another LCWEB_LOG_KEY than this one")
    if said["format"] != FORMAT:
        raise Unusable(f"the manifest is of a form that this version does not know: {said['format']}")
    head = said["access_log"] and Head(said["access_log"]["rows"], said["access_log"]["seal"])
    return Manifest(
        kind=Kind(said["kind"]),
        made_at=datetime.fromisoformat(said["made_at"]),
        contents=Contents(said["revision"], said["rows"], head),
        size=said["bytes"],
        sha256=said["sha256"],
    )


def _seal(said: Mapping[str, Any], key: bytes) -> str:
    plain = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.digest(key, f"{FORMAT}\n{plain}".encode(), "sha256").hex()


# What is in it --------------------------------------------------------------------------------------------------------


def difference(expected: Contents, found: Contents) -> str | None:
    """The first thing in which they differ, in words."""
    if found.revision != expected.revision:
        return f"its tables are of revision {found.revision} instead of {expected.revision}"
    for table in sorted({*expected.counts, *found.counts}):
        if found.counts.get(table) != expected.counts.get(table):
            return f"{table} has {found.counts.get(table, 'no')} rows instead of {expected.counts.get(table, 'none')}"
    if found.head != expected.head:
        return "its access log ends elsewhere"
    return None


class TableDigest:
    """SHA-256 over rows in their order, told apart by nothing but their values, whichever database they come from.

    A row is a line of JSON: text as it is, NULL as null, truth as true or false, numbers as digits, moments in UTC to
    the microsecond, days and times of day as ISO 8601 has them.
    """

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_canonical).encode

    def take(self, rows: Sequence[Iterable[Any]]) -> None:
        encode = self._encode
        lines = [encode([*row]) for row in rows]
        self._hash.update("".join(f"{line}\n" for line in lines).encode())
        self.rows += len(lines)

    def hex(self) -> str:
        return self._hash.hexdigest()


def _canonical(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="microseconds")
    raise TypeError(f"no form is agreed on for {type(value).__name__}")
