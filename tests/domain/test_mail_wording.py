"""What an administrator may write in a mail: a unit's name, a count and the address, and nothing of a patient (M1)."""

import pytest

from lcweb.domain.mail_wording import PLACEHOLDERS, Wording, filled, problems, tidy
from lcweb.domain.reminders import Kind

GOOD = Wording("{läsningar} saknas", "Hej {enhet}!\n\nLogga in: {länk}")


@pytest.mark.parametrize("kind", Kind)
def test_every_placeholder_of_a_kind_is_taken_and_the_others_are_not(kind: Kind) -> None:
    every = {name for names in PLACEHOLDERS.values() for name in names}
    assert problems(kind, Wording("Hej", " ".join(PLACEHOLDERS[kind]))) == {}
    for foreign in every - set(PLACEHOLDERS[kind]):
        assert foreign in problems(kind, Wording("Hej", f"{foreign} {{länk}}"))["body"]


NUMBER = "innehåller ett personnummer. Ett mejl får aldrig säga något om en patient – ta bort numret."
CONTROL = "innehåller osynliga styrtecken. Klistra in texten som ren text eller skriv om den."
KNOWN = "{enhet}, {länk}, {antal}, {läsningar}, {gånger}."
HALF = "har en klammer utan sin andra hälft. Skriv till exempel {enhet}."


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("", "Skriv en ämnesrad."),
        (" \n ", "Skriv en ämnesrad."),
        ("Läs\r\nBcc: x@y.se", "Ämnesraden måste vara en enda rad."),
        ("Läs\u2028inkorgen", "Ämnesraden måste vara en enda rad."),
        ("Läs\x85inkorgen", "Ämnesraden måste vara en enda rad."),
        ("Läs {länk}", "{länk} hör hemma i texten. Ta bort det ur ämnesraden."),
        ("Läs\0", f"Ämnesraden {CONTROL}"),
        ("Läs\u202e", f"Ämnesraden {CONTROL}"),
        ("\ud800", f"Ämnesraden {CONTROL}"),
        ("Gäller 20000101-2384", f"Ämnesraden {NUMBER}"),
        ("x" * 101, "Ämnesraden har 101 tecken. Högst 100 får plats – korta texten."),
        ("{patient} saknas", f"Ämnesraden: {{patient}} går inte att använda här. Det som går är {KNOWN}"),
        ("{enhet saknas", f"Ämnesraden {HALF}"),
        ("{{enhet}}", f"Ämnesraden {HALF}"),
    ],
)
def test_a_subject_that_cannot_be_used(subject: str, sentence: str) -> None:
    assert problems(Kind.READING_FIRST, GOOD._replace(subject=subject)) == {"subject": sentence}


LINK = "Skriv {länk} där adressen till inloggningen ska stå. Utan den vet mottagaren inte vart hen ska gå."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Skriv en text."),
        ("Läs inkorgen.", LINK),
        ("Läs {LÄNK}", f"Texten: {{LÄNK}} går inte att använda här. Det som går är {KNOWN}"),
        ("Läs { länk } {länk}", f"Texten: {{ länk }} går inte att använda här. Det som går är {KNOWN}"),
        ("{länk} {}", f"Texten: {{}} går inte att använda här. Det som går är {KNOWN}"),
        ("{länk} {{ config }}", f"Texten: {{ config }} går inte att använda här. Det som går är {KNOWN}"),
        ("{länk} {% if x %}", f"Texten: {{% if x %}} går inte att använda här. Det som går är {KNOWN}"),
        ("{länk} }", f"Texten {HALF}"),
        ("{länk\n}", f"Texten {HALF}"),
        ("{länk}\0", f"Texten {CONTROL}"),
        ("{länk} 2000-01-01 2384, 200001012384", f"Texten {NUMBER}"),
        ("{länk}" + "x" * 2995, "Texten har 3001 tecken. Högst 3000 får plats – korta texten."),
        ("{länk} data:image/png;base64,AAAA", "Texten innehåller en inklistrad bild eller fil. Bilagor går inte att "
                                              "skicka här."),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_used(body: str, sentence: str) -> None:
    assert problems(Kind.READING_FIRST, GOOD._replace(body=body)) == {"body": sentence}


def test_both_are_told_at_once() -> None:
    assert problems(Kind.OVERDUE, Wording("", "")).keys() == {"subject", "body"}


def test_it_is_kept_without_white_space_around_and_with_whole_letters() -> None:
    """The placeholder is found however its letter was typed."""
    typed = Wording(" Läs \r\n", "Gå till {la\u0308nk}\r\nnu ")
    assert tidy(typed) == Wording("Läs", "Gå till {länk}\nnu")
    assert problems(Kind.READING_FIRST, typed) == {}


def test_what_a_placeholder_stands_for_is_not_looked_through_again() -> None:
    assert filled("{enhet}: {antal}", {"{enhet}": "{antal}", "{antal}": "3"}) == "{antal}: 3"
