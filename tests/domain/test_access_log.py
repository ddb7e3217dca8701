"""L2: what a seal holds, and what tells that a row was changed, removed, put in or moved."""

import hmac
from datetime import UTC, timedelta
from itertools import pairwise

import pytest

from lcweb.domain.access_log import (
    NOTHING,
    Anchor,
    Entry,
    Fault,
    Head,
    LogAction,
    Sealed,
    Verdict,
    anchor_line,
    canonical,
    read_anchor,
    seal,
    sealed,
    verify,
)
from lcweb.domain.workdays import STOCKHOLM
from tests.at import at

KEY = b"k" * 32
NOW = at("Tue 2026-11-17 10:00")
BEGINNING = Head(0, NOTHING)
ENTRY = Entry(1, NOW, "open", 7, 3, 12, "200001012384")


def entries(count: int) -> list[Entry]:
    return [ENTRY._replace(at=NOW + timedelta(seconds=number), thread_id=number + 1) for number in range(count)]


ROWS = sealed(KEY, BEGINNING, entries(9))
HEAD = Head(9, ROWS[-1].seal)


def forged(row: Sealed, **changes: object) -> Sealed:
    return row._replace(**changes)


def moved(rows: list[Sealed], by: int) -> list[Sealed]:
    return [row._replace(id=row.id + by) for row in rows]


# Seals --------------------------------------------------------------------------------------------------------------


def test_a_seal_is_the_same_for_good() -> None:
    """A version that seals in another way could not read the rows of this one."""
    text = b"18:lcweb access log 10:1:132:2026-11-17T09:00:00.000000+00:004:open1:71:32:1212:200001012384"
    assert seal(KEY, NOTHING, ENTRY) == hmac.new(KEY, text, "sha256").hexdigest()


def test_no_two_lists_of_fields_are_written_alike() -> None:
    lists = [("ab", "c"), ("a", "bc"), ("abc",), ("ab", "c", ""), ("ab", "c", None), ("", "abc"), ("2:ab1:c",), ("-",),
             (None,), ("",), ()]  # fmt: skip
    assert len({canonical(*fields) for fields in lists}) == len(lists)


def test_letters_are_measured_in_bytes() -> None:
    assert canonical("å", "ab", None) == b"2:\xc3\xa52:ab-"


@pytest.mark.parametrize(
    "change",
    [
        {"id": 2}, {"at": NOW + timedelta(microseconds=1)}, {"action": "print"}, {"user_id": 8}, {"unit_id": 4},
        {"unit_id": None}, {"thread_id": 13}, {"thread_id": None}, {"patient_number": ""},
        {"patient_number": "200001012385"},
    ],
)  # fmt: skip
def test_every_field_is_sealed(change: dict[str, object]) -> None:
    assert seal(KEY, NOTHING, ENTRY._replace(**change)) != seal(KEY, NOTHING, ENTRY)


def test_the_row_before_and_the_key_are_sealed() -> None:
    plain = seal(KEY, NOTHING, ENTRY)
    assert len({plain, seal(KEY, plain, ENTRY), seal(b"j" * 32, NOTHING, ENTRY)}) == 3


def test_the_same_moment_is_sealed_alike_whatever_its_zone_and_however_the_action_is_held() -> None:
    same = [ENTRY._replace(at=NOW.astimezone(zone)) for zone in (UTC, STOCKHOLM)]
    same.append(ENTRY._replace(action=LogAction.OPEN))
    assert len({seal(KEY, NOTHING, entry) for entry in same}) == 1


def test_rows_follow_the_head_one_by_one() -> None:
    assert [row.id for row in ROWS] == [*range(1, 10)]
    assert all(after.seal == seal(KEY, before.seal, after) for before, after in pairwise(ROWS))
    assert sealed(KEY, Head(4, ROWS[3].seal), entries(9)[4:]) == ROWS[4:]


# What is found ------------------------------------------------------------------------------------------------------


def test_a_whole_log_is_whole_and_an_empty_one_too() -> None:
    anchors = [Anchor(NOW, Head(row.id, row.seal)) for row in ROWS]
    assert verify(KEY, ROWS, head=HEAD, anchors=[*anchors, *anchors]) == Verdict(9)
    assert verify(KEY, [], head=BEGINNING) == Verdict(0)


SWAPPED = [ROWS[0], forged(ROWS[2], id=2), forged(ROWS[1], id=3), *ROWS[3:]]
FAR_SWAPPED = [ROWS[0], forged(ROWS[7], id=2), *ROWS[2:7], forged(ROWS[1], id=8), ROWS[8]]
LAST_SWAPPED = [*ROWS[:7], forged(ROWS[8], id=8), forged(ROWS[7], id=9)]
FOREIGN = forged(ROWS[4], at=NOW, seal="0" * 64)


