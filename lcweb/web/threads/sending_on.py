"""Vidarebefordra och återsänd."""

from lcweb.domain.errors import Asked, Conflict, Refused
from lcweb.domain.permissions import Act
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.moves import ForwardForm, ReturnForm
from lcweb.web.session import actor, now, settings
from lcweb.web.threads.page import Answer, ask, blueprint, conflict, other_unit, refuse, to_inbox


@blueprint.post("/vidarebefordra")
@needs(Act.HANDLE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def forward(thread_id: int) -> Answer:
    form = ForwardForm()
    expired = form.expired()
    if expired:
        return refuse(form, thread_id, {"form": expired})
    try:
        unit = verbs.forward(
            actor(), thread_id, unit_id=form.unit_id, reason=form.reason.data or "", words=form.words.data or "",
            version=form.seen_version, hints_confirmed=form.hints_confirmed, now=now(), rules=settings().rules,
        )  # fmt: skip
    except Refused as refused:
        return refuse(form, thread_id, refused.problems)
    except Asked as asked:
        return ask(form, thread_id, asked)
    except Conflict as moved:
        return conflict(form, thread_id, f"Ärendet är inte vidarebefordrat. {moved}")
    return to_inbox(f"Ärendet är vidarebefordrat till {unit}.")


@blueprint.post("/atersand")
@needs(Act.HANDLE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def give_back(thread_id: int) -> Answer:
    form = ReturnForm()
    expired = form.expired()
    if expired:
        return refuse(form, thread_id, {"form": expired})
    try:
        verbs.give_back(
            actor(), thread_id, suggested_unit_id=form.unit_id, reason=form.reason.data or "",
            words=form.words.data or "", version=form.seen_version, hints_confirmed=form.hints_confirmed, now=now(),
            rules=settings().rules,
        )  # fmt: skip
    except Refused as refused:
        return refuse(form, thread_id, refused.problems)
    except Asked as asked:
        return ask(form, thread_id, asked)
    except Conflict as moved:
        return conflict(form, thread_id, f"Ärendet är inte återsänt. {moved}")
    return to_inbox(f"Ärendet är återsänt till {other_unit(thread_id)}.")
