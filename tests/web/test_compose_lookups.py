"""The compose page's two lookups: the recipient list in force today (S2) and the patient's number (P1, P3)."""

from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from lcweb.domain.permissions import operator
from lcweb.domain.recipients import CaseType
from lcweb.models import Message, Thread
from lcweb.services import recipients
from lcweb.services.recipients import NewEntry
from tests.at import day
from tests.clock import Clock
from tests.factories import LONG_AGO, organization, unit
from tests.page import Page
from tests.rows import count, row
from tests.strange import strange_numbers
from tests.web.visits import Visitor, letter, refused

# The recipient lists (S2) ---------------------------------------------------------------------------------------------


def entry(visitor: Visitor, area: str, unit_id: int, **changes: Any) -> int:
    values = {
        "municipality": "Halmstad",
        "case_type": CaseType.GENERAL,
        "position": 1,
        "valid_from": day("Thu 2026-01-01"),
    }
    with visitor.context():
        return recipients.add_entry(
            operator(), NewEntry(area=area, unit_id=unit_id, **(values | changes)), now=LONG_AGO
        )


def offered(page: Page) -> dict[str, list[str]]:
    """Group → its choices."""
    groups = page.field("recipient_unit").find_all("optgroup")
    return {group["label"]: [option.text for option in group.find_all("option")] for group in groups}


@pytest.fixture
def listed(anna: Visitor, karin: Visitor) -> int:
    """Karin's unit takes two areas today; another's row ended yesterday, a third's begins tomorrow."""
    with anna.context():
        former, coming = (unit(name, organization_id=organization(name)) for name in ("Förr", "Framöver"))
    entry(anna, "Norr", karin.unit_id)
    entry(anna, "Åled", karin.unit_id, position=3)
    entry(anna, "Söder", former, position=2, valid_to=day("Mon 2026-11-16"))
    entry(anna, "Öster", coming, valid_from=day("Wed 2026-11-18"))
    entry(anna, "Kärleken", anna.unit_id)
    return former


@pytest.mark.parametrize("fragment", [False, True], ids=["page", "fragment"])
def test_s2_a_municipality_and_a_case_type_bring_today_s_rows_first(anna: Visitor, listed: int, fragment: bool) -> None:
    """Without JavaScript by a button, with it by a fragment; the own unit is no choice, and no row stands twice."""
    typed = letter(0, municipality="Halmstad", recipient_unit="")
    page = (
        anna.post("/arenden/ny/mottagare", **typed)
        if fragment
        else anna.post("/arenden/ny", show_recipients="ja", **typed)
    )
    assert (page.status, page.is_whole) == (200, not fragment)
    groups = offered(page)
    first = next(iter(groups))
    assert (first, groups[first]) == (
        "Halmstad, övrig fråga eller information",
        ["Norr: Hemsjukvård Norr, tel 035-13 20 01", "Åled: Hemsjukvård Norr, tel 035-13 20 01"],
    )
    others = [choice for group, choices in groups.items() if group != first for choice in choices]
    assert [choice.partition(",")[0] for choice in others] == ["Framöver", "Förr"]
    with anna.context():
        assert count(Message) == 0
    if not fragment:
        assert page.value("body") == typed["body"]


def test_s2_the_fragment_brings_the_date_of_the_chosen_unit(anna: Visitor, karin: Visitor, clock: Clock) -> None:
    page = anna.post("/arenden/ny/mottagare", **letter(karin.unit_id))
    partial, _outline = page.root.find_all("hx-partial")
    assert (partial["hx-target"], partial.get_one(id="answer-date").text) == ("#answer-date", "senast fre 20 nov 16.30")
    assert page.root.get_one(id="acute-phone").text == "Akut? Ring Hemsjukvård Norr: 035-13 20 01"


def test_s2_a_list_without_a_row_says_so_and_any_unit_can_be_picked(anna: Visitor, karin: Visitor) -> None:
    page = anna.get("/arenden/ny?municipality=Hylte&case_type=general")
    assert page.root.get_one(id="empty-list").text.startswith("Kommunens lista har ingen mottagare")
    assert anna.send("/arenden/ny", **letter(karin.unit_id, municipality="Hylte")).status_code == 303


def test_s2_an_ended_row_is_refused_with_its_date(anna: Visitor, listed: int) -> None:
    page = anna.post("/arenden/ny", **letter(listed, municipality="Halmstad"))
    assert refused(page) == {
        "recipient_unit": "Förr tar inte längre emot den här ärendetypen i Halmstad (raden gällde till och med "
        "2026-11-16). Välj en rad som gäller i dag."
    }
    assert page.value("recipient_unit") == str(listed)
    assert anna.send("/arenden/ny", **letter(listed)).status_code == 303


