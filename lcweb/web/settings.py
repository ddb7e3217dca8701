"""Inställningar: the routine's numbers with their history, whose receptionists write, the hints' words (S5)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.permissions import Act
from lcweb.domain.settings import RECEPTIONISTS, as_typed, limits
from lcweb.domain.workdays import ONE_DAY, local_day
from lcweb.queries import hints, recipients
from lcweb.queries import settings as queries
from lcweb.services import hints as hint_verbs
from lcweb.services import settings as verbs
from lcweb.web import words
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.filters import day_words, rule_words
from lcweb.web.forms.settings import ReceptionistsForm, RuleForm, TakeBackForm, WordListForm
from lcweb.web.forms.threads import NO, YES, chosen_number
from lcweb.web.session import actor, now, settings

blueprint = Blueprint("settings", __name__, url_prefix="/admin/installningar")

Answer = Response | tuple[str, int]

LOOK_AGAIN = "Se vad som gäller nu. Spara igen om det fortfarande är rätt."
RULE_OF = {rule.slug: name for name, rule in words.RULES.items()}


@blueprint.get("")
@needs(Act.EDIT_SETTINGS)
def show() -> str:
    return _page()


@blueprint.post("")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives the text back
def change_list() -> Answer:
    form = WordListForm()
    expired = form.expired()
    if expired:
        return _page(form, {"form": expired}), 400
    if form.chosen is None:
        return _page(form, {"form": "Välj vilken lista du vill spara."}), 400
    try:
        hint_verbs.change_list(actor(), form.chosen, form.words(form.chosen), now=now())
    except Refused as refused:
        return _page(form, refused.problems), 400
    flash(f"Listan är sparad: {words.HINT_LISTS[form.chosen]}.")
    return redirect(url_for("settings.show"), 303)


@blueprint.get("/<rule_slug>")
@needs(Act.EDIT_SETTINGS)
def rule(rule_slug: str) -> str:
    return _rule_page(_rule_of(rule_slug))


@blueprint.post("/<rule_slug>")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives what was typed back
def change_rule(rule_slug: str) -> Answer:
    name, form = _rule_of(rule_slug), RuleForm()
    expired = form.expired()
    if expired:
        return _rule_page(name, form, {"form": expired}), 400
    how = {"seen": form.turns, "base": settings().rules, "now": now()}
    try:
        verbs.change_rule(actor(), name, form.value.data or "", form.day, **how)
    except Refused as refused:
        return _rule_page(name, form, refused.problems), 400
    except Conflict as conflict:
        return _rule_page(name, form, {"form": f"Ändringen är inte sparad. {conflict} {LOOK_AGAIN}"}), 409
    flash(f"Ändringen är sparad. Den gäller från {_day(form)}.")
    return redirect(url_for("settings.rule", rule_slug=rule_slug), 303)


@blueprint.get("/receptionister")
@needs(Act.EDIT_SETTINGS)
def receptionists() -> str:
    """The address may choose a unit."""
    form = ReceptionistsForm(formdata=None)
    form.unit.data = request.args.get("enhet", "")
    return _receptionists_page(form)


@blueprint.post("/receptionister")
@needs(Act.EDIT_SETTINGS)
@csrf.exempt  # the form checks the token itself, and gives what was typed back
def change_receptionists() -> Answer:
    form = ReceptionistsForm()
    expired = form.expired()
    if expired:
        return _receptionists_page(form, {"form": expired}), 400
    if form.unit_id is None:
        raise NotFound("unit")
    if form.answer is None:
        return _receptionists_page(form, {"allowed": "Välj om receptionisterna får skriva."}), 400
    try:
        verbs.change_receptionists(actor(), form.unit_id, form.answer, form.day, seen=form.turns, now=now())
    except Refused as refused:
        return _receptionists_page(form, refused.problems), 400
    except Conflict as conflict:
        return _receptionists_page(form, {"form": f"Ändringen är inte sparad. {conflict} {LOOK_AGAIN}"}), 409
    flash(f"Ändringen är sparad. Den gäller från {_day(form)}.")
    return redirect(url_for("settings.receptionists", enhet=form.unit_id), 303)


@blueprint.post("/ta-tillbaka")
@needs(Act.EDIT_SETTINGS)
def take_back() -> Answer:
    """Of any setting with a history, whatever its page."""
    change_id = TakeBackForm().change_id
    if change_id is None:
        raise NotFound("change")
    try:
        taken = verbs.take_back(actor(), change_id, base=settings().rules, now=now())
    except Refused as refused:
        return _page(problems=refused.problems, heading="Ändringen är inte tillbakatagen"), 400
    except Conflict as conflict:
        return _page(problems={"form": str(conflict)}, heading="Ändringen är inte tillbakatagen"), 409
    flash("Den planerade ändringen är tillbakatagen.")
    return redirect(_address_of(taken), 303)


def _address_of(taken: verbs.TakenBack) -> str:
    if taken.name in words.RULES:
        return url_for("settings.rule", rule_slug=words.RULES[taken.name].slug)
    if taken.name == RECEPTIONISTS:
        return url_for("settings.receptionists", enhet=taken.unit_id)
    return url_for("mail_wording.edit", mail_kind=taken.name.partition(":")[2])


def _rule_of(slug: str) -> str:
    """Raises NotFound."""
    if slug not in RULE_OF:
        raise NotFound("rule")
    return RULE_OF[slug]


def _day(form: RuleForm | ReceptionistsForm) -> str:
    return day_words(form.day, today=local_day(now())) if form.day else ""


def _page(
    form: WordListForm | None = None,
    problems: dict[str, str] | None = None,
    *,
    heading: str = "Listan är inte sparad",
) -> str:
    """With what was typed in the list that could not be saved; the others are as they are kept."""
    typed = {form.chosen: form.words(form.chosen)} if form and form.chosen else {}
    today = local_day(now())
    return render_template(
        "settings/show.html",
        lists=hints.word_lists(),
        typed=typed,
        problems=problems or {},
        refusal=heading,
        rules=queries.rules(settings().rules, today=today),
        writing=sum(unit.setting.value for unit in queries.receptionists(today=today)),
    )


def _rule_page(name: str, form: RuleForm | None = None, problems: dict[str, str] | None = None) -> str:
    """With what was typed; a fresh form begins with what holds."""
    setting = queries.rules(settings().rules, today=local_day(now()))[name]
    if form is None:
        form = RuleForm(formdata=None)
        form.value.data = as_typed(setting.value)
    form.seen.data = str(setting.turns)
    least, most = limits(name)
    return render_template(
        "settings/rule.html",
        name=name,
        rule=words.RULES[name],
        setting=setting,
        shown=lambda value: rule_words(value, name),
        form=form,
        problems=problems or {},
        least=least,
        most=most,
        tomorrow=local_day(now()) + ONE_DAY,
    )


def _receptionists_page(form: ReceptionistsForm, problems: dict[str, str] | None = None) -> str:
    """Raises NotFound for a chosen unit that does not exist or is closed."""
    units = queries.receptionists(today=local_day(now()))
    chosen = None
    if form.unit.data:
        chosen = next((unit for unit in units if unit.unit_id == chosen_number(form.unit.data)), None)
        if chosen is None:
            raise NotFound("unit")
        form.seen.data = str(chosen.setting.turns)
    return render_template(
        "settings/receptionists.html",
        units=recipients.all_units(except_id=None),
        shown_units=[unit for unit in units if unit.setting.value or unit.setting.planned],
        chosen=chosen,
        form=form,
        problems=problems or {},
        answers=((YES, "Ja, de får skriva till andra enheter"), (NO, "Nej")),
        today=local_day(now()),
    )
