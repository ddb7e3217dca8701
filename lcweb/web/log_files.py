"""Rows of the log as a file: CSV or Excel. What is in it is logged before it is made (L1)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from werkzeug.wrappers import Response

from lcweb.domain.workdays import local, local_day
from lcweb.spreadsheets import as_csv, as_xlsx
from lcweb.spreadsheets.files import MIMETYPES, Form


def form_of(typed: str | None) -> Form | None:
    """None: no file is asked for."""
    return Form(typed) if typed in set(Form) else None


def moment(at: datetime) -> str:
    """2026-11-17 10.00, in Stockholm time."""
    return f"{local(at):%Y-%m-%d %H.%M}"


def answer(
    form: Form, headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str, name: str, now: datetime
) -> Response:
    """`title`: of the sheet. `name`: of the file, to which the day is added; it says nothing about a patient."""
    content = as_csv(headings, rows) if form is Form.CSV else as_xlsx(title, headings, rows)
    made = Response(content, mimetype=MIMETYPES[form])
    made.headers["Content-Disposition"] = f'attachment; filename="{name}-{local_day(now).isoformat()}.{form}"'
    return made
