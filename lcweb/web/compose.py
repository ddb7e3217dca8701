"""Writing to another unit: one page, with or without JavaScript."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lcweb.domain.compose import needs_reserve_confirmation
from lcweb.domain.errors import Asked, Refused
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Act
from lcweb.domain.workdays import local_day
from lcweb.queries import deadlines, recipients
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.filters import moment_words
from lcweb.web.forms.threads import NewThreadForm, chosen_number
from lcweb.web.session import actor, now, settings
from lcweb.web.threads import Answer, show_with_text

blueprint = Blueprint("compose", __name__)


@blueprint.get("/arenden/ny")
@needs(Act.WRITE)
def new() -> str:
    """The address may choose a recipient beforehand, never a patient (P4)."""
    known = {name: request.args.get(name, "") for name in ("municipality", "case_type", "recipient_unit")}
    form = NewThreadForm(formdata=MultiDict(known), submission_id=str(uuid.uuid4()))
    form.submission_id.data = str(uuid.uuid4())
    return _page(form)


@blueprint.post("/arenden/ny")
@needs(Act.WRITE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def send() -> Answer:
    form = NewThreadForm()
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    if "show_recipients" in request.form:
        return _page(form)
    if "continue_in" in request.form:
        return _continue(form)
    try:
        sent = verbs.start(actor(), form.typed(), submission_id=form.submission(), now=now(), rules=settings().rules)
    except Refused as refused:
        return _page(form, refused.problems), 400
    except Asked as asked:
        return _page(form, {asked.question: asked.sentence}, open_thread=asked.thread_id), 409
    return _sent(sent)


@blueprint.post("/arenden/ny/mottagare")
@needs(Act.WRITE)
def recipient() -> str:
    """The recipient part alone, when municipality, case type or unit has been chosen in the page."""
    return render_template("threads/_recipient_chosen.html", **_choices(NewThreadForm()))


def _continue(form: NewThreadForm) -> Answer:
    """S6: what was typed goes into the reply box of the thread that is already open, to be looked over and sent."""
    thread_id = chosen_number(request.form.get("continue_in"))
    if thread_id is None:
        return _page(form), 400
    return show_with_text(thread_id, form.body.data or "")


def _sent(sent: verbs.Sent) -> Response:
    unit, due_at = deadlines.sent_to(sent.thread_id)
    again = "Meddelandet var redan skickat" if sent.again else "Meddelandet är skickat"
    flash(f"{again} till {unit}. Svar senast {moment_words(due_at)}." if due_at else f"{again} till {unit}.")
    return redirect(url_for("inbox.show"), 303)


def _page(form: NewThreadForm, problems: dict[str, str] | None = None, open_thread: int | None = None) -> str:
    if not form.submission_id.data:
        form.submission_id.data = form.submission()
    doubtful = bool(form.patient_id.data) and needs_reserve_confirmation(form.typed(), local_day(now()))
    asks_reserve = doubtful or form.reserve_number.data
    return render_template(
        "threads/new.html",
        problems=problems or {},
        open_thread=open_thread,
        asks_reserve=asks_reserve,
        readings_per_day=settings().rules.readings_per_day,
        **_choices(form),
    )


def _choices(form: NewThreadForm) -> dict[str, object]:
    """The recipient part: today's rows of the chosen list first, then every unit (S2)."""
    municipality, case_type = form.chosen_municipality, form.chosen_case_type
    listed = recipients.entries(municipality, case_type, local_day(now())) if municipality and case_type else []
    units = recipients.all_units(except_id=actor().unit_id)
    chosen = next((unit for unit in units if unit.unit_id == form.unit_id), None)
    due_at = deadlines.preview(chosen.unit_id if chosen else None, now=now(), rules=settings().rules)
    return {
        "form": form,
        "municipalities": MUNICIPALITIES,
        "listed": [entry for entry in _by_unit(listed) if entry.unit_id != actor().unit_id],
        "list_chosen": bool(municipality and case_type),
        "units": [unit for unit in units if unit.unit_id not in {entry.unit_id for entry in listed}],
        "chosen": chosen,
        "due_at": due_at,
    }


def _by_unit(listed: list[recipients.Entry]) -> list[recipients.Entry]:
    """One choice for each unit, with all its areas, in the list's order: the same choice twice would be two."""
    areas: dict[int, list[str]] = {}
    for entry in listed:
        areas.setdefault(entry.unit_id, []).append(entry.area)
    first = {entry.unit_id: entry for entry in reversed(listed)}
    return [first[unit_id]._replace(area=", ".join(names)) for unit_id, names in areas.items()]
