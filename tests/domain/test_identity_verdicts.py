"""P1: one line for every kind of number, valid or not; and strings that are none."""

from collections.abc import Callable
from random import Random

import pytest

from lcweb.domain.identity import Doubt, Doubtful, NumberType, classify, numbers_in
from tests.at import day
from tests.strange import strange_numbers

TODAY = day("Mon 2026-11-16")

#: What is typed, and what is made of it: the number's type when it is taken as it stands; else the doubt, and what the
#: number becomes once somebody has vouched for it (nothing: that cannot be done).
TABLE = """
189001019802          personal
190001019819          personal
191212122384          personal
191912249891          personal
192802299822          personal
194505082398          personal
195406302389          personal
196803319836          personal
197210152398          personal
198002299843          personal
199912319853          personal
200002292381          personal
200101019867          personal
200808089874          personal
201504012392          personal
202611169885          personal
202402292383          personal
197010632383          coordination
197010609811          coordination
197000919808          coordination
197000609896          coordination
200002892388          coordination
189001619809          coordination
199912912392          coordination
202611762382          coordination
201000692390          coordination
194500902384          coordination
0001012384            century
1212122392            century
4505082380            century
8002299801            century
2611169810            century
0101612398            century
5612319805            century
202611172384          future other_reserve
202701012391          future other_reserve
202611772381          future other_reserve
209912319804          future other_reserve
999901019803          future other_reserve
210001012384          future other_reserve
200000012385          date other_reserve
200013012380          date other_reserve
200001002385          date other_reserve
200102292380          date other_reserve
200102892387          date other_reserve
200001329804          date other_reserve
200013929807          date other_reserve
179901019803          date other_reserve
184912312388          date other_reserve
190002292399          date other_reserve
200001999804          date other_reserve
000001019801          date other_reserve
200001012385          check_digit other_reserve
189001019803          check_digit other_reserve
197010632384          check_digit other_reserve
200002292382          check_digit other_reserve
191212122385          check_digit other_reserve
22790814AA01          reserve national_reserve
22000101AB22          reserve national_reserve
23000101BC36          reserve national_reserve
25121212CDE5          reserve national_reserve
26010203FG92          reserve national_reserve
24900101HJ19          reserve national_reserve
97991231ZZZ8          reserve national_reserve
98200229YX85          reserve national_reserve
00342145BZ31          reserve national_reserve
00992059KLM9          reserve national_reserve
00002040RST1          reserve national_reserve
23261116AA15          reserve national_reserve
22790814AA02          check_digit other_reserve
00342145BZ32          check_digit other_reserve
21790814AA02          other_number other_reserve
99790814AA09          other_number other_reserve
01790814AA06          other_number other_reserve
22790231AA06          other_number other_reserve
22790814AI02          other_number other_reserve
22790814OA01          other_number other_reserve
22790814AAW9          other_number other_reserve
22790814A101          other_number other_reserve
00791145BZ39          other_number other_reserve
00792139BZ35          other_number other_reserve
23261117AA14          other_number other_reserve
992026009801          reserve stockholm_reserve
991999002389          reserve stockholm_reserve
992000129815          reserve stockholm_reserve
992014009896          reserve stockholm_reserve
992026009802          check_digit other_reserve
991826009805          date other_reserve
982026009802          date other_reserve
18900101K065          reserve vastra_gotaland_reserve
18900101M079          reserve vastra_gotaland_reserve
20000101X809          reserve vastra_gotaland_reserve
20000229K786          reserve vastra_gotaland_reserve
19121212M796          reserve vastra_gotaland_reserve
20261116X891          reserve vastra_gotaland_reserve
18900101K066          check_digit other_reserve
18900101K057          other_number other_reserve
18900101K909          other_number other_reserve
18901301K061          other_number other_reserve
20261117K060          other_number other_reserve
18900101L065          other_number other_reserve
18900101SF2A          reserve varmland_reserve
20000101SU3Z          reserve varmland_reserve
20000229SX0B          reserve varmland_reserve
19121212SP1C          reserve varmland_reserve
18900101SL41          reserve varmland_reserve
20261116SF9Y          reserve varmland_reserve
18900101SF2V          other_number other_reserve
18900101SF20          other_number other_reserve
18900101SA2A          other_number other_reserve
18900101TF2A          other_number other_reserve
18901301SF2A          other_number other_reserve
20261117SF2A          other_number other_reserve
18900101SFAA          other_number other_reserve
123456DA0A            other_number other_reserve
123456789A            other_number other_reserve
12345678TA0A          other_number other_reserve
HALLAND001            other_number other_reserve
99H12345              other_number other_reserve
ABCDEF                other_number other_reserve
123456                other_number other_reserve
1234567               other_number other_reserve
20000101238           other_number other_reserve
2000010123840         other_number other_reserve
12345678901234567890  other_number other_reserve
ÅÄÖ123                other_number other_reserve
"""
VERDICTS = [tuple(line.split(maxsplit=1)) for line in TABLE.strip().splitlines()]


def verdict(typed: str) -> str:
    try:
        return classify(typed, today=TODAY).type.value
    except Doubtful as doubtful:
        try:
            confirmed = classify(typed, today=TODAY, reserve_confirmed=True).type.value
        except Doubtful as still:
            assert still.doubt is doubtful.doubt
            return doubtful.doubt.value
        assert confirmed == doubtful.sort
        return f"{doubtful.doubt.value} {confirmed}"


@pytest.mark.parametrize(("typed", "expected"), VERDICTS)
def test_p1_every_kind_of_number_has_its_verdict(typed: str, expected: str) -> None:
    assert verdict(typed) == expected


def test_p1_the_table_is_long_and_knows_every_type_and_every_doubt_that_has_digits() -> None:
    words = {word for _, words in VERDICTS for word in words.split()}
    assert len(VERDICTS) >= 100
    assert words == {*NumberType, *Doubt} - {Doubt.EMPTY, Doubt.FORM}


@pytest.mark.parametrize("typed", ["22790814-aa01", " 2279 0814 AA01", "22790814–Aa01"])
def test_p1_a_reserve_number_is_known_however_it_is_typed(typed: str) -> None:
    assert verdict(typed) == "reserve national_reserve"


@pytest.mark.parametrize("changed", range(11))
def test_p1_one_wrong_character_of_a_national_reserve_number_is_noticed(changed: int) -> None:
    right = "22790814AA01"
    other = "B" if right[changed].isalpha() else str((int(right[changed]) + 1) % 10)
    assert verdict(right[:changed] + other + right[changed + 1 :]) != "reserve national_reserve"


@pytest.mark.prove
def test_p1_strange_strings_are_numbers_or_doubts_and_never_a_fault(scale: Callable[[int, int], int]) -> None:
    for typed in strange_numbers(Random(1), scale(5_000, 100_000)):
        verdict(typed)
        assert isinstance(numbers_in(typed), set)
