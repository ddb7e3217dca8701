"""Kalender: the year of everyone, an organization or a unit; days closed, halved and opened again (T1, T2, T5)."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.calendar import YEARS_AHEAD, MarkKind, Place, digest
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act
from lcweb.domain.workdays import local_day
from lcweb.queries import calendar, recipients
from lcweb.services import calendar as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.filters import day_words
from lcweb.web.forms.calendar import EVERYWHERE, MarkForm, OpenForm, code_of, place_of
from lcweb.web.session import actor, now, rules

blueprint = Blueprint("calendar", __name__, url_prefix="/admin/kalender")

Answer = str | Response | tuple[str, int]
Problems = dict[str, str]

YEARS_BACK = 2


@blueprint.get("")
@needs(Act.EDIT_CALENDAR)
def show() -> str:
    """A year that is out of reach is this year."""
    place = place_of(request.args.get("plats", EVERYWHERE))
    if place is None:
        raise NotFound("place")
    return _page(place, _year(request.args.get("ar", "")))


@blueprint.get("/markera")
@needs(Act.EDIT_CALENDAR)
def preview() -> Answer:
    """What marking the day would do. Nothing is written."""
    if not request.args:  # the bare address, as a person shortens it
        return redirect(url_for("calendar.show"), 303)
    form = MarkForm(formdata=request.args, meta={"csrf": False})
    return _preview(form)


@blueprint.post("/markera")
@needs(Act.EDIT_CALENDAR)
@csrf.exempt  # the form checks the token itself, and gives the choice back
def mark() -> Answer:
    form = MarkForm()
    expired = form.expired()
    if expired:
        return _preview(form, {"form": expired}, 400)
    if form.problems():
        return _refused(form, form.problems())
    try:
        receipt = _marked(form, form.chosen_day, form.chosen_kind, form.chosen_place)
    except Refused as refused:
        return _refused(form, refused.problems)
    except Conflict as conflict:
        return _preview(form, {"form": f"Dagen är inte ändrad. {conflict} Läs igenom och bekräfta igen."}, 409)
    flash(receipt)
    return redirect(url_for("calendar.show", ar=form.chosen_day.year, plats=form.place.data), 303)


@blueprint.post("/oppna")
@needs(Act.EDIT_CALENDAR)
def open_again() -> Answer:
    mark_id = OpenForm().mark_id
    if mark_id is None:
        raise NotFound("mark")
    taken = calendar.get_mark(mark_id)
    try:
        verbs.open_again(actor(), mark_id, now=now())
    except Refused as refused:
        return _page(taken.place, taken.day.year, {"form": refused.problems["day"]}), 400
    except Conflict as conflict:
        return _page(taken.place, taken.day.year, {"form": str(conflict)}), 409
    whole = "inte längre en halvdag" if taken.kind is MarkKind.HALF else "öppen igen"
    flash(f"{_day(taken.day)} är {whole} för {taken.holds_for or 'alla'}. Svarstider som har flyttats ligger kvar.")
    return redirect(url_for("calendar.show", ar=taken.day.year, plats=code_of(taken.place)), 303)


def _marked(form: MarkForm, day: date, kind: MarkKind, place: Place) -> str:
    """The receipt. Raises Refused, Conflict."""
    name = calendar.get_where(place).name or "alla"
    if kind is MarkKind.HALF:
        verbs.halve_day(actor(), day, place, now=now())
        return f"{_day(day)} är en halvdag för {name}."
    moved = verbs.close_day(actor(), day, place, now=now(), rules=rules(), confirmed=form.seen.data or "")
    return f"{_day(day)} är stängd för {name}. {_moved_words(moved)}"


def _moved_words(count: int) -> str:
    if count == 0:
        return "Inga svarstider flyttades."
    return "En svarstid flyttades." if count == 1 else f"{count} svarstider flyttades."


def _preview(form: MarkForm, problems: Problems | None = None, status: int = 200) -> Answer:
    """With the numbers as they are at this moment."""
    day, kind, place = form.chosen_day, form.chosen_kind, form.chosen_place
    if day is None or kind is None or place is None:
        return _refused(form, form.problems() | (problems or {}))
    where = calendar.get_where(place)
    try:
        moves = verbs.preview(actor(), day, kind, place, now=now(), rules=rules())
    except Refused as refused:
        return _refused(form, refused.problems)
    page = render_template(
        "calendar/mark.html", form=form, day=day, kind=kind, where=where, moves=moves, problems=problems or {},
        total=sum(move.count for move in moves), seen=digest(moves), rules=rules(),
    )  # fmt: skip
    return page, status


def _refused(form: MarkForm, problems: Problems) -> Answer:
    """Back to the year, with what was chosen and what is wrong with it."""
    year = form.chosen_day.year if form.chosen_day else local_day(now()).year
    return _page(form.chosen_place or Place(), _year(str(year)), problems, form), 400


def _page(place: Place, year: int, problems: Problems | None = None, form: MarkForm | None = None) -> str:
    today = local_day(now())
    view = calendar.get_year(place, year, today=today, rules=rules())
    if problems and view.where.is_closed:  # whose page has no field to point at
        problems = {"form": " ".join(problems.values())}
    return render_template(
        "calendar/show.html",
        view=view,
        today=today,
        years=range(today.year - YEARS_BACK, today.year + YEARS_AHEAD + 1),
        organizations=calendar.organizations(),
        units=recipients.all_units(except_id=None),
        form=form or MarkForm(formdata=None, data={"place": code_of(place), "kind": MarkKind.CLOSED}),
        problems=problems or {},
        code_of=code_of,
        everywhere=EVERYWHERE,
        kinds=MarkKind,
    )


def _year(raw: str) -> int:
    this = local_day(now()).year
    year = int(raw) if raw.isascii() and raw.isdigit() and len(raw) == 4 else this
    return year if this - YEARS_BACK <= year <= this + YEARS_AHEAD else this


def _day(day: date) -> str:
    """At the beginning of a sentence."""
    return day_words(day, today=local_day(now())).capitalize()
