"""Loggutdrag: for one patient, which unit has done what and when, on paper or as a file (L4). A POST, for P4."""

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act
from lcweb.queries import log_reviews
from lcweb.queries.log_extracts import Extract, extract
from lcweb.services import access_log as verbs
from lcweb.web import log_files
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.log_extracts import ExtractForm
from lcweb.web.log_words import EXTRACT_ACTIONS
from lcweb.web.session import actor, now

blueprint = Blueprint("log_extracts", __name__, url_prefix="/logg/utdrag")

Answer = Response | str | tuple[str, int]

HEADINGS = ("När", "Huvudman", "Enhet", "Vad som gjordes")


@blueprint.get("")
@needs(Act.SEE_LOG)
def show() -> str:
    return _form(ExtractForm(formdata=None))


@blueprint.post("")
@needs(Act.SEE_LOG)
@csrf.exempt  # the form checks the token itself, and gives what was typed back
def make() -> Answer:
    form = ExtractForm()
    expired = form.expired()
    if expired:
        return _form(form, {"form": expired}), 400
    try:
        query = form.query()
    except Refused as refused:
        return _form(form, refused.problems), 400
    verbs.review(actor(), (query.patient_number,), action=LogAction.LOG_EXTRACT, now=now())  # before anything is read
    found = extract(query, user_id=actor().user_id, now=now())
    wanted = log_files.form_of(form.filetype.data)
    if wanted:
        return log_files.answer(
            wanted, _headings(found), _lines(found), title="Loggutdrag", name="loggutdrag", now=now()
        )
    g.on_paper = True
    return render_template(
        "log_extracts/extract.html", form=form, query=query, extract=found, organizations=_organizations(),
        actions=EXTRACT_ACTIONS,
    )  # fmt: skip


def _headings(found: Extract) -> tuple[str, ...]:
    return (*HEADINGS, "Vem") if found.names_people else HEADINGS


def _lines(found: Extract) -> list[tuple[str, ...]]:
    lines = [
        (log_files.moment(row.at), row.organization, row.unit, EXTRACT_ACTIONS[LogAction(row.action)], row.person or "")
        for row in found.rows
    ]
    return lines if found.names_people else [line[:-1] for line in lines]


def _form(form: ExtractForm, problems: dict[str, str] | None = None) -> str:
    return render_template("log_extracts/show.html", form=form, problems=problems or {}, organizations=_organizations())


def _organizations() -> list[str]:
    return [own.name for own in log_reviews.own_organizations(actor().user_id, now=now())]
