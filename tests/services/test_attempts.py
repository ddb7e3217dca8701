"""What is kept of failures at signing in, and for how long."""

from datetime import timedelta
from functools import partial

from flask import Flask

from lcweb.domain.people import FORGOTTEN_AFTER, FREE_FAILURES_ACCOUNT
from lcweb.models import SignInAttempt
from lcweb.services import attempts
from tests.at import at
from tests.race import race
from tests.rows import rows

NOW = at("Tue 2026-11-17 10:00")
ANNA, KARIN = attempts.of_account("anna"), attempts.of_account("karin")


def failures() -> dict[str, int]:
    return {row.key: row.failures for row in rows(SignInAttempt)}


def test_what_the_next_failure_would_not_go_on_from_is_swept(app: Flask) -> None:
    attempts.note_failure(ANNA, attempts.of_address("10.0.0.1"), now=NOW)
    attempts.note_failure(KARIN, now=NOW + timedelta(seconds=1))
    assert attempts.sweep(now=NOW + FORGOTTEN_AFTER) == 0
    assert attempts.sweep(now=NOW + FORGOTTEN_AFTER + timedelta(seconds=1)) == 2
    assert failures() == {KARIN.key: 1}


def test_a_sweep_changes_nothing_of_how_long_one_waits(app: Flask) -> None:
    """The same failures, swept after each of them and never: a wait that goes on is never taken away."""
    moments, waits = [NOW + timedelta(minutes=each) for each in (0, 1, 2, 3, 4, 5, 64, 125, 186, 187)], []
    for swept in (True, False):
        limit = attempts.of_account(f"swept {swept}")
        for moment in moments:
            attempts.note_failure(limit, now=moment)
            if swept:
                attempts.sweep(now=moment)
        found = {row.key: row for row in rows(SignInAttempt)}[limit.key]
        waits.append((found.failures, found.heard_from))
    assert waits[0] == waits[1]


def test_failures_while_it_is_swept_are_all_counted(app: Flask) -> None:
    """The rows are old, so each failure finds one that a sweep is about to take away, or has just taken."""
    limits = (ANNA, KARIN, attempts.of_address("10.0.0.1"))
    attempts.note_failure(*limits, now=NOW)
    later = NOW + 2 * FORGOTTEN_AFTER
    verbs = [partial(attempts.note_failure, *limits, now=later)] * FREE_FAILURES_ACCOUNT
    results = race(app, [*verbs, *[partial(attempts.sweep, now=later)] * 3])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert failures() == dict.fromkeys((limit.key for limit in limits), FREE_FAILURES_ACCOUNT)
