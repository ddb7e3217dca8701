"""What is kept of a half-written message, and which page may write over which."""

import pytest

from lcweb.domain import drafts
from lcweb.domain.drafts import LETTER_FIELDS, MAX_FIELD, REPLY_FIELDS, Content


def test_what_was_typed_is_kept_as_it_was_typed() -> None:
    typed = {"body": "  En rad,\tså.\n\n\x00\u202e🌍 \ud800", "expects_reply": "ja"}
    assert drafts.kept(typed, REPLY_FIELDS) == typed


def test_only_the_form_s_own_fields_are_kept() -> None:
    typed = {"body": "Hej", "csrf_token": "x", "version": "3", "okänd": "y"}
    assert drafts.kept(typed, REPLY_FIELDS) == {"body": "Hej"}


def test_a_browser_s_line_ends_are_the_box_s() -> None:
    assert drafts.kept({"body": "En\r\ntvå"}, REPLY_FIELDS) == {"body": "En\ntvå"}


def test_s3_no_confirmation_is_kept() -> None:
    """Whoever takes the draft up again says anew that the matter is not acute."""
    assert not {"not_acute", "reserve_number", "new_thread"} & {*LETTER_FIELDS, *REPLY_FIELDS}


@pytest.mark.parametrize(
    ("fields", "begun"),
    [
        ({}, False),
        ({"body": " \n\t"}, False),
        ({"recipient_unit": "3", "case_type": "general", "expects_reply": "ja"}, False),
        ({"body": "x"}, True),
        ({"patient_name": "Tove"}, True),
        ({"subject": "Sår", "body": ""}, True),
    ],
)
def test_a_mere_choice_is_no_draft(fields: dict[str, str], begun: bool) -> None:
    assert drafts.is_begun(fields) is begun


def test_more_can_be_kept_than_sent_but_not_everything() -> None:
    assert drafts.problem({"body": "x" * MAX_FIELD}) is None
    assert drafts.problem({"body": "x" * (MAX_FIELD + 1)}) == (
        "Texten är 20001 tecken lång. Högst 20000 kan sparas som utkast – korta den."
    )


@pytest.mark.parametrize(
    ("stored_by", "page", "after", "may"),
    [
        (None, "a", "", True),
        ("a", "a", "", True),  # its own
        ("a", "b", "a", True),  # opened with it
        ("b", "a", "", False),  # a newer page's
        ("c", "b", "a", False),
    ],
)
def test_an_older_page_never_writes_over_a_newer_one(stored_by: str | None, page: str, after: str, may: bool) -> None:
    stored = Content(stored_by, {"body": "Hej"}) if stored_by else None
    assert drafts.may_follow(stored, page=page, after=after) is may


def test_packed_is_ascii_and_comes_back_whole() -> None:
    """PostgreSQL takes no NUL in a text, and no lone surrogate."""
    content = Content("sida", {"body": "å\x00\ud800🌍\n"})
    assert drafts.packed(content).isascii() and drafts.packed(content).isprintable()
    assert drafts.unpacked(drafts.packed(content)) == content
