"""What is said before a recipient list is saved that would leave somebody out (S2)."""

from datetime import date

import pytest

from lcweb.domain import recipient_lists as lists
from lcweb.domain.recipient_lists import Row
from lcweb.domain.recipients import Period
from tests.at import at, day

TODAY = day("Tue 2026-11-17")
NORTH, SOUTH = 1, 2
UNITS = {NORTH: "Hemsjukvård Norr", SOUTH: "Hemsjukvård Söder"}


def row(
    entry_id: int, area: str = "Norr", unit_id: int = NORTH, first: str = "Mon 2026-11-02", last: str = "",
    closed_on: date | None = None,
) -> Row:  # fmt: skip
    period = Period(day(first), day(last) if last else None)
    return Row(entry_id, area, unit_id, UNITS[unit_id], period, closed_on)


OTHER = row(9, "Söder", SOUTH)


def caused(before: list[Row], after: list[Row]) -> list[str]:
    """With one more row that stays, so that the list is never empty."""
    return [found.sentence for found in lists.caused([OTHER, *before], [OTHER, *after], TODAY)]


def wrong(*rows: Row) -> list[str]:
    return [found.sentence for found in lists.wrong([OTHER, *rows], TODAY)]


# An area without a receiver -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ([row(1)], [row(1, last="Fri 2026-11-20")], "Norr har ingen mottagare från och med 2026-11-21."),
        ([row(1)], [row(1, last="Fri 2026-11-13")], "Norr har ingen mottagare från och med 2026-11-17."),
        ([row(1)], [], "Norr har ingen mottagare från och med 2026-11-17."),
        ([row(1)], [row(1, "Nord")], "Norr har ingen mottagare från och med 2026-11-17."),
        ([row(1)], [row(1, first="Mon 2026-11-23")], "Norr har ingen mottagare 2026-11-17–2026-11-22."),
        ([row(1)], [row(1, first="Wed 2026-11-18")], "Norr har ingen mottagare 2026-11-17."),
        (
            [row(1)],
            [row(1, last="Fri 2026-11-20"), row(2, unit_id=SOUTH, first="Mon 2026-11-23")],
            "Norr har ingen mottagare 2026-11-21–2026-11-22.",
        ),
        ([], [row(1, last="Fri 2026-11-20")], "Norr har ingen mottagare från och med 2026-11-21."),
        ([row(1)], [row(1, closed_on=TODAY)], "Norr har ingen mottagare från och med 2026-11-18."),
    ],
)
def test_an_area_that_loses_its_receiver_is_named_with_the_days(before: list[Row], after: list[Row], said: str) -> None:
    assert caused(before, after) == [said]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [row(1)]),
        ([], [row(1, first="Mon 2026-11-23")]),
        ([row(1)], [row(1, last="Fri 2026-11-20"), row(2, unit_id=SOUTH, first="Sat 2026-11-21")]),
        ([row(1)], [row(1, " nOrr ")]),
        ([row(1, "A\u030aled")], [row(1, "Åled")]),
        ([row(1, last="Fri 2026-11-20")], [row(1, last="Fri 2026-11-27")]),
        ([row(1, last="Fri 2026-11-20")], [row(1)]),
        ([row(1, last="Fri 2026-11-13")], [row(1, last="Thu 2026-11-12")]),
        ([row(1, last="Fri 2026-11-20")], [row(1, last="Fri 2026-11-20"), row(2, first="Mon 2026-11-23")]),
        ([row(1), row(2, unit_id=SOUTH)], [row(1)]),
    ],
    ids=["new", "to come", "taken over", "another spelling", "another composition", "longer", "for good", "ended",
         "the gap was there", "another is left"],
)  # fmt: skip
def test_what_takes_nothing_away_is_not_asked_about(before: list[Row], after: list[Row]) -> None:
    assert caused(before, after) == []


def test_a_list_as_it_stands_tells_of_coming_days_without_a_receiver() -> None:
    assert wrong(row(1, last="Fri 2026-11-20")) == ["Norr har ingen mottagare från och med 2026-11-21."]
    assert wrong(row(1, last="Mon 2026-11-16")) == []
    assert wrong(row(1)) == []


# Overlaps -------------------------------------------------------------------------------------------------------------


def test_two_rows_for_one_area_at_the_same_time_are_named() -> None:
    both = [row(1), row(2, "NORR ", SOUTH, "Mon 2026-11-23", "Fri 2026-11-27")]
    said = ["Norr har två mottagare 2026-11-23–2026-11-27: Hemsjukvård Norr och Hemsjukvård Söder."]
    assert caused([row(1)], both) == wrong(*both) == said
    assert caused(both, both) == []


