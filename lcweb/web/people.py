"""Användare: everybody, and each person with roles, end date, sign-ins and history."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lcweb.domain.errors import Conflict, NotFound, Refused
from lcweb.domain.people import last_day_of
from lcweb.domain.permissions import Act, Role
from lcweb.domain.recipients import MAX_TYPED, terms
from lcweb.domain.workdays import local_day
from lcweb.queries import account, people, recipients
from lcweb.queries.people import NO_ROLE, PersonChange, Wanted, Whether
from lcweb.queries.sessions import open_sessions
from lcweb.services import invitations, second_factor, sessions
from lcweb.services import people as verbs
from lcweb.web import session as web_session
from lcweb.web.access import needs
from lcweb.web.errors import csrf
from lcweb.web.forms.people import ChosenRoleForm, EndForm, NewPersonForm, PersonForm, RoleForm
from lcweb.web.forms.threads import chosen_number
from lcweb.web.invitations import link_page
from lcweb.web.person_words import shown
from lcweb.web.session import actor, now, settings

blueprint = Blueprint("people", __name__, url_prefix="/admin/anvandare")

Answer = Response | str | tuple[str, int]
Problems = dict[str, str]


@blueprint.get("")
@needs(Act.EDIT_PEOPLE)
def show() -> str:
    return _list(NewPersonForm(formdata=None), {})


@blueprint.post("")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def add() -> Answer:
    """Answers with the link itself: it is in no address and no cookie."""
    form = NewPersonForm()
    problems = form.expiry() or form.place_problems()
    if problems:
        return _list(form, problems), 400
    role = form.chosen_role or Role.NURSE
    try:
        link = verbs.add_person(actor(), form.person(), role, unit_id=form.unit_id,
                                organization_id=form.organization_id, now=now())  # fmt: skip
    except Refused as refused:
        return _list(form, refused.problems), 400
    return link_page(link, back=url_for("people.person", user_id=link.user_id))


@blueprint.get("/<id:user_id>")
@needs(Act.EDIT_PEOPLE)
def person(user_id: int) -> str:
    return _page(user_id)


@blueprint.post("/<id:user_id>/andra")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def change(user_id: int) -> Answer:
    form = PersonForm()
    problems = form.expiry()
    if problems:
        return _page(user_id, form, problems), 400
    try:
        verbs.change_person(actor(), user_id, form.person(), seen=form.seen_number, now=now())
    except Refused as refused:
        return _page(user_id, form, refused.problems), 400
    except Conflict as conflict:
        changed = since(people.person_history(user_id), form.seen_number)
        return _page(user_id, form, {"form": f"Uppgifterna är inte sparade. {conflict} {SAVE_AGAIN}"},
                     changed=changed), 409  # fmt: skip
    return _done(user_id, "Uppgifterna är sparade.")


@blueprint.post("/<id:user_id>/roll")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def add_role(user_id: int) -> Answer:
    form = RoleForm()
    problems = form.expiry() or form.place_problems()
    if problems:
        return _page(user_id, role_form=form, problems=problems), 400
    try:
        verbs.add_membership(actor(), user_id, form.chosen_role or Role.NURSE, unit_id=form.unit_id,
                             organization_id=form.organization_id, now=now())  # fmt: skip
    except Refused as refused:
        return _page(user_id, role_form=form, problems=refused.problems), 400
    return _done(user_id, "Rollen är tillagd och gäller från och med nu.")


@blueprint.post("/<id:user_id>/avsluta-roll")
@needs(Act.EDIT_PEOPLE)
def end_role(user_id: int) -> Answer:
    membership_id = ChosenRoleForm().membership_id
    if membership_id is None:
        raise NotFound("membership")
    ended = _tried(user_id, lambda: verbs.end_role(actor(), user_id, membership_id, now=now()))
    return ended or _done(user_id, "Rollen är avslutad. Det gäller redan nu.")


@blueprint.post("/<id:user_id>/slutdatum")
@needs(Act.EDIT_PEOPLE)
@csrf.exempt  # the form checks the token itself, and gives the text back
def end(user_id: int) -> Answer:
    form = EndForm()
    problems = form.expiry()
    if problems:
        return _page(user_id, end_form=form, problems=problems), 400
    try:
        verbs.end_person(actor(), user_id, form.day, seen=form.seen_number, now=now())
    except Refused as refused:
        return _page(user_id, end_form=form, problems=refused.problems), 400
    except Conflict as conflict:
        changed = since(people.person_history(user_id), form.seen_number)
        return _page(user_id, end_form=form, problems={"form": f"Slutdatumet är inte sparat. {conflict} {SAVE_AGAIN}"},
                     changed=changed), 409  # fmt: skip
    return _done(user_id, "Slutdatumet är sparat.")


@blueprint.post("/<id:user_id>/stang-av")
@needs(Act.EDIT_PEOPLE)
def end_now(user_id: int) -> Answer:
    ended = _tried(user_id, lambda: verbs.end_person_now(actor(), user_id, now=now()))
    return ended or _done(user_id, "Personen är avstängd och utloggad överallt.")


@blueprint.post("/<id:user_id>/ta-bort-slutdatum")
@needs(Act.EDIT_PEOPLE)
def take_back_end(user_id: int) -> Answer:
    back = _tried(user_id, lambda: verbs.take_back_end(actor(), user_id, now=now()))
    return back or _done(user_id, "Slutdatumet är borttaget. Personens roller gäller.")


@blueprint.post("/<id:user_id>/logga-ut")
@needs(Act.EDIT_PEOPLE)
def end_sessions(user_id: int) -> Answer:
    people.get_person(user_id, now=now())
    ended = sessions.end_all(actor(), user_id, but=session[web_session.TOKEN], now=now())
    return _done(user_id, f"Avslutade inloggningar: {ended}.")


@blueprint.post("/<id:user_id>/tva-steg")
@needs(Act.EDIT_PEOPLE)
def reset_second_factor(user_id: int) -> Answer:
    try:
        was_on = second_factor.reset(actor(), user_id, now=now())
    except Refused as refused:
        return _page(user_id, problems={"form": str(refused)}), 400
    return _done(user_id, reset_receipt(was_on))


@blueprint.post("/<id:user_id>/inbjudan")
@needs(Act.EDIT_PEOPLE)
def invite(user_id: int) -> Answer:
    """Answers with the link itself: it is in no address and no cookie."""
    try:
        link = invitations.invite(actor(), user_id, now=now())
    except Refused as refused:
        return _page(user_id, problems={"form": str(refused)}), 400
    return link_page(link, back=url_for("people.person", user_id=user_id))


@blueprint.post("/<id:user_id>/ta-tillbaka-inbjudan")
@needs(Act.EDIT_PEOPLE)
def take_back_invitation(user_id: int) -> Answer:
    back = _tried(user_id, lambda: invitations.take_back(actor(), user_id, now=now()))
    return back or _done(user_id, "Länken är tillbakatagen och fungerar inte längre.")


def reset_receipt(was_on: bool) -> str:
    if was_on:
        return "Inloggning i två steg är borttagen, och personen är utloggad överallt."
    return "Personen hade inte inloggning i två steg."


SAVE_AGAIN = "Det du skrev står kvar. Läs vad som har ändrats och spara igen om det fortfarande stämmer."


def since(history: list[PersonChange], seen: int) -> list[PersonChange]:
    """What a form did not know of."""
    return [change for change in history if change.number > seen]


def filled_in(person: people.Person, *, seen: str) -> PersonForm:
    return PersonForm(
        formdata=None, username=person.username, name=person.name, title=person.title, licensed=person.licensed,
        phone=person.phone, email=person.email, hsa_id=person.hsa_id, seen=seen,
    )  # fmt: skip


def _tried(user_id: int, verb: Callable[[], object]) -> Answer | None:
    """The page that says why it was not done; None when it was."""
    try:
        verb()
    except Refused as refused:
        return _page(user_id, problems={"form": str(refused)}), 400
    except Conflict as conflict:
        return _page(user_id, problems={"form": str(conflict)}), 409
    return None


def _done(user_id: int, receipt: str) -> Response:
    flash(receipt)
    return redirect(url_for("people.person", user_id=user_id), 303)


def _wanted() -> Wanted:
    role, whether = request.args.get("roll", ""), request.args.get("visa", "")
    return Wanted(
        terms=terms(request.args.get("q", "")),
        unit_id=chosen_number(request.args.get("enhet")),
        role=role if role in {*Role, NO_ROLE} else None,
        whether=Whether(whether) if whether in set(Whether) else Whether.HERE,
    )


def _list(form: NewPersonForm, problems: Problems) -> str:
    wanted, typed = _wanted(), request.args.get("q", "")[:MAX_TYPED].strip()
    kept = {"q": typed or None, "enhet": wanted.unit_id, "roll": wanted.role, "visa": wanted.whether.value}
    found = people.list_people(wanted, page=chosen_number(request.args.get("sida")) or 1, now=now())
    return render_template(
        "people/show.html",
        form=form,
        problems=problems,
        found=found,
        wanted=wanted,
        typed=typed,
        longest=MAX_TYPED,
        no_role=NO_ROLE,
        address=lambda page: url_for(
            "people.show", **{name: value for name, value in kept.items() if value}, sida=page
        ),
        **_places(),
    )


def _page(
    user_id: int, form: PersonForm | None = None, problems: Problems | None = None, *,
    role_form: RoleForm | None = None, end_form: EndForm | None = None, changed: list[PersonChange] | None = None,
) -> str:  # fmt: skip
    found = people.get_person(user_id, now=now())
    history, latest = people.person_history(user_id), str(people.latest_change(user_id))
    if end_form is None:
        last_day = last_day_of(found.ended_at).isoformat() if found.ended_at else ""
        end_form = EndForm(formdata=None, last_day=last_day, seen=latest)
    form = form or filled_in(found, seen=latest)
    for one in (form, end_form) if changed is not None else ():
        one.seen.data = latest  # it is told now
    return render_template(
        "people/person.html",
        person=found,
        form=form,
        role_form=role_form or RoleForm(formdata=None),
        end_form=end_form,
        problems=problems or {},
        changed=changed or [],
        history=[change.row for change in history],
        roles=people.roles_of([user_id]),
        factor=account.find_factor(user_id),
        sessions=open_sessions(user_id, token=session[web_session.TOKEN], idle=settings().idle, now=now()),
        gone=found.ended_at is not None and found.ended_at <= now(),
        today=local_day(now()),
        shown=shown,
        **_places(),
    )


def _places() -> dict[str, object]:
    return {"units": recipients.all_units(except_id=None), "organizations": people.organization_choices()}
