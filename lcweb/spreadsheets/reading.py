"""A table out of a file: by what the file holds, never by its name."""

import csv
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from itertools import islice
from typing import NamedTuple

from lcweb.domain import guards
from lcweb.spreadsheets.safety import (
    BROKEN,
    EXCEL_OR_CSV,
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_LINES,
    Unreadable,
    inspect,
    is_workbook,
    unprotected,
)  # fmt: skip

EMPTY = "Filen är tom. Den ska ha en rad med rubriker och en rad för varje sak."
NO_TABLE = f"Filen är varken en Excelfil eller en textfil med en tabell. {EXCEL_OR_CSV}"
TOO_MANY_LINES = f"Filen har mer än {MAX_LINES} rader. Dela upp den i flera filer."
TOO_MANY_COLUMNS = f"Filen har mer än {MAX_COLUMNS} kolumner. Ta bort dem som inte hör till tabellen."
#: Rows that a sheet may have, as Excel counts. Empty ones cost little and are no lines.
MAX_ROWS = 1_048_576
DELIMITERS = (";", ",", "\t")


class Line(NamedTuple):
    """`number` as a spreadsheet counts: the first row of the file is 1."""

    number: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    headings: tuple[str, ...]
    lines: list[Line]


def read(content: bytes) -> Table:
    """The first row that is neither empty nor a remark has the headings. Raises Unreadable."""
    if len(content) > MAX_BYTES:
        raise Unreadable(f"Filen är större än {MAX_BYTES // 1024 // 1024} MB. Dela upp den i flera filer.")
    if not content.strip():
        raise Unreadable(EMPTY)
    rows = _of_workbook(content) if is_workbook(content) else _of_text(content)
    lines = _lines(rows)
    headings = next(lines, None)
    if headings is None:
        raise Unreadable(EMPTY)
    found = list(islice(lines, MAX_LINES + 1))
    if len(found) > MAX_LINES:
        raise Unreadable(TOO_MANY_LINES)
    return Table(headings.cells, found)


def _lines(rows: Iterable[Line]) -> Iterator[Line]:
    """Without empty rows and remarks, which begin with a # that stands by itself."""
    for number, cells in rows:
        kept = _without_empty_end(cells)
        if len(kept) > MAX_COLUMNS:
            raise Unreadable(TOO_MANY_COLUMNS)
        if kept and kept[0] != "#" and not kept[0].startswith("# "):
            yield Line(number, cells[:MAX_COLUMNS])


def _without_empty_end(cells: tuple[str, ...]) -> tuple[str, ...]:
    filled = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
    return cells[:filled]


# Text -----------------------------------------------------------------------------------------------------------------


def _of_text(content: bytes) -> Iterator[Line]:
    text = _decoded(content)
    first, _, rest = text.partition("\n")
    before = 0  # rows
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # Excel's own remark
        text, before, delimiter = rest, 1, first.strip()[4]
    else:
        delimiter = _delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = before
    try:
        for number, cells in enumerate(reader, before + 1):
            if number > MAX_ROWS:
                raise Unreadable(TOO_MANY_LINES)
            if cells:
                yield Line(number, tuple(unprotected(guards.normalized(cell)) for cell in cells))
    except csv.Error:
        sentence = f"Rad {number + 1} går inte att läsa: citattecknen går inte ihop, eller en cell är för lång."
        raise Unreadable(sentence) from None


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel in Sweden saves without being asked for UTF-8."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(NO_TABLE)


def _delimiter(text: str) -> str:
    """What divides the first row that says something into most cells."""
    first = next((line for line in StringIO(text) if line.strip() and not line.startswith("#")), "")
    return max(DELIMITERS, key=first.count)


# Excel ----------------------------------------------------------------------------------------------------------------


def _of_workbook(content: bytes) -> Iterator[Line]:
    inspect(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what openpyxl would lose if it wrote the file again
            yield from _of_sheet(content)
    except (Unreadable, ImportError):
        raise
    except Exception:  # openpyxl raises whatever a strange part leads to
        raise Unreadable(BROKEN) from None


def _of_sheet(content: bytes) -> Iterator[Line]:
    from openpyxl import load_workbook  # late.py

    book = load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size may be wrong
        width = 0
        for number, values in enumerate(islice(sheet.iter_rows(values_only=True), MAX_ROWS), 1):
            if not any(value is not None for value in values):
                continue
            cells = tuple(unprotected(guards.normalized(_text(value))) for value in values)
            width = width or len(_without_empty_end(cells))
            yield Line(number, cells + ("",) * (width - len(cells)))  # a row ends with its last filled cell
    finally:
        book.close()


def _text(value: object) -> str:
    """As a person reads it in the sheet; a whole number has no decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time.min else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return f"{value.seconds // 3600:02}:{value.seconds // 60 % 60:02}"
    return str(value).replace("\0", "")
