"""The files of imports and exports: which columns they have, in which forms they come."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from lcweb.domain.errors import Refused
from lcweb.domain.imports import COLUMNS, ImportNoun, arranged
from lcweb.spreadsheets.reading import read
from lcweb.spreadsheets.safety import Unreadable
from lcweb.spreadsheets.writing import as_csv, as_xlsx

REMARK = "Rader som börjar med # läses inte in. Skriv dina egna rader nedanför."


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


MIMETYPES = {
    Form.CSV: "text/csv",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def lines_of(noun: ImportNoun, content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Each line's number and its cells by column. Raises Refused."""
    try:
        table = read(content)
    except Unreadable as unreadable:
        raise Refused({"file": str(unreadable)}) from None
    return arranged(noun, table.headings, table.lines)


def exported(noun: ImportNoun, form: Form, rows: Iterable[Sequence[str]], *, title: str) -> bytes:
    headings = [column.heading for column in COLUMNS[noun]]
    return as_csv(headings, rows) if form is Form.CSV else as_xlsx(title, headings, rows)


def template(noun: ImportNoun, form: Form, *, title: str) -> bytes:
    """The headings, what each column holds, and a line as an example, none of which is read in."""
    columns = COLUMNS[noun]
    headings = [column.heading for column in columns]
    example = ["# exempel", *(column.example for column in columns[1:])]
    if form is Form.CSV:
        told = [[f"# {column.heading}: {column.explanation}", *("" for _ in columns[1:])] for column in columns]
        return as_csv(headings, [[f"# {REMARK}", *("" for _ in columns[1:])], *told, example])
    explained = [("Kolumn", "Vad som ska stå där"), *((column.heading, column.explanation) for column in columns)]
    return as_xlsx(title, headings, [example], explained=[*explained, ("#", REMARK)])
