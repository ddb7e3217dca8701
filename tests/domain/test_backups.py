"""Which backups stay, and what a digest tells apart."""

from datetime import UTC, datetime, time, timedelta

from lcweb.domain.backups import TableDigest, outdated
from tests.at import at


def test_the_one_just_made_stays_when_the_clock_has_gone_back() -> None:
    newer = [f"lcweb-2027010{day}T090000Z.db" for day in (1, 2, 3)]
    assert outdated([*newer, "lcweb-20261117T090000Z.db"], made="lcweb-20261117T090000Z.db", keep=1) == newer
    assert outdated(newer, made=newer[2], keep=3) == []


def test_a_digest_tells_every_value_apart() -> None:
    moment = datetime(2026, 11, 17, 9, tzinfo=UTC)
    values = (None, "", "null", 0, 1, "1", True, False, moment, moment + timedelta(microseconds=1), moment.date(),
              time(9), "a\nb", "å", "a\u030a")  # fmt: skip
    assert len({digest([(value,)]) for value in values}) == len(values)
    assert digest([("a", "b")]) != digest([("a",), ("b",)]) != digest([("b",), ("a",)])
    assert digest([(moment,)]) == digest([(at("Tue 2026-11-17 10:00"),)])


def digest(some: list[tuple[object, ...]]) -> str:
    made = TableDigest()
    made.take(some)
    return made.hex()
