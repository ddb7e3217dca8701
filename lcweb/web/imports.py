"""Import: a file of lists, units or people is read, looked through, saved as a whole and taken back as a whole."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.imports import ACTS, COLUMNS, ImportNoun, State, Verdict
from lcweb.domain.imports.jobs import reach_of
from lcweb.domain.people import MUNICIPALITIES
from lcweb.domain.permissions import Act
from lcweb.domain.recipients import CaseType
from lcweb.domain.workdays import local_day
from lcweb.queries import imports as queries
from lcweb.services import imports
from lcweb.spreadsheets import MAX_BYTES, MAX_LINES, files
from lcweb.spreadsheets.files import MIMETYPES, Form
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.imports import UploadForm
from lcweb.web.forms.threads import chosen_number
from lcweb.web.session import actor, now
from lcweb.web.words import FILE_WORDS, IMPORTS

blueprint = Blueprint("imports", __name__, url_prefix="/admin/import")

Answer = Response | str | tuple[str, int]

ON_PAGE = 100  # lines
FORMER = 50  # imports on the first page


@blueprint.get("")
@needs(Act.EDIT_LIST)
def show() -> str:
    return _start(UploadForm(formdata=None))


@blueprint.post("")
@needs(Act.EDIT_LIST)
@csrf.exempt  # the form checks the token itself
def upload() -> Answer:
    form = UploadForm()
    expired = form.expired()
    if expired:
        return _start(form, {"form": expired}), 400
    noun, file = form.chosen, request.files.get("file")
    if noun is None or noun not in _own():
        return _start(form, {"noun": "Välj vad filen innehåller."}), 400
    if file is None or not file.filename:
        return _start(form, {"file": "Välj en fil."}), 400
    try:
        lines = files.lines_of(noun, file.read(MAX_BYTES + 1))
        job_id = imports.begin(actor(), noun, lines, file_name=file.filename, whole=form.whole.data == "ja", now=now())
    except Refused as refused:
        return _start(form, refused.problems), 400
    return redirect(url_for("imports.job", job_id=job_id), 303)


@blueprint.get("/mall/<noun>.<form>")
@needs(Act.EDIT_LIST)
def template(noun: str, form: str) -> Response:
    own, sort = _noun(noun), _form(form)
    return _file(files.template(own, sort, title=IMPORTS[own]), sort, name=f"mall-{own}")


@blueprint.get("/export/<noun>.<form>")
@needs(Act.EDIT_LIST)
def export(noun: str, form: str) -> Response:
    """Lists may be asked for by municipality and case type, and as they were known on a past day."""
    own, sort = _noun(noun), _form(form)
    today = local_day(now())
    day = _day(request.args.get("datum", ""), today) if own is ImportNoun.LISTS else today
    if own is ImportNoun.LISTS:
        rows = queries.list_cells(
            actor(), municipality=_municipality(), case_type=_case_type(), day=day, words=FILE_WORDS
        )
    elif own is ImportNoun.UNITS:
        rows = queries.unit_cells(words=FILE_WORDS)
    else:
        rows = queries.people_cells(now=now(), words=FILE_WORDS)
    return _file(files.exported(own, sort, rows, title=IMPORTS[own]), sort, name=f"{own}-{day.isoformat()}")


@blueprint.get("/<id:job_id>")
@needs(Act.EDIT_LIST)
def job(job_id: int) -> str:
    return _page(job_id)


@blueprint.post("/<id:job_id>/kontrollera")
@needs(Act.EDIT_LIST)
def check(job_id: int) -> Answer | tuple[str, int, dict[str, str]]:
    """The page asks for some lines at a time; without JavaScript one request does all of them."""
    here = url_for("imports.job", job_id=job_id)
    if "HX-Request" not in request.headers:
        imports.check(actor(), job_id, words=FILE_WORDS, now=now(), most=None)
        return redirect(here, 303)
    left = imports.check(actor(), job_id, words=FILE_WORDS, now=now())
    fragment = render_template("imports/_progress.html", job=queries.get_job(actor(), job_id))
    return fragment if left else (fragment, 200, {"HX-Redirect": here})


@blueprint.post("/<id:job_id>/spara")
@needs(Act.EDIT_LIST)
def save(job_id: int) -> Answer:
    try:
        count = imports.save(actor(), job_id, words=FILE_WORDS, now=now())
    except Conflict as conflict:
        return _page(job_id, {"form": str(conflict)}), 409
    flash("En ändring är sparad." if count == 1 else f"{count} ändringar är sparade.")
    return redirect(url_for("imports.job", job_id=job_id), 303)


@blueprint.post("/<id:job_id>/kasta")
@needs(Act.EDIT_LIST)
def discard(job_id: int) -> Answer:
    try:
        imports.discard(actor(), job_id, now=now())
    except Conflict as conflict:
        return _page(job_id, {"form": str(conflict)}), 409
    flash("Filen är kastad. Ingenting är ändrat.")
    return redirect(url_for("imports.show"), 303)


@blueprint.post("/<id:job_id>/angra")
@needs(Act.EDIT_LIST)
def undo(job_id: int) -> Answer:
    try:
        imports.undo(actor(), job_id, now=now())
    except Refused as refused:
        return _page(job_id, refused.problems), 400
    except Conflict as conflict:
        return _page(job_id, {"form": str(conflict)}), 409
    flash("Importen är ångrad. Allt är som det var före den.")
    return redirect(url_for("imports.job", job_id=job_id), 303)


def _own() -> list[ImportNoun]:
    return [noun for noun in ImportNoun if actor().may(ACTS[noun])]


def _noun(raw: str) -> ImportNoun:
    """Raises NotFound also for what the person may not import."""
    if raw not in _own():
        raise NotFound("noun")
    return ImportNoun(raw)


def _form(raw: str) -> Form:
    if raw not in set(Form):
        raise NotFound("form")
    return Form(raw)


def _municipality() -> str | None:
    """Raises NotFound for one whose lists the person does not edit."""
    name, reach = request.args.get("municipality", ""), reach_of(actor())
    if not name:
        return None
    if name not in MUNICIPALITIES or (reach is not None and name not in reach):
        raise NotFound("list")
    return name


def _case_type() -> CaseType | None:
    name = request.args.get("case_type", "")
    if name and name not in set(CaseType):
        raise NotFound("list")
    return CaseType(name) if name else None


def _day(raw: str, today: date) -> date:
    """Today for none. Raises NotFound for what is no day."""
    if not raw:
        return today
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise NotFound("day") from None
    if not 2000 <= day.year <= 2100:
        raise NotFound("day")
    return day


def _file(content: bytes, form: Form, *, name: str) -> Response:
    answer = Response(content, mimetype=MIMETYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _start(form: UploadForm, problems: dict[str, str] | None = None) -> str:
    return render_template(
        "imports/show.html",
        form=form,
        problems=problems or {},
        nouns=_own(),
        columns=COLUMNS,
        jobs=queries.jobs(actor(), most=FORMER),
        most_bytes=MAX_BYTES // 1024 // 1024,
        most_lines=MAX_LINES,
        municipalities=[place for place in MUNICIPALITIES if (reach_of(actor()) or {place}) >= {place}],
        today=local_day(now()),
    )


def _page(job_id: int, problems: dict[str, str] | None = None) -> str:
    found = queries.get_job(actor(), job_id)
    counts = queries.counts(job_id)
    chosen, page = _chosen(counts), max(1, chosen_number(request.args.get("sida")) or 1)
    total = counts.get(chosen, 0) if chosen else sum(counts.values())
    pages = max(1, -(-total // ON_PAGE))
    page = min(page, pages)
    shown = found.state is not State.CHECKING
    return render_template(
        "imports/job.html",
        job=found,
        problems=problems or {},
        counts=counts,
        chosen=chosen,
        page=page,
        pages=pages,
        lines=queries.lines(found, chosen, most=ON_PAGE, after=(page - 1) * ON_PAGE) if shown else [],
        changes=sum(counts.get(verdict, 0) for verdict in (Verdict.ADDED, Verdict.CHANGED, Verdict.ENDED)),
        verdicts=Verdict,
        states=State,
    )


def _chosen(counts: dict[Verdict, int]) -> Verdict | None:
    """The faults first, since nothing can be saved before they are mended."""
    asked = request.args.get("visa", "")
    if asked in set(Verdict):
        return Verdict(asked)
    return Verdict.FAULTY if Verdict.FAULTY in counts and not asked else None
