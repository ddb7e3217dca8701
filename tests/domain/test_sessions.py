"""How long a session lasts, when its end is warned of, and which browser it is in."""

from datetime import timedelta

import pytest

from lcweb.domain.sessions import Left, Why, browser_words, is_handle, left, warned_before
from tests.at import at

HALF_AN_HOUR = timedelta(minutes=30)
MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("now", "minutes", "why"),
    [
        ("Tue 2026-11-17 10:00", 30, Why.IDLE),
        ("Tue 2026-11-17 10:28", 2, Why.IDLE),
        ("Tue 2026-11-17 10:30", 0, Why.IDLE),
        ("Tue 2026-11-17 10:45", -15, Why.IDLE),
    ],
)
def test_an_idle_session_ends_half_an_hour_after_the_last_deliberate_request(now: str, minutes: int, why: Why) -> None:
    active_at, ends_at = at("Tue 2026-11-17 10:00"), at("Tue 2026-11-17 22:00")
    found = left(active_at=active_at, ends_at=ends_at, idle=HALF_AN_HOUR, now=at(now))
    assert found == Left(timedelta(minutes=minutes), why)


@pytest.mark.parametrize("active_at", ["Tue 2026-11-17 21:30", "Tue 2026-11-17 21:59"])
def test_the_end_of_the_day_comes_first_when_it_is_nearer(active_at: str) -> None:
    ends_at, now = at("Tue 2026-11-17 22:00"), at("Tue 2026-11-17 21:59")
    found = left(active_at=at(active_at), ends_at=ends_at, idle=HALF_AN_HOUR, now=now)
    assert found == Left(timedelta(minutes=1), Why.TOO_OLD)


@pytest.mark.parametrize(("idle", "before"), [(30, 2), (4, 2), (3, 1.5), (1, 0.5)])
def test_a_short_session_is_warned_of_at_its_half(idle: float, before: float) -> None:
    assert warned_before(timedelta(minutes=idle)) == timedelta(minutes=before)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36", "Chrome, Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/141.0 Safari/537.36 OPR/120.0", "Opera, Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox, Windows"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.5 Safari/605.1.15", "Safari, Mac"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_5 like Mac OS X) {WEBKIT} CriOS/141.0 Safari/604.1", "Chrome, iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 18_5 like Mac OS X) {WEBKIT} FxiOS/143.0 Safari/604.1", "Firefox, iPad"),
        (
            f"{MOZILLA} (Linux; Android 15; SM-S921B) {WEBKIT} SamsungBrowser/28.0 Chrome/130.0 Safari/537.36",
            "Samsung Internet, Android",
        ),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/141.0.0.0 Safari/537.36", "Chrome, ChromeOS"),
        (f"{MOZILLA} (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox, Linux"),
        ("curl/8.5.0", "Okänd webbläsare"),
        ("", "Okänd webbläsare"),
        ("<script>alert(1)</script> 20000101-2384 \0 Windows", "Okänd webbläsare, Windows"),
    ],
)
def test_a_browser_has_a_name_that_a_person_knows_and_nothing_else_is_kept(user_agent: str, words: str) -> None:
    assert browser_words(user_agent) == words


@pytest.mark.parametrize(("raw", "so"), [("aB3_-x", True), ("", False), ("a b", False), ("a\0", False), ("a\n", False),
                                         ("å", False), ("x" * 65, False)])  # fmt: skip
def test_only_what_may_be_a_handle_is_looked_up(raw: str, so: bool) -> None:
    assert is_handle(raw) is so
