"""The units, and each one's page: who may change what of it, and what has been changed."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain import units as rules
from lcweb.domain.changes import Noun
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.people import MUNICIPALITIES, UnitKind
from lcweb.domain.permissions import Act
from lcweb.domain.recipients import MAX_TYPED, terms
from lcweb.domain.units import NewUnit, may_edit, may_edit_all
from lcweb.domain.workdays import OfficeHours
from lcweb.queries import changes, units
from lcweb.queries.units import UnitRow
from lcweb.services import units as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.threads import chosen_number
from lcweb.web.forms.units import UnitForm
from lcweb.web.session import actor, now
from lcweb.web.units.history import UNIT_FIELDS, in_words

blueprint = Blueprint("units", __name__, url_prefix="/admin/enheter")

Answer = Response | str | tuple[str, int]

#: What the list shows: the address's word → open, closed or both.
SHOWN = {"": True, "stangda": False, "alla": None}
_OF_A_UNIT = ("organization_id", "name", "municipality", "hsa_id", "phone", "acute_phone", "notify_email",
              "manager_email", "street", "note")  # fmt: skip


@blueprint.get("")
@needs(Act.EDIT_UNIT)
def show() -> Answer:
    """A unit manager has one unit, and comes straight to it."""
    if not may_edit_all(actor()):
        return redirect(url_for("units.unit", unit_id=actor().require_unit()), 303)
    form = UnitForm(formdata=None)
    form.opens.data, form.closes.data = (f"{at:%H.%M}" for at in (OfficeHours().opens, OfficeHours().closes))
    return _list(form)


@blueprint.post("")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives back what was typed
def add() -> Answer:
    form = UnitForm()
    expired = form.expired()
    if expired:
        return _list(form, {"form": expired}), 400
    try:
        _check(form, form.new())
        unit_id = verbs.add_unit(actor(), form.new(), now=now())
    except Refused as refused:
        return _list(form, refused.problems), 400
    flash("Enheten är tillagd. Lägg till vilka som ser inkorgen.")
    return redirect(url_for("units.unit", unit_id=unit_id), 303)


@blueprint.get("/<id:unit_id>")
@needs(Act.EDIT_UNIT)
def unit(unit_id: int) -> Answer:
    row = own(unit_id)
    form = UnitForm(formdata=None)
    form.take_up(row, changes.latest(Noun.UNIT, unit_id))
    form.organization.data = str(row.organization_id)
    return page(row, form)


@blueprint.post("/<id:unit_id>")
@needs(Act.EDIT_UNIT)
@csrf.exempt  # the form checks the token itself, and gives back what was typed
def change(unit_id: int) -> Answer:
    row, form = own(unit_id), UnitForm()
    expired = form.expired()
    if expired:
        return page(row, form, {"form": expired}), 400
    new = form.new() if may_edit_all(actor()) else replace(_as_it_is(row), **form.managed())
    try:
        _check(form, new)
        changed = verbs.change_unit(actor(), unit_id, new, seen=form.seen_change, now=now())
    except Refused as refused:
        return page(row, form, refused.problems), 400
    except Conflict as conflict:
        return _came_second(unit_id, form, conflict)
    flash(_receipt(row, new) if changed else "Inget var ändrat.")
    return redirect(url_for("units.unit", unit_id=unit_id), 303)


def own(unit_id: int) -> UnitRow:
    """Raises NotFound, also for a unit that is not the manager's own."""
    if not may_edit(actor(), unit_id):
        raise NotFound("unit")
    return units.get_unit(unit_id)


def page(row: UnitRow, form: UnitForm, problems: dict[str, str] | None = None, *, seen: int | None = None) -> str:
    """`seen`: what the person knew of, when there has been more since."""
    return render_template(
        "units/unit.html",
        unit=row,
        form=form,
        problems=problems or {},
        everywhere=may_edit_all(actor()),
        may_close=actor().may(Act.EDIT_PEOPLE),
        history=changes.history(Noun.UNIT, row.id),
        meanwhile=changes.since(Noun.UNIT, row.id, seen) if seen is not None else [],
        names=UNIT_FIELDS,
        shown=in_words(),
        **_choices(),
    )


def _came_second(unit_id: int, form: UnitForm, conflict: Conflict) -> Answer:
    """With what the other has changed; saving again then means what is typed."""
    seen, row = form.seen_change, units.get_unit(unit_id)
    form.seen.data = str(changes.latest(Noun.UNIT, unit_id))
    advice = "" if row.closed_at else " Det du skrev står kvar. Spara igen om det ska gälla."
    return page(row, form, {"form": f"Uppgifterna är inte sparade. {conflict}{advice}"}, seen=seen), 409


def _receipt(row: UnitRow, new: NewUnit) -> str:
    """T5."""
    saved = "Uppgifterna är sparade."
    if (row.opens, row.closes) == (new.hours.opens, new.hours.closes):
        return saved
    return f"{saved} De nya öppettiderna gäller svarstider som börjar från och med nu."


def _check(form: UnitForm, new: NewUnit) -> None:
    """Hours that are none are refused together with everything else. Raises Refused."""
    problems = form.hours_problems()
    if problems:
        raise Refused(rules.unit_problems(new) | problems)


def _as_it_is(row: UnitRow) -> NewUnit:
    known = {name: getattr(row, name) for name in _OF_A_UNIT}
    return NewUnit(**known, kind=UnitKind(row.kind), hours=OfficeHours(opens=row.opens, closes=row.closes))


def _list(form: UnitForm, problems: dict[str, str] | None = None) -> str:
    typed, municipality, state = (request.args.get(name, "") for name in ("q", "kommun", "visa"))
    chosen = municipality if municipality in MUNICIPALITIES else None
    organization_id = chosen_number(request.args.get("huvudman"))
    found = units.find(
        terms(typed), organization_id=organization_id, municipality=chosen, is_open=SHOWN.get(state, True),
        page=chosen_number(request.args.get("sida")) or 1,
    )  # fmt: skip
    asked = {"q": typed[:MAX_TYPED].strip(), "huvudman": organization_id, "kommun": chosen, "visa": state or None}
    return render_template(
        "units/show.html",
        found=found,
        asked=asked,
        longest=MAX_TYPED,
        address=lambda page: url_for("units.show", **{k: v for k, v in asked.items() if v}, sida=page),
        form=form,
        problems=problems or {},
        everywhere=True,
        **_choices(),
    )


def _choices() -> dict[str, object]:
    """Value and label of what can be chosen."""
    return {
        "organizations": [(row.id, row.name) for row in units.organizations() if row.closed_at is None],
        "municipalities": [(name, name) for name in MUNICIPALITIES],
        "limits": rules,
    }
