"""Closing a unit: first what will happen, in numbers, then the choice of who takes over."""

from flask import flash, redirect, render_template, url_for

from lcweb.domain.changes import Noun
from lcweb.domain.errors import Conflict, Refused
from lcweb.domain.permissions import Act
from lcweb.queries import changes, recipients, units
from lcweb.services import units as verbs
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.units import NOBODY, ClosingForm
from lcweb.web.session import actor, now
from lcweb.web.units.history import UNIT_FIELDS, in_words
from lcweb.web.units.page import Answer, blueprint


@blueprint.get("/<id:closing_id>/stang")
@needs(Act.EDIT_PEOPLE)
def before_closing(closing_id: int) -> Answer:
    if units.get_unit(closing_id).closed_at is not None:
        return redirect(url_for("units.unit", unit_id=closing_id), 303)
    form = ClosingForm(formdata=None)
    form.seen.data = str(changes.latest(Noun.UNIT, closing_id))
    return _page(closing_id, form)


@blueprint.post("/<id:closing_id>/stang")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives back what was chosen
def close(closing_id: int) -> Answer:
    units.get_unit(closing_id)
    form = ClosingForm()
    expired = form.expired()
    if expired:
        return _page(closing_id, form, {"form": expired}), 400
    try:
        done = _closed(closing_id, form)
    except Refused as refused:
        return _page(closing_id, form, refused.problems), 400
    except Conflict as conflict:
        seen, form.seen.data = form.seen_change, str(changes.latest(Noun.UNIT, closing_id))
        sentence = f"Du har inte stängt enheten. {conflict}"
        return _page(closing_id, form, {"form": sentence}, seen=seen), 409
    flash(_receipt(done))
    return redirect(url_for("units.unit", unit_id=closing_id), 303)


def _closed(unit_id: int, form: ClosingForm) -> verbs.Closed:
    """Raises Refused with everything that is not yet answered."""
    problems = form.problems()
    if problems:
        raise Refused(problems)
    return verbs.close(
        actor(), unit_id, successor_id=form.successor_id, with_people=form.with_people, seen=form.seen_change, now=now()
    )


def _receipt(done: verbs.Closed) -> str:
    if done.successor is None:
        return f"{done.name} är stängd."
    threads = "ett ärende" if done.threads == 1 else f"{done.threads} ärenden"
    return f"{done.name} är stängd. {done.successor} har tagit över {threads}."


def _page(unit_id: int, form: ClosingForm, problems: dict[str, str] | None = None, *, seen: int | None = None) -> str:
    return render_template(
        "units/close.html",
        unit=units.get_unit(unit_id),
        found=units.consequences(unit_id, now=now()),
        form=form,
        nobody=NOBODY,
        units=recipients.all_units(except_id=unit_id),
        problems=problems or {},
        meanwhile=changes.since(Noun.UNIT, unit_id, seen) if seen is not None else [],
        names=UNIT_FIELDS,
        shown=in_words(),
    )
