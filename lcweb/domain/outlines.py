"""Mallar: what a message of each case type should tell, line by line; and when a visit should be an enrolment.

Every line ends in a colon, so that one left empty is seen to be unanswered and can never pass for patient data.
"""

import re
from datetime import date

from lcweb.domain import guards
from lcweb.domain.recipients import CaseType

OUTLINES = {
    CaseType.SINGLE_HOME_VISIT: """\
Vad som ska göras:
När och hur länge:
Hur patienten nås (telefon, dörr, nyckel):
Vem som har medicinskt ansvar (namn, enhet, telefon):
Bra att veta före besöket (tolk, hjälpmedel, husdjur):""",
    CaseType.HOME_CARE_ENROLMENT: """\
Varför hemsjukvård behövs:
Insatser, hur ofta och från vilken dag:
Vad patienten klarar själv, boende och hjälpmedel:
Hur patienten nås (telefon, dörr, nyckel):
Närstående och andra kontakter (namn, telefon):
Vem som har medicinskt ansvar (namn, enhet, telefon):
Samordnad individuell plan (finns, behövs, möte när):
Vad patienten själv vill:""",
    CaseType.HOME_CARE_DISCHARGE: """\
Varför hemsjukvården avslutas, och vilken dag:
Insatser som upphör:
Vad ni behöver ta över, och från vilken dag:
Vem som har medicinskt ansvar därefter (namn, enhet, telefon):
Nycklar och hjälpmedel:
Vad patienten och närstående har fått veta:""",
    CaseType.GENERAL: """\
Bakgrund:
Så är det nu:
Fråga eller information:
Vad ni behöver göra, och till när:
Vem som kan svara på frågor (namn, telefon):""",
}
_LINES = frozenset(line for outline in OUTLINES.values() for line in outline.split("\n"))

LONG_VISITS = "Behövs besök i mer än 14 dagar? Överväg Inskrivning hemsjukvård."
MOST_DAYS = 14  # of single home visits

_NUMBERS = (
    "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv", "tretton",
    "fjorton", "femton", "sexton", "sjutton", "arton", "nitton", "tjugo",
)  # fmt: skip
_COUNTS = {word: float(number) for number, word in enumerate(_NUMBERS, 1)} | {
    "ett": 1.0,
    "ett par": 2.0,
    "trettio": 30.0,
}
_UNITS = {"d": 1, "v": 7, "m": 30, "h": 182}  # by the first letter; days

_PERIOD = re.compile(
    r"(?<![\w,./:-])(?:\d{1,3} ?- ?)?"  # of "2-3 veckor" the longer
    rf"(?P<count>\d{{1,3}}(?:[,.]\d)?|{'|'.join(sorted(_COUNTS, key=len, reverse=True))}) ?"
    r"(?P<unit>dagars?|dygns?|veckors?|v\b|mån\b|månad(?:er)?s?|halvår)\b"
)
#: A point of time, an age or an interval and no period: "om 3 veckor", "var 3 vecka", "för 3 veckor sedan".
_POINT_BEFORE = re.compile(r"\b(?:om|efter|inom|sedan|sen|var)(?: (?:ca|cirka|drygt|knappt|ungefär|högst))? $")
_POINT_AFTER = re.compile(r" (?:sedan|sen|senare|tidigare|gam\w+)\b")
_ENDLESS = re.compile(r"\b(?:tills ?vidare|fortlöpande|utan slutdatum)\b")
_WEEKS = re.compile(
    r"\b(?:vecka|veckorna|v\.?) ?(?P<first>\d{1,2}) ?(?:-|till(?: och med)?|t\.?o\.?m\.?) ?(?P<last>\d{1,2})\b"
)

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_DAY = (
    r"(?:(?P<{0}year>\d{{4}})-(?P<{0}month>\d\d)-(?P<{0}day>\d\d)"
    r"|(?P<{0}day_first>\d{{1,2}})(?:/(?P<{0}month_after>\d{{1,2}})| (?P<{0}name>" + "|".join(_MONTHS) + r")\w*))"
)
_UNTIL = re.compile(
    rf"(?:{_DAY.format('from_')} ?)?(?:\btill(?: och med|s)?|\bt\.? ?o\.? ?m\.?|(?P<dash>-)) ?(?:den )?"
    rf"{_DAY.format('to_')}(?![\d/])"
)


def body_problem(raw: str) -> str | None:
    """A sentence for a text that is nothing but an outline nobody has filled in."""
    lines = [line.strip() for line in guards.normalized(raw).split("\n") if line.strip()]
    if not lines or not _LINES.issuperset(lines):
        return None
    return "Meddelandet är bara en tom mall. Fyll i det mottagaren behöver veta."


def asks_for_long_visits(text: str, *, today: date) -> bool:
    """Whether a text names a period of more than 14 days. A guess that only ever leads to a hint."""
    plain = _plain(text[: guards.MAX_BODY])  # what is longer cannot be sent
    return bool(
        _ENDLESS.search(plain)
        or any(_is_long(plain, found) for found in _PERIOD.finditer(plain))
        or any(_spans_weeks(found) for found in _WEEKS.finditer(plain))
        or any(_lasts_long(found, today) for found in _UNTIL.finditer(plain))
    )


def _plain(text: str) -> str:
    """Small letters, one kind of dash, single spaces."""
    return " ".join(re.sub(r"[\u2010-\u2015\u2212]", "-", guards.normalized(text)).lower().split())


def _is_long(plain: str, found: re.Match[str]) -> bool:
    if _POINT_BEFORE.search(plain, 0, found.start()) or _POINT_AFTER.match(plain, found.end()):
        return False
    count = _COUNTS.get(found["count"]) or float(found["count"].replace(",", "."))
    return count * _UNITS[found["unit"][0]] > MOST_DAYS


def _spans_weeks(found: re.Match[str]) -> bool:
    """Both weeks included, also over New Year."""
    first, last = int(found["first"]), int(found["last"])
    return 1 <= first <= 53 and 1 <= last <= 53 and ((last - first) % 52 + 1) * 7 > MOST_DAYS


def _lasts_long(found: re.Match[str], today: date) -> bool:
    """From the day that is named before, or from today; both days included."""
    first, last = _day(found, "from_", today), _day(found, "to_", today)
    if last is None or (first is None and found["dash"]):
        return False
    return (last - (first or today)).days + 1 > MOST_DAYS


def _day(found: re.Match[str], which: str, today: date) -> date | None:
    """None for a date that is not there or does not exist; without a year, the nearest."""
    parts = {name.removeprefix(which): text for name, text in found.groupdict().items() if name.startswith(which)}
    if parts["year"]:
        return _date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    if not parts["day_first"]:
        return None
    month = int(parts["month_after"]) if parts["month_after"] else _MONTHS.index(parts["name"]) + 1
    years = (today.year - 1, today.year, today.year + 1)
    dates = [day for year in years if (day := _date(year, month, int(parts["day_first"])))]
    return min(dates, key=lambda day: abs(day - today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
