"""Medarbetaruppdrag: which unit an identity provider's assignment means."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act
from lcweb.queries import commissions, recipients
from lcweb.services import commissions as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.commissions import CommissionForm
from lcweb.web.session import actor, now

blueprint = Blueprint("commissions", __name__, url_prefix="/admin/uppdrag")

Answer = Response | tuple[str, int]


@blueprint.get("")
@needs(Act.EDIT_PEOPLE)
def show() -> str:
    return _page(CommissionForm(formdata=None))


@blueprint.post("")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives back what was typed
def add() -> Answer:
    form = CommissionForm()
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    if form.unit_id is None:
        return _page(form, {"unit": "Välj vilken enhet uppdraget hör till."}), 400
    try:
        verbs.add(actor(), hsa_id=form.hsa_id.data or "", unit_id=form.unit_id, now=now())
    except Refused as refused:
        return _page(form, refused.problems), 400
    return _done("Uppdraget är tillagt.")


@blueprint.post("/avsluta")
@needs(Act.EDIT_PEOPLE)
def end() -> Answer:
    form = CommissionForm()
    if form.commission_id is None:
        raise NotFound("commission")
    try:
        hsa_id = verbs.end(actor(), form.commission_id, now=now())
    except Conflict as conflict:
        return _page(CommissionForm(formdata=None), {"form": str(conflict)}), 409
    return _done(f"Uppdraget {hsa_id} är avslutat.")


def _done(receipt: str) -> Response:
    flash(receipt)
    return redirect(url_for("commissions.show"), 303)


def _page(form: CommissionForm, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "commissions/show.html",
        form=form,
        problems=problems or {},
        rows=commissions.current(),
        history=commissions.history(),
        units=recipients.all_units(except_id=None),
    )
