"""Inställningar: the word lists of the hints (S5)."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act
from lcweb.queries import hints
from lcweb.services import hints as verbs
from lcweb.web import words
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.settings import WordListForm
from lcweb.web.session import actor, now

blueprint = Blueprint("settings", __name__, url_prefix="/admin/installningar")


@blueprint.get("")
@needs(Act.EDIT_SETTINGS)
def show() -> str:
    return _page()


@blueprint.post("")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def change_list() -> Response | tuple[str, int]:
    form = WordListForm()
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    if form.chosen is None:
        return _page(form, {"form": "Välj vilken lista du vill spara."}), 400
    try:
        verbs.change_list(actor(), form.chosen, form.words(form.chosen), now=now())
    except Refused as refused:
        return _page(form, refused.problems), 400
    flash(f"Listan är sparad: {words.HINT_LISTS[form.chosen]}.")
    return redirect(url_for("settings.show"), 303)


def _page(form: WordListForm | None = None, problems: dict[str, str] | None = None) -> str:
    """With what was typed in the list that could not be saved; the others are as they are kept."""
    typed = {form.chosen: form.words(form.chosen)} if form and form.chosen else {}
    return render_template("settings/show.html", lists=hints.word_lists(), typed=typed, problems=problems or {})
