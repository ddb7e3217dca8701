"""Huvudmän: added, changed and closed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain import units as rules
from lcweb.domain.changes import Noun
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Act
from lcweb.queries import changes, units
from lcweb.queries.units import OrganizationRow
from lcweb.services import units as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.threads import chosen_number
from lcweb.web.forms.units import OrganizationForm
from lcweb.web.session import actor, now
from lcweb.web.units.history import ORGANIZATION_FIELDS, in_words

blueprint = Blueprint("organizations", __name__, url_prefix="/admin/organisationer")

Answer = Response | str | tuple[str, int]


@blueprint.get("")
@needs(Act.EDIT_PEOPLE)
def show() -> str:
    """The address may choose one to change."""
    form = OrganizationForm(formdata=None)
    chosen = chosen_number(request.args.get("huvudman"))
    if chosen is not None:
        row = _one(chosen)
        form.take_up(row, changes.latest(Noun.ORGANIZATION, chosen))
        form.organization.data = str(chosen)
    return _page(form)


@blueprint.post("")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives back what was typed
def add() -> Answer:
    form = OrganizationForm()
    form.organization.data = ""
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    try:
        verbs.add_organization(actor(), form.new(), now=now())
    except Refused as refused:
        return _page(form, refused.problems), 400
    return _done("Huvudmannen är tillagd.")


@blueprint.post("/andra")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives back what was typed
def change() -> Answer:
    form = OrganizationForm()
    row = _one(form.organization_id)
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    try:
        changed = verbs.change_organization(actor(), row.id, form.new(), seen=form.seen_change, now=now())
    except Refused as refused:
        return _page(form, refused.problems), 400
    except Conflict as conflict:
        return _came_second(form, row.id, f"Uppgifterna är inte sparade. {conflict} Det du skrev står kvar.")
    return _done("Uppgifterna är sparade." if changed else "Inget var ändrat.")


@blueprint.post("/stang")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives back what was typed
def close() -> Answer:
    """The button stands in the same form as what is changed, so what was typed there comes back."""
    form = OrganizationForm()
    row = _one(form.organization_id)
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    try:
        verbs.close_organization(actor(), row.id, seen=form.seen_change, now=now())
    except Refused as refused:
        return _page(form, refused.problems), 400
    except Conflict as conflict:
        return _came_second(form, row.id, f"Huvudmannen är inte stängd av dig. {conflict}")
    return _done(f"{row.name} är stängd.")


def _one(organization_id: int | None) -> OrganizationRow:
    """Raises NotFound, also for what is no number."""
    row = next((row for row in units.organizations() if row.id == organization_id), None)
    if row is None:
        raise NotFound("organization")
    return row


def _came_second(form: OrganizationForm, organization_id: int, sentence: str) -> Answer:
    """With what the other has changed; saving again then means what is typed."""
    seen = form.seen_change
    form.seen.data = str(changes.latest(Noun.ORGANIZATION, organization_id))
    return _page(form, {"form": sentence}, seen=seen), 409


def _done(receipt: str) -> Response:
    flash(receipt)
    return redirect(url_for("organizations.show"), 303)


def _page(form: OrganizationForm, problems: dict[str, str] | None = None, *, seen: int | None = None) -> str:
    rows = units.organizations()
    chosen = next((row for row in rows if row.id == form.organization_id), None)
    return render_template(
        "organizations/show.html",
        rows=rows,
        chosen=chosen,
        form=form,
        problems=problems or {},
        history=changes.history(Noun.ORGANIZATION, chosen.id) if chosen else [],
        meanwhile=changes.since(Noun.ORGANIZATION, chosen.id, seen) if chosen and seen is not None else [],
        names=ORGANIZATION_FIELDS,
        shown=in_words(),
        municipalities=[(name, name) for name in MUNICIPALITIES],
        limits=rules,
    )
