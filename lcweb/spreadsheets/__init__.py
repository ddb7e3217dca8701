"""Files as spreadsheets save them, CSV and Excel: read within bounds, and written the same byte for byte."""

from lcweb.spreadsheets.reading import Line, Table, read
from lcweb.spreadsheets.safety import MAX_BYTES, MAX_COLUMNS, MAX_LINES, Unreadable
from lcweb.spreadsheets.writing import as_csv, as_xlsx

__all__ = ["MAX_BYTES", "MAX_COLUMNS", "MAX_LINES", "Line", "Table", "Unreadable", "as_csv", "as_xlsx", "read"]
