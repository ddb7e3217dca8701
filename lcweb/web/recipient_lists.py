"""Mottagarlistor: the pages on which their administrators edit them (S2)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain import recipient_lists
from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.guards import normalized
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Act, Role
from lcweb.domain.recipient_lists import MAX_AREA, MAX_NOTE, Doubted, Finding
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.queries import recipient_lists as queries
from lcweb.queries import recipients as known_units
from lcweb.queries.recipient_lists import ListRow, PreviewRow
from lcweb.queries.recipient_outcomes import outcomes
from lcweb.services import recipients as verbs
from lcweb.services.recipients import NewEntry
from lcweb.web import words
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.recipient_lists import DOWN, UNKNOWN, UP, RowForm
from lcweb.web.forms.threads import chosen_number
from lcweb.web.session import actor, now

blueprint = Blueprint("recipient_lists", __name__, url_prefix="/admin/mottagare")

Answer = Response | tuple[str, int]

ONE_LIST = "/<municipality>/<case_type>"
A_YEAR = timedelta(days=365)
EDITS_PER_PAGE = 25
CHANGED_MEANWHILE = "Listan har ändrats sedan du öppnade sidan. Ändringarna står nedan."
TYPED_STAYS = "Det du skrev står kvar: spara igen om du fortfarande vill."
DO_IT_AGAIN = "Gör om det om du fortfarande vill."
ROW_GONE = "Raden som du ändrade finns inte längre. Det du skrev står kvar nedan som en ny rad."


@dataclass(frozen=True)
class Shown:
    """What a list's page shows besides the list: which form is open, and what came of it."""

    form: RowForm
    panel: str = "add"
    problems: dict[str, str] = field(default_factory=dict)
    doubts: tuple[Finding, ...] = ()
    confirm: int = 0
    conflict: bool = False
    preview: list[PreviewRow] = field(default_factory=list)
    preview_day: date | None = None


@blueprint.get("")
@needs(Act.EDIT_LIST)
def overview() -> str:
    """Every list that the person may edit."""
    own = [name for name in MUNICIPALITIES if _reaches(name)]
    lists = groupby(queries.overview(own, now=now()), key=lambda one: one.municipality)
    return render_template("recipient_lists/overview.html", lists=[(name, list(them)) for name, them in lists])


@blueprint.get(ONE_LIST)
@needs(Act.EDIT_LIST)
def show(municipality: str, case_type: str) -> str | Answer:
    """Today, with everything that can be done; on another day, only to be read."""
    kind = _case_type(municipality, case_type)
    try:
        day = recipient_lists.written_day(request.args.get("datum", "")) or local_day(now())
    except ValueError as error:
        return _page(municipality, kind, Shown(_empty_form(), problems={"datum": str(error)})), 400
    if day != local_day(now()):
        return _on_day(municipality, kind, day)
    form, raw = _empty_form(), request.args.get("rad")
    if not raw:
        return _page(municipality, kind, Shown(form))
    form.fill(_row(_rows(municipality, kind), chosen_number(raw)))
    return _page(municipality, kind, Shown(form, "change"))


@blueprint.post(ONE_LIST)
@needs(Act.EDIT_LIST)
@csrf.exempt  # the form checks the token itself, and gives the text back
def add(municipality: str, case_type: str) -> Answer:
    kind, form = _case_type(municipality, case_type), RowForm()
    form.entry.data = ""

    def act() -> None:
        typed = form.fields()
        new = NewEntry(municipality=municipality, case_type=kind, **vars(typed))
        verbs.add_entry(actor(), new, on=form.on_page(), now=now())

    return _tried(municipality, kind, Shown(form), act, "Raden är tillagd.")


@blueprint.post(f"{ONE_LIST}/andra")
@needs(Act.EDIT_LIST)
@csrf.exempt  # the form checks the token itself, and gives the text back
def change(municipality: str, case_type: str) -> Answer:
    kind, form = _case_type(municipality, case_type), RowForm()

    def act() -> None:
        entry_id = _own_entry(municipality, kind, form)
        verbs.change_row(actor(), entry_id, form.fields(), on=form.on_page(), now=now())

    return _tried(municipality, kind, Shown(form, "change"), act, "Raden är ändrad.")


@blueprint.post(f"{ONE_LIST}/avsluta")
@needs(Act.EDIT_LIST)
@csrf.exempt  # the form checks the token itself, and gives the text back
def end(municipality: str, case_type: str) -> Answer:
    kind, form = _case_type(municipality, case_type), RowForm()

    def act() -> None:
        entry_id = _own_entry(municipality, kind, form)
        verbs.end_entry(actor(), entry_id, form.last(), on=form.on_page(), now=now())

    return _tried(municipality, kind, Shown(form, "end"), act, "Raden har fått en sista dag.")


