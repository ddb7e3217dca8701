"""Återta, makulera och rätta."""

from werkzeug.wrappers import Response

from lcweb.domain.permissions import Act
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.moves import CorrectForm, VoidForm, WithdrawForm
from lcweb.web.session import actor, now, rules
from lcweb.web.threads.page import Answer, back, blueprint, other_unit, submitted, to_inbox


@blueprint.post("/aterta")
@needs(Act.RETRACT)
def withdraw(thread_id: int) -> Answer:
    form = WithdrawForm()
    return submitted(
        form,
        thread_id,
        lambda: verbs.withdraw(actor(), thread_id, form.message_id, now=now()),
        lambda _: back(thread_id, "Meddelandet är återtaget. Ingen på den andra enheten har sett texten."),
    )


@blueprint.post("/makulera")
@needs(Act.RETRACT)
def void(thread_id: int) -> Answer:
    form = VoidForm()
    return submitted(
        form,
        thread_id,
        lambda: verbs.void(actor(), thread_id, form.message_id, reason=form.reason.data or "", now=now()),
        lambda whole: _voided(thread_id, whole=whole),
    )


def _voided(thread_id: int, *, whole: bool) -> Response:
    what = "Ärendet" if whole else "Meddelandet"
    return to_inbox(f"{what} är makulerat. Ingen ser texten längre. Ring {other_unit(thread_id)} om den kan ha lästs.")


@blueprint.post("/ratta")
@needs(Act.RETRACT)
@csrf.exempt  # the form checks the token itself, and gives the text back
def correct(thread_id: int) -> Answer:
    form = CorrectForm()
    return submitted(
        form,
        thread_id,
        lambda: verbs.correct(
            actor(), thread_id, form.message_id, form.correction.data or "", version=form.seen_version,
            submission_id=form.submission(), hints_confirmed=form.hints_confirmed, now=now(), rules=rules(),
        ),
        lambda _: to_inbox(f"Rättelsen är skickad till {other_unit(thread_id)}."),
        conflict="Rättelsen är inte skickad. {}",
    )  # fmt: skip
