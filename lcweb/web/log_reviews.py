"""Loggkontroll: rows of the log are drawn, and each is judged by a reviewer (L3)."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain import log_reviews as rules_of
from lcweb.domain.access_log import LogAction
from lcweb.domain.errors import Conflict, Refused
from lcweb.domain.log_reviews import Way
from lcweb.domain.permissions import Act
from lcweb.domain.workdays import local_day
from lcweb.queries import access_log
from lcweb.queries import log_reviews as queries
from lcweb.queries.log_reviews import ReviewedRow
from lcweb.services import log_reviews as verbs
from lcweb.services.log_reviews import Judged
from lcweb.web import log_files, log_words
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.log_reviews import ORGANIZATION, FindingsForm, PlanForm
from lcweb.web.forms.outbox import page_number
from lcweb.web.session import actor, now, rule_book
from lcweb.web.words import LOG_ACTIONS

blueprint = Blueprint("log_reviews", __name__, url_prefix="/logg/granskning")

Answer = Response | str | tuple[str, int]

A_MONTH = timedelta(days=29)
HEADINGS = (
    "När", "Vem", "Titel", "Enhet", "Händelse", "Patient", "Ärende", "Varför raden är med", "Bedömning", "Kommentar",
    "Bedömd av", "Bedömd",
)  # fmt: skip
LOOK_AGAIN = "Läs bedömningen nedan. Det du valde och skrev står kvar: spara igen om du fortfarande vill."


@blueprint.get("")
@needs(Act.SEE_LOG)
def show() -> str:
    """A sample of the last thirty days of the whole organization, unless something else is chosen."""
    form, today = PlanForm(formdata=None), local_day(now())
    own = queries.own_organizations(actor().user_id, now=now())
    form.place.data = f"{ORGANIZATION}{own[0].id}" if len(own) == 1 else ""
    form.way.data, form.wanted.data = Way.SAMPLE.value, str(rules_of.USUAL_ROWS)
    form.from_day.data, form.to_day.data = (today - A_MONTH).isoformat(), today.isoformat()
    return _start(form)


@blueprint.post("")
@needs(Act.SEE_LOG)
@csrf.exempt  # the form checks the token itself, and gives what was typed back
def begin() -> Answer:
    form = PlanForm()
    expired = form.expired()
    if expired:
        return _start(form, {"form": expired}), 400
    try:
        plan = rules_of.plan(form.typed(), today=local_day(now()))
        review_id = verbs.begin(actor(), plan, now=now(), rules=rule_book())
    except Refused as refused:
        return _start(form, refused.problems), 400
    return redirect(url_for("log_reviews.review", review_id=review_id), 303)


@blueprint.get("/<id:review_id>")
@needs(Act.SEE_LOG)
def review(review_id: int) -> str:
    """Each look at it is logged, before anything is read (L1)."""
    return _page(review_id)


@blueprint.post("/<id:review_id>")
@needs(Act.SEE_LOG)
@csrf.exempt  # the form checks the token itself, and gives what was typed back
def judge(review_id: int) -> Answer:
    form = FindingsForm()
    expired = form.expired()
    if expired:
        return _page(review_id, form, {"form": expired}), 400
    try:
        judged = verbs.judge(actor(), review_id, list(form.typed().values()), now=now())
    except Refused as refused:
        return _page(review_id, form, refused.problems), 400
    except Conflict as conflict:
        return _page(review_id, form, {"form": f"Inget är sparat. {conflict} {LOOK_AGAIN}"}), 409
    flash(_receipt(judged))
    return redirect(url_for("log_reviews.review", review_id=review_id), 303)


@blueprint.post("/<id:review_id>/fil")
@needs(Act.SEE_LOG)
def export(review_id: int) -> Response:
    wanted = log_files.form_of(request.form.get("filetype")) or log_files.Form.CSV
    verbs.shown(actor(), review_id, action=LogAction.LOG_EXPORT, now=now())  # before anything is read (L1)
    found = queries.get_review(review_id, user_id=actor().user_id, now=now())
    lines = (_line(row) for row in found.rows)
    return log_files.answer(wanted, HEADINGS, lines, title="Loggkontroll", name="loggkontroll", now=now())


def _line(row: ReviewedRow) -> tuple[str, ...]:
    """With the finding that holds."""
    found = ["", "", "", ""]
    for last in row.findings[:1]:
        found = [log_words.LOG_VERDICTS[last.verdict], last.words, last.by, log_files.moment(last.at)]
    return (
        log_files.moment(row.at), row.person, row.title, row.unit, LOG_ACTIONS[LogAction(row.action)], row.patient,
        str(row.thread_id or ""), log_words.why_words(row.why), *found,
    )  # fmt: skip


def _receipt(judged: Judged) -> str:
    saved = {0: "Bedömningen fanns redan.", 1: "Bedömningen är sparad."}.get(
        judged.new, f"{judged.new} bedömningar är sparade."
    )
    if not judged.left:
        return f"{saved} Alla rader är bedömda, och kontrollen är avslutad."
    return f"{saved} {'En rad' if judged.left == 1 else f'{judged.left} rader'} är kvar att bedöma."


def _start(form: PlanForm, problems: dict[str, str] | None = None) -> str:
    person = actor().user_id
    return render_template(
        "log_reviews/show.html",
        form=form,
        problems=problems or {},
        organizations=queries.own_organizations(person, now=now()),
        units=access_log.own_units(person, now=now()),
        found=queries.history(person, page=page_number(request.args.get("sida")), now=now()),
        address=lambda number: url_for("log_reviews.show", sida=number),
        log=log_words,
        most=rules_of.MOST_ROWS,
    )


def _page(review_id: int, form: FindingsForm | None = None, problems: dict[str, str] | None = None) -> str:
    verbs.shown(actor(), review_id, now=now())  # before anything is read (L1)
    return render_template(
        "log_reviews/review.html",
        review=queries.get_review(review_id, user_id=actor().user_id, now=now()),
        form=form or FindingsForm(formdata=None),
        typed=form.typed() if form else {},
        problems=problems or {},
        log=log_words,
    )
