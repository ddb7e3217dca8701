"""Utskick: what the worker has mailed, above all what it could not, and whom it does not reach (M3–M5)."""

from collections.abc import Sequence

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.permissions import Act
from lcweb.queries import outbox, recipients
from lcweb.services import outbox as verbs
from lcweb.web.access import needs
from lcweb.web.forms.outbox import FilterForm, page_number
from lcweb.web.forms.threads import chosen_number
from lcweb.web.session import actor, now, settings

blueprint = Blueprint("outbox", __name__, url_prefix="/admin/utskick")

SIZE = 50  # mails on a page; failed ones come first
MOST_AT_ONCE = 1000  # mails that one press puts back in the queue


@blueprint.get("")
@needs(Act.SEE_OUTBOX)
def show() -> str | tuple[str, int]:
    form = FilterForm(request.args)
    problems = form.problems()
    page = render_template(
        "outbox/show.html",
        mails=outbox.mails(form.wanted(), page=page_number(request.args.get("sida")), size=SIZE),
        form=form,
        problems=problems,
        most=MOST_AT_ONCE,
        units=recipients.all_units(except_id=None),
        unreachable=unreachable_units(),
        address=lambda number: url_for("outbox.show", **form.chosen(), sida=number),
    )
    return (page, 400) if problems else page


@blueprint.post("/forsok-igen")
@needs(Act.SEE_OUTBOX)
def try_again() -> Response:
    """One mail, or with `alla` every failed one of those that the filter shows."""
    form = FilterForm(request.form)
    if request.form.get("alla") == "ja":
        chosen = outbox.failed_ids(form.wanted(), limit=MOST_AT_ONCE)
    else:
        chosen = [mail_id for mail_id in [chosen_number(request.form.get("mail"))] if mail_id]
    flash(_receipt(verbs.try_again(actor(), chosen, now=now())))
    return redirect(url_for("outbox.show", **form.chosen()), 303)


def register(app: Flask) -> None:
    app.jinja_env.globals.update(unreachable_units=unreachable_units)


def unreachable_units(unit_ids: Sequence[int] | None = None) -> list[outbox.UnreachableUnit]:
    """For `outbox/_unreachable.html`. Of all units it is read once in a request: menu and page both ask."""
    if unit_ids is not None:
        return outbox.unreachable(unit_ids, admin=settings().admin_email)
    if "unreachable" not in g:
        g.unreachable = outbox.unreachable(admin=settings().admin_email)
    return g.unreachable


def _receipt(count: int) -> str:
    if count == 0:
        return "Inget att försöka med igen: utskicket är redan köat eller skickat."
    what = "Utskicket är köat" if count == 1 else f"{count} utskick är köade"
    return f"{what} igen. Det som fortfarande behövs skickas inom någon minut."
