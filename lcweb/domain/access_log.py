"""Acts on patient data that leave a row in the access log (L1), and the chain that holds the rows together (L2)."""

import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import NamedTuple


class LogAction(StrEnum):
    SEND = "send"
    OPEN = "open"
    SHOWN_BY_POLL = "shown_by_poll"
    REPLY = "reply"
    ACKNOWLEDGE = "acknowledge"
    CLAIM = "claim"
    RELEASE = "release"
    TAKE_OVER = "take_over"
    CLOSE = "close"
    REOPEN = "reopen"
    FORWARD = "forward"
    RETURN = "return"
    WITHDRAW = "withdraw"
    VOID = "void"
    CORRECT = "correct"
    TRANSFER = "transfer"
    NOTE = "note"
    DRAFT = "draft"  # begun, or about another patient than before
    DRAFT_SHOWN = "draft_shown"  # of a compose page; a thread's is shown with the thread
    SEARCH = "search"
    PRINT = "print"
    EXPORT = "export"  # a thread as a file, for archiving
    DISPOSE = "dispose"
    LOG_REVIEW = "log_review"  # these three are reviewers', and acted from no unit
    LOG_EXPORT = "log_export"
    LOG_EXTRACT = "log_extract"  # for the patient (L4)


# The chain ----------------------------------------------------------------------------------------------------------

#: Begins every sealed text. Another way of writing a row down must have another name.
FORMAT = "lcweb access log 1"
#: What the first row follows.
NOTHING = ""
#: How many rows after the first broken one are looked at to tell what has happened.
LOOKED_AT = 1000


class Entry(NamedTuple):
    """One row. `id` is its place: 1, 2, 3 … without a gap. `at` is aware."""

    id: int
    at: datetime
    action: str
    user_id: int
    unit_id: int | None
    thread_id: int | None
    patient_number: str


class Sealed(NamedTuple):
    """A row as it is stored: its seal holds all its fields and the seal before."""

    id: int
    at: datetime
    action: str
    user_id: int
    unit_id: int | None
    thread_id: int | None
    patient_number: str
    seal: str


class Head(NamedTuple):
    """Where the log ends: the last row's place and seal; 0 and NOTHING before the first."""

    last_id: int
    seal: str


class Anchor(NamedTuple):
    """A head that was noted outside the database at `at`."""

    at: datetime
    head: Head


class Fault(StrEnum):
    CHANGED = "is not as it was written"
    MISSING = "is missing"
    INSERTED = "was put in afterwards"
    OUT_OF_ORDER = "stands in another's place"
    CUT_OFF = "is cut off"  # the head or an anchor knows it
    OTHER_SEAL = "has another seal than the head or an anchor says"
    HEAD_GONE = "cannot be told to be the next one: the head is gone"


class Verdict(NamedTuple):
    """`whole` rows are proved, from the first on. `fault` is that of the row after them; None: none is broken."""

    whole: int
    fault: Fault | None = None

    @property
    def broken(self) -> int:
        return self.whole + 1


def canonical(*fields: str | None) -> bytes:
    """Each field behind its length in bytes, so that no two lists of fields are written alike."""
    return b"".join(b"-" if field is None else _behind_length(field.encode()) for field in fields)


def _behind_length(text: bytes) -> bytes:
    return b"%d:%b" % (len(text), text)


def seal(key: bytes, previous: str, row: Entry | Sealed) -> str:
    """HMAC-SHA256 over the previous seal and all fields, in hex. Moments are sealed in UTC, to the microsecond."""
    text = canonical(
        FORMAT,
        previous,
        str(row.id),
        row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        row.action,
        str(row.user_id),
        None if row.unit_id is None else str(row.unit_id),
        None if row.thread_id is None else str(row.thread_id),
        row.patient_number,
    )
    return hmac.digest(key, text, "sha256").hex()


def sealed(key: bytes, head: Head, entries: Iterable[Entry]) -> list[Sealed]:
    """The entries as rows that follow the head: their places and seals are given here."""
    rows, last = [], head.seal
    for place, entry in enumerate(entries, start=head.last_id + 1):
        last = seal(key, last, entry._replace(id=place))
        rows.append(Sealed(place, *entry[1:], last))
    return rows


def verify(key: bytes, rows: Iterable[Sealed], *, head: Head | None, anchors: Sequence[Anchor] = ()) -> Verdict:
    """Reads all rows once, in the order of their places, and keeps none. No head: somebody has removed it."""
    known = _known(head, anchors)
    place, last, left = 0, NOTHING, iter(rows)
    for row in left:
        if row.id != place + 1 or seal(key, last, row) != row.seal:
            after = [row, *islice(left, LOOKED_AT)]
            return Verdict(place, _what_happened(key, last, place + 1, after, head))
        if row.id in known and known[row.id] != {row.seal}:
            return Verdict(place, Fault.OTHER_SEAL)
        place, last = row.id, row.seal
    if place < max(known, default=0):
        return Verdict(place, Fault.CUT_OFF)
    if head is None:
        return Verdict(place, Fault.HEAD_GONE)
    return Verdict(place) if head.last_id == place else Verdict(head.last_id, Fault.INSERTED)


def _known(head: Head | None, anchors: Sequence[Anchor]) -> dict[int, set[str]]:
    """Place → the seals that are known to be there: one, unless somebody has written another history."""
    known: defaultdict[int, set[str]] = defaultdict(set)
    for place, known_seal in (*(anchor.head for anchor in anchors), *([head] if head else [])):
        if place:
            known[place].add(known_seal)
    return dict(known)


def _what_happened(key: bytes, last: str, place: int, rows: Sequence[Sealed], head: Head | None) -> Fault:
    """`rows` begin with the one that is found where `place` should be, and does not follow `last`."""
    first = rows[0]
    if first.id != place:
        return Fault.MISSING if first.id > place else Fault.INSERTED
    right = next((n for n, row in enumerate(rows) if _follows(key, last, row, place)), None)
    if right is not None:
        moved_on = right + 1 < len(rows) and _follows(key, rows[right].seal, rows[right + 1], place + 1)
        return Fault.INSERTED if moved_on or _is_beyond(rows[-1], head) else Fault.OUT_OF_ORDER
    if _is_beyond(first, head):
        return Fault.INSERTED
    moved_up = len(rows) > 1 and _follows(key, first.seal, rows[1], place + 2)
    return Fault.MISSING if moved_up else Fault.CHANGED


def _follows(key: bytes, last: str, row: Sealed, place: int) -> bool:
    return seal(key, last, row._replace(id=place)) == row.seal


def _is_beyond(row: Sealed, head: Head | None) -> bool:
    return head is not None and row.id > head.last_id


# Anchors ------------------------------------------------------------------------------------------------------------


def anchor_line(anchor: Anchor) -> str:
    """2026-11-17T09:00:00+00:00 4711 5f0c…"""
    return f"{anchor.at.astimezone(UTC).isoformat(timespec='seconds')} {anchor.head.last_id} {anchor.head.seal}"


def read_anchor(line: str) -> Anchor:
    """Raises ValueError."""
    moment, place, known_seal = line.split()
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None or int(place) < 1 or len(bytes.fromhex(known_seal)) != 32:
        raise ValueError("no anchor")
    return Anchor(at, Head(int(place), known_seal))
