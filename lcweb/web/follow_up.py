"""Uppföljning: how the routine holds. Figures alone; no patient, and nobody by name."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import NotFound
from lcweb.domain.figures import Figures
from lcweb.domain.permissions import Act
from lcweb.domain.workdays import local, local_day
from lcweb.queries import follow_up as queries
from lcweb.queries.follow_up import View
from lcweb.spreadsheets.writing import as_csv, as_xlsx
from lcweb.web import figure_words, follow_up_parts, words
from lcweb.web.access import needs
from lcweb.web.forms.follow_up import QuestionForm
from lcweb.web.session import actor, now

blueprint = Blueprint("follow_up", __name__, url_prefix="/uppfoljning")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("")
@needs(Act.SEE_FOLLOW_UP)
def show() -> str | tuple[str, int]:
    """Raises NotFound for a place that is not the person's to see."""
    form = _form()
    found = _view(form)
    chosen = form.chosen(plats="")
    page = render_template(
        "follow_up/show.html",
        form=form,
        problems=form.problems,
        found=found,
        places=follow_up_parts.places(form.places, form.place),
        figures=follow_up_parts.figures(
            found,
            today=form.today,
            asked=tuple(chosen.items()),
            address=lambda unit_id: url_for("follow_up.show", plats=f"enhet-{unit_id}", **chosen),
        ),
        address=lambda **other: url_for("follow_up.show", **other),
        report=url_for("reports.show", plats=form.place),
        export=lambda kind: url_for("follow_up.export", kind=kind, **form.chosen()),
    )
    return (page, 400) if form.problems else page


@blueprint.get("/definitioner")
@needs(Act.SEE_FOLLOW_UP)
def definitions() -> str:
    return render_template("follow_up/definitions.html", figures=figure_words)


@blueprint.get("/export.<any(csv, xlsx):kind>")
@needs(Act.SEE_FOLLOW_UP)
def export(kind: str) -> Response:
    """What is on screen, with what was asked and what each figure means."""
    form = _form()
    found = _view(form)
    headings, rows = ["Vad", "Från", "Till", "Ärendetyp", *figure_words.headings()], _rows(form, found)
    explained = [["Uppgift", "Förklaring", "Så räknas den"],
                 *([figure.name, figure.sentence, figure.formula] for figure in figure_words.FIGURES)]  # fmt: skip
    if kind == "csv":
        told: list[Sequence[str]] = [_wide(row, headings) for row in ([], *explained)]
        answer = Response(as_csv(headings, [*rows, *told]), mimetype="text/csv")
    else:
        answer = Response(as_xlsx("Uppföljning", headings, rows, explained=explained), mimetype=XLSX)
    name = f"uppfoljning-{form.span.first.isoformat()}-{form.span.last.isoformat()}.{kind}"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _form() -> QuestionForm:
    return QuestionForm(request.args, today=local_day(now()), choices=queries.choices(actor()))


def _view(form: QuestionForm) -> View:
    wanted = form.wanted()
    if form.place not in form.places or not form.choices.holds(wanted.where):
        raise NotFound("place")
    return queries.view(wanted, now=now())


def _rows(form: QuestionForm, found: View) -> list[list[str]]:
    def row(what: str, first: str, last: str, figures: Figures) -> list[str]:
        case_type = words.CASE_TYPES[form.case_type] if form.case_type else "Alla"
        return [what, first, last, case_type, *figure_words.cells(figures)]

    first, last = form.span.first.isoformat(), form.span.last.isoformat()
    rows = [row(form.places[form.place], first, last, found.total)]
    rows += [row(unit.unit, first, last, unit.figures) for unit in found.units]
    if found.merged:
        rows.append(row(f"{found.merged.units} enheter med få ärenden", first, last, found.merged.figures))
    rows += [row(f"Månad {one.month:%Y-%m}", one.month.isoformat(), "", one.figures) for one in found.trend]
    counted = f"{local(found.counted_to):%Y-%m-%d %H.%M}" if found.counted_to else "inte ännu"
    return [*rows, _wide([f"Räknat {counted}"], rows[0])]


def _wide(row: Sequence[str], like: Sequence[str]) -> list[str]:
    return [*row, *[""] * (len(like) - len(row))]