@pytest.mark.parametrize(
    ("rows", "broken", "fault"),
    [
        ([forged(ROWS[0], user_id=8), *ROWS[1:]], 1, Fault.CHANGED),
        ([*ROWS[:4], forged(ROWS[4], patient_number=""), *ROWS[5:]], 5, Fault.CHANGED),
        ([*ROWS[:4], forged(ROWS[4], seal="0" * 64), *ROWS[5:]], 5, Fault.CHANGED),
        ([*ROWS[:8], forged(ROWS[8], action="close")], 9, Fault.CHANGED),
        (ROWS[1:], 1, Fault.MISSING),
        ([*ROWS[:4], *ROWS[5:]], 5, Fault.MISSING),
        ([*ROWS[:4], *moved(ROWS[5:], -1)], 5, Fault.MISSING),
        (ROWS[:8], 9, Fault.CUT_OFF),
        ([], 1, Fault.CUT_OFF),
        ([forged(FOREIGN, id=0), *ROWS], 1, Fault.INSERTED),
        ([*ROWS[:4], FOREIGN, *moved(ROWS[4:], 1)], 5, Fault.INSERTED),
        ([*ROWS[:8], forged(FOREIGN, id=9), *moved(ROWS[8:], 1)], 9, Fault.INSERTED),
        ([*ROWS, forged(FOREIGN, id=10)], 10, Fault.INSERTED),
        ([*ROWS, *sealed(KEY, HEAD, entries(1))], 10, Fault.INSERTED),
        (SWAPPED, 2, Fault.OUT_OF_ORDER),
        (FAR_SWAPPED, 2, Fault.OUT_OF_ORDER),
        (LAST_SWAPPED, 8, Fault.OUT_OF_ORDER),
        ([*ROWS[:8], *sealed(KEY, Head(8, ROWS[7].seal), entries(1))], 9, Fault.OTHER_SEAL),
    ],
)
def test_the_first_broken_row_is_named_and_why(rows: list[Sealed], broken: int, fault: Fault) -> None:
    verdict = verify(KEY, rows, head=HEAD)
    assert (verdict.broken, verdict.fault) == (broken, fault)


def test_another_key_finds_nothing_whole() -> None:
    assert verify(b"j" * 32, ROWS, head=HEAD) == Verdict(0, Fault.CHANGED)


def test_a_log_that_was_cut_off_together_with_its_head_is_found_by_an_anchor_alone() -> None:
    rows, head = ROWS[:6], Head(6, ROWS[5].seal)
    assert verify(KEY, rows, head=head) == Verdict(6)
    assert verify(KEY, rows, head=head, anchors=[Anchor(NOW, HEAD)]) == Verdict(6, Fault.CUT_OFF)


def test_another_history_sealed_with_the_right_key_is_found_by_an_anchor_alone() -> None:
    rows = [*ROWS[:4], *sealed(KEY, Head(4, ROWS[3].seal), entries(5))]
    head = Head(9, rows[-1].seal)
    assert verify(KEY, rows, head=head) == Verdict(9)
    anchors = [Anchor(NOW, Head(4, ROWS[3].seal)), Anchor(NOW, Head(7, ROWS[6].seal))]
    assert verify(KEY, rows, head=head, anchors=anchors) == Verdict(6, Fault.OTHER_SEAL)


def test_a_log_without_its_head_is_not_whole() -> None:
    assert verify(KEY, ROWS, head=None) == Verdict(9, Fault.HEAD_GONE)
    assert verify(KEY, ROWS[1:], head=None) == Verdict(0, Fault.MISSING)


# Anchors ------------------------------------------------------------------------------------------------------------


def test_an_anchor_is_one_line_and_is_read_back() -> None:
    anchor = Anchor(NOW, HEAD)
    assert anchor_line(anchor) == f"2026-11-17T09:00:00+00:00 9 {HEAD.seal}"
    assert read_anchor(anchor_line(anchor) + "\n") == anchor


@pytest.mark.parametrize(
    "line",
    ["", "9", f"2026-11-17T09:00:00 9 {'0' * 64}", f"2026-11-17T09:00:00+00:00 0 {'0' * 64}",
     f"2026-11-17T09:00:00+00:00 9 {'0' * 62}", f"2026-11-17T09:00:00+00:00 9 {'x' * 64}",
     f"i dag 9 {'0' * 64}", f"2026-11-17T09:00:00+00:00 nio {'0' * 64}", f"2026-11-17T09:00:00+00:00 9 {'0' * 64} 1"],
)  # fmt: skip
def test_anything_else_is_no_anchor(line: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_anchor(line)
