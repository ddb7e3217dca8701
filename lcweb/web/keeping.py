"""Gallring: an organization's policy, a preview of what would go, and the confirmation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain import keeping as rules
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act
from lcweb.queries import keeping
from lcweb.queries.keeping import PolicyRow
from lcweb.services import keeping as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.keeping import KeepingForm
from lcweb.web.forms.threads import chosen_number
from lcweb.web.session import actor, now

blueprint = Blueprint("keeping", __name__, url_prefix="/admin/gallring")

Answer = Response | str | tuple[str, int]


@blueprint.get("")
@needs(Act.EDIT_SETTINGS)
def show() -> str:
    """The address may choose an organization, whose preview is then shown."""
    form = KeepingForm(formdata=None)
    chosen = chosen_number(request.args.get("huvudman"))
    if chosen is not None:
        row = _policy(chosen)
        form.organization.data = str(chosen)
        form.keep_days.data = "" if row.keep_days is None else str(row.keep_days)
        form.automatic.data = "ja" if row.automatic else ""
    return _page(form)


@blueprint.post("")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives back what was typed
def decide() -> Answer:
    form = KeepingForm()
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    row = _policy(form.organization_id)
    try:
        verbs.decide(
            actor(), row.organization_id, keep_days=form.keep_days.data or "", automatic=form.is_automatic, now=now()
        )
    except Refused as refused:
        return _page(form, refused.problems), 400
    return _done("Beslutet är sparat.", row.organization_id)


@blueprint.post("/avsluta")
@needs(Act.EDIT_SETTINGS)
def end() -> Response:
    chosen = chosen_number(request.form.get("organization")) or 0
    verbs.end(actor(), chosen, now=now())
    return _done("Beslutet är avslutat. Inget gallras längre.", chosen)


@blueprint.post("/gallra")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself
def dispose() -> Answer:
    form = KeepingForm()
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    row = _policy(form.organization_id)
    form.keep_days.data, form.automatic.data = str(row.keep_days or ""), "ja" if row.automatic else ""
    try:
        disposed = verbs.dispose(actor(), row.organization_id, seen=form.seen_count, now=now())
    except Conflict as conflict:
        return _page(form, {"form": str(conflict)}), 409
    return _done(
        "1 ärende är gallrat." if disposed.threads == 1 else f"{disposed.threads} ärenden är gallrade.",
        row.organization_id,
    )


def _policy(organization_id: int) -> PolicyRow:
    """Raises NotFound."""
    found = next((row for row in keeping.policies() if row.organization_id == organization_id), None)
    if found is None:
        raise NotFound("organization")
    return found


def _page(form: KeepingForm, problems: dict[str, str] | None = None) -> str:
    policies = keeping.policies()
    chosen = next((row for row in policies if row.organization_id == form.organization_id), None)
    due = verbs.count(actor(), chosen.organization_id, now=now()) if chosen and chosen.keep_days is not None else None
    return render_template(
        "keeping/show.html", form=form, problems=problems or {}, policies=policies, chosen=chosen, due=due,
        disposals=keeping.disposals(), limits=rules,
    )  # fmt: skip


def _done(receipt: str, organization_id: int) -> Response:
    flash(receipt)
    return redirect(url_for("keeping.show", huvudman=organization_id), 303)