@blueprint.post(f"{ONE_LIST}/flytta")
@needs(Act.EDIT_LIST)
@csrf.exempt  # the form checks the token itself, and shows the list again
def move(municipality: str, case_type: str) -> Answer:
    kind, form = _case_type(municipality, case_type), RowForm()

    def act() -> None:
        if form.direction.data not in (UP, DOWN):
            raise Refused({"form": "Välj om raden ska flyttas upp eller ned."})
        entry_id = _own_entry(municipality, kind, form)
        verbs.move_entry(actor(), entry_id, up=form.direction.data == UP, on=form.on_page(), now=now())

    return _tried(municipality, kind, Shown(form, "move"), act, "Raden är flyttad.")


@blueprint.post(f"{ONE_LIST}/angra")
@needs(Act.EDIT_LIST)
@csrf.exempt  # the form checks the token itself, and shows the list again
def undo(municipality: str, case_type: str) -> Answer:
    kind, form = _case_type(municipality, case_type), RowForm()
    if form.edit_id is None or not queries.is_edit_of(municipality, kind, form.edit_id):
        raise NotFound("edit")
    edit_id = form.edit_id
    return _tried(
        municipality, kind, Shown(form, "undo"),
        lambda: verbs.undo(actor(), edit_id, on=form.on_page(), now=now()), "Ändringen är ångrad.",
    )  # fmt: skip


@blueprint.post(f"{ONE_LIST}/forhandsgranska")
@needs(Act.EDIT_LIST)
@csrf.exempt  # the form checks the token itself, and gives the text back
def preview(municipality: str, case_type: str) -> Answer:
    """The list as it would be, with nothing saved."""
    kind, form = _case_type(municipality, case_type), RowForm()
    shown = Shown(form, "end" if form.ends else "change" if form.entry.data else "add")
    expired = form.expired()
    if expired:
        return _page(municipality, kind, replace(shown, problems={"form": expired})), 400
    try:
        return _page(municipality, kind, _previewed(municipality, kind, shown)), 200
    except Refused as refused:
        return _page(municipality, kind, replace(shown, problems=refused.problems)), 400
    except Conflict:
        return _page(municipality, kind, _overtaken(municipality, kind, shown)), 409


def _tried(
    municipality: str, case_type: CaseType, shown: Shown, act: Callable[[], object], receipt: str
) -> Answer:  # fmt: skip
    """The verb's receipt, or the page again with what was typed and why it was not done."""
    expired = shown.form.expired()
    if expired:
        return _page(municipality, case_type, replace(shown, problems={"form": expired})), 400
    try:
        act()
    except Refused as refused:
        return _page(municipality, case_type, replace(shown, problems=refused.problems)), 400
    except Doubted as doubted:
        asked = replace(shown, doubts=doubted.findings, confirm=doubted.count,
                        problems={doubted.question: doubted.sentence})  # fmt: skip
        return _page(municipality, case_type, asked), 400
    except Conflict:
        return _page(municipality, case_type, _overtaken(municipality, case_type, shown)), 409
    flash(receipt)
    return redirect(url_for("recipient_lists.show", municipality=municipality, case_type=case_type), 303)


def _overtaken(municipality: str, case_type: CaseType, shown: Shown) -> Shown:
    """A row that the other one has taken away cannot be changed any more: what was typed is then a new row."""
    what_next = DO_IT_AGAIN if shown.panel in ("move", "undo") else TYPED_STAYS
    problems = {"form": f"{CHANGED_MEANWHILE} {what_next}"}
    form, there = shown.form, {row.entry_id for row in _rows(municipality, case_type)}
    if shown.panel in ("change", "end") and form.entry_id not in there:
        form.entry.data = ""
        return replace(shown, panel="add", conflict=True, problems=problems | {"area": ROW_GONE})
    return replace(shown, conflict=True, problems=problems)


def _previewed(municipality: str, case_type: CaseType, shown: Shown) -> Shown:
    """Raises Refused, NotFound, Conflict."""
    form, known = shown.form, _rows(municipality, case_type)
    row = None
    if shown.panel != "add":
        row = _row(known, _own_entry(municipality, case_type, form))
    changed, day = _ended(form, row) if form.ends and row else _typed(form, row, known, municipality, case_type)
    closed, today = queries.closed_units(), local_day(now())
    before, after = (queries.guarded(rows, closed) for rows in (known, queries.with_row(known, changed)))
    day = form.previewed() or max(day, today)
    return replace(
        shown,
        preview=queries.preview(known, changed, day),
        preview_day=day,
        doubts=tuple(recipient_lists.caused(before, after, today)),
    )


def _ended(form: RowForm, row: ListRow) -> tuple[ListRow, date]:
    """The row with its last day, and the first day without it. Raises Refused."""
    last = form.last()
    problems = recipient_lists.period_problems(row.valid_from, last)
    if problems:
        raise Refused({"last_day": " ".join(problems.values())})
    return row._replace(valid_to=last), last + ONE_DAY


