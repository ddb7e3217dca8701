"""Writing to another unit: one page, with or without JavaScript."""

import uuid
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from lcweb.domain.compose import Confirmation, reserve_sort
from lcweb.domain.errors import Asked, NotFound, Refused
from lcweb.domain.hints import Hints
from lcweb.domain.identity import NumberType, compact
from lcweb.domain.outlines import LONG_VISITS, OUTLINES, asks_for_long_visits
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Act
from lcweb.domain.recipients import CaseType, Choice
from lcweb.domain.workdays import local_day
from lcweb.queries import deadlines, drafts, hints, phrases, recipients
from lcweb.services import drafts as draft_verbs
from lcweb.services import threads as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.filters import moment_words
from lcweb.web.forms.threads import NewThreadForm, chosen_number
from lcweb.web.phrases import insert_outline, insert_phrase
from lcweb.web.session import actor, now, rules
from lcweb.web.threads import Answer, show_with_text

blueprint = Blueprint("compose", __name__)


@blueprint.get("/arenden/ny")
@needs(Act.WRITE)
def new() -> str:
    """The address may choose a recipient beforehand, never a patient (P4): a draft by its number."""
    if "utkast" in request.args:
        return _taken_up(chosen_number(request.args["utkast"]))
    known = {name: request.args.get(name, "") for name in ("municipality", "case_type", "recipient_unit")}
    form = NewThreadForm(formdata=MultiDict(known), submission_id=str(uuid.uuid4()))
    form.submission_id.data = str(uuid.uuid4())
    return page(form, letters=drafts.letters(user_id=actor().user_id, unit_id=actor().require_unit()))


@blueprint.post("/arenden/ny")
@needs(Act.WRITE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def send() -> Answer:
    form = NewThreadForm()
    expired = form.expired()
    if expired:
        return page(form, {"form": expired}), 400
    if "show_recipients" in request.form:
        return page(form)
    if "insert_phrase" in request.form or "insert_outline" in request.form:
        return _inserted(form)
    if "continue_in" in request.form:
        return _continue(form)
    try:
        sent = verbs.start(actor(), form.typed(), submission_id=form.submission(), now=now(), rules=rules())
    except Refused as refused:
        return page(form, refused.problems), 400
    except Asked as asked:
        return page(form, asked.sentences, open_thread=asked.thread_id), 409
    return _sent(sent)


@blueprint.post("/arenden/ny/mottagare")
@needs(Act.WRITE)
def recipient() -> str:
    """The recipient part alone, when municipality, case type or unit has been chosen in the page."""
    return render_template("threads/_recipient_chosen.html", **_choices(NewThreadForm()))


def _taken_up(draft_id: int | None) -> str:
    """It goes on as the page that it was, so that it is sent once (S7). Raises NotFound when it is not one's own."""
    if draft_id is None:
        raise NotFound("draft")
    draft_verbs.open_letter(actor(), draft_id, now=now())
    draft = drafts.get_letter(draft_id, user_id=actor().user_id, unit_id=actor().require_unit())
    form = NewThreadForm(formdata=MultiDict(draft.content.fields))
    form.submission_id.data = draft.page_id
    return page(form)


def _inserted(form: NewThreadForm) -> Answer:
    """Without JavaScript: the text grows at its end, nothing is sent, and all else is as it was typed."""
    text = form.body.data or ""
    if "insert_phrase" in request.form:
        form.body.data, problems = insert_phrase(text, form.phrase.data)
    else:
        form.body.data, problems = insert_outline(text, form.chosen_case_type)
    return page(form, problems), 400 if problems else 200


def _continue(form: NewThreadForm) -> Answer:
    """S6: what was typed goes into the reply box of the thread that is already open, to be looked over and sent."""
    thread_id = chosen_number(request.form.get("continue_in"))
    if thread_id is None:
        return page(form), 400
    return show_with_text(thread_id, form.body.data or "")


def _sent(sent: verbs.Sent) -> Response:
    unit, due_at = deadlines.sent_to(sent.thread_id)
    again = "Meddelandet var redan skickat" if sent.again else "Meddelandet är skickat"
    flash(f"{again} till {unit}. Svar senast {moment_words(due_at)}." if due_at else f"{again} till {unit}.")
    return redirect(url_for("inbox.show"), 303)


def page(
    form: NewThreadForm,
    problems: dict[str, str] | None = None,
    *,
    open_thread: int | None = None,
    letters: Sequence[drafts.LetterRow] | None = None,
) -> str:
    """With what is typed. `letters`: what else the person has begun, on a page that is new and so has no draft yet."""
    form.submission_id.data = form.submission()
    draft = _draft_of(form) if letters is None else None
    form.follow(draft)
    ticked = NumberType.OTHER_RESERVE if form.reserve_number.data else None
    return render_template(
        "threads/new.html",
        problems=problems or {},
        open_thread=open_thread,
        draft=draft,
        letters=letters or (),
        phrases=phrases.usable(actor().require_unit()),
        reserve_sort=reserve_sort(form.typed(), local_day(now())) or ticked,
        hints=_hints(form) if form.hints_confirmed or Confirmation.HINTS in (problems or {}) else Hints(),
        readings_per_day=rules().readings_per_day,
        **_choices(form),
    )


def _draft_of(form: NewThreadForm) -> drafts.OwnDraft | None:
    return drafts.find_letter(form.submission(), user_id=actor().user_id, unit_id=actor().require_unit())


def _hints(form: NewThreadForm) -> Hints:
    """What the text on the page is asked about (S5): once it has been asked or confirmed, not while it is written."""
    new = form.typed()
    return hints.find(subject=new.subject, body=new.body, patient_number=compact(new.patient_id))


def _choices(form: NewThreadForm) -> dict[str, object]:
    """The recipient part: today's rows of the chosen list first, then every unit (S2)."""
    municipality, case_type = form.chosen_municipality, form.chosen_case_type
    listed = recipients.entries(municipality, case_type, local_day(now())) if municipality and case_type else []
    units = recipients.all_units(except_id=actor().unit_id)
    chosen = next((unit for unit in units if unit.unit_id == form.unit_id), None)
    row = _chosen_row(form.recipient, listed) if chosen else None
    due_at = deadlines.preview(chosen.unit_id if chosen else None, now=now(), rules=rules())
    in_list = {entry.unit_id for entry in listed}
    return {
        "form": form,
        "municipalities": MUNICIPALITIES,
        "listed": [entry for entry in listed if entry.unit_id != actor().unit_id],
        "list_chosen": bool(municipality and case_type),
        "units": [unit for unit in units if unit.unit_id not in in_list or (unit == chosen and row is None)],
        "chosen": chosen,
        "chosen_row": row,
        "due_at": due_at,
        **_outline(form),
    }


def _chosen_row(choice: Choice | None, listed: Sequence[recipients.Entry]) -> recipients.Entry | None:
    """None when the list does not offer what was chosen: a unit without one of its rows, or another list's row."""
    return next((row for row in listed if choice in (row.choice, Choice(row.unit_id, row.entry_id))), None)


def _outline(form: NewThreadForm) -> dict[str, object]:
    """What the case type asks for, and whether its visits seem to be too many."""
    case_type = form.chosen_case_type
    single = case_type is CaseType.SINGLE_HOME_VISIT
    return {
        "outline": OUTLINES[case_type] if case_type else "",
        "long_visits": LONG_VISITS if single else "",
        "asks_for_long_visits": single and asks_for_long_visits(form.body.data or "", today=local_day(now())),
    }
