"""One thread on paper: what the unit may see of it, with the patient, the unit and the page's number on every sheet."""

from dataclasses import replace

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.permissions import Act
from lcweb.queries import threads
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.session import actor, now

blueprint = Blueprint("print", __name__)

UNREAD = "Det har kommit något nytt i ärendet. Läs det först, och skriv sedan ut."


@blueprint.get("/arenden/<id:thread_id>/utskrift")
@needs(Act.SEE_THREADS)
def show(thread_id: int) -> Response | str:
    """The print is logged before anything is read (L1). Internal notes only on request."""
    if not verbs.printed(actor(), thread_id, now=now()):
        flash(UNREAD)
        return redirect(url_for("threads.show", thread_id=thread_id), 303)
    g.on_paper = True
    whole = threads.get_thread(threads.get_head(thread_id=thread_id, unit_id=actor().require_unit()))
    with_notes = request.args.get("anteckningar") == "ja"
    return render_template(
        "print/show.html",
        thread=whole if with_notes else replace(whole, notes=()),
        notes=len(whole.notes),
        with_notes=with_notes,
    )
