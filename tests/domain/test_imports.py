"""What a line of a file says, and what is said of it: pure rules over values."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from lcweb.domain.imports import COLUMNS, ImportNoun, Outcome, Verdict, lists, may_see, people, repeats, units
from lcweb.domain.imports.lists import KnownLists, ListRow
from lcweb.domain.imports.people import KnownPeople, PersonRow
from lcweb.domain.imports.places import KnownOrganization, KnownUnit, Organizations, Units
from lcweb.domain.imports.units import KnownUnits, UnitRow
from lcweb.domain.permissions import Actor, Role
from lcweb.web.words import FILE_WORDS
from tests.importing import LINES

LISTS, UNITS, PEOPLE = ImportNoun
PATIENT = "20000101-2384"
NORTH = KnownUnit(1, "Hemsjukvård Norr", "SE2321000115-NORR", False)
SOUTH = KnownUnit(2, "Hemsjukvård Söder", None, False)
CLOSED = KnownUnit(3, "Hemsjukvård Stängd", "SE2321000115-STANGD", True)
PLACES = Units((NORTH, SOUTH, CLOSED))
ORGANIZATIONS = Organizations((KnownOrganization(1, "Halmstads kommun", False), KnownOrganization(2, "Borta", True)))
ROW = ListRow(id=7, municipality="Halmstad", case_type="general", area="Öster", unit_id=1, note="",
              valid_from=date(2026, 1, 1), valid_to=None)  # fmt: skip
UNIT = UnitRow(id=1, organization_id=1, name="Hemsjukvård Norr", kind="home_care", municipality="Halmstad",
               hsa_id="SE2321000115-NORR", phone="035-1 11", acute_phone="035-1 12", notify_email=None,
               manager_email=None, opens=time(8), closes=time(16, 30), street="", note="")  # fmt: skip
KARIN = PersonRow(
    id=5, username="karin", name="Karin Berg", title="Sjuksköterska", licensed=True, phone=None, email=None,
    hsa_id=None, ended_at=None, held=frozenset({("nurse", 1, None)}),
)  # fmt: skip


def checked(noun: ImportNoun, **changes: str) -> Outcome:
    """Of a good new line with changes, by the column's name."""
    names = {column.heading: column.name for column in COLUMNS[noun]}
    cells = (
        {column.name: "" for column in COLUMNS[noun]} | {names[h]: text for h, text in LINES[noun].items()} | changes
    )
    if noun is LISTS:
        known: Any = KnownLists(rows={7: ROW}, units=PLACES, reach=frozenset({"Halmstad", "Hylte"}))
        return lists.check(cells, known, FILE_WORDS)
    if noun is UNITS:
        known = KnownUnits(rows={1: UNIT}, names={unit.name: unit.id for unit in PLACES.known},
                           hsa_ids={"SE2321000115-NORR": 1}, organizations=ORGANIZATIONS)  # fmt: skip
        return units.check(cells, known, FILE_WORDS)
    known = KnownPeople(rows={5: KARIN}, usernames={"karin": 5}, hsa_ids={"SE2321000115-KARIN": 5}, units=PLACES,
                        organizations=ORGANIZATIONS, own_id=5, today=date(2026, 11, 17))  # fmt: skip
    return people.check(cells, known, FILE_WORDS)


@pytest.mark.parametrize("noun", ImportNoun)
def test_a_good_line_is_added(noun: ImportNoun) -> None:
    outcome = checked(noun)
    assert (outcome.verdict, outcome.faults, outcome.row_id) == (Verdict.ADDED, (), None)


OWN = {"number": "7", "area": "Öster", "unit_hsa_id": "SE2321000115-NORR"}


@pytest.mark.parametrize(
    ("changes", "verdict", "differences"),
    [
        ({}, Verdict.UNCHANGED, ()),
        ({"unit_hsa_id": ""}, Verdict.UNCHANGED, ()),
        ({"unit": "HEMSJUKVÅRD NORR"}, Verdict.UNCHANGED, ()),
        ({"note": "Ny"}, Verdict.CHANGED, (("notering", "", "Ny"),)),
        ({"valid_to": "2026-12-31"}, Verdict.ENDED, (("gäller till", "", "2026-12-31"),)),
        ({"valid_to": "2026-12-31", "note": "x"}, Verdict.CHANGED, None),
        # Another name with the old HSA-id left standing: what somebody has written counts.
        ({"unit": "Hemsjukvård Söder"}, Verdict.CHANGED, (("enhet", "Hemsjukvård Norr", "Hemsjukvård Söder"),
                                                          ("hsa-id", "SE2321000115-NORR", ""))),
    ],
)  # fmt: skip
def test_a_row_with_a_number_is_changed(changes: dict[str, str], verdict: Verdict, differences: Any) -> None:
    outcome = checked(LISTS, **(OWN | changes))
    assert (outcome.verdict, outcome.row_id) == (verdict, 7)
    assert differences is None or outcome.differences == differences


