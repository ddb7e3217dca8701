"""A table into a file. The same rows give the same bytes, so that two exports can be compared."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from lcweb.spreadsheets.safety import protected

_BOM = "\ufeff"


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """`;` and a byte order mark, as Excel in Sweden opens it; no cell is taken for a formula."""
    text = StringIO(newline="")
    text.write(_BOM)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([protected(cell, always=True) for cell in row] for row in rows)
    return text.getvalue().encode()


def as_xlsx(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, explained: Iterable[Sequence[str]] = ()
) -> bytes:
    """Every cell is text. `explained`: a second sheet."""
    from lcweb.spreadsheets import excel  # with openpyxl: late.py

    return excel.written(title, headings, rows, explained=list(explained))
