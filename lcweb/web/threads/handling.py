"""Kvittera, ta, ta över, lämna tillbaka, avsluta, öppna igen, överfört till journal, intern anteckning."""

from flask import request
from werkzeug.wrappers import Response

from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.moves import CloseForm, NoteForm
from lcweb.web.forms.threads import chosen_number
from lcweb.web.session import actor, now, rules
from lcweb.web.threads.page import Answer, back, blueprint, page, submitted, to_inbox


@blueprint.post("/oppnat")
@needs(Act.SEE_THREADS)
def mark_opened(thread_id: int) -> tuple[str, int]:
    """What came by polling into a page that somebody then used."""
    verbs.mark_opened(actor(), thread_id, up_to=chosen_number(request.form.get("up_to")) or 0, now=now())
    return "", 204


@blueprint.post("/kvittera")
@needs(Act.HANDLE)
def acknowledge(thread_id: int) -> Response:
    verbs.acknowledge(actor(), thread_id, now=now())
    return back(thread_id, "Ärendet är kvitterat.")


@blueprint.post("/ta")
@needs(Act.HANDLE)
def claim(thread_id: int) -> Response:
    verbs.claim(actor(), thread_id, take_over="take_over" in request.form, now=now())
    return back(thread_id, "Du har tagit ärendet.")


@blueprint.post("/lamna-tillbaka")
@needs(Act.HANDLE)
def release(thread_id: int) -> Response:
    verbs.release(actor(), thread_id, now=now())
    return back(thread_id, "Du har lämnat tillbaka ärendet. Ingen hanterar det nu.")


@blueprint.post("/avsluta")
@needs(Act.HANDLE)
def close(thread_id: int) -> Answer:
    form = CloseForm()
    return submitted(
        form,
        thread_id,
        lambda: verbs.close(actor(), thread_id, version=form.seen_version, now=now()),
        lambda _: to_inbox("Ärendet är avslutat."),
        conflict="Ärendet är inte avslutat. Det har ändrats sedan du öppnade sidan – läs det nya först.",
    )


@blueprint.post("/oppna-igen")
@needs(Act.HANDLE)
def reopen(thread_id: int) -> Answer:
    try:
        verbs.reopen(actor(), thread_id, now=now(), rules=rules())
    except Refused as refused:
        return page(thread_id, None, refused.problems, status=409)
    return back(thread_id, "Ärendet är öppet igen.")


@blueprint.post("/journalford")
@needs(Act.HANDLE)
def transfer(thread_id: int) -> Response:
    verbs.transfer(actor(), thread_id, now=now())
    return back(thread_id, "Ärendet är markerat som överfört till journal.")


@blueprint.post("/anteckning")
@needs(Act.NOTE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def note(thread_id: int) -> Answer:
    form = NoteForm()
    return submitted(
        form,
        thread_id,
        lambda: verbs.note(actor(), thread_id, form.note.data or "", submission_id=form.submission(), now=now()),
        lambda _: back(thread_id, "Anteckningen är sparad. Bara din enhet ser den."),
    )
