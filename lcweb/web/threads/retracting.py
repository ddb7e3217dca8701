"""Återta, makulera och rätta."""

from lcweb.domain.errors import Asked, Conflict, Refused
from lcweb.domain.permissions import Act
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.moves import CorrectForm, VoidForm, WithdrawForm
from lcweb.web.session import actor, now, settings
from lcweb.web.threads.page import Answer, ask, back, blueprint, conflict, other_unit, refuse, to_inbox


@blueprint.post("/aterta")
@needs(Act.RETRACT)
def withdraw(thread_id: int) -> Answer:
    form = WithdrawForm()
    try:
        verbs.withdraw(actor(), thread_id, form.message_id, now=now())
    except Refused as refused:
        return refuse(form, thread_id, refused.problems)
    except Conflict as moved:
        return conflict(form, thread_id, str(moved))
    return back(thread_id, "Meddelandet är återtaget. Ingen på den andra enheten har sett texten.")


@blueprint.post("/makulera")
@needs(Act.RETRACT)
def void(thread_id: int) -> Answer:
    form = VoidForm()
    try:
        whole = verbs.void(actor(), thread_id, form.message_id, reason=form.reason.data or "", now=now())
    except Refused as refused:
        return refuse(form, thread_id, refused.problems)
    except Conflict as moved:
        return conflict(form, thread_id, str(moved))
    what = "Ärendet" if whole else "Meddelandet"
    return to_inbox(f"{what} är makulerat. Ingen ser texten längre. Ring {other_unit(thread_id)} om den kan ha lästs.")


@blueprint.post("/ratta")
@needs(Act.RETRACT)
@csrf.exempt  # the form checks the token itself, and gives the text back
def correct(thread_id: int) -> Answer:
    form = CorrectForm()
    expired = form.expired()
    if expired:
        return refuse(form, thread_id, {"form": expired})
    try:
        verbs.correct(
            actor(), thread_id, form.message_id, form.correction.data or "", version=form.seen_version,
            submission_id=form.submission(), hints_confirmed=form.hints_confirmed, now=now(), rules=settings().rules,
        )  # fmt: skip
    except Refused as refused:
        return refuse(form, thread_id, refused.problems)
    except Asked as asked:
        return ask(form, thread_id, asked)
    except Conflict as moved:
        return conflict(form, thread_id, f"Rättelsen är inte skickad. {moved}")
    return to_inbox(f"Rättelsen är skickad till {other_unit(thread_id)}.")