def _typed(
    form: RowForm, row: ListRow | None, known: list[ListRow], municipality: str, case_type: CaseType
) -> tuple[ListRow, date]:
    """The row, or a new one, as it was typed, and its first day. Raises Refused."""
    fields = form.fields()
    unit = next((unit.unit for unit in _units() if unit.unit_id == fields.unit_id), None)
    if unit is None:
        raise Refused({"unit": "Enheten finns inte eller är stängd. Välj en annan."})
    position = row.position if row else max((other.position for other in known), default=0) + 1
    changed = ListRow(row.entry_id if row else 0, municipality, case_type, position, normalized(fields.area),
                      fields.unit_id, unit, normalized(fields.note), fields.valid_from, fields.valid_to)  # fmt: skip
    return changed, fields.valid_from


def _own_entry(municipality: str, case_type: CaseType, form: RowForm) -> int:
    """The row that the form is about. Raises NotFound; Conflict when it has gone since the page was shown."""
    known = {row.entry_id for row in _rows(municipality, case_type)}
    if form.entry_id is None or form.entry_id not in known:
        if form.entry_id and form.seen_edit != queries.last_edit(municipality, case_type):
            raise Conflict(CHANGED_MEANWHILE)
        raise NotFound("entry")
    return form.entry_id


def _row(known: list[ListRow], entry_id: int | None) -> ListRow:
    """Raises NotFound."""
    row = next((row for row in known if row.entry_id == entry_id), None)
    if row is None:
        raise NotFound("entry")
    return row


def _rows(municipality: str, case_type: CaseType) -> list[ListRow]:
    return queries.rows(municipality, case_type, known_at=now())


def _units() -> list[known_units.UnitChoice]:
    return known_units.all_units(except_id=None)


def _case_type(municipality: str, case_type: str) -> CaseType:
    """Raises NotFound for a list that is not there or not the person's."""
    if municipality not in MUNICIPALITIES or case_type not in set(CaseType) or not _reaches(municipality):
        raise NotFound("list")
    return CaseType(case_type)


def _reaches(municipality: str) -> bool:
    return Role.SYSTEM_ADMIN in actor().roles or municipality in actor().municipalities


def _empty_form() -> RowForm:
    form = RowForm(formdata=None)
    form.valid_from.data = local_day(now()).isoformat()
    return form


def _heading(municipality: str, case_type: CaseType) -> dict[str, Any]:
    return {
        "municipality": municipality,
        "case_type": case_type,
        "address": url_for("recipient_lists.show", municipality=municipality, case_type=case_type),
        "title": f"{words.CASE_TYPES[case_type]}, {municipality}",
        "today": local_day(now()),
    }


def _on_day(municipality: str, case_type: CaseType, day: date) -> str:
    """A day that has been: what its senders met. A day to come: what is known now."""
    past = day < local_day(now())
    known = queries.rows(municipality, case_type, known_at=recipient_lists.end_of(day) if past else now())
    return render_template(
        "recipient_lists/on_day.html",
        day=day,
        past=past,
        rows=queries.in_force(known, day),
        closed=queries.closed_units(),
        **_heading(municipality, case_type),
    )


def _meanwhile(municipality: str, case_type: CaseType, shown: Shown) -> list[queries.Edit]:
    """What the person did not know of; nothing can be said when the form does not tell what it knew."""
    if not shown.conflict or shown.form.seen_edit == UNKNOWN:
        return []
    return queries.history(municipality, case_type, after=shown.form.seen_edit, limit=EDITS_PER_PAGE)


def _page(municipality: str, case_type: CaseType, shown: Shown) -> str:
    today, known, closed = local_day(now()), _rows(municipality, case_type), queries.closed_units()
    place = municipality, case_type
    page, edits = min(chosen_number(request.args.get("sida")) or 1, 1000), queries.count_edits(*place)
    keeps_seen = request.method == "POST" and not shown.conflict
    seen = shown.form.seen_edit if keeps_seen else queries.last_edit(*place)
    row = next((row for row in known if row.entry_id == shown.form.entry_id), None)
    if row and shown.panel == "end":
        shown.form.fill(row)  # only the last day was sent; the other form on the page is as the row is
    return render_template(
        "recipient_lists/show.html",
        shown=shown,
        form=shown.form,
        problems=shown.problems,
        parts=queries.parts(known, today),
        row=row,
        after=(after := queries.standing_after(known, today)),
        last_living=next(reversed(after), None),
        closed=closed,
        wrong=recipient_lists.wrong(queries.guarded(known, closed), today),
        outcomes=outcomes(*place, since=now() - A_YEAR),
        meanwhile=_meanwhile(*place, shown),
        history=queries.history(*place, limit=EDITS_PER_PAGE, skip=(page - 1) * EDITS_PER_PAGE),
        page=page,
        pages=-(-edits // EDITS_PER_PAGE),
        units=_units(),
        seen=seen,
        max_area=MAX_AREA,
        max_note=MAX_NOTE,
        **_heading(municipality, case_type),
    )