@pytest.mark.parametrize(
    ("noun", "changes", "sentence"),
    [
        (LISTS, OWN | {"municipality": "Hylte"}, "kommun: Raden hör till en annan kommun."),
        (LISTS, OWN | {"case_type": "Inskrivning hemsjukvård"}, "ärendetyp: Raden hör till en annan ärendetyp."),
        (LISTS, {"municipality": "Laholm"}, "kommun: Du sköter inte listorna för Laholm."),
        (LISTS, {"unit_hsa_id": "se2321000115-stangd"}, "hsa-id: Hemsjukvård Stängd är stängd."),
        (UNITS, {"number": "99"}, "nummer: Det finns ingen öppen enhet med nummer 99."),
        (UNITS, {"organization": ""}, "huvudman: Huvudman saknas."),
        (UNITS, {"organization": "Okänd"}, "huvudman: Det finns ingen huvudman som heter Okänd."),
        (UNITS, {"organization": "Borta"}, "huvudman: Borta är avslutad."),
        (UNITS, {"kind": "bageri"}, "slag: bageri är inget slags enhet. Det ska stå något av: "),
        (UNITS, {"kind": ""}, "slag: Slag saknas."),
        (UNITS, {"name": ""}, "namn: Skriv vad enheten heter."),
        (UNITS, {"name": "Hemsjukvård Söder"}, "namn: Namnet finns redan, på enhet nummer 2."),
        (UNITS, {"hsa_id": "SE2321000115-NORR"}, "hsa-id: HSA-id:t är upptaget av enhet nummer 1."),
        (UNITS, {"hsa_id": "12345"}, "hsa-id: HSA-id skrivs som"),
        (UNITS, {"municipality": "Malmö"}, "kommun: Malmö är ingen kommun i Halland."),
        (UNITS, {"phone": ""}, "telefon: Skriv enhetens telefonnummer."),
        (UNITS, {"acute_phone": "ring mig"}, "akuttelefon: Skriv telefonnumret med siffror"),
        (UNITS, {"notify_email": "x@y"}, "e-post påminnelser: Skriv en e-postadress"),
        (UNITS, {"manager_email": "a b@c.se"}, "e-post chef: Skriv en e-postadress"),
        (UNITS, {"opens": "25:00"}, "öppnar: 25:00 är inget klockslag."),
        (UNITS, {"closes": "07:00"}, "stänger: Enheten måste stänga efter att den har öppnat."),
        (UNITS, {"note": f"Om {PATIENT}"}, "notering: Texten innehåller ett personnummer."),
        (UNITS, {"street": "x" * 201}, "gata: Adressen har 201 tecken."),
        (PEOPLE, {"number": "99"}, "nummer: Det finns ingen person med nummer 99."),
        (PEOPLE, {"username": "Karin"}, "användarnamn: Finns redan, som nummer 5."),
        (PEOPLE, {"username": "a b"}, "användarnamn: Användarnamnet ska ha 2–40 tecken"),
        (PEOPLE, {"name": ""}, "namn: Skriv för- och efternamn."),
        (PEOPLE, {"licensed": "kanske"}, "legitimerad: kanske går inte att läsa. Skriv ja eller nej."),
        (PEOPLE, {"email": "@"}, "e-post: Skriv en e-postadress"),
        (PEOPLE, {"hsa_id": "SE2321000115-KARIN"}, "hsa-id: HSA-id:t är upptaget av person nummer 5."),
        (PEOPLE, {"role": ""}, "roll: Roll saknas."),
        (PEOPLE, {"role": "läkare"}, "roll: läkare är ingen roll."),
        (PEOPLE, {"unit": ""}, "enhet: Enhet saknas."),
        (PEOPLE, {"unit": "Hemsjukvård Stängd"}, "enhet: Hemsjukvård Stängd är stängd."),
        (PEOPLE, {"organization": "Halmstads kommun"}, "huvudman: Huvudman anges bara för"),
        (PEOPLE, {"role": "loggranskare", "unit": ""}, "huvudman: Huvudman saknas."),
        (PEOPLE, {"role": "systemadministratör"}, "enhet: En systemadministratör har ingen enhet."),
        (PEOPLE, {"last_day": "2026-11-01"}, "slutdatum: Slutdatum kan inte ligga längre tillbaka än i går."),
        (PEOPLE, {"last_day": "snart"}, "slutdatum: snart är inget datum."),
        (PEOPLE, {"number": "5", "username": "karin", "last_day": "2026-12-01"},
         "slutdatum: Du kan inte avsluta dig själv."),
    ],
)  # fmt: skip
def test_every_fault_names_its_column(noun: ImportNoun, changes: dict[str, str], sentence: str) -> None:
    outcome = checked(noun, **changes)
    assert outcome.verdict is Verdict.FAULTY
    assert [fault for fault in outcome.faults if fault.startswith(sentence)], outcome.faults


