"""P1, P2, P3. Every number here has a birth serial from the tax agency's published test numbers: 238, 239, 980–989."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lcweb.domain.identity import (
    ISSUERS,
    PROTECTED_LABEL,
    TYPE_NAMES,
    Doubt,
    Doubtful,
    NumberType,
    PatientNumber,
    classify,
    may_be_reserve,
    numbers_in,
    patient_label,
)
from tests.at import day

TODAY = day("Mon 2026-11-16")


def checked(eleven: str) -> str:
    """With the check digit, reckoned here and not by the code under test."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(eleven[2:])]
    return eleven + str(-sum(map(int, "".join(map(str, doubled)))) % 10)


def doubt(raw: str, *, reserve_confirmed: bool = False) -> Doubt:
    with pytest.raises(Doubtful) as doubtful:
        classify(raw, today=TODAY, reserve_confirmed=reserve_confirmed)
    return doubtful.value.doubt


@pytest.mark.parametrize(
    "typed",
    [
        "200001012384",
        "20000101-2384",
        "20000101 2384",
        " 2000 01 01 23 84\t",
        "20000101\u00a02384",
        "20000101\u20102384",
        "20000101\u20112384",
        "20000101\u20122384",
        "20000101\u20132384",
        "20000101\u20142384",
        "20000101\u20152384",
        "20000101\u22122384",
        "20000101\ufe632384",
        "20000101\uff0d2384",
        "20000101 – 2384\n",
        "20000101+2384",
    ],
)
def test_p1_spaces_and_every_dash_are_accepted(typed: str) -> None:
    assert classify(typed, today=TODAY) == PatientNumber("200001012384", NumberType.PERSONAL)


@pytest.mark.parametrize(
    ("eleven", "type_"),
    [
        ("18900101980", NumberType.PERSONAL),
        ("20000229238", NumberType.PERSONAL),
        ("20261116239", NumberType.PERSONAL),
        ("19701063238", NumberType.COORDINATION),
        ("19700091980", NumberType.COORDINATION),
        ("19700060989", NumberType.COORDINATION),
        ("19701060981", NumberType.COORDINATION),
        ("20000289238", NumberType.COORDINATION),
    ],
    ids=["old", "leap-day", "born-today", "co", "co-month-00", "co-month-and-day-00", "co-day-00", "co-leap-day"],
)
def test_p1_personnummer_and_samordningsnummer(eleven: str, type_: NumberType) -> None:
    assert classify(checked(eleven), today=TODAY) == PatientNumber(checked(eleven), type_)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", Doubt.EMPTY),
        (" -\n– ", Doubt.EMPTY),
        ("0001012384", Doubt.CENTURY),
        ("000101-2384", Doubt.CENTURY),
        ("200001012385", Doubt.CHECK_DIGIT),
        (checked("20000001238"), Doubt.DATE),
        (checked("20001301238"), Doubt.DATE),
        (checked("20000100238"), Doubt.DATE),
        (checked("20010229238"), Doubt.DATE),
        (checked("20010289238"), Doubt.DATE),
        (checked("20000132980"), Doubt.DATE),
        (checked("20001392980"), Doubt.DATE),
        (checked("17990101980"), Doubt.DATE),
        (checked("20261117238"), Doubt.FUTURE),
        (checked("20261177238"), Doubt.FUTURE),
        (checked("99990101980"), Doubt.FUTURE),
        ("000101+2384", Doubt.CENTURY),
        ("9912345678", Doubt.OTHER_NUMBER),
        ("20000101238", Doubt.OTHER_NUMBER),
        ("2000010123840", Doubt.OTHER_NUMBER),
        ("20000101TF84", Doubt.OTHER_NUMBER),
        ("20000", Doubt.FORM),
        ("2" * 21, Doubt.FORM),
        ("20000101_2384", Doubt.FORM),
        ("20000101/2384", Doubt.FORM),
        ("٢٠٠٠٠١٠١٢٣٨٤", Doubt.FORM),
        ("２０００01012384", Doubt.FORM),
        ("20000101238²", Doubt.FORM),
        ("20000101\u200b2384", Doubt.FORM),
        ("20000101\x002384", Doubt.FORM),
    ],
)
def test_p1_a_number_that_is_not_taken_as_it_stands(typed: str, expected: Doubt) -> None:
    assert doubt(typed) is expected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("20000101TF84", "20000101TF84"),
        ("2000 0101-tf84", "20000101TF84"),
        ("992026123456", "992026123456"),
        ("9912345678", "9912345678"),
        ("200001012385", "200001012385"),
        (checked("20261117238"), checked("20261117238")),
        ("HALLAND001", "HALLAND001"),
        ("20000101238", "20000101238"),
    ],
)
def test_p1_a_reserve_number_is_taken_once_somebody_vouches_for_it(typed: str, kept: str) -> None:
    assert may_be_reserve(doubt(typed))
    assert classify(typed, today=TODAY, reserve_confirmed=True) == PatientNumber(kept, NumberType.OTHER_RESERVE)


@pytest.mark.parametrize("typed", ["", "20000", "000101-2384", "20000101/2384", "٢٠٠٠٠١٠١٢٣٨٤", "x" * 21])
def test_p1_what_has_no_numbers_form_cannot_be_vouched_for(typed: str) -> None:
    assert not may_be_reserve(doubt(typed, reserve_confirmed=True))


def test_p1_a_sound_number_stays_what_it_is_when_vouched_for() -> None:
    assert classify("200001012384", today=TODAY, reserve_confirmed=True).type is NumberType.PERSONAL


