"""Half-written messages: saved by the page itself as one writes, or by a button; taken up again, thrown away."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act
from lcweb.services import drafts as verbs
from lcweb.web import compose
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.filters import clock_words
from lcweb.web.forms.moves import ReplyForm
from lcweb.web.forms.threads import DraftedForm, NewThreadForm, chosen_number
from lcweb.web.session import actor, now
from lcweb.web.threads import page as thread_page
from lcweb.web.threads.page import Answer

blueprint = Blueprint("drafts", __name__, url_prefix="/arenden")

NOTHING = "Inget är skrivet, så inget utkast är sparat."
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.post("/<id:thread_id>/utkast")
@needs(Act.SEE_THREADS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def save_reply(thread_id: int) -> Answer:
    form = ReplyForm()

    def save() -> str | None:
        kept = verbs.save_reply(actor(), thread_id, request.form.to_dict(), written_on=form.written_on(), now=now())
        return url_for("threads.show", thread_id=thread_id) if kept else None

    return _saved(
        form, save, otherwise=url_for("threads.show", thread_id=thread_id),
        again=lambda problem, status: thread_page.page(thread_id, form, {"form": problem}, status=status),
    )  # fmt: skip


@blueprint.post("/ny/utkast")
@needs(Act.WRITE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def save_letter() -> Answer:
    form = NewThreadForm()

    def save() -> str | None:
        draft_id = verbs.save_letter(actor(), request.form.to_dict(), written_on=form.written_on(), now=now())
        return url_for("compose.new", utkast=draft_id) if draft_id else None

    return _saved(
        form, save, otherwise=url_for("compose.new"),
        again=lambda problem, status: (compose.page(form, {"form": problem}), status),
    )  # fmt: skip


@blueprint.post("/<id:thread_id>/utkast/slang")
@needs(Act.SEE_THREADS)
def discard_reply(thread_id: int) -> Response:
    verbs.discard_reply(actor(), thread_id)
    return _thrown_away(url_for("threads.show", thread_id=thread_id))


@blueprint.post("/ny/utkast/slang")
@needs(Act.WRITE)
def discard_letter() -> Response:
    draft_id = chosen_number(request.form.get("draft"))
    if draft_id is None:
        raise NotFound("draft")
    verbs.discard_letter(actor(), draft_id)
    return _thrown_away(url_for("compose.new"))


def _saved(
    form: DraftedForm, save: Callable[[], str | None], *, otherwise: str, again: Callable[[str, int], Answer]
) -> Answer:
    """The page's script is answered with the sentence alone, a person's button with a page.

    `save` gives the address where the draft is, `otherwise` is where to go when nothing was kept.
    """
    by_script = "HX-Request" in request.headers
    try:
        problem, status = form.expired(), 400
        address = None if problem else save()
    except Refused as refused:
        problem, status = refused.problems["form"], 400
    except Conflict as conflict:
        problem, status = str(conflict), 409
    if problem:
        return (problem, status, PLAIN) if by_script else again(problem, status)
    if by_script:
        return (f"Utkastet sparades {clock_words(now())}." if address else NOTHING), 200, PLAIN
    flash("Utkastet är sparat." if address else NOTHING)
    return redirect(address or otherwise, 303)


def _thrown_away(address: str) -> Response:
    flash("Utkastet är slängt.")
    return redirect(address, 303)