def test_all_faults_of_a_line_are_told_at_once() -> None:
    outcome = checked(LISTS, municipality="", case_type="", area="", unit="", valid_from="")
    assert [fault.partition(":")[0] for fault in outcome.faults] == [
        "kommun", "ärendetyp", "område", "enhet", "gäller från"
    ]  # fmt: skip


def test_a_number_that_has_lost_its_zero_is_told_and_stops_nothing() -> None:
    outcome = checked(UNITS, phone="35130000")
    assert (outcome.verdict, len(outcome.hints)) == (Verdict.ADDED, 1)
    assert outcome.hints[0].startswith("telefon: Numret börjar inte med 0.")


def test_a_column_that_the_file_lacks_is_left_as_it_is() -> None:
    known = KnownUnits(rows={1: UNIT}, names={UNIT.name: 1}, hsa_ids={}, organizations=ORGANIZATIONS)
    cells = {"number": "1", "phone": "035-9 99 99"}
    outcome = units.check(cells, known, FILE_WORDS)
    assert (outcome.verdict, outcome.differences) == (Verdict.CHANGED, (("telefon", "035-1 11", "035-9 99 99"),))


def test_the_last_day_is_the_day_before_the_end() -> None:
    assert people.last_day(datetime(2026, 12, 31, 23, tzinfo=UTC)) == date(2026, 12, 31)
    assert people.last_day(datetime(2026, 12, 31, 12, tzinfo=UTC)) == date(2026, 12, 31)


def test_lines_are_held_against_each_other() -> None:
    person = {"number": "", "username": "eva", "name": "Eva", "role": "receptionist", "unit": "Norr"}
    lines = [
        (2, person),
        (3, person),
        (4, person | {"role": "enhetsansvarig"}),
        (5, person | {"unit": "S", "name": "E"}),
    ]
    assert repeats(PEOPLE, lines) == {
        3: ["Samma person och roll står redan på rad 2."],
        5: ["användarnamn: Samma som på rad 2, men namn skiljer sig."],
    }
    unit = {"number": "1", "name": "Norr", "hsa_id": "x"}
    assert repeats(
        UNITS, [(2, unit), (3, {"number": "2", "name": "NORR", "hsa_id": ""}), (4, unit | {"name": "S"})]
    ) == {
        3: ["namn: Namnet står redan på rad 2."],
        4: ["nummer: Numret står redan på rad 2.", "hsa-id: HSA-id:t står redan på rad 2."],
    }


@pytest.mark.parametrize(
    ("role", "noun", "places", "seen"),
    [
        (Role.SYSTEM_ADMIN, PEOPLE, [], True),
        (Role.SYSTEM_ADMIN, LISTS, ["Laholm"], True),
        (Role.LIST_ADMIN, LISTS, ["Halmstad"], True),
        (Role.LIST_ADMIN, LISTS, ["Halmstad", "Laholm"], False),
        (Role.LIST_ADMIN, LISTS, [], False),
        (Role.LIST_ADMIN, UNITS, ["Halmstad"], False),
        (Role.NURSE, LISTS, ["Halmstad"], False),
    ],
)
def test_who_sees_an_import(role: Role, noun: ImportNoun, places: list[str], seen: bool) -> None:
    actor = Actor(user_id=1, name="A", title="", roles=frozenset({role}), municipalities=frozenset({"Halmstad"}))
    assert may_see(actor, noun, made_by_id=2, municipalities=places) is seen
