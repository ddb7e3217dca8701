"""One thread: reading it (which marks it opened), and the moves."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, Refused
from lcweb.domain.permissions import Act
from lcweb.queries import deadlines, threads
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.threads import ReplyForm
from lcweb.web.poll import thread_digest
from lcweb.web.session import actor, now, settings

blueprint = Blueprint("threads", __name__, url_prefix="/arenden/<id:thread_id>")

Answer = Response | str | tuple[str, int]

ANSWERED_MEANWHILE = (
    "Ditt svar är inte skickat. Ärendet har ändrats medan du skrev – läs det nya nedan och skicka igen om det behövs."
)


@blueprint.get("")
@needs(Act.SEE_THREADS)
def show(thread_id: int) -> Answer:
    return _page(thread_id)


@blueprint.post("/svara")
@needs(Act.SEE_THREADS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def reply(thread_id: int) -> Answer:
    form = ReplyForm()
    expired = form.expired()
    if expired:
        return _page(thread_id, form, {"form": expired}, status=400)
    try:
        verbs.reply(
            actor(), thread_id, form.body.data or "", expects_reply=form.expects_reply.data,
            close="close" in request.form, version=form.seen_version, submission_id=form.submission(),
            now=now(), rules=settings().rules,
        )  # fmt: skip
    except Refused as refused:
        return _page(thread_id, form, refused.problems, status=400)
    except Conflict:
        return _page(thread_id, form, {"form": ANSWERED_MEANWHILE}, status=409)
    flash(f"Svaret är skickat till {_other_unit(thread_id)}.")
    return redirect(url_for("inbox.show"), 303)


@blueprint.post("/kvittera")
@needs(Act.HANDLE)
def acknowledge(thread_id: int) -> Response:
    verbs.acknowledge(actor(), thread_id, now=now())
    return _back(thread_id, "Ärendet är kvitterat.")


@blueprint.post("/ta")
@needs(Act.HANDLE)
def claim(thread_id: int) -> Response:
    verbs.claim(actor(), thread_id, now=now())
    return _back(thread_id, "Du har tagit ärendet.")


@blueprint.post("/lamna-tillbaka")
@needs(Act.HANDLE)
def release(thread_id: int) -> Response:
    verbs.release(actor(), thread_id, now=now())
    return _back(thread_id, "Du har lämnat tillbaka ärendet. Ingen hanterar det nu.")


@blueprint.post("/avsluta")
@needs(Act.HANDLE)
def close(thread_id: int) -> Answer:
    version = ReplyForm().seen_version
    try:
        verbs.close(actor(), thread_id, version=version, now=now())
    except Refused as refused:
        return _page(thread_id, None, {"form": refused.problems["close"]}, status=400)
    except Conflict:
        sentence = "Ärendet är inte avslutat. Det har ändrats sedan du öppnade sidan – läs det nya först."
        return _page(thread_id, None, {"form": sentence}, status=409)
    flash("Ärendet är avslutat.")
    return redirect(url_for("inbox.show"), 303)


def show_with_text(thread_id: int, text: str) -> Answer:
    """The thread with `text` in its reply box, not sent."""
    form = ReplyForm(formdata=None)
    form.body.data = text
    return _page(thread_id, form)


def _page(
    thread_id: int, form: ReplyForm | None = None, problems: dict[str, str] | None = None, *, status: int = 200
) -> Answer:
    """The opening is written and logged before anything is read (L1)."""
    may_see = verbs.open_thread(actor(), thread_id, now=now())
    head = threads.get_head(thread_id=thread_id, unit_id=actor().require_unit())
    if not may_see:
        typed = form.body.data if form else ""
        return render_template("threads/protected.html", head=head, typed=typed), status
    form = form or ReplyForm(formdata=None)
    # What the person has seen is what is on this page, and one page sends one message (S7).
    form.version.data, form.submission_id.data = str(head.version), str(uuid.uuid4())
    return render_template(
        "threads/show.html",
        thread=threads.get_thread(head),
        digest=thread_digest(head),
        form=form,
        problems=problems or {},
        answer_due_at=deadlines.preview(head.other_unit_id, now=now(), rules=settings().rules),
    ), status


def _other_unit(thread_id: int) -> str:
    return threads.get_head(thread_id=thread_id, unit_id=actor().require_unit()).other_unit


def _back(thread_id: int, receipt: str) -> Response:
    """To where the button was pressed."""
    flash(receipt)
    if request.form.get("back") == "inkorg":
        return redirect(url_for("inbox.show"), 303)
    return redirect(url_for("threads.show", thread_id=thread_id), 303)
