"""Svara."""

from flask import request

from lcweb.domain.permissions import Act
from lcweb.queries import threads
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.moves import ReplyForm
from lcweb.web.phrases import insert_phrase
from lcweb.web.session import actor, now, rules
from lcweb.web.threads.page import Answer, blueprint, other_unit, page, submitted, to_inbox

ANSWERED_MEANWHILE = (
    "Ditt svar är inte skickat. Ärendet har ändrats medan du skrev – läs det nya nedan och skicka igen om det behövs."
)


@blueprint.post("/svara")
@needs(Act.SEE_THREADS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def reply(thread_id: int) -> Answer:
    form = ReplyForm()
    if "insert_phrase" in request.form and not form.expired():
        return _inserted(form, thread_id)
    return submitted(
        form,
        thread_id,
        lambda: verbs.reply(
            actor(), thread_id, form.body.data or "", expects_reply=form.expects_reply.data,
            close="close" in request.form, callback_day=form.day(), version=form.seen_version,
            submission_id=form.submission(), hints_confirmed=form.hints_confirmed, now=now(), rules=rules(),
        ),
        lambda _: to_inbox(f"Svaret är skickat till {other_unit(thread_id)}."),
        conflict=ANSWERED_MEANWHILE,
    )  # fmt: skip


def _inserted(form: ReplyForm, thread_id: int) -> Answer:
    """Without JavaScript: the text grows at its end, nothing is sent, and all else is as it was typed."""
    version = threads.get_head(thread_id=thread_id, unit_id=actor().require_unit()).version
    actor().require(Act.WRITE)
    form.body.data, problems = insert_phrase(form.body.data or "", form.phrase.data)
    if problems:
        return page(thread_id, form, problems, status=400)
    if version != form.seen_version:  # the page that comes back would hide that somebody was first
        return page(thread_id, form, {"form": ANSWERED_MEANWHILE}, status=409)
    return page(thread_id, form)
