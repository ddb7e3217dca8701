"""The columns of each sort of file: their headings, what they hold, and finding them in any order."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lcweb.domain.errors import Refused
from lcweb.domain.imports.jobs import ImportNoun

#: Of a line's cells: what is wrong with the line as a whole. No column has this name.
WHOLE_LINE = ""

_NO_LETTER = re.compile(r"[^a-zåäö0-9]")


@dataclass(frozen=True)
class Column:
    """`needed`: a file without it is not read."""

    name: str
    heading: str
    explanation: str
    example: str = ""
    needed: bool = False


COLUMNS: Mapping[ImportNoun, tuple[Column, ...]] = {
    ImportNoun.LISTS: (
        Column("number", "rad", "Radens nummer i systemet. Tomt: raden är ny."),
        Column("municipality", "kommun", "Kommunens namn, utan ordet kommun.", "Halmstad", needed=True),
        Column("case_type", "ärendetyp", "Som den heter i mottagarlistan.", "Inskrivning hemsjukvård", needed=True),
        Column("area", "område", "Vilket område raden gäller.", "Norr", needed=True),
        Column("unit", "enhet", "Enhetens namn, precis som i systemet.", "Hemsjukvård Norr, Halmstad", needed=True),
        Column("unit_hsa_id", "hsa-id", "Enhetens HSA-id. Står det något här gäller det före namnet."),
        Column("note", "notering", "Det avsändare behöver veta. Aldrig något om en patient."),
        Column("valid_from", "gäller från", "Första dagen, till exempel 2026-11-17.", "2026-12-01", needed=True),
        Column("valid_to", "gäller till", "Sista dagen. Tomt: tills vidare."),
    ),
    ImportNoun.UNITS: (
        Column("number", "nummer", "Enhetens nummer i systemet. Tomt: enheten är ny."),
        Column("organization", "huvudman", "Huvudmannens namn, precis som i systemet.", "Region Halland", needed=True),
        Column("name", "namn", "Enhetens namn.", "Vårdcentralen Exempel", needed=True),
        Column("kind", "slag", "Vilket slags enhet det är.", "vårdcentral", needed=True),
        Column("municipality", "kommun", "Kommunens namn, utan ordet kommun.", "Halmstad", needed=True),
        Column("hsa_id", "hsa-id", "Enhetens HSA-id, om det finns."),
        Column("phone", "telefon", "Numret dit andra enheter ringer.", "035-13 00 00", needed=True),
        Column("acute_phone", "akuttelefon", "Numret som gäller när det är akut.", "035-13 00 01", needed=True),
        Column("notify_email", "e-post påminnelser", "Dit enhetens påminnelser går."),
        Column("manager_email", "e-post chef", "Dit den enhetsansvarigas påminnelser går."),
        Column("opens", "öppnar", "Klockslag. Tomt för en ny enhet: 08:00.", "08:00"),
        Column("closes", "stänger", "Klockslag. Tomt för en ny enhet: 16:30.", "16:30"),
        Column("street", "gata", "Besöksadressen."),
        Column("note", "notering", "Anteckning om enheten. Aldrig något om en patient."),
    ),
    ImportNoun.PEOPLE: (
        Column("number", "nummer", "Personens nummer i systemet. Tomt: personen är ny."),
        Column("username", "användarnamn", "Det personen loggar in med.", "anna.exempel", needed=True),
        Column("name", "namn", "För- och efternamn.", "Anna Exempel", needed=True),
        Column("title", "titel", "Som den står under personens meddelanden.", "Sjuksköterska", needed=True),
        Column("licensed", "legitimerad", "ja eller nej. Tomt för en ny person: nej.", "ja"),
        Column("phone", "telefon", "Personens telefonnummer i arbetet."),
        Column("email", "e-post", "Personens e-postadress i arbetet."),
        Column("hsa_id", "hsa-id", "Personens HSA-id, om det finns."),
        Column("role", "roll", "En rad för varje roll som personen har.", "legitimerad personal", needed=True),
        Column("unit", "enhet", "Enheten där personen har rollen.", "Vårdcentralen Exempel"),
        Column("organization", "huvudman", "För listadministratörer och loggranskare, i stället för enhet."),
        Column("last_day", "slutdatum", "Personens sista dag. Tomt: tills vidare."),
    ),
}


def heading(noun: ImportNoun, name: str) -> str:
    return next(column.heading for column in COLUMNS[noun] if column.name == name)


def arranged(
    noun: ImportNoun, headings: Sequence[str], lines: Iterable[tuple[int, Sequence[str]]]
) -> list[tuple[int, dict[str, str]]]:
    """Each line's number and its cells by the column's name; a line of another width says so under WHOLE_LINE.

    Raises Refused.
    """
    names = _names(noun, headings)
    return [(number, _by_name(names, cells)) for number, cells in lines]


def _names(noun: ImportNoun, headings: Sequence[str]) -> list[str]:
    """A heading is known by its letters, whatever stands between them."""
    known = {_letters(column.heading): column for column in COLUMNS[noun]}
    given = [known.get(_letters(words)) for words in headings]
    while given and given[-1] is None and not headings[len(given) - 1]:
        given.pop()
    missing = [column.heading for column in COLUMNS[noun] if column.needed and column not in given]
    if missing:
        told = ", ".join(column.heading for column in COLUMNS[noun])
        sentence = f"Filen saknar {_kind_of(missing)} {_list(missing)}. Första raden ska ha rubrikerna: {told}."
        raise Refused({"file": sentence})
    for place, column in enumerate(given):
        if column is None:
            unknown = f"Rubriken ”{headings[place][:40]}” i kolumn {place + 1} är okänd. Ta bort kolumnen."
            raise Refused({"file": unknown})
        if column in given[:place]:
            raise Refused({"file": f"Rubriken {column.heading} står två gånger. Ta bort den ena kolumnen."})
    return [column.name for column in given if column]


def _by_name(names: list[str], cells: Sequence[str]) -> dict[str, str]:
    found = dict(zip(names, cells, strict=False))
    surplus = [cell for cell in cells[len(names) :] if cell]
    if len(cells) < len(names) or surplus:
        width = len(cells) if len(cells) < len(names) else len(names) + len(surplus)
        found[WHOLE_LINE] = f"Raden har {width} celler, men rubrikraden har {len(names)}."
    return found


def _letters(words: str) -> str:
    return _NO_LETTER.sub("", words.casefold())


def _kind_of(headings: list[str]) -> str:
    return "kolumnen" if len(headings) == 1 else "kolumnerna"


def _list(words: list[str]) -> str:
    return " och ".join(filter(None, (", ".join(words[:-1]), words[-1])))
