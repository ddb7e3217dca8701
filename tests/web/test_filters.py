"""Moments and numbers in Swedish words, in Stockholm time."""

from datetime import time

import pytest

from lcweb.web.filters import clock_words, day_words, moment_words, own_file, times
from tests.at import at, day

NOW = at("Tue 2026-11-17 10:00")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("Tue 2026-11-17 00:00", "i dag 00.00"),
        ("Tue 2026-11-17 16:30", "i dag 16.30"),
        ("Tue 2026-11-17 23:59", "i dag 23.59"),
        ("Wed 2026-11-18 00:00", "ons 18 nov 00.00"),
        ("Mon 2026-11-16 23:59", "mån 16 nov 23.59"),
        ("Fri 2027-01-08 16:30", "fre 8 jan 2027 16.30"),
        ("Wed 2025-12-31 09:05", "ons 31 dec 2025 09.05"),
        ("Sat 2026-03-28 12:00", "lör 28 mars 12.00"),
        ("Sun 2026-06-07 03:04", "sön 7 juni 03.04"),
    ],
)
def test_a_moment_has_its_day_unless_it_is_today_and_its_year_when_it_is_another(moment: str, words: str) -> None:
    assert moment_words(at(moment), at=NOW) == words


@pytest.mark.parametrize(
    ("now", "moment", "words"),
    [
        ("Sun 2026-03-29 01:59", "Sun 2026-03-29 03:00", "i dag 03.00"),
        ("Sun 2026-10-25 23:30", "Sun 2026-10-25 00:30", "i dag 00.30"),
        ("Thu 2026-12-31 23:59", "Fri 2027-01-01 00:01", "fre 1 jan 2027 00.01"),
    ],
)
def test_today_is_stockholm_s_day_also_when_the_clocks_change(now: str, moment: str, words: str) -> None:
    assert moment_words(at(moment), at=at(now)) == words


def test_a_time_of_day_needs_no_zone() -> None:
    assert (clock_words(time(8, 5)), clock_words(at("Wed 2026-07-01 16:30"))) == ("08.05", "16.30")


def test_every_weekday_and_month_has_its_short_name() -> None:
    days = [day_words(day(text), today=day("Tue 2026-11-17")) for text in WEEK]
    months = [
        day_words(day("Thu 2026-01-15").replace(month=month), today=day("Tue 2026-11-17")) for month in range(1, 13)
    ]
    assert [words.split()[0] for words in days] == ["mån", "tis", "ons", "tor", "fre", "lör", "sön"]
    assert [words.split()[2] for words in months] == [
        "jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec",
    ]  # fmt: skip


WEEK = ("Mon 2026-11-16", "Tue 2026-11-17", "Wed 2026-11-18", "Thu 2026-11-19", "Fri 2026-11-20", "Sat 2026-11-21",
        "Sun 2026-11-22")  # fmt: skip


@pytest.mark.parametrize(("count", "words"), [(1, "en gång"), (2, "två gånger"), (3, "tre gånger"), (12, "12 gånger")])
def test_times_are_told_in_words_while_they_are_few(count: int, words: str) -> None:
    assert times(count) == words


def test_a_file_s_address_changes_with_its_bytes() -> None:
    address, _, digest = own_file("css/lcweb.css").partition("?v=")
    assert (address, len(digest)) == ("/static/css/lcweb.css", 12)