def test_the_same_unit_twice_is_said_as_such() -> None:
    assert caused([row(1)], [row(1), row(2)]) == ["Norr står två gånger med Hemsjukvård Norr från och med 2026-11-17."]


def test_an_overlap_that_grows_is_asked_about_again_one_that_shrinks_is_not() -> None:
    short, long = row(2, last="Fri 2026-11-20"), row(2, last="Fri 2026-11-27")
    assert caused([row(1), short], [row(1), long]) == [
        "Norr står två gånger med Hemsjukvård Norr 2026-11-17–2026-11-27."
    ]
    assert caused([row(1), long], [row(1), short]) == []


def test_what_has_been_and_what_a_closed_unit_would_get_overlap_with_nothing() -> None:
    assert wrong(row(1, last="Mon 2026-11-16"), row(2)) == []
    gone = row(1, closed_on=day("Fri 2026-11-13"))
    assert wrong(gone, row(2, unit_id=SOUTH)) == ["Norr går till Hemsjukvård Norr, som är stängd sedan 2026-11-13."]


# Closed units and empty lists -----------------------------------------------------------------------------------------


def test_a_row_may_go_to_a_unit_until_the_day_it_was_closed() -> None:
    closed_on = day("Fri 2026-11-13")
    until = Period(day("Mon 2026-11-02"), closed_on)
    assert lists.closed_problem("Norr", until, closed_on) is None
    assert lists.closed_problem("Norr", Period(until.first, TODAY), closed_on)
    assert lists.closed_problem("Norr", Period(until.first, None), closed_on)
    assert lists.closed_problem("Norr", Period(until.first, None), None) is None


def test_an_empty_list_is_told_of_and_emptying_it_asked_about() -> None:
    tomorrow = "Listan är tom 2026-11-18. Ingen enhet tar emot då."
    one = [row(1)]
    ended = [row(1, last="Tue 2026-11-17")]
    assert [found.sentence for found in lists.caused(one, ended, TODAY)] == [
        tomorrow, "Norr har ingen mottagare från och med 2026-11-18.",
    ]  # fmt: skip
    assert [found.sentence for found in lists.wrong([], TODAY)] == [
        "Listan är tom 2026-11-17. Ingen enhet tar emot då."
    ]
    assert lists.caused([], [row(1, first="Mon 2026-11-23")], TODAY) == []


def test_what_is_confirmed_stands_for_these_findings_and_no_others() -> None:
    one = lists.caused([row(1)], [row(1, last="Fri 2026-11-20")], TODAY)
    other = lists.caused([row(1)], [row(1, last="Fri 2026-11-27")], TODAY)
    assert lists.digest(one) != lists.digest(other)
    assert 0 < lists.digest(one) < 1_000_000_000
    assert lists.Doubted(one).count == lists.digest(one)


# What is typed --------------------------------------------------------------------------------------------------------


def test_the_end_of_a_day_is_the_moment_before_the_next_in_stockholm() -> None:
    assert lists.end_of(TODAY) < at("Wed 2026-11-18 00:00")
    assert (at("Wed 2026-11-18 00:00") - lists.end_of(TODAY)).total_seconds() < 0.001


@pytest.mark.parametrize("typed", ["i morgon", "2026-13-01", "0202-11-17", "9999-12-31", "2026-11-17\0", "\ud800"])
def test_what_is_no_day_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^(Skriv|Välj)"):
        lists.written_day(typed)


def test_a_day_may_be_left_out() -> None:
    assert (lists.written_day(" "), lists.written_day(" 2026-11-17 ")) == (None, TODAY)
    assert lists.period_problems(TODAY, None) == lists.period_problems(TODAY, TODAY) == {}
    assert list(lists.period_problems(TODAY, day("Mon 2026-11-16"))) == ["valid_to"]
    assert list(lists.period_problems(date(202, 1, 1), None)) == ["valid_from"]


@pytest.mark.parametrize(
    ("area", "note", "fields"),
    [
        ("Norr", "", []),
        ("Å" * 200, "När? " * 100, []),
        (" ", "", ["area"]),
        ("Å" * 201, "n" * 501, ["area", "note"]),
        ("Norr\nSöder", "Två\nrader", ["area"]),
        ("Norr\0", "Ring\u202e", ["area", "note"]),
        ("20000101-2384", "Gäller 18900101-9802", ["area", "note"]),
    ],
)
def test_a_list_holds_short_words_and_no_identity_numbers(area: str, note: str, fields: list[str]) -> None:
    assert list(lists.text_problems(area=area, note=note)) == fields