# Identity (P1, P3) ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patient_id", "sort"),
    [("20000101-2385", "Örebro"), ("20270101-2381", "Halland"), ("99ABC12345", "Skåne")],
)
def test_p1_a_number_in_doubt_is_accepted_after_one_confirmation(
    anna: Visitor, karin: Visitor, patient_id: str, sort: str
) -> None:
    anna.get("/arenden/ny")
    page = anna.press("Skicka meddelande", **letter(karin.unit_id, patient_id=patient_id))
    assert list(refused(page)) == ["patient_id"]
    assert "checked" not in page.field("reserve_number").attributes
    page = anna.press("Skicka meddelande", reserve_number="ja")
    assert list(refused(page)) == ["reserve_type"]
    page = anna.press("Skicka meddelande", reserve_type=sort)
    assert page.url == "/inkorg"
    with anna.context():
        kept = row(Thread)
    assert (kept.patient_number_type, kept.patient_number_words) == ("other_reserve", sort)
    assert kept.patient_label == "T.T. reservnummer"


def test_p1_a_known_form_is_named_and_asks_for_one_tick_alone(anna: Visitor, karin: Visitor) -> None:
    anna.get("/arenden/ny")
    page = anna.press("Skicka meddelande", **letter(karin.unit_id, patient_id="22790814-aa01"))
    sentence = "Det ser ut som ett nationellt reservnummer. Kontrollera det mot journalen och bekräfta under fältet."
    assert refused(page) == {"patient_id": sentence}
    assert "Det är ett nationellt reservnummer, och jag har kontrollerat det mot journalen" in page.text
    assert page.root.find(id="reserve_type") is None
    assert anna.press("Skicka meddelande", reserve_number="ja").url == "/inkorg"
    with anna.context():
        assert row(Thread).patient_number_type == "national_reserve"


@pytest.mark.parametrize(
    ("patient_id", "centuries"),
    [("000101-2384", "19000101-2384 eller 20000101-2384"), ("800229-9801", "19800229-9801")],
)
def test_p1_ten_digits_are_answered_with_the_twelve_they_may_be(
    anna: Visitor, karin: Visitor, patient_id: str, centuries: str
) -> None:
    page = anna.post("/arenden/ny", **letter(karin.unit_id, patient_id=patient_id))
    assert refused(page) == {"patient_id": f"Skriv personnumret med århundrade, tolv siffror: {centuries}."}
    assert page.value("patient_id") == patient_id
    assert page.root.find(id="reserve_number") is None


@pytest.mark.prove
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_p1_strange_patient_numbers_never_make_the_page_fail(
    anna: Visitor, karin: Visitor, scale: Callable[[int, int], int]
) -> None:
    """What a view raises reaches the test; lone surrogates go as the bytes that a browser would not send."""
    token = anna.get("/arenden/ny").csrf_token
    for place, typed in enumerate(strange_numbers(Random(2), scale(40, 100_000))):
        sure = {"reserve_number": "ja", "reserve_type": "Halland"} if place % 2 else {}
        fields = letter(karin.unit_id, csrf_token=token, subject="", **sure)
        fields["patient_id"] = typed.encode("utf-8", "surrogatepass")
        answer = anna.client.post(
            "/arenden/ny", data=urlencode(fields), content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 400, ascii(typed)


@pytest.mark.parametrize(
    "patient_id", ["20000101-2384", "20000101 2384", "200001012384", "2000 01 01–2384", "20000101−2384"]
)
def test_p1_spaces_and_every_dash_are_taken_without_a_question(anna: Visitor, karin: Visitor, patient_id: str) -> None:
    assert anna.send("/arenden/ny", **letter(karin.unit_id, patient_id=patient_id)).status_code == 303


@pytest.mark.parametrize("patient_id", ["", "000101-2384", "?", "20000101-2384", "22790814AA01"])
def test_p1_a_confirmation_and_its_words_are_kept_whatever_the_number(
    anna: Visitor, karin: Visitor, patient_id: str
) -> None:
    page = anna.post(
        "/arenden/ny", **letter(karin.unit_id, patient_id=patient_id, reserve_number="ja", reserve_type="x" * 61)
    )
    assert "reserve_type" in refused(page)
    assert (page.value("reserve_number"), page.value("reserve_type")) == ("ja", "x" * 61)


def test_p3_a_protected_identity_needs_no_name(anna: Visitor, karin: Visitor) -> None:
    assert (
        anna.send("/arenden/ny", **letter(karin.unit_id, patient_name="", protected_identity="ja")).status_code == 303
    )
    with anna.context():
        assert (row(Thread).protected, row(Thread).patient_label) == (True, "Skyddade uppgifter")
