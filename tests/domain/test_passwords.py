"""Passwords: long, and no rule about kinds of characters."""

import pytest

from lcweb.domain.passwords import MAX_PASSWORD, MIN_PASSWORD, likely_words, normalized, problem, readings_of

RING = "a\u030a"  # a and a ring, as some keyboards send å


@pytest.mark.parametrize(
    "password",
    ["x" * MIN_PASSWORD, "x" * MAX_PASSWORD, "bara små ord här", "🚑🚒🚓" * 4, "    mellanslag    ", "' OR 1=1 --  "],
)  # fmt: skip
def test_length_is_all_that_is_asked_for(password: str) -> None:
    assert problem(password) is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "minst 12 tecken"),
        ("x" * (MIN_PASSWORD - 1), "minst 12 tecken"),
        ("x" * (MAX_PASSWORD + 1), "högst 200 tecken"),
        ("elva tecken\0och fler", "inga styrtecken"),
        ("elva tecken\nelva tecken", "inga styrtecken"),
        ("elva tecken \ud800 elva", "inga styrtecken"),
        ("min kod 20000101-2384", "innehåller ett personnummer"),
    ],
)
def test_what_is_not_taken_is_said(password: str, words: str) -> None:
    assert words in (problem(password) or "")


def test_one_letter_is_one_letter_however_it_is_sent() -> None:
    assert normalized(f"l{RING}ng") == "lång"
    assert normalized("ﬁn ½") == "ﬁn ½", "nothing else is changed"
    assert problem(normalized(RING * 11)) is not None


def test_what_is_known_of_the_person_comes_first_with_and_without_accents() -> None:
    found = likely_words(["Åsa Öberg", "asa.oberg", "Vårdcentralen Kärleken"])
    assert found[0] == "åsaöberg"
    assert {"åsa", "öberg", "asaoberg", "oberg", "kärleken", "karleken", "lösenord", "losenord"} <= set(found)
    assert "" not in likely_words(["", "  ", "–"])


def test_a_guesser_reads_it_in_more_than_one_way() -> None:
    readings = dict(readings_of("P4ssw0rd P4ssw0rd"))
    assert {"P4ssw0rd P4ssw0rd", "password password", "passwordpassword"} <= readings.keys()
    assert "password" in readings, "what is repeated is said once"
    assert all(factor > 1 for reading, factor in readings.items() if reading != "P4ssw0rd P4ssw0rd")
    assert max(len(reading) for reading, _ in readings_of("x" * 200)) == 64
