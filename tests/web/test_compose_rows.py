"""S2: a unit that stands in several rows of a list is a choice for each, kept as it was chosen and sent by that row."""

import pytest

from lcweb.domain.recipients import CaseType
from lcweb.models import Thread
from lcweb.queries.recipient_outcomes import Outcome, outcomes
from tests.at import at
from tests.page import Page
from tests.rows import row
from tests.web.test_compose_lookups import entry
from tests.web.visits import Visitor, letter, refused


@pytest.fixture
def two(anna: Visitor, karin: Visitor) -> dict[str, str]:
    """Area → what chooses Karin's unit there."""
    return {area: f"{karin.unit_id}-{entry(anna, area, karin.unit_id)}" for area in ("Norr", "Åled")}


def chosen(page: Page) -> list[tuple[str, str]]:
    """Value and words of what is chosen."""
    options = page.field("recipient_unit").find_all("option")
    return [(option["value"], option.text) for option in options if "selected" in option.attributes]


def test_a_message_by_a_row_counts_for_the_right_one(anna: Visitor, karin: Visitor, two: dict[str, str]) -> None:
    page = anna.get("/arenden/ny?municipality=Halmstad&case_type=general")
    options = page.field("recipient_unit").get_one("optgroup").find_all("option")
    assert {option.text.partition(":")[0]: option["value"] for option in options} == two
    typed = letter(0, municipality="Halmstad", recipient_unit=two["Åled"])
    assert anna.press("Skicka meddelande", **typed).url == "/inkorg"
    with anna.context():
        sent = row(Thread)
        assert f"{sent.recipient_unit_id}-{sent.recipient_entry_id}" == two["Åled"]
        told = outcomes("Halmstad", CaseType.GENERAL, since=at("Tue 2026-11-17 10:00"))
    assert told == {sent.recipient_entry_id: Outcome(1, 0, 0)}


def test_a_unit_that_stands_once_is_chosen_as_before(anna: Visitor, karin: Visitor) -> None:
    only = entry(anna, "Norr", karin.unit_id)
    page = anna.get(f"/arenden/ny?municipality=Halmstad&case_type=general&recipient_unit={karin.unit_id}-{only}")
    assert chosen(page) == [(str(karin.unit_id), "Norr: Hemsjukvård Norr, tel 035-13 20 01")]
    anna.press("Skicka meddelande", **letter(karin.unit_id, municipality="Halmstad"))
    with anna.context():
        assert row(Thread).recipient_entry_id == only


@pytest.mark.parametrize("by_row", [True, False])
def test_a_refused_page_and_a_draft_keep_what_was_chosen(
    anna: Visitor, karin: Visitor, two: dict[str, str], by_row: bool
) -> None:
    value = two["Åled"] if by_row else str(karin.unit_id)
    pages = [anna.post("/arenden/ny", **letter(0, municipality="Halmstad", recipient_unit=value, body=""))]
    pages.append(anna.press("Spara utkast", body="Kan ni"))
    drafts = anna.get("/arenden/ny").root.get_one(id="own-drafts")
    assert "till Hemsjukvård Norr" in drafts.text
    pages.append(anna.get(drafts.get_one("a")["href"]))
    assert [[choice for choice, _words in chosen(page)] for page in pages] == [[value]] * 3


@pytest.mark.parametrize(
    "changed", [{"municipality": "Hylte"}, {"case_type": "single_home_visit"}, {"municipality": ""}], ids=str
)
def test_another_list_s_row_is_kept_and_refused(
    anna: Visitor, karin: Visitor, two: dict[str, str], changed: dict[str, str]
) -> None:
    typed = letter(0, **({"municipality": "Halmstad", "recipient_unit": two["Norr"]} | changed))
    page = anna.post("/arenden/ny/mottagare", **typed)
    assert chosen(page) == [(two["Norr"], "Hemsjukvård Norr, tel 035-13 20 01")]
    anna.get("/arenden/ny")
    page = anna.press("Skicka meddelande", **typed)
    sentence = "Raden med Hemsjukvård Norr gäller inte i listan i dag. Välj mottagare igen."
    assert refused(page) == {"recipient_unit": sentence}
    assert chosen(page) == [(two["Norr"], "Hemsjukvård Norr, tel 035-13 20 01")]


def test_the_list_leads_to_the_very_row(anna: Visitor, karin: Visitor, two: dict[str, str]) -> None:
    links = anna.get("/mottagare?q=åled").links()
    page = anna.get(links["Skriv till enheten Hemsjukvård Norr, Åled"])
    assert chosen(page) == [(two["Åled"], "Åled: Hemsjukvård Norr, tel 035-13 20 01")]


def test_a_row_s_note_is_shown_where_it_is_chosen(anna: Visitor, karin: Visitor) -> None:
    entry(anna, "Norr", karin.unit_id, note="Även Åled. " + "Ring först. " * 9)
    page = anna.get(f"/arenden/ny?municipality=Halmstad&case_type=general&recipient_unit={karin.unit_id}")
    assert page.root.get_one(id="entry-note").text == f"Norr: Även Åled. {'Ring först. ' * 9}".strip()
    assert "tel 035-13 20 01 – Även Åled. Ring" in chosen(page)[0][1]
