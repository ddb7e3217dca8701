"""Logg: who has seen what, for an organization's reviewers (L3). A POST, so that no number is in an address (P4)."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from lcweb.domain import reviews
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act
from lcweb.queries import access_log
from lcweb.queries.access_log import LogPage, LogRow
from lcweb.services import access_log as verbs
from lcweb.web import log_files
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.access_log import LogForm
from lcweb.web.session import actor, now
from lcweb.web.words import LOG_ACTIONS

blueprint = Blueprint("access_log", __name__, url_prefix="/logg")

Answer = str | tuple[str, int]

MOST_IN_FILE = 20_000  # rows
HEADINGS = ("När", "Vem", "Titel", "Enhet", "Händelse", "Patient", "Ärende")
TOO_MANY = "Det är fler än 20 000 rader, och så många får inte plats i en fil. Välj en kortare period."


@blueprint.get("")
@needs(Act.SEE_LOG)
def show() -> str:
    return _page(LogForm(formdata=None))


@blueprint.post("")
@needs(Act.SEE_LOG)
@csrf.exempt  # the form checks the token itself, and gives what was typed back
def find() -> Answer:
    form = LogForm()
    try:
        query = _asked(form)
    except Refused as refused:
        return _page(form, refused.problems), 400
    verbs.review(actor(), query.patient_numbers, now=now())  # before anything is read (L1)
    return _page(form, found=access_log.reviewed(query, user_id=actor().user_id, page=form.page_number, now=now()))


@blueprint.post("/fil")
@needs(Act.SEE_LOG)
@csrf.exempt  # the form checks the token itself, and gives what was typed back
def export() -> Response | Answer:
    """Everything that was asked for, not only the page on screen."""
    form = LogForm()
    try:
        query = _asked(form)
    except Refused as refused:
        return _page(form, refused.problems), 400
    verbs.review(actor(), query.patient_numbers, action=LogAction.LOG_EXPORT, now=now())  # before anything is read (L1)
    found = access_log.to_export(query, user_id=actor().user_id, most=MOST_IN_FILE, now=now())
    if found.more:
        return _page(form, {"form": TOO_MANY}), 400
    wanted = log_files.form_of(form.filetype.data) or log_files.Form.CSV
    return log_files.answer(wanted, HEADINGS, map(_line, found.rows), title="Logg", name="logg", now=now())


def _asked(form: LogForm) -> reviews.LogQuery:
    """Raises Refused, also when the form's token is too old."""
    expired = form.expired()
    if expired:
        raise Refused({"form": expired})
    return reviews.query(form.typed())


def _line(row: LogRow) -> tuple[str, ...]:
    return (
        log_files.moment(row.at), row.person, row.title, row.unit or "", LOG_ACTIONS[LogAction(row.action)],
        row.patient, str(row.thread_id or ""),
    )  # fmt: skip


def _page(form: LogForm, problems: dict[str, str] | None = None, *, found: LogPage | None = None) -> str:
    units = access_log.own_units(actor().user_id, now=now())
    return render_template("access_log/show.html", form=form, problems=problems or {}, found=found, units=units)
