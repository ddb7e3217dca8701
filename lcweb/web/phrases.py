"""Fraser: the page where they are edited, and putting one into a message without JavaScript."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.outlines import OUTLINES
from lcweb.domain.permissions import Act
from lcweb.domain.phrases import MAX_TITLE, appended, may_edit_all
from lcweb.domain.recipients import CaseType
from lcweb.queries import phrases, recipients
from lcweb.services import phrases as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.phrases import COMMON, PhraseForm
from lcweb.web.forms.threads import chosen_number
from lcweb.web.session import actor, now

blueprint = Blueprint("phrases", __name__, url_prefix="/admin/fraser")

Answer = Response | tuple[str, int]

KEEP_AS_NEW = "Det du skrev står kvar nedan. Lägg till det som en ny fras om det behövs."


@blueprint.get("")
@needs(Act.EDIT_PHRASES)
def show() -> str:
    """The address may choose one to change."""
    form = PhraseForm(formdata=None)
    chosen = chosen_number(request.args.get("fras"))
    if chosen is not None:
        phrase = next((phrase for phrase in _editable() if phrase.id == chosen), None)
        if phrase is None:
            raise NotFound("phrase")
        form.phrase.data, form.title.data, form.body.data = str(phrase.id), phrase.title, phrase.body
    return _page(form)


@blueprint.post("")
@needs(Act.EDIT_PHRASES)
@csrf.exempt  # the form checks the token itself, and gives the text back
def add() -> Answer:
    form = PhraseForm()
    form.phrase.data = ""
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    if may_edit_all(actor()) and not form.is_common and form.unit_id is None:
        return _page(form, {"unit": "Välj var frasen ska finnas."}), 400
    unit_id = _place(form)
    try:
        verbs.add(actor(), unit_id=unit_id, title=form.title.data or "", body=form.body.data or "", now=now())
    except Refused as refused:
        return _page(form, refused.problems), 400
    return _done("Frasen är tillagd.")


@blueprint.post("/andra")
@needs(Act.EDIT_PHRASES)
@csrf.exempt  # the form checks the token itself, and gives the text back
def change() -> Answer:
    form = PhraseForm()
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    try:
        verbs.change(actor(), _chosen(form), title=form.title.data or "", body=form.body.data or "", now=now())
    except Refused as refused:
        return _page(form, refused.problems), 400
    except Conflict as conflict:
        form.phrase.data = ""
        return _page(form, {"form": f"Frasen är inte ändrad. {conflict} {KEEP_AS_NEW}"}), 409
    return _done("Frasen är ändrad.")


@blueprint.post("/avsluta")
@needs(Act.EDIT_PHRASES)
def end() -> Answer:
    try:
        verbs.end(actor(), _chosen(PhraseForm()), now=now())
    except Conflict as conflict:
        return _page(PhraseForm(formdata=None), {"form": f"Frasen är inte avslutad. {conflict}"}), 409
    return _done("Frasen är avslutad. Den går inte längre att lägga in i meddelanden.")


def insert_phrase(text: str, raw_phrase: str | None) -> tuple[str, dict[str, str]]:
    """The text with the chosen phrase at its end, or as it was with the problem."""
    phrase_id = chosen_number(raw_phrase)
    if phrase_id is None:
        return text, {"phrase": "Välj vilken fras du vill infoga."}
    phrase = phrases.find_usable(phrase_id, unit_id=actor().require_unit())
    if phrase is None:
        return text, {"phrase": "Frasen finns inte längre. Välj en annan."}
    return appended(text, phrase.body), {}


def insert_outline(text: str, case_type: CaseType | None) -> tuple[str, dict[str, str]]:
    """The text with the case type's outline at its end, or as it was with the problem."""
    if case_type is None:
        return text, {"case_type": "Välj ärendetyp, så finns det en mall för den."}
    return appended(text, OUTLINES[case_type]), {}


def _editable() -> list[phrases.Editable]:
    return phrases.editable(None if may_edit_all(actor()) else actor().require_unit())


def _place(form: PhraseForm) -> int | None:
    """Who edits only the own unit's is not asked."""
    return form.unit_id if may_edit_all(actor()) else actor().require_unit()


def _chosen(form: PhraseForm) -> int:
    """Raises NotFound for what is no number."""
    if form.phrase_id is None:
        raise NotFound("phrase")
    return form.phrase_id


def _done(receipt: str) -> Response:
    flash(receipt)
    return redirect(url_for("phrases.show"), 303)


def _page(form: PhraseForm, problems: dict[str, str] | None = None) -> str:
    everywhere = may_edit_all(actor())
    return render_template(
        "phrases/show.html",
        form=form,
        problems=problems or {},
        editable=_editable(),
        everywhere=everywhere,
        units=recipients.all_units(except_id=None) if everywhere else [],
        common=COMMON,
        max_title=MAX_TITLE,
    )
