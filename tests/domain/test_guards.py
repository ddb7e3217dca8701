"""S4, S8: what a text may hold."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcweb.domain.guards import MAX_BODY, body_problem, normalized, text_problem


def problem(text: str, *, most: int = MAX_BODY, lines: bool = True) -> str | None:
    return text_problem(text, what="Meddelandet", most=most, lines=lines)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  hej \n", "hej"),
        ("en\r\ntvå\rtre\nfyra", "en\ntvå\ntre\nfyra"),
        ("sa\u030ar i fo\u0308nstret", "sår i fönstret"),
        ("\ttabb inuti\tär kvar", "tabb inuti\tär kvar"),
        ("mellan   ord", "mellan   ord"),
        ("", ""),
    ],
)
def test_s8_nfc_and_single_newlines(raw: str, kept: str) -> None:
    assert normalized(raw) == kept


@given(st.text())
def test_s8_normalizing_twice_is_once(raw: str) -> None:
    assert normalized(normalized(raw)) == normalized(raw)
    assert unicodedata.is_normalized("NFC", normalized(raw))
    assert "\r" not in normalized(raw)


@pytest.mark.parametrize(
    "text",
    [
        "Patienten behöver såromläggning på måndag – går det?",
        "Lista:\n\t1. Puls 72\n\t2. BT 130/80",
        "👩‍⚕️ och ♥",
        "Provsvar (data: Hb 132, SR 8).",
        "Länk: https://www.1177.se/Halland/behandling--hjalpmedel/sar",
        "A" * 299,
        "a/b+c=" * 40,
        "مرحبا",
    ],
)
def test_ordinary_texts_pass(text: str) -> None:
    assert problem(text) is None


def test_s8_length_is_counted_in_characters() -> None:
    assert problem("å " * 5_000) is None
    told = problem("å " * 5_000 + "å")
    assert told and "10001 tecken" in told and "10000" in told


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\ud800"])
def test_s8_control_characters_are_told_never_removed(control: str) -> None:
    told = problem(f"före{control}efter")
    assert told and told.startswith("Meddelandet innehåller osynliga styrtecken")


@pytest.mark.parametrize("control", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_s8_no_character_turns_the_writing_direction(control: str) -> None:
    assert problem(f"dos 10{control}50 mg")


def test_s8_a_subject_is_one_line() -> None:
    assert problem("två\nrader") is None
    assert problem("två\nrader", lines=False)
    assert problem("en\ttabb", lines=False)


@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64,iVBORw0KGgo=",
        "se bilden DATA:image/svg+xml;utf8,<svg/>",
        "(data:application/pdf;base64,JVBERi0=)",
        "data:text/html,<b>hej</b>",
        "data:;base64,iVBORw0KGgo=",
        "data:,hej",
        "\n".join(["aB3+" * 19] * 8),
        "A" * 300,
        "före " + "aB3+/" * 60 + "== efter",
    ],
)
def test_s4_a_pasted_file_is_refused(text: str) -> None:
    told = problem(text)
    assert told and "Bilagor går inte att skicka" in told


def test_s8_length_is_counted_after_normalizing() -> None:
    assert body_problem(" " * 20_000 + "hej") is None
    assert body_problem("a\u030a" * 100) is None
