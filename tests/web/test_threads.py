"""One thread's page: who wrote what, what has become of it, and whom it is kept from."""

import pytest

from lcweb.domain.permissions import Role, operator
from lcweb.services import calendar
from lcweb.services.calendar import Place
from tests.at import day
from tests.clock import Clock
from tests.factories import RULES, colleague
from tests.hidden import given_away
from tests.html import parse
from tests.web.thread_page import delivery, facts, history, messages
from tests.web.visits import IDENTITY, Visitor, Write, statements, writes

# What the page shows --------------------------------------------------------------------------------------------------


def test_the_author_block_is_as_it_was_when_the_message_was_sent(anna: Visitor, karin: Visitor, talk: Write) -> None:
    """Without a number of one's own, the unit's."""
    page = anna.get(f"/arenden/{talk('anna asks', 'karin answers')}")
    assert [message.get_one(class_="author").text for message in messages(page)] == [
        "Vårdcentralen Kärleken · Anna Lind, Sjuksköterska · 035-13 10 10 · i dag 10.00 · Svar önskas",
        "Hemsjukvård Norr · Karin Berg, Sjuksköterska · 035-13 20 00 · i dag 10.00",
    ]
    assert [message.get_one(class_="body").text for message in messages(page)] == [
        "Kan ni lägga om såret på måndag?",
        "Vi kommer på måndag.",
    ]


def test_the_facts_name_the_patient_the_units_and_whom_to_ring(anna: Visitor, karin: Visitor, write: Write) -> None:
    page = karin.get(f"/arenden/{write(disclosure_basis='other', disclosure_words='Vårdnadshavare har sagt ja')}")
    assert (page.heading, page.title) == ("Såromläggning", "Ärende – Vårdmeddelanden")
    assert facts(page) == {
        "Status": "Att besvara Fre 20 nov 16.30",
        "Svarstid": ("Svar senast fre 20 nov 16.30: 3 vardagar från tis 17 nov, enligt tjänstens grundinställning."),
        "Patient": "20000101-2384 Tove Testsson",
        "Mellan": "Hemsjukvård Norr och Vårdcentralen Kärleken Akut? Ring 035-10 00 01",
        "Hanteras av": "Ingen har tagit ärendet Ta ärendet",
        "Ärendetyp": "Övrig fråga eller information",
        "Utlämnande": "Annan grund: Vårdnadshavare har sagt ja",
        "Öppnat av enheten": "i dag 10.00 Karin B.",
        "Överfört till journal": "Ännu inte",
    }


@pytest.mark.parametrize(
    ("patient_id", "sort", "shown"),
    [
        ("19701063-2391", "", "samordningsnummer"),
        ("99ABC12345", "Halland", "reservnummer: Halland"),
        ("22790814AA01", "-", "nationellt reservnummer"),
    ],
)
def test_p1_the_kind_of_an_unusual_number_is_stated(
    anna: Visitor, write: Write, patient_id: str, sort: str, shown: str
) -> None:
    confirmed = frozenset({"new_thread", "reserve_number"} if sort else {"new_thread"})
    page = anna.get(f"/arenden/{write(patient_id=patient_id, reserve_type=sort, confirmed=confirmed)}")
    assert facts(page)["Patient"] == f"{patient_id} Tove Testsson {shown}"


def test_the_delivery_line_grows_step_by_step(anna: Visitor, karin: Visitor, write: Write, clock: Clock) -> None:
    """ "Skickat 09.12 · Öppnat 11.03 · Kvitterat 11.05 · Svar senast tor 19 nov 16.30", the same for both units."""
    seen = []
    thread_id = write()
    seen += delivery(anna.get(f"/arenden/{thread_id}"))
    clock.set("Tue 2026-11-17 10:03")
    karin.get(f"/arenden/{thread_id}")
    seen += delivery(anna.get(f"/arenden/{thread_id}"))
    clock.set("Tue 2026-11-17 10:05")
    karin.press("Kvittera")
    seen += delivery(anna.get(f"/arenden/{thread_id}"))
    assert seen == [
        "Skickat i dag 10.00 · Oöppnat · Svar senast fre 20 nov 16.30",
        "Skickat i dag 10.00 · Öppnat i dag 10.03 · Svar senast fre 20 nov 16.30",
        "Skickat i dag 10.00 · Öppnat i dag 10.03 · Kvitterat i dag 10.05 av Karin B. · Svar senast fre 20 nov 16.30",
    ]
    assert delivery(karin.get(f"/arenden/{thread_id}")) == seen[-1:]


def test_the_answering_date_stands_with_the_message_that_asks(anna: Visitor, talk: Write) -> None:
    page = anna.get(f"/arenden/{talk('anna informs', 'karin opens', 'karin asks back', 'anna opens')}")
    assert ["senast" in line for line in delivery(page)] == [False, True]
    assert delivery(page)[1].endswith("Svar senast fre 20 nov 16.30")
    page = anna.get(f"/arenden/{talk('anna informs')}")
    assert delivery(page)[0].endswith("Kvittens senast fre 20 nov 16.30")