@given(st.text(max_size=24), st.booleans())
def test_p1_whatever_is_typed_is_a_number_or_a_doubt(typed: str, confirmed: bool) -> None:
    try:
        number = classify(typed, today=TODAY, reserve_confirmed=confirmed)
    except Doubtful:
        return
    assert 6 <= len(number.text) <= 20 and number.text == number.text.upper()
    assert classify(number.shown, today=TODAY, reserve_confirmed=True) == number


@given(st.integers(0, 10**11 - 1), st.integers(1, 9))
def test_p1_one_wrong_digit_at_the_end_never_passes(number: int, off: int) -> None:
    right = checked(f"{number:011}")
    wrong = right[:-1] + str((int(right[-1]) + off) % 10)
    assert doubt(wrong) in (Doubt.CHECK_DIGIT, Doubt.DATE, Doubt.FUTURE)


def test_a_number_is_shown_as_people_write_it() -> None:
    assert PatientNumber("200001012384", NumberType.PERSONAL).shown == "20000101-2384"
    assert PatientNumber("20000101TF84", NumberType.OTHER_RESERVE).shown == "20000101TF84"


@pytest.mark.parametrize(
    ("number", "year"),
    [
        ("189001019802", 1890),
        ("197010632383", 1970),
        ("22790814AA01", 1979),
        ("23000101BC36", 2000),
        ("97991231ZZZ8", 1999),
        ("24900101HJ19", 1890),
        ("00342145BZ31", None),
        ("991999002389", None),
        ("20000101X809", None),
        ("18900101SF2A", 1890),
        ("18900101SU2A", None),
        ("12345678TA0A", None),
    ],
)
def test_p2_a_year_of_birth_only_where_the_number_truly_promises_one(number: str, year: int | None) -> None:
    """Stockholm's year is that of issue; Värmland's U and Västra Götaland's date may be guesses."""
    assert classify(number, today=TODAY, reserve_confirmed=True).birth_year == year


def test_p1_every_type_has_a_name_and_every_known_one_an_issuer_of_its_own() -> None:
    assert TYPE_NAMES.keys() == set(NumberType)
    assert ISSUERS.keys() == set(NumberType) - {NumberType.OTHER_RESERVE}
    assert len(set(ISSUERS.values())) == len(ISSUERS)
    assert PatientNumber("22790814AA01", NumberType.NATIONAL_RESERVE).issuer == "1.2.752.74.9.1"
    assert PatientNumber("HALLAND001", NumberType.OTHER_RESERVE).issuer == ""


@pytest.mark.parametrize(
    ("typed", "centuries"),
    [
        ("000101-2384", ("190001012384", "200001012384")),
        ("000101+2384", ("190001012384",)),
        ("121212-2392", ("191212122392", "201212122392")),
        ("121212+2392", ("191212122392",)),
        ("800229-9801", ("198002299801",)),
        ("561231+9805", ("185612319805",)),
        ("010161-2398", ("190101612398", "200101612398")),
    ],
)
def test_p1_ten_digits_are_asked_for_their_century_and_told_which_it_may_be(
    typed: str, centuries: tuple[str, ...]
) -> None:
    with pytest.raises(Doubtful) as doubtful:
        classify(typed, today=TODAY, reserve_confirmed=True)
    assert (doubtful.value.doubt, doubtful.value.centuries) == (Doubt.CENTURY, centuries)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("Gäller 20000101-2384.", {"0001012384"}),
        ("000101-2384 och 200001012384", {"0001012384"}),
        ("20000101–2384, 18900101-9802", {"0001012384", "9001019802"}),
        ("2000-01-01-2384", {"0001012384"}),
        ("2000 01 01 2384", {"0001012384"}),
        ("20000101 - 2384", {"0001012384"}),
        ("000101+2384", {"0001012384"}),
        ("19701063-2383", {"7010632383"}),
        ("pnr20000101\u00a02384x", {"0001012384"}),
        ("20000101-2385", set()),
        ("20001301-2384", set()),
        ("120000101-2384", set()),
        ("20000101-23841", set()),
        ("tel 035-13 10 10", set()),
        ("tel 035-10 00 00, vx 010-476 19 00", set()),
        ("2000\n01012384", set()),
        ("den 2026-11-17 kl 10.00", set()),
        ("22790814AA01", set()),
    ],
)
def test_s5_the_identity_numbers_in_a_text(text: str, found: set[str]) -> None:
    assert numbers_in(text) == found


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Tove Testsson", "T.T. f. 2000"),
        ("  tove   maria von testsson ", "T.T. f. 2000"),
        ("Tove", "T. f. 2000"),
        ("åke Östlund-Berg", "Å.Ö. f. 2000"),
        ("", "f. 2000"),
    ],
)
def test_p2_a_list_shows_initials_and_year_of_birth(name: str, label: str) -> None:
    assert patient_label(name, PatientNumber("200001012384", NumberType.PERSONAL), protected=False) == label


def test_p2_a_reserve_number_gives_away_no_year() -> None:
    number = PatientNumber("20000101TF84", NumberType.OTHER_RESERVE)
    assert patient_label("Tove Testsson", number, protected=False) == "T.T. reservnummer"


def test_p3_a_protected_identity_shows_nothing() -> None:
    number = PatientNumber("200001012384", NumberType.PERSONAL)
    assert patient_label("Tove Testsson", number, protected=True) == PROTECTED_LABEL
    assert not any(digit in PROTECTED_LABEL for digit in "0123456789")
