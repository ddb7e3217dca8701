"""A table into an Excel workbook, with openpyxl: loaded when the first is written."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lcweb.spreadsheets.safety import protected

_TEXT = "@"  # Excel's format for text: a telephone number keeps its first zero
_LONG_AGO = datetime(2000, 1, 1)
_WIDEST = 40  # characters
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def written(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, explained: Sequence[Sequence[str]]
) -> bytes:
    """Every cell is text. `explained`: a second sheet, if there is anything in it."""
    book = Workbook(write_only=True)
    book.properties = DocumentProperties(creator="lcweb", created=_LONG_AGO, modified=_LONG_AGO)
    _fill(book, title, headings, rows)
    if explained:
        _fill(book, "Förklaringar", explained[0], explained[1:])
    saved = BytesIO()
    book.save(saved)
    return _timeless(saved)


def _fill(book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for place, heading in enumerate(headings, 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.width, column.number_format = min(max(len(heading) + 6, 14), _WIDEST), _TEXT
    cells = [WriteOnlyCell(sheet) for _ in headings]
    for cell in cells:
        cell.number_format, cell.font = _TEXT, Font(bold=True)
    sheet.append(_filled(cells, headings))
    for cell in cells:
        cell.font = Font()
    for row in rows:
        sheet.append(_filled(cells, row))


def _filled(cells: list[Cell], texts: Sequence[str]) -> list[Cell | None]:
    """The same cells for each row: a row is written at once, and styling a cell takes longer than writing it."""
    for cell, text in zip(cells, texts, strict=True):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", protected(text, always=False))
        cell.data_type = "s"  # also what looks like a formula
    return [cell if text else None for cell, text in zip(cells, texts, strict=True)]


def _timeless(saved: BytesIO) -> bytes:
    """openpyxl writes the moment into the archive and into the workbook's properties."""
    fixed = BytesIO()
    with ZipFile(saved) as found, ZipFile(fixed, "w", ZIP_DEFLATED) as archive:
        for name in found.namelist():
            content = found.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            archive.writestr(ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, compress_type=ZIP_DEFLATED)
    return fixed.getvalue()
