"""What lines of one file say against each other: the same number, the same thing, or two of what there is one of."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence

from lcweb.domain.imports.columns import COLUMNS, WHOLE_LINE
from lcweb.domain.imports.jobs import ImportNoun

Cells = Mapping[str, str]
FileLine = tuple[int, Cells]
#: What there must be one of, and the sentence for a second; the key is None where the line says nothing of it.
Rule = tuple[Callable[[Cells], Hashable | None], str]

_OF_PERSON = ("number", "username", "name", "title", "licensed", "phone", "email", "hsa_id", "last_day")


def _folded(cells: Cells, *names: str) -> tuple[str, ...] | None:
    values = tuple(cells.get(name, "").casefold() for name in names)
    return values if any(values) else None


def _one(*names: str) -> Callable[[Cells], Hashable | None]:
    return lambda cells: _folded(cells, *names)


def _new_row(cells: Cells) -> Hashable | None:
    """Two rows of the system may say the same; a new one that says what another says is a slip."""
    return _folded(cells, "municipality", "case_type", "area", "unit", "unit_hsa_id", "valid_from")


RULES: Mapping[ImportNoun, tuple[Rule, ...]] = {
    ImportNoun.LISTS: (
        (_one("number"), "rad: Numret står redan på rad {first}."),
        (_new_row, "Samma område, enhet och första dag står redan på rad {first}."),
    ),
    ImportNoun.UNITS: (
        (_one("number"), "nummer: Numret står redan på rad {first}."),
        (_one("name"), "namn: Namnet står redan på rad {first}."),
        (_one("hsa_id"), "hsa-id: HSA-id:t står redan på rad {first}."),
    ),
    ImportNoun.PEOPLE: (
        (_one("username", "role", "unit", "organization"), "Samma person och roll står redan på rad {first}."),
    ),
}


def repeats(noun: ImportNoun, lines: Sequence[FileLine]) -> dict[int, list[str]]:
    """Line → sentences. Of two that say the same the later one is told of the earlier."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for number, cells in lines:
        if WHOLE_LINE in cells:
            found[number].append(cells[WHOLE_LINE])
    for key_of, sentence in RULES[noun]:
        first: dict[Hashable, FileLine] = {}
        for number, cells in lines:
            key = key_of(cells)
            if key is None:
                continue
            earlier, then = first.setdefault(key, (number, cells))
            if earlier != number and not (key_of is _new_row and cells.get("number") and then.get("number")):
                found[number].append(sentence.format(first=earlier))
    if noun is ImportNoun.PEOPLE:
        _of_people(lines, found)
    return dict(found)


def _of_people(lines: Sequence[FileLine], found: defaultdict[int, list[str]]) -> None:
    """A person stands on several lines, one for each role, and is the same on each."""
    headings = {column.name: column.heading for column in COLUMNS[ImportNoun.PEOPLE]}
    for name in ("username", "number", "hsa_id"):
        first: dict[str, FileLine] = {}
        for number, cells in lines:
            key = cells.get(name, "").casefold()
            if not key:
                continue
            earlier, then = first.setdefault(key, (number, cells))
            differing = [headings[other] for other in _OF_PERSON if cells.get(other, "") != then.get(other, "")]
            if differing:
                sentence = f"{headings[name]}: Samma som på rad {earlier}, men {', '.join(differing)} skiljer sig."
                if not any(f"på rad {earlier}, men" in other for other in found[number]):
                    found[number].append(sentence)
    for number in [number for number, sentences in found.items() if not sentences]:
        del found[number]
