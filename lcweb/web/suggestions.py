"""Stämmer något inte? Everyone says what is wrong with a list; whoever keeps the list decides."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Act
from lcweb.domain.suggestions import MAX_WORDS, Decision, within_reach
from lcweb.queries import suggestions
from lcweb.services import suggestions as verbs
from lcweb.web.access import needs, signed_in
from lcweb.web.errors import csrf
from lcweb.web.forms.suggestions import DecisionForm, SuggestionForm
from lcweb.web.session import actor, now

blueprint = Blueprint("suggestions", __name__)

Answer = Response | tuple[str, int]

RECEIPTS = {
    Decision.TAKEN: "Förslaget är markerat som omhändertaget. Ändra listan om du inte redan har gjort det.",
    Decision.DECLINED: "Förslaget är avböjt. Den som har föreslagit ser ditt svar.",
}


@blueprint.get("/mottagare/forslag")
@signed_in
def new() -> str | Response:
    """The address may choose the list, or the row. Who has several units chooses first in which one this is seen."""
    if not actor().may(Act.SUGGEST):
        return redirect(url_for("sign_in.choose_unit"), 303)
    known = {name: request.args.get(name, "") for name in ("municipality", "case_type", "entry")}
    return _new_page(SuggestionForm(formdata=MultiDict(known)))


@blueprint.post("/mottagare/forslag")
@signed_in
@csrf.exempt  # the form checks the token itself, and gives the text back
def add() -> Answer:
    form = SuggestionForm()
    expired = form.expired()
    if expired:
        return _new_page(form, {"form": expired}), 400
    try:
        verbs.suggest(actor(), form.typed(), now=now())
    except Refused as refused:
        return _new_page(form, refused.problems), 400
    flash("Tack! Förslaget är skickat till den som sköter listan.")
    return redirect(url_for("suggestions.new"), 303)


@blueprint.get("/admin/mottagare/forslag")
@needs(Act.EDIT_LIST)
def show() -> str:
    return _decision_page(DecisionForm(formdata=None))


@blueprint.post("/admin/mottagare/forslag")
@needs(Act.EDIT_LIST)
@csrf.exempt  # the form checks the token itself, and gives the text back
def decide() -> Answer:
    form = DecisionForm()
    expired = form.expired()
    if expired:
        return _decision_page(form, {"form": expired}), 400
    suggestion_id, decision = form.suggestion_id, form.decision.data or ""
    if suggestion_id is None:
        raise NotFound("suggestion")
    try:
        verbs.decide(actor(), suggestion_id, decision=decision, answer=form.answer.data or "", now=now())
    except Refused as refused:
        return _decision_page(form, refused.problems), 400
    except Conflict as conflict:
        return _decision_page(form, {"form": f"{conflict} Ditt beslut är inte sparat."}, too_late=True), 409
    flash(RECEIPTS[Decision(decision)])
    return redirect(url_for("suggestions.show"), 303)


def _new_page(form: SuggestionForm, problems: dict[str, str] | None = None) -> str:
    """Raises NotFound for a row that does not exist."""
    return render_template(
        "suggestions/new.html",
        form=form,
        problems=problems or {},
        entry=suggestions.get_entry(form.entry_id) if form.entry_id is not None else None,
        municipalities=MUNICIPALITIES,
        mine=suggestions.of_person(actor().user_id),
        max_words=MAX_WORDS,
    )


def _decision_page(form: DecisionForm, problems: dict[str, str] | None = None, *, too_late: bool = False) -> str:
    """With what was typed in its place, or above all when the suggestion no longer waits."""
    reach = within_reach(actor())
    return render_template(
        "suggestions/show.html",
        form=form,
        problems=problems or {},
        undecided=suggestions.undecided(reach),
        decided=suggestions.decided(reach),
        typed=form.answer.data or "" if too_late else "",
        max_words=MAX_WORDS,
        Decision=Decision,
    )
