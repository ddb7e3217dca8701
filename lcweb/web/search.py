"""Searching the own unit's threads. A POST, so that nothing that was searched for stands in an address (P4)."""

from flask import Blueprint, render_template

from lcweb.domain import search as rules
from lcweb.domain.errors import Refused
from lcweb.domain.permissions import Act
from lcweb.queries import recipients, search
from lcweb.queries.search import Found
from lcweb.services import search as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.search import SearchForm
from lcweb.web.session import actor, now

blueprint = Blueprint("search", __name__, url_prefix="/sok")

Answer = str | tuple[str, int]


@blueprint.get("")
@needs(Act.SEE_THREADS)
def show() -> str:
    return _page(SearchForm(formdata=None))


@blueprint.post("")
@needs(Act.SEE_THREADS)
@csrf.exempt  # the form checks the token itself, and gives what was typed back
def find() -> Answer:
    form = SearchForm()
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    try:
        query = rules.query(form.typed())
    except Refused as refused:
        return _page(form, refused.problems), 400
    verbs.search(actor(), query, now=now())  # before anything is read (L1)
    found = search.find_threads(
        unit_id=actor().require_unit(),
        user_id=actor().user_id,
        may_open_protected=actor().may(Act.OPEN_PROTECTED),
        query=query,
        page=form.page_number,
        now=now(),
    )
    return _page(form, found=found)


def _page(form: SearchForm, problems: dict[str, str] | None = None, *, found: Found | None = None) -> str:
    return render_template(
        "search/show.html",
        form=form,
        problems=problems or {},
        found=found,
        units=recipients.all_units(except_id=actor().unit_id),
    )
