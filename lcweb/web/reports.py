"""Månadsrapport: a place's whole month on paper, and who is told by mail when it is ready."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lcweb.domain.errors import NotFound, Refused
from lcweb.domain.permissions import Act
from lcweb.domain.workdays import local_day
from lcweb.queries import follow_up as queries
from lcweb.queries import report_wishes
from lcweb.services import report_wishes as verbs
from lcweb.web import charts, follow_up_parts
from lcweb.web.access import needs
from lcweb.web.forms.reports import ReportForm
from lcweb.web.session import actor, now

blueprint = Blueprint("reports", __name__, url_prefix="/uppfoljning/rapport")


@blueprint.get("")
@needs(Act.SEE_FOLLOW_UP)
def show() -> str | tuple[str, int]:
    """Raises NotFound for a place that is not the person's to see."""
    form = _form(request.args)
    page = _page(form, form.problems)
    return (page, 400) if form.problems else page


@blueprint.post("/mejl")
@needs(Act.SEE_FOLLOW_UP)
def wish() -> Response | tuple[str, int]:
    """`vill`: ja, or anything else to stop."""
    form = _form(request.form)
    place = form.wish_place
    if place is None:
        raise NotFound("place")
    if request.form.get("vill") != "ja":
        verbs.stop(actor(), place, now=now())
        flash(f"Du får inte längre månadsrapporten för {form.places[form.place]} per mejl.")
    else:
        try:
            verbs.ask(actor(), place, now=now())
        except Refused as refused:
            return _page(form, refused.problems), 400
        flash(f"Du får ett mejl första vardagen i varje månad när rapporten för {form.places[form.place]} är klar.")
    return redirect(url_for("reports.show", plats=form.place, manad=f"{form.month:%Y-%m}"), 303)


def _form(typed: MultiDict[str, str]) -> ReportForm:
    choices = queries.choices(actor())
    form = ReportForm(typed, today=local_day(now()), choices=choices)
    if form.place not in form.places or not choices.holds(form.wanted.where):
        raise NotFound("place")
    return form


def _page(form: ReportForm, problems: dict[str, str]) -> str:
    found = queries.view(form.wanted, now=now())
    return render_template(
        "reports/show.html",
        form=form,
        problems=problems,
        month=charts.month_name(form.month),
        found=found,
        places=follow_up_parts.places(form.places, form.place),
        figures=follow_up_parts.figures(found, today=form.today),
        wish=report_wishes.wish_of(actor().user_id, form.wish_place) if form.wish_place else None,
        address=lambda month: url_for("reports.show", plats=form.place, manad=month),
    )
