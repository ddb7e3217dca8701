"""Follow-up's figures in Swedish: what each is called, what it means, how it is worked out, and how it is written."""

from collections.abc import Callable
from typing import Any, NamedTuple

from lcweb.domain.figures import FEWEST, Figures, Middle, Share
from lcweb.queries.follow_up import Peers


class Figure(NamedTuple):
    """`field`: of `Figures`. `short` heads a narrow column. `peer`: the field of `Peers` that it is held against."""

    field: str
    name: str
    short: str
    sentence: str
    formula: str
    peer: str | None = None


FIGURES = (
    Figure(
        "answered_in_time", "Besvarade i tid", "I tid",
        "Hur stor del av de frågor som skulle besvaras under perioden som också blev besvarade i tid.",
        "svar, återsändningar och vidarebefordringar före svarstidens slut ÷ svarstider som gick ut under perioden. "
        "Frågor som avsändaren avslutade, återtog eller makulerade innan svarstiden gick ut räknas inte.",
        "answered_in_time",
    ),
    Figure(
        "answer_hours", "Svarstid i kontorstid", "Svarstid",
        "Hur många timmar av enhetens kontorstid det tog från att frågan kom till att den besvarades.",
        "median av kontorstiden mellan mottagande och svar, för svar under perioden. Inom parentes: 90:e percentilen, "
        "den kortaste tid som minst nio av tio svar höll sig inom. Avrundas till tiondels timme.",
        "answer_hours",
    ),
    Figure(
        "answer_days", "Svarstid i vardagar", "Vardagar",
        "Hur många vardagar efter mottagningsdagen svaret kom. 0 är samma dag.",
        "median av antalet vardagar efter mottagningsdagen till och med svarsdagen, för svar under perioden. Inom "
        "parentes: 90:e percentilen.",
        "answer_days",
    ),
    Figure(
        "overdue", "Försenade nu", "Försenade",
        "Hur många frågor som borde ha varit besvarade vid det här laget.",
        "obesvarade frågor vars svarstid har gått ut, just nu och oavsett period",
    ),
    Figure(
        "days_read", "Vardagar med alla läsningar", "Läst",
        "Hur stor del av enhetens vardagar som inkorgen lästes så ofta som dagen krävde.",
        "vardagar med tillräckligt många läsningar före stängning ÷ enhetens vardagar under perioden. Dagens egna "
        "regler gäller: två läsningar, en på en halvdag, ingen på en stängd dag.",
        "days_read",
    ),
    Figure(
        "sent", "Skickade ärenden", "Skickade",
        "Hur många ärenden enheten har skickat.",
        "ärenden som skickades under perioden, utom återtagna och makulerade",
    ),
    Figure(
        "received", "Mottagna ärenden", "Mottagna",
        "Hur många ärenden som har kommit till enheten.",
        "ärenden som för första gången kom till enheten under perioden, även vidarebefordrade",
    ),
    Figure(
        "sent_wrong", "Skickade fel", "Skickade fel",
        "Hur stor del av de skickade ärendena som kom tillbaka som skickade till fel mottagare.",
        "ärenden som någon enhet har återsänt som fel mottagare ÷ ärenden som skickades under perioden",
    ),
    Figure(
        "received_wrong", "Återsända som fel mottagare", "Återsända",
        "Hur stor del av de mottagna ärendena som enheten har återsänt som skickade till fel mottagare.",
        "ärenden som enheten har återsänt som fel mottagare ÷ ärenden som kom till enheten under perioden",
        "received_wrong",
    ),
    Figure(
        "urgent", "Återsända som akuta", "Akuta",
        "Hur många ärenden enheten har återsänt för att de var akuta och skulle ha ringts.",
        "återsändningar under perioden med skälet att ärendet är akut",
    ),
    Figure(
        "prescription", "Återsända om recept", "Recept",
        "Hur många ärenden enheten har återsänt för att de gällde recept.",
        "återsändningar under perioden med skälet att ärendet gäller recept",
    ),
    Figure(
        "opening_hours", "Tid till första öppning", "Till öppning",
        "Hur många timmar av kontorstiden det tog innan någon på enheten öppnade ett mottaget ärende.",
        "median av kontorstiden mellan mottagande och första öppning, för ärenden som öppnades under perioden. Inom "
        "parentes: 90:e percentilen. Avrundas till tiondels timme.",
        "opening_hours",
    ),
    Figure(
        "transferred", "Överfört till journal", "I journal",
        "Hur stor del av de avslutade ärendena som enheten har fört över till sin journal.",
        "ärenden som enheten har märkt som överförda ÷ ärenden som enheten har del i och som avslutades under perioden",
        "transferred",
    ),
)  # fmt: skip

IN_HOURS = frozenset({"answer_hours", "opening_hours"})
TOO_FEW = "för få"


def hours(tenths: int) -> str:
    """12,5 tim"""
    return f"{tenths // 10},{tenths % 10} tim"


def number(count: int) -> str:
    """A number too small to be told is 'färre än 5'; none at all is told."""
    return f"färre än {FEWEST}" if 0 < count < FEWEST else str(count)


def shown(field: str, value: int | Share | Middle) -> str:
    """One figure: 87 % · 12,5 tim (9 av 10 inom 20,0 tim) · 3 (9 av 10 inom 5)."""
    match value:
        case Share():
            return TOO_FEW if value.percent is None else f"{value.percent} %"
        case Middle():
            if value.median is None or value.ninetieth is None:
                return TOO_FEW
            as_words = one(field)
            return f"{as_words(value.median)} (9 av 10 inom {as_words(value.ninetieth)})"
    return number(value)


def one(field: str) -> Callable[[int], str]:
    """How a single value of the figure is written."""
    if field in IN_HOURS:
        return hours
    return str if field == "answer_days" else lambda percent: f"{percent} %"


def main_value(field: str, value: int | Share | Middle) -> str:
    """Without the percentile."""
    if isinstance(value, Middle):
        return TOO_FEW if value.median is None else one(field)(value.median)
    return shown(field, value)


def peer(figure: Figure, peers: Peers | None) -> str:
    value = getattr(peers, figure.peer) if peers and figure.peer else None
    return "–" if value is None else one(figure.field)(value)


def bar(value: int | Share | Middle) -> int | None:
    """What a chart draws: per cent, or the median. None: too few."""
    match value:
        case Share():
            return value.percent
        case Middle():
            return value.median
    return value


def cells(figures: Figures) -> list[str]:
    """As a file has them: share, part and whole apart, so that they can be worked with."""
    return [text for figure in FIGURES for text in _cells(getattr(figures, figure.field))]


def headings() -> list[str]:
    found: list[str] = []
    for figure in FIGURES:
        found += _headings(figure)
    return found


def _cells(value: Any) -> list[str]:
    match value:
        case Share():
            percent = "" if value.percent is None else str(value.percent)
            return [percent, number(value.part) if value.percent is not None else "", number(value.whole)]
        case Middle():
            return ["" if part is None else str(part) for part in (value.median, value.ninetieth)] + [
                number(value.number)
            ]
    return [number(value)]


def _headings(figure: Figure) -> list[str]:
    kind = Figures.__annotations__[figure.field]
    if kind is Share:
        return [f"{figure.name}, procent", f"{figure.name}, antal", f"{figure.name}, av"]
    if kind is Middle:
        unit = "tiondels timmar" if figure.field in IN_HOURS else "vardagar"
        return [f"{figure.name}, median ({unit})", f"{figure.name}, 90:e percentil ({unit})", f"{figure.name}, antal"]
    return [figure.name]
