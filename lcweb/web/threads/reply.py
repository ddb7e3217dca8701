"""Svara."""

from flask import request

from lcweb.domain.errors import Asked, Conflict, Refused
from lcweb.domain.permissions import Act
from lcweb.queries import threads
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.moves import ReplyForm
from lcweb.web.phrases import insert_phrase
from lcweb.web.session import actor, now, settings
from lcweb.web.threads.page import Answer, ask, blueprint, conflict, other_unit, page, refuse, to_inbox

ANSWERED_MEANWHILE = (
    "Ditt svar är inte skickat. Ärendet har ändrats medan du skrev – läs det nya nedan och skicka igen om det behövs."
)


@blueprint.post("/svara")
@needs(Act.SEE_THREADS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def reply(thread_id: int) -> Answer:
    form = ReplyForm()
    expired = form.expired()
    if expired:
        return refuse(form, thread_id, {"form": expired})
    if "insert_phrase" in request.form:
        return _inserted(form, thread_id)
    try:
        day = form.day()
    except ValueError:
        return refuse(form, thread_id, {"callback_day": "Skriv dagen som ÅÅÅÅ-MM-DD, till exempel 2026-11-27."})
    try:
        verbs.reply(
            actor(), thread_id, form.body.data or "", expects_reply=form.expects_reply.data,
            close="close" in request.form, callback_day=day, version=form.seen_version,
            submission_id=form.submission(), hints_confirmed=form.hints_confirmed, now=now(), rules=settings().rules,
        )  # fmt: skip
    except Refused as refused:
        return refuse(form, thread_id, refused.problems)
    except Asked as asked:
        return ask(form, thread_id, asked)
    except Conflict:
        return conflict(form, thread_id, ANSWERED_MEANWHILE)
    return to_inbox(f"Svaret är skickat till {other_unit(thread_id)}.")


def _inserted(form: ReplyForm, thread_id: int) -> Answer:
    """Without JavaScript: the text grows at its end, nothing is sent, and all else is as it was typed."""
    version = threads.get_head(thread_id=thread_id, unit_id=actor().require_unit()).version
    actor().require(Act.WRITE)
    form.body.data, problems = insert_phrase(form.body.data or "", form.phrase.data)
    if problems:
        return refuse(form, thread_id, problems)
    if version != form.seen_version:  # the page that comes back would hide that somebody was first
        return conflict(form, thread_id, ANSWERED_MEANWHILE)
    return page(thread_id, form)