def test_history_tells_who_did_what_and_when(anna: Visitor, karin: Visitor, talk: Write, clock: Clock) -> None:
    thread_id = talk("anna informs", "karin opens", "karin acknowledges", "karin closes")
    clock.forward(minutes=5)
    anna.get(f"/arenden/{thread_id}")
    anna.press("Skicka svar", body="En sak till.")
    assert history(karin.get(f"/arenden/{thread_id}")) == [
        "I dag 10.00: Karin B., Hemsjukvård Norr, kvitterade.",
        "I dag 10.00: Karin B., Hemsjukvård Norr, avslutade ärendet.",
        "I dag 10.05: Anna L., Vårdcentralen Kärleken, öppnade ärendet igen.",
    ]


def test_t5_a_moved_deadline_is_told_in_the_thread(anna: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write()
    with anna.context():
        calendar.close_day(operator(), day("Thu 2026-11-19"), Place(), now=clock.now, rules=RULES)
    (line,) = history(anna.get(f"/arenden/{thread_id}"))
    assert "Svarstiden för" in line and line.endswith(
        "flyttades till mån 23 nov 16.30, för att enheten har stängt en dag."
    )


def test_each_colleague_s_opening_is_shown_to_the_own_unit(karin: Visitor, write: Write, clock: Clock) -> None:
    thread_id = write()
    karin.get(f"/arenden/{thread_id}")
    clock.forward(minutes=7)
    with karin.context():
        second = colleague(karin.actor, "Bo Ek")
    page = Visitor(karin.app, second).get(f"/arenden/{thread_id}")
    assert facts(page)["Öppnat av enheten"] == "i dag 10.00 Karin B. · i dag 10.07 Bo E."


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7 * 7 }}", "a & b < c", "åäö 🌍", "'\"><img src=x>"])
def test_text_is_shown_as_it_was_typed(anna: Visitor, karin: Visitor, write: Write, text: str) -> None:
    page = karin.get(f"/arenden/{write(body=text, subject=text, patient_name=text)}")
    assert (page.heading, messages(page)[0].get_one(class_="body").text) == (text, text)
    assert facts(page)["Patient"] == f"20000101-2384 {text}"


def asked_for(person: Visitor, thread_id: int) -> list[str]:
    with statements() as asked:
        person.get(f"/arenden/{thread_id}")
    return asked


@pytest.mark.parametrize("count", [1, 9])
def test_a_long_thread_asks_the_database_as_often_as_a_short_one(
    anna: Visitor, karin: Visitor, talk: Write, count: int
) -> None:
    """Who it is; the thread and its side, what is unseen, the log's head and its row; and three for what is shown. The
    first time also what becomes of that: openings, the counter, the inbox.
    """
    thread_id = talk("anna asks", "karin opens", *["karin answers", "anna answers"] * count)
    karin.get(f"/arenden/{talk('anna asks', 'karin opens')}")  # what administrators decide is kept from now on
    first, again = asked_for(karin, thread_id), asked_for(karin, thread_id)
    assert len(messages(karin.get(f"/arenden/{thread_id}"))) == 1 + 2 * count
    assert (len(first), len(again)) == (13, 8)
    assert [statement for statement in again if not statement.lstrip().startswith(("SELECT", "WITH"))] == [again[4]]


# Protected identities (P3) --------------------------------------------------------------------------------------------


def test_p3_before_it_is_claimed_the_page_has_nothing_of_the_patient(karin: Visitor, write: Write) -> None:
    """And nothing is opened or logged, for nothing was shown."""
    thread_id = write(protected=True, body="Hemlig text")
    with writes(karin.app) as changed:
        answer = karin.fetch(f"/arenden/{thread_id}")
    assert parse(answer.text).get_one("h1").text == "Skyddade personuppgifter"
    assert given_away((*IDENTITY, "Hemlig", "Såromläggning"), answer.text) == []
    assert changed == set()


def test_p3_who_claims_it_reads_it_under_a_banner_and_the_colleagues_do_not(karin: Visitor, write: Write) -> None:
    thread_id = write(protected=True)
    with karin.context():
        second = colleague(karin.actor, "Bo Ek")
    opened = karin.post(f"/arenden/{thread_id}/ta")
    assert opened.root.get_one(id="protected").text.startswith("Skyddade personuppgifter.")
    assert facts(opened)["Patient"] == "20000101-2384 Tove Testsson"
    answer = Visitor(karin.app, second).fetch(f"/arenden/{thread_id}")
    assert "Prata med Karin B. innan du tar över." in answer.text
    assert given_away(IDENTITY, answer.text) == []


def test_p3_the_unit_manager_reads_it_unclaimed(karin: Visitor, write: Write) -> None:
    thread_id = write(protected=True)
    with karin.context():
        manager = colleague(karin.actor, "Eva Ek", role=Role.UNIT_MANAGER)
    page = Visitor(karin.app, manager).get(f"/arenden/{thread_id}")
    assert facts(page)["Patient"] == "20000101-2384 Tove Testsson"


@pytest.mark.parametrize("move", ["svara", "kvittera", "avsluta"])
def test_p3_nothing_is_done_with_it_unclaimed_and_the_text_comes_back(karin: Visitor, write: Write, move: str) -> None:
    thread_id = write(protected=True)
    with writes(karin.app) as changed:
        answer = karin.send(f"/arenden/{thread_id}/{move}", body="Vi kommer", version="1")
    assert (answer.status_code, changed) == (404, set())
    assert parse(answer.text).get_one(id="typed").text == "Vi kommer"
