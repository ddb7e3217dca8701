"""Vidarebefordra och återsänd."""

from lcweb.domain.permissions import Act
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.moves import ForwardForm, ReturnForm
from lcweb.web.session import actor, now, rules
from lcweb.web.threads.page import Answer, blueprint, other_unit, submitted, to_inbox


@blueprint.post("/vidarebefordra")
@needs(Act.HANDLE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def forward(thread_id: int) -> Answer:
    form = ForwardForm()
    return submitted(
        form,
        thread_id,
        lambda: verbs.forward(
            actor(), thread_id, unit_id=form.unit_id, reason=form.reason.data or "", words=form.words.data or "",
            version=form.seen_version, hints_confirmed=form.hints_confirmed, now=now(), rules=rules(),
        ),
        lambda unit: to_inbox(f"Ärendet är vidarebefordrat till {unit}."),
        conflict="Ärendet är inte vidarebefordrat. {}",
    )  # fmt: skip


@blueprint.post("/atersand")
@needs(Act.HANDLE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def give_back(thread_id: int) -> Answer:
    form = ReturnForm()
    return submitted(
        form,
        thread_id,
        lambda: verbs.give_back(
            actor(), thread_id, suggested_unit_id=form.unit_id, reason=form.reason.data or "",
            words=form.words.data or "", version=form.seen_version, hints_confirmed=form.hints_confirmed, now=now(),
            rules=rules(),
        ),
        lambda _: to_inbox(f"Ärendet är återsänt till {other_unit(thread_id)}."),
        conflict="Ärendet är inte återsänt. {}",
    )  # fmt: skip
