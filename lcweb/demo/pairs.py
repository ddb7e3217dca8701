"""Which units write to each other: those that share patients."""

from functools import cache
from random import Random

from lcweb.demo.conversation import HOSPITAL, Trade
from lcweb.demo.places import MUNICIPAL, UNITS, DemoUnit
from lcweb.demo.texts import CONVERSATIONS

#: Sender and recipient, by their names.
Pair = tuple[str, str]

#: How much of the traffic belongs to each municipality.
SHARES = {"Halmstad": 34, "Hylte": 9, "Laholm": 12, "Falkenberg": 17, "Varberg": 14, "Kungsbacka": 14}
ELSEWHERE = tuple(name for name in MUNICIPAL if name != "Halmstad")

HOSPITAL_OF = {"Hylte": "Halmstad", "Laholm": "Halmstad", "Falkenberg": "Varberg", "Kungsbacka": "Varberg"}
#: Hylte has no clinic of its own in the demo: its patients are listed at these.
LISTED_AT = {"Hylte": ("Söndrumskliniken", "Husläkarna Varmbadhuset")}

#: How many times a pair is among those to choose from.
_COMMON = {Trade.PRIMARY: 6, Trade.PSYCHIATRY: 2}
_WITH_REHAB = 3


def any_municipality(rng: Random) -> str:
    return rng.choices(list(SHARES), weights=list(SHARES.values()))[0]


@cache
def within(municipality: str) -> tuple[Pair, ...]:
    """Pairs that share patients living there; common ones several times."""
    serving = [unit for unit in UNITS if _serves(unit, municipality)]
    known = {(talk.sender, talk.receiver) for talk in CONVERSATIONS}
    return tuple(
        (one.name, other.name)
        for one in serving
        for other in serving
        if (one.trade, other.trade) in known and one is not other
        for _ in range(_weight(one, other))
    )


def _serves(unit: DemoUnit, municipality: str) -> bool:
    if unit.trade in HOSPITAL:
        return unit.municipality == HOSPITAL_OF.get(municipality, municipality)
    return unit.municipality == municipality or unit.name in LISTED_AT.get(municipality, ())


def _weight(one: DemoUnit, other: DemoUnit) -> int:
    """Home care and a clinic write most, clinics among themselves least."""
    if Trade.REHAB in (one.trade, other.trade):
        return _WITH_REHAB
    if Trade.HOME_CARE not in (one.trade, other.trade):
        return 1
    clinic = other if one.trade is Trade.HOME_CARE else one
    return _COMMON.get(clinic.trade, 1)
